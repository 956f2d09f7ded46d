/** The reference: a future event list as one would write it in an afternoon, a heap of objects with a closure each. */

export class PlainSimulation {
  now = 0
  events = 0
  heap = []
  scheduled = 0

  after(delay, run) {
    const event = { time: this.now + delay, order: this.scheduled++, run, cancelled: false }
    const { heap } = this
    let at = heap.length
    heap.push(event)
    while (at > 0) {
      const above = (at - 1) >> 1
      if (!isBefore(event, heap[above])) break
      heap[at] = heap[above]
      at = above
    }
    heap[at] = event
    return event
  }

  /** Marks the event; it stays in the heap until its time comes. */
  cancel(event) {
    event.cancelled = true
  }

  /** Runs until nothing is pending or `eventsMax` events have run. */
  run(eventsMax) {
    const stop = this.events + eventsMax
    while (this.heap.length > 0 && this.events < stop) {
      const event = this.pop()
      if (event.cancelled) continue
      this.now = event.time
      this.events++
      event.run()
    }
  }

  pop() {
    const { heap } = this
    const first = heap[0]
    const last = heap.pop()
    const { length } = heap
    if (length === 0) return first
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= length) break
      if (child + 1 < length && isBefore(heap[child + 1], heap[child])) child++
      if (!isBefore(heap[child], last)) break
      heap[at] = heap[child]
      at = child
    }
    heap[at] = last
    return first
  }
}

function isBefore(a, b) {
  return a.time < b.time || (a.time === b.time && a.order < b.order)
}
