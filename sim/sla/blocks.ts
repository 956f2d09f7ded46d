/**
 * Reliability block diagrams: availability of things put together from independent parts. Independence is the assumption to
 * doubt; common causes are no business of this file.
 */
import { expm1, ln, log1p } from '../engine/elementary.ts'
import type { Ratio } from '../units/quantity.ts'

/** All of them are needed. */
export function series(...parts: readonly Ratio[]): Ratio {
  return parts.reduce((all, part) => all * part, 1)
}

/** One of them is enough. */
export function parallel(...parts: readonly Ratio[]): Ratio {
  return 1 - parts.reduce((none, part) => none * (1 - part), 1)
}

/** At least `k` of these parts are needed; they may differ. The probability of each count is built up part by part. */
export function kOfN(k: number, parts: readonly Ratio[]): Ratio {
  let counts: number[] = [1] // probability that so many are up, by count
  for (const part of parts) {
    counts = [...counts, 0].map((none, up) => none * (1 - part) + (up > 0 ? counts[up - 1] * part : 0))
  }
  return counts.reduce((sum, probability, up) => (up >= k ? sum + probability : sum), 0)
}

/** Probability that at least one of `n` happens, each with `probability`; keeps its digits however rare one is. */
export function anyOf(n: number, probability: Ratio): Ratio {
  return -expm1(n * log1p(-probability))
}

/** How many parts, each as good as `part` and each needed, a promise of `goal` has room for; not rounded. */
export function dependenciesWithin(goal: Ratio, part: Ratio): number {
  return ln(goal) / ln(part)
}

/** The same part `n` times over, such as `kOfN(2, alike(3, 0.99))`. */
export function alike(n: number, part: Ratio): Ratio[] {
  return new Array<Ratio>(n).fill(part)
}

/** Time down in a period, in the period's own unit: 0.999 of 30 days leaves 43.2 min. The error budget of a goal. */
export function downtimeOf(availability: Ratio, period: number): number {
  return (1 - availability) * period
}
