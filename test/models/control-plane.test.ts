import { describe, expect, test } from 'vitest'
import { historyOf } from '../cloud.ts'

/**
 * A control plane in two zones with an instance of one thread in each, whose calls take 2 s. Launches in zone a come every
 * second, twice what it has threads for if it had but one; launches in zone b every 10 s.
 */
const world = ({ api = '', storm = 'every: 1s', faults = '', horizon = '10m' }) => `
blackstart: 1
name: calls
run: {seed: 1, horizon: ${horizon}}
world: {r: {zones: [a, b, c], racks: 1, hosts: 2, machine: plain, tenants: 0}}
machines: {plain: {boot: 5m, on-power-return: {stuck: 0%, lost: 0%}}}
services:
  control: {kind: control-plane, instances: 3, spread: zone, api: {threads: 1, takes: 2s, ${api}}, needs: {state: {when: change}}}
  state: {}
clients:
  storm: {asks: launch, via: control, place: r/a, ${storm}}
  calm: {asks: launch, via: control, place: r/b, every: 10s}
faults: {${faults}}`

/** When calls of a client ended, how, and after how long. */
const calls = (text: string, of: string, kind = /^call\./) =>
  historyOf(text)
    .rows(kind, of)
    .map(({ time, kind, b }) => [time, kind.slice('call.'.length), b])

describe('a queue for each zone', () => {
  test('has its share of the threads: a backlog about one zone delays no call about another', () => {
    const shared = world({ storm: 'every: 250ms' })
    const apart = shared.replace('takes: 2s, ', 'takes: 2s, queue-per: zone')
    const alone = apart.replace('every: 250ms', 'every: 1h')
    expect(calls(alone, 'calm').slice(0, 3)).toEqual([
      [12, 'done', 2],
      [22, 'done', 2],
      [32, 'done', 2],
    ])
    expect(calls(apart, 'calm')).toEqual(calls(alone, 'calm'))
    // Its first, at 10 s, is the fortieth of all: each of three threads, begun at 0.25, 0.5 and 0.75 s, does one in 2 s.
    expect(calls(shared, 'calm')[0]).toEqual([0.25 + 14 * 2, 'done', 18.25])
  })

  test('waits under a name of its own', () => {
    const history = historyOf(world({ api: 'queue-per: zone' }))
    expect(history.rows('queue.backlog', 'control')).toHaveLength(0)
    expect(history.rows('queue.backlog', 'control/r/a').length).toBeGreaterThan(0)
  })
})

describe('throttling', () => {
  test('lets in a burst, then as many as there are tokens', () => {
    const text = world({ api: 'threads: 50, rate: 15/m, burst: 5', horizon: '29s' }).replace('threads: 1, ', '')
    const throttled = calls(text, 'storm', /^call\.throttled/).map(([time]) => time)
    const seconds = Array.from({ length: 29 }, (_, i) => i + 1)
    // Five tokens last for six calls, since another comes meanwhile: one each 4 s, of which the six have left a quarter.
    expect(seconds.filter(time => !throttled.includes(time))).toEqual([1, 2, 3, 4, 5, 6, 9, 13, 17, 21, 25, 29])
  })

  test('in the long run lets in the rate', () => {
    const text = world({ api: 'rate: 12/m, burst: 1', storm: 'every: {exponential: {mean: 1s}}', horizon: '10h' })
    const done = calls(text, 'storm', /^call\.done/).length + calls(text, 'calm', /^call\.done/).length
    // A token each 5 s; one call in 1.1 a second takes it after 1/1.1 s more on average, the bucket being full by then.
    expect(done).toBeGreaterThan(36_000 / (5 + 1 / 1.1) - 200)
    expect(done).toBeLessThanOrEqual(1 + 36_000 / 5)
  })

  test('is asked again by who has the patience', () => {
    const text = world({
      api: 'rate: 6/m, burst: 1',
      storm: 'every: 241s, retry: {attempts: 3, backoff: {base: 4s}, jitter: none}',
      horizon: '5m',
    })
    // Calm takes a token each 10 s as soon as it is there.
    expect(calls(text, 'storm')).toEqual([
      [241, 'throttled', 0],
      [245, 'throttled', 4],
      [253, 'throttled', 12],
    ])
  })
})

describe('dead instances in rotation', () => {
  const dark = 'dark: {kind: host-failure, target: {zone: c, of: host}, at: 1m}'

  test('are noticed at once unless said so', () => {
    expect(historyOf(world({ faults: dark })).rows('rotation.dead')).toHaveLength(0)
  })

  test('hold the callers that are sent to them, about whichever zone, until they are noticed', () => {
    const text = world({ api: 'threads: 50, removes-dead: 5m, call-timeout: 30s', storm: 'every: 1h', faults: dark })
    const history = historyOf(text.replace('threads: 1, ', ''))
    expect(history.rows('rotation.dead').map(({ time, a, b }) => [time, a, b])).toEqual([
      [60, 1, 3],
      [360, 0, 2],
    ])
    const waits = history.rows('call.done', 'calm').map(({ time, b }) => [time - b, b - 2] as const)
    expect(waits.filter(([asked, wait]) => wait > 0 && (asked < 60 || asked >= 360))).toEqual([])
    expect(new Set(waits.map(([, wait]) => wait % 30))).toEqual(new Set([0]))
    expect(waits.filter(([, wait]) => wait > 0).length).toBeGreaterThan(0)
  })

  test('that make up a share d of it delay calls by d/(1 − d) time-outs on average', () => {
    const text = world({
      api: 'threads: 50, removes-dead: by-hand, call-timeout: 30s',
      storm: 'every: 1h',
      faults: dark,
      horizon: '20h',
    }).replace('threads: 1, ', '')
    const waits = calls(text.replace('every: 10s', 'every: 20s'), 'calm', /^call\.done/).flatMap(([time, , b]) =>
      Number(time) - Number(b) > 60 ? [(Number(b) - 2) / 30] : [],
    )
    const mean = waits.reduce((sum, wait) => sum + wait, 0) / waits.length
    // One of three: half a time-out; the number of failures is geometric, with a variance of d/(1 − d)².
    const error = Math.sqrt(1 / 3 / (2 / 3) ** 2 / waits.length)
    expect(Math.abs(mean - 0.5)).toBeLessThan(3 * error)
  })

  test('are out as soon as somebody has taken them out', () => {
    const hands = 'seen: {kind: deregister, target: {service: control}, at: 4m}'
    const text = world({ api: 'removes-dead: by-hand', storm: 'every: 1h', faults: `${dark}, ${hands}` })
    expect(
      historyOf(text)
        .rows('rotation.dead')
        .map(({ time, a }) => [time, a]),
    ).toEqual([
      [60, 1],
      [240, 0],
    ])
  })

  test('are none of those that were ended on purpose: these are taken out before', () => {
    const fewer = 'fewer: {kind: scale-in, target: {service: control}, to: 1, at: 4m}'
    const history = historyOf(world({ api: 'removes-dead: by-hand', storm: 'every: 1h', faults: fewer }))
    expect([history.rows('instance.gone').length, history.rows('rotation.dead')]).toEqual([2, []])
  })
})

describe('starvation of threads', () => {
  const dark = 'dark: {kind: host-failure, target: {zone: a, of: host}, at: 1m}'

  test('calls about a zone that is gone take threads from those that could be done', () => {
    const starved = (how: string) =>
      calls(
        world({ api: `starved: ${how}, call-timeout: 60s`, storm: 'every: 5s', faults: dark, horizon: '4m' }),
        'calm',
        /^call\.done/,
      ).map(([time, , b]) => [time, b])
    // Two threads are left. Idle, a launch into the zone fails after its 2 s, and nobody waits for long.
    expect(starved('idle').every(([, wait]) => wait === 2)).toBe(true)
    // Held, the storm's calls of 60 s and 65 s keep both until 120 s and 125 s, and then its next ones do.
    expect(starved('hold').filter(([time]) => Number(time) > 60)).toEqual([
      [62, 2],
      [122, 52],
      [184, 104],
    ])
  })

  test('what changes need is missing: each thread is held by a call until its time-out', () => {
    const slip = 'slip: {kind: operator-error, target: {service: state}, at: 55s, lasts: 20s}'
    const text = (how: string) =>
      world({ api: `starved: ${how}, call-timeout: 40s`, storm: 'every: 1h', faults: slip, horizon: '2m' })
    expect(calls(text('idle'), 'calm').slice(5, 8)).toEqual([
      [77, 'done', 17],
      [77, 'done', 7],
      [82, 'done', 2],
    ])
    expect(calls(text('hold'), 'calm').slice(5)).toEqual([
      [82, 'done', 2],
      [92, 'done', 2],
      [100, 'gave-up', 40],
      [102, 'done', 2],
      [110, 'gave-up', 40],
      [112, 'done', 2],
    ])
  })
})
