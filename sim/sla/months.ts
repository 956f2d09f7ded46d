/** What a share of time comes to in months and years as they are: no calendar month is an average one. */
import type { Ratio, Seconds } from '../units/quantity.ts'
import { downtimeOf } from './blocks.ts'

export const DAY: Seconds = 86_400

/** The lengths that a period of promise may have, days. The average month is that of the Julian year of 365.25 days. */
export const PERIODS = {
  '28 days': 28,
  '29 days': 29,
  '30 days': 30,
  '31 days': 31,
  'average month': 30.4375,
  'year of 365 days': 365,
} as const

/** Time that may be lost in each period, s, by its name. */
export function allowedDowntime(
  availability: Ratio,
  periods: Readonly<Record<string, number>> = PERIODS,
): Record<string, Seconds> {
  return Object.fromEntries(Object.entries(periods).map(([name, days]) => [name, downtimeOf(availability, days * DAY)]))
}

/** Days in a month (1 to 12) of the Gregorian calendar. */
export function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28
  return [4, 6, 9, 11].includes(month) ? 30 : 31
}
