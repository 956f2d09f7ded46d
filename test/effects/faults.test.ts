import { describe, expect, test } from 'vitest'
import { historyOf } from '../cloud.ts'
import { told } from './told.ts'

/** Two zones of five racks of two hosts. */
const world = (faults: string) => `
blackstart: 1
name: faults
run: {seed: 1, horizon: 2h}
world: {r: {zones: [a, b], racks: 5, hosts: 2, machine: plain, tenants: 0}}
machines: {plain: {boot: 5m, repair: 1h, on-power-return: {stuck: 0%, lost: 0%}}}
services: {auth: {}}
faults:
  ${faults}`

const faults = /^fault\./

describe('moments', () => {
  test('a fault may begin some time after another is over', () => {
    const history = historyOf(
      world(`one: {kind: operator-error, target: {service: auth}, at: 10m, lasts: 5m}
  two: {kind: operator-error, target: {service: auth}, at: {after: one.end, delay: 90s}, lasts: 1m}
  three: {kind: operator-error, target: {service: auth}, at: {after: one}, lasts: 1m}`),
    )
    expect(told(history, faults)).toEqual([
      '600 fault.started one',
      '600 fault.started three',
      '660 fault.ended three',
      '900 fault.ended one',
      '990 fault.started two',
      '1050 fault.ended two',
    ])
    expect(history.whyOf(history.rows('fault.started', 'two')[0].row)).toEqual([
      'fault.started',
      'fault.ended',
      'fault.started',
    ])
  })

  test('a fault may begin when a row is written, of certain subjects, and does so once', () => {
    const history = historyOf(
      world(`dark: {kind: power-loss, target: {zone: b}, at: 10m, lasts: 10m}
  any: {kind: operator-error, target: {service: auth}, at: {when: {row: rack.dark}}}
  first: {kind: operator-error, target: {service: auth}, at: {when: {row: host.up, of: {rack: b/dc1/r3, of: host}}, delay: 1m}}
  never: {kind: operator-error, target: {service: auth}, at: {when: {row: rack.dark, of: {zone: a, of: rack}}}}`),
    )
    expect(told(history, /^fault\.started/)).toEqual([
      '600 fault.started dark',
      '600 fault.started any',
      '1560 fault.started first',
    ])
    const [cause] = history.rows('fault.started', 'first').map(row => history.whyOf(row.row)[1])
    expect(cause).toBe('host.up')
  })

  test('`until` ends it, with or without `lasts`', () => {
    const history = historyOf(
      world(`dark: {kind: power-loss, target: {zone: a}, at: 10m, lasts: 10m}
  slip: {kind: operator-error, target: {service: auth}, at: 5m, until: {after: dark.end, delay: 30s}}
  short: {kind: operator-error, target: {service: auth}, at: 5m, lasts: 1m, until: {after: dark.end}}`),
    )
    expect(told(history, /^fault\.ended/)).toEqual(['360 fault.ended short', '1200 fault.ended dark', '1230 fault.ended slip'])
    expect(history.timeOf('service.up', 'auth')).toBe(1230)
  })

  test('an end that comes before the beginning ends nothing', () => {
    const history = historyOf(
      world(`dark: {kind: power-loss, target: {zone: a}, at: 10m, lasts: 10m}
  slip: {kind: operator-error, target: {service: auth}, at: 30m, until: {after: dark.end}}`),
    )
    expect(told(history, faults, /slip/)).toEqual(['1800 fault.started slip'])
  })
})

describe('odds', () => {
  const struck = (odds: string, seed: number) =>
    historyOf(
      world(`maybe: {kind: operator-error, target: {service: auth}, at: 10m, lasts: 1m, odds: ${odds}}
  after: {kind: operator-error, target: {service: auth}, at: {after: maybe.end}}`),
      String(seed),
    ).rows('fault.started').length

  test('of 0 % never strike, and nothing that waits for it happens', () => {
    for (let seed = 1; seed <= 20; seed++) expect(struck('0%', seed)).toBe(0)
  })

  test('of 50 % strike with about half of the seeds, and with each seed always or never', () => {
    const seeds = Array.from({ length: 60 }, (_, seed) => struck('50%', seed) / 2)
    const count = seeds.reduce((sum, one) => sum + one, 0)
    expect(Math.abs(count - 30)).toBeLessThan(4 * Math.sqrt(15))
    expect(Array.from({ length: 60 }, (_, seed) => struck('50%', seed) / 2)).toEqual(seeds)
  })
})

describe('selectors', () => {
  const racks = (target: string) =>
    historyOf(world(`dark: {kind: power-loss, target: ${target}, at: 10m}`))
      .rows('rack.dark')
      .map(row => row.of.replace('/dc1', ''))
  const all = (...zones: string[]) => zones.flatMap(zone => [1, 2, 3, 4, 5].map(rack => `r/${zone}/r${rack}`))

  test('values in a list are alternatives', () => {
    expect(racks('{zone: [a, b]}')).toEqual(all('a', 'b'))
    expect(racks('{rack: [r1, r3]}')).toEqual(['r/a/r1', 'r/a/r3', 'r/b/r1', 'r/b/r3'])
  })

  test('keys all have to hold', () => {
    expect(racks('{zone: a, rack: r2}')).toEqual(['r/a/r2'])
    expect(racks('{zone: b, of: rack}')).toEqual(all('b'))
  })

  test('`except` takes away', () => {
    expect(racks('{zone: a, of: rack, except: {rack: [r1, r2]}}')).toEqual(['r/a/r3', 'r/a/r4', 'r/a/r5'])
  })

  test('`pick` takes so many, so large a share, and the smaller pick lies within the larger', () => {
    const one = racks('{region: r, of: rack, pick: 10%}')
    const two = racks('{region: r, of: rack, pick: 20%}')
    expect(one).toHaveLength(1)
    expect(two).toHaveLength(2)
    expect(two).toContain(one[0])
    expect(racks('{region: r, of: rack, pick: 2}')).toEqual(two)
    expect(racks('{region: r, of: rack, pick: 100%}')).toEqual(all('a', 'b'))
    expect(racks('{region: r, of: rack, pick: 50}')).toEqual(all('a', 'b'))
  })

  test('a feed is one by its name', () => {
    const history = historyOf(world('storm: {kind: utility-loss, target: {zone: a, feed: utility}, at: 10m}'))
    expect(history.rows('fault.started').map(row => row.a)).toEqual([1])
    expect(history.rows('utility.lost').map(row => row.of)).toEqual(['r/a/dc1/utility'])
  })
})

test('targets are frozen at the strike: what is lifted is what was struck, and as many', () => {
  const history = historyOf(world('dark: {kind: power-loss, target: {region: r, of: rack, pick: 30%}, at: 10m, lasts: 10m}'))
  const dark = history.rows('rack.dark').map(row => row.of)
  expect(dark).toHaveLength(3)
  expect(history.rows('rack.energised').map(row => row.of)).toEqual(dark)
  expect(history.rows(faults).map(row => row.a)).toEqual([3, 3])
})
