/**
 * Launching instances: the way every launch goes, whoever wants it. Through the control plane's queue and threads, then to a
 * host with room in one of the zones wanted, then through the instance's own start. Each of the three can be what holds it up.
 */
import type { Cloud } from '../models/cloud.ts'
import type { Call } from '../models/control-plane.ts'
import type { EntityId } from '../trace/entities.ts'
import { defineRows } from '../trace/row-kinds.ts'
import type { RowId } from '../trace/trace.ts'
import { createRetries, type RetryPolicy } from './retries.ts'

const Row = defineRows('launch', {
  asked: { says: { en: '{subject} asks for {a} launches', zh: '{subject} 请求启动 {a} 个实例' }, a: 'count', hop: 'decide' },
  refused: { says: { en: '{subject} is refused: the queue is full', zh: '{subject} 被拒绝：队列已满' }, a: 'count' },
  throttled: {
    says: { en: '{subject} is throttled: {a} calls over the rate', zh: '{subject} 被限流：{a} 次调用超出速率' },
    a: 'count',
  },
  denied: {
    says: { en: '{subject} is refused: the API is switched off', zh: '{subject} 被拒绝：API 已停用' },
    a: 'count',
  },
  'gave-up': {
    says: { en: '{subject} gives up waiting for {a} launches', zh: '{subject} 放弃等待 {a} 个启动请求' },
    a: 'count',
    hop: 'queue',
    limit: 'launches',
  },
  started: {
    says: { en: 'the control plane grants {subject} an instance', zh: '控制平面为 {subject} 分配实例' },
    a: 'entity',
    hop: 'queue',
    limit: 'launches',
  },
  failed: {
    says: { en: '{subject} finds no free capacity for {a} instances', zh: '{subject} 的 {a} 个实例没有可用容量' },
    a: 'count',
    hop: 'queue',
    limit: 'launches',
  },
  granted: {
    says: { en: '{subject} gets capacity for {a} instances', zh: '{subject} 获得 {a} 个实例的容量' },
    a: 'count',
    hop: 'queue',
    limit: 'launches',
    level: 3,
  },
})

/** How `asker` asks for one instance of a service; `settled` hears whether it was launched. Made while the model is built. */
export function instanceAsker(
  cloud: Cloud,
  via: number,
  service: number,
  asker: EntityId,
  zonesInOrder: () => readonly number[],
  settled: (launched: boolean) => void,
): (cause: RowId) => void {
  const { controlPlanes, pool, services, sim, trace } = cloud
  const { cpu } = services.specs[service]
  const ask = controlPlanes.register(via, {
    done: (_call, row) => {
      for (const zone of zonesInOrder()) {
        const host = pool.place(zone, cpu)
        if (host < 0) continue
        const instance = services.launch(service, host, row)
        if (instance >= 0) {
          trace.write(sim.now, Row.started, asker, row, services.entityOfInstance(instance))
          return settled(true)
        }
        pool.occupy(host, -cpu)
      }
      trace.write(sim.now, Row.failed, asker, row, 1)
      settled(false)
    },
    refused: ({ cause }, why) => {
      trace.write(sim.now, Row[why], asker, cause, 1)
      settled(false)
    },
    gaveUp: ({ cause }) => {
      settled(false)
      return trace.write(sim.now, Row['gave-up'], asker, cause, 1)
    },
  })
  return cause => ask({ count: 1, zone: zonesInOrder()[0] ?? -1, about: 0, cause })
}

/** Writes that `asker` asks for `count` launches; the row is the cause of their waiting. */
export function writeAsked(cloud: Cloud, asker: EntityId, count: number, cause: RowId): RowId {
  return cloud.trace.write(cloud.sim.now, Row.asked, asker, cause, count)
}

/**
 * How `asker` asks for anonymous instances of `cpu` processors each: other customers' replacements. A call is about whatever
 * `zonesFor` turns into the zones where they may go. Made while the model is built.
 */
export function capacityAsker(
  cloud: Cloud,
  via: number,
  asker: EntityId,
  cpu: number,
  zonesFor: (about: number) => readonly number[],
  retry: RetryPolicy,
): (call: Omit<Call, 'zone'>) => void {
  const { controlPlanes, pool, sim, trace } = cloud
  const ask = controlPlanes.register(via, {
    done: ({ count, about }, row) => {
      const zones = zonesFor(about)
      let placed = 0
      for (let i = 0; i < count; i++) {
        let host = -1
        for (let z = 0; z < zones.length && host < 0; z++) host = pool.place(zones[(i + z) % zones.length], cpu)
        if (host >= 0) placed++
      }
      if (placed > 0) trace.write(sim.now, Row.granted, asker, row, placed)
      if (placed < count) trace.write(sim.now, Row.failed, asker, row, count - placed)
    },
    refused: (call, why) => again(call, trace.write(sim.now, Row[why], asker, call.cause, call.count)),
    gaveUp: call => {
      const row = trace.write(sim.now, Row['gave-up'], asker, call.cause, call.count)
      again(call, row)
      return row
    },
    can: ({ zone }) => isAlive(cloud, zone),
  })
  const again = createRetries(cloud, asker, retry, ask)
  return call => {
    const zones = zonesFor(call.about)
    ask({ ...call, zone: zones[call.about % zones.length] })
  }
}

/** Whether a zone has hosts on which anything could be done. */
export function isAlive({ hosts, places }: Cloud, zone: number): boolean {
  return hosts.upIn(places.zones[zone]) > 0
}
