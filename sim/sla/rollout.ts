/** Changes that go out step by step, so that a bad one is met by few: a zone of a region a day, regions in waves. */
import type { Ratio } from '../units/quantity.ts'

/** Days until all is done, when a wave begins after the one before and each region takes one zone a day. */
export function rolloutDays(waves: readonly number[], zones: number): number {
  return waves.length * zones
}

/** Zones that have the change at the end of a day (the first is 1), over all regions. */
export function zonesChanged(waves: readonly number[], zones: number, day: number): number {
  return waves.reduce((sum, regions, wave) => sum + regions * Math.max(0, Math.min(zones, day - wave * zones)), 0)
}

/** Probability that a mistake gets past so many stages of which each notices it with probability `detect`. */
export function slipsThrough(stages: number, detect: Ratio): Ratio {
  let unnoticed = 1
  for (let stage = 0; stage < stages; stage++) unnoticed *= 1 - detect
  return unnoticed
}
