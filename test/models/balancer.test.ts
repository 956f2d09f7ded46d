import { expect, test } from 'vitest'
import { historyOf } from '../cloud.ts'

/** Application Load Balancer defaults: a probe every 30 s, 2 misses of 5 s each, 5 successes. */
const shop = (seed: number, health: string) => `
blackstart: 1
name: detection
run: {seed: ${seed}, horizon: 2h}
world: {r: {zones: [a, b], racks: 2, hosts: 2, machine: plain, tenants: 0}}
machines: {plain: {boot: 5m, on-power-return: {stuck: 0%, lost: 0%}}}
services: {web: {instances: 4, spread: zone, capacity: 100/s, starts-in: 1m, health: ${health}}}
clients: {users: {to: web, rate: 100/s, timeout: 1s}}
faults: {dark: {kind: power-loss, target: {zone: a}, at: 17m, lasts: 10m}}`

test('an instance is known dead (n−1)·I + τ to n·I + τ after it died, and alive after (n−1)·I to n·I', () => {
  const out: number[] = []
  const back: number[] = []
  for (let seed = 1; seed <= 60; seed++) {
    const history = historyOf(shop(seed, '{every: 30s, unhealthy: 2, healthy: 5, timeout: 5s}'))
    for (const row of history.rows('health.out')) out.push(row.time - history.timeOf('instance.down', row.of))
    for (const row of history.rows('health.in')) back.push(row.time - history.timeOf('instance.up', row.of))
  }
  expect(Math.min(...out)).toBeGreaterThanOrEqual(35)
  expect(Math.max(...out)).toBeLessThanOrEqual(65)
  expect(Math.min(...back)).toBeGreaterThanOrEqual(120)
  expect(Math.max(...back)).toBeLessThanOrEqual(150)
  // The phase is uniform over the interval: mean 50 s, standard error 30/√12/√60 = 1.12 s.
  const mean = out.reduce((sum, x) => sum + x, 0) / out.length
  expect(Math.abs(mean - 50)).toBeLessThan(4 * 1.12)
})

test('a probe of ten seconds twice is faster: 15 to 25 s', () => {
  const history = historyOf(shop(1, '{every: 10s, unhealthy: 2, timeout: 5s}'))
  const noticed = history.timeOf('health.out') - history.timeOf('instance.down')
  expect(noticed).toBeGreaterThanOrEqual(15)
  expect(noticed).toBeLessThanOrEqual(25)
})

test('a zone behind a cut link is taken out of rotation though its instances run', () => {
  const history = historyOf(`
blackstart: 1
name: cut
run: {seed: 1, horizon: 1h}
world: {r: {zones: [a, b], racks: 1, hosts: 4, tenants: 0}}
services: {web: {instances: 4, spread: zone, capacity: 100/s, health: {every: 10s, unhealthy: 2, healthy: 2, timeout: 5s}}}
clients: {users: {to: web, rate: 100/s, timeout: 1s}}
faults:
  edge: {kind: link-cut, target: {link: edge-a}, at: 10m, lasts: 10m}
  cross: {kind: link-cut, target: {link: a-b}, at: 10m, lasts: 10m}`)
  expect(history.rows('instance.down')).toHaveLength(0)
  expect(history.rows('health.out')).toHaveLength(2)
  expect(history.rows('health.in')).toHaveLength(2)
})

test('with nobody in rotation the balancer sends to everyone: who is back serves before it is believed in', () => {
  const history = historyOf(`
blackstart: 1
name: open
run: {seed: 1, horizon: 1h}
world: {r: {zones: [a], racks: 1, hosts: 2, machine: plain, tenants: 0}}
machines: {plain: {boot: 5m, on-power-return: {stuck: 0%, lost: 0%}}}
services: {web: {instances: 2, capacity: 100/s, starts-in: 1m, health: {every: 10s, unhealthy: 2, healthy: 9, timeout: 5s}}}
clients: {users: {to: web, rate: 100/s, timeout: 1s}}
faults: {dark: {kind: power-loss, target: {zone: a}, at: 10m, lasts: 10m}}`)
  const back = history.timeOf('instance.up')
  expect(history.rows('client.flow').find(row => row.time > 600 && row.b > 0)?.time).toBe(back)
  expect(history.timeOf('health.in')).toBeGreaterThan(back + 79)
})
