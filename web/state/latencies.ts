/**
 * How long answers took: what rows tell by buckets and counts, filed by whose they are and by the interval in which they came.
 * Rows are kept by number, and folded when a view asks.
 */
import { BUCKETS, bucketOf, timeWithin } from '../../sim/trace/buckets.ts'
import type { Recording, RowId } from '../../sim/trace/trace.ts'

/** Latencies of a service, of its share of a zone, or of a path of a host. */
export interface Latencies {
  readonly entity: number
  /** When intervals in which anything was answered ended, s. */
  readonly ends: readonly number[]
  /** Rows, interval by interval. */
  readonly rows: readonly RowId[]
  /** Where the rows of each interval begin. */
  readonly first: readonly number[]
}

/** Shares of the answers that are shown by the time within which they came. */
export const SHARES = [0.5, 0.99, 0.999] as const

/** All of a run, by whose they are. A service's are those of its zones together. */
export function latenciesOf({ rows, kinds, entities }: Recording): ReadonlyMap<number, Latencies> {
  const isTold = kinds.map(info => info.name.endsWith('.latency'))
  const found = new Map<number, { entity: number; ends: number[]; rows: RowId[]; first: number[] }>()
  const keep = (entity: number, row: RowId): void => {
    let own = found.get(entity)
    if (own === undefined) {
      own = { entity, ends: [], rows: [], first: [] }
      found.set(entity, own)
    }
    if (own.ends[own.ends.length - 1] !== rows.time[row]) {
      own.ends.push(rows.time[row])
      own.first.push(own.rows.length)
    }
    own.rows.push(row)
  }
  for (let row = 1; row < rows.length; row++) {
    if (!isTold[rows.kind[row]]) continue
    const subject = rows.subject[row]
    if (entities.kind(subject) === 'cell') keep(entities.parent(subject), row)
    keep(subject, row)
  }
  return found
}

/** Counts by bucket of the intervals numbered `from` up to but without `to`. */
export function countsOf({ rows }: Recording, { rows: told, first, ends }: Latencies, from: number, to: number): Float64Array {
  const counts = new Float64Array(BUCKETS)
  const end = to < ends.length ? first[to] : told.length
  for (let i = first[from] ?? told.length; i < end; i++) counts[bucketOf(rows.a[told[i]])] += rows.b[told[i]]
  return counts
}

/**
 * Number of the interval of `interval` s that was told of last at a moment; −1 when nothing was answered in it. As with rates, what
 * was counted in an interval is known when it is over.
 */
export function intervalAt({ ends }: Latencies, interval: number, moment: number): number {
  const index = intervalsBy(ends, moment) - 1
  return index >= 0 && moment - ends[index] < interval * (1 - 1e-9) ? index : -1
}

/** How many intervals have ended by a moment, s. */
export function intervalsBy(ends: readonly number[], moment: number): number {
  let low = 0
  let high = ends.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (ends[middle] <= moment) low = middle + 1
    else high = middle
  }
  return low
}

/** The times within which the shares of the answers came, interval by interval: s, in the order of `SHARES`. */
export function percentilesOf(recording: Recording, latencies: Latencies): readonly Float64Array[] {
  const lines = SHARES.map(() => new Float64Array(latencies.ends.length))
  for (let i = 0; i < latencies.ends.length; i++) {
    const counts = countsOf(recording, latencies, i, i + 1)
    SHARES.forEach((share, line) => {
      lines[line][i] = timeWithin(counts, share) ?? 0
    })
  }
  return lines
}
