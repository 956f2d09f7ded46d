/** Something that is up and down by turns, both times exponential: how long it is down within a window of fixed length. */
import { exp, ln } from '../engine/elementary.ts'
import type { Ratio } from '../units/quantity.ts'

/** Mean times up and down, and the window, in one unit. It is up when the window opens. */
export interface Alternating {
  readonly life: number
  readonly repair: number
  readonly window: number
}

/**
 * Probability that it is down for longer than `limit` of the window. Summed from the upper tail, so that a small probability
 * keeps its digits. The clock of failures stands still while it is down.
 * Source: L. Takács, On certain sojourn time problems in the theory of stochastic processes (1957).
 */
export function downLongerThan(limit: number, { life, repair, window }: Alternating): Ratio {
  if (limit >= window) return 0
  if (limit < 0) return 1
  const failures = (window - limit) / life // expected while up for all the rest
  const repairs = limit / repair
  let sum = 0
  let logFailures = -failures // of exactly n failures
  let logRepairs = -repairs // of exactly n repairs
  let repairsUpTo = exp(logRepairs)
  for (let n = 1; ; n++) {
    logFailures += ln(failures / n)
    const probability = exp(logFailures)
    sum += probability * repairsUpTo // of at most n − 1 repairs done within the limit
    if (n > failures && probability <= 1e-18 * sum) return sum < 1 ? sum : 1
    if (repairs > 0) {
      logRepairs += ln(repairs / n)
      repairsUpTo += exp(logRepairs)
    }
  }
}
