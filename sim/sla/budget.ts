/** Error budgets: what a service-level objective leaves to spend, three ways to count what was spent, and how fast. */
import type { Ratio, Seconds } from '../units/quantity.ts'

/** A stretch of the window; all of one length. */
export interface Slice {
  /** Requests answered well, and all of them. */
  readonly good: number
  readonly total: number
}

/**
 * What counts: every request alike; the slices in which enough went well; or the mean of the slices' ratios, in which a quiet
 * slice weighs as much as a busy one.
 * Source: the budgeting methods Occurrences, Timeslices and RatioTimeslices of OpenSLO v1.
 */
export const BUDGETING = ['occurrences', 'time-slices', 'ratio-slices'] as const
export type Budgeting = (typeof BUDGETING)[number]

/**
 * The share that went well. A slice without requests is good, as it is in service-level agreements on error rates. `sliceTarget`
 * is the ratio at which a slice counts as good. 1 when there is nothing to count.
 */
export function indicator(slices: readonly Slice[], budgeting: Budgeting, sliceTarget: Ratio): Ratio {
  const ratioOf = ({ good, total }: Slice): Ratio => (total > 0 ? good / total : 1)
  const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0)
  switch (budgeting) {
    case 'occurrences':
      return ratioOf({ good: sum(slices.map(({ good }) => good)), total: sum(slices.map(({ total }) => total)) })
    case 'time-slices':
      return ratioOf({ good: slices.filter(slice => ratioOf(slice) >= sliceTarget).length, total: slices.length })
    case 'ratio-slices':
      return ratioOf({ good: sum(slices.map(ratioOf)), total: slices.length })
    default:
      return budgeting satisfies never
  }
}

/** How many times faster than evenly the budget of `target` is spent when this share goes well: 1 spends exactly all of it. */
export function burnRate(goodShare: Ratio, target: Ratio): number {
  return (1 - goodShare) / (1 - target)
}

/** Share of the budget of a window that burning so fast for so long spends; above 1 when it is overdrawn. */
export function budgetSpent(burn: number, lasts: Seconds, window: Seconds): number {
  return (burn * lasts) / window
}

/** How long a whole budget lasts at a burn rate. */
export function budgetLasts(burn: number, window: Seconds): Seconds {
  return window / burn
}
