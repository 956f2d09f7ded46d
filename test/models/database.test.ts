import { expect, test } from 'vitest'
import { historyOf } from '../cloud.ts'

const db = (database: string, faults = 'dark: {kind: power-loss, target: {zone: a}, at: 10m, lasts: 10m}') => `
blackstart: 1
name: failover
run: {seed: 1, horizon: 2h}
world: {r: {zones: [a, b], racks: 1, hosts: 2, machine: plain, tenants: 0, boot: {restart: 60/min}}}
machines: {plain: {boot: 5m, on-power-return: {stuck: 0%, lost: 0%}}}
services:
  web: {instances: 2, place: b, capacity: 100/s, needs: {db: {fanout: 0.5}}, health: {every: 10s, unhealthy: 2, timeout: 5s}}
  db: {kind: database, primary: a, starts-in: 1m, ${database}}
clients: {users: {to: web, rate: 100/s, timeout: 1s}}
faults: {${faults}}`

test('the standby takes over after detection and promotion; what had not reached it is lost', () => {
  const history = historyOf(db('standby: b, replication: {async: 2s}, failover: {detect: 30s, promote: 45s}'))
  expect(history.rows(/^database/).map(row => `${row.time} ${row.kind} ${row.a}`)).toEqual([
    '600 database.primary-lost 0',
    '630 database.detected 0',
    '630 database.promoting 0',
    '675 database.promoted 100',
  ])
  expect(history.rows(/^service\.(down|up)$/, 'db').map(row => row.time)).toEqual([600, 675])
})

test('without a standby everyone waits for power, host, instance and the replay of the log', () => {
  const history = historyOf(db('replay: 10m'))
  // Power is back at 1200 s, the host boots for 300 s, its restart takes 1 s, starting takes 60 s, replaying 600 s.
  expect(history.timeOf('database.up')).toBe(1200 + 300 + 1 + 60 + 600)
  const why = history.whyOf(history.rows('database.up')[0].row)
  expect(why[0]).toBe('database.up')
  expect(why.at(-1)).toBe('fault.started')
  expect(why).toContain('rack.energised')
})

test('a failover that is not covered waits for the primary too', () => {
  const history = historyOf(db('standby: b, failover: {detect: 30s, promote: 45s, coverage: 0%}, replay: 10m'))
  expect(history.rows('database.uncovered')).toHaveLength(1)
  expect(history.timeOf('database.up')).toBe(2161)
})

test('half of the requests call the database: that half fails while nobody writes, however often it is tried', () => {
  const text = db('standby: b, failover: {detect: 30s, promote: 45s}').replace(
    'timeout: 1s',
    'timeout: 1s, retry: {attempts: 3}',
  )
  const history = historyOf(text.replace('zone: a}, at', 'service: db}, at').replace('power-loss', 'operator-error'))
  const during = history.rows('client.flow').filter(row => row.time > 700 && row.time < 1100)
  const before = history
    .rows('client.flow')
    .filter(row => row.time <= 700)
    .at(-1)
  expect(during.at(-1)?.b ?? before?.b).toBeCloseTo(50, 6)
})
