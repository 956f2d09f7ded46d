/** Boot storms: when the last of many hosts is up that all want to boot at once, through few slots and one image server. */
import type { Ratio, Seconds } from '../units/quantity.ts'

/**
 * When every boot takes as long, `boot`, and then copies its image in `copy` from a server that serves one host at a time while
 * the slot is held. Either the server is never idle once the first asks it, or slots come round before it is busy:
 *
 *     c·copy ≥ boot + copy    boot + N·copy
 *     else                    ⌈N/c⌉·(boot + copy) + ((N − 1) mod c)·copy
 *
 * Without an image that is ⌈N/c⌉·boot, with nothing but images N·copy.
 */
export function lastOfEqualBoots(hosts: number, slots: number, boot: Seconds, copy: Seconds = 0): Seconds {
  const together = Math.min(hosts, slots)
  if (together * copy >= boot + copy) return boot + hosts * copy
  return Math.ceil(hosts / together) * (boot + copy) + ((hosts - 1) % together) * copy
}

/**
 * When boot times are exponential: all slots are full until no host waits, then the rest finish one by one.
 *
 *     E = (N − c)·B/c + B·(1 + 1/2 + … + 1/c),   Var = (N − c)·(B/c)² + B²·(1 + 1/4 + … + 1/c²)
 */
export function lastOfExponentialBoots(hosts: number, slots: number, mean: Seconds): { mean: Seconds; deviation: Seconds } {
  const together = Math.min(hosts, slots)
  let expected = ((hosts - together) * mean) / together
  let variance = (hosts - together) * (mean / together) * (mean / together)
  for (let left = 1; left <= together; left++) {
    expected += mean / left
    variance += (mean / left) * (mean / left)
  }
  return { mean: expected, deviation: Math.sqrt(variance) }
}

/** How often a host has to boot, on average, where each boot fails with the same probability: 1/(1 − p). */
export function meanBoots(odds: Ratio): number {
  return 1 / (1 - odds)
}
