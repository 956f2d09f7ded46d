import { expect, test } from 'vitest'
import { z } from 'zod'
import { bytes, count, duration, law, moment, rate, ratio, selector, text, watts } from '../../sim/units/fields.ts'

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
  expect(law().safeParse({ weibull: {} }).success).toBe(false)
  expect(law().safeParse({ uniform: { min: '2m', max: '1m' } }).success).toBe(false)
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
