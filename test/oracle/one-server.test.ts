import { describe, expect, test } from 'vitest'
import { sample } from '../../sim/engine/distribution.ts'
import { gamma } from '../../sim/engine/gamma.ts'
import { Randomness, type Stream } from '../../sim/engine/random.ts'
import { Simulation } from '../../sim/engine/simulation.ts'
import { createJobQueue } from '../../sim/models/queue.ts'
import { empirical, type Law } from '../../sim/units/law.ts'
import { SilentTrace } from './silent-trace.ts'

/** A law of service times for one server: how to draw, and its first four raw moments. */
interface Service {
  readonly draw: (stream: Stream) => number
  readonly moments: readonly [m1: number, m2: number, m3: number, m4: number]
}

const of = (law: Law, ...moments: [number, number, number, number]): Service => ({
  draw: stream => sample(law, stream),
  moments,
})

const points = (values: readonly number[], weights: readonly number[]): Service => {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const moment = (n: number): number => values.reduce((sum, value, i) => sum + value ** n * (weights[i] / total), 0)
  return of(empirical(values, weights), moment(1), moment(2), moment(3), moment(4))
}

const phase: Law = { kind: 'exponential', mean: 0.5 }
const cv = Math.sqrt(Math.E - 1)
const scale = 1 / gamma(1.5)

/**
 * Mean wait of an M/G/1 queue, and the standard error of the average over the customers of a run of `time`. With the workload v
 * as state, g(v) = v²/(2(1 − ρ)) solves Poisson's equation for v − E[v] exactly, so the sum of (v − E[v]) over arrivals is a
 * martingale whose jumps are λ(g(v + s) − g(v)) + v − E[v]; its variance needs the moments of v (Takács) and of s.
 */
function waitOf(rate: number, [m1, m2, m3, m4]: Service['moments'], time: number): { mean: number; error: number } {
  const idle = 1 - rate * m1
  const mean = (rate * m2) / (2 * idle)
  const square = 2 * mean ** 2 + (rate * m3) / (3 * idle)
  const variance = square - mean ** 2
  const a = 1 / (2 * idle)
  const jumps = a ** 2 * (4 * square * m2 + 4 * mean * m3 + m4)
  return { mean, error: Math.sqrt((rate * jumps + 4 * a * m1 * variance + variance / rate) / time) }
}

/** Mean wait in a run of one server, s. */
function run(rate: number, { draw }: Service, horizon: number): number {
  const sim = new Simulation()
  const randomness = new Randomness(sim, '7')
  const arrivals = randomness.stream('arrivals')
  const services = randomness.stream('services')
  const arrivedAt: number[] = [] // s, by customer
  let waits = 0 // sum, s
  const queue = createJobQueue(sim, new SilentTrace(), {
    entity: 1,
    servers: 1,
    serviceTime: () => draw(services),
    onStart: (customer, cause) => {
      waits += sim.now - arrivedAt[customer]
      return cause
    },
    onDone: () => {},
  })
  const pause: Law = { kind: 'exponential', mean: 1 / rate }
  const ARRIVE = sim.on((customer: number) => {
    arrivedAt.push(sim.now)
    queue.submit(customer, 0)
    const next = sim.now + sample(pause, arrivals)
    if (next <= horizon) sim.at(next, ARRIVE, customer + 1)
  })
  sim.after(sample(pause, arrivals), ARRIVE, 0)
  sim.run(2 * horizon)
  expect(queue.waiting() + queue.running()).toBe(0)
  return waits / arrivedAt.length
}

test('the standard error is the known one where service is exponential', () => {
  // Source: D. J. Daley (1968): ρ(2 + 5ρ − 4ρ² + ρ³)/(1 − ρ)⁴ for each customer.
  expect(waitOf(0.8, [1, 2, 6, 24], 1).error ** 2 * 0.8).toBeCloseTo((0.8 * (2 + 4 - 2.56 + 0.512)) / 0.2 ** 4, 6)
})

describe('one server, 0.8 a second, 1 s each', () => {
  test.each([
    { name: 'constant', wait: 2, service: of({ kind: 'constant', value: 1 }, 1, 1, 1, 1) },
    {
      name: 'Erlang-2',
      wait: 3,
      service: { draw: stream => sample(phase, stream) + sample(phase, stream), moments: [1, 1.5, 3, 7.5] } as Service,
    },
    { name: 'exponential', wait: 4, service: of({ kind: 'exponential', mean: 1 }, 1, 2, 6, 24) },
    {
      name: 'lognormal, σ = 1',
      wait: 5.43656365691809,
      service: of({ kind: 'lognormal', mean: 1, cv }, 1, Math.E, Math.E ** 3, Math.E ** 6),
    },
    { name: 'half a second, one in 17 takes nine', wait: 10, service: points([0.5, 9], [16, 1]) },
    {
      name: 'Weibull of shape 2',
      wait: 8 / Math.PI, // its second moment is 4/π
      service: of({ kind: 'weibull', shape: 2, mean: 1 }, 1, scale ** 2, scale ** 3 * gamma(2.5), scale ** 4 * 2),
    },
  ])('$name: they wait $wait s', ({ wait, service }) => {
    const horizon = 300_000
    const { mean, error } = waitOf(0.8, service.moments, horizon)
    expect(mean).toBeCloseTo(wait, 9)
    expect(Math.abs(run(0.8, service, horizon) - mean) / error).toBeLessThan(4)
    expect((1.96 * error) / mean).toBeLessThan(0.1)
  })
})

test('99 calls of 0.1 ms and one of 10 ms: at 60 % of capacity everybody waits 3.806 ms, 25.5 times as long', () => {
  const service = points([1e-4, 1e-2], [99, 1])
  const rate = 0.6 / service.moments[0]
  const horizon = 250 // s: three quarters of a million calls
  const { mean, error } = waitOf(rate, service.moments, horizon)
  expect(mean).toBeCloseTo(3.80615577889e-3, 12)
  expect(mean / waitOf(rate, [1.99e-4, 1.99e-4 ** 2, 0, 0], 1).mean).toBeCloseTo(25.5018812656, 9)
  // The clock's grid of 2⁻²⁰ s makes a call of 0.1 ms longer or shorter by up to half a tick: far below the error.
  expect(Math.abs(run(rate, service, horizon) - mean) / error).toBeLessThan(4)
  expect((1.96 * error) / mean).toBeLessThan(0.05)
})
