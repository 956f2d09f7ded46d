/** Histories of small worlds in plain words, for tests of effects and plans. */
import type { History } from '../cloud.ts'

/** Rows of some kinds, as `600 rack.dark r/a/dc1/r1`. */
export function told(history: History, kinds: RegExp, of = /./): string[] {
  return history.rows(kinds).flatMap(row => (of.test(row.of) ? [`${row.time} ${row.kind} ${row.of}`] : []))
}

/** Requests answered in time per second, at a moment. */
export function answered(history: History, time: number, client = 'users'): number {
  return (
    history
      .rows('client.flow', client)
      .filter(row => row.time <= time)
      .at(-1)?.b ?? NaN
  )
}
