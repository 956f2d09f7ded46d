/** Results of runs, for people and for machines. */

import type { MetricUnit } from '../metrics/define.ts'
import type { Scenario } from '../scenario/schema.ts'
import { durationInWords, numberInWords } from '../trace/story.ts'
import type { Check } from '../verdicts/judge.ts'
import { packageVersion } from './files.ts'
import { type Console, coloured } from './output.ts'
import type { EngineFailure, Finished } from './simulate.ts'

/** One run as the object that `--json` prints. Seconds, bytes and ratios, unrounded. */
export function runObject({ scenario, seed, outcome, wall }: Finished): Record<string, unknown> {
  const { recording, events, fingerprint, checks, verdict } = outcome
  return {
    ...identity(scenario, seed),
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
  return { ...identity(scenario, seed), error: message }
}

/** What is needed to see the same run again. */
function identity(scenario: Scenario, seed: string): Record<string, unknown> {
  return {
    blackstart: packageVersion(),
    file: scenario.file,
    scenario: scenario.name,
    variant: scenario.variant,
    scenarioHash: scenario.hash,
    seed,
  }
}

/** How one check turned out, in one line. */
export function checkLine(console: Console, check: Check): string {
  const { id, metric, of, verdict, value, should, outcome, unit, published } = check
  const colour = outcome === 'met' ? 'green' : outcome === 'unmet' ? 'red' : 'yellow'
  const on = of === null ? '' : ` of ${typeof of === 'string' ? of : JSON.stringify(of)}`
  const measured = value === null ? (verdict === 'vacuous' ? 'nothing to measure' : 'never') : quantity(value, unit)
  const meant = should === 'pass' ? '' : ` (should ${should})`
  const known = published === undefined ? '' : `, published ${quantity(published, unit)}`
  return `${coloured(console, colour, MARKS[outcome])} ${id}  ${verdict}${meant}  ${metric}${on}: ${measured}${askedText(check)}${known}`
}

const MARKS = { met: '✓', unmet: '✗', open: '?', shown: '·' } as const

const BOUNDS = { 'at-least': 'at least ', 'at-most': 'at most ', equals: 'exactly ', between: '' } as const

function askedText({ limit, bound, unit }: Check): string {
  if (limit === null || bound === null) return ''
  const asked = typeof limit === 'number' ? quantity(limit, unit) : `${quantity(limit[0], unit)} to ${quantity(limit[1], unit)}`
  return `, asked ${BOUNDS[bound]}${asked}`
}

/** A value in the metric's unit, in words. */
export function quantity(value: number, unit: MetricUnit): string {
  switch (unit) {
    case 'flag':
      return value === 0 ? 'no' : 'yes'
    case 'seconds':
      return durationInWords(value, 'en')
    case 'ratio':
      return `${Number((value * 100).toPrecision(6))} %`
    case 'per-second':
      return `${numberInWords(value)}/s`
    case 'count':
      return numberInWords(value)
    default:
      return unit satisfies never
  }
}
