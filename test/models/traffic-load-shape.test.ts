import { describe, expect, test } from 'vitest'
import { type LoadShape, meanRate, rateAt, stepEnd } from '../../sim/models/traffic/load-shape.ts'
import { CLIENT, run } from './traffic-harness.ts'

const DAY = 86_400

describe('a diurnal load', () => {
  const shape: LoadShape = { kind: 'diurnal', mean: 20_000, peak: 1.6, at: 3600 }

  test('peaks at 32 000/s at 1 h and is lowest, 8000/s, twelve hours later', () => {
    expect(rateAt(shape, 3600)).toBeCloseTo(32_000, 9)
    expect(rateAt(shape, 3600 + DAY / 2)).toBeCloseTo(8000, 9)
    expect(rateAt(shape, 3600 + DAY / 4)).toBeCloseTo(20_000, 9)
  })

  test('sends in a day exactly its mean, in steps of about one per cent', () => {
    const { total, rowsOf, rows, sim } = run({
      clients: [{ rate: shape }],
      services: [{ capacity: 1e6 }],
      horizon: 3 * DAY,
    })
    // From peak to peak, where steps end; the last step before the horizon is the mean of more than is seen of it.
    expect(total('client.flow', CLIENT, 'a', 3600, 3600 + 2 * DAY) / (20_000 * 2 * DAY)).toBeCloseTo(1, 11)
    const steps = rowsOf('client.flow', CLIENT)
    for (let i = 1; i < steps.length; i++) {
      expect(Math.abs(rows.a[steps[i]] / rows.a[steps[i - 1]] - 1)).toBeLessThan(0.012)
    }
    // ln(32/8)/ln(1.01) = 139 steps down and as many up.
    expect(steps.length / 3).toBeGreaterThan(270)
    expect(steps.length / 3).toBeLessThan(285)
    expect(sim.events).toBeLessThan(steps.length + 3)
  })

  test('is within half a step of the curve at all times', () => {
    for (let from = 0; from < DAY; ) {
      const end = stepEnd(shape, from)
      const level = meanRate(shape, from, end)
      for (const time of [from, (from + end) / 2, end]) {
        expect(Math.abs(level - rateAt(shape, time)) / level).toBeLessThan(0.0102)
      }
      expect(end).toBeGreaterThan(from)
      from = end
    }
  })

  test('may fall to nothing, in finitely many steps', () => {
    const deep = run({
      clients: [{ rate: { kind: 'diurnal', mean: 100, peak: 2, at: 0, period: 3600 } }],
      horizon: 3600,
    })
    expect(deep.total('client.flow', CLIENT, 'a')).toBeCloseTo(360_000, 4)
    expect(deep.sim.events).toBeLessThan(1200)
  })

  test('that never changes is constant', () => {
    expect(stepEnd({ ...shape, peak: 1 }, 0)).toBe(Infinity)
    expect(meanRate({ ...shape, peak: 1 }, 0, Infinity)).toBe(20_000)
    expect(stepEnd({ kind: 'constant', rate: 5 }, 0)).toBe(Infinity)
  })

  test('times the factor that a bad configuration puts on it', () => {
    const { total } = run({
      clients: [{ rate: shape }],
      services: [{ capacity: 1e6 }],
      changes: [{ at: 0, do: (traffic, cause) => traffic.setLoad(0, 2, cause) }],
      horizon: 2 * DAY,
    })
    expect(total('client.flow', CLIENT, 'a', 3600, 3600 + DAY) / (40_000 * DAY)).toBeCloseTo(1, 11)
  })
})
