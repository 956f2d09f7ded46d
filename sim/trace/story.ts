/**
 * Rows in words, in either language: the sentence comes with the row's kind, the numbers are written out here. No locale, so
 * that a story is the same everywhere.
 */
import type { OperandUnit } from './row-kinds.ts'
import type { Recording, RowId } from './trace.ts'

export type Language = 'en' | 'zh'

/** What a row says, such as `us-east-1/a/dc1/ups holds the load on stored energy, for 7 min 24 s as it is`. */
export function tell({ rows, kinds, entities }: Recording, row: RowId, language: Language): string {
  const kind = kinds[rows.kind[row]]
  if (kind === undefined) return START[language]
  return kind.says[language]
    .replace(/\{(subject|a|b)\}/g, (_, what: string) => {
      if (what === 'subject') return entities.id(rows.subject[row])
      const [value, unit] = what === 'a' ? [rows.a[row], kind.a] : [rows.b[row], kind.b]
      if (unit === 'entity') return value === 0 ? '' : entities.id(value)
      return operandInWords(value, unit, language)
    })
    .trimEnd()
}

const START = { en: 'the run begins', zh: '运行开始' }

/** An operand that is no entity, with its unit. */
function operandInWords(value: number, unit: Exclude<OperandUnit, 'entity'>, language: Language): string {
  switch (unit) {
    case 'seconds':
      return durationInWords(value, language)
    case 'ratio':
      return `${decimals(value * 100, 2)} %`
    case 'per-second':
      return language === 'zh' ? numberInWords(value) : `${numberInWords(value)}/s`
    case 'kW':
      return `${numberInWords(value)} kW`
    case 'count':
    case 'none':
      return numberInWords(value)
    default:
      return unit satisfies never
  }
}

const UNITS = {
  en: { d: ' d', h: ' h', min: ' min', s: ' s', ms: ' ms', us: ' µs' },
  zh: { d: ' 天', h: ' 小时', min: ' 分', s: ' 秒', ms: ' 毫秒', us: ' 微秒' },
} as const

/** A time in s, in its two largest units: `7 min 24 s`, `2 h 5 min`, `8.5 s`, `20 ms`, `175 µs`. */
export function durationInWords(seconds: number, language: Language): string {
  const unit = UNITS[language]
  if (seconds < 0) return `−${durationInWords(-seconds, language)}`
  if (seconds === Infinity) return language === 'zh' ? '永久' : 'ever'
  if (seconds === 0) return `0${unit.s}`
  if (seconds < 0.0009995) return `${decimals(seconds * 1e6, 0)}${unit.us}`
  if (seconds < 0.9995) return `${decimals(seconds * 1000, seconds < 0.00995 ? 1 : 0)}${unit.ms}`
  if (seconds < 59.95) return `${decimals(seconds, 1)}${unit.s}`
  if (seconds < 3599.5) return pair(Math.round(seconds), 60, unit.min, unit.s)
  if (seconds < 86_370) return pair(Math.round(seconds / 60), 60, unit.h, unit.min)
  return pair(Math.round(seconds / 3600), 24, unit.d, unit.h)
}

/** `total` smaller units as large ones and a rest, which is left out when there is none. */
function pair(total: number, size: number, large: string, small: string): string {
  const rest = total % size
  const whole = `${grouped(String((total - rest) / size))}${large}`
  return rest === 0 ? whole : `${whole} ${rest}${small}`
}

/** A number with its thousands grouped by narrow spaces, and decimals only where it is small: `12 000`, `3.46`, `0.012`. */
export function numberInWords(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞'
  const size = Math.abs(value)
  return decimals(value, size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : size >= 0.01 ? 3 : 6)
}

/** At most so many decimals, trailing zeros left out, thousands grouped. */
function decimals(value: number, most: number): string {
  const [whole, fraction = ''] = Math.abs(value).toFixed(most).split('.')
  const kept = fraction.replace(/0+$/, '')
  const text = kept === '' ? grouped(whole) : `${grouped(whole)}.${kept}`
  return value < 0 && text !== '0' ? `−${text}` : text
}

/** Digits in groups of three from the right, from five digits on. */
function grouped(digits: string): string {
  return digits.length < 5 ? digits : digits.replace(/\B(?=(\d{3})+$)/g, '\u202f')
}
