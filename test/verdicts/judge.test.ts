import { describe, expect, test } from 'vitest'
import { type Check, type Expectation, judge, judgeAll, overall, verdictOfInterval } from '../../sim/verdicts/judge.ts'
import { acceptance, limitsOf } from '../../sim/verdicts/limits.ts'
import { edge, recordingOf } from '../metrics/recording.ts'

const run = recordingOf({
  who: [
    ['rack', 'r1'],
    ['service', 'web'],
    ['client', 'shoppers'],
    ['fault', 'dark'],
    ['fault', 'never'],
  ],
  clients: { shoppers: 'web' },
  rows: [
    [0, 'client.flow', 'shoppers', 100, 100],
    [1200, 'fault.started', 'dark', 1],
    [1200, 'rack.dark', 'r1', 20],
    [1200, 'client.flow', 'shoppers', 100, 0],
    [1560, 'client.flow', 'shoppers', 100, 100],
  ],
})
const span = { warmup: 0, horizon: 3600 }

function check(expectation: Partial<Expectation>): Check {
  return judge('A1', { metric: 'availability', of: 'web', should: 'pass', line: 27, ...expectation } as Expectation, run, span)
}

test('a check says what was measured, what was asked, and where it is written', () => {
  expect(check({ 'at-least': 0.99 })).toEqual({
    id: 'A1',
    metric: 'availability',
    unit: 'ratio',
    of: 'web',
    verdict: 'fail',
    value: 0.9,
    interval: null,
    limit: 0.99,
    bound: 'at-least',
    should: 'pass',
    line: 27,
    at: 1200,
    outcome: 'unmet',
    rows: [4],
  })
})

describe('limits', () => {
  test.each([
    [{ 'at-least': 0.9 }, 'pass', 0.9],
    [{ 'at-least': 0.9000001 }, 'fail', 0.9000001],
    [{ 'at-most': 0.9 }, 'pass', 0.9],
    [{ 'at-most': 0.89 }, 'fail', 0.89],
    [{ equals: 0.9 }, 'pass', 0.9],
    [{ equals: 0.91 }, 'fail', 0.91],
    [{ equals: 0.91, tolerance: 0.02 }, 'pass', [0.89, 0.93]],
    [{ between: [0.82, 0.9] }, 'pass', [0.82, 0.9]],
    [{ between: [0.91, 1] }, 'fail', [0.91, 1]],
    [{ 'at-least': 0.5, 'at-most': 0.8 }, 'fail', [0.5, 0.8]],
  ] as const)('%j on 0.9 is %s', (written, verdict, limit) => {
    expect(check(written as Partial<Expectation>)).toMatchObject({ verdict, limit })
  })

  test('a time equals another within the grid of the clock', () => {
    expect(limitsOf({ equals: 780 }, 'seconds')).toEqual({ least: 780 - 2 ** -18, most: 780 + 2 ** -18 })
  })
})

describe('should', () => {
  test('fail is met by failing, and only by failing', () => {
    expect(check({ 'at-least': 0.99, should: 'fail' })).toMatchObject({ verdict: 'fail', outcome: 'met' })
    expect(check({ 'at-least': 0.5, should: 'fail' })).toMatchObject({ verdict: 'pass', outcome: 'unmet' })
    expect(check({ 'at-least': 0.5, should: 'fail', after: edge('never') })).toMatchObject({
      verdict: 'vacuous',
      outcome: 'open',
    })
  })

  test('miss is shown and never judged', () => {
    const because = { en: 'not modelled', zh: '未建模' }
    expect(check({ 'at-least': 0.99, should: 'miss', because })).toMatchObject({ verdict: 'fail', outcome: 'shown', because })
  })

  test('what never happens fails', () => {
    const waited = check({ metric: 'time-of', of: 'r1', row: 'rack.energised', 'at-most': 1e9 } as Partial<Expectation>)
    expect(waited).toMatchObject({ verdict: 'fail', value: null, outcome: 'unmet' })
    const least = check({ metric: 'time-of', of: 'r1', row: 'rack.energised', 'at-least': 1 } as Partial<Expectation>)
    expect(least).toMatchObject({ verdict: 'fail' })
  })

  test('without limits a value is only shown', () => {
    expect(check({})).toMatchObject({ value: 0.9, limit: null, outcome: 'shown' })
  })
})

describe('points of published incidents', () => {
  const point = { metric: 'time-of', of: 'r1', row: 'rack.dark', point: 'output', grade: 'S' } as Partial<Expectation>

  test('have the limits of the acceptance rule', () => {
    expect(check({ ...point, published: 1000 })).toMatchObject({ verdict: 'pass', limit: [400, 1600], outcome: 'met' })
    expect(check({ ...point, published: 590 })).toMatchObject({ verdict: 'fail', limit: [0, 1190], outcome: 'unmet' })
    expect(check({ ...point, published: 1000, 'at-most': 1100 })).toMatchObject({ verdict: 'fail', limit: 1100 })
  })

  test('are never judged when they are inputs or from memory', () => {
    expect(check({ ...point, published: 1, point: 'cause' })).toMatchObject({ value: 1200, limit: null, outcome: 'shown' })
    expect(check({ ...point, 'at-most': 1, point: 'staff' })).toMatchObject({ verdict: 'fail', outcome: 'shown' })
    expect(check({ ...point, published: 1, grade: 'M' })).toMatchObject({ verdict: 'fail', outcome: 'shown' })
  })

  test('times get 25 % or 10 min, shares 3 points or a factor of two, orders nothing', () => {
    expect(acceptance(3600, 'seconds')).toEqual({ least: 2700, most: 4500 })
    expect(acceptance(1200, 'seconds')).toEqual({ least: 600, most: 1800 })
    expect(acceptance(0.58, 'ratio')).toEqual({ least: 0.58 - 0.03, most: 0.58 + 0.03 })
    expect(acceptance(0.04, 'ratio')).toEqual({ least: 0.02, most: 0.08 })
    expect(acceptance(1, 'flag')).toEqual({ least: 1, most: 1 })
  })
})

describe('a whole run', () => {
  const met = { verdict: 'pass', outcome: 'met' } as const
  const unmet = { verdict: 'fail', outcome: 'unmet' } as const
  const shown = { verdict: 'fail', outcome: 'shown' } as const
  const vacuous = { verdict: 'vacuous', outcome: 'open' } as const
  const inconclusive = { verdict: 'inconclusive', outcome: 'open' } as const

  test.each([
    [[], 'pass', 0],
    [[met, shown], 'pass', 0],
    [[met, vacuous, unmet], 'fail', 1],
    [[met, vacuous], 'vacuous', 2],
    [[vacuous, inconclusive], 'inconclusive', 2],
    [[{ verdict: 'vacuous', outcome: 'shown' } as const], 'pass', 0],
  ] as const)('%j is %s, exit code %i', (checks, verdict, exitCode) => {
    expect(overall(checks)).toEqual({ verdict, exitCode })
  })

  test('is judged in the order written', () => {
    const rest = { metric: 'availability', of: 'web', should: 'pass', line: 1 } as const
    const expectations = { B: { ...rest, 'at-least': 0.5 }, A: { ...rest, 'at-least': 0.99, should: 'fail' as const } }
    const { checks, exitCode } = judgeAll({ expect: expectations, run: span }, run, run.world)
    expect(checks.map(({ id, outcome }) => [id, outcome])).toEqual([
      ['B', 'met'],
      ['A', 'met'],
    ])
    expect(exitCode).toBe(0)
  })

  test('an interval is inconclusive when it straddles a limit', () => {
    const limits = { least: 0.99, most: Infinity }
    expect(verdictOfInterval([0.991, 0.999], limits)).toBe('pass')
    expect(verdictOfInterval([0.98, 0.9899], limits)).toBe('fail')
    expect(verdictOfInterval([0.98, 0.999], limits)).toBe('inconclusive')
  })
})
