/**
 * The time grid. Time is seconds as a double on multiples of 2⁻²⁰ s (0.95 µs), up to 2³³ s (272 years): sums, differences
 * and ties are then exact, so that up-time plus down-time equals the horizon to the bit.
 */

import type { Seconds } from '../units/quantity.ts'

/** Seconds; on the grid when it is a moment of simulated time. */
export type { Seconds }

/** Ticks of the grid in a second. */
export const TICKS = 2 ** 20
/** The smallest step of time, s. */
export const TICK: Seconds = 1 / TICKS
/** The longest horizon, s: beyond it the grid no longer fits a double. */
export const HORIZON_MAX: Seconds = 2 ** 33

/** The nearest moment on the grid, s. */
export function onGrid(time: number): Seconds {
  return Math.round(time * TICKS) / TICKS
}

/** The first moment on the grid that is not before `time`, s: for crossings, which must never seem to come early. */
export function onGridAfter(time: number): Seconds {
  return Math.ceil(time * TICKS) / TICKS
}
