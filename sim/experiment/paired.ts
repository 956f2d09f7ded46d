/**
 * Two variants under common random numbers: replication i of both has the same seed, so what chance did to both of them cancels
 * in their difference. Source: Law, Simulation Modeling and Analysis (2015), 11.2.
 */
import type { MetricUnit } from '../metrics/define.ts'
import type { Ratio } from '../units/quantity.ts'
import { meanEstimate, shareEstimate } from './interval.ts'
import { type Interval, interval, type Sample } from './sample.ts'

/** What two variants say about one expectation that both have. */
export interface PairedCheck {
  readonly id: string
  readonly unit: MetricUnit
  /** Replications in which both could be measured. */
  readonly n: number
  /** Mean of second − first; null when in some replication what was waited for never happened. */
  readonly difference: Interval | null
  /** Between the two over the replications; null when one of them never varies. */
  readonly correlation: number | null
  /** Variance of the difference between independent runs ÷ that between these; null when these do not vary, or nothing does. */
  readonly varianceReduction: number | null
  /** Which side of the limit is the good one; null without such a limit. */
  readonly better: 'higher' | 'lower' | null
  /** Share of replications in which the second is the better one, and in which the first is; the rest are ties. */
  readonly secondBetter: Interval | null
  readonly firstBetter: Interval | null
}

/** Compares what two variants measured, replication by replication. */
export function pairedCheck(first: Sample, second: Sample, confidence: Ratio): PairedCheck {
  const pairs = first.values
    .map((value, replication) => [value, second.values[replication]] as const)
    .filter(([a, b]) => !Number.isNaN(a) && !Number.isNaN(b))
  const n = pairs.length
  const areFinite = n > 0 && pairs.every(([a, b]) => a < Infinity && b < Infinity)
  const { id, unit, better } = first
  const beats = (side: 0 | 1): Interval | null => {
    if (better === null || n === 0) return null
    const wins = pairs.filter(pair => (better === 'higher' ? pair[side] > pair[1 - side] : pair[side] < pair[1 - side])).length
    return interval(shareEstimate(wins, n, confidence))
  }
  return {
    id,
    unit,
    n,
    difference: areFinite ? interval(meanEstimate(pairs.map(differenceOf), confidence)) : null,
    ...(areFinite ? dependence(pairs) : { correlation: null, varianceReduction: null }),
    better,
    secondBetter: beats(1),
    firstBetter: beats(0),
  }
}

type Pair = readonly [first: number, second: number]

const differenceOf = ([a, b]: Pair): number => b - a

/** How much of chance two variants have in common. */
function dependence(pairs: readonly Pair[]): { correlation: number | null; varianceReduction: number | null } {
  const mean = (of: (pair: Pair) => number): number => pairs.reduce((sum, pair) => sum + of(pair), 0) / pairs.length
  const [a, b] = [mean(pair => pair[0]), mean(pair => pair[1])]
  const varianceA = mean(pair => (pair[0] - a) * (pair[0] - a))
  const varianceB = mean(pair => (pair[1] - b) * (pair[1] - b))
  const together = mean(pair => (pair[0] - a) * (pair[1] - b))
  const paired = mean(pair => (differenceOf(pair) - (b - a)) * (differenceOf(pair) - (b - a)))
  return {
    correlation: varianceA > 0 && varianceB > 0 ? together / Math.sqrt(varianceA * varianceB) : null,
    varianceReduction: paired > 0 ? (varianceA + varianceB) / paired : null,
  }
}
