/** Bars of a histogram of latencies, pure. */
import { BUCKETS, bucketStart } from '../../sim/trace/buckets.ts'

/** A bar of a histogram: its area on a logarithmic axis is the share of what was counted that it stands for. */
export interface Bar {
  /** s */
  readonly from: number
  readonly to: number
  /** Share of what was counted, for each factor of ten that the bar is wide. */
  readonly density: number
}

/** Buckets that a bar is made of at most: a quarter of an octave. */
const COARSEST = 4
/** Where there are no more bars than these, they stay as fine as the buckets are. */
const FINE = 24

/** Bars side by side, from the first bucket that holds anything to the last; empty ones are as high as nothing. */
export function barsOf(counts: Float64Array): Bar[] {
  let first = 0
  let last = BUCKETS - 1
  while (first < BUCKETS && counts[first] === 0) first++
  while (last > first && counts[last] === 0) last--
  if (first === BUCKETS) return []
  const each = last - first < FINE ? 1 : COARSEST
  const all = counts.reduce((sum, count) => sum + count, 0)
  const bars: Bar[] = []
  for (let start = first - (first % each); start <= last; start += each) {
    let held = 0
    for (let bucket = start; bucket < start + each && bucket < BUCKETS; bucket++) held += counts[bucket]
    const from = bucketStart(start)
    const to = bucketStart(start + each)
    bars.push({ from, to, density: held / all / Math.log10(to / from) })
  }
  return bars
}
