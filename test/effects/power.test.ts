import { describe, expect, test } from 'vitest'
import { historyOf } from '../cloud.ts'
import { told } from './told.ts'

/** Two zones of two data centres of two racks of one host; hosts boot in 5 min. UPS 5 min, generators certain to start. */
const world = (faults: string, more = '', power = '') => `
blackstart: 1
name: power
run: {seed: 1, horizon: 2h}
world:
  r: {zones: [a, b], datacentres: 2, racks: 2, hosts: 1, machine: plain, tenants: 0, ${more}
    power: {generators: {start: {odds: 100%}}, ${power}}}
machines: {plain: {boot: 5m, on-power-return: {stuck: 0%, lost: 0%}}}
faults:
  ${faults}`

const racks = /^rack\./
const racksOf = (...names: string[]) => names.flatMap(name => [`${name}/r1`, `${name}/r2`])
const dark = (...names: string[]) => racksOf(...names).map(rack => `600 rack.dark ${rack}`)
const lit = (time: number, ...names: string[]) => racksOf(...names).map(rack => `${time} rack.energised ${rack}`)

describe('power-loss', () => {
  const loss = (target: string) => historyOf(world(`dark: {kind: power-loss, target: ${target}, at: 10m, lasts: 10m}`))

  test('of a region darkens every rack of it at once, and every host is back when it has booted', () => {
    const history = loss('{region: r}')
    const all = ['r/a/dc1', 'r/a/dc2', 'r/b/dc1', 'r/b/dc2']
    expect(told(history, racks)).toEqual([...dark(...all), ...lit(1200, ...all)])
    expect(history.rows('host.up').map(row => row.time)).toEqual(Array(8).fill(1500))
  })

  test('of a zone leaves the other zone alone', () => {
    expect(told(loss('{zone: a}'), racks)).toEqual([...dark('r/a/dc1', 'r/a/dc2'), ...lit(1200, 'r/a/dc1', 'r/a/dc2')])
  })

  test('of a data centre leaves its zone’s other one alone', () => {
    expect(told(loss('{datacentre: b/dc2}'), racks)).toEqual([...dark('r/b/dc2'), ...lit(1200, 'r/b/dc2')])
  })

  test('of a rack leaves the rack beside it alone', () => {
    const history = loss('{rack: a/dc1/r2}')
    expect(told(history, /^(rack|host)\./)).toEqual([
      '600 rack.dark r/a/dc1/r2',
      '1200 rack.energised r/a/dc1/r2',
      '1200 host.booting r/a/dc1/r2/h1',
      '1500 host.up r/a/dc1/r2/h1',
    ])
  })

  test('that overlap darken a rack once, until the last of them is over', () => {
    const history = historyOf(
      world(`rack: {kind: power-loss, target: {rack: a/dc1/r1}, at: 10m, lasts: 20m}
  hall: {kind: power-loss, target: {datacentre: a/dc1}, at: 15m, lasts: 10m}
  zone: {kind: power-loss, target: {zone: a}, at: 20m, lasts: 20m}`),
    )
    expect(told(history, racks)).toEqual([
      '600 rack.dark r/a/dc1/r1',
      '900 rack.dark r/a/dc1/r2',
      '1200 rack.dark r/a/dc2/r1',
      '1200 rack.dark r/a/dc2/r2',
      ...lit(2400, 'r/a/dc1', 'r/a/dc2'),
    ])
    expect(history.rows('host.up')).toHaveLength(4)
  })

  test('while a host boots takes it down again, and it boots from the start', () => {
    const history = historyOf(
      world(`first: {kind: power-loss, target: {rack: a/dc1/r1}, at: 10m, lasts: 1m}
  second: {kind: power-loss, target: {rack: a/dc1/r1}, at: 13m, lasts: 1m}`),
    )
    expect(history.rows('host.up').map(row => row.time)).toEqual([840 + 300])
  })
})

describe('utility-loss', () => {
  const storm = 'storm: {kind: utility-loss, target: {datacentre: a/dc1}, at: 10m, lasts: 10m}'

  test('is carried by generators, and nobody goes dark', () => {
    const history = historyOf(world(storm))
    expect(told(history, /^(utility|generators|transfer|rack)\./)).toEqual([
      '600 utility.lost r/a/dc1/utility',
      '601 generators.starting r/a/dc1/generators',
      '611 generators.started r/a/dc1/generators',
      '619 transfer.to-generators r/a/dc1/transfer',
      '619 generators.carrying r/a/dc1/generators',
      '1200 utility.back r/a/dc1/utility',
      '1800 transfer.to-utility r/a/dc1/transfer',
      '1800 generators.stopped r/a/dc1/generators',
    ])
  })

  test('aimed at a feed, a data centre, a zone or a region strikes the data centres fed', () => {
    const lost = (target: string) =>
      historyOf(world(`storm: {kind: utility-loss, target: ${target}, at: 10m}`))
        .rows('utility.lost')
        .map(row => row.of)
    expect(lost('{zone: b, feed: utility}')).toEqual(['r/b/dc1/utility', 'r/b/dc2/utility'])
    expect(lost('{zone: b}')).toEqual(['r/b/dc1/utility', 'r/b/dc2/utility'])
    expect(lost('{datacentre: a/dc2}')).toEqual(['r/a/dc2/utility'])
    expect(lost('{region: r}')).toHaveLength(4)
  })

  describe('with a generator-fault', () => {
    const withFault = (mode: string, when: string) =>
      historyOf(world(`${storm}\n  weak: {kind: generator-fault, mode: ${mode}, target: {zone: a}, ${when}}`))

    test.each(['start', 'synchronise', 'carry'])('of mode %s is dark when the store of 300 s is empty', mode => {
      const history = withFault(mode, 'at: 0s')
      expect(told(history, racks)).toEqual([
        ...['900 rack.dark r/a/dc1/r1', '900 rack.dark r/a/dc1/r2'],
        ...lit(1200, 'r/a/dc1'),
      ])
      expect(history.rows('generators.carrying')).toHaveLength(0)
      expect(history.rows('generators.started')).toHaveLength(mode === 'start' ? 0 : 1)
    })

    test('of mode run is dark when what is left in the store is used up', () => {
      const history = withFault('run', 'at: 700s')
      // 19 s were drawn until the generators carried, and 81 s of recharging gave 8.1 s back.
      expect(history.timeOf('rack.dark')).toBeCloseTo(700 + 300 - 19 + 8.1, 4)
      expect(history.timeOf('rack.energised')).toBe(1200)
    })

    test('that is lifted in time: they start, or take the load, after all', () => {
      const started = withFault('run', 'at: 700s, lasts: 100s')
      expect(started.rows('transfer.to-generators').map(row => row.time)).toEqual([619, 818])
      const carried = withFault('carry', 'at: 0s, lasts: 750s')
      expect(carried.rows('transfer.to-generators').map(row => row.time)).toEqual([758])
      expect([...started.rows('rack.dark'), ...carried.rows('rack.dark')]).toEqual([])
    })

    test('and a start by hand: they carry whatever is wrong with them', () => {
      const history = historyOf(
        world(`${storm}
  weak: {kind: generator-fault, mode: carry, target: {zone: a}, at: 0s}
  hands: {kind: start, target: {datacentre: a/dc1, feed: generators}, at: 700s}`),
      )
      expect(history.timeOf('transfer.to-generators')).toBe(708)
      expect(history.rows('rack.dark')).toHaveLength(0)
    })
  })
})

describe('utility-sag', () => {
  test('shorter than the switch takes to notice asks no generator, and costs stored energy', () => {
    const history = historyOf(world('dip: {kind: utility-sag, sags: 250ms, target: {datacentre: a/dc1}, at: 10m}'))
    expect(told(history, /^(utility|ups|generators|rack)\./)).toEqual([
      '600 utility.sag r/a/dc1/utility',
      '600 utility.lost r/a/dc1/utility',
      '600 ups.holding r/a/dc1/ups',
      '600.25 utility.back r/a/dc1/utility',
      '600.25 ups.recharging r/a/dc1/ups',
      '602.75 ups.full r/a/dc1/ups',
    ])
  })

  test('longer than that starts the generators, which stop unused', () => {
    const history = historyOf(world('dip: {kind: utility-sag, sags: 5s, target: {datacentre: a/dc1}, at: 10m}'))
    expect(told(history, /^(utility|generators|rack)\./)).toEqual([
      '600 utility.sag r/a/dc1/utility',
      '600 utility.lost r/a/dc1/utility',
      '601 generators.starting r/a/dc1/generators',
      '605 utility.back r/a/dc1/utility',
      '611 generators.started r/a/dc1/generators',
      '1205 generators.stopped r/a/dc1/generators',
    ])
  })

  test('without stored energy darkens every rack for as long as it lasts', () => {
    const history = historyOf(
      world('dip: {kind: utility-sag, sags: 250ms, target: {datacentre: a/dc1}, at: 10m}', '', 'ups: {store: 0s}'),
    )
    expect(told(history, racks)).toEqual([...dark('r/a/dc1'), ...lit(600.25, 'r/a/dc1')])
  })
})

describe('energise', () => {
  test('brings power to a place that began dark, one rack a step when the inrush limit allows no more', () => {
    // A rack of one host draws 500 W, and three times that when it starts.
    const history = historyOf(
      world(
        'power: {kind: energise, target: {datacentre: a/dc1}, at: 1m}',
        'begin: dark,',
        'distribution: {inrush-limit: 2kW, every: 20s}',
      ),
    )
    expect(told(history, /^(rack\.energised|host\.up)/)).toEqual([
      '60 rack.energised r/a/dc1/r1',
      '80 rack.energised r/a/dc1/r2',
      '360 host.up r/a/dc1/r1/h1',
      '380 host.up r/a/dc1/r2/h1',
    ])
  })

  test('does nothing to a place that has power, nor twice', () => {
    const lit = historyOf(world('power: {kind: energise, target: {zone: a}, at: 1m}'))
    expect(lit.rows(racks)).toHaveLength(0)
    const twice = historyOf(
      world(
        'one: {kind: energise, target: {zone: a}, at: 1m}\n  two: {kind: energise, target: {zone: a}, at: 2m}',
        'begin: dark,',
      ),
    )
    expect(twice.rows('rack.energised')).toHaveLength(4)
  })
})
