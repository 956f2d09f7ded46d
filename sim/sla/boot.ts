/** Boot storms: when the last of many hosts is up that all want to boot at once, through few slots and one image server. */
import type { Bytes, PerSecond, Seconds } from '../units/quantity.ts'

/** When every boot takes as long: as many at once as there are slots, round after round. */
export function lastOfEqualBoots(hosts: number, slots: number, boot: Seconds): Seconds {
  return Math.ceil(hosts / slots) * boot
}

/**
 * When boot times are exponential: all slots are full until no host waits, then the rest finish one by one.
 *
 *     E = (N − c)·B/c + B·(1 + 1/2 + … + 1/c),   Var = (N − c)·(B/c)² + B²·(1 + 1/4 + … + 1/c²)
 */
export function lastOfExponentialBoots(hosts: number, slots: number, mean: Seconds): { mean: Seconds; deviation: Seconds } {
  const together = Math.min(hosts, slots)
  let expected = ((hosts - together) * mean) / slots
  let variance = (hosts - together) * (mean / slots) * (mean / slots)
  for (let left = 1; left <= together; left++) {
    expected += mean / left
    variance += (mean / left) * (mean / left)
  }
  return { mean: expected, deviation: Math.sqrt(variance) }
}

/** When all copy an image of one size from one server, in turn or at once: the server is never idle. */
export function lastOfImages(hosts: number, image: Bytes, bandwidth: PerSecond): Seconds {
  return (hosts * image) / bandwidth
}

/** How often a host has to boot, on average, where each boot fails with the same probability: 1/(1 − p). */
export function meanBoots(odds: number): number {
  return 1 / (1 - odds)
}
