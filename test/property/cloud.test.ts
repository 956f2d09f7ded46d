/** Properties of whole runs over generated worlds: what must not matter does not, and time adds up to the bit. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import { rowKinds } from '../../sim/trace/row-kinds.ts'
import { builtOf, History, historyOf } from '../cloud.ts'

interface World {
  readonly zones: number
  readonly racks: number
  readonly hosts: number
  readonly instances: number
  readonly load: number
  readonly seed: number
  readonly struck: number
  readonly at: number
  readonly lasts: number
}

const worlds: fc.Arbitrary<World> = fc.record({
  zones: fc.integer({ min: 2, max: 4 }),
  racks: fc.integer({ min: 1, max: 3 }),
  hosts: fc.integer({ min: 1, max: 4 }),
  instances: fc.integer({ min: 2, max: 8 }),
  load: fc.integer({ min: 10, max: 900 }),
  seed: fc.integer({ min: 0, max: 1e6 }),
  struck: fc.integer({ min: 0, max: 1 }),
  at: fc.integer({ min: 1, max: 3000 }),
  lasts: fc.integer({ min: 1, max: 3000 }),
})

function fileOf({ zones, racks, hosts, instances, load, seed, struck, at, lasts }: World) {
  return {
    blackstart: 1,
    name: 'generated',
    run: { seed, horizon: '2h' },
    world: { r: { zones: ['a', 'b', 'c', 'd'].slice(0, zones), racks, hosts, tenants: 3, boot: { slots: 2 } } },
    services: {
      web: {
        place: 'r',
        instances,
        spread: 'zone',
        capacity: '100/s',
        needs: { db: { fanout: 0.2 } },
        health: { every: '10s' },
      },
      db: { kind: 'database', primary: 'r/a', standby: 'r/b' },
      control: { kind: 'control-plane', place: 'r', instances: 2, spread: 'zone' },
    },
    clients: {
      users: { to: 'web', rate: `${load}/s`, timeout: '1s', retry: { attempts: 2 } },
      others: { asks: 'launch', via: 'control' },
    },
    faults: { dark: { kind: 'power-loss', target: { zone: ['a', 'b'][struck] }, at: `${at}s`, lasts: `${lasts}s` } },
  }
}

const textOf = (world: World): string => stringify(fileOf(world))

test('pausing changes nothing: a run in slices of a few events is the same run', () => {
  fc.assert(
    fc.property(worlds, fc.integer({ min: 1, max: 40 }), (world, slice) => {
      const { cloud } = builtOf(textOf(world))
      while (!cloud.sim.runSlice(7200, slice));
      const sliced = new History({ rows: cloud.trace.columns(), kinds: rowKinds(), entities: cloud.entities }, cloud.sim.events)
      expect(sliced.fingerprint).toBe(historyOf(textOf(world)).fingerprint)
    }),
    { numRuns: 25 },
  )
})

test('a snapshot taken anywhere, restored and continued gives the same history', () => {
  fc.assert(
    fc.property(worlds, fc.integer({ min: 1, max: 7000 }), (world, pause) => {
      const { cloud } = builtOf(textOf(world))
      cloud.sim.run(pause)
      const saved = cloud.sim.snapshot()
      cloud.sim.run(7200)
      const straight = new History({ rows: cloud.trace.columns(), kinds: rowKinds(), entities: cloud.entities }, 0).fingerprint
      cloud.sim.restore(saved)
      cloud.sim.run(7200)
      const again = new History({ rows: cloud.trace.columns(), kinds: rowKinds(), entities: cloud.entities }, 0).fingerprint
      expect(again).toBe(straight)
    }),
    { numRuns: 25 },
  )
})

test('the order of keys in a file changes nothing', () => {
  fc.assert(
    fc.property(worlds, world => {
      const reversed = (value: unknown): unknown =>
        typeof value !== 'object' || value === null || Array.isArray(value)
          ? value
          : Object.fromEntries(
              Object.entries(value)
                .reverse()
                .map(([key, inner]) => [key, reversed(inner)]),
            )
      expect(historyOf(stringify(reversed(fileOf(world)))).fingerprint).toBe(historyOf(textOf(world)).fingerprint)
    }),
    { numRuns: 15 },
  )
})

test('adding an unconnected region with hosts, services and a fault changes nobody else’s history', () => {
  fc.assert(
    fc.property(worlds, world => {
      const alone = fileOf(world)
      const joined = {
        ...alone,
        world: { ...alone.world, apart: { zones: ['x'], racks: 2, hosts: 2, tenants: 2 } },
        services: { ...alone.services, aside: { place: 'apart', instances: 2, spread: 'zone' } },
        faults: { ...alone.faults, elsewhere: { kind: 'power-loss', target: { zone: 'x' }, at: '20m', lasts: '5m' } },
      }
      const tell = (history: History): string[] =>
        history
          .rows(/./)
          .filter(({ of }) => !/^(apart|aside|elsewhere|others)/.test(of))
          .map(({ time, kind, of, a, b }) => `${time} ${kind} ${of} ${kind === 'instance.placed' ? '' : a} ${b}`)
      expect(tell(historyOf(stringify(joined)))).toEqual(tell(historyOf(stringify(alone))))
    }),
    { numRuns: 15 },
  )
})

test('up-time and down-time of every host add up to the horizon, to the bit', () => {
  fc.assert(
    fc.property(worlds, world => {
      const history = historyOf(textOf(world))
      const { entities } = history.recording
      for (const host of entities.all('host')) {
        const id = entities.id(host)
        const rack = entities.id(entities.parent(host))
        const turns = [...history.rows('rack.dark', rack), ...history.rows('host.up', id)].sort((x, y) => x.row - y.row)
        let up = 0
        let down = 0
        let since = 0
        let isUp = true
        for (const { time, kind } of turns) {
          if (isUp) up += time - since
          else down += time - since
          since = time
          isUp = kind === 'host.up'
        }
        if (isUp) up += 7200 - since
        else down += 7200 - since
        expect(up + down).toBe(7200)
      }
    }),
    { numRuns: 15 },
  )
})

test('causes come before their effects, in number and in time, and every chain ends at the start', () => {
  fc.assert(
    fc.property(worlds, world => {
      const { rows } = historyOf(textOf(world)).recording
      for (let row = 1; row < rows.length; row++) {
        expect(rows.cause[row]).toBeLessThan(row)
        expect(rows.time[rows.cause[row]]).toBeLessThanOrEqual(rows.time[row])
      }
    }),
    { numRuns: 25 },
  )
})
