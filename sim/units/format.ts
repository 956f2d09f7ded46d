/** Quantities for people: the shortest way to write one that reads back as the same value. No locale. */
import type { Law } from './law.ts'

const TIMES: readonly (readonly [name: string, seconds: number])[] = [
  ['d', 86_400],
  ['h', 3600],
  ['m', 60],
  ['s', 1],
  ['ms', 0.001],
]

/** Seconds as `30m`, `1.5s` or `800ms`. */
export function formatDuration(seconds: number): string {
  if (seconds === Infinity) return 'forever'
  if (seconds === 0) return '0s'
  for (const [name, size] of TIMES) {
    const amount = size < 1 ? Number((seconds * 1000).toPrecision(12)) : seconds / size
    if (Number.isInteger(amount) && amount !== 0) return `${amount}${name}`
  }
  return seconds < 1 ? `${Number((seconds * 1000).toPrecision(12))}ms` : `${seconds}s`
}

/** A share as `99.9%`. */
export function formatRatio(ratio: number): string {
  return `${Number((ratio * 100).toPrecision(12))}%`
}

/** A rate per second as `450/s`, `200/min` or `2/h`, whichever is whole. */
export function formatRate(perSecond: number): string {
  if (Number.isInteger(perSecond)) return `${perSecond}/s`
  const perMinute = Number((perSecond * 60).toPrecision(12))
  if (Number.isInteger(perMinute)) return `${perMinute}/min`
  const perHour = Number((perSecond * 3600).toPrecision(12))
  return Number.isInteger(perHour) ? `${perHour}/h` : `${perSecond}/s`
}

/** Watts as `400kW`. */
export function formatWatts(watts: number): string {
  if (watts >= 1e6 && Number.isInteger(watts / 1e5)) return `${watts / 1e6}MW`
  return watts >= 1e3 && Number.isInteger(watts / 100) ? `${watts / 1e3}kW` : `${watts}W`
}

/** Bytes as `1GB`. */
export function formatBytes(bytes: number): string {
  const names = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']
  let size = bytes
  let name = 0
  while (size >= 1000 && name < names.length - 1 && Number.isInteger(size / 100)) {
    size /= 1000
    name++
  }
  return `${size}${names[name]}`
}

/** Bytes per second as `400MBps`. */
export function formatBandwidth(bytesPerSecond: number): string {
  return `${formatBytes(bytesPerSecond)}ps`
}

/** A law of times as it is written in a file. */
export function formatLaw(law: Law): string {
  switch (law.kind) {
    case 'constant':
      return formatDuration(law.value)
    case 'uniform':
      return `{uniform: {min: ${formatDuration(law.min)}, max: ${formatDuration(law.max)}}}`
    case 'exponential':
      return `{exponential: {mean: ${formatDuration(law.mean)}}}`
    case 'lognormal':
      return `{lognormal: {mean: ${formatDuration(law.mean)}, cv: ${law.cv}}}`
    case 'weibull': {
      const size = 'mean' in law ? `mean: ${formatDuration(law.mean)}` : `scale: ${formatDuration(law.scale)}`
      return `{weibull: {shape: ${law.shape}, ${size}}}`
    }
    case 'empirical': {
      const values = law.values.map(formatDuration).join(', ')
      const isEven = law.weights.every(weight => weight === law.weights[0])
      return `{empirical: {values: [${values}]${isEven ? '' : `, weights: [${law.weights.join(', ')}]`}}}`
    }
    case 'sequence':
      return `{sequence: [${law.values.map(formatDuration).join(', ')}]}`
    case 'work': {
      const { of, amount, rate } = law
      const [much, fast] = of === 'bytes' ? [formatBytes(amount), formatBandwidth(rate)] : [amount, formatRate(rate)]
      return `{work: {amount: ${much}, rate: ${fast}}}`
    }
    default:
      return law satisfies never
  }
}
