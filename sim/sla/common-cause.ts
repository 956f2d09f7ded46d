/**
 * Parts that fail together: the beta-factor model, in which the share `beta` of a part's failures strikes all parts alike.
 * Source: K. N. Fleming, A reliability model for common mode failures in redundant safety systems, General Atomic (1975).
 */
import type { Ratio } from '../units/quantity.ts'
import { alike, kOfN } from './blocks.ts'
import { steadyState } from './markov.ts'

/**
 * Unavailability of `n` parts of which `k` are enough, q being that of one: what is common, βq, and apart from it too many that
 * are down for reasons of their own. For one of n this is ((1 − β)q)ⁿ + βq.
 */
export function unavailableTogether(n: number, q: Ratio, beta: Ratio, k = 1): Ratio {
  return kOfN(n - k + 1, alike(n, (1 - beta) * q)) + beta * q
}

/**
 * The β at which `n` parts of unavailability q, of which one is enough, come to the unavailability `published`: 0 when even
 * independent parts are no better, 1 when a single part is no worse.
 */
export function impliedBeta(n: number, q: Ratio, published: Ratio): Ratio {
  if (unavailableTogether(n, q, 0) >= published) return 0
  if (q <= published) return 1
  let low = 0
  let high = 1
  for (let middle = 0.5; middle > low && middle < high; middle = (low + high) / 2) {
    if (unavailableTogether(n, q, middle) < published) low = middle
    else high = middle
  }
  return low
}

/** Probability that fewer than `k` of `n` do what is asked of them once, when each fails to with probability `q`. */
export function tooFew(k: number, n: number, q: Ratio, beta: Ratio): Ratio {
  const own = kOfN(n - k + 1, alike(n, (1 - beta) * q)) // enough of them fail, each for reasons of its own
  const common = beta * q
  return own + common - own * common
}

/** Parts alike that fail by themselves and together, and are repaired. */
export interface SharedGroup {
  readonly n: number
  /** Mean life and mean time to repair of one part, both exponential. */
  readonly life: number
  readonly repair: number
  /** Share of a part's failures that strike all parts which are up. */
  readonly beta: Ratio
  /** Repairs under way at once. */
  readonly crews: number
}

/** Share of time in which so many of the parts are down, by their number: a Markov chain whose common cause leads to all down. */
export function sharesDown({ n, life, repair, beta, crews }: SharedGroup): Ratio[] {
  return steadyState(
    Array.from({ length: n + 1 }, (_, from) =>
      Array.from({ length: n + 1 }, (_, to) => {
        if (to === from - 1) return Math.min(from, crews) / repair
        const alone = to === from + 1 ? ((n - from) * (1 - beta)) / life : 0
        return to === n && from < n ? alone + beta / life : alone
      }),
    ),
  )
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
