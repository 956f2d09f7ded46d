import { describe, expect, test } from 'vitest'
import { historyOf } from '../cloud.ts'
import { told } from '../effects/told.ts'

/**
 * 500 requests/s for instances of 100/s that are to be used by half: ten are wanted, two are there. The control plane has one
 * instance in each zone with one thread each; a call takes a second, an instance starts in half a minute.
 */
const world = (faults = '', api = '', plan = '') => `
blackstart: 1
name: scaling
run: {seed: 1, horizon: 1h}
world: {r: {zones: [a, b], racks: 1, hosts: 4, machine: plain, tenants: 0, boot: {restart: 60/min}}}
machines: {plain: {boot: 5m, on-power-return: {stuck: 0%, lost: 0%}}}
services:
  web: {instances: 2, spread: zone, capacity: 100/s, starts-in: 30s, health: {every: 30s, healthy: 5}}
  control: {kind: control-plane, instances: 2, spread: zone, starts-in: 1m, api: {threads: 1, takes: 1s, ${api}}, needs: {state: {when: change}}}
  state: {}
clients: {users: {to: web, rate: 500/s, timeout: 1s}}
plans: {scale: {kind: autoscaler, of: web, target: 50%, every: 1m, lag: 1m, max: 20, via: control, ${plan}}}
faults:
  none: {kind: start, target: {zone: a}, at: 59m}${faults}`

const times = (history: ReturnType<typeof historyOf>, kind: string) => history.rows(kind).map(row => row.time)

describe('autoscaler', () => {
  test('wants offered ÷ (capacity · target) instances, sees what was a minute ago, and asks once for what is missing', () => {
    const history = historyOf(world())
    expect(history.rows('plan.wants').map(({ time, a, b }) => [time, a, b])).toEqual([[120, 10, 2]])
    expect(history.rows('launch.asked').map(({ time, a }) => [time, a])).toEqual([[120, 8]])
    expect(times(history, 'launch.started')).toEqual([121, 121, 122, 122, 123, 123, 124, 124])
    expect(times(history, 'instance.up')).toEqual([151, 151, 152, 152, 153, 153, 154, 154])
    expect(history.rows('service.ready', 'web').at(-1)).toMatchObject({ a: 10, b: 10 })
  })

  test('launches in turn where the fewest are, those that start included', () => {
    const history = historyOf(world())
    const zones = history
      .rows('instance.placed', undefined)
      .flatMap(({ time, a }) => (time > 0 ? [history.recording.entities.id(a).slice(0, 3)] : []))
    expect(zones).toEqual(['r/a', 'r/b', 'r/a', 'r/b', 'r/a', 'r/b', 'r/a', 'r/b'])
  })

  test('wants no more than it may', () => {
    const history = historyOf(world('', '', 'max: 5,').replace('max: 20, ', ''))
    expect(history.rows('plan.wants').map(row => row.a)).toEqual([5])
    expect(history.rows('launch.started')).toHaveLength(3)
  })

  test('finds no capacity in an empty pool, and asks again every minute', () => {
    const history = historyOf(
      world('\n  crowd: {kind: capacity-shortage, target: {region: r}, share: 100%, at: 1m, lasts: 4m}'),
    )
    expect(times(history, 'launch.asked')).toEqual([120, 180, 240, 300])
    expect(history.rows('launch.failed')).toHaveLength(24)
    expect(times(history, 'launch.started')).toEqual([301, 301, 302, 302, 303, 303, 304, 304])
  })

  test('launches only in zones that have hosts up', () => {
    const history = historyOf(world('\n  dark: {kind: power-loss, target: {zone: a}, at: 1m}'))
    const hosts = history.rows('instance.placed').flatMap(({ time, a }) => (time > 0 ? [history.recording.entities.id(a)] : []))
    expect(hosts.length).toBeGreaterThan(0)
    expect(hosts.every(id => id.startsWith('r/b/'))).toBe(true)
  })

  test('an instance whose host falls while it starts is down, and starts anew after its host', () => {
    const history = historyOf(world('\n  dark: {kind: power-loss, target: {zone: a}, at: 130s, lasts: 10s}'))
    // Power is back at 140 s, the host up at 440 s; of the three on it, this one is restarted last, in the third second.
    expect(told(history, /^instance\.(down|up)/, /web\/i3/)).toEqual(['130 instance.down web/i3', '473 instance.up web/i3'])
  })

  test('of a service that nobody calls wants nothing', () => {
    const text = world().replace('of: web', 'of: idle').replace('  state: {}', '  state: {}\n  idle: {instances: 1}')
    expect(historyOf(text).rows(/^(plan|launch)/)).toHaveLength(0)
  })

  test('what is launched waits for what it needs to start', () => {
    const slip = '\n  slip: {kind: operator-error, target: {service: images}, at: 1m, lasts: 9m}'
    const text = world(slip)
      .replace('  state: {}', '  state: {}\n  images: {}')
      .replace('health:', 'needs: {images: {when: start}}, health:')
    const history = historyOf(text)
    expect(times(history, 'instance.waiting')).toEqual([121, 121, 122, 122, 123, 123, 124, 124])
    expect(Math.min(...times(history, 'instance.up'))).toBeGreaterThan(600 + 30)
  })
})

describe('the control plane', () => {
  test('whose need for changes is unmet starts nothing, though it is up', () => {
    const history = historyOf(world('\n  slip: {kind: operator-error, target: {service: state}, at: 1m, lasts: 4m}'))
    expect(times(history, 'launch.started')).toEqual([301, 301, 302, 302, 303, 303, 304, 304])
    expect(history.rows('service.down', 'control')).toHaveLength(0)
  })

  test('has fewer threads with fewer instances', () => {
    const history = historyOf(world('\n  dark: {kind: host-failure, target: {zone: a, of: host}, at: 1m}'))
    const [asked] = history.rows('launch.asked')
    expect(times(history, 'launch.started').slice(0, 4)).toEqual([1, 2, 3, 4].map(seconds => asked.time + seconds))
  })

  test('refuses what finds its queue full', () => {
    const history = historyOf(world('', 'queue: 3'))
    expect(history.rows('launch.refused').filter(row => row.time === 120)).toHaveLength(3)
    expect(times(history, 'launch.started').slice(0, 5)).toEqual([121, 121, 122, 122, 123])
  })

  test('without a queue takes what it has threads for', () => {
    const history = historyOf(world('', 'queue: 0'))
    expect(history.rows('launch.refused').filter(row => row.time === 120)).toHaveLength(6)
    expect(times(history, 'launch.started').slice(0, 2)).toEqual([121, 121])
  })

  test('is given up by callers who have waited for longer than its time-out; they may ask again', () => {
    const history = historyOf(world('', 'timeout: 25s').replace('takes: 1s', 'takes: 10s'))
    // Two at a time: six have started by 140 s, and two still wait at 145 s.
    expect(times(history, 'launch.gave-up')).toEqual([145, 145])
    expect(history.rows('launch.asked').map(({ time, a }) => [time, a])).toEqual([
      [120, 8],
      [180, 2],
    ])
    expect(history.rows('launch.started')).toHaveLength(8)
    expect(history.whyOf(history.rows('launch.gave-up')[0].row)).toEqual(['launch.gave-up', 'launch.asked', 'plan.wants'])
  })

  test('that goes down completes nothing: what it was at is begun anew when it is back', () => {
    const history = historyOf(
      world('\n  slip: {kind: operator-error, target: {service: control}, at: 125s, lasts: 60s}').replace(
        'takes: 1s',
        'takes: 10s',
      ),
    )
    expect(times(history, 'launch.started')).toEqual([195, 195, 205, 205, 215, 215, 225, 225])
  })

  test('that comes back too late finds that its callers have given up', () => {
    const slip = '\n  slip: {kind: operator-error, target: {service: control}, at: 125s, lasts: 60s}'
    const history = historyOf(world(slip, 'timeout: 20s').replace('takes: 1s', 'takes: 10s'))
    expect(times(history, 'launch.gave-up').slice(0, 8)).toEqual(Array(8).fill(140))
  })
})
