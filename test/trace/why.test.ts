import { describe, expect, test } from 'vitest'
import type { Hop, RowKindInfo } from '../../sim/trace/row-kinds.ts'
import { hostOf, lastUpTo, stateAt, whyChain } from '../../sim/trace/why.ts'
import { recordingOf } from '../metrics/recording.ts'

const kind = (name: string, hop: Hop, level: 1 | 2 | 3 = 2): RowKindInfo => ({
  name,
  says: { en: name, zh: name },
  a: name === 'instance.placed' ? 'entity' : 'none',
  b: 'none',
  hop,
  level,
})

const recording = recordingOf({
  who: [
    ['rack', 'r1'],
    ['rack', 'r2'],
    ['host', 'r1/h1'],
    ['host', 'r1/h2'],
    ['host', 'r2/h1'],
    ['service', 'web'],
    ['instance', 'web/i1'],
    ['fault', 'storm'],
  ],
  kinds: [
    kind('instance.placed', 'at-once', 3),
    kind('fault.started', 'at-once', 1),
    kind('rack.dark', 'charge'),
    kind('rack.energised', 'lasts'),
    kind('host.booting', 'queue'),
    kind('host.up', 'boot'),
    kind('instance.down', 'at-once'),
    kind('instance.up', 'boot'),
    kind('health.out', 'detect'),
    kind('service.ready', 'at-once', 3),
  ],
  rows: [
    [0, 'instance.placed', 'web/i1', 'r1/h2'],
    [60, 'fault.started', 'storm'],
    [504, 'rack.dark', 'r1', 2, 0, 2],
    [504, 'instance.down', 'web/i1', 0, 0, 3],
    [524, 'health.out', 'web/i1', 0, 0, 4],
    [904, 'rack.energised', 'r1', 0, 0, 3],
    [904, 'host.booting', 'r1/h1', 0, 0, 6],
    [1200.25, 'host.booting', 'r1/h2', 0, 0, 7],
    [1500, 'host.up', 'r1/h2', 0, 0, 8],
    [1560, 'instance.up', 'web/i1', 0, 0, 9],
  ],
})
const { entities } = recording

describe('the way back', () => {
  test('leads to the fault, with what each step took', () => {
    expect(whyChain(recording, 10)).toEqual([
      { row: 10, took: 60, hop: 'boot', folded: 1 },
      { row: 9, took: 299.75, hop: 'boot', folded: 1 },
      { row: 8, took: 296.25, hop: 'queue', folded: 2 },
      { row: 6, took: 400, hop: 'lasts', folded: 1 },
      { row: 3, took: 444, hop: 'charge', folded: 1 },
      { row: 2, took: 60, hop: 'at-once', folded: 1 },
    ])
  })

  test('its times add up to the moment of the row', () => {
    for (let row = 1; row < recording.rows.length; row++) {
      expect(whyChain(recording, row).reduce((sum, { took }) => sum + took, 0)).toBe(recording.rows.time[row])
    }
  })

  test('of the start is empty', () => {
    expect(whyChain(recording, 0)).toEqual([])
  })
})

describe('the state of a thing at a moment', () => {
  const state = (id: string, time: number) => stateAt(recording, entities.find(id), time)

  test('is its own last row', () => {
    expect(state('r1', 503)).toBe(0)
    expect(state('r1', 504)).toBe(3)
    expect(state('r1', 2000)).toBe(6)
  })

  test('a host inherits the darkness of its rack, and its power', () => {
    expect(state('r1/h2', 600)).toBe(3)
    expect(state('r1/h2', 1000)).toBe(6)
    expect(state('r1/h2', 1300)).toBe(8)
    expect(state('r2/h1', 600)).toBe(0)
  })

  test('an instance shares the fate of the host it stands on', () => {
    expect(state('web/i1', 100)).toBe(0)
    expect(state('web/i1', 600)).toBe(4) // what the balancer thinks is no state
    expect(state('web/i1', 1300)).toBe(8)
    expect(state('web/i1', 1600)).toBe(10)
    expect(hostOf(recording, entities.find('web/i1'), 600)).toBe(entities.find('r1/h2'))
  })

  test('the last row up to a moment is found, ties included', () => {
    expect([-1, 0, 59, 504, 904, 1e9].map(time => lastUpTo(recording, time))).toEqual([0, 1, 1, 4, 7, 10])
  })
})
