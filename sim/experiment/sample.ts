/**
 * The values that one expectation took in all replications of one variant, in their order, and what they say about it. Knows
 * nothing of seeds, workers or files.
 */
import type { MetricUnit } from '../metrics/define.ts'
import { metricNamed } from '../metrics/index.ts'
import type { Selector } from '../units/fields.ts'
import type { Ratio } from '../units/quantity.ts'
import { type Expectation, isJudged, type Outcome, outcomeOf, type Verdict, verdictOfInterval } from '../verdicts/judge.ts'
import { type Bound, boundOf, type Limits, limitsOf, shownLimit } from '../verdicts/limits.ts'
import { type Estimate, meanEstimate, quantileRanks, shareEstimate } from './interval.ts'
import type { Replication } from './replicate.ts'

/** A value and the interval that contains the true one with the stated confidence; null where it is endless. */
export interface Interval {
  readonly value: number
  readonly low: number | null
  readonly high: number | null
}

/** A quantile and its interval: null where it lies among the runs in which what was waited for never happened, or is open. */
export interface Quantile {
  readonly value: number | null
  readonly low: number | null
  readonly high: number | null
}

/** A run by which something can be shown. */
export interface Example {
  readonly replication: number
  readonly seed: string
}

/** What several runs say about one expectation. */
export interface CheckSummary {
  readonly id: string
  readonly metric: string
  readonly unit: MetricUnit
  readonly of: string | Selector | null
  readonly limit: number | readonly [number, number] | null
  readonly bound: Bound | null
  readonly should: 'pass' | 'fail' | 'miss'
  readonly line: number
  /**
   * What the limits are asked of. `mean`: its interval has to lie within them. `every`: each single run; so it is for yes and no,
   * for `equals`, and for a limit that a mean can only meet when every run does, such as at most 0.
   */
  readonly across: 'mean' | 'every'
  readonly verdict: Verdict
  readonly outcome: Outcome
  /** Runs that could be measured, those in which what was waited for never happened included. */
  readonly n: number
  /** Runs that could not: their window never occurred. */
  readonly vacuous: number
  /** Runs in which what was waited for never happened: longer than anything, so that there is no mean. */
  readonly never: number
  readonly mean: Interval | null
  readonly deviation: number | null
  readonly p10: Quantile | null
  readonly median: Quantile | null
  readonly p90: Quantile | null
  /** Share of the runs measured that pass by themselves. */
  readonly kept: Interval | null
  readonly failures: { readonly count: number; readonly first: readonly Example[] }
}

/** Runs named in which an expectation failed. */
const EXAMPLES = 5

/** Collects one expectation's values, in order of replications. */
export class Sample {
  /** By replication: Infinity when what was waited for never happened, NaN when there was nothing to measure. */
  readonly values: number[] = []
  readonly id: string
  readonly expectation: Expectation
  private readonly first: Example[] = []
  private failures = 0

  constructor(id: string, expectation: Expectation) {
    this.id = id
    this.expectation = expectation
  }

  add({ replication, seed }: Example, { value, verdict }: Pick<Replication['checks'][number], 'value' | 'verdict'>): void {
    this.values.push(value ?? (verdict === 'fail' ? Infinity : NaN))
    if (verdict !== 'fail') return
    this.failures++
    if (this.first.length < EXAMPLES) this.first.push({ replication, seed })
  }

  /** The mean so far, if there is one. `isCertain`: every replication had the very same history. */
  mean(confidence: Ratio, isCertain: boolean): Estimate | undefined {
    const measured = this.values.filter(value => !Number.isNaN(value))
    return meanOf(measured, this.unit, confidence, isCertain)
  }

  summary(confidence: Ratio, isCertain: boolean): CheckSummary {
    const { id, expectation, unit, failures, first } = this
    const measured = this.values.filter(value => !Number.isNaN(value))
    const n = measured.length
    const finite = measured.filter(value => value < Infinity)
    const limits = limitsOf(expectation, unit)
    const bound = boundOf(limits, expectation)
    const across = limits !== undefined && isOfEvery(limits, unit, bound) ? 'every' : 'mean'
    const mean = meanOf(measured, unit, confidence, isCertain)
    const verdict = verdictOf()
    const sorted = Float64Array.from(measured).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
    const quantile = (p: Ratio): Quantile | null => (n === 0 ? null : quantileOf(sorted, p, confidence))
    return {
      id,
      metric: expectation.metric,
      unit,
      of: expectation.of ?? null,
      limit: shownLimit(limits, expectation),
      bound,
      should: expectation.should,
      line: expectation.line,
      across,
      verdict,
      outcome: isJudged(expectation, limits) ? outcomeOf(verdict, expectation.should) : 'shown',
      n,
      vacuous: this.values.length - n,
      never: n - finite.length,
      mean: mean === undefined ? null : interval(mean),
      deviation: mean === undefined || n < 2 ? null : mean.error * Math.sqrt(n),
      p10: quantile(0.1),
      median: quantile(0.5),
      p90: quantile(0.9),
      kept: n === 0 || limits === undefined ? null : interval(shareEstimate(n - failures, n, confidence)),
      failures: { count: failures, first: [...first] },
    }

    function verdictOf(): Verdict {
      if (n === 0) return 'vacuous'
      if (finite.length < n) return 'fail' // what may never happen has no mean within any limit
      if (limits === undefined) return 'pass'
      if (across === 'every') return failures > 0 ? 'fail' : 'pass'
      return mean === undefined ? 'inconclusive' : verdictOfInterval([mean.low, mean.high], limits)
    }
  }

  /** Which values are the good ones; null without a limit on one side. */
  get better(): 'higher' | 'lower' | null {
    const bound = boundOf(limitsOf(this.expectation, this.unit), this.expectation)
    return bound === 'at-least' ? 'higher' : bound === 'at-most' ? 'lower' : null
  }

  get unit(): MetricUnit {
    const metric = metricNamed(this.expectation.metric)
    if (metric === undefined) throw new Error(`no metric ${this.expectation.metric}: the loader lets only known ones pass`)
    return metric.unit
  }
}

/**
 * The mean of what was measured: of yes and no, and of shares that are all 0 or 1, as a share of runs, for there Student's law
 * would be certain after a few runs that agree; never beyond what such values can be. None when something never happened.
 */
function meanOf(measured: readonly number[], unit: MetricUnit, confidence: Ratio, isCertain: boolean): Estimate | undefined {
  const n = measured.length
  if (n === 0 || measured.includes(Infinity)) return undefined
  const isBounded = (unit === 'ratio' || unit === 'flag') && measured.every(value => value >= 0 && value <= 1)
  if (isBounded && !isCertain && measured.every(value => value === 0 || value === 1)) {
    const hits = measured.filter(value => value === 1).length
    return shareEstimate(hits, n, confidence)
  }
  const { value, error, low, high } = meanEstimate(measured, confidence)
  const least = measured.every(one => one >= 0) ? 0 : -Infinity
  return { value, error, low: Math.max(low, least), high: isBounded ? Math.min(high, 1) : high }
}

function isOfEvery({ least, most }: Limits, unit: MetricUnit, bound: Bound | null): boolean {
  return unit === 'flag' || bound === 'equals' || most <= 0 || (unit === 'ratio' && least >= 1)
}

function quantileOf(sorted: ArrayLike<number>, p: Ratio, confidence: Ratio): Quantile {
  const ranks = quantileRanks(sorted.length, p, confidence)
  const at = (rank: number): number | null => (rank < 1 || rank > sorted.length ? null : orNull(sorted[rank - 1]))
  return { value: at(ranks.value), low: at(ranks.low), high: at(ranks.high) }
}

/** An estimate as plain data. */
export function interval({ value, low, high }: Estimate): Interval {
  return { value, low: orNull(low), high: orNull(high) }
}

function orNull(value: number): number | null {
  return Number.isFinite(value) ? value : null
}
