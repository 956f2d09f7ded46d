import { describe, expect, test } from 'vitest'
import { historyOf } from '../cloud.ts'
import { told } from '../effects/told.ts'

const M = 64 * 1024 * 1024 * 1024
const FIRST = M / 1.25e9 // 54.976 s
/** R9: 64 GiB at 10 Gb/s, 2 Gb/s written to meanwhile: four rounds after the first copy, the last in the pause. */
const PAUSE = FIRST * 0.2 * 0.2 * 0.2 * 0.2
const MOVE = (FIRST * (1 - 0.2 * 0.2 * 0.2 * 0.2 * 0.2)) / 0.8

/** Three racks of a host; web/i1 of 64 GiB stands in the first, which degrades at 10 min. Calls take 2 s. */
const world = (care: string, { faults = '', tenants = 0, cpu = 96, more = '' } = {}) => `
blackstart: 1
name: care
run: {seed: 1, horizon: 3h}
world: {r: {zones: [a], racks: 3, hosts: 1, machine: plain, tenants: ${tenants}}}
machines: {plain: {cpu: ${cpu}, boot: 5m, repair: 20m, on-power-return: {stuck: 0%, lost: 0%}}}
services:
  web: {instances: 3, size: c6g.8xlarge, capacity: 100/s, starts-in: 70s, health: {every: 10s, unhealthy: 2, healthy: 2}${more}}
  control: {kind: control-plane, api: {threads: 1, takes: 2s}}
clients: {users: {to: web, rate: 150/s, timeout: 1s}}
plans: {care: {kind: host-care, via: control, sees: 1m, ${care}}}
faults:
  slow: {kind: host-degrade, target: {rack: r1}, at: 10m}
  ${faults}`

const H = 'r/a/dc1/r1/h1'

describe('migrate', () => {
  test('an instance moves while it runs, stands still for 88 ms, and the empty host is repaired', () => {
    const history = historyOf(world('do: migrate'))
    expect(
      told(history, /^(host|care|migration|instance)\./, /care|web\/i1|r1/)
        .slice(1, -5)
        .map(line => line.replace(/^\S+ /, '')),
    ).toEqual([
      `host.degraded ${H}`,
      'care.notices care',
      'migration.begins web/i1',
      'migration.paused web/i1',
      'instance.down web/i1',
      'migration.done web/i1',
      'instance.moved web/i1',
      'instance.up web/i1',
      'care.emptied care',
    ])
    const [paused] = history.rows('migration.paused')
    expect(paused.a).toBeCloseTo(PAUSE, 9)
    expect(paused.b).toBe(4)
    expect(history.timeOf('migration.begins')).toBe(662)
    expect(history.timeOf('instance.up', 'web/i1') - 662).toBeCloseTo(MOVE, 4)
    expect(history.timeOf('instance.up', 'web/i1') - history.timeOf('instance.down', 'web/i1')).toBeCloseTo(PAUSE, 5)
    const up = history.rows('instance.up', 'web/i1')[0].row
    expect(history.whyOf(up)).toEqual([
      'instance.up',
      'migration.done',
      'migration.paused',
      'migration.begins',
      'care.notices',
      'host.degraded',
      'fault.started',
    ])
    const retired = history.timeOf('host.retired')
    expect(told(history, /^host\./, /r1/).slice(-5)).toEqual([
      `${retired} host.retired ${H}`,
      `${retired + 1200} host.repaired ${H}`,
      `${retired + 1200} host.well ${H}`,
      `${retired + 1200} host.booting ${H}`,
      `${retired + 1500} host.up ${H}`,
    ])
  })

  test('one that writes as fast as it is copied is stopped for the whole copy', () => {
    const history = historyOf(world('do: migrate, dirty: 10Gbps'))
    const [stopped] = history.rows('migration.stopped')
    expect([stopped.time, stopped.b]).toEqual([662, 0])
    expect(history.timeOf('instance.up', 'web/i1') - 662).toBeCloseTo(FIRST, 4)
  })

  test('other customers’ move too, one after the other, each for its own call', () => {
    const history = historyOf(world('do: migrate', { tenants: 2 }))
    expect(history.rows('tenants.moved', H).map(({ a, b }) => [a, b])).toEqual([
      [1, 1],
      [0, 0],
      [0, 0], // nobody is there to be restarted when it is back
    ])
    expect(history.rows('migration.begins')).toHaveLength(3)
    // 4 GiB take 3.44 s, then two rounds, the second in the pause: 4.26 s.
    const small = ((4 * M) / 64 / 1.25e9) * 1.24
    const last = Math.max(...history.rows('migration.done').map(({ time }) => time))
    expect(last - 660).toBeCloseTo(3 * 2 + 2 * small + MOVE, 4)
  })

  test('two at once each have half the bandwidth', () => {
    const history = historyOf(world('do: migrate, moves-at-once: 2', { tenants: 1 }))
    expect(
      history
        .rows('migration.begins')
        .map(({ b }) => b)
        .sort((a, b) => a - b),
    ).toEqual([(2 * M) / 16 / 1.25e9, 2 * FIRST])
  })

  test('a host that breaks meanwhile keeps what is on it: it starts again when the host has been repaired', () => {
    const history = historyOf(world('do: migrate', { faults: 'broken: {kind: host-failure, target: {rack: r1}, at: 11m30s}' }))
    expect(history.rows('migration.done')).toHaveLength(0)
    expect(history.rows('migration.broken')).toHaveLength(1)
    expect(history.timeOf('host.repaired')).toBe(690 + 1200)
    expect(history.timeOf('instance.booting', 'web/i1')).toBeGreaterThanOrEqual(690 + 1200 + 300)
    expect(history.timeOf('instance.up', 'web/i1')).toBe(history.timeOf('instance.booting', 'web/i1') + 70)
  })

  test('what finds no room stays, and so does the host', () => {
    const history = historyOf(world('do: migrate', { cpu: 33 }))
    expect(history.rows('migration.no-room')).toHaveLength(1)
    expect(history.rows('host.retired')).toHaveLength(0)
  })

  test('a host that is well again before it is noticed is left alone', () => {
    const history = historyOf(
      world('do: migrate').replace('target: {rack: r1}, at: 10m', 'target: {rack: r1}, at: 10m, lasts: 30s'),
    )
    expect(history.rows(/^(care|migration)\./)).toHaveLength(0)
  })
})

describe('restart', () => {
  test('an instance is stopped when its call is done, and starts elsewhere', () => {
    const history = historyOf(world('do: restart'))
    expect(told(history, /^(care|instance)\./, /care|web\/i1/).slice(1)).toEqual([
      '660 care.notices care',
      '662 care.moves care',
      '662 instance.down web/i1',
      '662 instance.moved web/i1',
      '662 instance.booting web/i1',
      '662 care.emptied care',
      '732 instance.up web/i1',
    ])
    expect(history.timeOf('host.retired')).toBe(662)
  })
})

describe('wait', () => {
  test('nothing is done: the host breaks, and what is on it waits for the repair', () => {
    const history = historyOf(world('do: wait', { faults: 'broken: {kind: host-failure, target: {rack: r1}, at: 30m}' }))
    expect(history.timeOf('care.notices')).toBe(660)
    expect(history.rows(/^(migration|care.emptied|instance.moved)/)).toHaveLength(0)
    expect(history.timeOf('instance.down', 'web/i1')).toBe(1800)
    expect(history.timeOf('host.up')).toBe(1800 + 1200 + 300)
  })
})

test('a host that is never noticed is not emptied, and half of two hundred are', () => {
  expect(historyOf(world('do: migrate, odds: 0%')).rows('care.notices')).toHaveLength(0)
  const many = world('do: wait, odds: 50%').replace('racks: 3', 'racks: 200').replace('{rack: r1}', '{zone: a}')
  const noticed = historyOf(many).rows('care.notices').length
  // Binomial: standard error √(200/4).
  expect(Math.abs(noticed - 100)).toBeLessThan(4 * Math.sqrt(50))
})

test('only the hosts that it looks after are its business', () => {
  expect(historyOf(world('do: restart, hosts: {rack: [r2, r3]}')).rows('care.notices')).toHaveLength(0)
})
