/** Results of runs, for people and for machines. */

import { formatDuration, formatRate, formatRatio } from '../units/format.ts'
import type { Check } from '../verdicts/judge.ts'
import { packageVersion } from './files.ts'
import { type Console, coloured } from './output.ts'
import type { EngineFailure, Finished } from './simulate.ts'

/** One run as the object that `--json` prints. Seconds, bytes and ratios, unrounded. */
export function runObject({ scenario, seed, outcome, wall }: Finished): Record<string, unknown> {
  const { recording, events, fingerprint, checks, verdict } = outcome
  return {
    blackstart: packageVersion(),
    file: scenario.file,
    scenario: scenario.name,
    variant: scenario.variant,
    scenarioHash: scenario.hash,
    seed,
    horizon: scenario.run.horizon,
    events,
    rows: recording.rows.length,
    wall: Math.round(wall * 1000) / 1000,
    fingerprint,
    checks: checks.map(({ rows: _, ...check }) => check),
    metrics: Object.fromEntries(checks.map(({ id, value }) => [id, value])),
    verdict,
    notices: scenario.notices,
  }
}

/** A failure of the engine, for `--json`. */
export function failureObject({ scenario, seed, message }: EngineFailure): Record<string, unknown> {
  return {
    blackstart: packageVersion(),
    file: scenario.file,
    scenario: scenario.name,
    variant: scenario.variant,
    scenarioHash: scenario.hash,
    seed,
    error: message,
  }
}

/** How one check turned out, in one line. */
export function checkLine(console: Console, check: Check): string {
  const { id, metric, of, verdict, value, limit, should, outcome, unit } = check
  const colour = outcome === 'met' ? 'green' : outcome === 'unmet' ? 'red' : 'yellow'
  const on = of === null ? '' : ` of ${typeof of === 'string' ? of : JSON.stringify(of)}`
  const measured = value === null ? (verdict === 'vacuous' ? 'nothing to measure' : 'never') : quantity(value, unit)
  const asked = limit === null ? '' : `, asked ${limitText(check)}`
  const meant = should === 'pass' ? '' : ` (should ${should})`
  return `${coloured(console, colour, MARKS[outcome])} ${id}  ${verdict}${meant}  ${metric}${on}: ${measured}${asked}`
}

const MARKS = { met: '✓', unmet: '✗', open: '?', shown: '·' } as const

function limitText({ limit, unit }: Check): string {
  if (limit === null) return ''
  if (typeof limit === 'number') return quantity(limit, unit)
  return `${quantity(limit[0], unit)} to ${quantity(limit[1], unit)}`
}

/** A value in the metric's unit, with four or five digits that matter. */
export function quantity(value: number, unit: string): string {
  if (unit === 'flag') return value === 0 ? 'no' : 'yes'
  const short = Number(value.toPrecision(6))
  switch (unit) {
    case 'seconds':
      return formatDuration(short)
    case 'ratio':
      return formatRatio(short)
    case 'per-second':
      return formatRate(short)
    default:
      return String(short)
  }
}
