/** Parts that fail and are repaired, both without memory: one of them, or n with k needed and a limited number of crews. */
import type { Ratio } from '../units/quantity.ts'
import { steadyState } from './markov.ts'

/** What can be said of something that fails and is repaired. Times are in the unit of the means given. */
export interface Repairable {
  readonly availability: Ratio
  /** Kept apart, since 1 − availability loses digits. */
  readonly unavailability: Ratio
  /** Failures per unit of time. */
  readonly frequency: number
  readonly meanOutage: number
  /** Mean time from everything up to the first failure. */
  readonly meanTimeToFailure: number
}

/** One unit. `life` is its mean time up (not the whole cycle), `repair` its mean time down. Any laws will do. */
export function twoState(life: number, repair: number): Repairable {
  const cycle = life + repair
  return {
    availability: life / cycle,
    unavailability: repair / cycle,
    frequency: 1 / cycle,
    meanOutage: repair,
    meanTimeToFailure: life,
  }
}

/** Units alike, of which some are needed. */
export interface Group {
  /** Needed. */
  readonly k: number
  readonly n: number
  /** Mean life and mean time to repair of one unit, both exponential. */
  readonly life: number
  readonly repair: number
  /** Repairs under way at once. */
  readonly crews: number
}

/**
 * A group as a birth–death chain: state i is i units down, births (n − i)/life, deaths min(i, crews)/repair. Units go on
 * failing while the group is down.
 */
export function kOfNRepaired({ k, n, life, repair, crews }: Group): Repairable {
  const birth = (down: number): number => (n - down) / life
  const death = (down: number): number => Math.min(down, crews) / repair
  const rates = Array.from({ length: n + 1 }, (_, from) =>
    Array.from({ length: n + 1 }, (_, to) => (to === from + 1 ? birth(from) : to === from - 1 ? death(from) : 0)),
  )
  const shares = steadyState(rates)
  const spare = n - k // units that may be down
  let availability = 0
  let unavailability = 0
  for (let down = 0; down <= spare; down++) availability += shares[down]
  for (let down = n; down > spare; down--) unavailability += shares[down]
  const frequency = shares[spare] * birth(spare)
  return {
    availability,
    unavailability,
    frequency,
    meanOutage: unavailability / frequency,
    meanTimeToFailure: firstPassage(spare, birth, death),
  }
}

/** Mean time from no unit down to `spare` + 1 of them: step by step, each step counting the ways back. */
function firstPassage(spare: number, birth: (down: number) => number, death: (down: number) => number): number {
  let step = 1 / birth(0) // from `down` to one more
  let total = step
  for (let down = 1; down <= spare; down++) {
    step = (1 + death(down) * step) / birth(down)
    total += step
  }
  return total
}
