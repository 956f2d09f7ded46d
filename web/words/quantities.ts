/** Times, rates and shares for people. Simulated time is `1:00:00`, with days in front once there are any. */
import { type Language, LOCALES } from './words.ts'

const formats = new Map<string, Intl.NumberFormat>()

/** A number with the language's separators and at most `digits` decimals. */
export function formatNumber(value: number, language: Language, digits = 0): string {
  const key = `${language}${digits}`
  let format = formats.get(key)
  if (format === undefined) {
    format = new Intl.NumberFormat(LOCALES[language], { maximumFractionDigits: digits })
    formats.set(key, format)
  }
  return format.format(value)
}

/** A moment of the run, in s, as `1:00:00` or `2d 01:00:00`; with `fine`, thousandths of a second where there are any. */
export function formatMoment(seconds: number, fine = false): string {
  const thousandths = fine ? Math.round(seconds * 1000) : Math.floor(seconds + 1e-6) * 1000
  const whole = Math.floor(thousandths / 1000)
  const days = Math.floor(whole / 86_400)
  const hours = Math.floor((whole % 86_400) / 3600)
  const minutes = pad(Math.floor((whole % 3600) / 60))
  const rest = thousandths % 1000
  const fraction = fine && rest > 0 ? `.${String(rest).padStart(3, '0')}` : ''
  const clock = `${days > 0 ? pad(hours) : hours}:${minutes}:${pad(whole % 60)}${fraction}`
  return days > 0 ? `${days}d ${clock}` : clock
}

/** Date and time at a moment, given what `2012-06-29T19:24-07:00` says for 0 s: `20:04 −07:00`, in the offset written. */
export function formatCalendar(clock: string, seconds: number): { readonly date: string; readonly time: string } {
  const match = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2}))?(Z|[+-]\d{2}:\d{2})?$/.exec(clock)
  if (match === null) return { date: '', time: '' }
  const [, year, month, day, hour, minute, second = '0', offset = ''] = match
  const start = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second))
  const then = new Date(start + Math.floor(seconds) * 1000)
  const zone = offset === '' ? '' : offset === 'Z' ? ' UTC' : ` ${offset.replace('-', '−')}`
  const date = `${then.getUTCFullYear()}-${pad(then.getUTCMonth() + 1)}-${pad(then.getUTCDate())}`
  return { date, time: `${pad(then.getUTCHours())}:${pad(then.getUTCMinutes())}${zone}` }
}

const UNITS = {
  en: { day: ' d', hour: ' h', minute: ' min', second: ' s', milli: ' ms', micro: ' µs', gap: ' ' },
  zh: { day: ' 天', hour: ' 小时', minute: ' 分', second: ' 秒', milli: ' 毫秒', micro: ' 微秒', gap: ' ' },
} as const

/** How long, in s: two units at most, such as `6 min 12 s`. */
export function formatLength(seconds: number, language: Language): string {
  const unit = UNITS[language]
  if (!Number.isFinite(seconds)) return '∞'
  if (seconds === 0) return `0${unit.second}`
  const fine = (value: number): string => formatNumber(value, language, value < 10 ? 1 : 0)
  if (seconds < 0.001) return `${fine(seconds * 1e6)}${unit.micro}`
  if (seconds < 1) return `${fine(seconds * 1000)}${unit.milli}`
  if (seconds < 10) return `${fine(seconds)}${unit.second}`
  const whole = Math.round(seconds)
  const two = (large: number, largeUnit: string, small: number, smallUnit: string): string =>
    small === 0 ? `${large}${largeUnit}` : `${large}${largeUnit}${unit.gap}${small}${smallUnit}`
  if (whole < 60) return `${whole}${unit.second}`
  if (whole < 3600) return two(Math.floor(whole / 60), unit.minute, whole % 60, unit.second)
  const minutes = Math.round(seconds / 60)
  if (minutes < 1440) return two(Math.floor(minutes / 60), unit.hour, minutes % 60, unit.minute)
  const hours = Math.round(seconds / 3600)
  return two(Math.floor(hours / 24), unit.day, hours % 24, unit.hour)
}

/** Beyond them there is nothing but the noise of arithmetic. */
const DECIMALS_MAX = 10

/** A share as a percentage, with as many decimals as it takes to see how far it is from all or nothing. */
export function formatShare(share: number, language: Language): string {
  const distance = Math.min(Math.abs(share), Math.abs(1 - share)) * 100
  const few = distance === 0 ? 0 : distance < 0.1 ? 3 : distance < 1 ? 2 : 1
  const digits =
    distance === 0 || distance >= 0.01 ? few : Math.min(DECIMALS_MAX, Math.max(4, Math.ceil(-Math.log10(distance))))
  return `${formatNumber(share * 100, language, digits)} %`
}

/** A rate, per second. */
export function formatRate(perSecond: number, language: Language): string {
  const digits = perSecond !== 0 && Math.abs(perSecond) < 10 ? 1 : 0
  return `${formatNumber(perSecond, language, digits)}${language === 'zh' ? ' /秒' : ' /s'}`
}

/** A size of a file, bytes. */
export function formatSize(bytes: number, language: Language): string {
  return bytes < 1e6 ? `${formatNumber(bytes / 1e3, language)} kB` : `${formatNumber(bytes / 1e6, language, 1)} MB`
}

function pad(value: number): string {
  return String(value).padStart(2, '0')
}
