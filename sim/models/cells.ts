/**
 * What the requests of a cell (one service in one zone) meet on their way: calls to other services that may fail, routes
 * that may be slow or lossy, and impairments that faults put on the cell. Hands the traffic model one capacity factor, one
 * latency, one error share and one chance of success for each cell, and knows nothing of queues and retries.
 *
 * A serve-need of a service with traffic is a call. One that cannot succeed (the callee is down, has no writer, or lies
 * behind a cut link) fails every request that makes it, and every further attempt at that request.
 */
import { pow } from '../engine/elementary.ts'
import type { Simulation } from '../engine/simulation.ts'
import type { EntityId } from '../trace/entities.ts'
import type { RowId } from '../trace/trace.ts'
import type { Ratio, Seconds } from '../units/quantity.ts'
import type { Databases } from './database.ts'
import { createModifiers, EITHER, PRODUCT, SUM } from './modifiers.ts'
import type { Needs } from './needs.ts'
import type { Network } from './network.ts'
import { type DataSpec, shareLost } from './partitions.ts'
import type { Services } from './services.ts'
import type { Traffic } from './traffic/traffic.ts'

export interface CellSpec {
  readonly entity: EntityId
  /** Number of the service. */
  readonly service: number
  readonly zone: number
  /** Network node where the users of the cell's region come in. */
  readonly edge: number
  /** How the service's data lies on its instances; any of them will do for any request when absent. */
  readonly data?: DataSpec | undefined
  readonly calls: readonly {
    /** Number of the need, whose holder is the cell. */
    readonly need: number
    /** Calls for each request; below 1, the share of requests that make this call. */
    readonly fanout: number
    /** Database called, or −1. */
    readonly database: number
  }[]
  /** Parts of the clients that call the cell, by number: each with the calls, of the list above, that its requests make. */
  readonly callers: readonly { readonly client: number; readonly makes: readonly number[] }[]
}

/** What a fault does to a cell: capacity is a factor, latency is added (s), errors is the share that fails at once. */
export interface Impairment {
  readonly capacity: Ratio
  readonly latency: Seconds
  readonly errors: Ratio
}

export type Cells = ReturnType<typeof createCells>

export function createCells(
  sim: Simulation,
  services: Services,
  needs: Needs,
  network: Network,
  databases: Databases,
  traffic: Traffic,
  specs: readonly CellSpec[],
) {
  const capacity = createModifiers(sim, PRODUCT)
  const latency = createModifiers(sim, SUM)
  const errors = createModifiers(sim, EITHER)
  const allowed = sim.column(Float64Array, specs.length).fill(Infinity) // share of its capacity that its size gives, by cell
  const cellOf = new Map(specs.map((spec, cell) => [spec.entity, cell]))
  const last = services.specs.length - 1
  const isAlive = sim.column(Uint8Array, last < 0 ? 0 : services.firstInstance(last) + services.specs[last].instancesMax)
  const alive = sim.column(Int32Array, specs.length) // instances up, by cell
  const holdsData = sim.column(Uint8Array, isAlive.length) // whether it was there at the start, or up ever since
  const holders = sim.column(Int32Array, specs.length) // instances that hold data, by cell
  const baseLatency = specs.map(({ edge, zone }) => network.latency(edge, zone))

  /** Call once needs have begun. */
  function begin(): void {
    specs.forEach(({ service }, cell) => {
      judge(cell, 0)
      const first = services.firstInstance(service)
      for (const instance of services.present(service)) hold(instance)
      for (let instance = first; instance < first + services.specs[service].instancesMax; instance++) {
        if (services.instanceIsUp(instance) && cellOfInstance(instance) === cell) count(instance, true, 0)
      }
    })
    for (const { service } of specs) judgeData(service, 0)
    services.watchInstances(count)
    needs.watch((holder, _moment, row) => {
      const cell = cellOf.get(holder)
      if (cell !== undefined) judge(cell, row)
    })
    network.watch(row => {
      for (let cell = 0; cell < specs.length; cell++) judge(cell, row)
    })
    services.watchServices((service, _up, row) => {
      const database = databases.ofService(service)
      if (database < 0) return
      specs.forEach(({ calls }, cell) => {
        if (calls.some(call => call.database === database)) judge(cell, row)
      })
    })
  }

  /** An instance is up or down; with the last one a cell loses what it held in memory. */
  function count(instance: number, up: boolean, row: RowId): void {
    const cell = cellOfInstance(instance)
    if (cell < 0 || up === (isAlive[instance] === 1)) return
    isAlive[instance] = up ? 1 : 0
    alive[cell] += up ? 1 : -1
    if (alive[cell] === 0) needs.forget(specs[cell].entity, row)
    if (up) hold(instance)
    judgeData(specs[cell].service, row)
  }

  /** An instance that is up for the first time is given its part of the data. */
  function hold(instance: number): void {
    const cell = cellOfInstance(instance)
    if (cell < 0 || holdsData[instance] === 1) return
    holdsData[instance] = 1
    holders[cell]++
  }

  /** Requests about partitions of which too few copies are up fail, wherever they come in. */
  function judgeData(service: number, row: RowId): void {
    const own = specs.map((_, cell) => cell).filter(cell => specs[cell].service === service)
    const { data } = specs[own[0]]
    if (data === undefined) return
    const lost = shareLost(
      data,
      own.map(cell => ({ up: alive[cell], all: holders[cell] })),
    )
    for (const cell of own) traffic.setErrors(cell, errors.set(cell, DATA, lost), row)
  }

  function cellOfInstance(instance: number): number {
    const service = services.serviceOfInstance(instance)
    const zone = services.zoneOfInstance(instance)
    return specs.findIndex(spec => spec.service === service && spec.zone === zone)
  }

  /** The route to a cell and the calls it makes have changed, or may have. */
  function judge(cell: number, row: RowId): void {
    const { zone, edge, calls, callers } = specs[cell]
    for (const { client, makes } of callers) {
      let success = 1
      for (const made of makes) success *= chanceOf(zone, calls[made])
      traffic.setSuccess(cell, client, success, row)
    }
    const reached = network.reaches(edge, zone)
    traffic.setLatency(
      cell,
      latency.set(cell, ROUTE, reached ? Math.max(0, network.latency(edge, zone) - baseLatency[cell]) : 0),
      row,
    )
    traffic.setErrors(cell, errors.set(cell, ROUTE, reached ? 1 - network.through(edge, zone) : 0), row)
  }

  /** Chance that the calls of one request to one callee go well. */
  function chanceOf(zone: number, { need, fanout, database }: CellSpec['calls'][number]): Ratio {
    if (!needs.isOk(need)) return 0
    const writer = database < 0 ? -1 : databases.writerZone(database)
    return writer < 0 ? 1 : pow(network.through(zone, writer), Math.max(1, fanout))
  }

  function impair(cell: number, by: EntityId, with_: Impairment, row: RowId): void {
    capacity.set(cell, by, with_.capacity)
    tellCapacity(cell, row)
    traffic.setLatency(cell, latency.set(cell, by, with_.latency), row)
    traffic.setErrors(cell, errors.set(cell, by, with_.errors), row)
  }

  function relieve(cell: number, by: EntityId, row: RowId): void {
    capacity.lift(cell, by)
    tellCapacity(cell, row)
    traffic.setLatency(cell, latency.lift(cell, by), row)
    traffic.setErrors(cell, errors.lift(cell, by), row)
  }

  /** Its instances may do no more than such a share of what they could, for want of network, volume or processor time. */
  function allow(cell: number, share: Ratio, row: RowId): void {
    allowed[cell] = share
    tellCapacity(cell, row)
  }

  /** Faults multiply; what a size allows is a ceiling. */
  function tellCapacity(cell: number, row: RowId): void {
    traffic.setFactor(cell, Math.min(capacity.fold(cell), allowed[cell]), row)
  }

  return { begin, impair, relieve, allow, cellOfInstance, specs }
}

/** The modifier of the network itself, next to those of faults; no fault is entity 0. */
const ROUTE: EntityId = 0
/** The modifier of degraded hosts. */
export const DEGRADED: EntityId = -2
/** The modifier of data that too few instances hold. */
const DATA: EntityId = -1
