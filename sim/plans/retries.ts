/**
 * Asking a control plane again: a call that was not let in, or not handled in time, is asked for again after a back-off, as
 * often as the caller's policy says. Source of the back-off: exponential, with full jitter, as in the AWS SDK.
 */
import { pow } from '../engine/elementary.ts'
import type { Cloud } from '../models/cloud.ts'
import type { Call } from '../models/control-plane.ts'
import type { EntityId } from '../trace/entities.ts'
import type { RowId } from '../trace/trace.ts'
import type { Seconds } from '../units/quantity.ts'

export interface RetryPolicy {
  /** Attempts at one call, the first included. */
  readonly attempts: number
  /** Wait after the first failure, doubled after each further one, and the longest, s. */
  readonly backoff: { readonly base: Seconds; readonly cap: Seconds }
  readonly jitter: 'full' | 'none'
}

/** Who asks once gives up at the first failure. */
export const ONCE: RetryPolicy = { attempts: 1, backoff: { base: 0, cap: 0 }, jitter: 'none' }

/**
 * How `asker` asks with `ask`; also how to ask again after the row that says that a call failed, which it does not do after the
 * last attempt. Made while the model is built.
 */
export function createRetries(
  { entities, randomness, sim }: Cloud,
  asker: EntityId,
  { attempts, backoff, jitter }: RetryPolicy,
  ask: (call: Call) => void,
): (call: Call, failed: RowId) => void {
  const draws = randomness.stream(`${entities.id(asker)}/backoff`)
  let waiting = new Map<number, Call>()
  let count = 0
  sim.keep({
    save: () => ({ waiting: new Map(waiting), count }),
    restore: saved => {
      const from = saved as { waiting: Map<number, Call>; count: number }
      waiting = new Map(from.waiting)
      count = from.count
    },
  })
  const ASK = sim.on((number: number) => {
    const call = waiting.get(number)
    waiting.delete(number)
    if (call !== undefined) ask(call)
  })
  return (call, failed) => {
    const failures = (call.failures ?? 0) + 1
    if (failures >= attempts) return
    const longest = Math.min(backoff.cap, backoff.base * pow(2, failures - 1))
    waiting.set(count, { ...call, failures, cause: failed })
    sim.after(jitter === 'full' ? longest * draws.next() : longest, ASK, count++)
  }
}
