/**
 * Whether a scenario gives one history: its run is compared, row by row and draw by draw, with the same run made again and with
 * one made in slices of a few events.
 */
import type { DrawCounts } from '../engine/random.ts'
import { type Recording, type RowId, sameRow } from '../trace/trace.ts'
import type { Run, RunOutcome } from './run.ts'

/** Where two runs that should be the same part. */
export interface Difference {
  /** How the run that differs was made. */
  readonly run: 'made again' | 'made in slices'
  /** The first row that is not the same; that of the end when all rows are, and only draws differ. */
  readonly row: RowId
  /** What stands there in the first run and in the other, in words. */
  readonly first: string
  readonly other: string
}

/** Events of a slice. */
const SLICE = 7

/** Makes a run twice more by `begin` and names the first difference from `outcome`, if there is one. */
export function firstDifference(outcome: RunOutcome, begin: () => Pick<Run, 'step' | 'finish'>): Difference | undefined {
  for (const [run, events] of [
    ['made again', Infinity],
    ['made in slices', SLICE],
  ] as const) {
    const other = begin()
    while (!other.step(events));
    const found = differenceOf(outcome, other.finish())
    if (found !== undefined) return { run, ...found }
  }
  return undefined
}

/** A difference as a sentence. */
export function differenceInWords({ run, row, first, other }: Difference): string {
  return `the run ${run} is not the same from row ${row} on: first ${first}, then ${other}`
}

function differenceOf(one: RunOutcome, two: RunOutcome): Omit<Difference, 'run'> | undefined {
  const [a, b] = [one.recording, two.recording]
  const end = Math.max(a.rows.length, b.rows.length)
  for (let row = 1; row < end; row++) {
    if (row >= a.rows.length || row >= b.rows.length || !sameRow(a, row, b, row)) {
      return { row, first: rowInWords(a, row), other: rowInWords(b, row) }
    }
  }
  const parted = drawsApart(one.draws, two.draws)
  return parted && { row: end, ...parted }
}

function drawsApart(one: readonly DrawCounts[], two: readonly DrawCounts[]): { first: string; other: string } | undefined {
  for (let i = 0; i < Math.max(one.length, two.length); i++) {
    const [a, b] = [one[i], two[i]]
    if (a === undefined || b === undefined || a.purpose !== b.purpose) {
      return { first: `a stream ${a?.purpose ?? 'less'}`, other: `a stream ${b?.purpose ?? 'less'}` }
    }
    const at = a.drawn.findIndex((drawn, individual) => drawn !== b.drawn[individual])
    if (at >= 0) return { first: drawsInWords(a, at), other: drawsInWords(b, at) }
  }
  return undefined
}

function drawsInWords({ purpose, drawn }: DrawCounts, individual: number): string {
  return `${drawn[individual]} draws for ${purpose} by number ${individual}`
}

/** One row with everything in it. */
function rowInWords({ rows, kinds, entities }: Recording, row: RowId): string {
  if (row >= rows.length) return 'no more rows'
  const kind = kinds[rows.kind[row]]
  const operand = (value: number, unit: string): string => (unit === 'entity' ? entities.id(value) : String(value))
  const subject = entities.id(rows.subject[row])
  const [a, b] = [operand(rows.a[row], kind.a), operand(rows.b[row], kind.b)]
  return `${rows.time[row]} s ${kind.name} of ${subject} (a ${a}, b ${b}, because of row ${rows.cause[row]})`
}
