/** Values of several runs with what may lie around them, as people write them. */
import { formatLength, formatNumber } from './quantities.ts'
import { type Language, LOCALES } from './words.ts'

export type IntervalUnit = 'seconds' | 'ratio' | 'per-second' | 'count' | 'flag'

interface Given {
  readonly value: number
  readonly low: number | null
  readonly high: number | null
}

/** A value, and its interval in words that go beside it; the latter is empty where there is none or it has no width. */
export interface IntervalText {
  readonly value: string
  readonly around: string
}

/**
 * `99.953 %` and `± 0.004 %`, with as many decimals as tell two digits of the interval; `97.1 – 99.2 %` where the value is not in
 * the middle. A difference has its sign, and shares differ by points.
 */
export function formatInterval(
  { value, low, high }: Given,
  unit: IntervalUnit,
  language: Language,
  isDifference = false,
): IntervalText {
  const whole = low === null || high === null ? 0 : (high - low) / 2
  const isSeen = /[1-9]/.test(quantity(whole, whole, unit, language, isDifference))
  const half = isSeen ? whole : 0
  const shown = (of: number): string => quantity(of, half, unit, language, isDifference)
  const signed = (of: number): string => `${isDifference && of > 0 ? '+' : ''}${shown(of)}`.replace('-', '−')
  if (low === null || high === null || half === 0) return { value: signed(value), around: '' }
  const isInTheMiddle = Math.abs(high + low - 2 * value) <= 1e-6 * half
  return { value: signed(value), around: isInTheMiddle ? `± ${shown(half)}` : `${signed(low)} – ${signed(high)}` }
}

/** Decimals beyond which nobody reads a share, a rate or a count. */
const DECIMALS_MAX = 7

function quantity(value: number, half: number, unit: IntervalUnit, language: Language, isDifference: boolean): string {
  switch (unit) {
    case 'ratio':
    case 'flag': {
      const points = language === 'zh' ? ' 个百分点' : ' points'
      return `${rounded(value * 100, half * 100, language)}${isDifference ? points : ' %'}`
    }
    case 'seconds':
      return value < 0 ? `-${formatLength(-value, language)}` : formatLength(value, language)
    case 'per-second':
      return `${rounded(value, half, language)}${language === 'zh' ? ' /秒' : ' /s'}`
    case 'count':
      return rounded(value, half, language)
    default:
      return unit satisfies never
  }
}

function rounded(value: number, half: number, language: Language): string {
  if (half === 0) return formatNumber(value, language, value === 0 || Math.abs(value) >= 1 ? 4 : DECIMALS_MAX)
  const digits = Math.min(DECIMALS_MAX, Math.max(0, 1 - Math.floor(Math.log10(half))))
  return new Intl.NumberFormat(LOCALES[language], { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(
    value,
  )
}
