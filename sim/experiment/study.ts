/**
 * Several runs of one scenario and its variants: which replications are still to be made, and what those that were made say.
 * Results are folded in the order of replications, whatever finished first, so that the report depends on nothing else. Knows
 * nothing of threads, clocks or files: whoever makes the replications asks for the `next` one and hands in its result.
 */

import { hashOf } from '../scenario/canonical.ts'
import type { Scenario } from '../scenario/schema.ts'
import type { Ratio } from '../units/quantity.ts'
import { overall, type Verdict } from '../verdicts/judge.ts'
import { type FrontierRow, frontierOf } from './frontier.ts'
import { type PairedCheck, pairedCheck } from './paired.ts'
import type { Replication } from './replicate.ts'
import { type CheckSummary, type Interval, interval, Sample } from './sample.ts'
import { type HalfWidth, isNarrow, nextLook } from './stopping.ts'

export interface Variant {
  /** Null for the file as written. */
  readonly name: string | null
  readonly scenario: Scenario
}

export interface StudyOptions {
  /** The first is what costs are counted against, and its seed is everyone's. */
  readonly variants: readonly Variant[]
  /** Of each variant: never more than `max`; never fewer than `min` unless it is stopped from outside. */
  readonly replications: { readonly max: number; readonly min: number }
  /** Stop as soon as the interval of this mean is as narrow in every variant that has it. */
  readonly halfWidth?: HalfWidth | undefined
  /** Of all intervals. */
  readonly confidence: Ratio
  /** Compare with this variant only, by its place in `variants`; every pair without it. */
  readonly baseline?: number | undefined
}

/** One replication to be made: of which variant, by its place. */
export interface Assignment {
  readonly variant: number
  readonly replication: number
}

/** How far a study is. */
export interface Progress {
  /** Replications that every variant has, and how many there may be. */
  readonly done: number
  readonly max: number
  /** Results handed in, of all variants, those that wait for an earlier one included. */
  readonly results: number
  /** The first variant's first expectation, or the one whose width is asked for. */
  readonly id: string | null
  readonly unit: CheckSummary['unit'] | null
  readonly mean: Interval | null
}

export interface VariantReport {
  readonly name: string | null
  readonly scenarioHash: string
  /** Of each run, s, and how much of it is left out of every metric. */
  readonly horizon: number
  readonly warmup: number
  /** Events handled in all replications. */
  readonly events: number
  /** Of all replications' fingerprints, in their order. */
  readonly fingerprint: string
  readonly checks: readonly CheckSummary[]
  readonly verdict: Verdict
}

/** Two variants, by name. */
export interface PairReport {
  readonly first: string | null
  readonly second: string | null
  readonly checks: readonly PairedCheck[]
}

/** What a study came to, as JSON prints it: the same bytes for the same replications. */
export interface StudyReport {
  readonly scenario: string
  readonly seed: string
  readonly confidence: Ratio
  /** Replications of each variant: as many as were folded, and as many as there might have been. */
  readonly replications: number
  readonly replicationsMax: number
  /** Whether it was stopped before it was done. */
  readonly partial: boolean
  /** The width asked for, and whether every interval is as narrow. */
  readonly halfWidth: (HalfWidth & { readonly reached: boolean }) | null
  readonly variants: readonly VariantReport[]
  readonly pairs: readonly PairReport[]
  readonly frontier: readonly FrontierRow[]
  readonly verdict: Verdict
  readonly exitCode: 0 | 1 | 2
}

export interface Study {
  /** What is to be run for each variant: its scenario, with the seed that all share. */
  readonly scenarios: readonly Scenario[]
  /** Whether nothing more is needed. */
  readonly isDone: boolean
  /** The next replication that nobody has been given nor handed in; undefined when there is none, or when it is done. */
  next(): Assignment | undefined
  /** Takes what `next` or a journal gave. What comes twice, or after the end, is dropped. */
  add(variant: number, result: Replication): void
  progress(): Progress
  report(): StudyReport
}

/** Begins a study. Throws RangeError for one that could never be done. */
export function createStudy(options: StudyOptions): Study {
  const { variants, replications, halfWidth, confidence, baseline } = options
  const { max, min } = replications
  if (variants.length === 0) throw new RangeError('a study needs a variant')
  if (!(Number.isInteger(max) && max >= 1)) throw new RangeError(`replications must be a whole number above 0, got ${max}`)
  if (!(Number.isInteger(min) && min >= 1 && min <= max)) throw new RangeError(`at least ${min} of at most ${max} replications`)
  if (!(confidence > 0 && confidence < 1)) throw new RangeError(`confidence must lie between 0 and 1, got ${confidence}`)
  if (halfWidth !== undefined && !(halfWidth.atMost > 0)) {
    throw new RangeError(`half a width must be above 0, got ${halfWidth.atMost}`)
  }

  const { seed } = variants[0].scenario.run
  const scenarios = variants.map(({ scenario }) => ({ ...scenario, run: { ...scenario.run, seed } }))
  const folds = scenarios.map(scenario => new Fold(scenario))
  /** Results that wait for their turn, by replication and variant. */
  const waiting = new Map<number, Row>()
  const taken = variants.map(() => new Set<number>())
  let done = 0
  let results = 0
  let look = nextLook(0, replications)
  let isNarrowEnough = false
  let place = 0

  function fold(): void {
    for (let row = waiting.get(done); row !== undefined && isWhole(row) && !isDone(); row = waiting.get(done)) {
      waiting.delete(done)
      for (let variant = 0; variant < row.length; variant++) folds[variant].add(row[variant])
      done++
      if (done < look) continue
      look = nextLook(done, replications)
      isNarrowEnough = halfWidth !== undefined && isNarrowNow(halfWidth)
    }
  }

  function isNarrowNow(asked: HalfWidth): boolean {
    const means = folds.flatMap(fold => (fold.has(asked.of) ? [fold.mean(asked.of, confidence)] : []))
    return means.length > 0 && means.every(mean => mean !== undefined && isNarrow(mean, asked))
  }

  const isWhole = (row: Row): row is Replication[] => row.every(result => result !== undefined)
  const isDone = (): boolean => done === max || isNarrowEnough

  return {
    scenarios,
    get isDone() {
      return isDone()
    },

    next() {
      if (isDone()) return undefined
      for (; place < max * variants.length; place++) {
        const assignment = { variant: place % variants.length, replication: Math.floor(place / variants.length) }
        const given = taken[assignment.variant]
        if (given.has(assignment.replication)) continue
        given.add(assignment.replication)
        return assignment
      }
      return undefined
    },

    add(variant, result) {
      const { replication } = result
      if (isDone() || replication < done || replication >= max) return
      const row = waiting.get(replication) ?? variants.map((): Replication | undefined => undefined)
      if (row[variant] !== undefined) return
      row[variant] = result
      waiting.set(replication, row)
      taken[variant].add(replication)
      results++
      fold()
    },

    progress() {
      const [first] = folds
      const id = halfWidth?.of ?? first.ids[0]
      const mean = id === undefined || !first.has(id) || done === 0 ? undefined : first.mean(id, confidence)
      return {
        done,
        max,
        results,
        id: id ?? null,
        unit: id === undefined ? null : first.unit(id),
        mean: mean === undefined ? null : interval(mean),
      }
    },

    report() {
      const reports = variants.map(({ name }, variant) => folds[variant].report(name, confidence))
      const pairs: PairReport[] = []
      for (let i = 0; i < variants.length; i++) {
        for (let j = i + 1; j < variants.length; j++) {
          if (baseline !== undefined && baseline !== i && baseline !== j) continue
          const [first, second] = baseline === j ? [j, i] : [i, j]
          pairs.push({
            first: variants[first].name,
            second: variants[second].name,
            checks: done === 0 ? [] : pairedChecks(folds[first], folds[second], confidence),
          })
        }
      }
      const all = reports.flatMap(({ checks }) => checks)
      return {
        scenario: variants[0].scenario.name,
        seed,
        confidence,
        replications: done,
        replicationsMax: max,
        partial: !isDone(),
        halfWidth: halfWidth === undefined ? null : { ...halfWidth, reached: done > 0 && isNarrowNow(halfWidth) },
        variants: reports,
        pairs,
        frontier: frontierOf(
          scenarios.map((scenario, variant) => ({ name: variants[variant].name, scenario, samples: folds[variant].samples })),
          reports,
          confidence,
        ),
        ...overall(all),
      }
    },
  }
}

/** Results of one replication, by variant. */
type Row = (Replication | undefined)[]

function pairedChecks(first: Fold, second: Fold, confidence: Ratio): PairedCheck[] {
  return first.samples.flatMap(sample => {
    const other = second.samples.find(
      ({ id, expectation }) => id === sample.id && expectation.metric === sample.expectation.metric,
    )
    return other === undefined ? [] : [pairedCheck(sample, other, confidence)]
  })
}

/** One variant's results, in order of replications. */
class Fold {
  readonly samples: readonly Sample[]
  private readonly scenario: Scenario
  private events = 0
  private fingerprint = ''
  private history: string | undefined
  /** Whether every replication had the very same history: then nothing is left to chance. */
  private isCertain = true
  private count = 0

  constructor(scenario: Scenario) {
    this.scenario = scenario
    this.samples = Object.keys(scenario.expect).map(id => new Sample(id, scenario.expect[id]))
  }

  get ids(): readonly string[] {
    return this.samples.map(({ id }) => id)
  }

  has(id: string): boolean {
    return Object.hasOwn(this.scenario.expect, id)
  }

  unit(id: string): CheckSummary['unit'] | null {
    return this.samples.find(sample => sample.id === id)?.unit ?? null
  }

  mean(id: string, confidence: Ratio): ReturnType<Sample['mean']> {
    return this.samples.find(sample => sample.id === id)?.mean(confidence, this.isCertain && this.count > 1)
  }

  add(result: Replication): void {
    this.count++
    this.events += result.events
    this.fingerprint = hashOf(this.fingerprint + result.fingerprint)
    this.history ??= result.fingerprint
    if (this.history !== result.fingerprint) this.isCertain = false
    this.samples.forEach((sample, i) => {
      const check = result.checks[i]
      if (check?.id !== sample.id) throw new Error(`replication ${result.replication} says nothing of ${sample.id}`)
      sample.add(result, check)
    })
  }

  report(name: string | null, confidence: Ratio): VariantReport {
    const { scenario, events, fingerprint, samples } = this
    const checks = samples.map(sample => sample.summary(confidence, this.isCertain && this.count > 1))
    const { horizon, warmup } = scenario.run
    return {
      name,
      scenarioHash: scenario.hash,
      horizon,
      warmup,
      events,
      fingerprint,
      checks,
      verdict: overall(checks).verdict,
    }
  }
}
