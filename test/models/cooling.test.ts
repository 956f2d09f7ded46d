import { describe, expect, test } from 'vitest'
import { historyOf } from '../cloud.ts'
import { told } from '../effects/told.ts'

/** A hall of ten hosts that is too warm after five minutes without any of its chillers, five of which are needed. */
const hall = (faults: string, { chillers = 'units: 6, needed: 5', air = '', cooling = '', more = '', horizon = '3h' } = {}) => `
blackstart: 1
name: hall
run: {seed: 2, horizon: ${horizon}}
world:
  r: {zones: [a], racks: 2, hosts: 5, machine: plain, tenants: 0,
      cooling: {chillers: {${chillers}}, trip: 5m, resume: 40%, restart: {takes: 4m${cooling}}${air}}}
machines: {plain: {boot: 5m, on-power-return: {stuck: 0%, lost: 0%}}}
faults: {${faults}}
${more}`

describe('too few chillers', () => {
  test('one of six is not missed', () => {
    const history = historyOf(hall('one: {kind: cooling-loss, target: {zone: a}, units: 1, at: 10m}'))
    expect(told(history, /^(cooling|host)\./)).toEqual(['600 cooling.stopped r/a/dc1/cooling'])
  })

  test('with three of the five needed the air warms at two fifths of the rate', () => {
    const history = historyOf(hall('three: {kind: cooling-loss, target: {feed: cooling}, units: 3, at: 10m}'))
    expect(history.timeOf('cooling.tripped')).toBe(600 + (300 * 5) / 2)
    expect(history.rows('host.shut').filter(({ time }) => time === 1350)).toHaveLength(10)
  })

  test('with half of the hosts switched off in time, nobody else has to', () => {
    const faults =
      'three: {kind: cooling-loss, target: {zone: a}, units: 3, at: 10m}, shed: {kind: shut, target: {rack: r1}, at: 20m}'
    expect(historyOf(hall(faults)).rows('cooling.tripped')).toHaveLength(0)
    expect(historyOf(hall(faults.replace('20m', '23m'))).rows('cooling.tripped')).toHaveLength(1)
  })
})

describe('chillers that stopped', () => {
  test('are restarted one after the other; with the fifth all heat is carried away', () => {
    const history = historyOf(hall('all: {kind: cooling-loss, target: {zone: a}, at: 10m, lasts: 10m}', { horizon: '1h' }))
    const restarted = [1, 2, 3, 4, 5, 6].map(chiller => `${1200 + chiller * 240} cooling.started r/a/dc1/cooling`)
    expect(told(history, /^cooling\.(started|back)/)).toEqual([
      ...restarted.slice(0, 5),
      '2400 cooling.back r/a/dc1/cooling',
      restarted[5],
    ])
  })

  test('cool the air the sooner the more of them run, and hosts start when it is cool enough', () => {
    const history = historyOf(
      hall('all: {kind: cooling-loss, target: {zone: a}, at: 10m, lasts: 10m}', { cooling: ', at-once: 6' }),
    )
    // Six run from 24 min on, and all hosts are off: 60 % of 5 min, at six fifths of the rate.
    expect(history.timeOf('cooling.cool')).toBe(1440 + (0.6 * 300) / 1.2)
    expect(history.timeOf('host.up')).toBe(1440 + 150 + 300)
  })

  test('and wait for a hand are started by people, as many at once as there are', () => {
    const history = historyOf(
      hall('all: {kind: cooling-loss, target: {zone: a}, at: 10m, lasts: 1m}', {
        cooling: ', by: hand',
        more: `services: {night: {kind: crew, servers: 3, travel: 10m}}
plans:
  restart:
    kind: runbook
    at: {after: all.end}
    via: night
    steps: {chillers: {kind: start, target: {feed: cooling}, units: 1, times: 5, takes: 20m}}`,
      }),
    )
    expect(history.rows('cooling.started').map(({ time, a }) => [time, a])).toEqual([
      [2460, 1],
      [2460, 2],
      [2460, 3],
      [4260, 4],
      [4260, 5],
    ])
  })
})

test('staff shed half the hall in time and bring it back when the chillers run again', () => {
  const history = historyOf(
    hall('three: {kind: cooling-loss, target: {zone: a}, units: 3, at: 10m, lasts: 1h}', {
      cooling: ', at-once: 3',
      more: `services: {night: {kind: crew, servers: 1, travel: 0s}}
plans:
  save:
    kind: runbook
    at: {after: three.start}
    via: night
    steps:
      shed: {kind: shut, target: {rack: r2}, takes: 5m}
      return: {kind: lift, of: shed, after: shed, takes: 90m}`,
    }),
  )
  expect(history.rows('cooling.tripped')).toHaveLength(0)
  expect(told(history, /^host\.(shut|booting)/, /h3/)).toEqual([
    '900 host.shut r/a/dc1/r2/h3',
    '6300 host.booting r/a/dc1/r2/h3',
  ])
  expect(history.timeOf('cooling.back', 'r/a/dc1/cooling')).toBe(600 + 3600 + 240)
})

describe('warmth that is lost through walls', () => {
  const all = 'all: {kind: cooling-loss, target: {zone: a}, at: 10m}'
  /** First grid point not before a time. */
  const grid = (time: number): number => Math.ceil(time * 2 ** 20) / 2 ** 20

  test('R14: 15 K without cooling take 356.674944 s, where heat capacity alone gives 300', () => {
    const history = historyOf(hall(all, { air: ', relax: 1000s' }))
    expect(history.timeOf('cooling.tripped')).toBe(grid(600 + 1000 * Math.log(50 / 35)))
    expect(history.timeOf('cooling.tripped') - 600).toBeCloseTo(356.674944, 5)
  })

  test('R14: with half of the hosts off it takes 916.290732 s', () => {
    const history = historyOf(hall(`${all}, shed: {kind: shut, target: {rack: r1}, at: 0s}`, { air: ', relax: 1000s' }))
    expect(history.timeOf('cooling.tripped') - 600).toBeCloseTo(916.290732, 5)
  })

  test('cools a hall that has neither hosts nor chillers running', () => {
    const history = historyOf(hall(all, { air: ', relax: 1000s' }))
    const tripped = history.timeOf('cooling.tripped')
    expect(history.timeOf('cooling.cool') - tripped).toBeCloseTo(1000 * Math.log(1 / 0.4), 5)
    expect(historyOf(hall(all)).rows('cooling.cool')).toHaveLength(0)
  })
})

describe('chillers that cannot be restarted while it is too warm', () => {
  test('wait until what runs has cooled the hall, and then restart one after the other', () => {
    const history = historyOf(
      hall('five: {kind: cooling-loss, target: {zone: a}, units: 5, at: 10m, lasts: 5m}', { cooling: ', below: 60%' }),
    )
    // One of five needed: four fifths of 5 min heat stay while hosts run, one fifth is carried away once they are off.
    expect(told(history, /^(cooling|fault)\./).slice(0, 9)).toEqual([
      '600 fault.started five',
      '600 cooling.stopped r/a/dc1/cooling',
      '600 cooling.lost r/a/dc1/cooling',
      '825 cooling.warm r/a/dc1/cooling',
      '900 fault.ended five',
      '975 cooling.tripped r/a/dc1/cooling',
      '1575 cooling.restartable r/a/dc1/cooling',
      '1815 cooling.started r/a/dc1/cooling',
      '1845 cooling.cool r/a/dc1/cooling',
    ])
  })

  test('are restarted once load has been shed, when someone has tried in vain before', () => {
    const faults = `three: {kind: cooling-loss, target: {zone: a}, units: 3, at: 10m, lasts: 1m},
      ask: {kind: start, target: {feed: cooling}, units: 2, at: 1100s}, shed: {kind: shut, target: {rack: r2}, at: 20m}`
    const history = historyOf(hall(faults, { cooling: ', below: 60%, by: hand' }))
    expect(told(history, /^cooling\./).slice(2)).toEqual([
      '1050 cooling.warm r/a/dc1/cooling',
      '1100 cooling.waiting r/a/dc1/cooling',
      '1800 cooling.restartable r/a/dc1/cooling',
      '2040 cooling.started r/a/dc1/cooling',
      '2280 cooling.started r/a/dc1/cooling',
      '2280 cooling.back r/a/dc1/cooling',
    ])
    const started = history.rows('cooling.started')[0]
    expect(history.whyOf(started.row)).toEqual(['cooling.started', 'cooling.restartable', 'host.shut', 'fault.started'])
  })

  test('are not held up by warmth that turns on the very threshold', () => {
    const faults = `three: {kind: cooling-loss, target: {zone: a}, units: 3, at: 10m, lasts: 1m},
      shed: {kind: shut, target: {rack: r2}, at: {when: {row: cooling.warm}}}, ask: {kind: start, target: {feed: cooling}, units: 2, at: 1051s}`
    const history = historyOf(hall(faults, { cooling: ', below: 60%, by: hand' }))
    expect([history.timeOf('cooling.warm'), history.timeOf('cooling.restartable')]).toEqual([1050, 1050])
    expect(history.timeOf('cooling.started')).toBe(1051)
  })
})

describe('chillers in reserve', () => {
  const chillers = (odds: string): string => `units: 7, needed: 5, running: 5, start: {odds: ${odds}, delay: 3m}`
  const one = 'one: {kind: cooling-loss, target: {zone: a}, units: 1, at: 10m, lasts: 1h}'

  test('take over from one that stops, which is then the reserve', () => {
    const history = historyOf(hall(one, { chillers: chillers('100%') }))
    expect(told(history, /^cooling\./)).toEqual([
      '600 cooling.stopped r/a/dc1/cooling',
      '600 cooling.lost r/a/dc1/cooling',
      '780 cooling.started r/a/dc1/cooling',
      '780 cooling.back r/a/dc1/cooling',
    ])
  })

  test('are lost with the others', () => {
    const all = 'all: {kind: cooling-loss, target: {zone: a}, at: 10m}'
    expect(historyOf(hall(all, { chillers: chillers('100%') })).rows('cooling.started')).toEqual([])
  })

  test('that do not start leave it to the restart', () => {
    const history = historyOf(hall(one, { chillers: chillers('0%') }))
    expect(history.rows('cooling.failed')).toHaveLength(2)
    expect(history.timeOf('cooling.started')).toBe(4200 + 240)
  })
})

describe('without their supply', () => {
  const chillers = 'units: 7, needed: 5, running: 5, start: {delay: 3m}'
  const air = ', hold: 62500us'

  test('chillers trip on a sag that is longer than they hold, and those in reserve are there first', () => {
    const history = historyOf(hall('sag: {kind: utility-sag, target: {zone: a}, sags: 250ms, at: 10m}', { chillers, air }))
    expect(history.rows('rack.dark')).toHaveLength(0)
    expect(history.timeOf('cooling.stopped')).toBe(600.0625)
    const back = 600.25
    expect(history.rows(/^cooling\.(stopped|started)/).map(({ time, a }) => [time - back, a])).toEqual([
      [600.0625 - back, 0],
      [180, 1],
      [180, 2],
      [240, 3],
      [480, 4],
      [720, 5],
    ])
  })

  test('chillers that hold for less than racks trip on a sag that nobody else notices', () => {
    const brief = 'sag: {kind: utility-sag, target: {zone: a}, sags: 15ms, at: 10m}'
    const history = historyOf(hall(brief, { chillers, air: ', hold: 7812500ns' }))
    expect(history.rows(/^(utility.lost|ups)/)).toEqual([])
    expect(history.timeOf('cooling.stopped')).toBe(600.0078125)
  })

  test('chillers live through a shorter one', () => {
    const short = 'sag: {kind: utility-sag, target: {zone: a}, sags: 60ms, at: 10m}'
    expect(historyOf(hall(short, { chillers, air })).rows(/^cooling\./)).toHaveLength(0)
    expect(historyOf(hall(short.replace('60ms', '1s'), { chillers })).rows(/^cooling\./)).toHaveLength(0)
  })

  test('chillers restart when the generators carry, not when the utility is back', () => {
    const history = historyOf(
      hall('grid: {kind: utility-loss, target: {zone: a}, at: 10m, lasts: 1h}', { chillers: 'units: 6, needed: 5', air }),
    )
    const carried = history.timeOf('generators.carrying')
    expect(carried).toBeGreaterThan(600)
    expect(history.timeOf('cooling.stopped')).toBe(600.0625)
    expect(history.rows('cooling.started').map(({ time }) => time - carried)).toEqual([240, 480, 720, 960, 1200, 1440])
  })
})
