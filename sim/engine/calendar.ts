/**
 * The future event list: an implicit 4-ary heap over event slots, earliest first, ties in the order scheduled.
 *
 * An event is four numbers in typed arrays. A cancelled event is removed at once, through the column that knows where in
 * the heap each slot stands, so time-outs that never fire do not pile up. Knows nothing of what an event means.
 */

/** A pending event: its slot and the slot's generation in one number. Stale once the event has run or been cancelled. */
export type EventId = number & { readonly __brand: 'EventId' }

/** No event: what a column of event ids holds while nothing is pending. */
export const NO_EVENT = 0 as EventId

const SLOTS_MAX = 2 ** 24
const FIRST_CAPACITY = 1024
const COLUMNS = ['time', 'kind', 'target', 'arg', 'order', 'place', 'generation', 'heap', 'free'] as const
const COUNTS = ['freeCount', 'used', 'scheduled', 'length'] as const

/** Everything a calendar holds, column by column. */
export interface CalendarSnapshot {
  readonly columns: readonly ArrayBufferView[]
  readonly counts: readonly number[]
}

export class Calendar {
  /** When the event is due, s, by slot. */
  time = new Float64Array(FIRST_CAPACITY)
  /** Which handler takes it, by slot. */
  kind = new Uint16Array(FIRST_CAPACITY)
  /** Whom it concerns, by slot. */
  target = new Uint32Array(FIRST_CAPACITY)
  /** One free operand, by slot. */
  arg = new Float64Array(FIRST_CAPACITY)
  /** Order of scheduling, which settles ties, by slot. */
  protected order = new Float64Array(FIRST_CAPACITY)
  /** Where in the heap the slot stands, by slot; −1 when it is free. */
  protected place = new Int32Array(FIRST_CAPACITY).fill(-1)
  /** How often the slot has been used, by slot; tells a stale id from a live one. */
  protected generation = new Float64Array(FIRST_CAPACITY)
  protected heap = new Int32Array(FIRST_CAPACITY)
  protected free = new Int32Array(FIRST_CAPACITY)
  protected freeCount = 0
  protected used = 0
  protected scheduled = 0
  /** How many events are pending. */
  length = 0

  /** Adds an event and returns its id. Throws RangeError beyond 2²⁴ pending events. */
  push(time: number, kind: number, target: number, arg: number): EventId {
    const slot = this.freeCount > 0 ? this.free[--this.freeCount] : this.newSlot()
    this.time[slot] = time
    this.kind[slot] = kind
    this.target[slot] = target
    this.arg[slot] = arg
    this.order[slot] = this.scheduled++
    const generation = this.generation[slot] + 1
    this.generation[slot] = generation
    this.rise(this.length++, slot)
    return (generation * SLOTS_MAX + slot) as EventId
  }

  /** Time of the earliest event, s; Infinity when none is pending. */
  nextTime(): number {
    return this.length === 0 ? Infinity : this.time[this.heap[0]]
  }

  /** Takes out the earliest event and returns its slot, whose columns stay readable until the next push. */
  pop(): number {
    const slot = this.heap[0]
    this.release(slot)
    this.length--
    if (this.length > 0) this.sink(0, this.heap[this.length])
    return slot
  }

  /** Removes a pending event. Returns false, and changes nothing, when it has already run or been removed. */
  remove(id: EventId): boolean {
    const slot = id % SLOTS_MAX
    if (id === NO_EVENT || !this.isPending(id)) return false
    const hole = this.place[slot]
    this.release(slot)
    this.length--
    if (hole < this.length) {
      const last = this.heap[this.length]
      if (hole > 0 && this.before(last, this.heap[(hole - 1) >> 2])) this.rise(hole, last)
      else this.sink(hole, last)
    }
    return true
  }

  /** Whether the event still waits for its time. */
  isPending(id: EventId): boolean {
    const slot = id % SLOTS_MAX
    return id !== NO_EVENT && this.place[slot] >= 0 && this.generation[slot] === Math.floor(id / SLOTS_MAX)
  }

  /** When a pending event is due, s. */
  dueAt(id: EventId): number {
    return this.time[id % SLOTS_MAX]
  }

  /** A copy of everything pending, from which `restore` continues exactly. */
  snapshot(): CalendarSnapshot {
    return { columns: COLUMNS.map(name => this[name].slice()), counts: COUNTS.map(name => this[name]) }
  }

  /** Returns to a snapshot taken of this calendar; the snapshot stays usable. */
  restore(saved: CalendarSnapshot): void {
    COLUMNS.forEach((name, i) => {
      ;(this as Record<string, unknown>)[name] = (saved.columns[i] as Float64Array).slice()
    })
    COUNTS.forEach((name, i) => {
      this[name] = saved.counts[i]
    })
  }

  private release(slot: number): void {
    this.place[slot] = -1
    this.free[this.freeCount++] = slot
  }

  private before(a: number, b: number): boolean {
    const difference = this.time[a] - this.time[b]
    return difference < 0 || (difference === 0 && this.order[a] < this.order[b])
  }

  private rise(from: number, slot: number): void {
    const { heap, place, time } = this
    const due = time[slot]
    let hole = from
    while (hole > 0) {
      const above = (hole - 1) >> 2
      const parent = heap[above]
      const parentDue = time[parent]
      if (parentDue < due || (parentDue === due && !this.before(slot, parent))) break
      heap[hole] = parent
      place[parent] = hole
      hole = above
    }
    heap[hole] = slot
    place[slot] = hole
  }

  private sink(from: number, slot: number): void {
    const { heap, place, length } = this
    let hole = from
    for (;;) {
      const first = hole * 4 + 1
      if (first >= length) break
      let least = heap[first]
      let leastAt = first
      const end = Math.min(first + 4, length)
      for (let child = first + 1; child < end; child++) {
        const candidate = heap[child]
        if (this.before(candidate, least)) {
          least = candidate
          leastAt = child
        }
      }
      if (this.before(slot, least)) break
      heap[hole] = least
      place[least] = hole
      hole = leastAt
    }
    heap[hole] = slot
    place[slot] = hole
  }

  private newSlot(): number {
    if (this.used === this.time.length) this.grow()
    return this.used++
  }

  private grow(): void {
    const capacity = this.time.length * 2
    if (capacity > SLOTS_MAX) throw new RangeError(`more than ${SLOTS_MAX} events pending`)
    this.time = grown(this.time, new Float64Array(capacity))
    this.kind = grown(this.kind, new Uint16Array(capacity))
    this.target = grown(this.target, new Uint32Array(capacity))
    this.arg = grown(this.arg, new Float64Array(capacity))
    this.order = grown(this.order, new Float64Array(capacity))
    this.place = grown(this.place, new Int32Array(capacity).fill(-1))
    this.generation = grown(this.generation, new Float64Array(capacity))
    this.heap = grown(this.heap, new Int32Array(capacity))
    this.free = grown(this.free, new Int32Array(capacity))
  }
}

function grown<T extends { set(from: T): void }>(from: T, to: T): T {
  to.set(from)
  return to
}
