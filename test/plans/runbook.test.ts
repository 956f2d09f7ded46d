import { expect, test } from 'vitest'
import { historyOf } from '../cloud.ts'
import { answered, told } from '../effects/told.ts'

/** People who need five minutes to get there and, unless a step says otherwise, ten for it. */
const world = (steps: string, crew = 'servers: 1', faults = '') => `
blackstart: 1
name: runbook
run: {seed: 1, horizon: 2h}
world: {r: {zones: [a, b], racks: 1, hosts: 1, machine: plain, tenants: 0, begin: dark}}
machines: {plain: {boot: 5m, on-power-return: {stuck: 0%, lost: 0%}}}
services: {web: {begin: up}, hands: {kind: crew, ${crew}, travel: 5m, takes: 10m}}
clients: {}
faults:
  slip: {kind: operator-error, target: {service: web}, at: 10m, lasts: 5m}${faults}
plans: {book: {kind: runbook, at: {when: {row: service.down}}, via: hands, steps: {${steps}}}}`

test('a step is done after travel and handling, and only then has its effect', () => {
  const history = historyOf(world('light: {kind: energise, target: {zone: a}, takes: 20m}'))
  expect(told(history, /^(crew|step)\.|^rack.energised/)).toEqual([
    '600 step.asked book/light',
    '600 crew.begins hands',
    '2100 step.done book/light',
    '2100 rack.energised r/a/dc1/r1',
  ])
  const [lit] = history.rows('rack.energised')
  expect(history.whyOf(lit.row)).toEqual([
    'rack.energised',
    'feed.live',
    'step.done',
    'crew.begins',
    'step.asked',
    'service.down',
    'fault.started',
  ])
})

const FOUR = `one: {kind: start, target: {zone: a}}, two: {kind: start, target: {zone: a}, after: one},
  other: {kind: start, target: {zone: b}}, last: {kind: start, target: {zone: b}, after: [one, other]}`

test('steps wait for the steps before them, and for the only pair of hands', () => {
  expect(told(historyOf(world(FOUR)), /^step\.(asked|done)/)).toEqual([
    '600 step.asked book/one',
    '600 step.asked book/other',
    '1500 step.done book/one',
    '1500 step.asked book/two',
    '2400 step.done book/other',
    '2400 step.asked book/last',
    '3300 step.done book/two',
    '4200 step.done book/last',
  ])
})

test('with hands enough, only for the steps before them', () => {
  expect(told(historyOf(world(FOUR, 'servers: 9')), /^step\.done/)).toEqual([
    '1500 step.done book/one',
    '1500 step.done book/other',
    '2400 step.done book/two',
    '2400 step.done book/last',
  ])
})

test('a step has the fields of its effect', () => {
  const text = world('slow: {kind: service-impair, target: {service: web}, errors: 50%, takes: 0s}')
  const history = historyOf(
    text
      .replace('web: {begin: up}', 'web: {begin: up, place: r, instances: 2}')
      .replace('clients: {}', 'clients: {users: {to: web, rate: 100/s}}')
      .replace(', begin: dark', ''),
  )
  expect([599, 899].map(time => answered(history, time))).toEqual([100, 0])
  expect(answered(history, 960)).toBe(50)
})
