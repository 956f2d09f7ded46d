/** Which month a question is about. */
import { daysIn } from '../../sla/months.ts'
import { Refusal } from '../output.ts'
import type { Asked } from './asked.ts'

/** The month asked about: `2026-02` by the calendar, or a number of days. */
export function monthOf(asked: Asked): { label: string; days: number } {
  const { month } = asked.options.sla
  if (month === undefined) {
    const days = asked.optionalWhole('days', 30, 28, 31)
    return { label: `${days} days`, days }
  }
  if (asked.has('days')) asked.wrong('--month has its own days')
  const match = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(month)
  if (match === null) throw new Refusal(`--month ${month}: write year and month, such as 2026-02`)
  const days = daysIn(Number(match[1]), Number(match[2]))
  return { label: `${month}, ${days} days`, days }
}
