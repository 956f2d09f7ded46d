/** The I/O of hosts against closed forms: one line for all in a privileged domain, lines of their own on cards. */
import { describe, expect, test } from 'vitest'
import { TICKS } from '../../sim/engine/time.ts'
import { meanWaitOfOne } from '../../sim/sla/queueing.ts'
import { historyOf } from '../cloud.ts'

/** So many standard errors are chance. */
const ERRORS = 4.5

/** What the clock makes of a time: it ticks about a million times a second. */
const ticked = (time: number): number => Math.round(time * TICKS) / TICKS

/** One host whose domain has one processor, and one instance on it; runs 40 intervals of 10 s after the first. */
const host = (io: string, asks: string) =>
  historyOf(`
blackstart: 1
name: domain
run: {seed: 5, horizon: 410s, interval: 10s, observe: {host: h1}}
world: {r: {zones: [a], racks: 1, hosts: 1, machine: xen, tenants: 0}}
machines: {xen: {cpu: 8, virtualisation: {cpu: 30%}, io: ${io}}}
services: {app: {instances: 1, io: ${asks}}}
`)

/** The mean latency on a path, s, and its standard error from what each interval came to. */
function meanOf(history: ReturnType<typeof host>, path: string): { mean: number; error: number } {
  const batches = history.rows('io.served', `r/a/dc1/r1/h1/${path}`).filter(({ time }) => time > 10)
  expect(batches).toHaveLength(40)
  const count = batches.reduce((sum, { b }) => sum + b, 0)
  const mean = batches.reduce((sum, { a, b }) => sum + a * b, 0) / count
  return {
    mean,
    error: errorOf(
      batches.map(({ a }) => a),
      mean,
    ),
  }
}

function errorOf(batches: readonly number[], mean: number): number {
  const variance = batches.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (batches.length - 1)
  return Math.sqrt(variance / batches.length)
}

const expectMean = ({ mean, error }: { mean: number; error: number }, theory: number, precision: number): void => {
  expect(Math.abs(mean - theory)).toBeLessThan(ERRORS * error)
  expect(error / theory).toBeLessThan(precision)
}

describe('a privileged domain is one line', () => {
  // 99 % of I/Os in 0.1 ms, one in a hundred in 10 ms: 0.199 ms on average, 60 % busy at 3015/s.
  const RATE = 3015.07537688442
  const short = ticked(0.0001)
  const long = ticked(0.01)
  const service = 0.99 * short + 0.01 * long
  const square = 0.99 * short ** 2 + 0.01 * long ** 2

  test('stalls: everybody waits 25.5 times as long as the mean alone would have it', () => {
    const cv = Math.sqrt(square / service ** 2 - 1)
    const wait = meanWaitOfOne(RATE, service, cv)
    expect(wait / meanWaitOfOne(RATE, service, 0)).toBeCloseTo(25.5, 1)
    expect(wait).toBeCloseTo(0.0038, 4)
    const stalling = host(
      '{network: {by: domain, takes: 0.1ms}, domain: {processors: 1, stalls: {odds: 1%, takes: 9.9ms}}}',
      `{network: ${RATE}/s}`,
    )
    expectMean(meanOf(stalling, 'network'), wait + service, 0.03)
  })

  test('the same mean without stalls', () => {
    const steady = host('{network: {by: domain, takes: 0.199ms}, domain: {processors: 1}}', `{network: ${RATE}/s}`)
    const time = ticked(0.000199)
    expectMean(meanOf(steady, 'network'), meanWaitOfOne(RATE, time, 0) + time, 0.003)
  })

  test('both paths wait in it alike, whichever of them asks for more', () => {
    const both = host(
      '{network: {by: domain, takes: 0.1ms}, volume: {by: domain, takes: 1ms}, domain: {processors: 1}}',
      '{network: 2000/s, volume: 400/s}',
    )
    const [network, volume] = [ticked(0.0001), ticked(0.001)]
    const mean = (2000 * network + 400 * volume) / 2400
    const wait = (2000 * network ** 2 + 400 * volume ** 2) / (2 * (1 - 2400 * mean)) // Pollaczek, Khinchine
    expectMean(meanOf(both, 'network'), wait + network, 0.01)
    expectMean(meanOf(both, 'volume'), wait + volume, 0.01)
  })
})

test('a card of one lane with exponential times is M/M/1, and its percentiles are those of the exponential law', () => {
  const history = historyOf(`
blackstart: 1
name: card
run: {seed: 2, horizon: 200s, interval: 10s, observe: {host: h1}}
world: {r: {zones: [a], racks: 1, hosts: 1, machine: one, tenants: 0}}
machines: {one: {io: {volume: {takes: {exponential: {mean: 1ms}}, lanes: 1}}}}
services: {app: {instances: 1, io: {volume: 500/s}}}
`)
  const buckets = history.rows('io.latency', 'r/a/dc1/r1/h1/volume')
  for (const time of [2 ** -9, 2 ** -8]) {
    // Buckets begin at powers of two.
    const shares = Array.from({ length: 20 }, (_, i) => {
      const batch = buckets.filter(row => row.time === (i + 1) * 10)
      const count = (rows: typeof batch): number => rows.reduce((sum, { b }) => sum + b, 0)
      return count(batch.filter(({ a }) => a >= time)) / count(batch)
    })
    const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length
    expectMean({ mean, error: errorOf(shares, mean) }, Math.exp(-500 * time), 0.03) // e^(−(μ − λ)t)
  }
})
