import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Simulation } from '../../sim/engine/simulation.ts'
import { createGrid } from '../../sim/models/power/grid.ts'
import { Entities } from '../../sim/trace/entities.ts'
import { rowKinds } from '../../sim/trace/row-kinds.ts'
import { causesOf, Trace } from '../../sim/trace/trace.ts'
import { historyOf } from '../cloud.ts'
import { told } from '../effects/told.ts'

interface Feed {
  from?: readonly string[]
  k?: number
  transfer?: number
}

/** Shared feeds by name, each with one line-up of its own; what was said of them and of the line-ups, in words. */
function fed(given: Readonly<Record<string, Feed>>) {
  const sim = new Simulation()
  const trace = new Trace()
  const entities = new Entities()
  const names = Object.keys(given)
  const said: string[] = []
  const grid = createGrid(
    sim,
    trace,
    names.map((name, line) => {
      const { from = [], k = from.length, transfer = 0 } = given[name]
      return { entity: entities.add('feed', name), from: from.map(one => names.indexOf(one)), k, transfer, lineups: [line] }
    }),
    {
      lose: line => said.push(`${names[line]} lost`),
      restore: line => said.push(`${names[line]} back`),
      sag: (line, duration) => said.push(`${names[line]} sags ${duration}`),
    },
  )
  const heard = () => said.splice(0)
  const at = (name: string) => names.indexOf(name)
  const live = () => names.filter((_, feed) => grid.isLive(feed))
  const rows = () =>
    Array.from(
      { length: trace.length - 1 },
      (_, i) => `${entities.id(trace.subject[i + 1])} ${rowKinds()[trace.kind[i + 1]].name}`,
    )
  return { grid, trace, entities, at, heard, live, rows }
}

const PLANT = {
  grid: {},
  'tx-1': { from: ['grid'] },
  'tx-2': { from: ['grid'] },
  bus: { from: ['tx-1', 'tx-2'], k: 1, transfer: 0.1 },
}

describe('shared feeds', () => {
  test('fall and return with what feeds them, and say why', () => {
    const { grid, at, heard, live, rows, trace, entities } = fed(PLANT)
    grid.lose(at('grid'), 0)
    expect(heard()).toEqual(['grid lost', 'tx-1 lost', 'tx-2 lost', 'bus lost'])
    expect(live()).toEqual([])
    grid.restore(at('grid'), 0)
    expect(heard()).toEqual(['grid back', 'tx-1 back', 'tx-2 back', 'bus back'])
    expect(rows().slice(0, 4)).toEqual(['grid grid.dark', 'tx-1 grid.dark', 'tx-2 grid.dark', 'bus grid.dark'])
    const chain = causesOf(trace.columns(), 4).map(row => entities.id(trace.subject[row]))
    expect([chain[0], chain.at(-1)]).toEqual(['bus', 'grid'])
  })

  test('that are on one of two move to the other when it goes, and stay there when it returns', () => {
    const { grid, at, heard } = fed(PLANT)
    grid.lose(at('tx-1'), 0)
    expect(heard()).toEqual(['tx-1 lost', 'bus sags 0.1'])
    grid.restore(at('tx-1'), 0)
    expect(heard()).toEqual(['tx-1 back'])
    grid.lose(at('tx-1'), 0)
    expect(heard()).toEqual(['tx-1 lost'])
    grid.lose(at('tx-2'), 0)
    expect(heard()).toEqual(['tx-2 lost', 'bus lost'])
    grid.restore(at('tx-1'), 0)
    expect(heard()).toEqual(['tx-1 back', 'bus back'])
  })

  test('in parallel notice nothing while enough are left', () => {
    const from = ['a', 'b', 'c']
    const { grid, at, heard } = fed({ a: {}, b: {}, c: {}, bus: { from, k: 2 } })
    grid.lose(at('a'), 0)
    expect(heard()).toEqual(['a lost'])
    grid.lose(at('c'), 0)
    expect(heard()).toEqual(['c lost', 'bus lost'])
    grid.restore(at('a'), 0)
    expect(heard()).toEqual(['a back', 'bus back'])
  })

  test('pass a sag on to what is on them, unless a switch below is quicker', () => {
    const { grid, at, heard } = fed({ ...PLANT, row: { from: ['bus', 'tx-2'], k: 1, transfer: 0.005 } })
    grid.sag(at('tx-1'), 0.05, 0)
    expect(heard()).toEqual(['tx-1 sags 0.05', 'bus sags 0.05', 'row sags 0.005']) // the row moves to tx-2, the bus would take longer
    grid.sag(at('tx-1'), 0.3, 0)
    expect(heard()).toEqual(['tx-1 sags 0.3', 'bus sags 0.1'])
    grid.sag(at('grid'), 0.3, 0)
    expect(heard()).toEqual(['grid sags 0.3', 'tx-1 sags 0.3', 'tx-2 sags 0.3', 'bus sags 0.3', 'row sags 0.3'])
  })

  test('count their own reasons, and return with the last', () => {
    const { grid, at, heard } = fed(PLANT)
    grid.lose(at('tx-1'), 0)
    grid.lose(at('tx-1'), 0)
    grid.restore(at('tx-1'), 0)
    expect(heard()).toEqual(['tx-1 lost', 'bus sags 0.1'])
    grid.restore(at('tx-1'), 0)
    expect(heard()).toEqual(['tx-1 back'])
    expect(() => grid.restore(at('tx-1'), 0)).toThrow('was not lost')
  })

  test('in a circle are refused', () => {
    expect(() => fed({ a: { from: ['b'] }, b: { from: ['a'] } })).toThrow('in a cycle')
  })

  test('are live as a plain recursion says they are, after any losses and returns in any order', () => {
    const feeds = fc.array(fc.record({ from: fc.array(fc.nat(20), { maxLength: 4 }), k: fc.integer({ min: 1, max: 3 }) }), {
      minLength: 1,
      maxLength: 12,
    })
    const deeds = fc.array(fc.nat(100), { maxLength: 40 })
    fc.assert(
      fc.property(feeds, deeds, (list, deeds) => {
        const plan: Record<string, Feed> = {}
        list.forEach(({ from, k }, i) => {
          const sources = [...new Set(from.filter(() => i > 0).map(one => `f${one % i}`))]
          plan[`f${i}`] = { from: sources, k: Math.min(k, sources.length), transfer: i % 2 }
        })
        const { grid, live, heard } = fed(plan)
        const off = new Set<number>()
        const isLive = (name: string): boolean => {
          const { from = [], k = 0 } = plan[name]
          return !off.has(Number(name.slice(1))) && from.filter(isLive).length >= k
        }
        const told = new Map<string, string>()
        for (const deed of deeds) {
          const feed = deed % list.length
          if (off.delete(feed)) grid.restore(feed, 0)
          else {
            off.add(feed)
            grid.lose(feed, 0)
          }
          expect(live()).toEqual(Object.keys(plan).filter(isLive))
          for (const [name, what] of heard().map(one => one.split(' '))) {
            if (what !== 'sags') expect(told.get(name) ?? 'back').not.toBe(what)
            if (what !== 'sags') told.set(name, what)
          }
        }
      }),
      { numRuns: 200 },
    )
  })
})

describe('a world on shared feeds', () => {
  const world = (more: string, faults: string) => `
blackstart: 1
name: shared
run: {seed: 1, horizon: 2h}
feeds:
  grid: {}
  tx-1: {from: grid}
  tx-2: {from: grid}
  bus: {from: [tx-1, tx-2], k: 1, transfer: 125ms}
world:
  r: {racks: 1, hosts: 1, tenants: 0, machine: plain, datacentres: 1, ${more}}
machines: {plain: {boot: 5m, on-power-return: {stuck: 0%, lost: 0%}}}
faults:
  ${faults}`
  const plain = `power: {from: tx-1, ups: {store: 1m}, generators: {units: 0, needed: 0}},
    zones: {a: {}, b: {power: {from: tx-2}}, c: {power: {from: bus}}}`

  test('loses the zones below a transformer, and why leads to it', () => {
    const history = historyOf(world(plain, 'gone: {kind: utility-loss, target: {feed: tx-1}, at: 10m, lasts: 10m}'))
    expect(told(history, /^(grid|utility|ups|feed)\./)).toEqual([
      '600 grid.dark tx-1',
      '600 utility.lost r/a/dc1/utility',
      '600 ups.holding r/a/dc1/ups',
      '600 grid.moved bus',
      '600 utility.sag r/c/dc1/utility',
      '600 utility.lost r/c/dc1/utility',
      '600 ups.holding r/c/dc1/ups',
      '600.125 utility.back r/c/dc1/utility',
      '600.125 ups.recharging r/c/dc1/ups',
      '606.375 ups.full r/c/dc1/ups',
      '660 ups.empty r/a/dc1/ups',
      '660 feed.dark r/a/dc1/distribution',
      '1200 grid.live tx-1',
      '1200 utility.back r/a/dc1/utility',
      '1200 ups.recharging r/a/dc1/ups',
      '1200 feed.live r/a/dc1/distribution',
      '4200 ups.full r/a/dc1/ups',
    ])
    expect(history.whyOf(history.rows('rack.dark')[0].row)).toEqual([
      'rack.dark',
      'feed.dark',
      'ups.empty',
      'ups.holding',
      'utility.lost',
      'grid.dark',
      'fault.started',
    ])
  })

  test('one feed for each line-up: a transformer takes one of two, and the hall lives on', () => {
    const two = `power: {from: [tx-1, tx-2], lineups: {units: 2}, ups: {store: 1m}, generators: {units: 0, needed: 0}}, zones: [a]`
    const history = historyOf(
      world(
        two,
        'one: {kind: utility-loss, target: {feed: tx-1}, at: 10m}\n  all: {kind: utility-loss, target: {feed: grid}, at: 30m}',
      ),
    )
    expect(told(history, /^(utility|ups|feed)\./)).toEqual([
      '600 utility.lost r/a/dc1/line-1/utility',
      '600 ups.holding r/a/dc1/line-1/ups',
      '720 ups.empty r/a/dc1/line-1/ups',
      '1800 utility.lost r/a/dc1/line-2/utility',
      '1800 ups.holding r/a/dc1/line-2/ups',
      '1860 ups.empty r/a/dc1/line-2/ups',
      '1860 feed.dark r/a/dc1/distribution',
    ])
  })

  test('names line-ups, and the links of one, as targets', () => {
    const two = `power: {lineups: {units: 2}, ups: {store: 1m}}, zones: [a]`
    const lost = (target: string) =>
      historyOf(world(two, `f: {kind: utility-loss, target: ${target}, at: 10m}`))
        .rows('utility.lost')
        .map(row => row.of)
    expect(lost('{datacentre: dc1, feed: line-2}')).toEqual(['r/a/dc1/line-2/utility'])
    expect(lost('{feed: line-1/utility}')).toEqual(['r/a/dc1/line-1/utility'])
    expect(lost('{zone: a, feed: utility}')).toEqual(['r/a/dc1/line-1/utility', 'r/a/dc1/line-2/utility'])
    expect(lost('{zone: a}')).toHaveLength(2)
  })
})
