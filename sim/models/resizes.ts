/**
 * Instances that move to another type: each is stopped and starts again as what it is then, on the same host. Its image must hold
 * the drivers that the type needs, or it does not come up: without one for volumes it finds no disk to boot from, without one for
 * the network nobody reaches it. It is stuck until it is moved back. What is launched later is of the size that is written.
 *
 * Images of a fleet are of different ages: a share has a driver, the same instances whenever it is the same share, and those that
 * have the rarer driver have the commoner one too.
 */
import type { Randomness } from '../engine/random.ts'
import type { Simulation } from '../engine/simulation.ts'
import type { Entities } from '../trace/entities.ts'
import { defineRows } from '../trace/row-kinds.ts'
import type { RowId, Trace } from '../trace/trace.ts'
import type { Ratio } from '../units/quantity.ts'
import type { Balancer } from './balancer.ts'
import type { Buckets } from './buckets.ts'
import type { Cells } from './cells.ts'
import { DRIVERS, type Driver, type InstanceType } from './instance-types.ts'
import type { Services } from './services.ts'

export interface FleetSpec {
  readonly service: number
  /** What its instances may be; the first is what they are at the start. */
  readonly types: readonly InstanceType[]
  /** Share of its images that have each driver. */
  readonly drivers: Readonly<Record<Driver, Ratio>>
}

const Row = defineRows('instance', {
  resized: {
    says: {
      en: '{subject} is stopped, to start as another type: {a} processors, {b} dollars an hour',
      zh: '{subject} 停止，将以另一类型启动：{a} 个处理器，每小时 {b} 美元',
    },
    a: 'count',
    b: 'count',
    level: 3,
  },
  'no-nvme': {
    says: {
      en: '{subject} does not boot: its image has no NVMe driver and finds no volume',
      zh: '{subject} 无法启动：镜像缺少 NVMe 驱动，找不到存储卷',
    },
  },
  'no-ena': {
    says: {
      en: '{subject} cannot be reached: its image has no ENA driver for the network',
      zh: '{subject} 无法连通：镜像缺少 ENA 网络驱动',
    },
  },
  'no-room': {
    says: {
      en: '{subject} stays down: its host has not {a} processors free',
      zh: '{subject} 未能启动：主机没有 {a} 个空闲处理器',
    },
    a: 'count',
  },
})
const LACKING: Readonly<Record<Driver, number>> = { nvme: Row['no-nvme'], ena: Row['no-ena'] }

export type Resizes = ReturnType<typeof createResizes>

export function createResizes(
  sim: Simulation,
  trace: Trace,
  randomness: Randomness,
  entities: Entities,
  services: Services,
  balancer: Balancer,
  cells: Cells,
  buckets: Buckets,
  fleets: readonly FleetSpec[],
) {
  const byService = new Map(fleets.map(fleet => [fleet.service, fleet]))
  const count = fleets.reduce((sum, { service }) => sum + services.specs[service].instancesMax, 0)
  const start = new Map<number, number>() // of a fleet in the columns, by service
  let next = 0
  for (const { service } of fleets) {
    start.set(service, next)
    next += services.specs[service].instancesMax
  }
  const type = sim.column(Uint8Array, count) // number in the fleet's list
  const before = sim.column(Uint8Array, count) // what it was before it was last moved
  const isStuck = sim.column(Uint8Array, count)
  const age = new Float64Array(count) // rank of its image, from the newest: 0 to 1
  for (const { service } of fleets) {
    const { entity, instancesMax } = services.specs[service]
    const first = services.firstInstance(service)
    const rankOf = (i: number) =>
      randomness.rank(`image/${entities.id(entity)}`, entities.key(services.entityOfInstance(first + i)))
    const ranked = Array.from({ length: instancesMax }, (_, i) => ({ i, rank: rankOf(i) })).sort((a, b) => a.rank - b.rank)
    ranked.forEach(({ i }, position) => {
      age[indexOf(first + i, service)] = (position + 0.5) / instancesMax
    })
  }

  function indexOf(instance: number, service: number): number {
    return (start.get(service) ?? 0) + instance - services.firstInstance(service)
  }

  /** Stops an instance and starts it as `to`, a number in its fleet's list. One that is of that type runs on. */
  function move(instance: number, to: number, cause: RowId): void {
    const service = services.serviceOfInstance(instance)
    const fleet = byService.get(service)
    const at = indexOf(instance, service)
    if (fleet === undefined || type[at] === to) return
    const { cpu, drivers, price } = fleet.types[to]
    const entity = services.entityOfInstance(instance)
    const row = trace.write(sim.now, Row.resized, entity, cause, cpu, price)
    balancer.takeOut(instance, row)
    if (isStuck[at] === 0) services.remove(instance, row)
    before[at] = type[at]
    type[at] = to
    const lacking = DRIVERS.filter(driver => drivers.includes(driver) && age[at] > fleet.drivers[driver])
    const hasRoom = services.resize(instance, cpu)
    isStuck[at] = hasRoom && lacking.length === 0 ? 0 : 1
    tellBuckets(service, instance, row)
    if (isStuck[at] === 0) services.putBack(instance, row)
    else if (!hasRoom) trace.write(sim.now, Row['no-room'], entity, row, cpu)
    for (const driver of lacking) trace.write(sim.now, LACKING[driver], entity, row)
  }

  /** What the instances of a cell may use is what they may on average. */
  function tellBuckets(service: number, moved: number, row: RowId): void {
    const cell = cells.cellOfInstance(moved)
    if (cell < 0) return
    const shares = (byService.get(service)?.types ?? []).map(() => 0)
    let all = 0
    for (const instance of services.present(service)) {
      const at = indexOf(instance, service)
      if (cells.cellOfInstance(instance) !== cell || isStuck[at] === 1) continue
      shares[type[at]]++
      all++
    }
    if (all > 0)
      buckets.setMix(
        cell,
        shares.map(share => share / all),
        row,
      )
  }

  return {
    /** Moves an instance to the type of this name. */
    resize: (instance: number, name: string, row: RowId): void => {
      const fleet = byService.get(services.serviceOfInstance(instance))
      const to = fleet?.types.findIndex(one => one.name === name) ?? -1
      if (to >= 0) move(instance, to, row)
    },
    /** Moves an instance back to what it was before it was last moved. */
    moveBack: (instance: number, row: RowId): void => {
      const service = services.serviceOfInstance(instance)
      if (byService.has(service)) move(instance, before[indexOf(instance, service)], row)
    },
  }
}
