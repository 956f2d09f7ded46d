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
clients: {users: {to: web, rate: 1/s}}
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
    ['api, every: 1s', 'api, every: 1us', '11 plans.more.every: must be at least 1s'],
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
    problems('plans:', `expect: {A1: {${of}, at-least: 1}}\nplans:`).map(problem => problem.replace(/^11 expect\.A1\./, ''))

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
