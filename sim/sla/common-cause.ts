/**
 * Parts that fail together: the beta-factor model, in which the share `beta` of a part's failures strikes all parts alike.
 * Source: K. N. Fleming, A reliability model for common mode failures in redundant safety systems, General Atomic (1975).
 */
import type { Ratio } from '../units/quantity.ts'
import { alike, kOfN } from './blocks.ts'
import { steadyState } from './markov.ts'

/** Unavailability of `n` parts of which one is enough: ((1 − β)q)ⁿ + βq, for a small unavailability q of one part. */
export function unavailableTogether(n: number, q: Ratio, beta: Ratio): Ratio {
  return alike(n, (1 - beta) * q).reduce((all, own) => all * own, 1) + beta * q
}

/** Probability that fewer than `k` of `n` do what is asked of them once, when each fails to with probability `q`. */
export function tooFew(k: number, n: number, q: Ratio, beta: Ratio): Ratio {
  const own = kOfN(n - k + 1, alike(n, (1 - beta) * q)) // enough of them fail, each for reasons of its own
  const common = beta * q
  return own + common - own * common
}

/** Two parts of which one is enough, each with a crew of its own. */
export interface Pair {
  /** Mean life and mean time to repair of one part, both exponential. */
  readonly life: number
  readonly repair: number
  /** While both are up, this share of one part's failure rate strikes both; each fails alone with the rest of its rate. */
  readonly beta: Ratio
}

/** Share of time in which neither part is up; once one is down the other fails at its full rate. */
export function pairUnavailability({ life, repair, beta }: Pair): Ratio {
  const alone = (2 * (1 - beta)) / life
  const shares = steadyState([
    [0, alone, beta / life],
    [1 / repair, 0, 1 / life],
    [0, 2 / repair, 0],
  ])
  return shares[2]
}
