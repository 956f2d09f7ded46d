/** When several runs are enough: at a number of replications fixed beforehand, or as soon as an interval is narrow enough. */
import type { Estimate } from './interval.ts'

/** How narrow the interval of an expectation's mean has to be: half its width, in the metric's unit. */
export interface HalfWidth {
  readonly of: string
  readonly atMost: number
}

/** From one look at the intervals to the next: so few looks that stopping at a lucky one hardly narrows an interval unduly. */
const GROWTH = 1.25

/** The number of replications at which the intervals are looked at after `done` of them; looks depend on nothing else. */
export function nextLook(done: number, { min, max }: { readonly min: number; readonly max: number }): number {
  let look = min
  while (look <= done) look = Math.max(look + 1, Math.ceil(look * GROWTH))
  return Math.min(look, max)
}

export function isNarrow({ low, high }: Pick<Estimate, 'low' | 'high'>, { atMost }: HalfWidth): boolean {
  return (high - low) / 2 <= atMost
}
