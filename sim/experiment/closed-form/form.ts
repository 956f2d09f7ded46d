/** What a closed form is: a value that theory gives for an expectation, what it takes for granted and what it leaves out. */
import type { Roster } from '../../scenario/roster.ts'
import type { Expectation, Sender } from '../../scenario/schema.ts'
import type { Text } from '../../units/fields.ts'
import type { Verdict } from '../../verdicts/judge.ts'

export type FormClass =
  | 'two-state'
  | 'k-of-n'
  | 'common-cause'
  | 'static-stability'
  | 'start-up'
  | 'boot-rounds'
  | 'boot-storm'
  | 'backlog-drain'
  | 'metastable'

/** Why a simulated value may differ from a closed form. */
export type Reason = 'capacity' | 'correlation' | 'dependencies' | 'detection' | 'one-run'

export interface ClosedForm {
  /** Id of the expectation. */
  readonly id: string
  readonly class: FormClass
  /** In the metric's unit; null where only a verdict can be predicted. */
  readonly value: number | null
  /** Where no value can be worked out, but on which side of the limit it lies. */
  readonly verdict: 'pass' | 'fail' | null
  readonly formula: Text
  readonly assumptions: readonly Text[]
  /** What the simulation has that the formula has not, the likeliest first. */
  readonly leavesOut: readonly Reason[]
}

/** What was simulated: of one run its value, of several their mean and its interval. */
export interface Simulated {
  readonly value: number | null
  readonly interval: readonly [number | null, number | null] | null
  readonly verdict: Verdict
}

/** Null: one run does not tell. */
export interface Comparison {
  readonly agrees: boolean | null
  readonly reason: Reason | null
}

/** The closed form of an expectation, whose id is known. */
export type Form = Omit<ClosedForm, 'id'>

export const text = (en: string, zh: string): Text => ({ en, zh })

/** Number of the one service that an expectation is about, itself or through a client; −1 when there is none. */
export function serviceMeant({ numberOf, parts }: Roster, { of }: Expectation): number {
  if (typeof of !== 'string') return -1
  return numberOf(parts.find(({ id }) => id === of)?.client.to ?? of)
}

/** Requests that are sent per second when most are, with full caches. */
export function peakOf({ rate, cache }: Sender): number {
  const issued = rate.kind === 'constant' ? rate.rate : rate.mean * rate.peak
  return issued - issued * (cache?.hit ?? 0)
}
