/**
 * How independent are your zones really? Copies in zones, zones in regions, what each costs, and how much has to be shared for
 * the published table of nines to be true.
 */
import type { Ratio } from '../units/quantity.ts'
import { impliedBeta, unavailableTogether } from './common-cause.ts'

/** An application copied over zones, and these over regions. */
export interface Copies {
  /** Availability of the application in one zone, everything included. */
  readonly zone: Ratio
  readonly zones: number
  /** Zones that together carry the whole load; 1 when each copy is full-size. */
  readonly needed?: number
  /** Share of a zone's unavailability that strikes all zones of the region: 0 independent, 1 as good as one zone. */
  readonly betaZone: Ratio
  readonly regions?: number
  /** The same for whole regions. */
  readonly betaRegion?: Ratio
}

/** What copies come to. */
export interface Worth {
  readonly availability: Ratio
  /** Kept apart, since 1 − availability loses digits. */
  readonly unavailability: Ratio
  /** As a multiple of one zone that carries the whole load. */
  readonly cost: number
}

/** Availability and cost of copies, for one point of a slider. Each region carries the whole load. */
export function worthOf({ zone, zones, needed = 1, betaZone, regions = 1, betaRegion = 0 }: Copies): Worth {
  const region = unavailableTogether(zones, 1 - zone, betaZone, needed)
  const unavailability = unavailableTogether(regions, region, betaRegion)
  return { availability: 1 - unavailability, unavailability, cost: (regions * zones) / needed }
}

/** Two regions of unavailability q, when the failover to the other works only with probability `coverage`. */
export function twoRegions(q: Ratio, coverage: Ratio): Ratio {
  return q * (1 - coverage) + q * q * coverage
}

/** The coverage at which two regions come to the unavailability `published`. */
export function impliedCoverage(q: Ratio, published: Ratio): Ratio {
  return (q - published) / (q - q * q)
}

/** The published table: one zone, three zones, two regions of three. Source: W. Vogels, re:Invent keynote (2017). */
export const PUBLISHED = [
  { zones: 1, regions: 1, unavailability: 1e-2, cost: 1 },
  { zones: 3, regions: 1, unavailability: 1e-4, cost: 3 },
  { zones: 3, regions: 2, unavailability: 1e-5, cost: 6 },
] as const

/** What zones and regions must share for that table to be true; its costs say that every copy is full-size. */
export function impliedShares(): { readonly zone: Ratio; readonly region: Ratio; readonly coverage: Ratio } {
  const [one, three, two] = PUBLISHED
  return {
    zone: impliedBeta(three.zones, one.unavailability, three.unavailability),
    region: impliedBeta(two.regions, three.unavailability, two.unavailability),
    coverage: impliedCoverage(three.unavailability, two.unavailability),
  }
}
