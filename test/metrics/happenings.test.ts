import { describe, expect, test } from 'vitest'
import { edge, measured, recordingOf } from './recording.ts'

const WHO = [
  ['datacentre', 'dc1'],
  ['rack', 'dc1/r1'],
  ['rack', 'dc1/r2'],
  ['feed', 'dc1/ups'],
  ['datacentre', 'dc2'],
  ['rack', 'dc2/r1'],
  ['queue', 'dc1/boot-slots'],
  ['queue', 'dc2/boot-slots'],
  ['service', 'control'],
  ['service', 'db'],
  ['service', 's3'],
  ['service', 'web'],
  ['cell', 'web/a'],
  ['fault', 'storm'],
] as const

const night = recordingOf({
  who: WHO,
  rows: [
    [60, 'fault.started', 'storm', 1],
    [60, 'ups.holding', 'dc1/ups', 300],
    [360, 'ups.empty', 'dc1/ups'],
    [360, 'rack.dark', 'dc1/r1', 20],
    [360, 'rack.dark', 'dc1/r2', 20],
    [365, 'service.down', 'control'],
    [400, 'rack.dark', 'dc2/r1', 20],
    [960, 'rack.energised', 'dc1/r1'],
    [980, 'rack.energised', 'dc1/r2'],
    [3000, 'service.up', 'control'],
  ],
})

describe('time-of', () => {
  test('is the first row of a kind, from a moment', () => {
    const answer = measured(night, 'time-of', { row: 'rack.dark', after: edge('storm') })
    expect(answer).toEqual({ value: 300, at: 360, rows: [4] })
    expect(measured(night, 'time-of', { row: 'rack.dark' }).value).toBe(360)
  })

  test('may be the last, and of what lies within a thing', () => {
    expect(measured(night, 'time-of', { row: 'rack.energised', of: 'dc1', take: 'last' }).value).toBe(980)
    expect(measured(night, 'time-of', { row: 'rack.dark', of: 'dc2' }).value).toBe(400)
    expect(measured(night, 'time-of', { row: 'ups.empty', of: 'dc1/ups' }).value).toBe(360)
  })

  test('fails when there is none', () => {
    expect(measured(night, 'time-of', { row: 'rack.energised', of: 'dc2' })).toMatchObject({ value: null, failed: true })
    expect(measured(night, 'time-of', { row: 'no.such' })).toMatchObject({ failed: true })
  })

  test('leaves out what happened before the moment', () => {
    const later = { kind: 'time', time: 360.5 } as const
    expect(measured(night, 'time-of', { row: 'rack.dark', after: later }).value).toBe(39.5)
  })

  test('is not shifted by a warm-up', () => {
    expect(measured(night, 'time-of', { row: 'rack.dark' }, { warmup: 300 }).value).toBe(360)
  })
})

test('count counts rows of a kind, in a thing, in a window', () => {
  expect(measured(night, 'count', { row: 'rack.dark' }).value).toBe(3)
  expect(measured(night, 'count', { row: 'rack.dark', of: 'dc1' }).value).toBe(2)
  expect(measured(night, 'count', { row: 'rack.dark', after: edge('storm'), for: 300 }).value).toBe(2)
  expect(measured(night, 'count', { row: 'rack.gone' }).value).toBe(0)
})

test('order holds when the first of each kind comes after the first of the one before', () => {
  expect(measured(night, 'order', { rows: ['ups.empty', 'rack.dark', 'service.down'] }).value).toBe(1)
  expect(measured(night, 'order', { rows: ['service.down', 'ups.empty'] })).toMatchObject({ value: 0, at: 360 })
  expect(measured(night, 'order', { rows: ['ups.empty', 'ups.full'] }).value).toBe(0)
})

describe('outage', () => {
  test('lasts from down to the next up', () => {
    expect(measured(night, 'outage', { of: 'control' })).toEqual({ value: 2635, at: 365, rows: [6, 10] })
  })

  test('is 0 without one, and fails when it has not ended', () => {
    expect(measured(night, 'outage', { of: 'db' }).value).toBe(0)
    expect(measured(night, 'outage', { of: 'control' }, { horizon: 2999 })).toMatchObject({ value: null, failed: true })
  })

  test('counts from the start of its window when it was down already', () => {
    const question = { of: 'control', after: { kind: 'time', time: 2000 } as const }
    expect(measured(night, 'outage', question).value).toBe(1000)
  })
})

test('lost-writes adds up what failovers lost', () => {
  const failovers = recordingOf({
    who: WHO,
    rows: [
      [10, 'database.promoted', 'db', 0],
      [20, 'database.promoted', 'db', 6400],
      [30, 'database.promoted', 's3', 1],
      [40, 'database.promoted', 'db', 100],
    ],
  })
  expect(measured(failovers, 'lost-writes', { of: 'db' })).toEqual({ value: 6500, at: 20, rows: [2, 4] })
  expect(measured(failovers, 'lost-writes', { of: 'web' })).toEqual({ value: 0, at: null, rows: [] })
})

describe('deadlock', () => {
  const knot = recordingOf({
    who: WHO,
    rows: [
      [5, 'deadlock.waits', 'control', 's3'],
      [5, 'deadlock.waits', 'control', 'db'],
      [5, 'deadlock.waits', 's3', 'control'],
      [5, 'deadlock.waits', 'db', 'control'],
      [6, 'deadlock.waits', 'web', 's3'],
      [900, 'service.booting', 'db'],
    ],
  })

  test('counts the services in a circle, with the rows that name them', () => {
    expect(measured(knot, 'deadlock', {}, { horizon: 600 })).toEqual({ value: 3, at: 5, rows: [1, 2, 3, 4] })
  })

  test('counts those behind it when asked to', () => {
    expect(measured(knot, 'deadlock', { behind: true }, { horizon: 600 }).value).toBe(4)
  })

  test('no longer counts what has started', () => {
    expect(measured(knot, 'deadlock').value).toBe(2)
    expect(measured(night, 'deadlock').value).toBe(0)
  })

  test('can be asked of one service', () => {
    expect(measured(knot, 'deadlock', { of: 's3' }).value).toBe(1)
    expect(measured(knot, 'deadlock', { of: 'web' }).value).toBe(0)
  })
})

describe('what waits', () => {
  const queues = recordingOf({
    who: WHO,
    rows: [
      [100, 'queue.backlog', 'dc1/boot-slots', 1, 0],
      [110, 'queue.backlog', 'dc2/boot-slots', 4, 0],
      [130, 'queue.backlog', 'dc1/boot-slots', 2, 30],
      [150, 'queue.backlog', 'dc1/boot-slots', 1, 20],
      [190, 'queue.backlog', 'dc1/boot-slots', 0, 0],
      [200, 'cell.queue', 'web/a', 0, 0],
      [210, 'cell.queue', 'web/a', 1000, 2],
      [220, 'cell.queue', 'web/a', 0, 0],
    ],
  })

  test('backlog is the most that wait, in one queue or in several', () => {
    expect(measured(queues, 'backlog', { of: 'dc1/boot-slots' })).toEqual({ value: 2, at: 130 })
    expect(measured(queues, 'backlog', { of: { queue: 'boot-slots' } })).toEqual({ value: 6, at: 130 })
    expect(measured(queues, 'backlog', { of: 'web' })).toEqual({ value: 1000, at: 210 })
    expect(measured(queues, 'backlog', { of: 'db' }).value).toBe(0)
  })

  test('backlog at a moment is the first of the window', () => {
    const at = (time: number) => ({ take: 'first', after: { kind: 'time', time } as const })
    expect(measured(queues, 'backlog', { of: 'dc1/boot-slots', ...at(140) }).value).toBe(2)
    expect(measured(queues, 'backlog', { of: 'dc1/boot-slots', ...at(50) }).value).toBe(0)
    expect(measured(queues, 'backlog', { of: 'web', ...at(205) }).value).toBe(500)
    expect(measured(queues, 'backlog', { of: 'web', take: 'mean' }).value).toBe(10_000 / 3600)
  })

  test('queue-age grows while the same job waits', () => {
    // the first job waits from 100 to 150 s, the second from 130 to 190 s
    expect(measured(queues, 'queue-age', { of: 'dc1/boot-slots' })).toEqual({ value: 60, at: 190 })
    expect(measured(queues, 'queue-age', { of: 'dc1/boot-slots' }, { horizon: 170 }).value).toBe(50)
    expect(measured(queues, 'queue-age', { of: 'dc2/boot-slots' }).value).toBe(3490)
    expect(measured(queues, 'queue-age', { of: 'web' }).value).toBe(2)
  })

  test('drain-time lasts until nothing waits any more', () => {
    const from = (time: number, more = {}) => ({ after: { kind: 'time', time } as const, ...more })
    expect(measured(queues, 'drain-time', { of: 'dc1/boot-slots', ...from(90) })).toEqual({ value: 100, at: 190 })
    expect(measured(queues, 'drain-time', { of: 'web', ...from(215) })).toEqual({ value: 5, at: 220 })
    expect(measured(queues, 'drain-time', { of: 'web', ...from(230) }).value).toBe(0)
    expect(measured(queues, 'drain-time', { of: 'web', ...from(0, { hold: 3600 }) })).toMatchObject({ failed: true })
    expect(measured(queues, 'drain-time', { of: 'dc2/boot-slots', ...from(0) })).toEqual({
      value: null,
      failed: true,
      at: null,
    })
  })
})

describe('static-stability', () => {
  const who = [
    ['service', 'web'],
    ['service', 'ec2-control'],
    ['service', 'dns-control'],
    ['client', 'shoppers'],
  ] as const
  const story = (last: readonly (readonly [number, string, string, number?, number?])[]) =>
    recordingOf({
      who,
      clients: { shoppers: 'web' },
      rows: [
        [0, 'client.flow', 'shoppers', 100, 90],
        [600, 'service.down', 'ec2-control'],
        [900, 'client.flow', 'shoppers', 100, 0],
        [1000, 'client.flow', 'shoppers', 100, 90],
        ...last,
      ],
    })

  test('is goodput while every control plane is off ÷ goodput before', () => {
    const off = story([
      [1200, 'service.down', 'dns-control'],
      [1300, 'client.flow', 'shoppers', 100, 45],
      [1400, 'service.up', 'dns-control'],
    ])
    // Before: 90 of 100 but for 100 s of 1 200, so 0.825. During: 90 for 100 s and 45 for 100 s, so 0.675.
    expect(measured(off, 'static-stability', { of: 'web' }).value).toBeCloseTo(0.675 / 0.825, 12)
  })

  test('is vacuous while one control plane is left', () => {
    expect(measured(story([]), 'static-stability', { of: 'web' })).toMatchObject({
      value: null,
      because: { en: 'the control planes were never all down at once in its window' },
    })
  })
})
