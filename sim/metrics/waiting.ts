/**
 * What waits, from moment to moment. A row of a request queue (`cell.queue`) is a corner between straight lines. A row of a
 * queue of jobs (`queue.backlog`) is how it stood then, and short queues report every change while long ones leave some out.
 */
import type { EntityId } from '../trace/entities.ts'
import type { Seconds } from '../units/quantity.ts'
import type { Measurement, Run, Window } from './define.ts'
import { kindNamed, within } from './rows.ts'
import { Extract, type Take } from './series.ts'

/** Up to this many waiting, a queue of jobs reports every change (a change is due at 2 % of the most that waited). */
const REPORTED_ALL = 50

/** How many wait in the queues meant (their sum), or how long the oldest has waited (the longest of them). */
export function waiting(run: Run, of: readonly EntityId[], what: 'backlog' | 'age', take: Take, window: Window): Measurement {
  const extract = new Extract(take)
  eachWaiting(run, of, what, window, (from, to, start, end) => extract.piece(from, to, start, end))
  return extract.measurement()
}

/** Calls `piece` for each stretch of the window over which what waits goes in a straight line, in order and without gaps. */
export function eachWaiting(
  run: Run,
  of: readonly EntityId[],
  what: 'backlog' | 'age',
  window: Window,
  piece: (from: Seconds, to: Seconds, start: number, end: number) => void,
): void {
  const { rows, entities } = run
  const queue = kindNamed(run, 'queue.backlog')
  const cell = kindNamed(run, 'cell.queue')
  const inside = within(run, of)
  const index = new Int32Array(entities.count).fill(-1)
  const own: EntityId[] = []
  for (let row = 1; row < rows.length; row++) {
    const subject = rows.subject[row]
    if ((rows.kind[row] !== queue && rows.kind[row] !== cell) || inside[subject] === 0 || index[subject] >= 0) continue
    index[subject] = own.length
    own.push(subject)
  }
  // Two passes: a line needs its end as well as its start.
  const lines = own.map(() => new Line(what))
  for (let row = 1; row < rows.length; row++) {
    const i = index[rows.subject[row]]
    if (i < 0 || (rows.kind[row] !== queue && rows.kind[row] !== cell)) continue
    lines[i].corner(rows.time[row], rows.a[row], rows.b[row], rows.kind[row] === cell)
  }
  const moments = corners(lines, window)
  for (let i = 1; i < moments.length; i++) {
    let start = 0
    let end = 0
    for (const line of lines) {
      const a = line.after(moments[i - 1], moments[i])
      const b = line.before(moments[i])
      start = what === 'age' ? Math.max(start, a) : start + a
      end = what === 'age' ? Math.max(end, b) : end + b
    }
    piece(moments[i - 1], moments[i], start, end)
  }
}

/** The ends of the window and all corners in between, in order, each once. */
function corners(lines: readonly Line[], { from, to }: Window): number[] {
  const all = [from, to]
  for (const line of lines) for (const time of line.times) if (time > from && time < to) all.push(time)
  all.sort((a, b) => a - b)
  return all.filter((time, i) => i === 0 || time > all[i - 1])
}

/** One queue's backlog or age: straight between corners, with jumps. 0 before the first corner. */
class Line {
  /** s */
  readonly times: number[] = []
  /** From this corner on, by corner. */
  private readonly starts: number[] = []
  /** When the next corner is reached, by corner. */
  private readonly ends: number[] = []
  private readonly what: 'backlog' | 'age'
  private count = 0
  private age: Seconds = 0
  private peak = 0
  private isLine = false
  private at = 0 // corner that the last question fell on

  constructor(what: 'backlog' | 'age') {
    this.what = what
  }

  corner(time: Seconds, count: number, age: Seconds, isLine: boolean): void {
    const last = this.times.length - 1
    if (last >= 0) this.ends[last] = isLine ? (this.what === 'age' ? age : count) : this.held(time - this.times[last], age)
    this.peak = count === 0 ? 0 : Math.max(this.peak, count)
    this.count = count
    this.age = age
    this.isLine = isLine
    this.times.push(time)
    this.starts.push(this.what === 'age' ? age : count)
    this.ends.push(this.what === 'age' ? age : count)
  }

  /** What a queue of jobs came to when the next row was due: the same jobs, all older, or some left in silence. */
  private held(elapsed: Seconds, ageNext: Seconds): number {
    if (this.what === 'backlog') return this.count
    if (this.count === 0) return 0
    return this.peak <= REPORTED_ALL ? this.age + elapsed : Math.max(this.age, ageNext)
  }

  /** The value just after `from`, which lies on the piece that ends at `to` or later. */
  after(from: Seconds, to: Seconds): number {
    this.seek((from + to) / 2)
    return this.value(from)
  }

  /** The value just before `to`. Call after `after`. */
  before(to: Seconds): number {
    return this.value(to)
  }

  private seek(time: Seconds): void {
    while (this.at + 1 < this.times.length && this.times[this.at + 1] <= time) this.at++
  }

  private value(time: Seconds): number {
    const { at, times, starts, ends } = this
    if (times[at] > time || times.length === 0) return 0
    if (at + 1 === times.length) return this.isLine ? starts[at] : this.held(time - times[at], starts[at])
    const length = times[at + 1] - times[at]
    return length > 0 ? starts[at] + ((ends[at] - starts[at]) * (time - times[at])) / length : starts[at]
  }
}
