/** Why a row was written, and what it led to: reading the trace's column of causes in both directions. */
import { causesOf, type Recording, type RowId, type TraceColumns } from '../../sim/trace/trace.ts'

/** A step of an explanation: a row, or a number of rows left out. */
export type Step =
  | { readonly kind: 'row'; readonly row: RowId; readonly hop: RowId | null }
  | { readonly kind: 'gap'; readonly rows: number }

/** Steps at either end of a long chain that are always shown. */
const FIRST = 4
const LAST = 4

/**
 * The chain from a row back to the fault or chance that began it. A long one, such as a queue in which each waited for the one
 * before it, is shortened in the middle unless `whole`. `hop` is the row's cause, null at the end.
 */
export function explain(rows: TraceColumns, row: RowId, whole = false): Step[] {
  const chain = causesOf(rows, row)
  const steps = chain.map((at): Step => ({ kind: 'row', row: at, hop: rows.cause[at] > 0 ? rows.cause[at] : null }))
  if (whole || chain.length <= FIRST + LAST + 2) return steps
  const left = chain.length - FIRST - LAST
  return [...steps.slice(0, FIRST), { kind: 'gap', rows: left }, ...steps.slice(-LAST)]
}

/** Rows by what they are filed under, in order: `rows[first[key]] … rows[first[key + 1] − 1]`. */
export interface Index {
  readonly first: Uint32Array
  readonly rows: Uint32Array
  /** The rows of one key, as a view. */
  of(key: number): Uint32Array
}

function indexBy(length: number, keys: number, keyOf: (row: RowId) => number): Index {
  const first = new Uint32Array(keys + 2)
  for (let row = 1; row < length; row++) first[keyOf(row) + 2]++
  for (let key = 0; key < keys; key++) first[key + 2] += first[key + 1]
  const rows = new Uint32Array(Math.max(0, length - 1))
  for (let row = 1; row < length; row++) rows[first[keyOf(row) + 1]++] = row
  return { first, rows, of: key => rows.subarray(first[key], first[key + 1]) }
}

/** Rows by their subject. */
export function indexBySubject({ rows, entities }: Recording): Index {
  return indexBy(rows.length, entities.count, row => rows.subject[row])
}

/** Rows by their cause. */
export function indexByCause({ rows }: Recording): Index {
  return indexBy(rows.length, rows.length, row => rows.cause[row])
}

/** What a row led to directly, measurements aside, by kind: the first such row and how many there are, most important kinds first. */
export function consequences(recording: Recording, byCause: Index, row: RowId): { row: RowId; count: number }[] {
  const { rows, kinds } = recording
  const found = new Map<number, { row: RowId; count: number }>()
  for (const effect of byCause.of(row)) {
    if (kinds[rows.kind[effect]].level === 3) continue
    const kind = rows.kind[effect]
    const same = found.get(kind)
    if (same === undefined) found.set(kind, { row: effect, count: 1 })
    else same.count++
  }
  return [...found.values()].sort((x, y) => kinds[rows.kind[x.row]].level - kinds[rows.kind[y.row]].level || x.row - y.row)
}

/** Lines of an event log: rows that say the same of several things at one instant share a line. */
export interface LogLines {
  readonly length: number
  /** The first row of each line. */
  readonly row: Uint32Array
  /** How many rows it stands for. */
  readonly count: Uint32Array
}

/** The lines for the rows for which `wanted` holds. */
export function logLines({ rows }: Recording, wanted: (row: RowId) => boolean): LogLines {
  const row = new Uint32Array(rows.length)
  const count = new Uint32Array(rows.length)
  let length = 0
  for (let at = 1; at < rows.length; at++) {
    if (!wanted(at)) continue
    const last = length - 1
    if (last >= 0 && rows.kind[row[last]] === rows.kind[at] && rows.time[row[last]] === rows.time[at]) count[last]++
    else {
      row[length] = at
      count[length++] = 1
    }
  }
  return { length, row: row.slice(0, length), count: count.slice(0, length) }
}

/** Distinct times of some rows, s, in order. */
export function stopsOf({ rows }: Recording, wanted: (row: RowId) => boolean): Float64Array {
  const times: number[] = []
  for (let row = 1; row < rows.length; row++) {
    if (wanted(row) && times[times.length - 1] !== rows.time[row]) times.push(rows.time[row])
  }
  return Float64Array.from(times)
}

/** The nearest stop before or after a moment; undefined when there is none. */
export function stopFrom(stops: Float64Array, moment: number, direction: 1 | -1): number | undefined {
  let low = 0
  let high = stops.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (direction === 1 ? stops[middle] <= moment : stops[middle] < moment) low = middle + 1
    else high = middle
  }
  return direction === 1 ? stops[low] : stops[low - 1]
}
