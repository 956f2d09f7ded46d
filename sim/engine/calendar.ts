/**
 * The future event list: an implicit 4-ary heap over event slots, earliest first, ties in the order scheduled.
 *
 * An event is four numbers in typed arrays. A cancelled event is removed at once, through the column that knows where in
 * the heap each slot stands, so time-outs that never fire do not pile up. Times stand in the order of the heap, so that the
 * four children compared on the way down lie side by side. Knows nothing of what an event means.
 */

/** A pending event: its slot and the slot's generation in one number. Stale once the event has run or been cancelled. */
export type EventId = number & { readonly __brand: 'EventId' }

/** No event: what a column of event ids holds while nothing is pending. */
export const NO_EVENT = 0 as EventId

const SLOTS_MAX = 2 ** 24
/** Generations count up to this and begin again at 1, so that an id stays below 2⁵³ and is never 0. */
const GENERATION_MAX = 2 ** 29 - 1
const FIRST_CAPACITY = 1024
const COLUMNS = ['due', 'heap', 'kind', 'target', 'arg', 'order', 'place', 'generation'] as const
const COUNTS = ['firstFree', 'used', 'scheduled', 'length'] as const

/** Everything a calendar holds, column by column. */
export interface CalendarSnapshot {
  readonly columns: readonly ArrayBufferView[]
  readonly counts: readonly number[]
}

export class Calendar {
  /** Which handler takes it, by slot. */
  kind = new Uint16Array(FIRST_CAPACITY)
  /** Whom it concerns, by slot. */
  target = new Uint32Array(FIRST_CAPACITY)
  /** One free operand, by slot. */
  arg = new Float64Array(FIRST_CAPACITY)
  /** How many events are pending. */
  length = 0
  /** When the event is due, s, by place in the heap; Infinity in the first place when nothing is pending. */
  private due = new Float64Array(FIRST_CAPACITY).fill(Infinity)
  /** The slot of the event, by place in the heap. */
  private heap = new Int32Array(FIRST_CAPACITY)
  /** Order of scheduling, which settles ties, by slot. */
  private order = new Float64Array(FIRST_CAPACITY)
  /** Place in the heap, by slot; of a free slot −2 less the next free one, −1 when there is none. */
  private place = new Int32Array(FIRST_CAPACITY)
  /** How often the slot has been used, by slot; tells a stale id from a live one. */
  private generation = new Uint32Array(FIRST_CAPACITY)
  private firstFree = -1
  private used = 0
  private scheduled = 0

  /** Adds an event and returns its id. Throws RangeError beyond 2²⁴ pending events. */
  push(time: number, kind: number, target: number, arg: number): EventId {
    const slot = this.firstFree >= 0 ? this.takeFree() : this.newSlot()
    this.kind[slot] = kind
    this.target[slot] = target
    this.arg[slot] = arg
    this.order[slot] = this.scheduled++
    const last = this.generation[slot]
    const generation = last === GENERATION_MAX ? 1 : last + 1
    this.generation[slot] = generation
    // The newest event comes after all others of its time, so ties never let it rise.
    const { due, heap, place } = this
    let hole = this.length++
    while (hole > 0) {
      const above = (hole - 1) >> 2
      const dueAbove = due[above]
      if (dueAbove <= time) break
      const parent = heap[above]
      due[hole] = dueAbove
      heap[hole] = parent
      place[parent] = hole
      hole = above
    }
    due[hole] = time
    heap[hole] = slot
    place[slot] = hole
    return (generation * SLOTS_MAX + slot) as EventId
  }

  /** Time of the earliest event, s; Infinity when none is pending. */
  nextTime(): number {
    return this.due[0]
  }

  /** Takes out the earliest event and returns its slot, whose columns stay readable until the next push. */
  pop(): number {
    const slot = this.heap[0]
    this.release(slot)
    const length = --this.length
    if (length > 0) this.sink(0, this.heap[length], this.due[length])
    else this.due[0] = Infinity
    return slot
  }

  /** Removes a pending event. Returns false, and changes nothing, when it has already run or been removed. */
  remove(id: EventId): boolean {
    if (!this.isPending(id)) return false
    const slot = id % SLOTS_MAX
    const hole = this.place[slot]
    this.release(slot)
    const length = --this.length
    if (hole < length) {
      const last = this.heap[length]
      const time = this.due[length]
      const above = (hole - 1) >> 2
      if (
        hole > 0 &&
        (time < this.due[above] || (time === this.due[above] && this.order[last] < this.order[this.heap[above]]))
      ) {
        this.rise(hole, last, time)
      } else this.sink(hole, last, time)
    } else if (length === 0) this.due[0] = Infinity
    return true
  }

  /** Whether the event still waits for its time. */
  isPending(id: EventId): boolean {
    const slot = id % SLOTS_MAX
    return slot < this.used && this.place[slot] >= 0 && this.generation[slot] * SLOTS_MAX + slot === id
  }

  /** When a pending event is due, s. */
  dueAt(id: EventId): number {
    return this.due[this.place[id % SLOTS_MAX]]
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
  }

  /** Moves `slot`, due at `time`, from the hole towards the root until its parent comes before it. */
  private rise(from: number, slot: number, time: number): void {
    const { due, heap, place, order } = this
    let hole = from
    while (hole > 0) {
      const above = (hole - 1) >> 2
      const dueAbove = due[above]
      const parent = heap[above]
      if (dueAbove < time || (dueAbove === time && order[parent] < order[slot])) break
      due[hole] = dueAbove
      heap[hole] = parent
      place[parent] = hole
      hole = above
    }
    due[hole] = time
    heap[hole] = slot
    place[slot] = hole
  }

  /** Moves `slot`, due at `time`, from the hole towards the leaves until its children come after it. */
  private sink(from: number, slot: number, time: number): void {
    const { due, heap, place, order, length } = this
    let hole = from
    for (let first = hole * 4 + 1; first < length; first = hole * 4 + 1) {
      let least = first
      let leastDue = due[first]
      if (first + 3 < length) {
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
        for (let child = first + 1; child < length; child++) {
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
      place[child] = hole
      hole = least
    }
    due[hole] = time
    heap[hole] = slot
    place[slot] = hole
  }

  private release(slot: number): void {
    this.place[slot] = -2 - this.firstFree
    this.firstFree = slot
  }

  private takeFree(): number {
    const slot = this.firstFree
    this.firstFree = -2 - this.place[slot]
    return slot
  }

  private newSlot(): number {
    if (this.used === this.heap.length) this.grow()
    return this.used++
  }

  private grow(): void {
    const capacity = this.heap.length * 2
    if (capacity > SLOTS_MAX) throw new RangeError(`more than ${SLOTS_MAX} events pending`)
    this.due = grown(this.due, new Float64Array(capacity))
    this.heap = grown(this.heap, new Int32Array(capacity))
    this.kind = grown(this.kind, new Uint16Array(capacity))
    this.target = grown(this.target, new Uint32Array(capacity))
    this.arg = grown(this.arg, new Float64Array(capacity))
    this.order = grown(this.order, new Float64Array(capacity))
    this.place = grown(this.place, new Int32Array(capacity))
    this.generation = grown(this.generation, new Uint32Array(capacity))
  }
}

function grown<T extends { set(from: T): void }>(from: T, to: T): T {
  to.set(from)
  return to
}
