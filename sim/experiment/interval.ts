/**
 * How far a measured mean or share may be from the true one: confidence intervals, 95 % unless told otherwise. Knows nothing of
 * what was measured.
 */
import { exp, ln, log1p } from '../engine/elementary.ts'
import { lnGamma } from '../engine/gamma.ts'
import type { Ratio } from '../units/quantity.ts'

/** A measured value, its standard error, and the interval that contains the true value in the stated share of all runs. */
export interface Estimate {
  readonly value: number
  readonly error: number
  readonly low: number
  readonly high: number
}

const CONFIDENCE = 0.95
/** Enough for the shape of Student's law to matter little, few enough for batches to be long. Source: B. Schmeiser (1982). */
const BATCHES = 20

/**
 * The mean of independent values, such as one from each replication, by Student's law. Of a single value nothing is known: its
 * interval is endless. Throws RangeError without values.
 */
export function meanEstimate(values: readonly number[], confidence: Ratio = CONFIDENCE): Estimate {
  const n = values.length
  if (n === 0) throw new RangeError('no values to take the mean of')
  const value = values.reduce((sum, one) => sum + one, 0) / n
  if (n === 1) return { value, error: Infinity, low: -Infinity, high: Infinity }
  const squares = values.reduce((sum, one) => sum + (one - value) * (one - value), 0)
  const error = Math.sqrt(squares / (n - 1) / n)
  const half = error * studentQuantile((1 + confidence) / 2, n - 1)
  return { value, error, low: value - half, high: value + half }
}

/**
 * The long-run mean of values that depend on those before them, of one long run after its warm-up: cut into batches long
 * enough to be as good as independent. The first values are left out when they do not make whole batches. Throws RangeError
 * with fewer values than batches.
 */
export function batchMeans(values: readonly number[], batches = BATCHES, confidence: Ratio = CONFIDENCE): Estimate {
  const size = Math.floor(values.length / batches)
  if (!(size >= 1)) throw new RangeError(`${values.length} values do not make ${batches} batches`)
  const first = values.length - size * batches
  const means = Array.from({ length: batches }, (_, batch) => {
    let sum = 0
    for (let i = 0; i < size; i++) sum += values[first + batch * size + i]
    return sum / size
  })
  return meanEstimate(means, confidence)
}

/**
 * The probability behind `hits` out of `trials`. The interval contains it at least as often as stated, also when nothing or
 * everything was hit. Source: Clopper & Pearson, The use of confidence or fiducial limits, Biometrika 26 (1934).
 */
export function shareEstimate(hits: number, trials: number, confidence: Ratio = CONFIDENCE): Estimate {
  if (!(hits >= 0 && hits <= trials && trials > 0)) throw new RangeError(`${hits} of ${trials} is no share`)
  const value = hits / trials
  const out = (1 - confidence) / 2
  return {
    value,
    error: Math.sqrt((value * (1 - value)) / trials),
    low: hits === 0 ? 0 : betaQuantile(out, hits, trials - hits + 1),
    high: hits === trials ? 1 : betaQuantile(1 - out, hits + 1, trials - hits),
  }
}

/** Which of n sorted values stand for a quantile and for the ends of its interval: ranks from 1; 0 and n + 1 lie beyond them. */
export interface QuantileRanks {
  readonly value: number
  readonly low: number
  readonly high: number
}

/**
 * The interval of the quantile `p` from n independent values, whatever their law: between two of the sorted values that leave
 * the quantile outside on either side no oftener than half of the rest. Where too few values lie beyond the quantile, the
 * interval is open on that side. Source: David & Nagaraja, Order Statistics (2003), 7.1.
 */
export function quantileRanks(n: number, p: Ratio, confidence: Ratio = CONFIDENCE): QuantileRanks {
  const out = (1 - confidence) / 2
  /** Probability that at least `rank` of the values are below the quantile. */
  const reaches = (rank: number): number => (rank <= 0 ? 1 : rank > n ? 0 : betaShare(p, rank, n - rank + 1))
  const first = (holds: (rank: number) => boolean): number => {
    let [below, at] = [0, n + 1]
    while (at - below > 1) {
      const middle = (below + at) >> 1
      if (holds(middle)) at = middle
      else below = middle
    }
    return at
  }
  return {
    value: Math.min(n, Math.max(1, Math.ceil(p * n))),
    low: first(rank => 1 - reaches(rank) > out) - 1,
    high: first(rank => reaches(rank) <= out),
  }
}

/** The value below which a variable with Student's law falls with probability `p`, 0 < p < 1. */
export function studentQuantile(p: Ratio, degrees: number): number {
  if (p < 0.5) return -studentQuantile(1 - p, degrees)
  const rest = betaQuantile(2 - 2 * p, degrees / 2, 0.5) // of degrees/(degrees + t²)
  if (rest < 0.5) return Math.sqrt((degrees * (1 - rest)) / rest)
  const share = betaQuantile(2 * p - 1, 0.5, degrees / 2) // of the other part, which has more digits when it is small
  return Math.sqrt((degrees * share) / (1 - share))
}

/** The value below which a variable with the beta law falls with probability `p`: by bisection, to the last digit. */
export function betaQuantile(p: Ratio, a: number, b: number): Ratio {
  let low = 0
  let high = 1
  for (;;) {
    const middle = (low + high) / 2
    if (middle === low || middle === high) return middle
    if (betaShare(middle, a, b) < p) low = middle
    else high = middle
  }
}

/**
 * Probability that a variable with the beta law falls below x, 0 < x < 1: the regularised incomplete beta function.
 * Source: Abramowitz & Stegun 26.5.8, by Lentz's way of evaluating continued fractions.
 */
export function betaShare(x: Ratio, a: number, b: number): Ratio {
  if (x > (a + 1) / (a + b + 2)) return 1 - betaShare(1 - x, b, a)
  const front = exp(lnGamma(a + b) - lnGamma(a) - lnGamma(b) + a * ln(x) + b * log1p(-x)) / a
  const sum = a + b
  let c = 1
  let d = 1 / notZero(1 - (sum * x) / (a + 1))
  let fraction = d
  for (let m = 1; m < TERMS_MAX; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / notZero(1 + even * d)
    c = notZero(1 + even / c)
    fraction *= d * c
    const odd = (-(a + m) * (sum + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / notZero(1 + odd * d)
    c = notZero(1 + odd / c)
    const factor = d * c
    fraction *= factor
    if (Math.abs(factor - 1) < 1e-15) return front * fraction
  }
  throw new Error(`the incomplete beta function of ${x}, ${a} and ${b} does not converge`)
}

/** Terms needed grow with the root of the larger parameter; this is enough for a billion trials. */
const TERMS_MAX = 200_000

function notZero(x: number): number {
  return Math.abs(x) < 1e-300 ? 1e-300 : x
}
