/**
 * A primary and its standby: what is down is mostly the time to switch, and the failures that nobody noticed. All times are
 * exponential, all in one unit.
 */
import type { Ratio } from '../units/quantity.ts'
import { steadyState } from './markov.ts'
import type { Repairable } from './repairable.ts'

export interface StandbyPair {
  /** Mean life and mean time to repair of either unit; one is repaired at a time. */
  readonly life: number
  readonly repair: number
  /** From the primary's failure to the standby's taking over, when the failure is noticed. */
  readonly failover: number
  /** Share of the primary's failures that are noticed. */
  readonly coverage: Ratio
  /** From a failure that is not noticed to someone's switching over by hand. */
  readonly manual: number
}

/** Long-run shares of time. */
export interface StandbyShares {
  readonly both: Ratio
  /** One unit is up and serves. */
  readonly one: Ratio
  /** Down: failing over, waiting for someone to notice, both units failed. */
  readonly failingOver: Ratio
  readonly unnoticed: Ratio
  readonly neither: Ratio
}

/** What a primary and its standby come to in the long run. The standby's failures are always noticed. */
export function standby({
  life,
  repair,
  failover,
  coverage,
  manual,
}: StandbyPair): Repairable & { readonly shares: StandbyShares } {
  const fail = 1 / life
  const mend = 1 / repair
  const [both, one, failingOver, unnoticed, neither] = steadyState([
    [0, fail, fail * coverage, fail * (1 - coverage), 0],
    [mend, 0, 0, 0, fail],
    [0, 1 / failover, 0, 0, fail],
    [0, 1 / manual, 0, 0, 0],
    [0, mend, 0, 0, 0],
  ])
  const unavailability = neither + unnoticed + failingOver
  const frequency = fail * (both + one)
  return {
    availability: both + one,
    unavailability,
    frequency,
    meanOutage: unavailability / frequency,
    meanTimeToFailure: life, // whichever serves fails at the same rate, and any such failure interrupts
    shares: { both, one, failingOver, unnoticed, neither },
  }
}
