/**
 * Customers who create volumes, one after another and in each zone in turn, alone or with an instance that is launched from one.
 * As many are deleted as are created, so what is stored stays as it is; but while there is no room for another, none is made.
 */
import type { Cloud } from '../models/cloud.ts'
import type { EntityId } from '../trace/entities.ts'
import { defineRows } from '../trace/row-kinds.ts'
import { NO_CAUSE } from '../trace/trace.ts'
import type { PerSecond } from '../units/quantity.ts'

export interface VolumeCustomers {
  /** Number of the control plane they ask. */
  readonly via: number
  /** Number of the volumes in the list of all. */
  readonly volumes: number
  /** Volumes of all zones. */
  readonly rate: PerSecond
}

const Row = defineRows('create', {
  refused: { says: { en: 'a volume in {subject} is refused: the queue is full', zh: '在 {subject} 创建卷被拒绝：队列已满' } },
  throttled: { says: { en: 'creating a volume in {subject} is throttled', zh: '在 {subject} 创建卷被限流' } },
  denied: {
    says: { en: 'a volume in {subject} is refused: the API is switched off', zh: '在 {subject} 创建卷被拒绝：API 已停用' },
  },
  'gave-up': {
    says: { en: 'a customer gives up waiting for a volume in {subject}', zh: '客户放弃等待在 {subject} 创建卷' },
    hop: 'queue',
    limit: 'launches',
  },
  failed: {
    says: { en: 'a volume in {subject} is not created: there is no room', zh: '在 {subject} 创建卷失败：没有空间' },
    hop: 'queue',
    limit: 'launches',
  },
})

export function installVolumeCustomers(cloud: Cloud, { via, volumes, rate }: VolumeCustomers): void {
  const { controlPlanes, sim, trace } = cloud
  const pools = cloud.volumes.pools.flatMap((pool, number) => (pool.volumes === volumes ? [number] : []))
  const entityOf = (pool: number): EntityId => cloud.volumes.pools[pool].entity
  const ask = controlPlanes.register(via, {
    done: ({ about }, row) => {
      if (!cloud.volumes.fitsOne(about)) trace.write(sim.now, Row.failed, entityOf(about), row)
    },
    refused: ({ about, cause }, why) => void trace.write(sim.now, Row[why], entityOf(about), cause),
    gaveUp: ({ about, cause }) => trace.write(sim.now, Row['gave-up'], entityOf(about), cause),
    can: ({ about }) => cloud.volumes.fitsOne(about),
  })
  const CREATE = sim.on((turn: number) => {
    ask({ count: 1, zone: cloud.volumes.pools[pools[turn]].zone, about: pools[turn], cause: NO_CAUSE })
    sim.after(1 / rate, CREATE, (turn + 1) % pools.length)
  })
  sim.after(1 / rate, CREATE, 0)
}
