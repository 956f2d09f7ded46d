/**
 * A clock, a calendar and a table of handlers. Knows nothing of what it simulates.
 *
 * Handlers are registered once while a model is being built; an event is a handler's number, a target and one operand.
 * Whatever can change while the simulation runs lives in columns registered here, so that a snapshot is a copy.
 */
import { Calendar, type CalendarSnapshot, type EventId } from './calendar.ts'
import { HORIZON_MAX, onGrid, type Seconds } from './time.ts'

/** Number of a handler; `Target` keeps an event for a host from being scheduled on a zone. */
export type Kind<Target extends number = number> = number & { readonly __target?: (target: Target) => void }

/** What happens when an event's time has come. */
export type Handler<Target extends number = number> = (target: Target, arg: number) => void

/** State that is not a plain column: it can copy itself and return to the copy. */
export interface Stateful {
  save(): unknown
  restore(saved: unknown): void
}

type Column = Float64Array | Float32Array | Int32Array | Uint32Array | Uint16Array | Uint8Array | Int8Array
type ColumnType<T extends Column> = new (length: number) => T

/** All mutable state at one moment. */
export interface Snapshot {
  readonly now: Seconds
  readonly events: number
  readonly unsettled: boolean
  readonly calendar: CalendarSnapshot
  readonly columns: readonly Column[]
  readonly parts: readonly unknown[]
}

export class Simulation {
  /** The current moment, s. */
  now: Seconds = 0
  /** Events handled so far. */
  events = 0
  private readonly calendar = new Calendar()
  private readonly handlers: Handler[] = []
  private readonly columns: Column[] = []
  private readonly parts: Stateful[] = []
  private readonly settlers: (() => void)[] = []
  private unsettled = false

  /** Registers a handler while the model is being built. Its number is the kind of its events. */
  on<Target extends number = number>(handler: Handler<Target>): Kind<Target> {
    return (this.handlers.push(handler as Handler) - 1) as Kind<Target>
  }

  /** Registers work to be done once at the end of an instant in which `unsettle` was called, in order of registration. */
  onSettle(settle: () => void): void {
    this.settlers.push(settle)
  }

  /** Asks for the settlers to run after the last event of the present instant. */
  unsettle(): void {
    this.unsettled = true
  }

  /** A zeroed column of `length` numbers that belongs to the state. */
  column<T extends Column>(type: ColumnType<T>, length: number): T {
    const column = new type(length)
    this.columns.push(column)
    return column
  }

  /** Registers state that is not a plain column. */
  keep(part: Stateful): void {
    this.parts.push(part)
  }

  /**
   * Schedules `kind` on `target`, `delay` seconds from now (rounded to the grid). Equal times run in the order scheduled.
   * Throws RangeError when `delay` is negative or not a number.
   */
  after<Target extends number>(delay: Seconds, kind: Kind<Target>, target: Target, arg = 0): EventId {
    if (!(delay >= 0)) throw new RangeError(`a delay must be at least 0 s, got ${delay}`)
    return this.calendar.push(onGrid(this.now + delay), kind, target, arg)
  }

  /** Schedules `kind` on `target` at the moment `time`, s. Throws RangeError when that moment has passed. */
  at<Target extends number>(time: Seconds, kind: Kind<Target>, target: Target, arg = 0): EventId {
    if (!(time >= this.now)) throw new RangeError(`cannot schedule at ${time} s: it is ${this.now} s`)
    return this.calendar.push(onGrid(time), kind, target, arg)
  }

  /** Removes a pending event; false when it has run or been removed already. */
  cancel(id: EventId): boolean {
    return this.calendar.remove(id)
  }

  /** Whether an event still waits for its time. */
  isPending(id: EventId): boolean {
    return this.calendar.isPending(id)
  }

  /** How many events wait. */
  get pending(): number {
    return this.calendar.length
  }

  /** Runs every event up to and including `until` (rounded to the grid), settles each instant, and leaves the clock there, s. */
  run(until: Seconds): void {
    this.runSlice(until, Infinity)
  }

  /**
   * Like `run`, but returns false after about `eventsMax` events if there is more to do; calling again continues. An
   * instant is never split, so slicing changes nothing.
   */
  runSlice(until: Seconds, eventsMax: number): boolean {
    const end = onGrid(until)
    if (!(end >= this.now && end <= HORIZON_MAX)) throw new RangeError(`cannot run to ${until} s from ${this.now} s`)
    const { calendar, handlers } = this
    const stop = this.events + eventsMax
    if (this.unsettled && calendar.nextTime() > this.now) this.settle()
    for (let next = calendar.nextTime(); next <= end; next = calendar.nextTime()) {
      if (this.events >= stop && next > this.now) return false
      const slot = calendar.pop()
      this.now = next
      this.events++
      handlers[calendar.kindOf(slot)](calendar.targetOf(slot), calendar.argOf(slot))
      if (this.unsettled && calendar.nextTime() > this.now) this.settle()
    }
    this.now = end
    return true
  }

  /** A copy of all registered state. */
  snapshot(): Snapshot {
    return {
      now: this.now,
      events: this.events,
      unsettled: this.unsettled,
      calendar: this.calendar.snapshot(),
      columns: this.columns.map(column => column.slice()),
      parts: this.parts.map(part => part.save()),
    }
  }

  /** Returns to a snapshot of this simulation. */
  restore(saved: Snapshot): void {
    this.now = saved.now
    this.events = saved.events
    this.calendar.restore(saved.calendar)
    this.columns.forEach((column, i) => {
      column.set(saved.columns[i])
    })
    this.parts.forEach((part, i) => {
      part.restore(saved.parts[i])
    })
    this.unsettled = saved.unsettled
  }

  /** Settlers may change state but not leave anything unsettled for each other for ever: ten rounds mean a bug of ours. */
  private settle(): void {
    for (let round = 0; this.unsettled; round++) {
      if (round === 10) throw new Error(`the model does not settle at ${this.now} s`)
      this.unsettled = false
      for (const settle of this.settlers) settle()
    }
  }
}
