import { describe, expect, test } from 'vitest'
import { formatProblem, load } from '../../sim/scenario/load.ts'
import { historyOf } from '../cloud.ts'
import { answered, told } from './told.ts'

/** Four instances serve 100/s each and are asked 200/s, a fifth of which needs a database; what does not fit is refused. */
const world = (rest: string) => `
blackstart: 1
name: load
run: {seed: 1, horizon: 1h}
world: {r: {zones: [a], racks: 1, hosts: 4, tenants: 0}}
services:
  web: {instances: 4, capacity: 100/s, overload: {queue: 0}, needs: {db: {fanout: 0.2}}}
  db: {}
  staff: {kind: crew, servers: 1, travel: 0s, takes: 5m}
clients:
  users: {to: web, rate: 200/s, timeout: 1s}
  others: {asks: launch, via: control}
${rest}`

const sent = (history: ReturnType<typeof historyOf>, time: number): number =>
  history
    .rows('client.flow', 'users')
    .filter(row => row.time <= time)
    .at(-1)?.a ?? NaN

describe('load', () => {
  test.each([
    ['half of it', 0.5, 100, 100],
    ['a surge beyond what fits', 3, 600, 400],
    ['a pause', 0, 0, 0],
  ])('%s: %d times the usual load, until it is lifted', (_, factor, issued, served) => {
    const history = historyOf(
      world(`faults: {f: {kind: load, target: {client: users}, factor: ${factor}, at: 10m, lasts: 10m}}`),
    )
    expect([599, 601, 1201].map(time => sent(history, time))).toEqual([200, issued, 200])
    const [before, during, after] = [599, 601, 1201].map(time => answered(history, time))
    expect([before, after]).toEqual([200, 200])
    expect(during).toBeCloseTo(served, 9)
  })

  test('two at once multiply, in either order of ending, and lifting both leaves nothing', () => {
    const of = (lasts: readonly [string, string]) =>
      historyOf(
        world(`faults:
  more: {kind: load, target: {client: users}, factor: 3, at: 10m, lasts: ${lasts[0]}}
  less: {kind: load, target: {client: users}, factor: 0.1, at: 15m, lasts: ${lasts[1]}}`),
      )
    const times = [601, 901, 1201, 1501]
    expect(times.map(time => sent(of(['10m', '10m']), time)).map(rate => Number(rate.toFixed(9)))).toEqual([600, 60, 20, 200])
    expect(times.map(time => sent(of(['15m', '5m']), time)).map(rate => Number(rate.toFixed(9)))).toEqual([600, 60, 600, 200])
  })

  test('a runbook pauses clients and lets them in again step by step: each step replaces the one before', () => {
    const history = historyOf(
      world(`plans:
  reopen:
    kind: runbook
    at: 10m
    via: staff
    steps:
      pause: {kind: load, target: {client: users}, factor: 0, takes: 5m}
      tenth: {kind: load, target: {client: users}, factor: 0.1, after: pause, takes: 5m}
      half: {kind: load, target: {client: users}, factor: 0.5, after: tenth, takes: 5m}
      all: {kind: lift, of: half, after: half, takes: 5m}`),
    )
    expect(told(history, /^(step\.done|client\.flow)/, /./)).toEqual([
      '0 client.flow users',
      '900 step.done reopen/pause',
      '900 client.flow users',
      '1200 step.done reopen/tenth',
      '1200 client.flow users',
      '1500 step.done reopen/half',
      '1500 client.flow users',
      '1800 step.done reopen/all',
      '1800 client.flow users',
    ])
    expect([899, 901, 1201, 1501, 1801].map(time => sent(history, time))).toEqual([200, 0, 20, 100, 200])
    const flow = history.rows('client.flow', 'users')[1]
    expect(history.whyOf(flow.row).slice(0, 3)).toEqual(['client.flow', 'cell.flow', 'step.done'])
  })

  test('strikes again and again', () => {
    const history = historyOf(
      world('faults: {f: {kind: load, target: {client: users}, factor: 2, every: {sequence: [10m, 20m]}, lasts: 5m}}'),
    )
    expect(history.rows('client.flow', 'users').map(({ time, a }) => [time, a])).toEqual([
      [0, 200],
      [600, 400],
      [900, 200],
      [2100, 400],
      [2400, 200],
      [3000, 400],
      [3300, 200],
    ])
  })

  test('is no factor below 0, and nothing to those who send no requests', () => {
    const text = world(`faults:
  less: {kind: load, target: {client: users}, factor: -1, at: 10m}
  none: {kind: load, target: {client: others}, factor: 2, at: 10m}`).replace(
      '  db: {}',
      '  db: {}\n  control: {kind: control-plane}',
    )
    const loaded = load(text.trimStart(), { file: 'l.yaml', read: () => undefined })
    expect(loaded.ok ? [] : loaded.problems.map(formatProblem)).toEqual([
      'l.yaml:14:55  faults.less.factor: cannot be negative, got -1',
      'l.yaml:15:39  faults.none.target.client: "others" sends no requests: load would change nothing (there is users)',
    ])
  })
})

describe('cache-flush', () => {
  /** 1000/s of which 90 % are hits; a fifth of what is sent needs a database, and has its part of the cache. */
  const cached = (faults: string, hit = '90%') =>
    world(`faults: ${faults}`).replace(
      'rate: 200/s, timeout: 1s',
      `rate: 1000/s, timeout: 1s, cache: {hit: ${hit}, items: 20000}`,
    )

  test('hits count as answered; what is lost comes back with what fits, and then everybody is served again', () => {
    const history = historyOf(cached('{empty: {kind: cache-flush, target: {client: users}, at: 10m}}'))
    expect([sent(history, 601), sent(history, 1800)]).toEqual([1000, 1000])
    expect([answered(history, 599), answered(history, 1800)].map(rate => Number(rate.toFixed(6)))).toEqual([1000, 1000])
    expect(answered(history, 600)).toBeCloseTo(400, 9)
    // Misses fit, 1000(1 − 0.9 f) = 400, once f = 2/3 of the 20 000 are back: 33.3 s at 400/s.
    expect(answered(history, 600 + 33)).toBeLessThan(1000)
    expect(answered(history, 600 + 34)).toBeCloseTo(1000, 6)
    expect(history.rows('client.cache', 'users').at(-1)).toMatchObject({ a: 1, b: 0.9 })
  })

  test('of a part of it hurts in proportion', () => {
    const history = historyOf(cached('{empty: {kind: cache-flush, target: {client: users}, share: 50%, at: 10m}}'))
    expect(history.rows('client.cache', 'users')[0]).toMatchObject({ time: 600, a: 0.5, b: 0.45 })
  })

  test('is refused where there is no cache, and so is a cache that misses nothing', () => {
    const problems = (text: string) => {
      const loaded = load(text.trimStart(), { file: 'l.yaml', read: () => undefined })
      return loaded.ok ? [] : loaded.problems.map(formatProblem)
    }
    const control = (text: string) => text.replace('  db: {}', '  db: {}\n  control: {kind: control-plane}')
    expect(problems(control(world('faults: {f: {kind: cache-flush, target: {client: users}, at: 10m}}')))).toEqual([
      'l.yaml:13:50  faults.f.target.client: "users" has no cache: cache-flush would change nothing',
    ])
    expect(problems(control(cached('{}', '100%')))).toEqual([
      'l.yaml:11:60  clients.users.cache.hit: must be below 100%: what is asked for the first time is in no cache',
    ])
  })
})
