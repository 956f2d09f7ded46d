/** What hosts are worth to those who rent them, when a share of each goes to virtualisation. */
import type { Ratio } from '../units/quantity.ts'

/** What rounding may add to a host that is just full. */
const ROUNDING = 1e-9

/** Processors of a host that are left for instances. */
export function usableCpu(cpu: number, overhead: Ratio): number {
  return cpu * (1 - overhead)
}

/** Hosts that so many processors of instances take, when nothing is lost by their sizes. */
export function hostsNeeded(demand: number, cpu: number, overhead: Ratio): number {
  return Math.ceil(demand / usableCpu(cpu, overhead) - ROUNDING)
}

/** How much more work a host does without the overhead than with it. */
export function capacityGain(overhead: Ratio): number {
  return 1 / (1 - overhead)
}

/**
 * How many times longer answers take with the overhead than without, when the same work keeps a server without it busy for the
 * share `load`; infinite when the one with it cannot keep up. Source: M/M/1, W = 1/(μ − λ), with μ and (1 − overhead)·μ.
 */
export function responseRatio(load: Ratio, overhead: Ratio): number {
  return load < 1 - overhead ? (1 - load) / (1 - overhead - load) : Infinity
}
