/**
 * Processor sharing with impatient callers: all calls in flight get the same share of an instance's work, and whoever has not
 * got all that its call takes within its patience has had what it got for nothing. So long calls fail first. A fluid: calls are
 * many, and what they ask for is spread evenly over time.
 */
import type { PerSecond, Ratio, Seconds } from '../../units/quantity.ts'

/** Calls of many callers, by caller. */
export interface Calls {
  /** How many there are; the columns may be longer. */
  count: number
  /** How often one is made, /s. */
  readonly rate: Float64Array
  /** What it takes of one instance that serves nobody else, s. */
  readonly work: Float64Array
  /** When its caller gives up, s. */
  readonly patience: Float64Array
}

/**
 * How fast every call in flight is served, as a share of what one instance does; 1 when nobody is in anybody's way. A call
 * succeeds if its work ≤ speed × patience.
 *
 * At speed r a call is in flight for min(work / r, patience), so that Σ rate × min(work, r × patience) is the work done per
 * second, which comes to all that `servers` instances do. The left side is concave in r and made of straight pieces: Newton's
 * steps from 0 climb to the solution and reach it after as many pieces as there are at most.
 * Source: Little's law; L. Kleinrock, Queueing Systems II (1976), 4.4 (processor sharing).
 */
export function speedOf(servers: number, { count, rate, work, patience }: Calls): Ratio {
  if (servers <= 0) return 0
  let speed = 0
  for (let inTimeBefore = -1; ; ) {
    let inTime = 0 // callers whose calls succeed at this speed
    let done = 0 // their work, per second
    let slope = 0 // how much more of the others' is done per second, by speed
    for (let caller = 0; caller < count; caller++) {
      if (isInTime(work[caller], patience[caller], speed)) {
        inTime++
        done += rate[caller] * work[caller]
      } else slope += rate[caller] * patience[caller]
    }
    if (inTime === inTimeBefore) return speed
    inTimeBefore = inTime
    const next = slope > 0 ? (servers - done) / slope : 1
    if (next >= 1) return 1
    speed = Math.max(speed, next)
  }
}

/** Whether a call succeeds at this speed. */
export function isInTime(work: Seconds, patience: Seconds, speed: Ratio): boolean {
  return speed > 0 && work <= speed * patience
}

/** Calls per second that are let in, of those that are made. */
export function shareLetIn(limit: PerSecond, made: PerSecond): Ratio {
  return made > limit ? limit / made : 1
}
