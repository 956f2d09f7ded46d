import { expect, test } from 'vitest'
import { historyOf } from '../cloud.ts'
import { answered, told } from './told.ts'

/** Two zones with two instances each; half of 100 requests/s come in over each zone's own link from the edge. */
const world = (faults: string) =>
  `
blackstart: 1
name: links
run: {seed: 1, horizon: 1h}
world: {r: {zones: [a, b], racks: 1, hosts: 4, tenants: 0}}
services:
  web: {instances: 4, spread: zone, capacity: 100/s, overload: {queue: 0}, needs: NEEDS, health: {every: 10s, unhealthy: 2, healthy: 2, timeout: 5s}}
  db: {kind: database, primary: b, standby: a, failover: {detect: 30s, promote: 30s}}
clients: {users: {to: web, rate: 100/s, timeout: 1s}}
faults:
  ${faults}`.replace('NEEDS', '{}')

test('link-cut: users of a zone take the way round, and nobody misses the link', () => {
  const history = historyOf(world('cut: {kind: link-cut, target: {link: edge-a}, at: 10m, lasts: 10m}'))
  expect(told(history, /^link\./)).toEqual(['600 link.cut r/edge-a', '1200 link.restored r/edge-a'])
  expect(history.rows(/^health/)).toHaveLength(0)
  expect(answered(history, 700)).toBe(100)
})

test('link-cut: with every way cut the zone is unreachable, until one of them is back', () => {
  const history = historyOf(
    world(`edge: {kind: link-cut, target: {link: edge-a}, at: 10m, lasts: 10m}
  cross: {kind: link-cut, target: {link: a-b}, at: 10m, lasts: 20m}`),
  )
  expect(answered(history, 601)).toBe(50)
  expect(
    history
      .rows('health.out')
      .map(row => row.of)
      .sort(),
  ).toEqual(['web/i1', 'web/i3'])
  expect(answered(history, 700)).toBe(100)
  expect(history.rows('health.in').every(row => row.time > 1200 && row.time <= 1220)).toBe(true)
})

test('link-cut: cut twice, a link is whole again with the later end', () => {
  const history = historyOf(
    world(`one: {kind: link-cut, target: {link: a-b}, at: 10m, lasts: 10m}
  two: {kind: link-cut, target: {link: a-b}, at: 15m, lasts: 10m}`),
  )
  expect(told(history, /^link\./)).toEqual(['600 link.cut r/a-b', '1500 link.restored r/a-b'])
})

test('link-degrade: what a lossy link loses is lost to its zone only, and probes notice nothing', () => {
  const history = historyOf(world('grey: {kind: link-degrade, target: {link: edge-a}, loss: 20%, at: 10m, lasts: 10m}'))
  expect([599, 601, 1201].map(time => answered(history, time))).toEqual([100, 90, 100])
  expect(history.rows('health.out')).toHaveLength(0)
})

test('link-degrade: a link that is slower than the way round is not taken', () => {
  const history = historyOf(
    world('slow: {kind: link-degrade, target: {link: edge-a}, latency: 2s, loss: 20%, at: 10m, lasts: 10m}'),
  )
  expect(answered(history, 601)).toBe(100)
})

test('link-degrade: calls to a database cross the link from the caller’s zone to the writer’s', () => {
  const text = world('grey: {kind: link-degrade, target: {link: a-b}, loss: 20%, at: 10m, lasts: 10m}')
  const history = historyOf(text.replace('needs: {}', 'needs: {db: {}}'))
  expect(answered(history, 601)).toBeCloseTo(50 + 40, 9)
})
