import { describe, expect, test } from 'vitest'
import { CELL, type Change, run, type Setup, stall } from './traffic-harness.ts'

const constant = (rate: number) => ({ kind: 'constant', rate }) as const
/** C = 1000/s, time-out 1 s, three attempts: a request takes 3 · 1 + 0.1 + 0.2 s at most, and three times that is 9.9 s. */
const PATIENCE = 9.9
const told = (setup: Setup): unknown[] => {
  const { rows, rowsOf } = run(setup)
  return [...rowsOf('flow.metastable'), ...rowsOf('flow.recovered'), ...rowsOf('flow.overloaded')]
    .sort((a, b) => a - b)
    .map(row => [Math.round(rows.time[row] * 10) / 10, rows.subject[row], rows.a[row], rows.b[row]])
}
const load = (at: number, factor: number): Change => ({ at, do: (traffic, cause) => traffic.setLoad(0, factor, cause) })

describe('what does not come back by itself', () => {
  test('is told of a load between C/3 and C after a trigger, once: nothing else happens until the run ends', () => {
    // The stall ends at 30 s; what would fit then does not get through.
    expect(told({ clients: [{}], changes: stall(10, 20), horizon: 1e6 })).toEqual([[30 + PATIENCE, CELL, 600, 1000]])
  })

  test('is not told of a load below C/3, of one attempt, or of a queue too short to make answers late', () => {
    const changes = stall(10, 20)
    expect(told({ clients: [{ rate: constant(333) }], changes, horizon: 1e6 })).toEqual([])
    expect(told({ clients: [{ attempts: 1 }], changes, horizon: 1e6 })).toEqual([])
    expect(told({ clients: [{}], services: [{ queueLimit: 500 }], changes, horizon: 1e6 })).toEqual([])
  })

  test('is not told of a load that does not fit, whether for good or while a fault takes capacity', () => {
    expect(told({ clients: [{ rate: constant(1200) }], horizon: 1e4 })).toEqual([])
    expect(told({ clients: [{}], changes: stall(10, 5000), horizon: 5000 })).toEqual([])
    const surge = [load(10, 3), load(1000, 1)]
    expect(told({ clients: [{}], changes: surge, horizon: 1e4 })).toEqual([[1000 + PATIENCE, CELL, 600, 1000]])
  })

  test('is over when the load of another cell comes to it, which does not fit', () => {
    // Both hang from 10 s to 30 s. From 100 s on the first is out of rotation, and the second gets 1200/s.
    const out: Change = { at: 100, do: (traffic, cause) => traffic.setCell(0, { serving: 0, dead: 0 }, cause) }
    const setup: Setup = {
      clients: [{ rate: constant(1200) }],
      instances: [1, 1],
      changes: [...stall(10, 20, 0), ...stall(10, 20, 1), out],
      horizon: 1e4,
    }
    expect(told(setup)).toEqual([
      [30 + PATIENCE, CELL, 600, 1000],
      [30 + PATIENCE, CELL + 1, 600, 1000],
      [100, CELL + 1, 1200, 1000],
    ])
  })

  test('does not answer again when a second fault takes all capacity: it is then down for that', () => {
    const changes = [...stall(10, 20), ...stall(100, 20)]
    expect(told({ clients: [{}], changes, horizon: 1e4 })).toEqual([
      [30 + PATIENCE, CELL, 600, 1000],
      [100, CELL, 600, 0],
      [120 + PATIENCE, CELL, 600, 1000],
    ])
  })

  test('is not told of errors or slow answers, which a fault explains', () => {
    const errors: Change = { at: 10, do: (traffic, cause) => traffic.setErrors(0, 1, cause) }
    const slow: Change = { at: 10, do: (traffic, cause) => traffic.setLatency(0, 2, cause) }
    expect(told({ clients: [{}], changes: [errors], horizon: 1e4 })).toEqual([])
    expect(told({ clients: [{}], changes: [slow], horizon: 1e4 })).toEqual([])
  })

  test('is over when shed load lets the service answer again', () => {
    // From 100 s on nothing is sent. When something is again, nothing waits any more.
    const [begins, ends] = told({ clients: [{}], changes: [...stall(10, 20), load(100, 0), load(1000, 1)], horizon: 1e4 })
    expect(begins).toEqual([30 + PATIENCE, CELL, 600, 1000])
    expect((ends as number[]).slice(0, 2)).toEqual([1000, CELL])
  })

  test('is told of an empty cache that misses keep empty, and not of one that fills', () => {
    const cache = { hit: 0.95, items: 1e6 }
    const flush: Change = { at: 10, do: (traffic, cause) => traffic.flush(0, 1, cause) }
    const setup = (queueLimit: number): Setup => ({
      clients: [{ rate: constant(10_000), attempts: 1, cache }],
      services: [{ queueLimit }],
      changes: [flush],
      horizon: 1e5,
    })
    // Late from 1.11 s after the flush on, when 1111 wait 1.11 s for their turn; then three time-outs.
    expect(told(setup(Infinity))).toEqual([[14.1, CELL, 500, 1000]])
    expect(told(setup(100))).toEqual([])
  })
})
