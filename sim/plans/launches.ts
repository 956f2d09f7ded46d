/**
 * Launching instances: the way every launch goes, whoever wants it. Through the control plane's queue and threads, then to a
 * host with room in one of the zones wanted, then through the instance's own start. Each of the three can be what holds it up.
 */
import type { Cloud } from '../models/cloud.ts'
import type { Call } from '../models/control-plane.ts'
import type { EntityId } from '../trace/entities.ts'
import { defineRows } from '../trace/row-kinds.ts'
import type { RowId } from '../trace/trace.ts'

const Row = defineRows('launch', {
  asked: { says: { en: '{subject} asks for {a} launches', zh: '{subject} 请求启动 {a} 个实例' }, a: 'count', hop: 'decide' },
  refused: { says: { en: '{subject} is refused: the queue is full', zh: '{subject} 被拒绝：队列已满' }, a: 'count' },
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
    refused: ({ cause }) => {
      trace.write(sim.now, Row.refused, asker, cause, 1)
      settled(false)
    },
    gaveUp: ({ cause }) => {
      settled(false)
      return trace.write(sim.now, Row['gave-up'], asker, cause, 1)
    },
  })
  return cause => ask({ count: 1, about: 0, cause })
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
): (call: Call) => void {
  const { controlPlanes, pool, sim, trace } = cloud
  return controlPlanes.register(via, {
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
    refused: ({ count, cause }) => void trace.write(sim.now, Row.refused, asker, cause, count),
    gaveUp: ({ count, cause }) => trace.write(sim.now, Row['gave-up'], asker, cause, count),
  })
}
