/**
 * Buckets for distributions of times that rows tell by counts: sixteen to an octave, so a time is known to 6 %. They are read off
 * the bits of a number of single precision: exponent and the first four bits of the fraction.
 */
import type { Ratio, Seconds } from '../units/quantity.ts'

/** Of single precision, the bits below the exponent that number the buckets of an octave. */
const BITS = 4
const SHIFT = 23 - BITS
/** The first bucket begins at 2⁻²⁰ s, below which there is no time, and the last ends at 2¹⁷ s, more than a day. */
const LOWEST = (127 - 20) << BITS
export const BUCKETS = 37 << BITS

const single = new Float32Array(1)
const bits = new Uint32Array(single.buffer)

/** The bucket that a time falls into; the first or last when it is beyond. */
export function bucketOf(time: Seconds): number {
  single[0] = time
  return Math.min(BUCKETS - 1, Math.max(0, (bits[0] >>> SHIFT) - LOWEST))
}

/** Where a bucket begins, s; it ends where the next begins. */
export function bucketStart(bucket: number): Seconds {
  bits[0] = (bucket + LOWEST) << SHIFT
  return single[0]
}

/**
 * The time within which a share of what was counted lies, spread evenly within its bucket, s; null when nothing was counted.
 * Counts by bucket.
 */
export function timeWithin(counts: Float64Array, share: Ratio): Seconds | null {
  let all = 0
  for (const count of counts) all += count
  if (all === 0) return null
  let left = share * all
  let bucket = 0
  while (bucket < BUCKETS - 1 && left > counts[bucket]) left -= counts[bucket++]
  const start = bucketStart(bucket)
  const width = bucketStart(bucket + 1) - start
  return start + (counts[bucket] > 0 ? (width * left) / counts[bucket] : 0)
}
