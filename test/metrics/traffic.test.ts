import { describe, expect, test } from 'vitest'
import { edge, measured, recordingOf, type WrittenRow } from './recording.ts'

const WHO = [
  ['service', 'web'],
  ['cell', 'web/a'],
  ['cell', 'web/b'],
  ['client', 'shoppers'],
  ['client', 'robots'],
  ['fault', 'lose-a'],
  ['fault', 'never'],
] as const
const clients = { shoppers: 'web', robots: 'web' }

/** 100/s all along; from 600 s on 40/s fail for 90 s, then 5/s for 60 s, then none. */
const dip = recordingOf({
  who: WHO,
  clients,
  rows: [
    [0, 'client.flow', 'shoppers', 100, 100],
    [600, 'fault.started', 'lose-a', 1],
    [600, 'client.flow', 'shoppers', 100, 60],
    [690, 'client.flow', 'shoppers', 100, 95],
    [750, 'client.flow', 'shoppers', 100, 100],
    [900, 'fault.ended', 'lose-a', 1],
  ],
})

describe('availability', () => {
  test('is requests answered in time ÷ issued, integrated exactly', () => {
    // lost: 40 × 90 + 5 × 60 = 3 900 of 360 000
    expect(measured(dip, 'availability', { of: 'web' })).toEqual({ value: (360_000 - 3900) / 360_000, at: 600, rows: [3] })
  })

  test('leaves the warm-up out', () => {
    expect(measured(dip, 'availability', { of: 'web' }, { warmup: 660 }).value).toBe(1 - (40 * 30 + 300) / 294_000)
  })

  test('is exactly 1 when nothing is lost, whatever the rates', () => {
    const rows = Array.from(
      { length: 50 },
      (_, i) => [i * 7.3, 'client.flow', 'shoppers', 100 / (i + 3), 100 / (i + 3)] as const,
    )
    expect(measured(recordingOf({ who: WHO, clients, rows }), 'availability', { of: 'web' }).value).toBe(1)
  })

  test('of a service adds up its callers, of a client is that client’s', () => {
    const two = recordingOf({
      who: WHO,
      clients,
      rows: [
        [0, 'client.flow', 'shoppers', 100, 100],
        [0, 'client.flow', 'robots', 300, 150],
      ],
    })
    expect(measured(two, 'availability', { of: 'web' }).value).toBe(0.625)
    expect(measured(two, 'availability', { of: 'robots' }).value).toBe(0.5)
  })

  test('is vacuous when nothing is issued', () => {
    const idle = recordingOf({ who: WHO, clients, rows: [[0, 'client.flow', 'shoppers', 0, 0]] })
    for (const metric of ['availability', 'downtime', 'error-rate', 'goodput', 'goodput-share'])
      expect(measured(idle, metric, { of: 'web' })).toEqual({
        value: null,
        at: null,
        because: { en: 'no request was issued in its window', zh: '其窗口内没有请求' },
      })
    expect(measured(recordingOf({ who: WHO, rows: [] }), 'availability', { of: 'web' }).value).toBeNull()
  })

  test('is vacuous when its window never occurs', () => {
    const answer = measured(dip, 'availability', { of: 'web', after: edge('never') })
    expect(answer).toMatchObject({ value: null, because: { en: 'its window never occurred' } })
    expect(measured(dip, 'availability', { of: 'web', after: edge('lose-a'), delay: 3601 }).value).toBeNull()
  })
})

describe('goodput and its share', () => {
  test('goodput is answered requests per second of the window', () => {
    expect(measured(dip, 'goodput', { of: 'web' }).value).toBe((360_000 - 3900) / 3600)
    expect(measured(dip, 'goodput', { of: 'web', after: edge('lose-a'), for: 90 }).value).toBe(60)
  })

  test('goodput-share looks at the window from after + delay, for so long', () => {
    const window = { of: 'web', after: edge('lose-a'), delay: 30, for: 90 }
    expect(measured(dip, 'goodput-share', window).value).toBe((60 * 60 + 30 * 95) / 9000)
    expect(measured(dip, 'goodput-share', { of: 'web', after: edge('lose-a.end'), for: 60 }).value).toBe(1)
  })
})

test('availability and downtime lead to the outage that cost most, not to the first or deepest dip', () => {
  const long = recordingOf({
    who: WHO,
    clients,
    rows: [
      [0, 'client.flow', 'shoppers', 10, 10],
      [100, 'client.flow', 'shoppers', 10, 0],
      [190, 'client.flow', 'shoppers', 10, 10],
      [600, 'client.flow', 'shoppers', 10, 9], // one outage of three stretches
      [610, 'client.flow', 'shoppers', 10, 1],
      [900, 'client.flow', 'shoppers', 10, 5],
      [920, 'client.flow', 'shoppers', 10, 10],
    ],
  })
  expect(measured(long, 'availability', { of: 'web' })).toMatchObject({ at: 610, rows: [5] })
  expect(measured(long, 'downtime', { of: 'web' })).toMatchObject({ value: 360, at: 600, rows: [5] })
})

describe('recovery-time', () => {
  const asked = { of: 'web', after: edge('lose-a') }

  test('runs from the fault until the share is back', () => {
    expect(measured(dip, 'recovery-time', { ...asked, to: 0.99 })).toEqual({ value: 150, at: 750, rows: [5] })
    expect(measured(dip, 'recovery-time', { ...asked, to: 0.95 })).toEqual({ value: 90, at: 690, rows: [4] })
  })

  test('is 0 when the share never fell so far', () => {
    expect(measured(dip, 'recovery-time', { ...asked, to: 0.6 })).toEqual({ value: 0, at: 600 })
  })

  test('does not take a return for one that is not held', () => {
    const flapping = recordingOf({
      who: WHO,
      clients,
      rows: [
        [0, 'client.flow', 'shoppers', 10, 10],
        [100, 'fault.started', 'lose-a', 1],
        [130, 'client.flow', 'shoppers', 10, 1],
        [200, 'client.flow', 'shoppers', 10, 10],
        [259, 'client.flow', 'shoppers', 10, 1],
        [300, 'client.flow', 'shoppers', 10, 9.95],
        [330, 'client.flow', 'shoppers', 10, 10],
      ],
    })
    expect(measured(flapping, 'recovery-time', { ...asked, to: 0.99 }).value).toBe(200)
    expect(measured(flapping, 'recovery-time', { ...asked, to: 0.99, hold: 59 }).value).toBe(100)
    expect(measured(flapping, 'recovery-time', { ...asked, to: 0.99, hold: 3300 }).value).toBe(200)
    expect(measured(flapping, 'recovery-time', { ...asked, to: 0.99, hold: 3301 })).toMatchObject({ value: null, failed: true })
  })

  test('fails when it never returns, and is vacuous when the fault never strikes', () => {
    const gone = recordingOf({
      who: WHO,
      clients,
      rows: [
        [0, 'client.flow', 'shoppers', 10, 10],
        [100, 'fault.started', 'lose-a', 1],
        [100, 'client.flow', 'shoppers', 10, 1],
      ],
    })
    expect(measured(gone, 'recovery-time', asked)).toEqual({ value: null, failed: true, at: null, rows: [3] })
    expect(measured(gone, 'recovery-time', { of: 'web', after: edge('lose-a.end') })).toMatchObject({ value: null, at: null })
  })

  test('does not count a time without requests, neither as back nor as away', () => {
    const rows = [
      [0, 'client.flow', 'shoppers', 10, 10],
      [100, 'fault.started', 'lose-a', 1],
      [150, 'client.flow', 'shoppers', 10, 0],
      [200, 'client.flow', 'shoppers', 0, 0],
    ] as const
    const night = (...later: WrittenRow[]) => recordingOf({ who: WHO, clients, rows: [...rows, ...later] })
    expect(measured(night(), 'recovery-time', asked)).toMatchObject({ value: null, failed: true })
    const morning = night(
      [500, 'client.flow', 'shoppers', 10, 10],
      [540, 'client.flow', 'shoppers', 0, 0],
      [900, 'client.flow', 'shoppers', 10, 10],
      [920, 'client.flow', 'shoppers', 10, 0],
    )
    expect(measured(morning, 'recovery-time', { ...asked, hold: 60 }).value).toBe(400)
    expect(measured(morning, 'recovery-time', { ...asked, hold: 61 })).toMatchObject({ value: null, failed: true })
    const never = recordingOf({ who: WHO, clients, rows: [[100, 'fault.started', 'lose-a', 1]] })
    expect(measured(never, 'recovery-time', asked)).toMatchObject({
      value: null,
      because: { en: 'no request was issued in its window' },
    })
  })

  test('can run from the first row of a kind on a selected thing', () => {
    const moment = { kind: 'when', row: 'fault.started', delay: 10 } as const
    expect(measured(dip, 'recovery-time', { of: 'web', after: moment }).value).toBe(140)
  })
})

describe('downtime', () => {
  test('adds up whole minutes in which less than half was served', () => {
    const outage = recordingOf({
      who: WHO,
      clients,
      rows: [
        [0, 'client.flow', 'shoppers', 10, 10],
        [90, 'client.flow', 'shoppers', 10, 0], // half of the second minute: 0.5 is not below 0.5
        [200, 'client.flow', 'shoppers', 10, 10], // a third of the fourth
        [3570, 'client.flow', 'shoppers', 10, 4], // half of the last: 0.7
      ],
    })
    expect(measured(outage, 'downtime', { of: 'web' })).toEqual({ value: 60, at: 120, rows: [2] })
    expect(measured(outage, 'downtime', { of: 'web', below: 0.75 })).toEqual({ value: 240, at: 60, rows: [2] })
  })

  test('counts a last minute that is cut short by its length', () => {
    const end = recordingOf({
      who: WHO,
      clients,
      rows: [
        [0, 'client.flow', 'shoppers', 10, 10],
        [60, 'client.flow', 'shoppers', 10, 0],
      ],
    })
    expect(measured(end, 'downtime', { of: 'web' }, { horizon: 150 }).value).toBe(90)
  })

  test('a minute without requests is not down', () => {
    const quiet = recordingOf({
      who: WHO,
      clients,
      rows: [
        [0, 'client.flow', 'shoppers', 10, 10],
        [60, 'client.flow', 'shoppers', 0, 0],
      ],
    })
    expect(measured(quiet, 'downtime', { of: 'web' }).value).toBe(0)
  })
})

describe('error-rate', () => {
  test('is failed attempts ÷ attempts over all cells of a service', () => {
    const cells = recordingOf({
      who: WHO,
      rows: [
        [0, 'cell.flow', 'web/a', 100, 0],
        [0, 'cell.flow', 'web/b', 300, 0],
        [1800, 'cell.flow', 'web/b', 300, 150],
      ],
    })
    expect(measured(cells, 'error-rate', { of: 'web' })).toEqual({ value: 150 / 800, at: 1800 })
    expect(measured(cells, 'error-rate', { of: 'web/a' })).toEqual({ value: 0, at: null })
    expect(measured(cells, 'error-rate', { of: 'web/b' }).value).toBe(0.25)
  })
})
