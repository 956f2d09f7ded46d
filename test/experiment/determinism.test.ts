/** The check for determinism: silent on what is the same, and precise about what is not. */
import { describe, expect, test } from 'vitest'
import { main } from '../../sim/cli/main.ts'
import { checkDeterminism, EngineFailure } from '../../sim/cli/simulate.ts'
import { differenceInWords, firstDifference } from '../../sim/experiment/determinism.ts'
import { type RunOutcome, startRun } from '../../sim/experiment/run.ts'
import { rowKindNamed } from '../../sim/trace/row-kinds.ts'
import type { TraceColumns } from '../../sim/trace/trace.ts'
import { scenarioOf } from '../cloud.ts'

const scenario = scenarioOf(`
blackstart: 1
name: small
run: {seed: 3, horizon: 1h}
world: {r: {zones: [a, b], racks: 1, hosts: 2, tenants: 2}}
services: {web: {instances: 4, capacity: 100/s}}
clients: {users: {to: web, rate: 100/s}}
faults: {dark: {kind: power-loss, target: {zone: a}, at: 10m, lasts: 10m}}
`)
const outcome = startRun(scenario).complete()

/** A simulator that makes run number `which` (from 0) end as `spoil` says. */
function faulty(which: number, spoil: (outcome: RunOutcome) => RunOutcome) {
  let runs = 0
  return () => {
    const run = startRun(scenario)
    const isSpoilt = runs++ === which
    return {
      step: (events: number) => run.step(events),
      finish: () => (isSpoilt ? spoil(run.finish()) : run.finish()),
    }
  }
}

const withRows = ({ recording, ...rest }: RunOutcome, change: (rows: TraceColumns) => TraceColumns): RunOutcome => ({
  ...rest,
  recording: { ...recording, rows: change(recording.rows) },
})

/** The first row of a kind. */
const first = (kind: string): number => outcome.recording.rows.kind.indexOf(rowKindNamed(kind))

describe('a run made again and in slices', () => {
  test('is the same, draw by draw', () => {
    expect(firstDifference(outcome, () => startRun(scenario))).toBeUndefined()
    expect(outcome.draws.some(({ drawn }) => drawn.some(count => count > 0))).toBe(true)
  })

  test('a row that comes later is named, with its time, kind, subject and values', () => {
    const row = first('rack.dark')
    const late = faulty(0, made => {
      return withRows(made, rows => {
        rows.time[row] += 2
        return rows
      })
    })
    expect(firstDifference(outcome, late)).toEqual({
      run: 'made again',
      row,
      first: `600 s rack.dark of r/a/dc1/r1 (a 2, b 0, because of row ${outcome.recording.rows.cause[row]})`,
      other: `602 s rack.dark of r/a/dc1/r1 (a 2, b 0, because of row ${outcome.recording.rows.cause[row]})`,
    })
  })

  test.each(['kind', 'subject', 'cause', 'a', 'b'] as const)('another %s is seen, in slices too', column => {
    const row = first('host.up')
    const other = faulty(1, made =>
      withRows(made, rows => {
        rows[column][row]++
        return rows
      }),
    )
    expect(firstDifference(outcome, other)).toMatchObject({ run: 'made in slices', row })
  })

  test('rows that are missing are seen', () => {
    const shorter = faulty(0, made => withRows(made, rows => ({ ...rows, length: rows.length - 1 })))
    const difference = firstDifference(outcome, shorter)
    expect(difference).toMatchObject({ row: outcome.recording.rows.length - 1, other: 'no more rows' })
  })

  test('a draw more is seen when every row is the same', () => {
    const at = outcome.draws.findIndex(({ drawn }) => drawn.length > 1)
    const thirsty = faulty(0, made => {
      made.draws[at].drawn[1]++
      return made
    })
    const { purpose, drawn } = outcome.draws[at]
    expect(firstDifference(outcome, thirsty)).toEqual({
      run: 'made again',
      row: outcome.recording.rows.length,
      first: `${drawn[1]} draws for ${purpose} by number 1`,
      other: `${drawn[1] + 1} draws for ${purpose} by number 1`,
    })
  })

  test('another seed is another history', () => {
    const difference = firstDifference(outcome, () => startRun(scenario, { seed: '4' }))
    expect(difference && differenceInWords(difference)).toMatch(
      /^the run made again is not the same from row \d+ on: first [\d.]+ s .+ \(a .+\), then [\d.]+ s /,
    )
  })
})

test('the command line says so, and judges as always', async () => {
  let out = ''
  const append = (text: string): void => {
    out += text
  }
  const streams = { out: append, err: () => {}, isTerminal: false, hasColour: false }
  expect(await main(['run', '--check-determinism', 'scenarios/az-loss.yaml'], streams)).toBe(0)
  expect(out).toMatch(/, (\d+) rows, [^\n]+\ndeterministic: \1 rows three times\n$/)
  out = ''
  expect(await main(['run', '--json', '--check-determinism', 'scenarios/az-loss.yaml'], streams)).toBe(0)
  expect(JSON.parse(out)).toMatchObject({ verdict: 'pass', deterministic: true })
})

test('on the command line a difference is a failure of the engine', () => {
  const finished = { scenario, seed: '3', outcome, wall: 0 }
  expect(() => checkDeterminism(finished)).not.toThrow()
  const shorter = faulty(1, made => withRows(made, rows => ({ ...rows, length: 5 })))
  expect(() => checkDeterminism(finished, shorter)).toThrow(EngineFailure)
  expect(() => checkDeterminism(finished, shorter)).not.toThrow() // only its second run is spoilt
  expect(() =>
    checkDeterminism(
      finished,
      faulty(0, made => withRows(made, rows => ({ ...rows, length: 5 }))),
    ),
  ).toThrow(/^not deterministic: the run made again is not the same from row 5 on/)
})
