import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Calendar, type EventId, NO_EVENT } from '../../sim/engine/calendar.ts'
import { sample } from '../../sim/engine/distribution.ts'
import { Randomness } from '../../sim/engine/random.ts'
import { Simulation } from '../../sim/engine/simulation.ts'
import { HORIZON_MAX, onGrid, TICK } from '../../sim/engine/time.ts'

/** A calendar as one would write it without hurry: a list, sorted by time and then by order of scheduling. */
class SortedList {
  private events: { time: number; id: EventId; arg: number }[] = []

  push(time: number, id: EventId, arg: number): void {
    let at = this.events.length
    while (at > 0 && this.events[at - 1].time > time) at--
    this.events.splice(at, 0, { time, id, arg })
  }

  pop = () => this.events.shift()
  remove = (id: EventId): boolean => {
    const at = this.events.findIndex(event => event.id === id)
    if (at >= 0) this.events.splice(at, 1)
    return at >= 0
  }
  isPending = (id: EventId): boolean => this.events.some(event => event.id === id)
  dueAt = (id: EventId): number | undefined => this.events.find(event => event.id === id)?.time
  nextTime = (): number => this.events[0]?.time ?? Infinity
  args = (): number[] => this.events.map(event => event.arg)
  get length(): number {
    return this.events.length
  }
}

const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('push' as const), value: fc.nat(20) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('pop' as const), value: fc.constant(0) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('remove' as const), value: fc.nat(400) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restore' as const), value: fc.constant(0) }) },
)

test('the calendar does what a sorted list does, whatever is pushed, popped and removed', () => {
  const property = fc.property(fc.array(step, { maxLength: 400 }), steps => {
    const calendar = new Calendar()
    const list = new SortedList()
    const ids: EventId[] = []
    steps.forEach(({ do: what, value }, i) => {
      if (what === 'push') {
        const id = calendar.push(value, i & 7, i, i)
        ids.push(id)
        list.push(value, id, i)
      } else if (what === 'pop' && list.length > 0) {
        const time = calendar.nextTime()
        const slot = calendar.pop()
        const event = list.pop()
        expect([time, calendar.argOf(slot), calendar.targetOf(slot), calendar.kindOf(slot)]).toEqual([
          event?.time,
          event?.arg,
          event?.arg,
          (event?.arg ?? 0) & 7,
        ])
      } else if (what === 'remove' && ids.length > 0) {
        const id = ids[value % ids.length]
        expect(calendar.isPending(id)).toBe(list.isPending(id))
        if (list.isPending(id)) expect(calendar.dueAt(id)).toBe(list.dueAt(id))
        expect(calendar.remove(id)).toBe(list.remove(id))
      } else if (what === 'restore') {
        calendar.restore(calendar.snapshot())
      }
      expect(calendar.nextTime()).toBe(list.nextTime())
      expect(calendar.length).toBe(list.length)
    })
  })
  fc.assert(property, { seed: 7, numRuns: 150 })
})

/** Like `expect(a).toBe(b)`, for a million comparisons. */
function same(a: unknown, b: unknown): void {
  if (a !== b) expect(a).toBe(b)
}

/** The operands of all that is pending, as it comes. */
function popped(calendar: Calendar): number[] {
  const args = Array.from({ length: calendar.length }, () => calendar.argOf(calendar.pop()))
  expect(calendar.nextTime()).toBe(Infinity)
  return args
}

/** Ways in which pending times lie: a few instants, one scale, or several scales at once, all on the grid. */
const SPREADS: ((uniform: number, other: number) => number)[] = [
  uniform => Math.floor(uniform * 4),
  uniform => onGrid(-Math.log(1 - uniform)),
  (uniform, other) => onGrid(uniform * 10 ** (Math.floor(other * 12) - 5)),
  (uniform, other) => (other < 0.01 ? Infinity : onGrid(1000 * uniform ** 8)),
  (uniform, other) => (other < 0.5 ? 7 : onGrid(uniform)),
]

test('the calendar does what a sorted list does with thousands pending on whatever scales', () => {
  const property = fc.property(fc.integer(), fc.nat(SPREADS.length - 1), fc.nat(2), (seed, spread, shape) => {
    const calendar = new Calendar()
    const list = new SortedList()
    const chance = new Randomness(new Simulation(), String(seed)).stream('chance')
    const ids: EventId[] = []
    let now = 0
    const push = (arg: number): void => {
      const time = onGrid(now + SPREADS[spread](chance.next(), chance.next()))
      const id = calendar.push(time, 0, arg, arg)
      ids[arg] = id
      list.push(time, id, arg)
    }
    const pop = (): void => {
      const time = calendar.nextTime()
      same(time, list.nextTime())
      same(calendar.argOf(calendar.pop()), list.pop()?.arg)
      if (time < Infinity) now = time
    }
    let pushed = 0
    const until = [300, 1500, 3000][shape]
    while (pushed < until) push(pushed++)
    const saved = calendar.snapshot()
    const savedArgs = list.args()
    for (let i = 0; i < 2000; i++) {
      const what = chance.next()
      if (what < 0.45) push(pushed++)
      else if (what < 0.8 && list.length > 0) pop()
      else if (what < 0.95) {
        const id = ids[Math.floor(chance.next() * pushed)]
        same(calendar.remove(id), list.remove(id))
      } else if (what < 0.951) calendar.restore(calendar.snapshot())
      same(calendar.length, list.length)
    }
    while (list.length > 0) pop()
    expect([calendar.length, calendar.nextTime()]).toEqual([0, Infinity])
    calendar.restore(saved)
    expect(popped(calendar)).toEqual(savedArgs)
  })
  fc.assert(property, { seed: 7, numRuns: 60 })
})

test('nothing is pending under the name of no event', () => {
  const calendar = new Calendar()
  calendar.push(1, 0, 0, 0)
  expect([calendar.isPending(NO_EVENT), calendar.remove(NO_EVENT), calendar.length]).toEqual([false, false, 1])
})

test('however many there are, they come out in order', () => {
  for (let count = 1; count <= 200; count++) {
    const calendar = new Calendar()
    const times = Array.from({ length: count }, (_, i) => (i * 89) % 211)
    for (const time of times) calendar.push(time, 0, 0, time)
    expect(popped(calendar)).toEqual(times.sort((a, b) => a - b))
  }
})

test('many far events, and one still farther when it is their turn, come out in order', () => {
  for (let count = 660; count <= 700; count++) {
    const calendar = new Calendar()
    const near = Array.from({ length: 65 }, (_, i) => i)
    const far = Array.from({ length: count }, (_, i) => 1e6 + i)
    for (const time of [...near, ...far]) calendar.push(time, 0, 0, time)
    const first = near.map(() => calendar.argOf(calendar.pop()))
    calendar.push(1e7, 0, 0, 1e7)
    expect([...first, ...popped(calendar)]).toEqual([...near, ...far, 1e7])
  }
})

test('an id is never given twice, so what is gone is never taken for what came after it in its place', () => {
  const calendar = new Calendar()
  const gone = Array.from({ length: 1000 }, () => {
    const id = calendar.push(1, 0, 0, 0)
    calendar.remove(id)
    return id
  })
  const last = calendar.push(1, 0, 0, 0)
  expect(new Set([...gone, last]).size).toBe(1001)
  expect(gone.some(id => calendar.isPending(id) || calendar.remove(id))).toBe(false)
  expect(calendar.isPending(last)).toBe(true)
})

test('what has come and gone takes no room', () => {
  const calendar = new Calendar()
  const id = calendar.push(0, 0, 0, 0)
  const size = (): number => calendar.snapshot().columns.reduce((sum, column) => sum + column.byteLength, 0)
  const before = size()
  for (let time = 1; time < 2000; time++) {
    calendar.remove(calendar.push(time + 5, 0, 0, 0))
    calendar.push(time, 0, 0, 0)
    calendar.pop()
  }
  expect(size()).toBe(before)
  expect(calendar.isPending(id)).toBe(false)
})

test('an event scheduled after a snapshot is not pending once the snapshot is restored', () => {
  const calendar = new Calendar()
  const empty = calendar.snapshot()
  const first = calendar.push(1, 0, 0, 0)
  const one = calendar.snapshot()
  const second = calendar.push(2, 0, 0, 0)
  calendar.restore(one)
  expect([calendar.isPending(first), calendar.isPending(second), calendar.length, calendar.nextTime()]).toEqual([
    true,
    false,
    1,
    1,
  ])
  calendar.restore(empty)
  expect([calendar.isPending(first), calendar.remove(first), calendar.length]).toEqual([false, false, 0])
})

test('more events than the first capacity come out in order', () => {
  const calendar = new Calendar()
  for (let i = 0; i < 5000; i++) calendar.push((i * 7919) % 5003, 0, i, 0)
  let before = -1
  for (let i = 0; i < 5000; i++) {
    const time = calendar.nextTime()
    calendar.pop()
    expect(time).toBeGreaterThanOrEqual(before)
    before = time
  }
  expect(calendar.length).toBe(0)
})

/** Forty things that tick at random, put each other off and settle; returns what happened. */
function restless(seed: string) {
  const sim = new Simulation()
  const streams = new Randomness(sim, seed).streams('tick', 40, i => ({ high: i, low: seed.length }))
  const pending = sim.column(Float64Array, 40)
  const ticks = sim.column(Uint32Array, 40)
  const history: number[] = []
  const length = sim.column(Uint32Array, 1) // of the history, so that a restored run continues it
  const note = (...what: number[]): void => {
    for (const value of what) history[length[0]++] = value
  }
  const TICKED = sim.on((thing: number, arg: number) => {
    ticks[thing]++
    note(sim.now, thing, arg)
    const other = Math.floor(streams.next(thing) * 40)
    if (other !== thing && sim.cancel(pending[other] as EventId)) pending[other] = sim.after(0.25, TICKED, other, thing)
    const pause = Math.round(sample({ kind: 'exponential', mean: 2 }, streams.of(thing)) * 4) / 4
    pending[thing] = sim.after(pause, TICKED, thing, 1000)
    if (thing % 3 === 0) sim.unsettle()
  })
  sim.onSettle(() => {
    note(sim.now, -1, ticks[0])
  })
  for (let thing = 0; thing < 40; thing++) pending[thing] = sim.at(0, TICKED, thing)
  return { sim, happened: () => history.slice(0, length[0]) }
}

test('a run in slices is the same run', () => {
  const straight = restless('7')
  straight.sim.run(50)
  const property = fc.property(fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 20 }), sizes => {
    const sliced = restless('7')
    for (let i = 0; !sliced.sim.runSlice(50, sizes[i % sizes.length] + (i > 1000 ? 1 : 0)); i++);
    expect(sliced.sim.events).toBe(straight.sim.events)
    expect(sliced.sim.now).toBe(50)
    expect(sliced.happened()).toEqual(straight.happened())
  })
  fc.assert(property, { seed: 7, numRuns: 20 })
})

test('a run continued from a snapshot is the same run, however far it had gone on', () => {
  const straight = restless('8')
  straight.sim.run(50)
  const property = fc.property(
    fc.double({ min: 0, max: 25, noNaN: true }),
    fc.double({ min: 0, max: 25, noNaN: true }),
    (to, on) => {
      const forked = restless('8')
      forked.sim.run(to)
      const saved = forked.sim.snapshot()
      for (let times = 0; times < 2; times++) {
        forked.sim.run(to + on)
        forked.sim.restore(saved)
      }
      forked.sim.run(50)
      expect(forked.sim.events).toBe(straight.sim.events)
      expect(forked.happened()).toEqual(straight.happened())
    },
  )
  fc.assert(property, { seed: 7, numRuns: 20 })
})

test('sums and differences of moments are exact on the grid', () => {
  const moment = fc.double({ min: 0, max: HORIZON_MAX / 4, noNaN: true }).map(onGrid)
  const property = fc.property(moment, moment, moment, (a, b, c) => {
    expect(a + b - b).toBe(a)
    expect(a + (b + c)).toBe(a + b + c)
    expect((a / TICK) % 1).toBe(0)
  })
  fc.assert(property, { seed: 7 })
})
