import { describe, expect, test } from 'vitest'
import { measured, recordingOf } from './recording.ts'

const WHO = [
  ['service', 'web'],
  ['cell', 'web/a'],
  ['cell', 'web/b'],
  ['service', 'db'],
  ['cell', 'db/a'],
  ['fault', 'surge'],
] as const

/** web/a is down from 100 to 400 s and again from 900 s on, web/b from 200 s to 300 s; db never is. */
const twice = recordingOf({
  who: WHO,
  clients: {},
  rows: [
    [0, 'fault.started', 'surge', 1],
    [50, 'fault.ended', 'surge', 1],
    [100, 'flow.metastable', 'web/a', 600, 1000],
    [200, 'flow.metastable', 'web/b', 600, 1000],
    [300, 'flow.recovered', 'web/b', 100],
    [400, 'flow.recovered', 'web/a', 300],
    [900, 'flow.metastable', 'web/a', 600, 1000],
    [1500, 'flow.overloaded', 'web/a', 1200, 1000],
  ],
})

describe('metastable', () => {
  test('is the time for which some cell does not come back by itself, within the window and to its end', () => {
    const value = (question: object) => measured(twice, 'metastable', question as never, { horizon: 1000 }).value
    expect(value({ of: 'web' })).toBe(300 + 100)
    expect(value({ of: 'web/b' })).toBe(100)
    expect(value({})).toBe(400)
    expect(measured(twice, 'metastable', { of: 'web/a' }, { horizon: 2000 }).value).toBe(300 + 600)
    expect(value({ of: 'web', after: { kind: 'after', ref: 'surge.end', delay: 0 }, for: 200 })).toBe(150)
  })

  test('is 0 of what comes back, and names the rows that say otherwise', () => {
    expect(measured(twice, 'metastable', { of: 'db' }, { horizon: 1000 })).toEqual({ value: 0, at: null, rows: [] })
    expect(measured(twice, 'metastable', { of: 'web' }, { horizon: 1000 })).toMatchObject({ at: 100, rows: [3, 4, 7] })
  })
})
