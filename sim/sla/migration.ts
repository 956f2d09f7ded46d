/**
 * Live migration by pre-copy: the memory is copied while the instance runs, then again what it wrote to meanwhile, until so
 * little is left that a pause to copy it is short enough.
 *
 * Rounds shrink by r = dirty/bandwidth, so after n of them (M/B)·rⁿ is left, in time, and everything took
 * (M/B)·(1 − rⁿ⁺¹)/(1 − r). Source: a geometric series, as in Clark et al. (2005).
 */
import type { Bytes, Ratio, Seconds } from '../units/quantity.ts'

/** Rounds after which no more is tried. Source: hypervisors stop at about 30 (from memory, unverified). */
export const ROUNDS_MAX = 30

export interface Migration {
  /** The first copy of all memory, s. */
  readonly first: Seconds
  /** Rounds after the first copy, the last of them in the pause; 0 where all is copied in the pause. */
  readonly rounds: number
  readonly pause: Seconds
  /** From the first byte to running elsewhere, s. */
  readonly total: Seconds
  /** Whether the pause is as short as it should be: else it stops and copies what is left, all of it where nothing shrinks. */
  readonly converges: boolean
}

/** How an instance moves, at so many bytes per second of each; `pauseMax` is the longest pause that is meant to be, s. Throws unless the bandwidth is positive. */
export function migration(memory: Bytes, bandwidth: number, dirty: number, pauseMax: Seconds): Migration {
  if (!(bandwidth > 0)) throw new RangeError(`bandwidth must be > 0 B/s, got ${bandwidth}`)
  const first = memory / bandwidth
  const shrink: Ratio = dirty / bandwidth
  if (shrink >= 1) return { first, rounds: 0, pause: first, total: first, converges: first <= pauseMax }
  let pause = first
  let total = first
  let rounds = 0
  while (pause > pauseMax && rounds < ROUNDS_MAX) {
    pause *= shrink
    total += pause
    rounds++
  }
  return { first, rounds, pause, total, converges: pause <= pauseMax }
}
