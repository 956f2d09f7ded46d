import { expect, test } from 'vitest'
import { Simulation } from '../../sim/engine/simulation.ts'
import { createLevels } from '../../sim/models/level.ts'
import { createJobQueue } from '../../sim/models/queue.ts'
import { historyOf } from '../cloud.ts'
import { SilentTrace } from './silent-trace.ts'

test('R7: 10 000 images of 1 GB through 100 Gb/s take 800 s', () => {
  const sim = new Simulation()
  const done: number[] = []
  const left = createLevels(sim, [{ start: 10_000 * 1e9, lo: 0 }], () => done.push(sim.now))
  left.setRate(0, -100e9 / 8, 1)
  sim.run(3600)
  expect(done).toEqual([800])
})

test.each([
  [0.1, 1000],
  [0.01, 10_000],
])('R8: 100 nodes evicted at %d a second are gone after %i s', (rate, seconds) => {
  const sim = new Simulation()
  const gone: number[] = []
  const evictions = createJobQueue(sim, new SilentTrace(), {
    entity: 1,
    servers: 1,
    serviceTime: () => 1 / rate,
    onDone: () => gone.push(sim.now),
  })
  for (let node = 0; node < 100; node++) evictions.submit(node, 0)
  sim.run(20_000)
  expect(gone).toEqual(Array.from({ length: 100 }, (_, i) => (i + 1) / rate))
  expect(gone[99]).toBe(seconds)
})

test('R8: a liveness probe every ten seconds, three misses of one second each, notices after 21 to 31 s', () => {
  const noticed: number[] = []
  for (let seed = 1; seed <= 40; seed++) {
    const history = historyOf(`
blackstart: 1
name: liveness
run: {seed: ${seed}, horizon: 30m}
world: {r: {zones: [a, b], racks: 1, hosts: 2, machine: plain, tenants: 0}}
machines: {plain: {boot: 5m, on-power-return: {stuck: 0%, lost: 0%}}}
services: {web: {instances: 4, spread: zone, capacity: 100/s, health: {every: 10s, unhealthy: 3, timeout: 1s}}}
clients: {users: {to: web, rate: 100/s, timeout: 1s}}
faults: {dark: {kind: power-loss, target: {zone: a}, at: 17m, lasts: 2m}}`)
    for (const row of history.rows('health.out')) noticed.push(row.time - history.timeOf('instance.down', row.of))
  }
  expect(noticed.length).toBeGreaterThanOrEqual(40)
  expect(Math.min(...noticed)).toBeGreaterThanOrEqual(21)
  expect(Math.max(...noticed)).toBeLessThanOrEqual(31)
  // The phase is uniform over the interval; the probes of one instance or of a whole zone may share it.
  const mean = noticed.reduce((sum, time) => sum + time, 0) / noticed.length
  expect(Math.abs(mean - 26)).toBeLessThan((4 * 10) / Math.sqrt(12) / Math.sqrt(40))
})

test('T3: a quota of 500 tokens at 5 a retry bears 100 failing retries, and for ever one for each five successes', () => {
  const sim = new Simulation()
  const refused: number[] = []
  const tokens = createLevels(sim, [{ start: 500, lo: 0, hi: 500 }], (_, threshold) => {
    if (threshold === 0) refused.push(sim.now)
  })
  const SUCCESS = 1
  const RETRY = -5
  tokens.setRate(0, RETRY, 1) // one failing retry a second and nothing else
  sim.run(200)
  expect(refused).toEqual([100])
  tokens.setRate(0, 5 * SUCCESS, 2)
  sim.run(250)
  expect(tokens.value(0)).toBe(250)
  tokens.setRate(0, 5 * SUCCESS + RETRY, 3)
  sim.run(1e6)
  expect(tokens.value(0)).toBe(250)
  tokens.setRate(0, 5 * SUCCESS + 1.01 * RETRY, 4)
  sim.run(2e6)
  expect(refused).toHaveLength(2)
})
