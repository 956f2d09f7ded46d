import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { lifted } from '../../sim/experiment/lifts.ts'
import { recoveriesOf } from '../../sim/experiment/recovery-report.ts'
import { startRun } from '../../sim/experiment/run.ts'
import { speedOf } from '../../sim/models/leases/sharing.ts'
import { formatProblem, load } from '../../sim/scenario/load.ts'
import { builtOf, type History, historyOf, scenarioOf } from '../cloud.ts'

describe('calls that share a server', () => {
  const speed = (servers: number, calls: readonly (readonly [rate: number, work: number, patience: number])[]) =>
    speedOf(servers, {
      count: calls.length,
      rate: Float64Array.from(calls, ([rate]) => rate),
      work: Float64Array.from(calls, ([, work]) => work),
      patience: Float64Array.from(calls, ([, , patience]) => patience),
    })

  test('are as fast as one alone while the work fits', () => {
    expect(speed(1, [])).toBe(1)
    expect(speed(1, [[2, 0.5, 1]])).toBe(1)
    expect(speed(0, [[2, 0.5, 1]])).toBe(0)
  })

  test('get so much that all work is done, the short ones whole and the long ones cut off', () => {
    // 1 × 0.1 + 1 × 0.25 + 2 × 1 × r = 1: the first two fit into r = 0.325.
    expect(
      speed(1, [
        [1, 0.1, 1],
        [1, 0.25, 1],
        [2, 0.9, 1],
      ]),
    ).toBe(0.325)
    // Whoever waits longer needs less speed: 1 × 0.9 fits into 0.3 × 3 s, and 1 × r × 1 s takes what is left.
    expect(
      speed(1.2, [
        [1, 0.9, 3],
        [1, 0.8, 1],
      ]),
    ).toBeCloseTo(0.3, 15)
  })

  test('take together what the servers give, or all of it is in time', () => {
    const call = fc.tuple(...[1, 2, 3].map(() => fc.double({ min: 1e-3, max: 1e3, noNaN: true })))
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 1e3, noNaN: true }), fc.array(call, { maxLength: 30 }), (servers, list) => {
        const calls = list as unknown as [number, number, number][]
        const r = speed(servers, calls)
        const done = calls.reduce((sum, [rate, work, patience]) => sum + rate * Math.min(work, r * patience), 0)
        if (r < 1) expect(Math.abs(done / servers - 1)).toBeLessThan(1e-9)
        else expect(done).toBeLessThanOrEqual(servers * (1 + 1e-9))
      }),
    )
  })
})

/** A lock that is one server, and eight who hold leases of it, with little, some and much to renew. */
const EIGHT = (faults: string, refresh = '', lock = '') => `
blackstart: 1
name: leases
run: {seed: 1, horizon: 3h}
world: {r: {zones: [a, b], racks: 4, hosts: 4, machine: plain, tenants: 0, boot: {slots: 100, restart: 6000/min}}}
machines: {plain: {boot: 60s, on-power-return: {stuck: 0%, lost: 0%}}}
services:
  lock: {${lock}}
  small: {instances: 2, starts-in: 30s, needs: {lock: {hold: 8m, refresh: {every: 4m, cost: 100ms${refresh}}}}}
  some: {instances: 2, starts-in: 30s, needs: {lock: {hold: 8m, refresh: {every: 4m, cost: 250ms${refresh}}}}}
  large: {instances: 4, starts-in: 30s, needs: {lock: {hold: 8m, refresh: {every: 4m, cost: 900ms${refresh}}}}}
faults: {${faults}}`

const LOCK_DOWN = 'slip: {kind: operator-error, target: {service: lock}, at: 10m, lasts: 30m}'

/** When each instance got its lease back, as `2402 small/i1`. */
const joined = (history: History) => history.rows('lease.joined').map(({ time, of }) => `${time} ${of}`)
/** Whoever is without a lease at the end. */
const out = (history: History) => {
  const left = new Set<string>()
  for (const { kind, of } of history.rows(/^lease\.(expired|joined)$/)) {
    if (kind === 'lease.expired') left.add(of)
    else left.delete(of)
  }
  return [...left].sort()
}

describe('leases', () => {
  test('cost nothing while all renewals are in time', () => {
    const history = historyOf(EIGHT(''))
    expect(history.events).toBe(0)
    expect(history.rows(/^lease\./)).toEqual([])
  })

  test('last exactly their hold after the renewal that was good', () => {
    const history = historyOf(EIGHT(LOCK_DOWN))
    const expired = history.rows('lease.expired')
    expect(expired).toHaveLength(8)
    // The last good renewal lay within four minutes before the lock went down, at a moment of its own.
    for (const { time } of expired) expect(time > 600 + 240 && time <= 600 + 480).toBe(true)
    expect(new Set(expired.map(({ time }) => time)).size).toBe(8)
    expect(history.rows('instance.down').map(({ time }) => time)).toEqual(expired.map(({ time }) => time))
    expect(history.whyOf(expired[0].row)).toEqual(['lease.expired', 'lease.overdue', 'service.down', 'fault.started'])
  })

  test('are given in rounds, to those with little to renew first; the rest never get in, and no round is tried in vain', () => {
    // A round is 2 s. All eight ask: 2 × 0.1 + 2 × 0.25 + 4 r = 2 s of work, r = 0.325, and 0.9 s is more than 0.325 × 1 s.
    // Then the four are left, with r near 0.5.
    const history = historyOf(EIGHT(LOCK_DOWN))
    expect(joined(history)).toEqual(['2402 small/i1', '2402 small/i2', '2402 some/i1', '2402 some/i2'])
    expect(out(history)).toEqual(['large/i1', 'large/i2', 'large/i3', 'large/i4'])
    const last = history.rows('lease.asking').at(-1)
    expect([last?.time, last?.of, last?.a, last?.b]).toEqual([2402, 'some', 0, 0])
    expect(history.events).toBeLessThan(60)
  })

  test('with twice the servers are there for all: 4 × 0.9 s ≤ 2 × 2 s', () => {
    const history = historyOf(
      EIGHT(`${LOCK_DOWN}, more: {kind: service-scale, target: {service: lock}, capacity: 2, at: 1h, lasts: 10m}`),
    )
    expect(joined(history).slice(4)).toEqual([1, 2, 3, 4].map(i => `3602 large/i${i}`))
    expect(out(history)).toEqual([])
    const row = history.rows('lease.joined').at(-1)?.row ?? 0
    expect(history.whyOf(row)).toEqual(['lease.joined', 'fault.started'])
  })

  test('are let in one after another by admission control, which needs no more servers', () => {
    // One call in 2 s: 0.9 s of work for it alone. One call in 4 s: every other round lets somebody in.
    const times = (rate: string) =>
      joined(
        historyOf(EIGHT(`${LOCK_DOWN}, valve: {kind: lease-limit, target: {service: lock}, rate: ${rate}, at: 1h, lasts: 1h}`)),
      ).slice(4)
    expect(times('0.5/s')).toEqual([1, 2, 3, 4].map(i => `${3600 + 2 * i} large/i${i}`))
    expect(times('15/min')).toEqual([1, 2, 3, 4].map(i => `${3600 + 4 * i} large/i${i}`))
    expect(times('0/s')).toEqual([])
  })

  test('are there for all at once when admission control ends, however long the next would have waited', () => {
    const more = 'more: {kind: service-scale, target: {service: lock}, capacity: 2, at: 1h}'
    const valve = 'valve: {kind: lease-limit, target: {service: lock}, rate: 1/h, at: 50m, lasts: 20m}'
    const history = historyOf(EIGHT(`${LOCK_DOWN}, ${more}, ${valve}`))
    expect(joined(history).slice(4)).toEqual([1, 2, 3, 4].map(i => `4202 large/i${i}`))
  })

  test('are there for all once callers wait long enough: a round of 9 s does 9 s of work', () => {
    const times = (timeout: string) =>
      joined(
        historyOf(EIGHT(`${LOCK_DOWN}, patience: {kind: lease-timeout, target: {service: lock}, timeout: ${timeout}, at: 1h}`)),
      ).slice(4)
    expect(times('8s')).toEqual([1, 2, 3, 4].map(i => `3609 large/i${i}`))
    expect(times('500ms')).toEqual([]) // shorter than it was: nothing changes
    expect(times('2s')).toEqual([]) // 3 s of work for 3.6 s
  })

  test('of hosts that are cut off run out, and all ask at once when they are not', () => {
    const history = historyOf(EIGHT('blip: {kind: lease-cut, target: {region: r}, at: 10m, lasts: 30m}'))
    expect(history.rows('lease.expired')).toHaveLength(8)
    expect(joined(history)).toEqual(['2402 small/i1', '2402 small/i2', '2402 some/i1', '2402 some/i2'])
    // A blip shorter than any lease: all are late, none is out; the large ones lose theirs to the jam, 3.6 s of work in 2 s.
    const short = historyOf(EIGHT('blip: {kind: lease-cut, target: {region: r}, at: 10m, lasts: 1m}'))
    expect(short.rows('lease.asking').find(({ of }) => of === 'large')?.a).toBe(4)
    expect(out(short)).toEqual(['large/i1', 'large/i2', 'large/i3', 'large/i4'])
    expect(short.rows('lease.expired')[0].time).toBeGreaterThan(660)
  })

  test('cannot be renewed from a zone that no link leads out of', () => {
    const history = historyOf(
      EIGHT('cut: {kind: link-cut, target: {link: [a-b, edge-a]}, at: 10m, lasts: 30m}', '', 'instances: 1, place: r/b'),
    )
    const zones = history.rows('lease.expired').map(({ of }) => of)
    expect(zones.sort()).toEqual(['large/i1', 'large/i3', 'small/i1', 'some/i1'])
  })

  test('are lost with the memory of their holders, who ask once they have started again', () => {
    const history = historyOf(EIGHT('dark: {kind: power-loss, target: {zone: a}, at: 10m, lasts: 10m}'))
    // Power at 1200 s, hosts at 1260 s, restarts 10 ms later, instances 30 s after that, and a round of 2 s. The first has
    // 0.1 + 0.25 + 2 r = 2 s of work, r = 0.825: the large ones get in with the second.
    const at = history.rows('lease.joined').map(({ time, of }) => `${Math.floor(time)} ${of.split('/')[0]}`)
    expect(at.sort()).toEqual(['1292 small', '1292 some', '1294 large', '1294 large'])
    expect(history.rows('lease.expired')).toEqual([])
    expect(history.rows('service.ready', 'large').map(({ a }) => a)).toEqual([4, 2, 4])
  })

  test('of those who leave are struck off before anybody is served', () => {
    // 2 × 100 × 0.9 s for the large ones of the zone, 100 × 0.25 s and 100 × 0.1 s: 215 s of a lock that serves nobody else.
    const dark = 'dark: {kind: power-loss, target: {zone: a}, at: 10m, lasts: 10m}'
    const history = historyOf(EIGHT(dark, ', leave: 100'))
    const [overdue] = history.rows('lease.overdue')
    const [inTime] = history.rows('lease.in-time')
    expect([overdue.time, overdue.a]).toEqual([600, 0])
    expect(inTime.time - overdue.time).toBeCloseTo(215, 4)
    expect(history.rows('lease.asking').some(({ a, b }) => a > 0 && b === 0)).toBe(true)
    expect(out(history)).toEqual([])
  })

  test('are given only to those who have what they need to start, though all ask', () => {
    const text = EIGHT(LOCK_DOWN).replace('large: {instances: 4, starts-in: 30s, needs: {', '$&chief: {when: start}, ')
    const chief = (faults: string) =>
      historyOf(text.replace('  lock: {}', '  lock: {}\n  chief: {}').replace(LOCK_DOWN, `${LOCK_DOWN}, ${faults}`))
    const scale = 'more: {kind: service-scale, target: {service: lock}, capacity: 2, at: 20m}'
    expect(joined(chief(scale))).toHaveLength(8)
    const history = chief(`${scale}, gone: {kind: operator-error, target: {service: chief}, at: 30m, lasts: 30m}`)
    expect(joined(history).slice(4)).toEqual([1, 2, 3, 4].map(i => `3602 large/i${i}`))
  })
})

test('a recovery waits for leases by that name, and without the work of renewing them it does not', () => {
  const scenario = scenarioOf(EIGHT(LOCK_DOWN))
  const pathOf = (of: string, run = scenario) => {
    const [{ milestones }] = recoveriesOf(run, startRun(run).complete())
    const whole = milestones.find(one => one.what === 'instances' && one.of[0] === of && one.share === 0.99)
    return whole?.time === null ? null : whole?.path.map(({ limit, of, length }) => [limit, of, length])
  }
  expect(pathOf('some')).toEqual([
    ['fault', 'slip', 1800],
    ['leases', 'some', 2],
  ])
  expect(pathOf('large')).toBeNull()
  expect(pathOf('large', lifted(scenario, 'leases', 'large'))).toEqual([
    ['fault', 'slip', 1800],
    ['leases', 'large', 2],
  ])
})

describe('congestive collapse', () => {
  const N = 400
  const text = (cost: string, servers: number) => `
blackstart: 1
name: collapse
run: {seed: 3, horizon: 3h}
world: {r: {zones: [a], racks: 25, hosts: 16, tenants: 0}}
services:
  lock: {}
  nodes: {instances: ${N}, needs: {lock: {hold: 8m, refresh: {every: 4m, timeout: 2s, retry: 3s, cost: ${cost}}}}}
faults:
  slip: {kind: operator-error, target: {service: lock}, at: 10m, lasts: 30m}
  size: {kind: service-scale, target: {service: lock}, capacity: ${servers}, at: 0s}`

  /**
   * With the share x left out, N x calls are in flight for T of every T + retry, each with the speed r; who is in renews at
   * leisure. All work done is C: N x · T r / (T + retry) + Σ of the costs that are in / every = C, and out are those whose cost
   * is above r T: x = 1 − F(r T). From the whole down, the first such x is where a collapse ends.
   */
  function leftOut(costs: readonly number[], servers: number): number {
    const sorted = [...costs].sort((a, b) => a - b)
    for (let k = 0; k < N; ) {
      const renewals = sorted.slice(0, k).reduce((sum, cost) => sum + cost, 0) / 240
      const speed = Math.min(1, (servers - renewals) / (((N - k) * 2) / 5))
      const inside = sorted.filter(cost => cost <= 2 * speed).length
      if (inside === k) return N - k
      k = inside
    }
    return 0
  }

  test.each([
    ['{exponential: {mean: 400ms}}', 40],
    ['{exponential: {mean: 400ms}}', 60],
    ['{lognormal: {mean: 400ms, cv: 2}}', 20],
    ['{uniform: [100ms, 700ms]}', 15],
  ])('of costs %s on %d servers leaves as many out as the equation of its equilibrium says', (cost, servers) => {
    const { cloud } = builtOf(text(cost, servers))
    cloud.sim.run(10_800)
    const out = N - cloud.services.ready(cloud.services.serviceOf(cloud.entities.find('nodes')))
    expect(out).toBe(leftOut([...cloud.leases.costsOf(0)], servers))
    expect(out).toBeGreaterThan(0)
  })
})

test('leases that nobody could hold, and effects on none, are refused with their line', () => {
  const wrong = (needs: string, faults = '') => {
    const text = EIGHT(faults).replace('  lock: {}', `  lock: {}\n  wrong: {instances: 2, needs: {${needs}}}`)
    const loaded = load(text, { file: 's.yaml', read: () => undefined })
    return loaded.ok
      ? []
      : loaded.problems
          .map(formatProblem)
          .map(problem => problem.replace(/^s.yaml:(\d+):\d+ {2}(services.wrong.needs.)?/, '$1 '))
  }
  expect(wrong('lock: {hold: 4m, refresh: {every: 4m}}')).toEqual([
    '9 lock.refresh.every: a lease that is good for 4m runs out before it is renewed after 4m (state a longer `hold`)',
  ])
  expect(wrong('lock: {refresh: {}}')).toEqual([
    '9 lock: a lease that is good for 0s runs out before it is renewed after 4m (state a longer `hold`)',
  ])
  expect(wrong('lock: {hold: 8m, refresh: {timeout: 0s}}')).toEqual(['9 lock.refresh.timeout: must be at least 1ms'])
  expect(wrong('lock: {hold: 8m, refresh: {cost: 2s}}')).toEqual([
    '9 lock.refresh.cost: takes 2s of one instance on average, longer than the time-out (a longer `timeout`, or less work)',
  ])
  expect(wrong('lock: {hold: 8m, kept: disk, fanout: 2, when: start, refresh: {}}')).toEqual([
    '9 lock.kept: has no meaning for leases (leave it out)',
    '9 lock.fanout: has no meaning for leases (leave it out)',
    '9 lock.when: an instance without its lease cannot serve (leave it out)',
  ])
  expect(wrong('both: {from: [lock, some], hold: 8m, refresh: {}}')).toEqual([
    '9 both: a lease comes from one supplier (write a need for each)',
  ])
  expect(wrong('zone: {from: r/a, hold: 8m, refresh: {}}')).toEqual([
    '9 zone.refresh: "r/a" is a place, which answers no calls (leases come from a service)',
  ])
  const logical = EIGHT('').replace('small: {instances: 2', 'small: {capacity: 2/s')
  const loaded = load(logical, { file: 's.yaml', read: () => undefined })
  expect(loaded.ok ? '' : loaded.problems.map(({ message }) => message)).toEqual([
    'only instances hold leases, and this service has none',
  ])
  const limit = (service: string) => `valve: {kind: lease-limit, target: {service: ${service}}, rate: 1/s, at: 1h}`
  expect(wrong('', limit('lock'))).toEqual([])
  expect(wrong('', limit('small'))[0]).toContain('"small" grants no leases: lease-limit would change nothing (there is lock)')
  expect(wrong('', limit('lock').replace('1/s', '-1/s'))[0]).toContain('cannot be negative')
})
