/**
 * Fields of scenario files: what may be written, the unit it is turned into, its default and where the default comes from. One
 * declaration serves the validator, the published schema, completion and `explain`. Knows no scenario.
 */
import { z } from 'zod'
import { formatBandwidth, formatBytes, formatDuration, formatLaw, formatRate, formatRatio, formatWatts } from './format.ts'
import { empirical, type Law, type Work } from './law.ts'
import {
  type Parsed,
  parseBandwidth,
  parseBytes,
  parseDuration,
  parseNumber,
  parseRate,
  parseRatio,
  parseWatts,
} from './parse.ts'

/** A text in both languages of the product. */
export interface Text {
  readonly en: string
  readonly zh: string
}

/** What is said about a field besides what it accepts. */
export interface FieldOptions<Value> {
  /** In the base unit: s, /s, W, B, a share of 1. */
  readonly default?: Value
  /** Where the default comes from; what is merely assumed says `assumed`. */
  readonly source?: string
  readonly about?: Text
}

/** What is known of a declared field, by its schema. */
export interface FieldInfo {
  /** What sort of value it is. */
  readonly type: string
  readonly about?: Text
  readonly source?: string
  /** The default as it would be written; absent without one. */
  readonly written?: string
  /** The JSON Schema of what may be written, where zod cannot know it. */
  readonly accepts?: Readonly<Record<string, unknown>>
  /** For ids: what they refer to; `new` for ids that are made here. */
  readonly refers?: string
}

const infos = z.registry<FieldInfo>()

/** What is known of a schema that one of the helpers made, if it is one. */
export function fieldInfo(schema: z.core.$ZodType): FieldInfo | undefined {
  return infos.get(schema)
}

/** A schema whose output is `Value` and which may be left out when it has a default. */
export type Field<Value> = z.ZodType<Value, unknown>
export type DefaultedField<Value> = z.ZodDefault<z.ZodType<Value, unknown>>

interface Kind<Value> {
  readonly type: string
  readonly parse: (input: unknown) => { ok: true; value: Value } | { ok: false; message: string; hint?: string }
  readonly format: (value: Value) => string | number
  readonly accepts: Readonly<Record<string, unknown>>
}

/** A field of one kind; the overloads of the helpers give it its types. */
function fieldOf<Value>(kind: Kind<Value>, options: FieldOptions<Value> = {}): Field<Value> {
  const schema = z.unknown().transform((input, context): Value => {
    const parsed = kind.parse(input)
    if (parsed.ok) return parsed.value
    const { message, hint } = parsed
    context.issues.push({ code: 'custom', message, input, params: hint === undefined ? {} : { hint } })
    return z.NEVER
  })
  return withDefault(schema, options, kind)
}

function withDefault<Value>(
  schema: Field<Value>,
  options: FieldOptions<Value>,
  kind: Omit<Kind<Value>, 'parse'>,
): Field<Value> {
  const { about, source } = options
  const own = { type: kind.type, accepts: kind.accepts, ...(about && { about }), ...(source !== undefined && { source }) }
  infos.add(schema, own)
  const value = options.default
  if (value === undefined) return schema
  const defaulted = schema.default(value as never)
  infos.add(defaulted, { ...own, written: String(kind.format(value)) })
  return defaulted as Field<Value>
}

interface QuantityOptions extends FieldOptions<number> {
  /** Whether zero is refused: for what is divided by, and for times between two of the same. */
  readonly isPositive?: true
  /** The least that is accepted: for times between two of the same, each of which costs work. */
  readonly min?: number
}

type NumberField = {
  (options: QuantityOptions & { readonly default: number }): DefaultedField<number>
  (options?: QuantityOptions): Field<number>
}

function quantity(
  type: string,
  parse: (input: unknown) => Parsed,
  format: (value: number) => string,
  pattern: string,
  example: string,
): NumberField {
  const kind: Kind<number> = { type, parse, format, accepts: { type: 'string', pattern, examples: [example] } }
  return (({ isPositive, min = 0, ...options }: QuantityOptions = {}) => {
    const bounded = (input: unknown): Parsed =>
      atLeast(min, isPositive ? aboveZero(parse(input), format) : parse(input), format)
    return fieldOf({ ...kind, parse: bounded }, options)
  }) as NumberField
}

function aboveZero(parsed: Parsed, format: (value: number) => string): Parsed {
  return parsed.ok && parsed.value === 0 ? { ok: false, message: `must be more than ${format(0)}` } : parsed
}

function atLeast(min: number, parsed: Parsed, format: (value: number) => string): Parsed {
  return parsed.ok && parsed.value < min ? { ok: false, message: `must be at least ${format(min)}` } : parsed
}

const DIGITS = '\\d+(\\.\\d+)?(e[+-]?\\d+)?'
const RATE_PATTERN = `^${DIGITS}\\s*/\\s*(ms|s|m|min|h|d|w|y)$`
const BYTES_PATTERN = `^${DIGITS}\\s*([kMGTP]?B|[KMGT]iB)$`
const BANDWIDTH_PATTERN = `^${DIGITS}\\s*([kMGT]?Bps|[kMGT]bps)$`
const TIME_PATTERN = `^(${DIGITS}\\s*(ns|us|ms|s|m|min|h|d|w|y)\\s*)+$`

/** A time such as `30m`, in seconds. */
export const duration = quantity('duration', parseDuration, formatDuration, TIME_PATTERN, '30m')

/** A time or the word `forever`, in seconds, `Infinity` for ever. */
export const durationOrForever = quantity(
  'duration',
  input => (input === 'forever' ? { ok: true, value: Infinity } : parseDuration(input)),
  formatDuration,
  `^(forever|(${DIGITS}\\s*(ns|us|ms|s|m|min|h|d|w|y)\\s*)+)$`,
  '30m',
)

/** A time or the word `by-hand`, in seconds, `Infinity` where only people do it. */
export const durationOrByHand = quantity(
  'duration',
  input => (input === 'by-hand' ? { ok: true, value: Infinity } : parseDuration(input)),
  formatDuration,
  `^(by-hand|(${DIGITS}\\s*(ns|us|ms|s|m|min|h|d|w|y)\\s*)+)$`,
  '30m',
)

/** A rate such as `450/s`, per second. */
export const rate = quantity('rate', parseRate, formatRate, RATE_PATTERN, '450/s')

/** A power such as `400kW`, in watts. */
export const watts = quantity('power', parseWatts, formatWatts, `^${DIGITS}\\s*(W|kW|MW|GW)$`, '400kW')

/** An amount of data such as `1GB`, in bytes. */
export const bytes = quantity('bytes', parseBytes, formatBytes, BYTES_PATTERN, '1GB')

/** A bandwidth such as `400MBps` or `10Gbps`, in bytes per second. */
export const bandwidth = quantity('bandwidth', parseBandwidth, formatBandwidth, BANDWIDTH_PATTERN, '400MBps')

const ratioKind: Kind<number> = {
  type: 'ratio',
  parse: parseRatio,
  format: formatRatio,
  accepts: {
    anyOf: [
      { type: 'string', pattern: `^${DIGITS}\\s*%?$` },
      { type: 'number', minimum: 0, maximum: 1 },
    ],
    examples: ['99.9%'],
  },
}

/** A share: `99.9%` or `0.999`, between 0 and 1. */
export const ratio = ((options?: FieldOptions<number>) => fieldOf(ratioKind, options)) as NumberField

type BoundedOptions = FieldOptions<number> & { readonly min?: number; readonly max?: number }
type BoundedField = {
  (options: BoundedOptions & { readonly default: number }): DefaultedField<number>
  (options?: BoundedOptions): Field<number>
}

function plain(type: 'count' | 'factor'): BoundedField {
  const whole = type === 'count'
  return (({ min = 0, max = whole ? 1e9 : 1e12, ...options }: BoundedOptions = {}) =>
    fieldOf(
      {
        type,
        parse: input => parseNumber(input, { whole, min, max }),
        format: value => value,
        accepts: { type: whole ? 'integer' : 'number', minimum: min, maximum: max },
      },
      options,
    )) as BoundedField
}

/** How many: a whole number, at least 0 unless told otherwise. */
export const count = plain('count')

/** A number without a unit that is neither a share nor a count, such as a coefficient of variation. */
export const factor = plain('factor')

/** A flag. */
export function flag(options: FieldOptions<boolean> & { readonly default: boolean }): DefaultedField<boolean> {
  return withDefault(z.boolean(), options, {
    type: 'flag',
    format: String,
    accepts: { type: 'boolean' },
  }) as DefaultedField<boolean>
}

/** One of some words. */
export function oneOf<const Word extends string>(
  words: readonly [Word, ...Word[]],
  options: FieldOptions<NoInfer<Word>> & { readonly default: NoInfer<Word> },
): DefaultedField<Word>
export function oneOf<const Word extends string>(
  words: readonly [Word, ...Word[]],
  options?: FieldOptions<NoInfer<Word>>,
): Field<Word>
export function oneOf<const Word extends string>(
  words: readonly [Word, ...Word[]],
  options: FieldOptions<Word> = {},
): Field<Word> {
  const schema: Field<Word> = z.enum(words) as unknown as Field<Word>
  return withDefault<Word>(schema, options, { type: 'word', format: String, accepts: { enum: [...words] } })
}

/** Shapes of Weibull laws: beyond these a draw would be 0 or endless, or as good as a constant. */
const SHAPE_MIN = 0.1
const SHAPE_MAX = 100

const timeAccepts = { type: 'string', pattern: TIME_PATTERN, examples: ['30m'] }
const timesAccepts = { type: 'array', items: timeAccepts, minItems: 1 }
const meanAccepts = { type: 'object', properties: { mean: timeAccepts }, required: ['mean'], additionalProperties: false }
const rangeAccepts = {
  anyOf: [
    {
      type: 'object',
      properties: { min: timeAccepts, max: timeAccepts },
      required: ['min', 'max'],
      additionalProperties: false,
    },
    { type: 'array', prefixItems: [timeAccepts, timeAccepts], minItems: 2, maxItems: 2 },
  ],
}
const weightsAccepts = { type: 'array', items: { type: 'number', minimum: 0 }, minItems: 1 }
const workAccepts = {
  type: 'object',
  properties: {
    amount: {
      anyOf: [
        { type: 'string', pattern: BYTES_PATTERN, examples: ['200TB'] },
        { type: 'number', minimum: 0 },
      ],
    },
    rate: {
      anyOf: [
        { type: 'string', pattern: BANDWIDTH_PATTERN, examples: ['40MBps'] },
        { type: 'string', pattern: RATE_PATTERN, examples: ['450/s'] },
      ],
    },
  },
  required: ['amount', 'rate'],
  additionalProperties: false,
}
const lawAccepts = {
  anyOf: [
    timeAccepts,
    {
      type: 'object',
      minProperties: 1,
      maxProperties: 1,
      additionalProperties: false,
      properties: {
        uniform: rangeAccepts,
        exponential: meanAccepts,
        exp: meanAccepts,
        lognormal: {
          type: 'object',
          properties: { mean: timeAccepts, cv: { type: 'number', minimum: 0 } },
          required: ['mean', 'cv'],
          additionalProperties: false,
        },
        weibull: {
          type: 'object',
          properties: {
            shape: { type: 'number', minimum: SHAPE_MIN, maximum: SHAPE_MAX },
            scale: timeAccepts,
            mean: timeAccepts,
          },
          oneOf: [{ required: ['shape', 'scale'] }, { required: ['shape', 'mean'] }],
          additionalProperties: false,
        },
        empirical: {
          type: 'object',
          properties: { values: timesAccepts, weights: weightsAccepts },
          required: ['values'],
          additionalProperties: false,
        },
        sequence: timesAccepts,
        work: workAccepts,
      },
    },
  ],
}

// What helps against typing errors is a strict shape and one sentence for each way of being wrong.
const lawShape = z
  .strictObject({
    uniform: z.unknown(),
    exponential: z.unknown(),
    exp: z.unknown(),
    lognormal: z.unknown(),
    weibull: z.unknown(),
    empirical: z.unknown(),
    sequence: z.unknown(),
    work: z.unknown(),
  })
  .partial()

const about = (en: string, zh: string): { about: Text } => ({ about: { en, zh } })
const meanTime = duration({ isPositive: true, ...about('expected value', '期望值') })

const uniformSchema = withDefault(
  z
    .union([
      z.strictObject({ min: duration(), max: duration() }),
      z.tuple([duration(), duration()]).transform(([min, max]) => ({ min, max })),
    ])
    .transform(({ min, max }, context): Law => {
      if (min <= max) return { kind: 'uniform', min, max }
      context.issues.push({ code: 'custom', message: 'min is more than max', input: min })
      return z.NEVER
    }),
  about('anything between {min, max}, or [min, max], all equally likely', '在 {min, max}（或 [min, max]）之间均匀分布'),
  { type: 'range', format: formatLaw, accepts: rangeAccepts },
)
const exponentialSchema = z.strictObject({ mean: meanTime }).transform(({ mean }): Law => ({ kind: 'exponential', mean }))
const lognormalSchema = z
  .strictObject({ mean: meanTime, cv: factor({ max: 1000, ...about('standard deviation ÷ mean', '标准差 ÷ 均值') }) })
  .transform(({ mean, cv }): Law => ({ kind: 'lognormal', mean, cv }))
const weibullSchema = z
  .strictObject({
    shape: factor({
      min: SHAPE_MIN,
      max: SHAPE_MAX,
      ...about('above 1 the end grows likelier with age, below 1 rarer', '大于 1 时越久越易结束，小于 1 时相反'),
    }),
    scale: duration({ isPositive: true, ...about('what 63.2 % stay below', '63.2 % 的取值小于它') }).optional(),
    mean: meanTime.optional(),
  })
  .transform(({ shape, scale, mean }, context): Law => {
    if (scale !== undefined && mean === undefined) return { kind: 'weibull', shape, scale }
    if (mean !== undefined && scale === undefined) return { kind: 'weibull', shape, mean }
    context.issues.push({ code: 'custom', message: 'needs either a scale or a mean', input: { scale, mean } })
    return z.NEVER
  })
function timeList(options: FieldOptions<number[]>): Field<number[]> {
  const format = (values: readonly number[]): string => `[${values.map(formatDuration).join(', ')}]`
  return withDefault<number[]>(z.array(duration()).min(1), options, { type: 'times', format, accepts: timesAccepts })
}
const empiricalSchema = z
  .strictObject({
    values: timeList(about('what was observed', '观测值')),
    weights: withDefault<number[]>(
      z.array(factor()),
      about('how often each was; equally often without', '各值的权重；省略时相等'),
      {
        type: 'factors',
        format: String,
        accepts: weightsAccepts,
      },
    ).optional(),
  })
  .transform(({ values, weights }, context): Law => {
    const complain = (message: string): never => {
      context.issues.push({ code: 'custom', message, input: weights, path: ['weights'] })
      return z.NEVER
    }
    if (weights === undefined) return empirical(values)
    if (weights.length !== values.length)
      return complain(`needs one weight for each value: ${weights.length} for ${values.length}`)
    return weights.some(weight => weight > 0) ? empirical(values, weights) : complain('needs a weight above 0')
  })
const sequenceSchema = timeList(
  about('these in this order, over and over, for each thing on its own', '按给定顺序循环取值，各对象各自从头开始'),
).transform((values): Law => ({ kind: 'sequence', values }))

/** An amount in bytes, or of things that are counted; and how much of it one can do in a second. */
const workSchema = z
  .strictObject({
    amount: fieldOf<{ of: Work['of']; amount: number }>(
      {
        type: 'amount',
        parse: input => {
          const of = typeof input === 'number' ? 'things' : 'bytes'
          const parsed = of === 'things' ? parseNumber(input, { max: 1e18 }) : parseBytes(input)
          return parsed.ok ? { ok: true, value: { of, amount: parsed.value } } : parsed
        },
        format: ({ of, amount }) => (of === 'bytes' ? formatBytes(amount) : amount),
        accepts: workAccepts.properties.amount,
      },
      about('how much there is: of data such as 200TB, or how many things', '总量：数据量（如 200TB）或件数'),
    ),
    rate: fieldOf<{ of: Work['of']; rate: number }>(
      {
        type: 'rate',
        parse: input => {
          const of = typeof input === 'string' && input.includes('/') ? 'things' : 'bytes'
          const parsed = of === 'things' ? parseRate(input) : parseBandwidth(input)
          if (parsed.ok && parsed.value === 0) return { ok: false, message: 'must be more than 0' }
          return parsed.ok ? { ok: true, value: { of, rate: parsed.value } } : parsed
        },
        format: ({ of, rate }) => (of === 'bytes' ? formatBandwidth(rate) : formatRate(rate)),
        accepts: workAccepts.properties.rate,
      },
      about('how much of it one can do: 40MBps of data, or 450/s of things', '单个执行者的速率：数据如 40MBps，件数如 450/s'),
    ),
  })
  .transform(({ amount: { of, amount }, rate }, context): Law => {
    if (rate.of === of) return { kind: 'work', of, amount, rate: rate.rate }
    const message = of === 'bytes' ? 'an amount of data needs a bandwidth such as 40MBps' : 'things need a rate such as 450/s'
    context.issues.push({ code: 'custom', message, input: rate.rate, path: ['rate'] })
    return z.NEVER
  })

/** What a law may be written as, besides a plain time: the name of each kind with its parameters. */
export const lawForms = {
  uniform: uniformSchema,
  exponential: exponentialSchema,
  lognormal: lognormalSchema,
  weibull: weibullSchema,
  empirical: empiricalSchema,
  sequence: sequenceSchema,
  work: workSchema,
}

const lawObject = lawShape.pipe(
  z
    .strictObject({ ...lawForms, exp: exponentialSchema })
    .partial()
    .transform((given, context): Law => {
      const named = Object.entries(given)
      const [first, second] = named
      if (first?.[1] !== undefined && second === undefined) return first[1]
      if (context.issues.length > 0) return z.NEVER // a misspelt law is no missing one
      const path = second === undefined ? [] : [second[0]] // on a key, or it would not be told from a misspelt time
      const message = second === undefined ? 'names no law' : `is a second law beside ${first[0]}`
      context.issues.push({ code: 'custom', message, input: given, path })
      return z.NEVER
    }),
)

/** A time that may be subject to chance: a plain time, or the law it follows, in seconds. */
export function law(options: FieldOptions<Law> & { readonly default: Law }): DefaultedField<Law>
export function law(options?: FieldOptions<Law>): Field<Law>
export function law(options: FieldOptions<Law> = {}): Field<Law> {
  const constant = duration().transform((value): Law => ({ kind: 'constant', value }))
  const schema: Field<Law> = z.union([constant, lawObject])
  return withDefault(schema, options, { type: 'law', format: formatLaw, accepts: lawAccepts })
}

const textAccepts = {
  anyOf: [
    { type: 'string' },
    {
      type: 'object',
      properties: { en: { type: 'string' }, zh: { type: 'string' } },
      minProperties: 1,
      additionalProperties: false,
    },
  ],
}

/** A text, the same in both languages or one for each; a language left out gets the other's. */
export function text(options: FieldOptions<Text> = {}): Field<Text> {
  const both = z
    .strictObject({ en: z.string().optional(), zh: z.string().optional() })
    .transform(({ en, zh }, context): Text => {
      const any = en ?? zh
      if (any !== undefined) return { en: en ?? any, zh: zh ?? any }
      context.issues.push({ code: 'custom', message: 'needs en or zh', input: {} })
      return z.NEVER
    })
  const schema: Field<Text> = z.union([z.string().transform((one): Text => ({ en: one, zh: one })), both])
  return withDefault(schema, options, { type: 'text', format: ({ en }) => en, accepts: textAccepts })
}

/** Letters, digits and hyphens, lower case. */
export const ID = /^[a-z0-9-]+$/

/** Keys of maps whose entries a fault or a variant may name. */
export const idKey = z.string().regex(ID, { error: 'ids are a-z, 0-9 and hyphens' })

export interface IdOptions extends FieldOptions<string> {
  /** What the id refers to: `service` unless told otherwise; `new` where the id is made. */
  readonly refers?: string
}

/** An id such as `shop-db`. In a plan it refers to a service. */
export function id({ refers = 'service', ...options }: IdOptions = {}): Field<string> {
  const schema = fieldOf<string>(
    {
      type: 'id',
      parse: input => {
        if (typeof input === 'string' && ID.test(input)) return { ok: true, value: input }
        if (input === undefined) return { ok: false, message: 'is missing', hint: 'needs an id' }
        const quotes = typeof input === 'number' ? `write "${input}"` : 'ids are a-z, 0-9 and hyphens'
        return { ok: false, message: `must be an id, got ${JSON.stringify(input)?.slice(0, 40)}`, hint: quotes }
      },
      format: String,
      accepts: { type: 'string', pattern: ID.source },
    },
    options,
  )
  const info = infos.get(schema)
  if (info !== undefined) infos.add(schema, { ...info, refers })
  return schema
}

/** What one of several of a kind is called, such as `1.7`: a text, or a number that is taken as it is written. */
export function version(options: FieldOptions<string> = {}): Field<string> {
  return fieldOf<string>(
    {
      type: 'version',
      parse: input =>
        (typeof input === 'string' && /^\S{1,40}$/.test(input)) || typeof input === 'number'
          ? { ok: true, value: String(input) }
          : { ok: false, message: 'must be a version', hint: 'such as "1.7"' },
      format: String,
      accepts: { anyOf: [{ type: 'string', pattern: '^\\S{1,40}$' }, { type: 'number' }], examples: ['1.7'] },
    },
    options,
  )
}

/** Kinds of things that a selector can pick, by the word it uses. */
export const SELECTABLE = [
  'region',
  'zone',
  'datacentre',
  'rack',
  'host',
  'feed',
  'queue',
  'link',
  'service',
  'cell',
  'instance',
  'client',
  'plan',
] as const
type SelectableKey = (typeof SELECTABLE)[number]

/** Which things are meant: keys AND, list values OR. `pick` below 1 is a share, from 1 on a count. */
export type Selector = { readonly [Key in SelectableKey | 'place']?: string | readonly string[] | undefined } & {
  /** The kind of thing picked, when it is not the narrowest kind named. */
  readonly of?: SelectableKey | undefined
  readonly pick?: number | undefined
  readonly except?: Selector | undefined
}

const name = z.string().min(1)
const names = z.union([name, z.array(name).min(1)])

const pick = fieldOf<number>({
  type: 'pick',
  parse: input => {
    if (typeof input === 'number' && input >= 1)
      return parseNumber(input, { whole: true, min: 1 }) as { ok: true; value: number }
    const share = parseRatio(input)
    if (!share.ok) return { ...share, hint: 'write a count such as 3 or a share such as 10%' }
    return share.value > 0 ? share : { ok: false, message: 'picks nothing' }
  },
  format: value => value,
  accepts: {
    anyOf: [
      { type: 'string', pattern: `^${DIGITS}\\s*%$` },
      { type: 'number', exclusiveMinimum: 0 },
    ],
  },
})
const everything = z.literal('100%').transform(() => undefined)

const namesByKey = Object.fromEntries([...SELECTABLE, 'place'].map(key => [key, names.optional()])) as Record<
  SelectableKey | 'place',
  z.ZodOptional<typeof names>
>
const plainSelector = z.strictObject({ ...namesByKey, of: z.enum(SELECTABLE).optional() })
const selectorSchema = plainSelector
  .extend({ pick: z.union([everything, pick]).optional(), except: plainSelector.optional() })
  .refine(given => Object.keys(given).some(key => key !== 'pick' && key !== 'except' && key !== 'of'), {
    error: 'names nothing: give a place, a service or another thing, such as {zone: a}',
  })

/** Which things are meant, such as `{zone: a, of: rack, pick: 10%}`. */
export function selector(options: FieldOptions<Selector> = {}): Field<Selector> {
  const schema = selectorSchema.clone() as unknown as Field<Selector>
  infos.add(schema, { type: 'selector', ...(options.about && { about: options.about }) })
  return schema
}

/** When something happens. */
export type Moment =
  | { readonly kind: 'time'; readonly time: number }
  /** `lose-a.end` or `lose-a`, which is its start; `delay` in s. */
  | { readonly kind: 'after'; readonly ref: string; readonly delay: number }
  /** At the first row of a kind, on one of the things selected. */
  | { readonly kind: 'when'; readonly row: string; readonly of?: Selector; readonly delay: number }

const delay = duration({ default: 0 })
const afterMoment = z.strictObject({ after: name, delay })
const whenMoment = z.strictObject({ when: z.strictObject({ row: name, of: selector().optional() }), delay })

/** A moment: `1h`, `{after: lose-a.end, delay: 5m}` or `{when: {row: ups.empty}}`. */
export function moment(options: FieldOptions<Moment> = {}): Field<Moment> {
  const schema = z.union([
    duration().transform((time): Moment => ({ kind: 'time', time })),
    afterMoment.transform((given): Moment => ({ kind: 'after', ref: given.after, delay: given.delay })),
    whenMoment.transform(({ when, ...given }): Moment => {
      const { row, of } = when
      return of === undefined ? { kind: 'when', row, delay: given.delay } : { kind: 'when', row, of, delay: given.delay }
    }),
  ])
  infos.add(schema, { type: 'moment', ...(options.about && { about: options.about }) })
  return schema as Field<Moment>
}
