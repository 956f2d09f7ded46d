/** What must not matter does not: names, the scale of time, who else is running, and how often one has been back. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { startRun } from '../../sim/experiment/run.ts'
import { fingerprint } from '../../sim/trace/fingerprint.ts'
import type { OperandUnit } from '../../sim/trace/row-kinds.ts'
import { rowKinds } from '../../sim/trace/row-kinds.ts'
import type { Recording } from '../../sim/trace/trace.ts'
import { builtOf, scenarioOf } from '../cloud.ts'
import { constantScenario, constantWorlds, elasticWorlds } from './constant-worlds.ts'
import * as struck from './struck-worlds.ts'
import * as plain from './worlds.ts'

describe('where nothing is left to chance', () => {
  test('other names for places, machines, clients and faults change nothing but the names', () => {
    fc.assert(
      fc.property(constantWorlds, fc.constantFrom('q', 'some-', 'x9-'), (world, prefix) => {
        const { recording, events } = startRun(constantScenario(world)).complete()
        const renamed = startRun(constantScenario(world, { rename: name => prefix + name })).complete()
        // The names keep their order, so everybody keeps their number.
        expect(columnsOf(renamed.recording)).toEqual(columnsOf(recording))
        expect(renamed.events).toBe(events)
        expect(recording.rows.length).toBeGreaterThan(5)
      }),
      { numRuns: 40 },
    )
  })

  test('when everything takes twice as long, everything happens at twice the time, to the bit', () => {
    fc.assert(
      fc.property(elasticWorlds, fc.constantFrom(2, 4), (world, slower) => {
        const { recording, events } = startRun(constantScenario(world)).complete()
        const slow = startRun(constantScenario(world, { slower })).complete()
        expect(columnsOf(slow.recording)).toEqual(stretched(recording, slower))
        expect(slow.events).toBe(events)
      }),
      { numRuns: 40 },
    )
  })
})

/** The columns as text, which is quick to compare. */
function columnsOf({ rows: { time, kind, subject, cause, a, b } }: Recording): string[] {
  return [time, kind, subject, cause, a, b].map(column => column.join())
}

/** The columns of a recording in which everything takes `slower` times as long. */
function stretched({ rows, kinds, entities }: Recording, slower: number): string[] {
  const factor: Partial<Record<OperandUnit, number>> = { seconds: slower, 'per-second': 1 / slower }
  const operands = (column: Float64Array, of: 'a' | 'b') =>
    column.map((value, row) => value * (row === 0 ? 1 : (factor[kinds[rows.kind[row]][of]] ?? 1)))
  return columnsOf({
    rows: { ...rows, time: rows.time.map(time => time * slower), a: operands(rows.a, 'a'), b: operands(rows.b, 'b') },
    kinds,
    entities,
  })
}

test('two simulations that run in turns know nothing of each other', () => {
  fc.assert(
    fc.property(plain.worlds, struck.worlds, fc.integer({ min: 1, max: 30 }), (one, two, slice) => {
      const scenarios = [scenarioOf(plain.textOf(one)), scenarioOf(struck.textOf(two))]
      const alone = scenarios.map(scenario => startRun(scenario).complete().fingerprint)
      const runs = scenarios.map(scenario => startRun(scenario))
      while (runs.map(run => run.step(slice)).includes(false));
      expect(runs.map(run => run.finish().fingerprint)).toEqual(alone)
    }),
    { numRuns: 25 },
  )
})

test('going back to a moment twice, and to a later one between, gives the same history', () => {
  fc.assert(
    fc.property(struck.worlds, fc.tuple(fc.nat(struck.HORIZON), fc.nat(struck.HORIZON)), (world, moments) => {
      const [early, late] = moments.sort((a, b) => a - b)
      const { cloud } = builtOf(struck.textOf(world))
      const { sim, trace, entities } = cloud
      const toTheEnd = (): string => {
        sim.run(struck.HORIZON)
        return fingerprint({ rows: trace.columns(), kinds: rowKinds(), entities })
      }
      sim.run(early)
      const first = sim.snapshot()
      sim.run(late)
      const second = sim.snapshot()
      const straight = toTheEnd()
      sim.restore(first)
      sim.run(late) // its rows have to be there again before anyone goes on from then
      sim.restore(second)
      expect(toTheEnd()).toBe(straight)
      sim.restore(first)
      expect(toTheEnd()).toBe(straight)
    }),
    { numRuns: 25 },
  )
})

test('every attempt sent is refused, lost on the way, served in time, failed, late or waiting, at any moment', () => {
  fc.assert(
    fc.property(struck.worlds, fc.array(fc.nat(struck.HORIZON), { maxLength: 4 }), (world, moments) => {
      const { cloud } = builtOf(struck.textOf(world))
      for (const moment of [...moments, struck.HORIZON].sort((a, b) => a - b)) {
        cloud.sim.run(moment)
        for (let cell = 0; cell < cloud.cells.specs.length; cell++) {
          const counts = cloud.traffic.countsOf(cell)
          for (const count of Object.values(counts)) expect(count).toBeGreaterThanOrEqual(-1e-9 * Math.max(1, counts.sent))
          const { sent, refused, vanished, good, failed, late, waiting } = counts
          const known = refused + vanished + good + failed + late + waiting
          expect(Math.abs(sent - known)).toBeLessThanOrEqual(1e-9 * Math.max(1, sent))
        }
      }
    }),
    { numRuns: 60 },
  )
})
