/**
 * The queues of cells: what joins waits first in, first out, in front of a capacity, up to a limit; beyond it attempts are
 * refused at once. A fluid: between two changes all rates are constant, and backlog and age of the oldest follow from the
 * cumulative curve of arrivals. Knows nothing of clients, time-outs or retries.
 *
 *     dQ/dt = a − s     dg/dt = 1 − s/a(τ)     Q: waiting, g: age of the oldest, τ = now − g: when it came, a: joining,
 *                                              s: served
 */
import type { Simulation } from '../../engine/simulation.ts'
import type { PerSecond, Ratio, Seconds } from '../../units/quantity.ts'
import { ArrivalCurve } from './arrival-curve.ts'

export interface CellQueueSpec {
  /** Requests that may wait, 0 to Infinity. */
  readonly limit: number
  /** Classes of attempts that arrive. */
  readonly classes: number
}

export type CellQueues = ReturnType<typeof createCellQueues>

/** Requests below this are none: what rounding leaves of a queue that has emptied. */
const DUST = 1e-9
/** Relative width within which two cumulative amounts are the same. */
const SAME = 1e-13

export function createCellQueues(sim: Simulation, specs: readonly CellQueueSpec[]) {
  const curves = specs.map(({ classes }) => new ArrivalCurve(classes))
  for (const curve of curves) sim.keep(curve)
  const waiting = sim.column(Float64Array, specs.length) // requests, by cell
  const joined = sim.column(Float64Array, specs.length) // requests since the busy period began, by cell
  const joining = sim.column(Float64Array, specs.length) // requests/s, by cell
  const served = sim.column(Float64Array, specs.length) // requests/s, by cell
  const head = sim.column(Float64Array, specs.length) // breakpoint at or before the request served now, by cell
  const isBusy = sim.column(Uint8Array, specs.length) // whether requests have to wait, by cell
  const advancedTo = sim.column(Float64Array, specs.length) // s, by cell

  /** Lets the queue run until now. Returns how many requests were served since the last time. */
  function advance(cell: number): number {
    const elapsed = sim.now - advancedTo[cell]
    advancedTo[cell] = sim.now
    const came = joining[cell] * elapsed
    if (isBusy[cell] === 0) return came
    joined[cell] += came
    const left = waiting[cell] + (joining[cell] - served[cell]) * elapsed
    const done = left > DUST ? served[cell] * elapsed : waiting[cell] + came
    waiting[cell] = left > DUST ? left : 0
    return done
  }

  /**
   * From now on, `weight` of the class rates `rates` is offered to the cell: `alive` of it wants to join the queue in front of
   * `capacity`, and `vanishes` is never answered. Returns the share of the attempts offered that joins.
   */
  function offer(
    cell: number,
    capacity: PerSecond,
    rates: Readonly<Float64Array>,
    weight: Ratio,
    alive: Ratio,
    vanishes: Ratio,
  ): Ratio {
    const { limit, classes } = specs[cell]
    const curve = curves[cell]
    let offered = 0
    for (let k = 0; k < classes; k++) offered += rates[k] * weight
    const wants = offered * alive
    const isFull = wants > capacity && waiting[cell] >= limit * (1 - SAME)
    const joins = isFull ? (alive * capacity) / wants : alive
    joining[cell] = isFull ? capacity : wants
    const wasBusy = isBusy[cell] === 1
    isBusy[cell] = waiting[cell] > 0 || joining[cell] > capacity ? 1 : 0
    const starts = isBusy[cell] === 1 && !wasBusy
    if (isBusy[cell] === 0 || starts) joined[cell] = 0
    curve.record(sim.now, joined[cell], joining[cell], joins, vanishes, rates, weight, starts)
    served[cell] = isBusy[cell] === 1 ? capacity : joining[cell]
    if (isBusy[cell] === 0 || starts) head[cell] = curve.last
    else moveHead(cell)
    return joins
  }

  function moveHead(cell: number): void {
    const curve = curves[cell]
    const done = joined[cell] - waiting[cell]
    const reached = done + DUST + joined[cell] * SAME
    while (head[cell] < curve.last && curve.amountOf(head[cell] + 1) <= reached) head[cell]++
  }

  /** How long the request that is served now has waited, s. */
  function age(cell: number): Seconds {
    if (isBusy[cell] === 0) return 0
    const curve = curves[cell]
    const at = head[cell]
    const rate = curve.rateOf(at)
    let came = curve.timeOf(at)
    if (rate > 0) came += Math.max(0, joined[cell] - waiting[cell] - curve.amountOf(at)) / rate
    if (at < curve.last) came = Math.min(came, curve.timeOf(at + 1))
    return Math.max(0, sim.now - came)
  }

  /** How fast the age grows now, s/s; at most 1. */
  function ageing(cell: number): number {
    const rate = curves[cell].rateOf(head[cell])
    return isBusy[cell] === 0 || rate === 0 ? 0 : 1 - served[cell] / rate
  }

  /** Time until the queue empties, fills, or its head comes to requests that arrived at other rates, s. */
  function untilChange(cell: number): Seconds {
    if (isBusy[cell] === 0) return Infinity
    const curve = curves[cell]
    const growth = joining[cell] - served[cell]
    let until = Infinity
    if (growth < 0) until = waiting[cell] / -growth
    else if (growth > 0 && waiting[cell] < specs[cell].limit) until = (specs[cell].limit - waiting[cell]) / growth
    if (served[cell] > 0 && head[cell] < curve.last) {
      const ahead = curve.amountOf(head[cell] + 1) - (joined[cell] - waiting[cell])
      until = Math.min(until, Math.max(0, ahead) / served[cell])
    }
    return until
  }

  /** Requests of one class that are served now, per second. */
  function servedOf(cell: number, ofClass: number): PerSecond {
    const curve = curves[cell]
    const at = head[cell]
    const rate = curve.rateOf(at)
    return rate === 0 ? 0 : (served[cell] * curve.offeredOf(at, ofClass) * curve.joinsOf(at)) / rate
  }

  return {
    curves,
    /** Requests waiting, by cell. */
    waiting: waiting as Readonly<Float64Array>,
    /** Requests joining the queue per second, by cell. */
    joining: joining as Readonly<Float64Array>,
    /** Requests served per second, by cell. */
    served: served as Readonly<Float64Array>,
    /** The breakpoint of the curve at which the queue is served, by cell. */
    head: head as Readonly<Float64Array>,
    isBusy: isBusy as Readonly<Uint8Array>,
    /** When the queue was last advanced, s, by cell. */
    advancedTo: advancedTo as Readonly<Float64Array>,
    advance,
    offer,
    age,
    ageing,
    untilChange,
    servedOf,
  }
}
