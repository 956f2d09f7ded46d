/** What clients sent and got, as rates that hold from one row to the next. */
import type { EntityId } from '../trace/entities.ts'
import type { RowId } from '../trace/trace.ts'
import type { PerSecond, Seconds } from '../units/quantity.ts'
import { type Measurement, type Run, VACUOUS, type Window } from './define.ts'
import { kindNamed } from './rows.ts'

/** Nobody asked for anything that could be counted. */
export const UNASKED: Measurement = {
  ...VACUOUS,
  because: { en: 'no request was issued in its window', zh: '其窗口内没有请求' },
}

/** The clients that are meant: those given, and those that send to a service given. */
export function clientsOf({ world }: Run, of: readonly EntityId[]): EntityId[] {
  return world.clients.filter(({ entity, service }) => of.includes(entity) || of.includes(service)).map(({ entity }) => entity)
}

/** `row` is the one that told last of what holds; 0 when none did yet. */
type Piece = (from: Seconds, to: Seconds, first: PerSecond, second: PerSecond, row: RowId) => void

/**
 * Calls `piece` for each stretch of the window over which the sums of both rates of some entities hold, in order and without
 * gaps or empty stretches. `kind` is a row kind whose operands are rates; before an entity's first row its rates are 0.
 */
export function eachFlow(run: Run, kind: string, of: readonly EntityId[], { from, to }: Window, piece: Piece): void {
  const { rows } = run
  const flow = kindNamed(run, kind)
  const index = new Map(of.map((entity, i) => [entity, i]))
  const a = new Float64Array(of.length) // per second, by entity
  const b = new Float64Array(of.length)
  let since = from
  let first = 0
  let second = 0
  let told = 0
  for (let row = 1; row < rows.length; row++) {
    if (rows.kind[row] !== flow) continue
    const i = index.get(rows.subject[row])
    if (i === undefined) continue
    const now = rows.time[row]
    if (now >= to) break
    if (now > since) {
      piece(since, now, first, second, told)
      since = now
    }
    told = row
    a[i] = rows.a[row]
    b[i] = rows.b[row]
    // Summed afresh, not by differences, so that rates that are equal stay equal.
    first = 0
    second = 0
    for (let k = 0; k < a.length; k++) {
      first += a[k]
      second += b[k]
    }
  }
  if (to > since) piece(since, to, first, second, told)
}
