/**
 * Launching instances: the way every launch goes, whoever wants it. Through the control plane's queue and threads, then to a
 * host with room in one of the zones wanted, then through the instance's own start. Each of the three can be what holds it up.
 */
import type { Cloud } from '../models/cloud.ts'
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
  },
  started: {
    says: { en: 'the control plane grants {subject} an instance', zh: '控制平面为 {subject} 分配实例' },
    a: 'entity',
    hop: 'queue',
  },
  failed: {
    says: { en: '{subject} finds no free capacity for {a} instances', zh: '{subject} 的 {a} 个实例没有可用容量' },
    a: 'count',
    hop: 'queue',
  },
  granted: {
    says: { en: '{subject} gets capacity for {a} instances', zh: '{subject} 获得 {a} 个实例的容量' },
    a: 'count',
    hop: 'queue',
    level: 3,
  },
})

/** Asks for one instance of a service; `settled` hears whether it was launched. */
export function askForInstance(
  cloud: Cloud,
  via: number,
  service: number,
  asker: EntityId,
  zonesInOrder: () => readonly number[],
  cause: RowId,
  settled: (launched: boolean) => void,
): void {
  const { controlPlanes, pool, services, sim, trace } = cloud
  const { cpu } = services.specs[service]
  const call = {
    count: 1,
    done: (row: RowId) => {
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
    refused: () => {
      trace.write(sim.now, Row.refused, asker, cause, 1)
      settled(false)
    },
    gaveUp: () => {
      settled(false)
      return trace.write(sim.now, Row['gave-up'], asker, cause, 1)
    },
  }
  controlPlanes.ask(via, call, cause)
}

/** Writes that `asker` asks for `count` launches; the row is the cause of their waiting. */
export function writeAsked(cloud: Cloud, asker: EntityId, count: number, cause: RowId): RowId {
  return cloud.trace.write(cloud.sim.now, Row.asked, asker, cause, count)
}

/** Asks for `count` anonymous instances of `cpu` processors each, anywhere in `zones`: other customers' replacements. */
export function askForCapacity(
  cloud: Cloud,
  via: number,
  asker: EntityId,
  count: number,
  cpu: number,
  zones: readonly number[],
  cause: RowId,
): void {
  const { controlPlanes, pool, sim, trace } = cloud
  const call = {
    count,
    done: (row: RowId) => {
      let placed = 0
      for (let i = 0; i < count; i++) {
        let host = -1
        for (let z = 0; z < zones.length && host < 0; z++) host = pool.place(zones[(i + z) % zones.length], cpu)
        if (host >= 0) placed++
      }
      if (placed > 0) trace.write(sim.now, Row.granted, asker, row, placed)
      if (placed < count) trace.write(sim.now, Row.failed, asker, row, count - placed)
    },
    refused: () => void trace.write(sim.now, Row.refused, asker, cause, count),
    gaveUp: () => trace.write(sim.now, Row['gave-up'], asker, cause, count),
  }
  controlPlanes.ask(via, call, cause)
}
