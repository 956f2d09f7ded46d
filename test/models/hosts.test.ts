import { describe, expect, test } from 'vitest'
import { createCriticalPaths } from '../../sim/trace/critical-path.ts'
import { type History, historyOf } from '../cloud.ts'

const one = (rest: string) => `
blackstart: 1
name: hosts
run: {seed: 3, horizon: 2h}
world: {r: {zones: [a], datacentres: 1, racks: 1, hosts: 1, machine: plain, tenants: 4, boot: {slots: 1, restart: 60/min}}}
machines: {plain: {boot: 5m, on-power-return: {stuck: 0%, lost: 0%}}}
${rest}`

test('power back is not a host back: it boots first, and its tenants restart after it', () => {
  const history = historyOf(one('faults: {dark: {kind: power-loss, target: {rack: r1}, at: 10m, lasts: 10m}}'))
  const told = history.rows(/^(rack|host|tenants)\./).map(({ time, kind }) => `${time} ${kind}`)
  expect(told).toEqual(['600 rack.dark', '1200 rack.energised', '1200 host.booting', '1500 host.up', '1504 tenants.up'])
})

test('a host falls with its first reason and returns with its last', () => {
  const history = historyOf(
    one(`faults:
  short: {kind: power-loss, target: {rack: r1}, at: 10m, lasts: 10m}
  long: {kind: power-loss, target: {datacentre: dc1}, at: 15m, lasts: 15m}`),
  )
  expect(history.rows('rack.dark')).toHaveLength(1)
  expect(history.timeOf('rack.energised')).toBe(1800)
  expect(history.timeOf('host.up')).toBe(2100)
})

test('boot slots are few: the third of three hosts waits for the first of two', () => {
  const history = historyOf(`
blackstart: 1
name: slots
run: {horizon: 1h}
world: {r: {zones: [a], racks: 3, hosts: 1, machine: plain, tenants: 0, boot: {slots: 2}}}
machines: {plain: {boot: 4m, on-power-return: {stuck: 0%, lost: 0%}}}
faults: {dark: {kind: power-loss, target: {zone: a}, at: 10m, lasts: 10m}}`)
  expect(history.rows('host.up').map(row => row.time)).toEqual([1440, 1440, 1680])
  const last = history.rows('host.up')[2]
  expect(history.whyOf(last.row)).toEqual([
    'host.up',
    'host.booting',
    'host.up',
    'host.booting',
    'rack.energised',
    'feed.live',
    'fault.ended',
    'fault.started',
  ])
})

test('a broken host is repaired by the crew, after the crew has arrived', () => {
  const history = historyOf(
    one(`services: {hands: {kind: crew, servers: 1, travel: 25m, takes: 5m}}
faults: {broken: {kind: host-failure, target: {host: h1}, at: 10m}}`),
  )
  expect(history.timeOf('host.down')).toBe(600)
  expect(history.timeOf('host.repaired')).toBe(600 + 1500 + 300)
  expect(history.timeOf('host.up')).toBe(600 + 1500 + 300 + 300)
})

describe('images', () => {
  const copies = (slots: number, faults: string) =>
    historyOf(`
blackstart: 1
name: images
run: {horizon: 2h}
world:
  r:
    zones: [a]
    racks: 3
    hosts: 1
    machine: plain
    tenants: 0
    boot: {slots: ${slots}, image: {size: 6GB, bandwidth: 100MBps}}
    power: {distribution: {inrush-limit: 1GW}}
machines: {plain: {boot: 4m, on-power-return: {stuck: 0%, lost: 0%}}}
faults:
  dark: {kind: power-loss, target: {zone: a}, at: 10m, lasts: 10m}${faults}`)
  const upAt = (history: History): [string, number][] =>
    history.rows('host.up').map(({ of, time }) => [of.slice('r/a/dc1/'.length), time - 1200])

  test('three hosts copy one after the other, a minute each, after four minutes of firmware', () => {
    expect(upAt(copies(3, ''))).toEqual([
      ['r1/h1', 300],
      ['r2/h1', 360],
      ['r3/h1', 420],
    ])
  })

  test('a host keeps its slot until it has its image', () => {
    expect(upAt(copies(1, '')).map(([, time]) => time)).toEqual([300, 600, 900])
  })

  test('a host that loses power while it copies makes room for the next, and begins again', () => {
    const again = '\n  again: {kind: power-loss, target: {rack: r1}, at: 1470s, lasts: 30s}'
    expect(upAt(copies(3, again))).toEqual([
      ['r2/h1', 330], // 30 s of the copy of r1 were for nothing
      ['r3/h1', 390],
      ['r1/h1', 600],
    ])
  })

  test('the way back goes through firmware, then through the image server', () => {
    const history = copies(3, '')
    const last = history.rows('host.up')[2]
    expect(history.whyOf(last.row).slice(0, 4)).toEqual(['host.up', 'host.copied', 'host.copying', 'host.booting'])
    const [{ row: fault }] = history.rows('fault.started')
    const { hops } = createCriticalPaths(history.recording)(last.row, fault)
    expect(hops.map(({ limit, length }) => [limit, length])).toEqual([
      ['fault', 600],
      ['boot', 240],
      ['image', 180],
    ])
  })

  test('who waits for a slot that is held for an image waits for boot slots', () => {
    const history = copies(1, '')
    const last = history.rows('host.up')[2]
    const [{ row: fault }] = history.rows('fault.started')
    const { hops } = createCriticalPaths(history.recording)(last.row, fault)
    expect(hops.map(({ limit, length, jobs }) => [limit, length, jobs])).toEqual([
      ['fault', 600, 0],
      ['boot-slots', 600, 2],
      ['boot', 240, 0],
      ['image', 60, 0],
    ])
  })
})

describe('a boot that fails', () => {
  const faulty = (next: string, rest = '') => `
blackstart: 1
name: faulty
run: {seed: 2, horizon: 12h}
world: {r: {zones: [a], racks: 1, hosts: 3, machine: plain, tenants: 0, boot: {slots: 1}}}
machines: {plain: {boot: 4m, repair: 1h, boot-faults: {odds: 50%, next: ${next}}, on-power-return: {stuck: 0%, lost: 0%}}}
faults: {dark: {kind: power-loss, target: {zone: a}, at: 10m, lasts: 10m}}
${rest}`

  test('is tried again from the beginning, after those who wait', () => {
    const history = historyOf(faulty('again'))
    const told = (kind: string) => history.rows(kind).map(({ of }) => of.slice(-2))
    expect(told('host.booting')).toEqual(['h1', 'h2', 'h3', ...told('host.boot-failed')])
    expect(history.rows('host.booting')).toHaveLength(history.rows('host.boot-failed').length + 3)
    expect(history.rows('host.booting').map(({ time }) => (time - 1200) / 240)).toEqual(
      history.rows('host.booting').map((_, i) => i),
    )
    expect(history.rows('host.up')).toHaveLength(3)
  })

  test('waits for hands, where firmware does not try again', () => {
    const history = historyOf(faulty('hands', 'services: {hands: {kind: crew, servers: 1, travel: 25m, takes: 5m}}'))
    const [{ time, of }] = history.rows('host.boot-failed')
    expect(history.timeOf('host.repaired', of)).toBe(time + 1800)
    expect(history.rows('host.up')).toHaveLength(3)
  })
})
