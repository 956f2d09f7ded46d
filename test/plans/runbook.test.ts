import { describe, expect, test } from 'vitest'
import { load } from '../../sim/scenario/load.ts'
import { createCriticalPaths, tellPath } from '../../sim/trace/critical-path.ts'
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

describe('what a plan sees through', () => {
  /** The status page stands on the store that fails for as long as nobody mends it, or comes back by itself. */
  const watched = (sees: string, lasts = '') => `
blackstart: 1
name: blind
run: {seed: 1, horizon: 4h}
world: {r: {zones: [a], racks: 1, hosts: 1, tenants: 0}}
services:
  store: {}
  page: {needs: {store: {hold: 1m}}}
  elsewhere: {}
  hands: {kind: crew, servers: 1, travel: 5m, takes: 10m}
faults: {slip: {kind: operator-error, target: {service: store}, at: 10m${lasts}}}
plans:
  mend:
    kind: runbook
    at: {when: {row: service.down, of: {service: page}}}
    via: hands${sees}
    steps: {look: {kind: start, target: {zone: a}}}`
  const path = (history: ReturnType<typeof historyOf>) => {
    const [done] = history.rows('step.done')
    const [struck] = history.rows('fault.started')
    const { hops } = createCriticalPaths(history.recording)(done.row, struck.row)
    return tellPath(history.recording, hops, 'en')
  }
  const ROWS = /^(plan|step)\.|^service\.(down|up)$/

  test('is down with what has failed: people find out by other ways', () => {
    const history = historyOf(watched('\n    sees: {via: page, blind: 30m}'))
    expect(told(history, ROWS)).toEqual([
      '600 service.down store',
      '660 service.down page',
      '660 plan.blind mend',
      '2460 plan.saw mend',
      '2460 step.asked mend/look',
      '3360 step.done mend/look',
    ])
    expect(path(history)).toBe(
      '1 min: page is down; 30 min: nobody sees that mend should begin: what shows it is down; 5 min: hands is on the way; 10 min: hands works',
    )
  })

  test('is back before they do', () => {
    const history = historyOf(watched('\n    sees: {via: page, blind: 30m}', ', lasts: 11m'))
    expect(told(history, ROWS)).toEqual([
      '600 service.down store',
      '660 service.down page',
      '660 plan.blind mend',
      '1260 service.up store',
      '1260 service.up page',
      '1260 plan.saw mend',
      '1260 step.asked mend/look',
      '2160 step.done mend/look',
    ])
    expect(path(history)).toContain(
      '10 min: nobody sees that mend should begin: what shows it is down; 5 min: hands is on the way',
    )
  })

  test.each(['', '\n    sees: {via: elsewhere, blind: 30m}'])('is there, or nothing hides it: %s', sees => {
    const history = historyOf(watched(sees))
    expect(told(history, ROWS)).toEqual([
      '600 service.down store',
      '660 service.down page',
      '660 step.asked mend/look',
      '1560 step.done mend/look',
    ])
    expect(path(history)).toBe('1 min: page is down; 5 min: hands is on the way; 10 min: hands works')
  })

  test('is a service that there is, and no crew', () => {
    const problems = (sees: string) => {
      const loaded = load(watched(`\n    sees: ${sees}`), { file: 's.yaml', read: () => undefined })
      return loaded.ok ? [] : loaded.problems.map(({ line, path, message }) => `${line} ${path}: ${message}`)
    }
    expect(problems('{via: pages, blind: 30m}')).toEqual(['17 plans.mend.sees.via: there is no service "pages"'])
    expect(problems('{via: hands, blind: 30m}')).toEqual(['17 plans.mend.sees.via: "hands" is a crew, not a service'])
    expect(problems('{via: page}')).toEqual(['17 plans.mend.sees.blind: is missing'])
  })
})
