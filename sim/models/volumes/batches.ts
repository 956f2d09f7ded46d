/** Volumes of one cohort that go through the same: so many, which of their copies are good, and what is being done. */
import type { Stateful } from '../../engine/simulation.ts'

/** No batch: the end of a list. */
export const NO_BATCH = -1

const FIRST_CAPACITY = 64
const COLUMNS = [
  'cohort',
  'count',
  'state',
  'good',
  'checking',
  'unclean',
  'target',
  'reserved',
  'cause',
  'ticket',
  'next',
  'previous',
] as const

export class Batches implements Stateful {
  cohort = new Int32Array(FIRST_CAPACITY)
  /** Volumes. */
  count = new Float64Array(FIRST_CAPACITY)
  state = new Uint8Array(FIRST_CAPACITY)
  /** Copies that hold all that was written, as bits. */
  good = new Uint8Array(FIRST_CAPACITY)
  /** Copies that are being checked, as bits. */
  checking = new Uint8Array(FIRST_CAPACITY)
  /** Whether they lost power before they lost their last copy. */
  unclean = new Uint8Array(FIRST_CAPACITY)
  /** The copy that is being brought up to date, or −1. */
  target = new Int8Array(FIRST_CAPACITY)
  /** Room that is kept for new copies, in copies of a volume. */
  reserved = new Float64Array(FIRST_CAPACITY)
  /** The row that brought them here. */
  cause = new Uint32Array(FIRST_CAPACITY)
  /** Changes with whatever makes an answer or an alarm that is still on its way mean nothing. */
  ticket = new Uint32Array(FIRST_CAPACITY)
  /** Neighbours in the list of their cohort, or of those that are free. */
  next = new Int32Array(FIRST_CAPACITY)
  previous = new Int32Array(FIRST_CAPACITY)
  private readonly firstOf: Int32Array
  private free = NO_BATCH
  private used = 0

  /** `firstOf` is the first batch of each cohort; a column of the simulation, filled with NO_BATCH. */
  constructor(firstOf: Int32Array) {
    this.firstOf = firstOf
  }

  /** A new batch in the list of its cohort; the caller sets the rest. */
  add(cohort: number, count: number): number {
    let batch = this.free
    if (batch === NO_BATCH) {
      if (this.used === this.cohort.length) this.grow(this.used * 2)
      batch = this.used++
    } else this.free = this.next[batch]
    this.cohort[batch] = cohort
    this.count[batch] = count
    this.state[batch] = 0
    this.good[batch] = 0
    this.checking[batch] = 0
    this.unclean[batch] = 0
    this.target[batch] = -1
    this.reserved[batch] = 0
    this.cause[batch] = 0
    const first = this.firstOf[cohort]
    this.next[batch] = first
    this.previous[batch] = NO_BATCH
    if (first !== NO_BATCH) this.previous[first] = batch
    this.firstOf[cohort] = batch
    return batch
  }

  /** The batch is no more. */
  remove(batch: number): void {
    const { next, previous } = this
    if (previous[batch] === NO_BATCH) this.firstOf[this.cohort[batch]] = next[batch]
    else next[previous[batch]] = next[batch]
    if (next[batch] !== NO_BATCH) previous[next[batch]] = previous[batch]
    this.ticket[batch]++
    next[batch] = this.free
    this.free = batch
  }

  save(): unknown {
    return { columns: COLUMNS.map(name => this[name].slice()), free: this.free, used: this.used }
  }

  restore(saved: unknown): void {
    const { columns, free, used } = saved as { columns: Float64Array[]; free: number; used: number }
    this.free = free
    this.used = used
    const state = this as unknown as Record<string, unknown>
    COLUMNS.forEach((name, i) => {
      state[name] = columns[i].slice()
    })
  }

  private grow(capacity: number): void {
    const state = this as unknown as Record<string, unknown>
    for (const name of COLUMNS) {
      const from = this[name]
      const to = new (from.constructor as new (length: number) => Float64Array)(capacity)
      to.set(from as Float64Array)
      state[name] = to
    }
  }
}
