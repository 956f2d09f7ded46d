import { describe, expect, test } from 'vitest'
import { historyOf } from '../cloud.ts'
import { told } from '../effects/told.ts'

/** Two hosts in each of two zones, all broken at 10 min; people need 5 min to get there and 10 for each. */
const world = (faults: string, { servers = 1, more = '' } = {}) => `
blackstart: 1
name: crews
run: {seed: 1, horizon: 6h}
world: {r: {zones: [a, b], racks: 1, hosts: 2, machine: plain, tenants: 0, cooling: {restart: {by: hand}}}}
machines: {plain: {boot: 5m, on-power-return: {stuck: 0%, lost: 0%}}}
services: {hands: {kind: crew, servers: ${servers}, travel: 5m, takes: 10m}, others: {kind: crew, travel: 5m, takes: 10m}}
faults: {broken: {kind: host-failure, target: {region: r}, at: 10m}, ${faults}}
${more}`

const repairs = (text: string): string[] =>
  told(historyOf(text), /^host.repaired/).map(line => line.replace(' host.repaired r', ''))

describe('people who are called in', () => {
  test('work once they have travelled, each at a thing of their own', () => {
    const history = historyOf(world('more: {kind: crew-grow, target: {service: hands}, to: 3, at: 21m}'))
    expect(history.rows('host.repaired').map(({ time }) => time)).toEqual([1500, 2400, 2460, 2460])
    expect(history.rows(/^crew\.(called|grown)/, 'hands').map(({ time, a }) => [time, a])).toEqual([
      [1260, 3],
      [1560, 3],
    ])
    const third = history.rows('host.repaired')[2]
    expect(history.whyOf(third.row).slice(1)).toEqual(['crew.begins', 'crew.grown', 'crew.called', 'fault.started'])
  })

  test('may have a way of their own', () => {
    const more = 'more: {kind: crew-grow, target: {service: hands}, to: 3, travel: 1h, at: 21m}'
    expect(historyOf(world(more)).timeOf('crew.grown')).toBe(1260 + 3600)
  })

  test('leave when it is over, after what they are at', () => {
    const faults = 'more: {kind: crew-grow, target: {service: hands}, to: 2, at: 5m, lasts: 10m}'
    // Two at work from 10 min on; from 15 min on nobody new is put to the second.
    expect(repairs(world(faults))).toEqual(['1500/a/dc1/r1/h1', '1500/a/dc1/r1/h2', '2400/b/dc1/r1/h1', '3300/b/dc1/r1/h2'])
  })

  test('and called off on the way never come', () => {
    const history = historyOf(world('more: {kind: crew-grow, target: {service: hands}, to: 2, at: 21m, lasts: 2m}'))
    expect(history.rows(/^crew\.(grown|shrunk)/)).toEqual([])
    expect(history.rows('host.repaired')).toHaveLength(4)
  })

  test('make a crew no smaller than it is', () => {
    const history = historyOf(world('more: {kind: crew-grow, target: {service: hands}, to: 2, at: 0s}', { servers: 3 }))
    expect(history.rows(/^crew\.(grown|shrunk)/)).toEqual([])
    expect(history.rows('host.repaired').map(({ time }) => time)).toEqual([1500, 1500, 1500, 2400])
  })

  test('are as many as the larger of two calls asks for, not their sum', () => {
    const faults = `more: {kind: crew-grow, target: {service: hands}, to: 2, at: 0s},
      most: {kind: crew-grow, target: {service: hands}, to: 4, at: 1m, lasts: 30m}`
    expect(
      historyOf(world(faults))
        .rows(/^crew\.(grown|shrunk)/)
        .map(({ time, a }) => [time, a]),
    ).toEqual([
      [300, 2],
      [360, 4],
      [1860, 2],
    ])
  })
})

describe('where nobody may enter', () => {
  const closed = 'fire: {kind: site-closed, target: {zone: a}, at: 700s, lasts: 1300s}'

  test('work waits and then begins anew, while people see to what is elsewhere', () => {
    expect(repairs(world(closed))).toEqual(['1600/b/dc1/r1/h1', '2500/b/dc1/r1/h2', '3400/a/dc1/r1/h1', '4300/a/dc1/r1/h2'])
    expect(repairs(world(closed, { servers: 4 }))).toEqual([
      '1500/b/dc1/r1/h1',
      '1500/b/dc1/r1/h2',
      '2900/a/dc1/r1/h1',
      '2900/a/dc1/r1/h2',
    ])
  })

  test('nobody is sent to what is about to be left', () => {
    // One begins in zone a, two go to zone b instead, and two to zone a when people may enter.
    expect(historyOf(world(closed)).rows('crew.begins')).toHaveLength(5)
  })

  test('it waits for the end of what keeps people out, and the rows say so', () => {
    const history = historyOf(world(closed, { servers: 4 }))
    expect(told(history, /^(site|crew.outside)/)).toEqual([
      '700 site.closed r/a/dc1',
      '700 crew.outside hands',
      '2000 site.opened r/a/dc1',
    ])
    const last = history.rows('host.repaired').at(-1)
    expect(history.whyOf(last?.row ?? 0)).toEqual([
      'host.repaired',
      'crew.begins',
      'site.opened',
      'fault.ended',
      'fault.started',
    ])
  })

  test('two reasons are over with the second', () => {
    const water = `${closed}, water: {kind: site-closed, target: {region: r}, at: 800s, lasts: 1h}`
    expect(repairs(world(water, { servers: 4 })).map(line => line.split('/')[0])).toEqual(['5300', '5300', '5300', '5300'])
  })

  test('machines run on', () => {
    const history = historyOf(
      world('fire: {kind: site-closed, target: {zone: b}, at: 0s}').replace(/broken: \{.*?\}, at: 10m\}, /, ''),
    )
    expect(history.rows(/^(host|rack|place)/)).toEqual([])
  })

  test('a chiller is not restarted, but what needs no hand on it is done', () => {
    const history = historyOf(
      world(
        'fire: {kind: site-closed, target: {zone: a}, at: 11m, lasts: 2h}, heat: {kind: cooling-loss, target: {zone: a}, at: 0s, lasts: 1m}',
        {
          more: `plans:
  book:
    kind: runbook
    at: {after: fire.start}
    via: others
    steps: {chiller: {kind: start, target: {zone: a, feed: cooling}}, shed: {kind: shut, target: {zone: b}}}`,
        },
      ),
    )
    expect(told(history, /^step.done/)).toEqual(['1560 step.done book/shed', `${660 + 7200 + 900} step.done book/chiller`])
  })
})
