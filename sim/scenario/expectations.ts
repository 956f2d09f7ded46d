/** Expectations as they are written: what is measured, on what, when, and what it should come to. Data, not a language. */
import { z } from 'zod'
import { metrics } from '../metrics/index.ts'
import { duration, type Moment, moment, oneOf, type Selector, selector, text } from '../units/fields.ts'
import { parseBytes, parseDuration, parseNumber, parseRate, parseRatio, parseWatts } from '../units/parse.ts'

/** A value with or without a unit, as a number in its base unit, and what sort of quantity it was written as. */
export interface Limit {
  readonly value: number
  readonly quantity: 'flag' | 'number' | 'ratio' | 'duration' | 'rate' | 'power' | 'bytes'
}

const READERS = [
  ['duration', parseDuration],
  ['rate', parseRate],
  ['ratio', parseRatio],
  ['power', parseWatts],
  ['bytes', parseBytes],
] as const

export const limitSchema = z.union([z.string(), z.number()]).transform((input, context): Limit => {
  if (typeof input === 'number') {
    const parsed = parseNumber(input, { min: -1e15, max: 1e15 })
    if (parsed.ok) return { value: parsed.value, quantity: 'number' }
    context.issues.push({ code: 'custom', message: parsed.message, input })
    return z.NEVER
  }
  for (const [quantity, read] of READERS) {
    const parsed = read(input)
    if (parsed.ok) return { value: parsed.value, quantity }
  }
  const negative = parseDuration(input)
  const message =
    !negative.ok && /negative|longer/.test(negative.message)
      ? negative.message
      : `cannot read "${input.slice(0, 40)}" as a value`
  context.issues.push({ code: 'custom', message, input, params: { hint: 'write 99.9%, 6m, 450/s or a number' } })
  return z.NEVER
})

const after = z.union([
  moment(),
  z
    .string()
    .min(1)
    .transform((ref): Moment => ({ kind: 'after', ref, delay: 0 })),
])
const of = z.union([z.string().min(1), selector()])

/** Keys that every expectation may have. */
const common = {
  of: of.optional().meta({ description: 'on what: an id, or a selector' }),
  after: after.optional().meta({ description: 'from when: a fault such as lose-a or lose-a.end, or a moment' }),
  delay: duration({ about: { en: 'from `after` to the start of the window', zh: '窗口起点的延迟' } }).optional(),
  for: duration({ isPositive: true, about: { en: 'length of the window', zh: '窗口长度' } }).optional(),
  'at-least': limitSchema.optional(),
  'at-most': limitSchema.optional(),
  equals: limitSchema.optional(),
  tolerance: limitSchema.optional().meta({ description: 'how far from `equals` is still equal' }),
  between: z
    .tuple([limitSchema, limitSchema])
    .refine(([least, most]) => least.value <= most.value, 'nothing lies between these: the first is above the second')
    .optional(),
  should: oneOf(['pass', 'fail', 'miss'], {
    default: 'pass',
    source: 'promises are to be kept',
    about: {
      en: 'pass; fail: a promise that this scenario teaches to be broken; miss: a known miss of the model',
      zh: 'pass：应达成；fail：本场景演示其被打破；miss：模型的已知偏差',
    },
  }),
  because: text({ about: { en: 'why', zh: '原因' } }).optional(),
  point: oneOf(['cause', 'staff', 'output'], {
    about: { en: 'what a published value is: put in, done by staff, or to come out', zh: '公开值的性质：原因、人员动作或输出' },
  }).optional(),
  published: limitSchema.optional().meta({ description: 'the value that was published' }),
  grade: oneOf(['O', 'S', 'N', 'M'], { about: { en: 'how the published value is known', zh: '公开值的可信等级' } }).optional(),
  source: z.string().optional().meta({ description: 'where the published value stands' }),
  fitted: text({ about: { en: 'inputs that were fitted to this very value', zh: '为此值拟合的输入' } }).optional(),
}

const byMetric = metrics.map(({ name, about, fields }) =>
  z.strictObject({ metric: z.literal(name).meta({ description: about.en }), ...common, ...fields }),
)

/** An expectation by its metric, which adds keys of its own. */
export const expectationSchema = z.discriminatedUnion('metric', byMetric as [(typeof byMetric)[number], ...typeof byMetric])

/** One expectation. Limits are in base units: s, /s, shares, W, B or plain numbers. */
export interface Expectation {
  readonly metric: string
  readonly of?: string | Selector | undefined
  readonly 'at-least'?: number | undefined
  readonly 'at-most'?: number | undefined
  readonly equals?: number | undefined
  readonly tolerance?: number | undefined
  readonly between?: readonly [number, number] | undefined
  readonly after?: Moment | undefined
  readonly delay?: number | undefined
  readonly for?: number | undefined
  readonly should: 'pass' | 'fail' | 'miss'
  readonly because?: { readonly en: string; readonly zh: string } | undefined
  readonly point?: 'cause' | 'staff' | 'output' | undefined
  readonly published?: number | undefined
  readonly grade?: 'O' | 'S' | 'N' | 'M' | undefined
  readonly source?: string | undefined
  readonly fitted?: { readonly en: string; readonly zh: string } | undefined
  /** Line of the expectation in its file. */
  readonly line: number
  /** The metric's own parameters. */
  readonly [param: string]: unknown
}

/** Keys that hold limits. */
export const LIMIT_KEYS = ['at-least', 'at-most', 'equals', 'tolerance', 'between', 'published'] as const

/** The expectation with its limits as plain numbers. */
export function plainExpectation(given: z.output<typeof expectationSchema>, line: number): Expectation {
  const { 'at-least': least, 'at-most': most, equals, tolerance, between, published, ...rest } = given
  return {
    ...rest,
    ...(least && { 'at-least': least.value }),
    ...(most && { 'at-most': most.value }),
    ...(equals && { equals: equals.value }),
    ...(tolerance && { tolerance: tolerance.value }),
    ...(between && { between: [between[0].value, between[1].value] as const }),
    ...(published && { published: published.value }),
    line,
  }
}
