/** Data kept in several units that fail and are rebuilt: how long until more are gone at once than the scheme can spare. */
import { expm1 } from '../engine/elementary.ts'
import type { Ratio } from '../units/quantity.ts'
import { kOfNRepaired } from './repairable.ts'

/** A scheme such as three replicas (3 units, 2 spare) or RAID 6 over eight drives (8 units, 2 spare). */
export interface Scheme {
  readonly units: number
  /** Units that may be gone at once without loss of data. */
  readonly spare: number
  /** Mean life of a unit, and mean time to rebuild one; both exponential. */
  readonly life: number
  readonly rebuild: number
  /** Rebuilds under way at once: 1, or as many as are needed when left out. */
  readonly rebuilds?: number
}

/** Mean time to data loss, from all units whole; in the unit of `life`. No read errors, no common causes. */
export function meanTimeToDataLoss({ units, spare, life, rebuild, rebuilds = units }: Scheme): number {
  return kOfNRepaired({ k: units - spare, n: units, life, repair: rebuild, crews: rebuilds }).meanTimeToFailure
}

/** Probability that what happens without memory, once in `mean` on average, happens within `period`. */
export function within(period: number, mean: number): Ratio {
  return -expm1(-period / mean)
}
