import { describe, expect, test } from 'vitest'
import { historyOf } from '../cloud.ts'
import { told } from '../effects/told.ts'

/** A hall of ten hosts that is too warm after five minutes without any of its chillers, five of which are needed. */
const hall = (faults: string, { cooling = '', more = '', horizon = '3h' } = {}) => `
blackstart: 1
name: hall
run: {seed: 2, horizon: ${horizon}}
world:
  r: {zones: [a], racks: 2, hosts: 5, machine: plain, tenants: 0,
      cooling: {chillers: {units: 6, needed: 5}, trip: 5m, resume: 40%, restart: {takes: 4m${cooling}}}}
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
