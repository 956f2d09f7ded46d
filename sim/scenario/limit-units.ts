/** Whether a limit is written in the sort of unit that its metric comes to. */
import { nameOf } from '../units/parse.ts'
import { limitSchema } from './expectations.ts'

const UNITS: Readonly<
  Record<string, { readonly quantities: readonly string[]; readonly words: string; readonly hint: string }>
> = {
  ratio: { quantities: ['ratio', 'number'], words: 'a share', hint: 'write 99.9%' },
  seconds: { quantities: ['duration'], words: 'a time', hint: 'write 6m' },
  'per-second': { quantities: ['rate'], words: 'a rate', hint: 'write 450/s' },
  flag: { quantities: ['flag', 'number'], words: 'yes or no', hint: 'write true or false' },
  count: { quantities: ['number'], words: 'a number', hint: 'write it without a unit' },
}

/** What is wrong with a limit of a metric in `unit`, or undefined when nothing is, or when it is no value at all. */
export function limitComplaint(
  metric: string,
  unit: string,
  limit: unknown,
): { message: string; hint: string | undefined } | undefined {
  const parsed = limit === undefined ? undefined : limitSchema.safeParse(limit)
  if (parsed?.success === true && unit === 'ratio' && parsed.data.quantity === 'number' && parsed.data.value > 1) {
    return { message: `${metric} is at most 1, got ${nameOf(limit)}`, hint: `write ${nameOf(limit)}%` }
  }
  if (parsed?.success !== true || (UNITS[unit]?.quantities.includes(parsed.data.quantity) ?? true)) return undefined
  return { message: `${metric} comes to ${UNITS[unit]?.words ?? unit}, got ${nameOf(limit)}`, hint: UNITS[unit]?.hint }
}
