/**
 * Throttling: a bucket holds up to `burst` tokens and gains `rate` a second; what is let in takes as many as it is calls. A
 * request for more than a bucket holds is let in when it is full, and leaves a debt. So over a time t no more than
 * burst + rate·t is let in, and in the long run `rate`. Nothing is polled: a bucket is read when somebody asks.
 */
import type { Simulation } from '../engine/simulation.ts'
import type { PerSecond } from '../units/quantity.ts'

export interface TokenBucketSpec {
  /** Tokens gained per second; absent where nothing is throttled. */
  readonly rate?: PerSecond | undefined
  /** Tokens it holds at most, and in the beginning. */
  readonly burst: number
}

/** What rounding may take from a token that is just due. */
const ROUNDING = 1e-9

export function createTokenBuckets(sim: Simulation, specs: readonly TokenBucketSpec[]) {
  const tokens = sim.column(Float64Array, specs.length) // at the moment `since`, by bucket; below 0 where there is a debt
  const since = sim.column(Float64Array, specs.length) // s, by bucket
  specs.forEach(({ burst }, bucket) => {
    tokens[bucket] = burst
  })

  /** Takes so many tokens out of a bucket; false, and none taken, when there are not enough. */
  function take(bucket: number, count: number): boolean {
    const { rate, burst } = specs[bucket]
    if (rate === undefined) return true
    const has = Math.min(burst, tokens[bucket] + rate * (sim.now - since[bucket]))
    if (has + ROUNDING < Math.min(count, burst)) return false
    tokens[bucket] = has - count
    since[bucket] = sim.now
    return true
  }

  return { take }
}
