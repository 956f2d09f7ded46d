import { describe, expect, test } from 'vitest'
import { baseOf } from '../../web/state/several.ts'
import { axisOf, comparedOf, cutText, layOutFrontier, ninesOf, roomyTicks, runsToTell } from '../../web/views/study-layout.ts'
import { formatInterval } from '../../web/words/intervals.ts'
import type { CheckSummary, FrontierRow } from '../../web/worker/protocol.ts'

const check: CheckSummary = {
  ...{ id: 'A1', metric: 'availability', unit: 'ratio', of: 'web', limit: 0.999, bound: 'at-least', should: 'pass', line: 1 },
  ...{ across: 'mean', verdict: 'pass', outcome: 'met', n: 20, vacuous: 0, never: 0, deviation: 0 },
  ...{ mean: { value: 0.9995, low: 0.9994, high: 0.9996 }, kept: null, failures: { count: 0, first: [] } },
  ...{ p10: null, median: null, p90: null },
}

describe('an axis', () => {
  test('of nines has as much room from 99 % to 99.9 % as from there to 99.99 %', () => {
    const { place } = axisOf([0.99, 0.9999], 'nines', 'ratio')
    expect(place(0.999) - place(0.99)).toBeCloseTo(place(0.9999) - place(0.999), 12)
    expect(ninesOf(0.999)).toBeCloseTo(3, 12)
  })

  test('of nines has its ticks at nines, closer ones where there are few', () => {
    expect(axisOf([0.9, 0.9999], 'nines', 'ratio').ticks).toEqual([0.9, 0.99, 0.999, 0.9999])
    expect(axisOf([0.998, 0.9996], 'nines', 'ratio').ticks).toEqual([0.999, 0.9995])
    expect(axisOf([0.9992, 0.9994], 'nines', 'ratio').ticks).toEqual([0.9992, 0.9993, 0.9994])
  })

  test('of nines ends one nine beyond the others where something is always available', () => {
    const { place, to } = axisOf([0.999, 1], 'nines', 'ratio')
    expect(place(1)).toBe(1)
    expect(ninesOf(to)).toBeCloseTo(4, 9)
  })

  test('of what cannot be below nothing has no ticks there, though its dots are drawn whole', () => {
    const { from, ticks } = axisOf([0, 0], 'linear', 'count')
    expect(from).toBeLessThan(0)
    expect(Math.min(...ticks)).toBe(0)
    expect(axisOf([0.4, 1], 'linear', 'ratio').ticks.at(-1)).toBe(1)
  })

  test('of yes and no goes from no run to all of them', () => {
    const { place, ticks } = axisOf([0.98, 1], 'linear', 'flag')
    expect([ticks.at(0), ticks.at(-1)]).toEqual([0, 1])
    expect(place(1) - place(0)).toBeGreaterThan(0.9)
  })

  test('has no more ticks than there is room for their labels', () => {
    const axis = axisOf([0, 1], 'linear', 'ratio')
    expect(roomyTicks(axis, 1000, () => 40)).toEqual(axis.ticks)
    const few = roomyTicks(axis, 100, () => 40)
    expect(few.length).toBe(2)
    expect(roomyTicks(axis, 30, () => 40).length).toBe(1)
  })

  test('of seconds has ticks that people count in', () => {
    expect(axisOf([59, 3500], 'linear', 'seconds').ticks).toEqual([0, 1800, 3600])
  })

  test.each([
    ['linear', [3, -2, 0.5]],
    ['nines', [0, 0.5, 0.99999, 1]],
    ['linear', []],
    ['linear', [7]],
  ] as const)('%s: holds all it is given, in order', (kind, values) => {
    const { place } = axisOf(values, kind, 'count')
    const sorted = [...values].sort((a, b) => a - b)
    const places = sorted.map(place)
    expect(places).toEqual([...places].sort((a, b) => a - b))
    for (const one of places) expect(one >= 0 && one <= 1).toBe(true)
  })
})

describe('expectations of several variants', () => {
  test('stand under one another by id and metric, each with the limit on its axis', () => {
    const other = { ...check, id: 'A2', metric: 'recovery-time', unit: 'seconds', limit: 360, bound: 'at-most' } as const
    const compared = comparedOf([
      { name: null, checks: [check, { ...other, mean: { value: 60, low: 50, high: 70 } }] },
      { name: 'lean', checks: [{ ...check, mean: { value: 0.97, low: 0.969, high: 0.971 } }] },
    ])
    expect(compared.map(({ id, rows, axis }) => [id, rows.map(({ variant }) => variant), axis.kind])).toEqual([
      ['A1', [null, 'lean'], 'nines'],
      ['A2', [null], 'linear'],
    ])
    expect(compared[1].axis.place(360)).toBeGreaterThan(0.9)
  })

  test('a mean that is endless leaves the axis to the others', () => {
    const [{ axis }] = comparedOf([{ name: null, checks: [{ ...check, mean: null, n: 20, never: 20 }] }])
    expect(axis.place(0.999) > 0 && axis.place(0.999) < 1).toBe(true)
  })
})

describe('how many runs would tell', () => {
  const unclear = { ...check, verdict: 'inconclusive', n: 25, mean: { value: 0.9992, low: 0.9988, high: 0.9996 } } as const

  test('goes with the square of how much too wide the interval is', () => {
    expect(runsToTell(unclear)).toBe(100) // ± 0.0004, and 0.0002 from the limit: four times the runs halve it
    expect(runsToTell({ ...unclear, limit: [0.9, 0.9993] })).toBe(400)
  })

  test('is not asked where it is known, or where no number would do', () => {
    expect(runsToTell(check)).toBe(null)
    expect(runsToTell({ ...unclear, mean: { value: 0.999, low: 0.998, high: 1 } })).toBe(null)
    expect(runsToTell({ ...unclear, mean: { value: 0.9992, low: null, high: null } })).toBe(null)
  })
})

describe('the frontier', () => {
  const row = (variant: string, cost: number, value: number): FrontierRow => ({
    ...{ variant, cost, instanceHours: cost * 100, id: 'A1', dominated: false },
    availability: { value, low: value - 1e-5, high: value + 1e-5 },
  })

  test('no label lies on another, on a dot, or outside', () => {
    const rows = [row('a', 1, 0.9995), row('b', 1, 0.9995), row('c', 0.75, 0.98), row('d', 0.75, 0.981), row('e', 0.76, 0.979)]
    const { points } = layOutFrontier(rows, 300, 168, () => 80)
    const boxes = points.map(({ labelX, labelY, anchor }) => {
      const left = anchor === 'start' ? labelX : labelX - 80
      return { left, right: left + 80, top: labelY - 7, bottom: labelY + 7 }
    })
    for (const [at, one] of boxes.entries()) {
      expect(one.left >= 0 && one.right <= 300, rows[at].variant ?? '').toBe(true)
      for (const other of boxes.slice(at + 1)) {
        const apart = one.right <= other.left || other.right <= one.left || one.bottom <= other.top || other.bottom <= one.top
        expect(apart).toBe(true)
      }
      for (const { x, y } of points) expect(x > one.left && x < one.right && y > one.top && y < one.bottom).toBe(false)
    }
  })

  test('eight variants at one cost have labels that can be read apart, cut where there is no room', () => {
    const rows = [0.99, 0.9996, 0.9998, 0.9999, 0.9999, 0.99992, 0.99997, 1].map((each, at) => row(`v${at}`, 1, each))
    const { points } = layOutFrontier(rows, 248, 168, () => 150)
    for (const [at, { labelY, anchor, room }] of points.entries()) {
      expect(room >= 60 && room <= 150).toBe(true)
      for (const other of points.slice(at + 1)) {
        if (other.anchor === anchor) expect(Math.abs(other.labelY - labelY)).toBeGreaterThanOrEqual(13.99)
      }
    }
    expect([cutText('two-regions-independent', 100), cutText('lean', 100), cutText('高峰期失去一个可用区', 60)]).toEqual([
      'two-regions-ind…',
      'lean',
      '高峰期失…',
    ])
  })

  test('what is dearer stands to the right, what is more available above', () => {
    const [cheap, dear] = layOutFrontier([row('cheap', 1, 0.99), row('dear', 3, 0.9999)], 300, 168, () => 40).points
    expect([dear.x > cheap.x, dear.y < cheap.y]).toEqual([true, true])
  })
})

describe('intervals in words', () => {
  const texts = (value: number, low: number | null, high: number | null, unit: CheckSummary['unit'], isDifference = false) =>
    Object.values(formatInterval({ value, low, high }, unit, 'en', isDifference))

  test('have as many decimals as tell two digits of their width', () => {
    expect(texts(0.99953, 0.99949, 0.99957, 'ratio')).toEqual(['99.9530 %', '± 0.0040 %'])
    expect(texts(76, 67.2, 84.8, 'seconds')).toEqual(['1 min 16 s', '± 8.8 s'])
  })

  test('say from where to where when the value is not in the middle, and nothing where there is no width', () => {
    expect(texts(1, 0.832, 1, 'ratio')).toEqual(['100.0 %', '83.2 % – 100.0 %'])
    expect(texts(0.97, null, null, 'ratio')).toEqual(['97 %', ''])
    expect(texts(0.128878, 0.128878, 0.128878 + 1e-14, 'ratio')).toEqual(['12.8878 %', ''])
  })

  test('of differences have a sign, and shares differ by points', () => {
    expect(texts(-0.0223, -0.02278, -0.02182, 'ratio', true)).toEqual(['−2.230 points', '± 0.048 points'])
    expect(texts(3093, 3037, 3149, 'seconds', true)).toEqual(['+51 min 33 s', '± 56 s'])
    expect(texts(0, 0, 0, 'count', true)).toEqual(['0', ''])
  })
})

describe('seeds', () => {
  test('of a replication go back to the one that all share', () => {
    expect([baseOf('7#3'), baseOf('7'), baseOf('a#b'), baseOf(null)]).toEqual(['7', '7', 'a#b', null])
  })
})
