/** Properties of whole runs over generated worlds: what must not matter does not, and time adds up to the bit. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import { rowKinds } from '../../sim/trace/row-kinds.ts'
import { builtOf, History, historyOf } from '../cloud.ts'
import { fileOf, textOf, worlds } from './worlds.ts'

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
