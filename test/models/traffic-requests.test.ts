/** Flow against a simulation of single requests: Poisson arrivals, exponential servers, a record for each attempt. */
import { describe, expect, test } from 'vitest'
import { CELL, CLIENT, run } from './traffic-harness.ts'

interface Case {
  readonly rate: number // /s
  readonly timeout: number // s
  readonly attempts: number
  readonly base: number // s, back-off with full jitter
  readonly queueLimit: number
  readonly cells: number
  readonly servers: number // of each cell
  readonly capacity: number // of each server, /s
  /** From `from` to `to` this many servers of cell 0 swallow what they get. */
  readonly dead: { readonly from: number; readonly to: number; readonly count: number }
  readonly horizon: number // s
}

/** Counts good requests and attempts in a run of single requests. */
function singleRequests(of: Case, seed: number): { good: number; sent: number } {
  const uniform = mulberry32(seed)
  const exponential = (rate: number): number => -Math.log(1 - uniform()) / rate
  const events = new EventHeap()
  const queues = Array.from({ length: of.cells }, () => [] as { sentAt: number; isDone: boolean; attempt: number }[])
  const heads = new Array<number>(of.cells).fill(0)
  const serving = new Array<number>(of.cells).fill(0)
  let now = 0
  let good = 0
  let sent = 0
  const deadIn = (cell: number): number => (cell === 0 && now >= of.dead.from && now < of.dead.to ? of.dead.count : 0)
  const retry = (attempt: number): void => {
    if (attempt + 1 < of.attempts) events.push(now + uniform() * of.base * 2 ** attempt, () => send(attempt + 1))
  }
  const send = (attempt: number): void => {
    sent++
    const cell = Math.floor(uniform() * of.cells)
    const request = { sentAt: now, isDone: false, attempt }
    const timeOut = (): void => {
      if (request.isDone) return
      request.isDone = true
      retry(attempt)
    }
    if (uniform() * of.servers < deadIn(cell)) {
      events.push(now + of.timeout, timeOut)
      return
    }
    if (queues[cell].length - heads[cell] >= of.queueLimit) {
      retry(attempt)
      return
    }
    queues[cell].push(request)
    events.push(now + of.timeout, timeOut)
    serve(cell)
  }
  const serve = (cell: number): void => {
    while (serving[cell] < of.servers - deadIn(cell) && heads[cell] < queues[cell].length) {
      const request = queues[cell][heads[cell]++]
      serving[cell]++
      events.push(now + exponential(of.capacity), () => {
        serving[cell]--
        if (!request.isDone) good++
        request.isDone = true
        serve(cell)
      })
    }
  }
  const arrive = (): void => {
    send(0)
    events.push(now + exponential(of.rate), arrive)
  }
  events.push(exponential(of.rate), arrive)
  for (let next = events.pop(); next !== undefined && next.time <= of.horizon; next = events.pop()) {
    now = next.time
    next.act()
  }
  return { good, sent }
}

function flow(of: Case): { good: number; sent: number } {
  const { total } = run({
    clients: [
      {
        rate: { kind: 'constant', rate: of.rate },
        timeout: of.timeout,
        attempts: of.attempts,
        backoff: { base: of.base, cap: 1e3 },
      },
    ],
    services: [{ queueLimit: of.queueLimit, capacity: of.capacity }],
    instances: new Array<number>(of.cells).fill(of.servers),
    changes: [
      { at: of.dead.from, do: (t, cause) => t.setCell(0, { serving: of.servers - of.dead.count, dead: of.dead.count }, cause) },
      { at: of.dead.to, do: (t, cause) => t.setCell(0, { serving: of.servers, dead: 0 }, cause) },
    ],
    horizon: of.horizon,
  })
  let sent = 0
  for (let cell = 0; cell < of.cells; cell++) sent += total('cell.flow', CELL + cell, 'a')
  return { good: total('client.flow', CLIENT, 'b'), sent }
}

describe('flow agrees with single requests', () => {
  const cases: Record<string, Case> = {
    'while a third of the instances swallow what they get': {
      rate: 3000,
      timeout: 0.5,
      attempts: 3,
      base: 0.1,
      queueLimit: 10_000,
      cells: 3,
      servers: 20,
      capacity: 100,
      dead: { from: 5, to: 15, count: 20 },
      horizon: 25,
    },
    'while an overloaded service with a bounded queue refuses': {
      rate: 1500,
      timeout: 1,
      attempts: 3,
      base: 0.2,
      queueLimit: 200,
      cells: 1,
      servers: 10,
      capacity: 100,
      dead: { from: 20, to: 25, count: 5 },
      horizon: 40,
    },
    'while half of a cell is dead and an unbounded queue makes the rest late': {
      rate: 800,
      timeout: 0.5,
      attempts: 2,
      base: 0.1,
      queueLimit: Infinity,
      cells: 1,
      servers: 10,
      capacity: 100,
      dead: { from: 5, to: 10, count: 5 },
      horizon: 30,
    },
  }
  for (const [name, of] of Object.entries(cases)) {
    test(name, () => {
      const expected = flow(of)
      for (const seed of [1, 2, 3]) {
        const single = singleRequests(of, seed)
        // Three standard deviations of a Poisson count, and one bin of δ ≤ T/16 in each of the two changes.
        const bin = (2 * of.rate * of.timeout) / 16
        expect(Math.abs(single.good - expected.good), `good, seed ${seed}`).toBeLessThan(3 * Math.sqrt(expected.good) + bin)
        expect(Math.abs(single.sent - expected.sent), `sent, seed ${seed}`).toBeLessThan(
          3 * of.attempts * Math.sqrt(of.rate * of.horizon) + of.attempts * bin,
        )
      }
    })
  }
})

function mulberry32(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

/** A binary heap of (time, act). */
class EventHeap {
  private readonly heap: { time: number; act: () => void }[] = []

  push(time: number, act: () => void): void {
    const event = { time, act }
    let hole = this.heap.push(event) - 1
    while (hole > 0) {
      const parent = (hole - 1) >> 1
      if (this.heap[parent].time <= time) break
      this.heap[hole] = this.heap[parent]
      hole = parent
    }
    this.heap[hole] = event
  }

  pop(): { time: number; act: () => void } | undefined {
    const { heap } = this
    const first = heap[0]
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return first
    let hole = 0
    for (;;) {
      let child = hole * 2 + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && heap[child + 1].time < heap[child].time) child++
      if (heap[child].time >= last.time) break
      heap[hole] = heap[child]
      hole = child
    }
    heap[hole] = last
    return first
  }
}
