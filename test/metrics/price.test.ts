import { describe, expect, test } from 'vitest'
import { measured, recordingOf } from './recording.ts'

/** Each instance is two dollars an hour; one more is launched at 900 s, one moves to a dearer type, one is ended. */
const fleet = recordingOf({
  who: [
    ['region', 'r'],
    ['zone', 'r/a'],
    ['datacentre', 'r/a/dc1'],
    ['rack', 'r/a/dc1/r1'],
    ['host', 'r/a/dc1/r1/h1'],
    ['service', 'web'],
    ['instance', 'web/i1'],
    ['instance', 'web/i2'],
    ['instance', 'web/i3'],
    ['service', 'other'],
    ['instance', 'other/i1'],
  ],
  rows: [
    [0, 'instance.placed', 'web/i1', 'r/a/dc1/r1/h1'],
    [0, 'instance.placed', 'web/i2', 'r/a/dc1/r1/h1'],
    [0, 'instance.placed', 'other/i1', 'r/a/dc1/r1/h1'],
    [900, 'instance.placed', 'web/i3', 'r/a/dc1/r1/h1'],
    [1800, 'instance.resized', 'web/i1', 4, 6],
    [2000, 'instance.down', 'web/i2'],
    [2700, 'instance.gone', 'web/i2'],
    [3000, 'instance.placed', 'web/i1', 'r/a/dc1/r1/h1'],
  ],
})

describe('price', () => {
  test('is the mean over the window of what all that is there costs, whatever it does', () => {
    expect(measured(fleet, 'price', { of: 'web' })).toMatchObject({ value: (4 + 6 + 10 + 8) / 4 })
    expect(measured(fleet, 'price', { of: 'other' })).toMatchObject({ value: 2 })
  })

  test('counts what was there before the window opens', () => {
    expect(measured(fleet, 'price', { of: 'web' }, { warmup: 1800, horizon: 2700 })).toMatchObject({ value: 10 })
  })
})
