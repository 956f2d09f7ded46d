/** How answers of `blackstart sla` look: figures for machines, lines and columns for people. */
import { DAY } from '../../sla/months.ts'
import { formatRatio } from '../../units/format.ts'
import type { Ratio, Seconds } from '../../units/quantity.ts'
import type { Asked } from './asked.ts'
import type { SlaOption } from './options.ts'

/** What a question came to. */
export interface Answer {
  /** For `--json`: seconds and shares, unrounded. */
  readonly data: Readonly<Record<string, unknown>>
  readonly text: string
}

/** One question that may be asked. */
export interface Topic {
  readonly usage: string
  readonly help: string
  readonly options: readonly SlaOption[]
  /** Whether it reads a scenario, with the options for that. */
  readonly readsScenario?: true
  readonly answer: (asked: Asked) => Answer
}

/** Rows in columns, the first to the left and the others to the right unless told; a row of one cell is a line of its own. */
export function table(
  rows: readonly (readonly string[])[],
  isLeft: (column: number) => boolean = column => column === 0,
): string {
  const columns = rows.filter(row => row.length > 1)
  const widths = (columns[0] ?? []).map((_, at) => Math.max(...columns.map(row => row[at].length)))
  const line = (row: readonly string[]): string =>
    row.length === 1
      ? row[0]
      : row.map((cell, at) => (isLeft(at) ? cell.padEnd(widths[at]) : cell.padStart(widths[at]))).join('  ')
  return rows.map(row => line(row).trimEnd()).join('\n')
}

/** Names and values side by side, all to the left. */
export function list(rows: readonly (readonly string[])[]): string {
  return table(rows, () => true)
}

const PARTS: readonly (readonly [unit: string, seconds: number])[] = [
  ['d', DAY],
  ['h', 3600],
  ['min', 60],
]

/** A time to the millisecond, such as `4 min 19.2 s`. */
export function time(seconds: Seconds): string {
  if (seconds === Infinity) return 'for ever'
  let rest = seconds < 0.001 ? Number(seconds.toPrecision(3)) : Math.round(seconds * 1000) / 1000
  const words: string[] = []
  for (const [unit, size] of PARTS) {
    const amount = Math.floor(rest / size)
    if (amount === 0) continue
    words.push(`${amount} ${unit}`)
    rest = Math.round((rest - amount * size) * 1000) / 1000
  }
  if (rest > 0 || words.length === 0) words.push(`${rest} s`)
  return words.join(' ')
}

/** A share in percent, cut off after so many decimals and not rounded, so that what is below a threshold looks so. */
export function percent(share: Ratio, decimals = 5): string {
  const size = Number(`1e${decimals + 2}`)
  return formatRatio(Math.floor(Number((share * size).toPrecision(13))) / size)
}

/** A small share with the digits that matter. */
export function small(share: number): string {
  return share === 0 ? '0' : String(Number(share.toPrecision(6)))
}

/** Lines on an availability: what it is, what is missing, and what that comes to. */
export function availabilityLines(availability: Ratio, unavailability: Ratio): string[][] {
  return [
    ['availability', percent(availability, 9)],
    ['unavailability', small(unavailability)],
    ['down in 30 days', time(unavailability * 30 * DAY)],
    ['down in 365 days', time(unavailability * 365 * DAY)],
  ]
}
