import { describe, expect, test } from 'vitest'
import { CELL, type Change, CLIENT, run } from './traffic-harness.ts'

/** An application that asks 10 000/s, with a cache, in front of a database that serves 1000/s (C). */
const APP = 10_000
const C = 1000
const setup = (hit: number, items: number, queueLimit: number, changes: readonly Change[], horizon: number, attempts = 1) =>
  run({
    clients: [{ rate: { kind: 'constant', rate: APP }, attempts, cache: { hit, items } }],
    services: [{ queueLimit, capacity: C }],
    changes,
    horizon,
  })
const flush = (at: number, share = 1): Change => ({ at, do: (traffic, cause) => traffic.flush(0, share, cause) })

describe('a cache in front of a database', () => {
  test('that answers 95 % sends 500/s, and everybody is answered: what it hits counts', () => {
    const { valueAt, sim } = setup(0.95, 200_000, Infinity, [], 1e6)
    expect(valueAt('cell.flow', CELL, 'a', 1e6)).toBe(500)
    expect(valueAt('client.flow', CLIENT, 'a', 1e6)).toBe(APP)
    expect(valueAt('client.flow', CLIENT, 'b', 1e6)).toBe(APP)
    expect(sim.events).toBe(0)
  })

  test('has to answer 1 − C/λ = 90 %: with a little less, everything that is sent times out', () => {
    const answered = (hit: number) => setup(hit, 1e12, Infinity, [], 1e6).valueAt('client.flow', CLIENT, 'b', 1e6)
    expect(answered(0.9)).toBe(APP)
    expect(answered(0.899)).toBeCloseTo(8990, 6)
  })

  test('once empty stays empty while misses time out: nothing is answered any more, and nothing fills it', () => {
    const { valueAt, rowsOf, rows } = setup(0.95, 1e6, Infinity, [flush(100)], 1e6, 3)
    expect(valueAt('client.flow', CLIENT, 'b', 99)).toBe(APP)
    expect(valueAt('client.flow', CLIENT, 'b', 1e6)).toBe(0)
    expect(rowsOf('client.cache', CLIENT).map(row => [rows.time[row], rows.a[row], rows.b[row]])).toEqual([[100, 0, 0]])
  })

  test('fills at C while the surplus is refused at once: items · (1 − C/λ)/hit / C, then as fast as it is missed', () => {
    const items = 200_000
    const { valueAt, rowsOf, rows, total } = setup(0.95, items, 0, [flush(100)], 1000)
    expect(valueAt('client.flow', CLIENT, 'b', 100.9)).toBeCloseTo(C, 9)
    const fills = rowsOf('client.cache', CLIENT).map(row => ({ time: rows.time[row] - 100, filled: rows.a[row] }))
    expect(fills[0]).toEqual({ time: 0, filled: 0 })
    // Half a per cent of the items answered: the nearest per cent is the first. From then on one per cent every 2 s.
    fills.slice(1, 95).forEach(({ time, filled }, i) => {
      expect(filled).toBeCloseTo((i + 1) / 100, 9)
      expect(time).toBeCloseTo((i + 0.5) * 2, 4)
    })
    // From 1 − C/λ = 90 % hits on (94.7 % full), misses follow d(filled)/dt = λ(1 − hit · filled)/items: e-fold in 21.05 s.
    const tau = items / (APP * 0.95)
    const missAt = (filled: number) => APP * (1 - 0.95 * filled)
    const from = (1 - C / APP) / 0.95
    const full = (items * from) / C + tau * Math.log(missAt(from) / missAt(0.995))
    expect(fills.at(-1)?.filled).toBe(1)
    expect(fills.at(-1)?.time).toBeCloseTo(full, 0)
    // What was not answered is the surplus over C, whose area is a triangle: (λ − C)/2 from the flush to 90 % hits, in steps.
    const lost = total('client.flow', CLIENT, 'a') - total('client.flow', CLIENT, 'b')
    expect(lost / (((APP - C) / 2) * ((items * from) / C))).toBeCloseTo(1, 3)
    expect(valueAt('client.flow', CLIENT, 'b', 1000)).toBe(APP)
  })

  test('that loses a share of what it holds hits that much less', () => {
    const { valueAt } = setup(0.95, 1e12, Infinity, [flush(100, 0.05)], 1000)
    expect(valueAt('cell.flow', CELL, 'a', 1000)).toBeCloseTo(APP * (1 - 0.95 * 0.95), 9) // 975/s still fit
    expect(valueAt('client.flow', CLIENT, 'b', 1000)).toBeCloseTo(APP, 9)
    expect(setup(0.95, 1e12, Infinity, [flush(100, 0.06)], 1000).valueAt('cell.flow', CELL, 'a', 1000)).toBeCloseTo(1070, 9)
  })

  test('fills step after step, and what its client then sends follows from each', () => {
    const { rows, rowsOf } = setup(0.95, 200_000, 0, [flush(100)], 1000)
    const [flushed, first, second] = rowsOf('client.cache', CLIENT)
    expect(rowsOf('test.changed')).toContain(rows.cause[flushed])
    expect([rows.cause[first], rows.cause[second]]).toEqual([flushed, first])
    const next = rowsOf('cell.flow', CELL).find(row => rows.time[row] === rows.time[first])
    expect(rows.cause[next ?? 0]).toBe(first)
  })

  test('that could not fill for a while fills again because of what its client is answered then', () => {
    const outage = [110, 200].map((at, i): Change => ({ at, do: (traffic, cause) => traffic.setFactor(0, i, cause) }))
    const { rows, rowsOf } = setup(0.95, 200_000, 0, [flush(100), ...outage], 1000)
    const again = rowsOf('client.cache', CLIENT).find(row => rows.time[row] > 110) ?? 0
    expect(rows.time[again]).toBeGreaterThan(200)
    const cause = rows.cause[again]
    expect([rows.time[cause], rowsOf('client.flow', CLIENT).includes(cause)]).toEqual([200, true])
  })
})
