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
    ['api, every: 1s', 'api, every: 1us', '10 plans.more.every: must be at least 1s'],
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
