import { expect, test } from 'vitest'
import { load } from '../../sim/scenario/load.ts'
import { historyOf } from '../cloud.ts'

/** Volumes of two copies on two hosts in each of two zones; every ten minutes somebody wants another, in each zone in turn. */
const world = (volumes: string, faults: string) => `
blackstart: 1
name: customers
run: {seed: 1, horizon: 2h}
world: {r: {zones: [a, b], racks: 2, hosts: 1, machine: plain, tenants: 0}}
machines: {plain: {boot: 5m, on-power-return: {stuck: 0%, lost: 0%}}}
services:
  plane: {kind: control-plane, place: b, instances: 1, api: {threads: 1, takes: 1s, timeout: 5m}}
  ebs: {kind: volumes, items: 20, item: 1GB, ${volumes}}
clients: {customers: {asks: create-volume, of: ebs, via: plane, every: 10m}}
faults: {${faults}}`

const said = (text: string) => {
  const history = historyOf(text)
  const calls = history.rows(/^call\./).filter(({ kind }) => kind !== 'call.done')
  return calls.map(({ time, kind, a }) => `${time} ${kind} ${history.recording.entities.id(a)}`)
}

test('while there is room, nothing is heard of them', () => {
  expect(said(world('spare: 50%', ''))).toEqual([])
})

test('a volume finds no room where copies are out of reach, or where all of it is taken', () => {
  const cut = 'net: {kind: volume-cut, target: {zone: a}, at: 15m, lasts: 1h}'
  expect(said(world('spare: 50%', cut))).toEqual([
    '1801 call.no-room ebs/r/a',
    '3001 call.no-room ebs/r/a',
    '4201 call.no-room ebs/r/a',
  ])
  expect(said(world('spare: 0%', '')).slice(0, 2)).toEqual(['601 call.no-room ebs/r/a', '1201 call.no-room ebs/r/b'])
})

test('whoever waits too long for the control plane gives up', () => {
  const dark = 'dark: {kind: power-loss, target: {zone: b}, at: 15m, lasts: 20m}'
  expect(said(world('spare: 50%', dark)).slice(0, 2)).toEqual(['1500 call.gave-up ebs/r/b', '2100 call.gave-up ebs/r/a'])
})

test('in one zone only, where that is said', () => {
  const own = world('spare: 0%', '').replace('via: plane,', 'via: plane, place: r/b,')
  expect(said(own).slice(0, 2)).toEqual(['601 call.no-room ebs/r/b', '1201 call.no-room ebs/r/b'])
})

test.each([
  ['of: plane', 'of: "plane" is a control-plane, not a volumes'],
  ['of: ebs, place: r/c', 'place: there is no place "r/c"'],
  ['of: only, place: r/b', 'place: "only" has no volumes in r/b'],
])('volumes that nobody has are refused: %s', (of, problem) => {
  const text = world('spare: 50%', '')
    .replace('of: ebs', of)
    .replace('clients:', '  only: {kind: volumes, items: 2, place: r/a}\nclients:')
  const loaded = load(text, { file: 'c.yaml', read: () => undefined })
  expect(loaded.ok ? [] : loaded.problems.map(({ path, message }) => `${path}: ${message}`)).toEqual([
    `clients.customers.${problem}`,
  ])
})
