/** Promises in numbers: what nines leave of a month, and what a slider of shared causes does to copies. Pure. */
import { impliedShares, PUBLISHED, worthOf } from '../../sim/sla/independence.ts'

/** Goals that people speak of. */
export const GOALS = [0.99, 0.995, 0.999, 0.9995, 0.9999, 0.99999] as const

export const DAY = 86_400
/** Of a year of promise, days. */
export const YEAR = 365

/** A line of the ladder of nines: a goal, or where the run stands among them. */
export interface Rung {
  readonly uptime: number
  /** What of the run stands here, by its place among the credits; null for a goal. */
  readonly credit: number | null
}

/** Goals and what the run came to, from the most time down to the least. */
export function ladderOf(uptimes: readonly number[]): Rung[] {
  const goals = GOALS.map((uptime): Rung => ({ uptime, credit: null }))
  const own = uptimes.map((uptime, credit): Rung => ({ uptime, credit }))
  return [...goals, ...own].sort((a, b) => a.uptime - b.uptime || Number(a.credit !== null) - Number(b.credit !== null))
}

/** Steps of the slider, and the smallest share that is not nothing. */
export const STEPS = 400
const LEAST = 1e-4

/** The share of failures that strike all copies at a step of the slider: 0 at its start, then 0.01 % to 100 % by even factors. */
export function shareAt(step: number): number {
  if (step <= 0) return 0
  return LEAST ** (1 - Math.min(step, STEPS) / STEPS)
}

/** Where a share stands on the slider; not rounded to a step. */
export function stepOf(share: number): number {
  if (share < LEAST) return 0
  return STEPS * (1 - Math.log(share) / Math.log(LEAST))
}

/** Copies of an application and what they come to. */
export interface CopiesRow {
  readonly zones: number
  readonly needed: number
  readonly regions: number
  /** As a multiple of one zone that carries the whole load. */
  readonly cost: number
  readonly availability: number
  /** With nothing in common, and with everything. */
  readonly best: number
  readonly worst: number
  /** What the published table says; null for copies that it does not have. */
  readonly published: number | null
}

export interface Shape {
  readonly zones: number
  readonly needed: number
  readonly regions: number
}

/** One line for each line of the published table, and then those of one's own. `zone` is the availability of a single zone. */
export function copiesRows(zone: number, share: number, own: readonly Shape[]): CopiesRow[] {
  const row = ({ zones, needed, regions }: Shape, published: number | null): CopiesRow => {
    const worth = (common: number) => worthOf({ zone, zones, needed, regions, betaZone: common, betaRegion: common })
    const { availability, cost } = worth(share)
    return { zones, needed, regions, cost, availability, best: worth(0).availability, worst: worth(1).availability, published }
  }
  return [
    ...PUBLISHED.map(({ zones, regions, unavailability }) => row({ zones, regions, needed: 1 }, 1 - unavailability)),
    ...own.map(shape => row(shape, null)),
  ]
}

/** The shares at which the published table is true: of three zones, of two regions, and the coverage that says the same. */
export const IMPLIED = impliedShares()
