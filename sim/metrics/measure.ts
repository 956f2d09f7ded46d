/** Measuring what an expectation asks for: whom, when, and then the metric itself. */
import type { z } from 'zod'
import type { EntityId } from '../trace/entities.ts'
import type { Moment, Selector, Text } from '../units/fields.ts'
import type { Seconds } from '../units/quantity.ts'
import type { Measurement, Metric, Run, Window } from './define.ts'
import { momentIn } from './moments.ts'
import { subjectsNamed } from './subjects.ts'

/** What is asked, in base units; a metric's own parameters stand beside these by name. */
export interface Question {
  readonly of?: string | Selector | undefined
  readonly after?: Moment | undefined
  /** From `after` to the start of the window, s. */
  readonly delay?: Seconds | undefined
  /** Length of the window, s. */
  readonly for?: Seconds | undefined
}

/** When the run is measured at all, s. */
export interface Span {
  readonly warmup: Seconds
  readonly horizon: Seconds
}

/** What came out; in words why nothing did. */
export type Answer = Measurement

/** Measures one thing. Vacuous when `after` never comes, or when `of` means nobody. */
export function measure(run: Run, metric: Metric, question: Question, { warmup, horizon }: Span): Answer {
  let of: readonly EntityId[] = []
  if (question.of !== undefined) {
    const subjects = subjectsNamed(run.entities, question.of, metric.subjects)
    if (!subjects.ok) return { value: null, at: null, because: subjects.because }
    of = subjects.of
  }
  let opens = metric.opens === 'start' ? 0 : warmup
  if (question.after !== undefined) {
    const moment = momentIn(run, question.after)
    if (moment === undefined || moment > horizon) return { value: null, at: null, because: NEVER }
    opens = moment
  }
  const from = opens + (question.delay ?? 0)
  if (from > horizon) return { value: null, at: null, because: NEVER }
  const to = question.for === undefined ? horizon : Math.min(horizon, from + question.for)
  const window: Window = { from, to }
  return metric.measure(run, { ...ownParams(metric, question), of } as never, window)
}

const NEVER: Text = { en: 'its window never occurred', zh: '其窗口从未出现' }

/** A metric's own parameters: what was asked, else their defaults. */
function ownParams({ fields }: Metric, question: Question): Record<string, unknown> {
  const given = question as Readonly<Record<string, unknown>>
  const params: Record<string, unknown> = {}
  for (const key of Object.keys(fields)) params[key] = given[key] ?? defaultOf(fields[key])
  return params
}

function defaultOf(schema: z.core.$ZodType): unknown {
  const parsed = (schema as z.ZodType).safeParse(undefined)
  return parsed.success ? parsed.data : undefined
}

/** What an expectation lacks, at one of its keys. */
export interface Complaint {
  readonly key: string
  readonly message: string
  readonly hint?: string
}

/** What a metric cannot do without though its schema lets it pass: of what, and from when. */
export function complaints(metric: Metric, given: Readonly<Record<string, unknown>>): Complaint[] {
  const found: Complaint[] = []
  const isGiven = (key: string): boolean => given[key] !== undefined && given[key] !== null
  if (!isGiven('of') && metric.ofIsOptional !== true) {
    const kinds = metric.subjects.length > 0 ? `a ${metric.subjects.join(', ')}` : 'an id or a selector'
    found.push({ key: 'of', message: `${metric.name} needs to know of what`, hint: `of: ${kinds}` })
  }
  if (!isGiven('after') && metric.needsAfter === true) {
    found.push({ key: 'after', message: `${metric.name} is counted from a moment`, hint: 'after: the id of a fault' })
  }
  return found
}
