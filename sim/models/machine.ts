/** A machine's profile: what every host of its kind gives, draws and takes to start. */
import type { Law } from '../units/law.ts'
import type { Ratio, Seconds, Watts } from '../units/quantity.ts'

export interface MachineSpec {
  readonly name: string
  /** Virtual processors that instances share: what virtualisation leaves. */
  readonly cpu: number
  readonly power: Watts
  /** How long its own supply bridges a sag, s. */
  readonly hold: Seconds
  /** From power to a running host: firmware, network boot, hypervisor, s. */
  readonly boot: Law
  /** Share of boots that fail at their end, and what comes next: another boot from the beginning, or hands. */
  readonly bootFaults: { readonly odds: Ratio; readonly next: 'again' | 'hands' }
  /** Shares of hosts that need hands, or never come back, after a loss of power. */
  readonly stuck: Ratio
  readonly lost: Ratio
  /** How long a broken or stuck host takes to be made good once someone starts, s. */
  readonly repair: Law
}
