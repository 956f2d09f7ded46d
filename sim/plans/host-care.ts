import { hostsWithin } from '../effects/define.ts'
import { sample } from '../engine/distribution.ts'
import type { Call } from '../models/control-plane.ts'
import { select } from '../models/select.ts'
import { TENANT_CPU } from '../models/tenants.ts'
import { defineRows } from '../trace/row-kinds.ts'
import type { RowId } from '../trace/trace.ts'
import { bandwidth, count, duration, id, law, oneOf, ratio, selector } from '../units/fields.ts'
import { definePlan } from './define.ts'
import { createMigrations, isWhole, OTHER } from './live-migration.ts'

const Row = defineRows('care', {
  notices: {
    says: { en: '{subject} notices that {a} is degraded', zh: '{subject} 发现 {a} 性能劣化' },
    a: 'entity',
    hop: 'detect',
    limit: 'host-care',
  },
  moves: {
    says: { en: '{subject} starts on {a} what stood on a degraded host', zh: '{subject} 在 {a} 上启动劣化主机上的实例' },
    a: 'entity',
    hop: 'queue',
    limit: 'launches',
    level: 3,
  },
  'stays-put': {
    says: {
      en: '{subject} cannot move what is on {a}: its call was not handled',
      zh: '{subject} 无法移走 {a} 上的实例：调用未获处理',
    },
    a: 'entity',
    hop: 'queue',
    limit: 'launches',
  },
  'no-room': {
    says: { en: '{subject} finds no room for what is on {a}', zh: '{subject} 找不到容纳 {a} 上实例的空间' },
    a: 'entity',
    hop: 'queue',
    limit: 'launches',
  },
  emptied: { says: { en: '{subject}: nothing is left on {a}', zh: '{subject}：{a} 已清空' }, a: 'entity', level: 2 },
})

/** More than there are instances: a call is about a host, so many times its number, and what is on it. */
const SPAN = 2 ** 26

/**
 * What is done about a host that is degraded, once somebody notices. Nothing more is placed on it; what is on it moves while it
 * runs, or is stopped and started elsewhere in the zone, other customers' instances like ours and in a drawn order; a host that
 * is empty is switched off and repaired. What cannot move stays, and the host goes on for its sake.
 */
export const hostCare = definePlan({
  kind: 'host-care',
  about: {
    en: 'Empties hosts that are degraded, by live migration or by restarts elsewhere, and has them repaired; or waits.',
    zh: '处置劣化主机：热迁移或在别处重启其上实例，清空后送修；或等待。',
  },
  fields: {
    hosts: selector({ about: { en: 'hosts it looks after; all when left out', zh: '所管主机；缺省为全部' } }).optional(),
    via: id({ about: { en: 'the control plane it asks', zh: '所请求的控制平面' } }),
    sees: law({
      default: { kind: 'constant', value: 60 },
      source: 'status checks of hosts are made every minute (rough figure)',
      about: { en: 'from degraded to noticed', zh: '从劣化到被发现的时间' },
    }),
    odds: ratio({
      default: 1,
      source: 'it is noticed',
      about: { en: 'chance that it is noticed at all', zh: '被发现的概率' },
    }),
    do: oneOf(['migrate', 'restart', 'wait'], {
      default: 'migrate',
      source: 'assumed',
      about: {
        en: 'migrate: moves what is on it while it runs; restart: stops it and starts it elsewhere; wait: does nothing',
        zh: 'migrate：热迁移；restart：停止并在别处启动；wait：不处置',
      },
    }),
    'moves-at-once': count({
      default: 1,
      min: 1,
      max: 1000,
      source: 'assumed: one after the other is soonest done for most',
      about: {
        en: 'with migrate: instances that move off one host at once, each with its share of the bandwidth',
        zh: 'migrate：单台主机同时迁移的实例数，均分带宽',
      },
    }),
    bandwidth: bandwidth({
      isPositive: true,
      default: 1.25e9,
      source: 'assumed: 10 Gb/s of a host’s network',
      about: { en: 'with migrate: what a host copies memory at', zh: 'migrate：每台主机复制内存的带宽' },
    }),
    dirty: bandwidth({
      default: 0.25e9,
      source: 'assumed: 2 Gb/s',
      about: { en: 'with migrate: memory that an instance writes to meanwhile', zh: 'migrate：实例运行中改写内存的速率' },
    }),
    pause: duration({
      default: 0.3,
      source: 'one published fleet: 50 ms in the median, 300 ms at the 99th percentile (VEE 2018)',
      about: { en: 'with migrate: the longest pause that is meant to be', zh: 'migrate：预期的最长暂停' },
    }),
  },
  install(cloud, plan, { hosts: of, via, sees, odds, do: policy, 'moves-at-once': atOnce, bandwidth: all, dirty, pause }) {
    const { controlPlanes, degraded, entities, hosts, places, pool, randomness, services, sim, tenants, trace } = cloud
    const id = entities.id(plan)
    const keyOf = (host: number) => entities.key(places.hostEntity(host))
    const draws = randomness.streams(`${id}/sees`, places.hosts, keyOf)
    const chances = randomness.streams(`${id}/odds`, places.hosts, keyOf)
    const minds = new Set(of === undefined ? undefined : hostsWithin(cloud, select(entities, randomness, of, id)))
    const isKnown = sim.column(Uint8Array, places.hosts) // whether it is being looked at, by host
    const isClosed = sim.column(Uint8Array, places.hosts) // whether it has been closed to what is new, by host
    const busy = sim.column(Uint16Array, places.hosts) // calls and moves under way, by host
    const stuck = sim.column(Uint16Array, places.hosts) // what could not be moved, by host
    let waiting = new Map<number, readonly number[]>() // what is still to be moved, in order, by host
    sim.keep({
      save: () => new Map(waiting),
      restore: saved => {
        waiting = new Map(saved as typeof waiting)
      },
    })
    const migrations = createMigrations(cloud, { bandwidth: all / atOnce, dirty, pause }, settled)

    const asks = controlPlanes.register(controlPlanes.ofService(services.serviceOf(entities.find(via))), {
      done: ({ about }, row) => {
        const { host, instance } = thingOf(about)
        if (policy === 'migrate') migrations.begin(host, instance, row)
        else startElsewhere(host, instance, row)
      },
      refused: call => notHandled(call),
      gaveUp: call => notHandled(call),
    })

    degraded.watch((host, isDegraded, row) => {
      if (!isDegraded) {
        if (isClosed[host] === 1) pool.open(host)
        isClosed[host] = 0
        isKnown[host] = 0
        waiting.delete(host)
      } else if (isKnown[host] === 0 && (of === undefined || minds.has(host))) {
        isKnown[host] = 1
        if (odds === 1 || chances.next(host) < odds) sim.after(sample(sees, draws, host), NOTICE, host, row)
      }
    })
    const NOTICE = sim.on((host: number, cause: RowId) => {
      if (isKnown[host] === 0 || busy[host] > 0 || !hosts.isUp(host)) return
      const row = trace.write(sim.now, Row.notices, plan, cause, places.hostEntity(host))
      if (policy === 'wait') return
      pool.close(host)
      isClosed[host] = 1
      stuck[host] = 0
      waiting.set(host, thingsOn(host))
      next(host, row)
    })

    /** What runs on a host, in a drawn order: instances by their numbers, and other customers'. */
    function thingsOn(host: number): number[] {
      const others = tenants.tenantsOn(host)
      const ours = services.standingOn(host).map(instance => ({
        instance,
        rank: randomness.rank(`${id}/order`, entities.key(services.entityOfInstance(instance))),
      }))
      const theirs = Array.from({ length: others }, (_, i) => ({ instance: OTHER, rank: (i + 0.5) / others }))
      return [...ours, ...theirs].sort((a, b) => a.rank - b.rank || a.instance - b.instance).map(({ instance }) => instance)
    }

    /** Asks for what is to be moved next, as much as may be at once; a host of which nothing is left is repaired. */
    function next(host: number, cause: RowId): void {
      const most = policy === 'migrate' ? atOnce : Infinity
      let left = waiting.get(host) ?? []
      while (left.length > 0 && busy[host] < most) {
        const [instance] = left
        left = left.slice(1)
        waiting.set(host, left)
        busy[host]++
        asks({ count: 1, zone: places.zoneOfHost[host], about: host * SPAN + instance + 1, cause })
      }
      if (left.length > 0 || busy[host] > 0 || isKnown[host] === 0 || stuck[host] > 0) return
      const isEmpty = services.standingOn(host).length === 0 && tenants.tenantsOn(host) === 0
      if (isEmpty) hosts.retire(host, trace.write(sim.now, Row.emptied, plan, cause, places.hostEntity(host)))
    }

    /** Stops an instance, if it runs, and starts it on another host of the zone. Other customers' starts take no time. */
    function startElsewhere(host: number, instance: number, row: RowId): void {
      const cpu = instance === OTHER ? TENANT_CPU : services.cpuOfInstance(instance)
      const isThere = instance === OTHER ? tenants.tenantsOn(host) > 0 : services.standingOn(host).includes(instance)
      if (!isThere || !isWhole(cloud, host)) {
        settled(host, false, row)
        return
      }
      const to = pool.place(places.zoneOfHost[host], cpu)
      if (to < 0) {
        settled(host, false, trace.write(sim.now, Row['no-room'], plan, row, places.hostEntity(host)))
        return
      }
      const moved = trace.write(sim.now, Row.moves, plan, row, places.hostEntity(to))
      if (instance === OTHER) tenants.move(host, to, moved)
      else services.restartOn(instance, to, moved)
      settled(host, true, moved)
    }

    function notHandled({ about, cause }: Call): RowId {
      const { host } = thingOf(about)
      const row = trace.write(sim.now, Row['stays-put'], plan, cause, places.hostEntity(host))
      settled(host, false, row)
      return row
    }

    function thingOf(about: number): { readonly host: number; readonly instance: number } {
      return { host: Math.floor(about / SPAN), instance: (about % SPAN) - 1 }
    }

    function settled(host: number, moved: boolean, row: RowId): void {
      busy[host]--
      if (!moved) stuck[host]++
      next(host, row)
    }
  },
})
