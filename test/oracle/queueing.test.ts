import { describe, expect, test } from 'vitest'
import { sample } from '../../sim/engine/distribution.ts'
import { Randomness } from '../../sim/engine/random.ts'
import { Simulation } from '../../sim/engine/simulation.ts'
import { createJobQueue } from '../../sim/models/queue.ts'
import { finiteLine } from '../../sim/sla/queueing.ts'
import { timeAverage } from './birth-death.ts'
import { SilentTrace } from './silent-trace.ts'

const STATES = 2000

/**
 * M/M/c: Poisson arrivals at `rate`, exponential service of mean 1 s, `servers` servers, until `horizon` and then until empty. Who
 * finds `room` others there, waiting or in service, is turned away.
 */
function mmc(rate: number, servers: number, horizon: number, seed: string, room = Infinity) {
  const sim = new Simulation()
  const randomness = new Randomness(sim, seed)
  const arrivals = randomness.stream('arrivals')
  const service = randomness.stream('service')
  const spent = new Float64Array(STATES) // time with that many in the system, s, by number
  const arrivedAt: number[] = [] // s, by customer
  let inSystem = 0
  let since = 0 // last change of it, s
  let area = 0 // ∫ number in the system dt, s
  let sojourns = 0 // sum, s
  let left = 0
  let turnedAway = 0

  const change = (by: number): void => {
    if (sim.now <= horizon) spent[Math.min(inSystem, STATES - 1)] += sim.now - since
    area += inSystem * (sim.now - since)
    since = sim.now
    inSystem += by
  }
  const queue = createJobQueue(sim, new SilentTrace(), {
    entity: 1,
    servers,
    serviceTime: () => sample({ kind: 'exponential', mean: 1 }, service),
    onDone: customer => {
      change(-1)
      sojourns += sim.now - arrivedAt[customer]
      left++
    },
  })
  const ARRIVE = sim.on(() => {
    if (inSystem < room) {
      change(1)
      queue.submit(arrivedAt.push(sim.now) - 1, 0)
    } else turnedAway++
    const pause = sample({ kind: 'exponential', mean: 1 / rate }, arrivals)
    if (sim.now + pause <= horizon) sim.after(pause, ARRIVE, 0)
  })
  sim.at(0, ARRIVE, 0)
  sim.run(horizon + 10_000)
  const [waiting, running] = [queue.waiting(), queue.running()]
  return { spent, customers: arrivedAt.length, left, turnedAway, sojourns, area, waiting, running }
}

/** What the states' shares of time say about f, beside its exact mean and standard error over that time. */
function compare(rate: number, servers: number, spent: Float64Array, f: (state: number) => number, room = STATES - 1) {
  const time = spent.reduce((sum, s) => sum + s, 0)
  const up = new Array<number>(room).fill(rate)
  const down = up.map((_, i) => Math.min(i + 1, servers))
  const exact = timeAverage(up, down, f, time)
  const measured = spent.reduce((sum, s, state) => sum + s * f(state), 0) / time
  return { ...exact, measured, deviation: Math.abs(measured - exact.mean) / exact.error, halfWidth: 1.96 * exact.error }
}

describe('M/M/1, λ = 0.8, μ = 1', () => {
  const { spent, customers, sojourns, area, left, waiting, running } = mmc(0.8, 1, 1_200_000, '7')

  test('four customers in the system on average', () => {
    const l = compare(0.8, 1, spent, n => n)
    expect(l.mean).toBeCloseTo(4, 9)
    expect(l.variance).toBeCloseTo(1800, 4) // 2ρ(1 + ρ)/(1 − ρ)⁴
    expect(l.deviation).toBeLessThan(4)
    expect(l.halfWidth / l.mean).toBeLessThan(0.02)
  })

  test('3.2 of them wait, and there are ten or more in 10.7 % of the time', () => {
    const waiting = compare(0.8, 1, spent, n => Math.max(0, n - 1))
    expect(waiting.mean).toBeCloseTo(3.2, 9)
    expect(waiting.deviation).toBeLessThan(4)
    expect(waiting.halfWidth / waiting.mean).toBeLessThan(0.025)
    const ten = compare(0.8, 1, spent, n => (n >= 10 ? 1 : 0))
    expect(ten.mean).toBeCloseTo(0.107374182, 8)
    expect(ten.deviation).toBeLessThan(4)
    expect(ten.halfWidth / ten.mean).toBeLessThan(0.05)
  })

  test("Little's law holds to the bit, and nobody is lost", () => {
    expect([waiting, running, left]).toEqual([0, 0, customers])
    expect(sojourns).toBe(area)
    const perSecond = customers / 1_200_000
    expect(Math.abs(perSecond - 0.8) / Math.sqrt(0.8 / 1_200_000)).toBeLessThan(4)
    const error = Math.sqrt(1800 / 1_200_000)
    expect(Math.abs((sojourns / customers) * perSecond - 4) / error).toBeLessThan(4)
  })
})

describe.each([
  // c, offered load, P(wait), mean number waiting, mean number in the system
  { servers: 4, load: 3.2, wait: 0.596432472, waiting: 2.38572989, inSystem: 5.58572989, horizon: 150_000 },
  { servers: 10, load: 8, wait: 0.409180151, waiting: 1.6367206, inSystem: 9.6367206, horizon: 60_000 },
  { servers: 100, load: 90, wait: 0.216940481, waiting: 1.95246433, inSystem: 91.9524643, horizon: 8_000 },
])('M/M/$servers, $load erlangs', ({ servers, load, wait, waiting, inSystem, horizon }) => {
  const { spent, sojourns, area, customers, left } = mmc(load, servers, horizon, '7')

  test('the chance to wait is Erlang C', () => {
    const busy = compare(load, servers, spent, n => (n >= servers ? 1 : 0))
    expect(busy.mean).toBeCloseTo(wait, 8)
    expect(busy.deviation).toBeLessThan(4)
    expect(busy.halfWidth / busy.mean).toBeLessThan(0.15)
  })

  test('numbers waiting and in the system', () => {
    const inLine = compare(load, servers, spent, n => Math.max(0, n - servers))
    expect(inLine.mean).toBeCloseTo(waiting, 7)
    expect(inLine.deviation).toBeLessThan(4)
    expect(inLine.halfWidth / inLine.mean).toBeLessThan(0.3)
    const all = compare(load, servers, spent, n => n)
    expect(all.mean).toBeCloseTo(inSystem, 6)
    expect(all.deviation).toBeLessThan(4)
    expect(all.halfWidth / all.mean).toBeLessThan(0.05)
  })

  test("Little's law holds to the bit, and nobody is lost", () => {
    expect(left).toBe(customers)
    expect(sojourns).toBe(area)
  })
})

describe.each([
  // What each comes to is in the tests of the formulas; precision is the half width of the 95 % interval of the loss.
  { servers: 4, room: 10, load: 5, horizon: 40_000, precision: 0.05 },
  { servers: 1, room: 10, load: 1.25, horizon: 160_000, precision: 0.05 },
  { servers: 1, room: 10, load: 1, horizon: 160_000, precision: 0.05 },
  { servers: 100, room: 120, load: 90, horizon: 6_000, precision: 0.35 },
])('M/M/$servers with room for $room, $load erlangs', ({ servers, room, load, horizon, precision }) => {
  const { spent, customers, left, turnedAway, sojourns, area } = mmc(load, servers, horizon, '7', room)
  const exact = finiteLine(servers, room, load, 1)
  const check = (expected: number, within: number, f: (state: number) => number): void => {
    const { mean, deviation, halfWidth } = compare(load, servers, spent, f, room)
    expect(mean / expected).toBeCloseTo(1, 8)
    expect(deviation).toBeLessThan(4)
    expect(halfWidth / mean).toBeLessThan(within)
  }

  test('is full, busy and waited in for the shares of time that the formula says', () => {
    check(exact.loss, precision, n => (n === room ? 1 : 0))
    check(exact.present, 0.02, n => n)
    check(exact.waiting, 0.2, n => Math.max(0, n - servers))
    check(exact.throughput, 0.02, n => Math.min(n, servers))
  })

  test('turns away as many as find it full, and nobody else is lost', () => {
    const arrivals = customers + turnedAway
    expect(left).toBe(customers)
    // Arrivals that find it full are a Poisson count within the time it is full: the two scatters add at most.
    const { mean, error } = compare(load, servers, spent, n => (n === room ? 1 : 0), room)
    const scatter = Math.sqrt(load * mean * horizon) + load * error * horizon
    expect(Math.abs(turnedAway - load * mean * horizon)).toBeLessThan(4 * scatter)
    expect(Math.abs(arrivals - load * horizon)).toBeLessThan(4 * Math.sqrt(load * horizon))
  })

  test('keeps those who are taken in for as long as Little says', () => {
    expect(sojourns).toBe(area)
    const present = compare(load, servers, spent, n => n, room)
    const served = Math.sqrt(customers) / customers // more than the relative error of a count that is smoother than Poisson's
    const error = exact.meanStay * (present.error / present.mean + served)
    expect(Math.abs(sojourns / customers - exact.meanStay)).toBeLessThan(4 * error)
  })
})
