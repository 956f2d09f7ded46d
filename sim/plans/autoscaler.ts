import { defineRows } from '../trace/row-kinds.ts'
import { count, duration, id, ratio } from '../units/fields.ts'
import { definePlan } from './define.ts'
import { instanceAsker, writeAsked } from './launches.ts'

const Row = defineRows('plan', {
  wants: {
    says: { en: '{subject} wants {a} instances and sees {b}', zh: '{subject} 需要 {a} 个实例，当前 {b} 个' },
    a: 'count',
    b: 'count',
    hop: 'detect',
    limit: 'autoscaler',
  },
})

/**
 * Keeps a service's utilisation at a target: level-triggered, without memory. What it sees is old by `lag`; what it asks for
 * goes through a control plane. It only ever adds instances; scaling in is not modelled.
 */
export const autoscaler = definePlan({
  kind: 'autoscaler',
  about: {
    en: 'Adds instances through a control plane until utilisation is back at the target.',
    zh: '经由控制平面增加实例，直至利用率回到目标。',
  },
  fields: {
    of: id({ about: { en: 'the service it scales', zh: '所扩容的服务' } }),
    via: id({ about: { en: 'the control plane it asks', zh: '所请求的控制平面' } }),
    target: ratio({
      default: 0.7,
      source: 'assumed: for three zones, two of which have to carry everything',
      about: { en: 'utilisation it aims at', zh: '目标利用率' },
    }),
    every: duration({
      min: 1,
      default: 60,
      source: 'metrics of a minute, as usual for groups of machines',
      about: { en: 'time between two decisions', zh: '决策周期' },
    }),
    lag: duration({
      default: 60,
      source: 'a metric of one minute is known when the minute is over',
      about: { en: 'age of what it sees', zh: '指标延迟' },
    }),
    max: count({ default: 1000, source: 'assumed', about: { en: 'instances it may reach', zh: '实例上限' } }),
  },
  install(cloud, plan, { of, via, target, every, lag, max }) {
    const { balancer, controlPlanes, entities, places, services, sim, trace } = cloud
    const service = services.serviceOf(entities.find(of))
    const api = controlPlanes.ofService(services.serviceOf(entities.find(via)))
    const underway = sim.column(Int32Array, 1) // asked for and not yet settled
    const capacity = cloud.capacityOf(service)

    const ask = instanceAsker(cloud, api, service, plan, zonesByNeed, () => {
      underway[0]--
    })
    const DECIDE = sim.on((_target: number, offered: number) => {
      const wanted = Math.min(max, Math.ceil(offered / (capacity * target)))
      const seen = balancer.inRotation(service) + balancer.joining(service) + services.starting(service) + underway[0]
      if (wanted <= seen) return
      const row = trace.write(sim.now, Row.wants, plan, 0, wanted, seen)
      const asked = writeAsked(cloud, plan, wanted - seen, row)
      for (let i = seen; i < wanted; i++) {
        underway[0]++
        ask(asked)
      }
    })
    const LOOK = sim.on(() => {
      sim.after(lag, DECIDE, 0, cloud.offered(service))
      sim.after(every, LOOK, 0)
    })
    sim.after(every, LOOK, 0)

    /** Zones that still have hosts up, the one with the fewest of the service's instances first, those that start included. */
    function zonesByNeed(): number[] {
      const members = new Map<number, number>()
      const first = services.firstInstance(service)
      for (let i = first; i < first + services.specs[service].instancesMax; i++) {
        if (!services.instanceIsUp(i) && !services.instanceIsStarting(i)) continue
        const zone = services.zoneOfInstance(i)
        members.set(zone, (members.get(zone) ?? 0) + 1)
      }
      return services
        .zonesOf(service)
        .filter(zone => cloud.hosts.upIn(places.zones[zone]) > 0)
        .sort((a, b) => (members.get(a) ?? 0) - (members.get(b) ?? 0) || a - b)
    }
  },
})
