/** Single requests against closed forms: lines of Markov and of general service, finite lines, processor sharing, time-outs. */
import { describe, expect, test } from 'vitest'
import { Randomness } from '../../sim/engine/random.ts'
import { Simulation } from '../../sim/engine/simulation.ts'
import { createCallers } from '../../sim/models/requests/callers.ts'
import { createRequestPool } from '../../sim/models/requests/pool.ts'
import { createStations, type Discipline } from '../../sim/models/requests/stations.ts'
import { finiteLine } from '../../sim/sla/queueing.ts'
import { Entities } from '../../sim/trace/entities.ts'
import { empirical, type Law } from '../../sim/units/law.ts'

const BATCHES = 40
/** So many standard errors are chance; at 40 batches of different seeds nothing should ever be beyond. */
const ERRORS = 4.5

interface Line {
  readonly rate: number
  readonly servers?: number
  readonly work: Law
  readonly discipline?: Discipline
  readonly limit?: number
  readonly timeout?: number
  readonly requests: number
}

/** One caller and one station, until so many requests were sent. */
function line({ rate, servers = 1, work, discipline = 'fifo', limit = Infinity, timeout = 1e6, requests }: Line) {
  const sim = new Simulation()
  const randomness = new Randomness(sim, '11')
  const entities = new Entities()
  const entity = entities.add('service', 'station')
  const key = () => entities.key(entity)
  const pool = createRequestPool(sim)
  const took: number[] = [] // s, of the answers that somebody waited for, in order
  let late = 0
  const callers = createCallers(
    sim,
    [{ rate: { kind: 'constant', rate }, timeout, attempts: 1, backoff: { base: 0, cap: 0 }, jitter: 'none' }],
    { arrivals: randomness.streams('arrivals', 1, key), backoffs: randomness.streams('backoffs', 1, key) },
    pool,
    (_caller, request) => stations.offer(0, request),
  )
  const stations = createStations(
    sim,
    randomness,
    entities,
    [{ entity, work, discipline, limit }],
    pool,
    (_station, request) => {
      if (pool.caller[request] < 0) late++
      else {
        took.push(sim.now - pool.sentAt[request])
        callers.close(request)
      }
      pool.free(request)
    },
  )
  stations.setServers(0, servers)
  callers.begin()
  sim.run(requests / rate)
  return { took, late, sent: callers.sent[0], lost: callers.lost[0], records: pool.capacity() }
}

/** The mean of what batches of a series come to, and its standard error. */
function batched(series: readonly number[], of: (batch: readonly number[]) => number) {
  const size = Math.floor(series.length / BATCHES)
  const values = Array.from({ length: BATCHES }, (_, i) => of(series.slice(i * size, (i + 1) * size)))
  const mean = values.reduce((sum, value) => sum + value, 0) / BATCHES
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (BATCHES - 1)
  return { mean, error: Math.sqrt(variance / BATCHES) }
}
const average = (batch: readonly number[]): number => batch.reduce((sum, value) => sum + value, 0) / batch.length
const quantileOf = (p: number) => (batch: readonly number[]) => [...batch].sort((a, b) => a - b)[Math.floor(p * batch.length)]

/** Holds a mean against theory: within its standard errors, which are small enough to mean something. */
function expectMean({ mean, error }: { mean: number; error: number }, theory: number, precision: number): void {
  expect(Math.abs(mean - theory)).toBeLessThan(ERRORS * error)
  expect(error / theory).toBeLessThan(precision)
}

const exponential = (mean: number): Law => ({ kind: 'exponential', mean })
const lognormal = (sigma: number): Law => ({ kind: 'lognormal', mean: 1, cv: Math.sqrt(Math.exp(sigma ** 2) - 1) })

describe('one line', () => {
  test('M/M/1 at 80 %: a request takes 1/(μ − λ) on average, and one in a hundred more than ln 100/(μ − λ)', () => {
    const { took } = line({ rate: 0.8, work: exponential(1), requests: 1_000_000 })
    expectMean(batched(took, average), 5, 0.02)
    expectMean(batched(took, quantileOf(0.99)), 23.0258509, 0.03)
    expectMean(batched(took, quantileOf(0.999)), 34.5387764, 0.05)
  })

  test('M/M/4: the wait is that of Erlang C', () => {
    const { took } = line({ rate: 3.2, servers: 4, work: exponential(1), requests: 600_000 })
    expectMean(batched(took, average), 1.74554059, 0.01)
  })

  test.each([
    ['deterministic', { kind: 'constant', value: 1 } as Law, 2],
    ['log-normal with σ = 1', lognormal(1), 5.43656366],
  ])('M/G/1 with %s service: Pollaczek and Khinchine', (_, work, wait) => {
    const { took } = line({ rate: 0.8, work, requests: 800_000 })
    expectMean(batched(took, average), 1 + wait, 0.05)
  })

  test('one stall in a hundred, at the same mean: 25.5 times the wait', () => {
    const stalls = empirical([0.1, 10], [99, 1]) // ms; mean 0.199 ms, squared coefficient of variation 24.5
    const { took } = line({ rate: 0.6 / 0.199, work: stalls, requests: 2_000_000 })
    const waits = batched(took, average)
    expectMean({ ...waits, mean: waits.mean - 0.199 }, 3.80615578, 0.03)
    const even = line({ rate: 0.6 / 0.199, work: { kind: 'constant', value: 0.199 }, requests: 300_000 })
    const evenly = batched(even.took, average)
    expectMean({ ...evenly, mean: evenly.mean - 0.199 }, 0.14925, 0.01)
  })

  test('M/M/4 with room for ten: what is turned away and how long the others take', () => {
    const { took, sent, lost } = line({ rate: 5, servers: 4, work: exponential(1), limit: 6, requests: 500_000 })
    expect(finiteLine(4, 10, 5, 1).loss).toBeCloseTo(0.230024325, 9)
    expect(Math.abs(lost / sent - 0.230024325)).toBeLessThan(ERRORS * 0.0015)
    expectMean(batched(took, average), 1.91073869, 0.01)
  })
})

describe('processor sharing', () => {
  test.each([
    ['deterministic', { kind: 'constant', value: 1 } as Law],
    ['exponential', exponential(1)],
    ['log-normal with σ = 1', lognormal(1)],
  ])('a request takes 1/(1 − ρ) times its own time, whatever the law: %s', (_, work) => {
    const { took } = line({ rate: 0.8, work, discipline: 'share', requests: 500_000 })
    expectMean(batched(took, average), 5, 0.05)
  })
})

describe('time-outs', () => {
  test('of work that is done all the same strike the share that takes longer', () => {
    const { sent, lost, late } = line({ rate: 0.8, work: exponential(1), timeout: 10, requests: 800_000 })
    // P(sojourn > 10) = e^(−(μ − λ) 10) = e^−2; its scatter is that of correlated requests, about 40 to a busy period.
    expect(Math.abs(lost / sent - 0.1353352832)).toBeLessThan(ERRORS * 0.003)
    expect(Math.abs(late - lost)).toBeLessThan(200) // all of them are worked on once their turn comes
  })

  test('need no more records than were ever open at once, however many requests there are', () => {
    const { records, sent } = line({ rate: 900, work: exponential(0.001), timeout: 1, requests: 400_000 })
    expect(sent).toBeGreaterThan(390_000)
    expect(records).toBe(256)
  })
})
