/** How much has to be there beforehand so that losing a zone needs no action of anybody. */
import type { Ratio } from '../units/quantity.ts'

/** Share of its capacity that may be used when one of `zones` may go: 2/3 for three zones. */
export function utilisationMax(zones: number): Ratio {
  return (zones - 1) / zones
}

/** What is to be added to the need so that one of `zones` may go: half of it for three zones. */
export function overProvision(zones: number): Ratio {
  return 1 / (zones - 1)
}

/** Whole instances for a need of so many (not rounded), spread over `zones` of which one may go: ⌈need × N/(N−1)⌉. */
export function instancesNeeded(need: number, zones: number): number {
  return Math.ceil((need * zones) / (zones - 1))
}

/** The same with whole instances in whole zones: what is left when the fullest zone goes still carries the need. */
export function instancesSpread(need: number, zones: number): number {
  let instances = instancesNeeded(need, zones)
  while (instances - Math.ceil(instances / zones) < need) instances++
  return instances
}
