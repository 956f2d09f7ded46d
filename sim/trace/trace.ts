/**
 * What happened, as columns: the simulation's only output. A row is (time, kind, subject, cause, a, b); its cause is the
 * number of the earlier row whose handling brought it about, 0 for the start of the run and for chance.
 */
import type { Seconds } from '../engine/time.ts'
import type { Entities, EntityId } from './entities.ts'
import type { OperandUnit, RowKind, RowKindInfo } from './row-kinds.ts'

/** Number of a row. Row 0 is the start of the run. */
export type RowId = number

/** The cause of what nothing in the run caused: the start, or chance. */
export const NO_CAUSE: RowId = 0

/** Rows that there is room for at first: as many as a short run has, since one of thousands must not pay for a long one. */
const FIRST_CAPACITY = 1024

/** Kind number of row 0. */
const START = 0xffff

/** The columns of a trace, for folds, for files and for moving between threads. All arrays are `length` long. */
export interface TraceColumns {
  readonly length: number
  /** s */
  readonly time: Float64Array
  /** index into the catalogue of row kinds; 65535 for row 0 */
  readonly kind: Uint16Array
  /** entity number */
  readonly subject: Uint32Array
  /** row number, smaller than the row's own */
  readonly cause: Uint32Array
  readonly a: Float64Array
  readonly b: Float64Array
}

const COLUMNS = ['time', 'kind', 'subject', 'cause', 'a', 'b'] as const

type RowWatcher = (row: RowId, subject: EntityId) => void

export class Trace {
  length = 0
  time = new Float64Array(FIRST_CAPACITY)
  kind = new Uint16Array(FIRST_CAPACITY)
  subject = new Uint32Array(FIRST_CAPACITY)
  cause = new Uint32Array(FIRST_CAPACITY)
  a = new Float64Array(FIRST_CAPACITY)
  b = new Float64Array(FIRST_CAPACITY)
  private readonly watchers: (RowWatcher[] | undefined)[] = []

  constructor() {
    this.write(0, START, 0, NO_CAUSE)
  }

  /** Writes a row at `time` and returns its number. */
  write(time: Seconds, kind: RowKind, subject: EntityId, cause: RowId, a = 0, b = 0): RowId {
    const row = this.length
    if (row === this.time.length) this.grow()
    this.length = row + 1
    this.time[row] = time
    this.kind[row] = kind
    this.subject[row] = subject
    this.cause[row] = cause
    this.a[row] = a
    this.b[row] = b
    const watchers = this.watchers[kind]
    if (watchers !== undefined) for (const watch of watchers) watch(row, subject)
    return row
  }

  /** Calls `watcher` whenever a row of `kind` is written: how plans that wait for something to happen learn of it. */
  watch(kind: RowKind, watcher: RowWatcher): void {
    const watchers = this.watchers[kind] ?? []
    watchers.push(watcher)
    this.watchers[kind] = watchers
  }

  /** The rows so far, as views (not copies) of exactly their length. */
  columns(): TraceColumns {
    const n = this.length
    return {
      length: n,
      time: this.time.subarray(0, n),
      kind: this.kind.subarray(0, n),
      subject: this.subject.subarray(0, n),
      cause: this.cause.subarray(0, n),
      a: this.a.subarray(0, n),
      b: this.b.subarray(0, n),
    }
  }

  /** Takes over the rows of another trace in place of its own, and tells nobody. */
  adopt(rows: TraceColumns): void {
    while (this.time.length < rows.length) this.grow()
    for (const name of COLUMNS) this[name].set(rows[name])
    this.length = rows.length
  }

  /** For snapshots: the rows up to now are kept, later ones are forgotten. */
  save(): unknown {
    return this.length
  }

  restore(saved: unknown): void {
    this.length = saved as number
  }

  private grow(): void {
    const capacity = this.time.length * 2
    this.time = copied(this.time, new Float64Array(capacity))
    this.kind = copied(this.kind, new Uint16Array(capacity))
    this.subject = copied(this.subject, new Uint32Array(capacity))
    this.cause = copied(this.cause, new Uint32Array(capacity))
    this.a = copied(this.a, new Float64Array(capacity))
    this.b = copied(this.b, new Float64Array(capacity))
  }
}

/** A finished (or growing) run as every reader gets it: folds, verdicts, the page. */
export interface Recording {
  readonly rows: TraceColumns
  readonly kinds: readonly RowKindInfo[]
  readonly entities: Entities
}

/** Whether two rows say the same: time, kind, subject, cause and operands, with names compared and not numbers. */
export function sameRow(one: Recording, row: RowId, two: Recording, other: RowId): boolean {
  const [a, b] = [one.rows, two.rows]
  if (a.time[row] !== b.time[other] || a.cause[row] !== b.cause[other]) return false
  const [kind, otherKind] = [one.kinds[a.kind[row]], two.kinds[b.kind[other]]]
  const sameOperand = (unit: OperandUnit, x: number, y: number): boolean =>
    unit === 'entity' ? sameEntity(one.entities, x, two.entities, y) : x === y || Object.is(x, y)
  return (
    kind.name === otherKind.name &&
    sameEntity(one.entities, a.subject[row], two.entities, b.subject[other]) &&
    sameOperand(kind.a, a.a[row], b.a[other]) &&
    sameOperand(kind.b, a.b[row], b.b[other])
  )
}

function sameEntity(one: Entities, a: EntityId, two: Entities, b: EntityId): boolean {
  if (one === two) return a === b
  const [left, right] = [one.key(a), two.key(b)]
  return left.high === right.high && left.low === right.low
}

/** The row and everything that led to it, oldest last: row, its cause, that row's cause … down to the start or chance. */
export function causesOf(rows: TraceColumns, row: RowId): RowId[] {
  const chain: RowId[] = []
  for (let at = row; at > 0; at = rows.cause[at]) chain.push(at)
  return chain
}

function copied<T extends { set(from: T): void }>(from: T, to: T): T {
  to.set(from)
  return to
}
