/** A machine's profile: what every host of its kind gives, draws and takes to start. */
import type { Law } from '../units/law.ts'
import type { PerSecond, Ratio, Seconds, Watts } from '../units/quantity.ts'
import type { Card } from './cards.ts'

/** What instances ask of their host: packets to and from the network, and reads and writes of their volumes. */
export const IO_PATHS = ['network', 'volume'] as const
export type IoPath = (typeof IO_PATHS)[number]

/** I/Os of one instance, /s, by path. */
export type IoDemand = Readonly<Record<IoPath, PerSecond>>

/** Where a host serves the I/O of one path. */
export interface IoPathSpec {
  /** A privileged domain serves all tenants and both paths with the same processors; a card has lanes of its own for one path. */
  readonly by: 'domain' | 'card'
  /** Own time of an I/O in the host, s. */
  readonly takes: Law
  /** I/Os that a card works on at once. */
  readonly lanes: number
}

export interface HostIoSpec extends Readonly<Record<IoPath, IoPathSpec>> {
  readonly domain: {
    readonly processors: number
    /** Share of its I/Os in which it is held up itself, and for how long, s. */
    readonly stalls: { readonly odds: Ratio; readonly takes: Law }
  }
}

export interface MachineSpec {
  readonly name: string
  /** Virtual processors that instances share: what virtualisation leaves. */
  readonly cpu: number
  readonly io: HostIoSpec
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
  /** The cards it has; what it has no card for is served by the host itself and fails with it. */
  readonly cards: Readonly<Record<Card, boolean>>
  /** What its cards run when the run begins, where that is said. */
  readonly firmware: Readonly<Partial<Record<Card, string>>>
  /** How long a card takes to be replaced where no crew does it, s. */
  readonly cardRepair: Law
  /** How long a broken or stuck host takes to be made good once someone starts, s. */
  readonly repair: Law
}
