/**
 * The arrivals of one cell so far: a cumulative curve A(t) that is linear between breakpoints, from the head of the queue (or
 * the oldest attempt that may still time out) to now. Against the curve of what has been served, the vertical distance is the
 * backlog and the horizontal one the waiting time.   Source: Newell, Applications of Queueing Theory (1982), ch. 1.
 *
 * A ring of breakpoints in columns. Breakpoints have consecutive numbers, which stay valid when the ring grows or forgets.
 */
import type { Stateful } from '../../engine/simulation.ts'
import type { PerSecond, Ratio, Seconds } from '../../units/quantity.ts'

const FIRST_CAPACITY = 16

export class ArrivalCurve implements Stateful {
  /** Number of the oldest breakpoint kept. */
  first = 0
  /** Number of the newest breakpoint; −1 before the first. */
  last = -1
  /** Number of the newest breakpoint from which a share of the attempts vanished; −1 when none ever did. */
  lastLossy = -1
  private readonly classes: number
  private mask = FIRST_CAPACITY - 1
  private time = new Float64Array(FIRST_CAPACITY) // s
  private amount = new Float64Array(FIRST_CAPACITY) // requests that had joined the queue
  private rate = new Float64Array(FIRST_CAPACITY) // requests joining the queue, /s
  private joins = new Float64Array(FIRST_CAPACITY) // share of the attempts offered that joins the queue
  private vanishes = new Float64Array(FIRST_CAPACITY) // share of the attempts offered that nobody ever answers
  private offered: Column // attempts offered, /s, by breakpoint and class

  /** A class is one attempt (first, second …) of one client. */
  constructor(classes: number) {
    this.classes = classes
    this.offered = new Float64Array(FIRST_CAPACITY * classes)
  }

  /** When the breakpoint was set, s. */
  timeOf(breakpoint: number): Seconds {
    return this.time[breakpoint & this.mask]
  }

  /** Requests that had joined the queue before the breakpoint, counted from the start of the busy period. */
  amountOf(breakpoint: number): number {
    return this.amount[breakpoint & this.mask]
  }

  /** Requests joining the queue from the breakpoint on. */
  rateOf(breakpoint: number): PerSecond {
    return this.rate[breakpoint & this.mask]
  }

  /** Share of the attempts offered that joined the queue. */
  joinsOf(breakpoint: number): Ratio {
    return this.joins[breakpoint & this.mask]
  }

  /** Share of the attempts offered that went to dead instances and were never answered. */
  vanishesOf(breakpoint: number): Ratio {
    return this.vanishes[breakpoint & this.mask]
  }

  /** Attempts of one class offered from the breakpoint on. */
  offeredOf(breakpoint: number, ofClass: number): PerSecond {
    return this.offered[(breakpoint & this.mask) * this.classes + ofClass]
  }

  /**
   * From `now` on, `weight` of the class rates `rates` is offered and `rate` joins the queue. Sets a breakpoint only if
   * something differs from the newest one, or if `isNew` says that the amounts start afresh.
   */
  record(
    now: Seconds,
    amount: number,
    rate: PerSecond,
    joins: Ratio,
    vanishes: Ratio,
    rates: Readonly<Float64Array>,
    weight: Ratio,
    isNew: boolean,
  ): void {
    if (!isNew && this.isSame(rate, joins, vanishes, rates, weight)) return
    if (this.last < 0 || this.timeOf(this.last) !== now) {
      if (this.last - this.first >= this.mask) this.grow()
      this.last++
    }
    const slot = this.last & this.mask
    this.time[slot] = now
    this.amount[slot] = amount
    this.rate[slot] = rate
    this.joins[slot] = joins
    this.vanishes[slot] = vanishes
    for (let k = 0; k < this.classes; k++) this.offered[slot * this.classes + k] = rates[k] * weight
    if (vanishes > 0) this.lastLossy = this.last
  }

  /** Nothing before `breakpoint` will be asked for again. */
  forgetBefore(breakpoint: number): void {
    if (breakpoint > this.first) this.first = breakpoint
  }

  save(): unknown {
    const { first, last, lastLossy, mask } = this
    return { first, last, lastLossy, mask, columns: this.columns().map(column => column.slice()) }
  }

  restore(saved: unknown): void {
    const { columns, ...numbers } = saved as Saved
    Object.assign(this, numbers)
    this.adopt(columns.map(column => column.slice()))
  }

  private isSame(rate: PerSecond, joins: Ratio, vanishes: Ratio, rates: Readonly<Float64Array>, weight: Ratio): boolean {
    if (this.last < 0) return false
    const slot = this.last & this.mask
    if (this.rate[slot] !== rate || this.joins[slot] !== joins || this.vanishes[slot] !== vanishes) return false
    for (let k = 0; k < this.classes; k++) {
      if (this.offered[slot * this.classes + k] !== rates[k] * weight) return false
    }
    return true
  }

  private columns(): Column[] {
    return [this.time, this.amount, this.rate, this.joins, this.vanishes, this.offered]
  }

  private adopt(columns: readonly Column[]): void {
    this.time = columns[0]
    this.amount = columns[1]
    this.rate = columns[2]
    this.joins = columns[3]
    this.vanishes = columns[4]
    this.offered = columns[5]
  }

  private grow(): void {
    const { mask, first, last } = this
    const wider = mask * 2 + 1
    this.adopt(
      this.columns().map(column => {
        const width = column.length / (mask + 1)
        const copy = new Float64Array(column.length * 2)
        for (let n = first; n <= last; n++) {
          const from = (n & mask) * width
          copy.set(column.subarray(from, from + width), (n & wider) * width)
        }
        return copy
      }),
    )
    this.mask = wider
  }
}

type Column = Float64Array<ArrayBuffer>

interface Saved {
  readonly columns: readonly Column[]
  readonly first: number
  readonly last: number
  readonly lastLossy: number
  readonly mask: number
}
