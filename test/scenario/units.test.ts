import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { topics } from '../../sim/scenario/catalogue.ts'
import { errorMap, findingsOf } from '../../sim/scenario/issues.ts'
import { publishedSchema } from '../../sim/scenario/json-schema.ts'
import { bytes, count, duration, law, moment, rate, ratio, selector, text, watts } from '../../sim/units/fields.ts'
import { formatLaw } from '../../sim/units/format.ts'
import { empirical } from '../../sim/units/law.ts'

const problem = (schema: z.ZodType, input: unknown): string => {
  const result = schema.safeParse(input)
  if (result.success) throw new Error(`accepted ${JSON.stringify(input)} as ${JSON.stringify(result.data)}`)
  const [issue] = result.error.issues
  const hint = issue.code === 'custom' ? issue.params?.hint : undefined
  return hint === undefined ? issue.message : `${issue.message} (${hint})`
}

test('quantities become base units', () => {
  expect(duration().parse('30m')).toBe(1800)
  expect(duration().parse('800ms')).toBe(0.8)
  expect(duration().parse('1h 30m')).toBe(5400)
  expect(duration().parse('5 min')).toBe(300)
  expect(rate().parse('450/s')).toBe(450)
  expect(rate().parse('200/min')).toBe(200 / 60)
  expect(ratio().parse('99.9%')).toBe(0.999)
  expect(ratio().parse(0.999)).toBe(0.999)
  expect(watts().parse('400kW')).toBe(400_000)
  expect(bytes().parse('1GB')).toBe(1e9)
  expect(bytes().parse('1KiB')).toBe(1024)
  expect(count().parse(3)).toBe(3)
})

test('defaults are in base units and may be left out', () => {
  const shape = z.strictObject({ lag: duration({ default: 60 }), share: ratio({ default: 0.3 }), takes: law().optional() })
  expect(shape.parse({})).toEqual({ lag: 60, share: 0.3 })
  const lag: number = shape.parse({ lag: '2s' }).lag
  expect(lag).toBe(2)
})

test('what is not a quantity is refused with what to write instead', () => {
  expect(problem(duration(), 30)).toBe('a time needs a unit, got 30 (write 30m)')
  expect(problem(duration(), '30')).toBe('a time needs a unit, got "30" (write 30m)')
  expect(problem(duration(), '-5m')).toBe('a time cannot be negative, got -5m')
  expect(problem(duration(), '5parsecs')).toBe('cannot read "5parsecs" as a time (units are ns, us, ms, s, m, min, h, d, w, y)')
  expect(problem(duration(), '1000000y')).toBe(
    '1000000y is longer than the clock can hold (the most is 2^33 s, which is 272 years)',
  )
  expect(problem(duration(), Number.NaN)).toBe('must be a finite number with a unit, got NaN')
  expect(problem(duration(), Infinity)).toBe('must be a finite number with a unit, got Infinity')
  expect(problem(duration(), ['1s'])).toBe('must be a time such as 30m, got a list')
  expect(problem(duration(), '1e400s')).toContain('longer than the clock')
  expect(problem(rate(), '1e400/s')).toBe('must be a finite number, got 1e400/s')
  expect(problem(rate(), '450')).toBe('a rate needs a unit, got "450" (write 450/s)')
  expect(problem(rate(), '5/toString')).toContain('cannot read')
  expect(problem(ratio(), 99.9)).toBe('a share must lie between 0% and 100%, got 99.9 (write 99.9%)')
  expect(problem(ratio(), Number.NaN)).toBe('a share must be a finite number, got NaN')
  expect(problem(count(), 1.5)).toBe('must be a whole number, got 1.5')
  expect(problem(count(), -1)).toBe('cannot be negative, got -1')
  expect(problem(watts(), 400)).toBe('a power needs a unit, got 400 (write 400W)')
})

test('laws', () => {
  expect(law().parse('45s')).toEqual({ kind: 'constant', value: 45 })
  expect(law().parse({ uniform: { min: '1m', max: '2m' } })).toEqual({ kind: 'uniform', min: 60, max: 120 })
  expect(law().parse({ uniform: ['1m', '2m'] })).toEqual({ kind: 'uniform', min: 60, max: 120 })
  expect(law().parse({ exp: { mean: '1s' } })).toEqual({ kind: 'exponential', mean: 1 })
  expect(law().parse({ lognormal: { mean: '45s', cv: 0.5 } })).toEqual({ kind: 'lognormal', mean: 45, cv: 0.5 })
  expect(law().parse({ weibull: { shape: 1.5, scale: '1h' } })).toEqual({ kind: 'weibull', shape: 1.5, scale: 3600 })
  expect(law().parse({ weibull: { shape: 0.7, mean: '8m' } })).toEqual({ kind: 'weibull', shape: 0.7, mean: 480 })
  expect(law().parse({ empirical: { values: ['5m', '1m'], weights: [1, 3] } })).toEqual(empirical([60, 300], [3, 1]))
  expect(law().parse({ empirical: { values: ['5m', '1m'] } })).toEqual(empirical([60, 300]))
  expect(law().parse({ sequence: ['5m', '1m', '2m'] })).toEqual({ kind: 'sequence', values: [300, 60, 120] })
  expect(law().parse({ work: { amount: '200TB', rate: '40MBps' } })).toEqual({
    kind: 'work',
    of: 'bytes',
    amount: 2e14,
    rate: 4e7,
  })
  expect(law().parse({ work: { amount: 2e12, rate: '600/min' } })).toEqual({
    kind: 'work',
    of: 'things',
    amount: 2e12,
    rate: 10,
  })
  expect(law().safeParse({ uniform: { min: '2m', max: '1m' } }).success).toBe(false)
})

test.each([
  ['90s'],
  ['{uniform: {min: 1m, max: 2m}}'],
  ['{exponential: {mean: 1500ms}}'],
  ['{lognormal: {mean: 45s, cv: 0.5}}'],
  ['{weibull: {shape: 1.5, scale: 1h}}'],
  ['{weibull: {shape: 0.7, mean: 800ms}}'],
  ['{empirical: {values: [1m, 5m], weights: [3, 1]}}'],
  ['{empirical: {values: [1m, 5m]}}'],
  ['{sequence: [5m, 1m, 2m]}'],
  ['{work: {amount: 200TB, rate: 40MBps}}'],
  ['{work: {amount: 2000000000000, rate: 450/s}}'],
])('%s reads back as it is written', written => {
  expect(formatLaw(law().parse(parse(written)))).toBe(written)
})

test.each([
  ['{weibul: {shape: 2, mean: 1m}}', 'weibul: unknown key (did you mean "weibull"?)'],
  ['{weibull: {shape: 2}}', 'weibull: needs either a scale or a mean'],
  ['{weibull: {shape: 2, mean: 1m, scale: 1m}}', 'weibull: needs either a scale or a mean'],
  ['{weibull: {mean: 1m}}', 'weibull.shape: is missing'],
  ['{weibull: {shape: 0, mean: 1m}}', 'weibull.shape: must be at least 0.1, got 0'],
  ['{weibull: {shape: 2, mean: 0s}}', 'weibull.mean: must be more than 0s'],
  ['{empirical: {values: [1m, 2m], weights: [1]}}', 'empirical.weights: needs one weight for each value: 1 for 2'],
  ['{empirical: {values: [1m], weights: [0]}}', 'empirical.weights: needs a weight above 0'],
  ['{work: {amount: 200TB}}', 'work.rate: is missing'],
  ['{work: {amount: 200TB, rate: 0MBps}}', 'work.rate: must be more than 0'],
  ['{work: {amount: 200TB, rate: 450/s}}', 'work.rate: an amount of data needs a bandwidth such as 40MBps'],
  ['{work: {amount: 3000, rate: 40MBps}}', 'work.rate: things need a rate such as 450/s'],
  ['{work: {amount: 200TB, rates: 40MBps}}', 'work.rates: unknown key (did you mean "rate"?)'],
  ['{empirical: {values: []}}', 'empirical.values: needs at least one'],
  ['{empirical: {value: [1m]}}', 'empirical.value: unknown key (did you mean "values"?)'],
  ['{sequence: [1m, 2]}', 'sequence.1: a time needs a unit, got 2 (write 2m)'],
  ['{sequence: []}', 'sequence: needs at least one'],
  ['{uniform: [2m, 1m]}', 'uniform: min is more than max'],
  ['{exponential: {mean: 0s}}', 'exponential.mean: must be more than 0s'],
  ['{exponential: {mean: 1m}, sequence: [1m]}', 'sequence: is a second law beside exponential'],
])('%s is refused: %s', (written, complaint) => {
  const result = z.strictObject({ takes: law() }).safeParse({ takes: parse(written) }, { error: errorMap })
  const [finding] = findingsOf(result.error?.issues ?? [], { takes: parse(written) })
  const { path, message, hint } = finding
  expect(`${path.slice(1).join('.')}: ${message}${hint === undefined || message === 'is missing' ? '' : ` (${hint})`}`).toBe(
    complaint,
  )
})

test('help and the published schema know every law', () => {
  const fields = topics().find(({ name }) => name === 'law')?.fields ?? []
  expect(fields.map(({ path }) => path)).toEqual([
    'uniform',
    'exponential.mean',
    'lognormal.mean',
    'lognormal.cv',
    'weibull.shape',
    'weibull.scale',
    'weibull.mean',
    'empirical.values',
    'empirical.weights',
    'sequence',
    'work.amount',
    'work.rate',
  ])
  expect(fields.filter(({ info }) => info.about === undefined)).toEqual([])
  const { law: published } = publishedSchema().$defs as { law: { anyOf: { properties?: object }[] } }
  expect(Object.keys(published.anyOf[1].properties ?? {})).toEqual([
    'uniform',
    'exponential',
    'exp',
    'lognormal',
    'weibull',
    'empirical',
    'sequence',
    'work',
  ])
})

test('moments and selectors', () => {
  expect(moment().parse('1h')).toEqual({ kind: 'time', time: 3600 })
  expect(moment().parse({ after: 'lose-a.end', delay: '5m' })).toEqual({ kind: 'after', ref: 'lose-a.end', delay: 300 })
  expect(moment().parse({ when: { row: 'ups.empty', of: { zone: 'a' } } })).toEqual({
    kind: 'when',
    row: 'ups.empty',
    of: { zone: 'a' },
    delay: 0,
  })
  expect(selector().parse({ zone: 'a', of: 'rack', pick: '10%' })).toEqual({ zone: 'a', of: 'rack', pick: 0.1 })
  expect(selector().parse({ zone: ['a', 'b'], pick: '100%', except: { rack: 'r1' } })).toEqual({
    zone: ['a', 'b'],
    pick: undefined,
    except: { rack: 'r1' },
  })
  expect(selector().parse({ zone: 'a', pick: 3 }).pick).toBe(3)
  expect(selector().safeParse({}).success).toBe(false)
  expect(selector().safeParse({ zome: 'a' }).success).toBe(false)
  expect(text().parse('hello')).toEqual({ en: 'hello', zh: 'hello' })
  expect(text().parse({ en: 'hello', zh: '你好' })).toEqual({ en: 'hello', zh: '你好' })
})
