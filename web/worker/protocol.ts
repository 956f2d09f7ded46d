/** All that ever crosses between the page and the simulation: plain data, types only. */

import type { ClosedForm, Comparison } from '../../sim/experiment/closed-form/index.ts'
import type { Recovery } from '../../sim/experiment/recovery-report.ts'
import type { Replication } from '../../sim/experiment/replicate.ts'
import type { Assignment, Progress as StudyProgress, StudyReport } from '../../sim/experiment/study.ts'
import type { Scenario } from '../../sim/scenario/schema.ts'
import type { EntityTable } from '../../sim/trace/entities.ts'
import type { RowKindInfo } from '../../sim/trace/row-kinds.ts'
import type { TraceColumns } from '../../sim/trace/trace.ts'

/** What theory says of an expectation, next to what was simulated. */
export type Theory = ClosedForm & Comparison
export type { FrontierRow } from '../../sim/experiment/frontier.ts'
export type { PairedCheck } from '../../sim/experiment/paired.ts'
export type { Milestone, Recovery, RecoveryHop, Saving } from '../../sim/experiment/recovery-report.ts'
export type { CheckSummary, Interval, Quantile } from '../../sim/experiment/sample.ts'
export type { PairReport, StudyReport, VariantReport } from '../../sim/experiment/study.ts'
export type { StudyProgress }

/** A text in both languages. */
export interface Text {
  readonly en: string
  readonly zh: string
}

/** A scenario that comes with the page. */
export interface ScenarioEntry {
  /** Path below `scenarios/`, such as `az-loss.yaml`. */
  readonly file: string
  readonly title: Text
  readonly variants: readonly VariantEntry[]
}

export interface VariantEntry {
  readonly name: string
  readonly title: Text
}

/** What to run: a scenario that comes with the page, or the text of a local file. */
export interface RunRequest {
  readonly file: string
  /** The text of a local file; null for one that comes with the page. */
  readonly text: string | null
  readonly variant: string | null
  /** Overrides the file's seed. */
  readonly seed: string | null
}

/** Something wrong with a file, and where. Lines and columns count from 1. */
export interface ProblemReport {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly path: string
  readonly message: string
  readonly hint?: string | undefined
}

export interface Progress {
  /** Simulated s. */
  readonly now: number
  readonly horizon: number
}

/** How an expectation turned out. Values are in base units: s, /s, shares, counts. */
export interface CheckReport {
  readonly id: string
  readonly metric: string
  readonly of: string
  readonly verdict: 'pass' | 'fail' | 'inconclusive' | 'vacuous'
  readonly should: 'pass' | 'fail' | 'miss'
  readonly value: number | null
  readonly comparator: 'at-least' | 'at-most' | 'equals' | 'between' | null
  readonly limit: number | readonly [number, number] | null
  readonly unit: 'seconds' | 'ratio' | 'per-second' | 'count' | 'flag'
  /** The moment that decided, s. */
  readonly at: number | null
  /** Whether it turned out as it should, did not, cannot be told, or is only shown. */
  readonly outcome: 'met' | 'unmet' | 'open' | 'shown'
  /** What was published about the incident that is replayed, in the same unit. */
  readonly published: number | null
  readonly because: Text | null
  /** Where the scenario falls in a class that can be worked out. */
  readonly theory: Theory | null
  readonly line: number
}

/** What of a data centre does not stand in the trace. Times in s. */
export interface DatacentreReport {
  readonly entity: number
  /** Other customers' instances on each host. */
  readonly tenants: number
  readonly begin: 'up' | 'dark'
  /** What a full store lasts at full load, how long it takes to fill, and the share that is full at the start. */
  readonly ups: { readonly store: number; readonly recharge: number; readonly charge: number }
}

/** What an agreement gives back for the month of a run, with the rest of the month up. */
export interface CreditReport {
  readonly service: string
  /** Of what the promise speaks. */
  readonly scope: 'region' | 'instance' | 'service'
  readonly product: string
  /** The uptime that is promised, a share of the month. */
  readonly promise: number
  /** Length of the month. */
  readonly days: number
  /** Shares of the month and of its bill. */
  readonly uptime: number
  readonly credit: number
  readonly because: Text | null
}

/** How a service is copied over the zones of a region: so many of them carry its peak. */
export interface CopiesReport {
  readonly service: string
  readonly zones: number
  readonly needed: number
}

/** A finished scenario in plain words and numbers. */
export interface ScenarioReport {
  readonly file: string
  readonly name: string
  readonly title: Text
  readonly question: Text | null
  readonly variant: string | null
  readonly variants: readonly VariantEntry[]
  readonly seed: string
  /** s */
  readonly horizon: number
  /** s */
  readonly warmup: number
  /** How long rates and latencies are counted before rows tell them, s. */
  readonly interval: number
  /** Calendar time at 0 s, such as `2012-06-29T19:24-07:00`. */
  readonly clock: string | null
  readonly datacentres: readonly DatacentreReport[]
  /** `isCalled`: clients send requests to it. */
  readonly services: readonly { readonly entity: number; readonly begin: 'up' | 'dark'; readonly isCalled: boolean }[]
  readonly notices: readonly string[]
}

/** A finished run. Its columns are moved, not copied. */
export interface FinishedRun {
  readonly kind: 'finished'
  readonly scenario: ScenarioReport
  readonly rows: TraceColumns
  readonly kinds: readonly RowKindInfo[]
  readonly entities: EntityTable
  readonly checks: readonly CheckReport[]
  readonly credits: readonly CreditReport[]
  readonly copies: readonly CopiesReport[]
  readonly fingerprint: string
  readonly events: number
  /** Real time it took, s. */
  readonly wall: number
}

/** Nothing to run: the file has problems, nothing of that name comes with the page, or the simulator broke. */
export type NoRun =
  | { readonly kind: 'wrong'; readonly problems: readonly ProblemReport[] }
  | { readonly kind: 'absent'; readonly file: string }
  | { readonly kind: 'broken'; readonly message: string }

export type RunReply = FinishedRun | NoRun | { readonly kind: 'cancelled' }

/** The way back from every strike of a run, in order of the strikes. */
export interface FinishedRecoveries {
  readonly kind: 'recovered'
  readonly recoveries: readonly Recovery[]
  /** How many strikes there were in all, should these not be all. */
  readonly strikes: number
}

export type RecoveriesReply = FinishedRecoveries | NoRun

/** Several runs of some variants; null is the file as written. */
export interface StudyRequest {
  readonly file: string
  readonly text: string | null
  readonly seed: string | null
  readonly variants: readonly (string | null)[]
  /** Of each variant. */
  readonly replications: number
  /** How many are made at a time. */
  readonly threads: number
}

/** How far a study is, and now and then what it says so far. */
export interface StudyNews {
  readonly progress: StudyProgress
  readonly report: StudyReport | null
}

export interface FinishedStudy {
  readonly kind: 'studied'
  /** Partial when it was stopped, or when something broke. */
  readonly report: StudyReport
  /** What theory says of each variant's expectations, in the order of variants. */
  readonly theories: readonly (readonly Theory[])[]
  /** What broke; null when nothing did. */
  readonly trouble: string | null
  /** Real time it took, s. */
  readonly wall: number
}

export type StudyReply = FinishedStudy | NoRun

/** What the worker offers. */
export interface SimulatorApi {
  catalogue(): readonly ScenarioEntry[]
  /** Loads and runs to the horizon, telling its progress about ten times a second. */
  run(request: RunRequest, onProgress: (progress: Progress) => void): Promise<RunReply>
  /** Ends the present run, if there is one, as `cancelled`. */
  cancel(): void
  /** Makes a run once more and reads the way back from each of its strikes; with `savings` also runs without each limit on it. */
  recoveries(request: RunRequest, savings: boolean): RecoveriesReply
  /** Makes several runs, in more threads. */
  study(request: StudyRequest, onNews: (news: StudyNews) => void): Promise<StudyReply>
  /** Ends the present study; what is done is reported. */
  stopStudy(): void
  /** Makes this thread one that replicates these scenarios. */
  prepare(scenarios: readonly Scenario[]): void
  replicate(assignment: Assignment): Replication
}

/** A local file may be this long, bytes; longer ones are refused before they are read. */
export const FILE_BYTES_MAX = 2_000_000
