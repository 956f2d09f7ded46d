/**
 * How latencies are distributed: counts in buckets, for each of those that answer and each interval, told as one row for each
 * bucket that holds anything.
 */
import type { Simulation } from '../../engine/simulation.ts'
import { BUCKETS, bucketOf, bucketStart } from '../../trace/buckets.ts'
import type { EntityId } from '../../trace/entities.ts'
import type { RowKind } from '../../trace/row-kinds.ts'
import type { RowId, Trace } from '../../trace/trace.ts'
import type { Seconds } from '../../units/quantity.ts'

/** `row` is the kind of rows that tell it: `a` where a bucket begins, s, and `b` how many answers fell into it. */
export function createLatencies(sim: Simulation, trace: Trace, row: RowKind, answerers: readonly EntityId[]) {
  const counts = sim.column(Uint32Array, answerers.length * BUCKETS)
  return {
    add(answerer: number, latency: Seconds): void {
      counts[answerer * BUCKETS + bucketOf(latency)]++
    },
    /** Tells what somebody's answers took since the last time, and begins anew. */
    tell(answerer: number, cause: RowId): void {
      for (let bucket = 0, at = answerer * BUCKETS; bucket < BUCKETS; bucket++, at++) {
        if (counts[at] === 0) continue
        trace.write(sim.now, row, answerers[answerer], cause, bucketStart(bucket), counts[at])
        counts[at] = 0
      }
    },
  }
}
