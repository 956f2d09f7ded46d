/**
 * Numbers that move by themselves: battery charge, heat, fuel, tokens, bytes left to copy. A level knows its way in closed
 * form and schedules one thing only: reaching the nearest threshold ahead. What a threshold means is its owner's business.
 *
 *     linear:   x(t) = clamp(x₀ + v·(t − t₀), lo, hi)
 *     relaxing: x(t) = clamp(x∞ + (x₀ − x∞)·e^(−(t − t₀)/τ), lo, hi)
 *
 * A threshold counts as crossed when it is reached, from either side, exactly once: the level is then set to the threshold,
 * and leaving it again is no crossing. The moment is rounded up to the time grid.
 */
import { type EventId, NO_EVENT } from '../engine/calendar.ts'
import { expm1, ln } from '../engine/elementary.ts'
import type { Simulation } from '../engine/simulation.ts'
import { TICKS } from '../engine/time.ts'
import type { RowId } from '../trace/trace.ts'
import type { PerSecond, Seconds } from '../units/quantity.ts'

/** One level before the run begins; all its numbers are in one unit of the owner's choice. */
export interface LevelSpec {
  readonly start: number
  /** Bounds, which are thresholds too; none when absent. */
  readonly lo?: number
  readonly hi?: number
  /** Further values whose crossing matters. */
  readonly thresholds?: readonly number[]
}

/** `level` has reached `threshold`; `cause` is the row that set the movement that led there. */
export type Crossed = (level: number, threshold: number, cause: RowId) => void

export type Levels = ReturnType<typeof createLevels>

/** Levels that rest until they are given a movement. Throws RangeError when a start lies outside its bounds. */
export function createLevels(sim: Simulation, specs: readonly LevelSpec[], crossed: Crossed) {
  const count = specs.length
  const lo = Float64Array.from(specs, spec => spec.lo ?? -Infinity)
  const hi = Float64Array.from(specs, spec => spec.hi ?? Infinity)
  const first = new Uint32Array(count + 1) // where a level's thresholds begin, by level
  const thresholds: number[] = [] // of all levels, level by level
  const base = sim.column(Float64Array, count) // x₀
  const since = sim.column(Float64Array, count) // t₀, s
  const rate = sim.column(Float64Array, count) // v, per second; of linear movement
  const aim = sim.column(Float64Array, count) // x∞; of relaxing movement
  const tau = sim.column(Float64Array, count) // τ, s; 0 while the movement is linear
  const mover = sim.column(Uint32Array, count) // row that set the movement, by level
  const ahead = sim.column(Float64Array, count) // the threshold the pending crossing is of
  const due = sim.column(Float64Array, count).fill(Infinity) // when it is reached, s
  const pending = sim.column(Float64Array, count).fill(NO_EVENT) // the crossing's event

  specs.forEach((spec, level) => {
    if (!(spec.start >= lo[level] && spec.start <= hi[level])) {
      throw new RangeError(`a level must start within ${lo[level]} … ${hi[level]}, got ${spec.start}`)
    }
    base[level] = spec.start
    for (const bound of [spec.lo, spec.hi, ...(spec.thresholds ?? [])]) if (bound !== undefined) thresholds.push(bound)
    first[level + 1] = thresholds.length
  })

  const CROSS = sim.on((level: number, cause: RowId) => {
    const threshold = ahead[level]
    pending[level] = NO_EVENT
    due[level] = Infinity
    base[level] = threshold
    since[level] = sim.now
    arm(level)
    crossed(level, threshold, cause)
  })

  /** The level now. */
  function value(level: number): number {
    // At the very moment of a crossing the formula may miss the threshold by rounding.
    if (sim.now >= due[level]) return ahead[level]
    const elapsed = sim.now - since[level]
    const moved =
      tau[level] > 0
        ? base[level] + (base[level] - aim[level]) * expm1(-elapsed / tau[level])
        : base[level] + rate[level] * elapsed
    return Math.min(hi[level], Math.max(lo[level], moved))
  }

  /** From now on the level moves by `perSecond` each second, because of row `cause`. The same rate as before changes nothing. */
  function setRate(level: number, perSecond: PerSecond, cause: RowId): void {
    if (!Number.isFinite(perSecond)) throw new RangeError(`a level's rate must be finite, got ${perSecond} per second`)
    if (tau[level] === 0 && rate[level] === perSecond) return
    advance(level)
    tau[level] = 0
    rate[level] = perSecond
    mover[level] = cause
    arm(level)
  }

  /** From now on the level approaches `towards` with the time constant `constant`, s, because of row `cause`. */
  function relax(level: number, towards: number, constant: Seconds, cause: RowId): void {
    if (!(constant > 0)) throw new RangeError(`a time constant must be above 0 s, got ${constant}`)
    if (tau[level] === constant && aim[level] === towards) return
    advance(level)
    tau[level] = constant
    aim[level] = towards
    mover[level] = cause
    arm(level)
  }

  /** The level is at another value, at once; it moves on from there as before. */
  function set(level: number, value: number): void {
    base[level] = Math.min(hi[level], Math.max(lo[level], value))
    since[level] = sim.now
    due[level] = Infinity // what was due this instant has not happened
    arm(level)
  }

  function advance(level: number): void {
    base[level] = value(level)
    since[level] = sim.now
  }

  /** Schedules the nearest crossing ahead. One that is due this very instant stays: it has happened, whatever moves next. */
  function arm(level: number): void {
    if (due[level] <= sim.now) return
    sim.cancel(pending[level] as EventId)
    pending[level] = NO_EVENT
    due[level] = Infinity
    const from = base[level]
    const heading = tau[level] > 0 ? aim[level] - from : rate[level]
    if (heading === 0) return
    let nearest = heading > 0 ? Infinity : -Infinity
    for (let i = first[level]; i < first[level + 1]; i++) {
      const threshold = thresholds[i]
      if (heading > 0 ? threshold > from && threshold < nearest : threshold < from && threshold > nearest) nearest = threshold
    }
    // What a relaxing level only approaches it never reaches.
    if (!Number.isFinite(nearest) || (tau[level] > 0 && (heading > 0 ? nearest >= aim[level] : nearest <= aim[level]))) return
    const takes = tau[level] > 0 ? tau[level] * ln(heading / (aim[level] - nearest)) : (nearest - from) / rate[level]
    const moment = crossingMoment(sim.now + takes)
    if (!(moment <= Number.MAX_SAFE_INTEGER)) return // beyond any horizon
    ahead[level] = nearest
    due[level] = Math.max(moment, sim.now)
    pending[level] = sim.at(due[level], CROSS, level, mover[level])
  }

  return { value, setRate, relax, set }
}

/**
 * The first grid point not before `time`, s. A time that misses a grid point by less than a thousandth of a tick is on it:
 * that much is the rounding of the closed form, and 570 s should not become 570 s and a tick.
 */
function crossingMoment(time: Seconds): Seconds {
  return Math.ceil(time * TICKS - 1e-3) / TICKS
}
