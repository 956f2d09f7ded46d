/** Replications made in any thread: several at a time, so that handing them over costs little. */
import { type Replication, replicate } from '../../experiment/replicate.ts'
import type { Assignment } from '../../experiment/study.ts'
import type { Scenario } from '../../scenario/schema.ts'
import { defineWork } from '../pool.ts'

/** What every thread has to know, once. */
export interface Bench {
  /** By variant. */
  readonly scenarios: readonly Scenario[]
  /** Of one run. */
  readonly eventsMax: number
  /** Of one run, wall time. */
  readonly secondsMax: number
}

/** The result of one replication of a variant, by its place. */
export interface Made {
  readonly variant: number
  readonly result: Replication
}

/** Why a replication was not made. */
export interface Trouble extends Assignment {
  /** An option that raises the limit, or null when the engine broke. */
  readonly option: '--max-events' | '--max-seconds' | null
  readonly message: string
  readonly stack: string | undefined
}

export interface Batch {
  readonly made: readonly Made[]
  /** What the next one ran into; those after it were not begun. */
  readonly trouble: Trouble | null
  /** Wall time, s. */
  readonly seconds: number
}

/** A run that takes too much. */
class TooMuch extends Error {
  readonly option: '--max-events' | '--max-seconds'

  constructor(message: string, option: '--max-events' | '--max-seconds') {
    super(message)
    this.option = option
  }
}

export function makeBatch(assignments: readonly Assignment[], { scenarios, eventsMax, secondsMax }: Bench): Batch {
  const begun = performance.now()
  const made: Made[] = []
  for (const assignment of assignments) {
    const { variant, replication } = assignment
    const since = performance.now()
    try {
      const result = replicate(scenarios[variant], replication, events => {
        if (events > eventsMax) throw new TooMuch(`a run took more than ${eventsMax} events`, '--max-events')
        if (performance.now() - since > secondsMax * 1000) {
          throw new TooMuch(`a run took longer than ${secondsMax} s`, '--max-seconds')
        }
      })
      made.push({ variant, result })
    } catch (error) {
      const { message, stack } = error instanceof Error ? error : new Error(String(error))
      const option = error instanceof TooMuch ? error.option : null
      return { made, trouble: { ...assignment, option, message, stack }, seconds: secondsSince(begun) }
    }
  }
  return { made, trouble: null, seconds: secondsSince(begun) }
}

function secondsSince(begun: number): number {
  return (performance.now() - begun) / 1000
}

export const replications = defineWork<readonly Assignment[], Batch, Bench>(import.meta.url, makeBatch)
