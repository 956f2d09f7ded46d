/**
 * Expectations judged on metrics: pass, fail, inconclusive or vacuous, with the value and what was asked of it. Knows one run,
 * or the interval that several gave; never how a metric comes about.
 */
import type { Measurement, MetricUnit, Run, World } from '../metrics/define.ts'
import { metricNamed } from '../metrics/index.ts'
import { measure, type Question, type Span } from '../metrics/measure.ts'
import type { Recording, RowId } from '../trace/trace.ts'
import type { Selector, Text } from '../units/fields.ts'
import { type Bound, boundOf, type Limits, limitsOf, shownLimit } from './limits.ts'

/** `inconclusive`: the interval straddles the limit. `vacuous`: there was nothing to measure. */
export type Verdict = 'pass' | 'fail' | 'inconclusive' | 'vacuous'

/** Whether a check turned out as it should (`met`, `unmet`), cannot be told (`open`), or is not judged at all (`shown`). */
export type Outcome = 'met' | 'unmet' | 'open' | 'shown'

/** What is expected, limits in the metric's unit; a metric's own parameters stand beside these by name. */
export interface Expectation extends Question {
  readonly metric: string
  readonly 'at-least'?: number | undefined
  readonly 'at-most'?: number | undefined
  readonly equals?: number | undefined
  readonly tolerance?: number | undefined
  readonly between?: readonly [number, number] | undefined
  /** `fail`: a promise that the scenario teaches to be broken. `miss`: a known miss of the model, shown and never red. */
  readonly should: 'pass' | 'fail' | 'miss'
  readonly because?: Text | undefined
  /** What a published value is: an input of the replay, an act of staff (an input too), or what has to come out. */
  readonly point?: 'cause' | 'staff' | 'output' | undefined
  readonly published?: number | undefined
  /** O the provider's own page, S a full summary of it, N a news report, M from memory and never judged. */
  readonly grade?: 'O' | 'S' | 'N' | 'M' | undefined
  readonly source?: string | undefined
  readonly fitted?: Text | undefined
  readonly line: number
}

/** One expectation and how it turned out. */
export interface Check {
  readonly id: string
  readonly metric: string
  readonly unit: MetricUnit
  /** Id, or the selector as it was read; null when the metric is of everything. */
  readonly of: string | Selector | null
  readonly verdict: Verdict
  /** In the metric's unit; null when vacuous or when what was waited for never happened. */
  readonly value: number | null
  /** Over several runs; null for one. */
  readonly interval: readonly [number, number] | null
  readonly limit: number | readonly [number, number] | null
  /** On which side of the limit the value has to be; null without one. */
  readonly bound: Bound | null
  readonly should: 'pass' | 'fail' | 'miss'
  /** Line of the expectation in its file. */
  readonly line: number
  /** The moment that decided it, s. */
  readonly at: number | null
  readonly outcome: Outcome
  readonly because?: Text
  readonly point?: 'cause' | 'staff' | 'output'
  readonly published?: number
  readonly grade?: 'O' | 'S' | 'N' | 'M'
  readonly source?: string
  readonly fitted?: Text
  /** Rows that show it. */
  readonly rows?: readonly RowId[]
}

/** Judges all expectations of a scenario on one run of it. */
export function judgeAll(
  scenario: { readonly expect: Readonly<Record<string, Expectation>>; readonly run: Span },
  recording: Recording,
  world: World,
): { checks: Check[]; verdict: Verdict; exitCode: 0 | 1 | 2 } {
  const run: Run = { ...recording, world }
  const checks = Object.keys(scenario.expect).map(id => judge(id, scenario.expect[id], run, scenario.run))
  return { checks, ...overall(checks) }
}

/** Measures and judges one expectation on one run. */
export function judge(id: string, expectation: Expectation, run: Run, span: Span): Check {
  const metric = metricNamed(expectation.metric)
  if (metric === undefined) throw new Error(`no metric ${expectation.metric}: the loader lets only known ones pass`)
  const answer = measure(run, metric, expectation, span)
  const limits = limitsOf(expectation, metric.unit)
  const verdict = verdictOf(answer, limits)
  const { of = null, should, line, point, published, grade, source, fitted } = expectation
  const because = expectation.because ?? answer.because
  return {
    id,
    metric: metric.name,
    unit: metric.unit,
    of,
    verdict,
    value: answer.value,
    interval: null,
    limit: shownLimit(limits, expectation),
    bound: boundOf(limits, expectation),
    should,
    line,
    at: answer.at,
    outcome: isJudged(expectation, limits) ? outcomeOf(verdict, should) : 'shown',
    ...(because && { because }),
    ...(point && { point }),
    ...(published !== undefined && { published }),
    ...(grade && { grade }),
    ...(source !== undefined && { source }),
    ...(fitted && { fitted }),
    ...(answer.rows && { rows: answer.rows }),
  }
}

/** Inputs of a replay and values from memory are shown beside the outputs, and judged by nobody. */
export function isJudged({ point, grade, should }: Expectation, limits: Limits | undefined): boolean {
  return limits !== undefined && should !== 'miss' && point !== 'cause' && point !== 'staff' && grade !== 'M'
}

export function outcomeOf(verdict: Verdict, should: 'pass' | 'fail' | 'miss'): Outcome {
  if (verdict !== 'pass' && verdict !== 'fail') return 'open'
  return verdict === should ? 'met' : 'unmet'
}

/** How a measured value stands to its limits. What never happened fails, whatever the limits. */
function verdictOf({ value, failed }: Measurement, limits: Limits | undefined): Verdict {
  if (failed === true) return 'fail'
  if (value === null) return 'vacuous'
  return limits === undefined || (value >= limits.least && value <= limits.most) ? 'pass' : 'fail'
}

/** How an interval stands to limits: within, outside, or across one of them. */
export function verdictOfInterval([low, high]: readonly [number, number], { least, most }: Limits): Verdict {
  if (low >= least && high <= most) return 'pass'
  if (high < least || low > most) return 'fail'
  return 'inconclusive'
}

/**
 * The verdict on a whole run, and the exit code: 1 when one check did not turn out as it should; else 2 when one could not be
 * told; else 0. What is only shown, and known misses, change nothing.
 */
export function overall(checks: readonly Pick<Check, 'verdict' | 'outcome'>[]): { verdict: Verdict; exitCode: 0 | 1 | 2 } {
  if (checks.some(({ outcome }) => outcome === 'unmet')) return { verdict: 'fail', exitCode: 1 }
  const open = checks.filter(({ outcome }) => outcome === 'open')
  if (open.some(({ verdict }) => verdict === 'inconclusive')) return { verdict: 'inconclusive', exitCode: 2 }
  return open.length > 0 ? { verdict: 'vacuous', exitCode: 2 } : { verdict: 'pass', exitCode: 0 }
}
