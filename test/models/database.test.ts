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

/** The primary's zone loses every link at 10 min: from the edge and to the other zone. */
const partition = (lasts: string, more = '') => `
  edge: {kind: link-cut, target: {link: edge-a}, at: 10m, lasts: ${lasts}}
  cross: {kind: link-cut, target: {link: a-b}, at: 10m, lasts: ${lasts}}${more}`
const partitioned = (database: string, faults: string) => historyOf(db(database, '').replace('faults: {}', `faults:${faults}`))

test('a primary that nobody can reach is as good as gone: the standby takes over', () => {
  const history = partitioned('standby: b, failover: {detect: 30s, promote: 45s}', partition('10m'))
  expect(history.rows(/^database/).map(row => `${row.time} ${row.kind}`)).toEqual([
    '600 database.primary-lost',
    '630 database.detected',
    '630 database.promoting',
    '675 database.promoted',
  ])
  expect(history.rows('instance.down')).toHaveLength(0)
})

test('one way left to it is enough', () => {
  const cross = '\n  cross: {kind: link-cut, target: {link: a-b}, at: 10m, lasts: 10m}'
  expect(partitioned('standby: b', cross).rows(/^database/)).toHaveLength(0)
})

test('reached again before it was replaced, the primary writes on: nothing has to be replayed', () => {
  const history = partitioned('replay: 10m', partition('5m'))
  expect(history.rows(/^database/).map(row => `${row.time} ${row.kind}`)).toEqual([
    '600 database.primary-lost',
    '630 database.detected',
    '900 database.up',
  ])
})

test('a primary that fell while nobody could reach it has to replay', () => {
  const slip = '\n  broken: {kind: host-failure, target: {zone: a, of: host}, at: 11m, lasts: 1m}'
  const history = partitioned('replay: 10m', partition('30m', slip))
  // The host is whole at 720 s and boots for 300 s; its restart takes 1 s, starting takes 60 s; the links are back at 2400 s.
  expect(history.timeOf('instance.up')).toBe(720 + 300 + 1 + 60)
  expect(history.timeOf('database.replaying')).toBe(2400)
  expect(history.timeOf('database.up')).toBe(3000)
})

test('a standby that falls while it is being promoted leaves it to the primary, if that is back', () => {
  const history = historyOf(
    db('standby: b, failover: {detect: 30s, promote: 10m}, replay: 5m', '').replace(
      'faults: {}',
      `faults:
  slip: {kind: power-loss, target: {zone: a}, at: 10m, lasts: 1m}
  other: {kind: power-loss, target: {zone: b}, at: 20m, lasts: 1h}`,
    ),
  )
  expect(history.timeOf('instance.up', 'db/i1')).toBe(660 + 300 + 1 + 60)
  expect(history.timeOf('database.promoting')).toBe(630)
  expect(history.timeOf('database.replaying')).toBe(1200)
  expect(history.timeOf('service.up', 'db')).toBe(1500)
})

test('a database that begins dark is not up before its primary has replayed', () => {
  const text = db('standby: b, failover: {detect: 1h}, replay: 10m', 'power: {kind: energise, target: {region: r}, at: 10m}')
  const history = historyOf(text.replace('tenants: 0,', 'tenants: 0, begin: dark,'))
  const started = 600 + 300 + 1 + 60
  expect(history.timeOf('instance.up', 'db/i1')).toBe(started)
  expect(history.timeOf('instance.up', 'db/i2')).toBeLessThan(started + 60)
  expect(history.timeOf('service.up', 'db')).toBe(started + 600)
})

test('a writer in another region is called all the same: only links within regions are modelled', () => {
  const text = db('', 'none: {kind: start, target: {zone: b}, at: 1h}').replace('primary: a', 'primary: far/z')
  const history = historyOf(text.replace('world: {', 'world: {far: {zones: [z], racks: 1, hosts: 1, tenants: 0}, '))
  expect(history.rows('client.flow').at(-1)?.b).toBe(100)
})
