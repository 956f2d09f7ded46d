import { describe, expect, test } from 'vitest'
import { historyOf } from '../cloud.ts'
import { answered, told } from './told.ts'

/** Four hosts with an instance each, every one good for 100 requests/s; probes come every 10 s. */
const world = (faults: string, { load = 300, health = '', more = '' } = {}) => `
blackstart: 1
name: degrade
run: {seed: 1, horizon: 1h}
world: {r: {zones: [a], racks: 4, hosts: 1, machine: plain, tenants: 0}}
machines: {plain: {boot: 5m, repair: 10m, on-power-return: {stuck: 0%, lost: 0%}}}
services:
  web: {instances: 4, capacity: 100/s, takes: 20ms, starts-in: 1m, overload: {queue: 0}, health: {every: 10s, unhealthy: 2, healthy: 2, timeout: 5s${health}}}
clients: {users: {to: web, rate: ${load}/s, timeout: 1s}}
faults:
  ${faults}
${more}`

const H = 'r/a/dc1/r1/h1'

describe('host-degrade', () => {
  test('the cell has what its instances have together: 3.3 of 4 carry 330 requests/s and no more', () => {
    const fault = 'slow: {kind: host-degrade, target: {rack: r1}, at: 10m, lasts: 10m}'
    const enough = historyOf(world(fault))
    expect([599, 601, 1201].map(time => answered(enough, time))).toEqual([300, 300, 300])
    const short = historyOf(world(fault, { load: 400 }))
    expect([599, 1201].map(time => answered(short, time))).toEqual([400, 400])
    expect(answered(short, 601)).toBeCloseTo(330, 9)
    expect(told(short, /^host\./)).toEqual([`600 host.degraded ${H}`, `1200 host.well ${H}`])
    const [{ row }] = short.rows('client.flow').filter(({ time }) => time === 600)
    expect(short.whyOf(row).slice(-3)).toEqual(['cell.flow', 'host.degraded', 'fault.started'].slice(-3))
  })

  test('a quarter of the requests meet its errors, and probes of liveness do not', () => {
    const history = historyOf(
      world('bad: {kind: host-degrade, target: {rack: r1}, capacity: 100%, errors: 40%, at: 10m, lasts: 10m}'),
    )
    expect(answered(history, 601)).toBeCloseTo(270, 9)
    expect(answered(history, 1201)).toBe(300)
    expect(history.rows('health.out')).toHaveLength(0)
  })

  test('two at once on a host: capacities multiply, errors are either’s, and each is over by itself', () => {
    const history = historyOf(
      world(`one: {kind: host-degrade, target: {rack: r1}, capacity: 50%, errors: 50%, at: 10m, lasts: 20m}
  two: {kind: host-degrade, target: {host: r1/h1}, capacity: 40%, errors: 20%, at: 15m, lasts: 5m}`),
    )
    expect(history.rows('host.degraded').map(({ time, a, b }) => [time, a, b])).toEqual([
      [600, 0.5, 0.5],
      [900, 0.2, 0.6],
      [1200, 0.5, 0.5],
    ])
    expect(history.timeOf('host.well')).toBe(1800)
  })

  test('a host that breaks and is repaired is well', () => {
    const history = historyOf(
      world(`slow: {kind: host-degrade, target: {rack: r1}, at: 10m}
  broken: {kind: host-failure, target: {rack: r1}, at: 20m}`),
    )
    expect(told(history, /^host\./)).toEqual([
      `600 host.degraded ${H}`,
      `1200 host.down ${H}`,
      `1800 host.repaired ${H}`,
      `1800 host.well ${H}`,
      `1800 host.booting ${H}`,
      `2100 host.up ${H}`,
    ])
  })

  test('is seen by probes that see everything: surely when all fails, and when it takes longer than they wait', () => {
    const seen = (fault: string): number[] =>
      historyOf(
        world(`bad: {kind: host-degrade, target: {rack: r1}, ${fault}, at: 10m, lasts: 10m}`, { health: ', sees: everything' }),
      )
        .rows(/^health/)
        .map(({ time }) => time)
    // n·I + timeout at most, (n − 1)·I + timeout at least; back within n·I.
    for (const fault of ['errors: 100%', 'latency: 5s', 'capacity: 0.3%']) {
      const [out, back] = seen(fault)
      expect(out).toBeGreaterThanOrEqual(600 + 15)
      expect(out).toBeLessThanOrEqual(600 + 25)
      expect(back).toBeGreaterThanOrEqual(1200 + 10)
      expect(back).toBeLessThanOrEqual(1200 + 20)
    }
    expect(seen('capacity: 0.5%')).toEqual([])
    expect(seen('capacity: 30%')).toEqual([])
    expect(seen('latency: 4s')).toEqual([])
  })

  test('of which half the probes fail: two failures in a row take six on average, and it is let in again and again', () => {
    const history = historyOf(
      world('bad: {kind: host-degrade, target: {zone: a}, errors: 50%, at: 10m}', { health: ', sees: everything' })
        .replace('racks: 4', 'racks: 200')
        .replace('instances: 4', 'instances: 200'),
    )
    const firstProbe = Math.min(...history.rows('health.out').map(({ time }) => time)) - 10
    const counts = Array.from({ length: 200 }, (_, i) => (history.timeOf('health.out', `web/i${i + 1}`) - firstProbe) / 10 + 1)
    const mean = counts.reduce((sum, count) => sum + count, 0) / 200
    // Mean (1 − p²)/(p²(1 − p)) = 6; variance 22, standard error √(22/200).
    expect(Math.abs(mean - 6)).toBeLessThan(4 * Math.sqrt(22 / 200))
    expect(history.rows('health.in').length).toBeGreaterThan(1000)
  })
})

describe('grey failure', () => {
  /** All of the zone's traffic comes over one link; half of what it carries is lost. */
  const grey = (health: string) =>
    historyOf(world('grey: {kind: link-degrade, target: {link: edge-a}, loss: 50%, at: 10m, lasts: 10m}', { health }))

  test('on the users’ way: probes from inside the zone pass, those that come the same way fail', () => {
    const inside = grey(', sees: everything, from: zone')
    expect(inside.rows('health.out')).toHaveLength(0)
    expect(answered(inside, 700)).toBe(150)
    expect(grey(', sees: everything').rows('health.out').length).toBeGreaterThan(0)
    expect(grey('').rows('health.out')).toHaveLength(0)
  })

  test('a cut that only users meet keeps a zone in rotation, as a black hole', () => {
    const cut = (health: string) =>
      historyOf(
        world('cut: {kind: link-cut, target: {link: edge-a}, at: 10m, lasts: 10m}', { health })
          .replace('[a]', '[a, b]')
          .replace('faults:\n', 'faults:\n  round: {kind: link-cut, target: {link: a-b}, at: 10m, lasts: 10m}\n'),
      )
    const inside = cut(', from: zone')
    expect(inside.rows('health.out')).toHaveLength(0)
    expect(answered(inside, 700)).toBe(150)
    expect(answered(cut(''), 700)).toBeGreaterThan(150)
  })
})
