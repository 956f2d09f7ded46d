import { expect, test } from 'vitest'
import { historyOf } from '../cloud.ts'

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
