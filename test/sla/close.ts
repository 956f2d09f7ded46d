import { expect } from 'vitest'

/** Equal within 1e-9 of the expected value, relative; 0 is expected exactly. */
export function close(actual: number, expected: number): void {
  if (expected === 0) expect(actual).toBe(0)
  else expect(Math.abs(actual - expected) / Math.abs(expected)).toBeLessThan(1e-9)
}

/** The same of lists, one by one. */
export function allClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length)
  for (const [at, one] of expected.entries()) close(actual[at], one)
}
