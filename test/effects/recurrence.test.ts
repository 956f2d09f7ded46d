import { describe, expect, test } from 'vitest'
import { forkFrom, standBefore, withFaults } from '../../sim/experiment/fork.ts'
import { startRun } from '../../sim/experiment/run.ts'
import { build } from '../../sim/scenario/build.ts'
import { formatProblem, load } from '../../sim/scenario/load.ts'
import { builtOf, historyOf, scenarioOf } from '../cloud.ts'
import { told } from './told.ts'

/** Two zones of one rack of two hosts, which boot at once. */
const world = (faults: string, more = '') => `
blackstart: 1
name: recurrence
run: {seed: 1, horizon: 10h}
world: {r: {zones: [a, b], racks: 1, hosts: 2, machine: plain, tenants: 0}}
machines: {plain: {boot: 0s, on-power-return: {stuck: 0%, lost: 0%}}}
services: {auth: {}${more}}
faults:
  ${faults}`

const faults = /^fault\./
/** Time, what, and the member struck. */
const struck = (text: string, seed?: string) => {
  const history = historyOf(text, seed)
  const { entities } = history.recording
  return history.rows(faults).map(({ time, kind, b }) => `${time} ${kind.slice(6)}${b === 0 ? '' : ` ${entities.id(b)}`}`)
}

describe('a fault with `every`', () => {
  test('strikes so long after it was whole, and lasts as long as it says, over and over', () => {
    const text = world('slip: {kind: operator-error, target: {service: auth}, every: 2h, lasts: 1h}')
    expect(struck(text)).toEqual([
      '7200 started',
      '10800 ended',
      '18000 started',
      '21600 ended',
      '28800 started',
      '32400 ended',
    ])
    expect(told(historyOf(text), /^service\.(up|down)/, /auth/)).toEqual([
      '7200 service.down auth',
      '10800 service.up auth',
      '18000 service.down auth',
      '21600 service.up auth',
      '28800 service.down auth',
      '32400 service.up auth',
    ])
  })

  test('may strike from `at` on', () => {
    const text = world('slip: {kind: operator-error, target: {service: auth}, at: 5h, every: 2h, lasts: 1h}')
    expect(struck(text)).toEqual(['25200 started', '28800 ended', '36000 started'])
  })

  test('draws each life and each length from its laws', () => {
    const text = world(
      'slip: {kind: operator-error, target: {service: auth}, every: {sequence: [1h, 2h]}, lasts: {sequence: [10m, 20m, 30m]}}',
    )
    expect(struck(text)).toEqual([
      '3600 started',
      '4200 ended',
      '11400 started',
      '12600 ended',
      '16200 started',
      '18000 ended',
      '25200 started',
      '25800 ended',
      '29400 started',
      '30600 ended',
    ])
  })

  test('has chance as the cause of each strike, and the strike as the cause of its end', () => {
    const history = historyOf(world('slip: {kind: operator-error, target: {service: auth}, every: 2h, lasts: 1h}'))
    const starts = history.rows('fault.started')
    expect(starts.map(row => row.cause)).toEqual([0, 0, 0])
    expect(history.rows('fault.ended').map(row => row.cause)).toEqual(starts.map(row => row.row))
  })

  test('is for others that wait for it the first of its strikes', () => {
    const history = historyOf(
      world(`slip: {kind: operator-error, target: {service: auth}, every: 2h, lasts: 1h}
  next: {kind: operator-error, target: {service: auth}, at: {after: slip.end, delay: 5m}, lasts: 1m}`),
    )
    expect(history.rows('fault.started', 'next').map(row => row.time)).toEqual([11_100])
  })

  test('that would first strike after the run has no event', () => {
    const text = world('wear: {kind: host-failure, target: {region: r}, each: host, every: 11h, lasts: 1h}')
    const { cloud } = builtOf(text)
    cloud.sim.run(36_000)
    expect(cloud.sim.events).toBe(1) // it begins
    expect(cloud.sim.pending).toBe(0)
  })

  test('is switched off by odds of 0 %', () => {
    expect(struck(world('slip: {kind: operator-error, target: {service: auth}, odds: 0%, every: 2h, lasts: 1h}'))).toEqual([])
  })
})

describe('with `each`', () => {
  test('every member fails and returns by itself, whatever the others do', () => {
    const text = world(
      'dark: {kind: power-loss, target: {region: r}, each: zone, every: {exponential: {mean: 1h}}, lasts: 30m}',
    )
    const both = struck(text)
    const ofA = both.filter(row => row.endsWith('r/a'))
    expect(ofA.length).toBeGreaterThan(2)
    expect(ofA).not.toEqual(both.filter(row => row.endsWith('r/b')).map(row => row.replace('r/b', 'r/a')))
    expect(ofA.map(row => row.split(' ')[1])).toEqual(ofA.map((_, i) => (i % 2 === 0 ? 'started' : 'ended')))
    const alone = world('dark: {kind: power-loss, target: {zone: a}, each: zone, every: {exponential: {mean: 1h}}, lasts: 30m}')
    expect(struck(alone)).toEqual(ofA)
  })

  test('members may be parts of what is targeted, or hold the targets', () => {
    const members = (fault: string) =>
      new Set(struck(world(`one: {${fault}, every: {exponential: {mean: 10m}}, lasts: 1m}`)).map(row => row.split(' ')[2]))
    expect(members('kind: host-failure, target: {zone: a}, each: host')).toEqual(new Set(['r/a/dc1/r1/h1', 'r/a/dc1/r1/h2']))
    expect(members('kind: host-failure, target: {region: r, of: host}, each: zone')).toEqual(new Set(['r/a', 'r/b']))
    expect(members('kind: utility-loss, target: {feed: utility}, each: datacentre')).toEqual(new Set(['r/a/dc1', 'r/b/dc1']))
  })

  test('a member takes down what was selected in it, and no more', () => {
    const history = historyOf(
      world('wear: {kind: host-failure, target: {host: h1}, each: zone, every: {sequence: [1h, 20h]}, lasts: 1h}'),
    )
    expect(told(history, /^host\.(down|up)/)).toEqual([
      '3600 host.down r/a/dc1/r1/h1',
      '3600 host.down r/b/dc1/r1/h1',
      '7200 host.up r/a/dc1/r1/h1',
      '7200 host.up r/b/dc1/r1/h1',
    ])
  })
})

describe('with `beta`', () => {
  test('of 1 all strikes are common, with a row of their own as their cause', () => {
    const history = historyOf(
      world('dark: {kind: power-loss, target: {region: r}, each: zone, beta: 1, every: {sequence: [2h, 3h, 20h]}, lasts: 1h}'),
    )
    const commons = history.rows('fault.common')
    expect(commons.map(({ time, a, cause }) => [time, a, cause])).toEqual([
      [7200, 2, 0],
      [18_000, 2, 0],
    ])
    expect(history.rows('fault.started').map(({ time, cause }) => [time, cause])).toEqual([
      [7200, commons[0].row],
      [7200, commons[0].row],
      [18_000, commons[1].row],
      [18_000, commons[1].row],
    ])
  })

  test('who is down already when the common cause strikes stays down for as long as it would have, and no longer', () => {
    // Own lives are the law's ÷ (1 − β), the common one is the law's ÷ β: 2 h and 3 h.
    const text = world(
      'dark: {kind: power-loss, target: {zone: a}, each: zone, beta: 0.4, every: {sequence: [72m, 90h]}, lasts: 2h}',
    )
    expect(struck(text)).toEqual(['7200 started r/a', '10800 common', '14400 ended r/a'])
  })

  test('a member that the common cause has struck begins a new life once it is whole again', () => {
    const text = world(
      'dark: {kind: power-loss, target: {zone: a}, each: zone, beta: 0.5, every: {sequence: [1h, 1h, 1h, 1h, 90h]}, lasts: 30m}',
    )
    // Its own strike and the common one fall on one instant; then it is whole from 9000 s for 2 h, while the common cause
    // strikes every 2 h from its last.
    expect(struck(text)).toEqual([
      '7200 started r/a',
      '7200 common',
      '9000 ended r/a',
      '14400 common',
      '14400 started r/a',
      '16200 ended r/a',
      '21600 common',
      '21600 started r/a',
      '23400 ended r/a',
      '28800 common',
      '28800 started r/a',
      '30600 ended r/a',
    ])
  })
})

describe('with `via`', () => {
  const crew = ', hands: {kind: crew, servers: 1, travel: 0s, takes: 3h}'
  const wear = 'kind: host-failure, target: {zone: a}, each: host, every: {sequence: [1h, 90h]}'

  test('repairs wait for the crew, and begin in the order asked', () => {
    expect(struck(world(`wear: {${wear}, lasts: 2h, via: hands}`, crew))).toEqual([
      '3600 started r/a/dc1/r1/h1',
      '3600 started r/a/dc1/r1/h2',
      '10800 ended r/a/dc1/r1/h1',
      '18000 ended r/a/dc1/r1/h2',
    ])
  })

  test('and without `lasts` take what the crew says', () => {
    expect(struck(world(`wear: {${wear}, via: hands}`, crew)).map(row => row.split(' ')[0])).toEqual([
      '3600',
      '3600',
      '14400',
      '25200',
    ])
  })
})

test('a snapshot of a run with recurring faults goes on as the run did', () => {
  const text = world(
    'dark: {kind: power-loss, target: {region: r}, each: zone, beta: 0.3, every: {exponential: {mean: 30m}}, lasts: {exponential: {mean: 20m}}}',
  )
  const { cloud, scenario } = builtOf(text)
  cloud.sim.run(10_000)
  const saved = cloud.sim.snapshot()
  cloud.sim.run(36_000)
  const rows = cloud.trace.columns()
  const whole = [...rows.time, ...rows.kind, ...rows.b]
  expect(rows.length).toBeGreaterThan(100)
  const other = build(scenario, scenario.run.seed).cloud
  other.sim.run(10_000)
  other.sim.run(20_000)
  other.sim.restore(saved)
  other.sim.run(36_000)
  const again = other.trace.columns()
  expect([...again.time, ...again.kind, ...again.b]).toEqual(whole)
})

test('a fork with a recurring fault has the history of a file that says so', () => {
  const text = world(
    'wear: {kind: host-failure, target: {region: r}, each: host, every: {exponential: {mean: 2h}}, lasts: {exponential: {mean: 20m}}}',
    ', hands: {kind: crew, servers: 1, travel: 0s}',
  )
  const plain = scenarioOf(text)
  const { at: _, ...dark } = scenarioOf(
    world(
      'dark: {kind: power-loss, target: {region: r}, at: 3h, each: zone, beta: 0.3, every: {exponential: {mean: 30m}}, lasts: 5m, via: hands}',
      ', hands: {kind: crew, servers: 1, travel: 0s}',
    ),
  ).faults.dark
  const forked = forkFrom(standBefore(plain, 10_800), { dark }).complete()
  const whole = startRun(withFaults(plain, 10_800, { dark })).complete()
  expect(forked.fingerprint).toBe(whole.fingerprint)
  expect(forked.events).toBe(whole.events)
  expect(forked.fingerprint).not.toBe(startRun(plain).complete().fingerprint)
})

describe('what makes no sense is a problem with its place', () => {
  const problemsOf = (fault: string, more = '') => {
    const loaded = load(world(`x: {${fault}}`, more), { file: 's.yaml' })
    return loaded.ok ? [] : loaded.problems.map(problem => formatProblem(problem).replace(/^s\.yaml:9:\d+ {2}faults\.x\./, ''))
  }
  const dark = 'kind: power-loss, target: {region: r}'
  test.each([
    [`${dark}, lasts: 1h`, 'at: is missing (needs a time such as 30m, or `every` to strike again and again)'],
    [`${dark}, every: 5h`, 'every: it must end before it can strike again (add `lasts`, or `via` and a crew)'],
    [
      `${dark}, every: 0s, lasts: 1h`,
      'every: its mean must be at least 1s (what strikes more often is better said as a share)',
    ],
    [
      `${dark}, every: 5h, lasts: 1h, until: 9h`,
      'until: a fault with `every` ends again and again (say how long with `lasts`)',
    ],
    [
      `${dark}, every: 5h, lasts: 1h, odds: 50%`,
      'odds: with `every` it strikes or it does not: 0% or 100% (for fewer strikes a longer `every`)',
    ],
    [`${dark}, every: 5h, lasts: 1h, beta: 0.1`, 'beta: only members have causes in common (say which with `each`)'],
    [
      `${dark}, at: 5h, lasts: 1h, each: zone`,
      'each: belongs to a fault that strikes again and again (say how often with `every`)',
    ],
    [`${dark}, every: 5h, via: hand`, 'via: there is no crew "hand" (did you mean "hands"?)'],
    [
      `${dark}, every: 5h, lasts: 1h, each: zones`,
      'each: must be one of region, zone, datacentre, rack, host, got "zones" (did you mean "zone"?)',
    ],
    [
      `${dark}, every: 5h, lasts: 1h, each: host`,
      'each: power-loss cannot strike a host (it strikes region, zone, datacentre, rack)',
    ],
    [
      'kind: operator-error, target: {service: auth}, every: 5h, lasts: 1h, each: zone',
      'each: a service does not lie in a zone (leave `each` out: all targets fail as one)',
    ],
    [
      'kind: utility-loss, target: {feed: utility}, every: 5h, lasts: 1h, each: rack',
      'each: a feed does not lie in a rack (each: datacentre)',
    ],
  ])('%s', (fault, problem) => {
    expect(problemsOf(fault, ', hands: {kind: crew}')).toEqual([problem])
  })
})
