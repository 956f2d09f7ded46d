/** Shared sources of power above the data centres, as they are written. */
import { z } from 'zod'
import { count, duration } from '../units/fields.ts'

const name = z.string().min(1)

/** One name or several, as a list; none when left out. */
export const namesOf = (from: string | readonly string[] | undefined): readonly string[] =>
  from === undefined ? [] : [from].flat()

export const feedSchema = z.strictObject({
  from: z
    .union([name, z.array(name).min(1)])
    .optional()
    .meta({ description: 'the feeds that it is fed from; it is where power comes from when left out' }),
  k: count({
    min: 1,
    about: { en: 'how many of these must be live; all of them when left out', zh: '至少需要几路上级供电；省略则全部' },
  }).optional(),
  transfer: duration({
    default: 0,
    source: 'sources that run in parallel; a static switch takes 4–8 ms, a mechanical one 100–500 ms (rule of thumb)',
    about: {
      en: 'how long a move from one source to another takes; what is below sees a sag',
      zh: '切换电源的耗时，下游表现为电压骤降',
    },
  }),
})

/** A shared feed. */
export interface Feed {
  readonly from: readonly string[]
  readonly k: number
  /** s */
  readonly transfer: number
}

export function plainFeed({ from, k, transfer }: z.output<typeof feedSchema>): Feed {
  const sources = namesOf(from)
  return { from: sources, k: k ?? sources.length, transfer }
}
