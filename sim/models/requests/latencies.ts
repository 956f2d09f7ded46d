/**
 * How latencies are distributed: counts in buckets, for each cell and interval, told as one row for each bucket that holds
 * anything.
 */
import type { Simulation } from '../../engine/simulation.ts'
import { BUCKETS, bucketOf, bucketStart } from '../../trace/buckets.ts'
import type { EntityId } from '../../trace/entities.ts'
import { defineRows } from '../../trace/row-kinds.ts'
import type { RowId, Trace } from '../../trace/trace.ts'
import type { Seconds } from '../../units/quantity.ts'

const Row = defineRows('cell', {
  latency: {
    says: { en: '{subject}: {b} answers took {a} or little more', zh: '{subject}：{b} 个答复用时约 {a}' },
    a: 'seconds',
    b: 'count',
    level: 3,
  },
})

export function createLatencies(sim: Simulation, trace: Trace, cells: readonly EntityId[]) {
  const counts = sim.column(Uint32Array, cells.length * BUCKETS)
  return {
    add(cell: number, latency: Seconds): void {
      counts[cell * BUCKETS + bucketOf(latency)]++
    },
    /** Tells what a cell's answers took since the last time, and begins anew. */
    tell(cell: number, cause: RowId): void {
      for (let bucket = 0, at = cell * BUCKETS; bucket < BUCKETS; bucket++, at++) {
        if (counts[at] === 0) continue
        trace.write(sim.now, Row.latency, cells[cell], cause, bucketStart(bucket), counts[at])
        counts[at] = 0
      }
    },
  }
}
