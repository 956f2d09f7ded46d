import { describe, expect, test } from 'vitest'
import { formatProblem, load } from '../../sim/scenario/load.ts'

const RIGHT = `blackstart: 1
name: bounds
run: {horizon: 1h}
world: {home: {zones: {a: {datacentres: {d: {}}}}}}
services:
  web: {instances: 2, health: {every: 1s}, needs: {auth: {hold: 8m, refresh: {every: 1s, timeout: 1ms}}}}
  auth: {instances: 2}
  api: {kind: control-plane}
  staff: {kind: crew}
clients:
  users: {to: web, rate: 1/s}
plans: {more: {kind: autoscaler, of: web, via: api, every: 1s}}
`

/** What is found wrong with the file above once a text in it is replaced. */
function problems(from: string, to: string): string[] {
  if (!RIGHT.includes(from)) throw new Error(`no ${from} in the file`)
  const loaded = load(RIGHT.replace(from, to), { file: 's.yaml', read: () => undefined })
  return loaded.ok ? [] : loaded.problems.map(problem => formatProblem(problem).replace(/^s\.yaml:(\d+):\d+ {2}/, '$1 '))
}

describe('what would never end, or hold nothing, is refused', () => {
  test.each([
    ['api, every: 1s', 'api, every: 1us', '12 plans.more.every: must be at least 1s'],
    ['health: {every: 1s}', 'health: {every: 1ms}', '6 services.web.health.every: must be at least 1s'],
    ['refresh: {every: 1s', 'refresh: {every: 1us', '6 services.web.needs.auth.refresh.every: must be at least 1ms'],
    ['timeout: 1ms', 'timeout: 1us', '6 services.web.needs.auth.refresh.timeout: must be at least 1ms'],
    ['horizon: 1h', 'horizon: 1h, interval: 1us', '3 run.interval: must be at least 1ms'],
    [
      '{zones: {',
      '{power: {distribution: {every: 1us}}, zones: {',
      '4 world.home.power.distribution.every: must be at least 1ms',
    ],
    ['{datacentres: {d: {}}}', '{datacentres: {}}', '4 world.home.zones.a.datacentres: needs at least one'],
    ['{a: {datacentres: {d: {}}}}', '{}', '4 world.home.zones: needs at least one'],
    ['{a: {datacentres: {d: {}}}}', '[a], datacentres: {}', '4 world.home.datacentres: needs at least one'],
  ])('%s as %s', (from, to, problem) => {
    expect(problems(from, from)).toEqual([])
    expect(problems(from, to)).toEqual([problem])
  })
})

describe('an expectation that can never be told, or never hold, is refused', () => {
  const found = (of: string): string[] =>
    problems('plans:', `expect: {A1: {${of}, at-least: 1}}\nplans:`).map(problem => problem.replace(/^12 expect\.A1\./, ''))

  test.each([
    ['metric: availability, of: web, at-most: 10%', 'at-most: can never hold: nothing is at least 1 and at most 10%'],
    ['metric: availability, of: web, for: 0s', 'for: must be more than 0s'],
    ['metric: availability, of: a', 'of: availability cannot be measured of a zone (it is of a service, client)'],
    ['metric: availability, of: {zone: a}', 'of: availability cannot be measured of a zone (it is of a service, client)'],
    ['metric: latency, of: users', 'of: latency cannot be measured of a client (it is of a service, cell, host)'],
    [
      'metric: instances-ready, of: users',
      'of: instances-ready cannot be measured of a client (it is of a service, region, zone, datacentre, rack, host)',
    ],
    [
      'metric: availability, of: staff',
      'of: no client sends requests to "staff": availability has nothing to go by (there is web)',
    ],
    ['metric: latency, of: auth', 'of: no client sends requests to "auth": latency has nothing to go by (there is web)'],
  ])('%s', (written, problem) => {
    expect(found(written).filter(one => !one.startsWith('at-least'))).toEqual([problem])
  })

  test('and one that can be told is not', () => {
    expect(found('metric: availability, of: users, at-most: 100%')).toEqual([])
    expect(found('metric: instances-ready, of: a/d')).toEqual([])
    expect(found('metric: error-rate, of: {service: web, of: cell}')).toEqual([])
  })
})

test('what is told once in longer than the run is never told', () => {
  expect(problems('horizon: 1h', 'horizon: 1h, interval: 2h')).toEqual(['3 run.interval: is longer than the whole run'])
})

describe('what can come to nothing is refused', () => {
  test.each([
    [
      '{zones: {',
      '{cooling: {restart: {below: 0%}}, zones: {',
      '4 world.home: cooling.restart.below must be more than 0%, or chillers could never be restarted',
    ],
    [
      'timeout: 1ms',
      'timeout: 8m',
      '6 services.web.needs.auth.refresh.timeout: a lease that is good for 8m runs out before a call for it gives up after 8m (a shorter `timeout`, or a longer `hold`)',
    ],
    [
      'plans:',
      'faults: {f: {kind: state-loss, target: {service: api}, at: 1m}}\nplans:',
      '12 faults.f.target.service: nobody changes "api": state-loss would change nothing (the target is the service that is changed, of a client {asks: change, via: api})',
    ],
    [
      'plans:',
      '  edits: {asks: change, via: api, of: web, every: 1m}\nfaults: {f: {kind: state-loss, target: {service: api}, at: 1m}}\nplans:',
      '13 faults.f.target.service: nobody changes "api": state-loss would change nothing (the target is the service that is changed: web)',
    ],
  ])('%s as %s', (from, to, problem) => {
    expect(problems(from, to)).toEqual([problem])
  })
})

describe('a notice, with its line, where', () => {
  const notices = (from: string, to: string): readonly string[] => {
    const loaded = load(RIGHT.replace(from, to), { file: 's.yaml', read: () => undefined })
    if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'))
    return loaded.notices
  }
  const HAND = '{a: {cooling: {restart: {by: hand}}, datacentres: {d: {}}}}'
  const runbook = (feed: string): string => `  staff: {kind: crew}
plans:
  back: {kind: runbook, at: 1m, via: staff, steps: {cold: {kind: start, target: {feed: ${feed}}}}}`

  test('chillers wait for people and no plan has anybody start them', () => {
    const whole = `blackstart: 1
name: chillers
world: {home: {zones: ${HAND}}}
services:
`
    const found = (rest: string): readonly string[] => {
      const loaded = load(whole + rest, { file: 's.yaml', read: () => undefined })
      if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'))
      return loaded.notices
    }
    expect(found(runbook('cooling'))).toEqual([])
    expect(found(runbook('generators'))).toEqual([
      's.yaml:3:52  world.home.zones.a.cooling.restart.by: no step of a plan starts chillers: once stopped, they stay so (a runbook with the step {kind: start, target: {feed: cooling}})',
    ])
  })

  test('starved threads are to be held and nothing that is needed holds one', () => {
    const api = (need: string): string => `api: {kind: control-plane, api: {starved: hold}, needs: {auth: ${need}}}`
    expect(notices('api: {kind: control-plane}', api('{when: change}'))).toEqual([])
    expect(notices('api: {kind: control-plane}', api('{}'))).toEqual([
      's.yaml:8:45  services.api.api.starved: nothing that it needs holds a thread: without it the whole control plane is down (a need with `when: change` holds the threads of what lacks it)',
    ])
  })
})

describe('a problem says what to write', () => {
  test.each([
    ['blackstart: 1', '', ['1 blackstart: is missing (write blackstart: 1)']],
    [
      'rate: 1/s}',
      'rate: 1/s, cache: {}}',
      [
        '11 clients.users.cache.hit: is missing (needs a share such as 99.9%)',
        '11 clients.users.cache.items: is missing (needs a whole number)',
      ],
    ],
    ['plans:', 'expect: {t: {metric: order, rows: [host.up], equals: 1}}\nplans:', ['12 expect.t.rows: needs at least 2']],
    [
      'plans: {',
      `  edits: {asks: change, via: api, of: web, every: 1m}
plans:
  back:
    kind: runbook
    at: 1m
    via: staff
    steps:
      deny: {kind: api-deny, target: {service: api}}
      take: {kind: state-loss, target: {service: web}, after: deny}
      give: {kind: lift, of: deny, after: take}
  more: {kind: autoscaler, of: web, via: api, every: 1s}
#`,
      ['21 plans.back.steps.give.after: has to name "deny", which it undoes (after: [deny, take])'],
    ],
  ])('%s as %s', (from, to, expected) => {
    expect(problems(from, to)).toEqual(expected)
  })

  test.each([
    [
      'services',
      '3',
      '--set:1:1  services: cannot be set as a whole (write the path of a value in it, such as services.web.instances)',
    ],
    ['run.seed', '', '--set:1:1  run.seed: is given no value (write run.seed=VALUE)'],
  ])('--set %s=%s', (path, value, problem) => {
    const loaded = load(RIGHT, { file: 's.yaml', read: () => undefined, set: [[path, value]] })
    expect(loaded.ok ? [] : loaded.problems.map(formatProblem)).toEqual([problem])
  })
})
