/**
 * Says of a cell that it is metastable: its capacity is there and its usual load would fit, what keeps it busy are the retries
 * and misses that its own failing brings about, and so it does not come back by itself. What passes by itself, such as a queue
 * that is worked off, is not told: it is told only after every request sent before has been answered or given up for good.
 */
import { type EventId, NO_EVENT } from '../../engine/calendar.ts'
import type { Simulation } from '../../engine/simulation.ts'
import { HORIZON_MAX } from '../../engine/time.ts'
import type { EntityId } from '../../trace/entities.ts'
import { defineRows } from '../../trace/row-kinds.ts'
import type { RowId, Trace } from '../../trace/trace.ts'
import type { PerSecond, Seconds } from '../../units/quantity.ts'

const Row = defineRows('flow', {
  metastable: {
    says: {
      en: '{subject} does not come back by itself: it could carry {b}, its usual load is {a}, and retries or misses keep it down',
      zh: '{subject} 无法自行恢复：容量为每秒 {b}，平常负载仅 {a}，重试或缓存未命中使其持续瘫痪',
    },
    a: 'per-second',
    b: 'per-second',
    hop: 'queue',
    limit: 'requests',
    level: 1,
  },
  overloaded: {
    says: {
      en: '{subject} no longer has room for its load: {a} without any retries, and it could carry {b}',
      zh: '{subject} 已容不下其负载：不计重试即每秒 {a}，容量为每秒 {b}',
    },
    a: 'per-second',
    b: 'per-second',
    hop: 'queue',
    limit: 'requests',
    level: 1,
  },
  recovered: {
    says: { en: '{subject} answers again after {a}', zh: '{subject} 在 {a} 后恢复应答' },
    a: 'seconds',
    hop: 'queue',
    limit: 'requests',
    level: 1,
  },
})

/** `patience` is how long a request to a cell may take, all its attempts and back-offs, s; Infinity when some wait for ever. */
export function createCollapses(sim: Simulation, trace: Trace, cells: readonly EntityId[], patience: readonly Seconds[]) {
  const timer = sim.column(Float64Array, cells.length).fill(NO_EVENT)
  const usual = sim.column(Float64Array, cells.length) // attempts/s, of the cell while it is down
  const capacity = sim.column(Float64Array, cells.length) // requests/s, likewise
  const cause = sim.column(Uint32Array, cells.length) // row with which it went down
  const toldAt = sim.column(Float64Array, cells.length).fill(-1) // s; −1 while nothing was told

  const TELL = sim.on((cell: number) => {
    timer[cell] = NO_EVENT
    toldAt[cell] = sim.now
    trace.write(sim.now, Row.metastable, cells[cell], cause[cell], usual[cell], capacity[cell])
  })

  function passes(cell: number): void {
    if (timer[cell] === NO_EVENT) return
    sim.cancel(timer[cell] as EventId)
    timer[cell] = NO_EVENT
  }

  return {
    /** A cell is down that could carry what it usually gets, and what arrives keeps it so; since row `row` at the latest. */
    holds(cell: number, row: RowId, load: PerSecond, carries: PerSecond): void {
      usual[cell] = load
      capacity[cell] = carries
      if (timer[cell] !== NO_EVENT || toldAt[cell] >= 0 || sim.now + patience[cell] >= HORIZON_MAX) return
      cause[cell] = row
      timer[cell] = sim.after(patience[cell], TELL, cell)
    },
    /** A cell gets more than it could carry even without retries, as when the load of another is shifted to it. */
    overloads(cell: number, row: RowId, load: PerSecond, carries: PerSecond): void {
      passes(cell)
      if (toldAt[cell] < 0) return
      trace.write(sim.now, Row.overloaded, cells[cell], row, load, carries)
      toldAt[cell] = -1
    },
    /** A cell is down for another reason, or what keeps it so is about to end. */
    passes,
    /** A cell answers what it is asked. */
    answers(cell: number, row: RowId): void {
      passes(cell)
      if (toldAt[cell] < 0) return
      trace.write(sim.now, Row.recovered, cells[cell], row, sim.now - toldAt[cell])
      toldAt[cell] = -1
    },
  }
}
