import { describe, expect, test } from 'vitest'
import { eachShare } from '../../sim/metrics/readiness.ts'
import { edge, measured, recordingOf } from './recording.ts'

const WHO = [
  ['region', 'r'],
  ['zone', 'r/a'],
  ['zone', 'r/b'],
  ['datacentre', 'r/a/dc1'],
  ['datacentre', 'r/b/dc1'],
  ['rack', 'r/a/dc1/r1'],
  ['rack', 'r/a/dc1/r2'],
  ['rack', 'r/b/dc1/r1'],
  ['host', 'r/a/dc1/r1/h1'],
  ['host', 'r/a/dc1/r1/h2'],
  ['host', 'r/a/dc1/r2/h1'],
  ['host', 'r/a/dc1/r2/h2'],
  ['host', 'r/b/dc1/r1/h1'],
  ['host', 'r/b/dc1/r1/h2'],
  ['service', 'web'],
  ['instance', 'web/i1'],
  ['instance', 'web/i2'],
  ['service', 'late'],
  ['instance', 'late/i1'],
  ['fault', 'dark'],
] as const
const tenants = { 'r/a/dc1': 4, 'r/b/dc1': 4 }

/** Zone a loses both racks at 100 s, gets one back at 400 s and the other at 500 s; hosts and instances follow. */
const zoneLoss = recordingOf({
  who: WHO,
  tenants,
  rows: [
    [0, 'instance.placed', 'web/i1', 'r/a/dc1/r1/h1'],
    [0, 'instance.placed', 'web/i2', 'r/b/dc1/r1/h1'],
    [0, 'service.ready', 'web', 2, 2],
    [0, 'instance.placed', 'late/i1', 'r/a/dc1/r1/h2'],
    [0, 'service.ready', 'late', 0, 1],
    [100, 'fault.started', 'dark', 1],
    [100, 'rack.dark', 'r/a/dc1/r1', 2],
    [100, 'instance.down', 'web/i1'],
    [100, 'rack.dark', 'r/a/dc1/r2', 2],
    [100, 'service.ready', 'web', 1, 2],
    [400, 'rack.energised', 'r/a/dc1/r1'],
    [450, 'host.up', 'r/a/dc1/r1/h1'],
    [460, 'host.up', 'r/a/dc1/r1/h2'],
    [470, 'tenants.up', 'r/a/dc1/r1/h1', 4],
    [480, 'tenants.up', 'r/a/dc1/r1/h2', 4],
    [490, 'instance.up', 'web/i1'],
    [490, 'service.ready', 'web', 2, 2],
    [500, 'rack.energised', 'r/a/dc1/r2'],
    [560, 'host.up', 'r/a/dc1/r2/h1'],
    [570, 'host.lost', 'r/a/dc1/r2/h2'],
    [580, 'tenants.up', 'r/a/dc1/r2/h1', 4],
    [590, 'instance.up', 'late/i1'],
  ],
})

describe('hosts-powered', () => {
  test('is the lowest share of hosts with power', () => {
    expect(measured(zoneLoss, 'hosts-powered', { of: 'r/a' })).toEqual({ value: 0, at: 100 })
    expect(measured(zoneLoss, 'hosts-powered', { of: 'r' })).toEqual({ value: 2 / 6, at: 100 })
    expect(measured(zoneLoss, 'hosts-powered', { of: 'b' }).value).toBe(1)
  })

  test('can be asked for another value of the series', () => {
    expect(measured(zoneLoss, 'hosts-powered', { of: 'a', take: 'last' }).value).toBe(1)
    expect(measured(zoneLoss, 'hosts-powered', { of: 'a', take: 'first' }).value).toBe(1)
    expect(measured(zoneLoss, 'hosts-powered', { of: 'a', take: 'mean' }).value).toBe((100 + 0.5 * 100 + 3100) / 3600)
  })

  test('begins at 0 in a data centre that begins dark', () => {
    const rows = [[60, 'rack.energised', 'r/a/dc1/r1'] as const]
    const dark = recordingOf({ who: WHO, rows, dark: ['r/a/dc1'] })
    expect(measured(dark, 'hosts-powered', { of: 'a', take: 'first' }).value).toBe(0)
    expect(measured(dark, 'hosts-powered', { of: 'a', take: 'last' }).value).toBe(0.5)
  })
})

describe('firmware-share', () => {
  const wave = recordingOf({
    who: WHO,
    rows: [
      [100, 'volume-card.updated', 'r/a/dc1/r1/h1'],
      [200, 'volume-card.updating', 'r/a/dc1/r1/h2'],
      [260, 'volume-card.updated', 'r/a/dc1/r1/h2'],
      [300, 'network-card.updated', 'r/a/dc1/r1/h1'],
      [400, 'volume-card.rolled-back', 'r/a/dc1/r1/h1'],
      [500, 'volume-card.rolled-back', 'r/a/dc1/r1/h2'],
    ],
  })

  test('is the highest share of hosts any of whose cards was updated', () => {
    expect(measured(wave, 'firmware-share', { of: 'a' })).toEqual({ value: 0.5, at: 260 })
    expect(measured(wave, 'firmware-share', { of: 'r' }).value).toBe(2 / 6)
    expect(measured(wave, 'firmware-share', { of: 'b' }).value).toBe(0)
  })

  test('goes back with the last of them', () => {
    expect(measured(wave, 'firmware-share', { of: 'a', take: 'last' }).value).toBe(0.25)
    expect(measured(wave, 'firmware-share', { of: 'a', take: 'mean' }).value).toBe(
      (0.25 * 160 + 0.5 * 240 + 0.25 * 3100) / 3600,
    )
    expect(measured(wave, 'firmware-share', { of: 'a', take: 'first' }, { warmup: 450 }).value).toBe(0.5)
  })
})

describe('instances-ready', () => {
  test('of a service is what it has ÷ what it wants', () => {
    expect(measured(zoneLoss, 'instances-ready', { of: 'web' })).toEqual({ value: 0.5, at: 100 })
  })

  test('of a place counts other customers’ instances too', () => {
    // 4 hosts × 4 tenants + web/i1 + late/i1, of which late never ran until 590 s
    expect(measured(zoneLoss, 'instances-ready', { of: 'a', take: 'first' }).value).toBe(17 / 18)
    expect(measured(zoneLoss, 'instances-ready', { of: 'a' })).toEqual({ value: 0, at: 100 })
    expect(measured(zoneLoss, 'instances-ready', { of: 'a', take: 'last' }).value).toBe(14 / 18)
  })

  test('is 0 while the service is down though its instances are up', () => {
    const held = recordingOf({
      who: WHO,
      rows: [
        [0, 'service.ready', 'web', 2, 2],
        [10, 'service.down', 'web'],
        [20, 'service.up', 'web'],
      ],
    })
    expect(measured(held, 'instances-ready', { of: 'web' })).toEqual({ value: 0, at: 10 })
  })

  test('one name that two things bear is refused with both', () => {
    const answer = measured(zoneLoss, 'instances-ready', { of: 'dc1' })
    expect(answer).toMatchObject({ value: null, because: { en: 'dc1 may be r/a/dc1 or r/b/dc1' } })
    expect(measured(zoneLoss, 'instances-ready', { of: 'b/dc1' }).value).toBe(1)
  })
})

describe('time-to', () => {
  const asked = { after: edge('dark') }

  test('runs until the share is there', () => {
    expect(measured(zoneLoss, 'time-to', { ...asked, of: 'web' })).toEqual({ value: 390, at: 490, rows: [17] })
    expect(measured(zoneLoss, 'time-to', { ...asked, of: 'a', to: 0.5 })).toEqual({ value: 360, at: 460, rows: [13] })
    expect(measured(zoneLoss, 'time-to', { ...asked, of: 'a', to: 0.5, counts: 'power' })).toEqual({
      value: 300,
      at: 400,
      rows: [11],
    })
    expect(measured(zoneLoss, 'time-to', { ...asked, of: 'a', to: 0.7, counts: 'instances' })).toEqual({
      value: 480,
      at: 580,
      rows: [21],
    })
  })

  test('fails when it never gets there, is 0 when it was never away', () => {
    expect(measured(zoneLoss, 'time-to', { ...asked, of: 'a' })).toMatchObject({ value: null, failed: true })
    expect(measured(zoneLoss, 'time-to', { ...asked, of: 'b' }).value).toBe(0)
  })

  test('counts from a row when it is told to', () => {
    const of = { zone: 'a', of: 'rack' } as const
    const question = { of: 'web', after: { kind: 'when', row: 'rack.energised', of, delay: 0 } as const }
    expect(measured(zoneLoss, 'time-to', question).value).toBe(90)
  })

  test('of a logical service is its start', () => {
    const start = recordingOf({
      who: WHO,
      rows: [
        [0, 'service.ready', 'late', 0, 1],
        [0, 'service.down', 'late'],
        [100, 'fault.started', 'dark', 1],
        [250, 'service.up', 'late'],
        [250, 'service.ready', 'late', 1, 1],
      ],
    })
    expect(measured(start, 'time-to', { of: 'late', after: edge('dark') }).value).toBe(150)
  })
})

describe('what moves from host to host', () => {
  /** Four others and web/i1 leave r1/h1 for r2/h1, which breaks later; r1/h1 is switched off meanwhile and misses nobody. */
  const moving = recordingOf({
    who: WHO,
    tenants,
    rows: [
      [0, 'instance.placed', 'web/i1', 'r/a/dc1/r1/h1'],
      [0, 'instance.placed', 'web/i2', 'r/b/dc1/r1/h1'],
      [0, 'service.ready', 'web', 2, 2],
      [100, 'tenants.moved', 'r/a/dc1/r1/h1', 0, 0],
      [100, 'tenants.moved', 'r/a/dc1/r2/h1', 8, 8],
      [200, 'instance.down', 'web/i1'],
      [201, 'instance.moved', 'web/i1', 'r/a/dc1/r2/h1'],
      [201, 'instance.up', 'web/i1'],
      [201, 'host.retired', 'r/a/dc1/r1/h1'],
      [300, 'host.down', 'r/a/dc1/r2/h1'],
      [300, 'instance.down', 'web/i1'],
      [400, 'instance.up', 'web/i1'],
    ],
  })
  const shares = (of: string): number[][] => {
    const pieces: number[][] = []
    eachShare(moving, [moving.entities.find(of)], 'instances', { from: 0, to: 500 }, (from, _to, share) => {
      if (share !== pieces.at(-1)?.[1]) pieces.push([from, share])
    })
    return pieces
  }

  test('is counted where it stands, and where nothing stands nothing is missing', () => {
    expect(shares('r/a/dc1/r1/h1')).toEqual([
      [0, 1], // five
      [200, 0], // web/i1 alone, which is down
      [201, 1], // nobody
    ])
    expect(shares('r/a/dc1/r2/h1')).toEqual([
      [0, 1],
      [300, 0],
      [400, 1 / 9],
    ])
    expect(shares('r/a').slice(-2)).toEqual([
      [300, 8 / 17],
      [400, 9 / 17],
    ])
  })

  test('is down for as long as each was, added up', () => {
    expect(measured(moving, 'instance-downtime', { of: 'web' }).value).toBe(1 + 100)
  })
})
