/**
 * The future event list: earliest first, ties in the order scheduled.
 *
 * Events that are due soon stand in an implicit 4-ary heap; later ones hang, unsorted, in the buckets of a year, and what
 * lies beyond its last bucket in one more list. When the heap is empty the next bucket is poured into it. What is too much
 * for the heap gets a year of its own within the bucket it came from, with buckets as narrow as its events are dense: so
 * microseconds and decades may be pending together, and neither slows the other down. Buckets are a power of two of ticks
 * wide and times lie on the grid, so which bucket a time belongs to is exact.
 *
 * A cancelled event is removed at once, from the heap or from its list, so time-outs that never fire do not pile up. Knows
 * nothing of what an event means.
 */
import { HORIZON_MAX, TICK } from './time.ts'

/** A pending event: its slot and its place in the order of scheduling. Stale once the event has run or been cancelled. */
export type EventId = number & { readonly __brand: 'EventId' }

/** No event: what a column of event ids holds while nothing is pending. */
export const NO_EVENT = 0 as EventId

/** Slots are numbered from 1, so that an id is never 0; slot 0 ends every list. */
const SLOTS_MAX = 2 ** 24
const NOBODY = 0
/** So much of the order of scheduling goes into an id, which stays below 2⁵³. */
const TAG = 2 ** 29 - 1
const FIRST_CAPACITY = 256
/** Larger heaps are spread over buckets, if their times differ. */
const HEAP_MAX = 512
const YEARS_MAX = 12
/** A bucket is to hold about so many events, a year to reach so many times as far as the mean of its events. */
const PER_BUCKET = 4
const REACH = 3
const BUCKETS_MAX = 2 ** 20

/** An event is 32 bytes, half a line of the processor's cache: two doubles and four words. */
const DUE = 0
const ARG = 1
const TARGET = 4
const KIND = 5
/** The next event of its list; or one of the two states below. */
const NEXT = 6
/** In a list the event before it, or ~list for the first; in the heap its place; of a free slot the next free one. */
const BACK = 7
const IN_HEAP = -1
const FREE = -2

/** A year is eight doubles, the last two unused: the moment it has to end before, its first moment, buckets per second … */
const END = 0
const BASE = 1
const PER_SECOND = 2
/** … how many buckets it has, the first of their lists (that of later events follows the last), the bucket in the heap. */
const BUCKETS = 3
const FIRST = 4
const TODAY = 5

const COLUMNS = ['reals', 'order', 'due', 'heap', 'lists', 'years'] as const
const COUNTS = ['length', 'size', 'heapMax', 'until', 'depth', 'free', 'used', 'scheduled'] as const

/** Everything a calendar holds, column by column. */
export interface CalendarSnapshot {
  readonly columns: readonly ArrayBufferView[]
  readonly counts: readonly number[]
}

export class Calendar {
  /** How many events are pending. */
  length = 0
  /** The events, by slot; the same memory as doubles and as words. */
  private reals = new Float64Array(FIRST_CAPACITY * 4)
  private words = new Int32Array(this.reals.buffer)
  /** Order of scheduling, which settles ties, by slot. */
  private order = new Float64Array(FIRST_CAPACITY)
  /** When the event is due, s, by place in the heap; Infinity in the first place when nothing is pending. */
  private due = new Float64Array(HEAP_MAX + 1).fill(Infinity)
  /** The slot of the event, by place in the heap. */
  private heap = new Int32Array(HEAP_MAX + 1)
  /** The first event of each list: of the buckets of all years, outermost year first. */
  private lists = new Int32Array(1024)
  private years = new Float64Array(YEARS_MAX * 8)
  /** How many years there are, each within the present bucket of the one before. */
  private depth = 0
  /** Events due before this moment, s, stand in the heap. */
  private until = Infinity
  private size = 0
  private heapMax = HEAP_MAX
  private free = NOBODY
  private used = 1
  private scheduled = 0

  constructor() {
    this.words[NEXT] = FREE // of nobody
  }

  /** Adds an event, due at a moment on the grid, and returns its id. Throws RangeError from 2²⁴ pending events on. */
  push(time: number, kind: number, target: number, arg: number): EventId {
    const slot = this.free === NOBODY ? this.newSlot() : this.takeFree()
    const { reals, words } = this
    const real = slot << 2
    const word = slot << 3
    reals[real | DUE] = time
    reals[real | ARG] = arg
    words[word | TARGET] = target
    words[word | KIND] = kind
    const order = this.scheduled++
    this.order[slot] = order
    this.length++
    if (time < this.until || this.depth === 0) this.enter(slot, time)
    else this.hang(slot, time)
    return ((order & TAG) * SLOTS_MAX + slot) as EventId
  }

  /** Time of the earliest event, s; Infinity when none is pending. */
  nextTime(): number {
    return this.due[0]
  }

  /** Takes out the earliest event and returns its slot, whose kind, target and operand can be read until the next push. */
  pop(): number {
    const slot = this.heap[0]
    this.release(slot)
    const size = --this.size
    if (size > 0) this.sink(0, this.heap[size], this.due[size])
    else this.refill()
    return slot
  }

  /** Which handler takes it. */
  kindOf(slot: number): number {
    return this.words[(slot << 3) | KIND]
  }

  /** Whom it concerns. */
  targetOf(slot: number): number {
    return this.words[(slot << 3) | TARGET] >>> 0
  }

  /** One free operand. */
  argOf(slot: number): number {
    return this.reals[(slot << 2) | ARG]
  }

  /** Removes a pending event. Returns false, and changes nothing, when it has already run or been removed. */
  remove(id: EventId): boolean {
    if (!this.isPending(id)) return false
    const slot = id & (SLOTS_MAX - 1)
    const { words } = this
    const next = words[(slot << 3) | NEXT]
    const back = words[(slot << 3) | BACK]
    this.release(slot)
    if (next === IN_HEAP) this.leave(back)
    else {
      if (back < 0) this.lists[~back] = next
      else words[(back << 3) | NEXT] = next
      words[(next << 3) | BACK] = back
    }
    return true
  }

  /** Whether the event still waits for its time. */
  isPending(id: EventId): boolean {
    const slot = id & (SLOTS_MAX - 1)
    return slot < this.used && this.words[(slot << 3) | NEXT] !== FREE && (this.order[slot] & TAG) * SLOTS_MAX + slot === id
  }

  /** When a pending event is due, s. */
  dueAt(id: EventId): number {
    return this.reals[((id & (SLOTS_MAX - 1)) << 2) | DUE]
  }

  /** A copy of everything pending, from which `restore` continues exactly. */
  snapshot(): CalendarSnapshot {
    return { columns: COLUMNS.map(name => this[name].slice()), counts: COUNTS.map(name => this[name]) }
  }

  /** Returns to a snapshot taken of this calendar; the snapshot stays usable. */
  restore(saved: CalendarSnapshot): void {
    const state = this as unknown as Record<string, unknown>
    COLUMNS.forEach((name, i) => {
      state[name] = (saved.columns[i] as Float64Array).slice()
    })
    COUNTS.forEach((name, i) => {
      state[name] = saved.counts[i]
    })
    this.words = new Int32Array(this.reals.buffer)
  }

  /** Puts the newest event into the heap: it comes after all others of its time, so ties never let it rise. */
  private enter(slot: number, time: number): void {
    const { due, heap, words } = this
    let hole = this.size++
    while (hole > 0) {
      const above = (hole - 1) >> 2
      const dueAbove = due[above]
      if (dueAbove <= time) break
      const parent = heap[above]
      due[hole] = dueAbove
      heap[hole] = parent
      words[(parent << 3) | BACK] = hole
      hole = above
    }
    due[hole] = time
    heap[hole] = slot
    words[(slot << 3) | NEXT] = IN_HEAP
    words[(slot << 3) | BACK] = hole
    if (this.size > this.heapMax) this.thin()
  }

  /** Hangs an event that is not for the heap into the innermost year that it belongs to. */
  private hang(slot: number, time: number): void {
    const { years } = this
    let year = (this.depth - 1) << 3
    while (time >= years[year | END] && year > 0) year -= 8
    const bucket = (time - years[year | BASE]) * years[year | PER_SECOND]
    const buckets = years[year | BUCKETS]
    this.link(slot, years[year | FIRST] + (bucket < buckets ? bucket | 0 : buckets))
  }

  private link(slot: number, list: number): void {
    const { words, lists } = this
    const next = lists[list]
    lists[list] = slot
    words[(slot << 3) | NEXT] = next
    words[(slot << 3) | BACK] = ~list
    words[(next << 3) | BACK] = slot // of nobody, when the list was empty
  }

  /** Fills the empty heap from what comes next. */
  private refill(): void {
    const { years, lists } = this
    this.due[0] = Infinity
    while (this.depth > 0) {
      const year = (this.depth - 1) << 3
      const first = years[year | FIRST]
      const buckets = years[year | BUCKETS]
      let today = years[year | TODAY] + 1
      while (today < buckets && lists[first + today] === NOBODY) today++
      if (today < buckets) {
        years[year | TODAY] = today
        this.until = Math.min(years[year | END], years[year | BASE] + (today + 1) / years[year | PER_SECOND])
      } else {
        this.depth--
        this.until = years[year | END]
      }
      const events = lists[first + today] // beyond the last bucket: all later events of the year
      lists[first + today] = NOBODY
      if (events !== NOBODY) {
        this.pour(events)
        return
      }
    }
  }

  /** Pours a list into the empty heap, or spreads it over a year when it is long. */
  private pour(first: number): void {
    const { reals, words, due, heap } = this
    let size = 0
    let slot = first
    for (; slot !== NOBODY && size < HEAP_MAX; size++) {
      due[size] = reals[(slot << 2) | DUE]
      heap[size] = slot
      slot = words[(slot << 3) | NEXT]
    }
    if (slot === NOBODY) {
      this.heapMax = HEAP_MAX
      this.arrange(size)
    } else this.spread(first)
  }

  /** The heap has grown large: spreads it over a year. */
  private thin(): void {
    const { words, heap, size } = this
    let first = NOBODY
    for (let place = size - 1; place >= 0; place--) {
      const slot = heap[place]
      words[(slot << 3) | NEXT] = first
      first = slot
    }
    this.spread(first)
  }

  /**
   * Opens a year for a list of events due before `until`, and years within its first bucket, until few are left for the
   * heap, or events that no bucket can tell apart.
   */
  private spread(list: number): void {
    const { reals, words, years } = this
    let first = list
    let count = 0
    for (;;) {
      let least = Infinity
      let sum = 0
      count = 0
      for (let slot = first; slot !== NOBODY; slot = words[(slot << 3) | NEXT]) {
        const time = Math.min(reals[(slot << 2) | DUE], HORIZON_MAX)
        if (time < least) least = time
        sum += time
        count++
      }
      const ahead = sum / count - least
      const width = powerOfTwoUpTo((ahead * PER_BUCKET) / count)
      if (count <= HEAP_MAX || this.depth === YEARS_MAX || !(ahead > 0) || least + width >= this.until) break
      const year = this.depth++ << 3
      const firstBucket = year === 0 ? 0 : years[(year - 8) | FIRST] + years[(year - 8) | BUCKETS] + 1
      const buckets = Math.min(Math.ceil((ahead * REACH) / width), BUCKETS_MAX)
      this.clearLists(firstBucket, firstBucket + buckets + 1)
      years[year | END] = this.until
      years[year | BASE] = least
      years[year | PER_SECOND] = 1 / width
      years[year | BUCKETS] = buckets
      years[year | FIRST] = firstBucket
      years[year | TODAY] = 0
      const until = least + width
      this.until = until
      let rest = NOBODY
      for (let slot = first; slot !== NOBODY; ) {
        const next = words[(slot << 3) | NEXT]
        const time = reals[(slot << 2) | DUE]
        if (time < until) {
          words[(slot << 3) | NEXT] = rest
          rest = slot
        } else {
          const bucket = (time - least) / width
          this.link(slot, firstBucket + (bucket < buckets ? bucket | 0 : buckets))
        }
        slot = next
      }
      first = rest
    }
    this.heapMax = Math.max(HEAP_MAX, count + (count >> 1))
    if (this.heapMax >= this.due.length) {
      this.due = new Float64Array(this.heapMax + 1)
      this.heap = new Int32Array(this.heapMax + 1)
    }
    let size = 0
    for (let slot = first; slot !== NOBODY; slot = words[(slot << 3) | NEXT]) {
      this.due[size] = reals[(slot << 2) | DUE]
      this.heap[size++] = slot
    }
    this.arrange(size)
  }

  /** Makes a heap of the first `size` events in its columns, which stand there in any order. */
  private arrange(size: number): void {
    const { words, due, heap } = this
    this.size = size
    for (let place = 0; place < size; place++) {
      const word = heap[place] << 3
      words[word | NEXT] = IN_HEAP
      words[word | BACK] = place
    }
    for (let place = (size - 2) >> 2; place >= 0; place--) this.sink(place, heap[place], due[place])
  }

  /** Takes out of the heap what stands at `hole`. */
  private leave(hole: number): void {
    const { due, heap, order } = this
    const size = --this.size
    if (hole < size) {
      const last = heap[size]
      const time = due[size]
      const above = (hole - 1) >> 2
      if (hole > 0 && (time < due[above] || (time === due[above] && order[last] < order[heap[above]]))) {
        this.rise(hole, last, time)
      } else this.sink(hole, last, time)
    } else if (size === 0) this.refill()
  }

  /** Moves `slot`, due at `time`, from the hole towards the root until its parent comes before it. */
  private rise(from: number, slot: number, time: number): void {
    const { due, heap, words, order } = this
    let hole = from
    while (hole > 0) {
      const above = (hole - 1) >> 2
      const dueAbove = due[above]
      const parent = heap[above]
      if (dueAbove < time || (dueAbove === time && order[parent] < order[slot])) break
      due[hole] = dueAbove
      heap[hole] = parent
      words[(parent << 3) | BACK] = hole
      hole = above
    }
    due[hole] = time
    heap[hole] = slot
    words[(slot << 3) | BACK] = hole
  }

  /** Moves `slot`, due at `time`, from the hole towards the leaves until its children come after it. */
  private sink(from: number, slot: number, time: number): void {
    const { due, heap, words, order, size } = this
    let hole = from
    for (let first = hole * 4 + 1; first < size; first = hole * 4 + 1) {
      let least = first
      let leastDue = due[first]
      if (first + 3 < size) {
        // A tournament without jumps: which child is earlier is as good as random, and a wrong guess of the processor
        // costs more than all of the arithmetic. Ties are rare here and may jump.
        const due1 = due[first + 1]
        const due2 = due[first + 2]
        const due3 = due[first + 3]
        let left = first + Number(due1 < leastDue)
        if (due1 === leastDue && order[heap[first + 1]] < order[heap[first]]) left = first + 1
        let right = first + 2 + Number(due3 < due2)
        if (due3 === due2 && order[heap[first + 3]] < order[heap[first + 2]]) right = first + 3
        const leftDue = due[left]
        const rightDue = due[right]
        least = left + Math.imul(right - left, Number(rightDue < leftDue))
        if (rightDue === leftDue && order[heap[right]] < order[heap[left]]) least = right
        leastDue = due[least]
      } else {
        for (let child = first + 1; child < size; child++) {
          const childDue = due[child]
          if (childDue < leastDue || (childDue === leastDue && order[heap[child]] < order[heap[least]])) {
            least = child
            leastDue = childDue
          }
        }
      }
      const child = heap[least]
      if (time < leastDue || (time === leastDue && order[slot] < order[child])) break
      due[hole] = leastDue
      heap[hole] = child
      words[(child << 3) | BACK] = hole
      hole = least
    }
    due[hole] = time
    heap[hole] = slot
    words[(slot << 3) | BACK] = hole
  }

  private release(slot: number): void {
    this.words[(slot << 3) | NEXT] = FREE
    this.words[(slot << 3) | BACK] = this.free
    this.free = slot
    this.length--
  }

  private takeFree(): number {
    const slot = this.free
    this.free = this.words[(slot << 3) | BACK]
    return slot
  }

  private newSlot(): number {
    if (this.used === this.order.length) {
      const capacity = this.used + Math.max(FIRST_CAPACITY, this.used >> 2)
      if (this.used >= SLOTS_MAX) throw new RangeError(`more than ${SLOTS_MAX - 1} events pending`)
      this.order = grown(this.order, new Float64Array(capacity))
      this.reals = grown(this.reals, new Float64Array(capacity * 4))
      this.words = new Int32Array(this.reals.buffer)
    }
    return this.used++
  }

  /** Makes the lists from `from` up to `to` empty. */
  private clearLists(from: number, to: number): void {
    if (to > this.lists.length) this.lists = grown(this.lists, new Int32Array(to + (to >> 2)))
    this.lists.fill(NOBODY, from, to)
  }
}

/** The largest power of two that is not above `width`, s, but at least a tick. */
function powerOfTwoUpTo(width: number): number {
  let power = TICK
  while (power * 2 <= width) power *= 2
  return power
}

function grown<T extends { set(from: T): void }>(from: T, to: T): T {
  to.set(from)
  return to
}
