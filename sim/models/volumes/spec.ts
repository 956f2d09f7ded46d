/** What is said of volumes before a run begins. */
import type { EntityId } from '../../trace/entities.ts'
import type { PerSecond, Ratio, Seconds } from '../../units/quantity.ts'

/** The volumes of one service in one zone. */
export interface PoolSpec {
  readonly entity: EntityId
  readonly zone: number
  /** Hosts that hold copies, by number; at least as many as a volume has copies. */
  readonly hosts: readonly number[]
  readonly items: number
}

export interface VolumesSpec {
  readonly entity: EntityId
  readonly pools: readonly PoolSpec[]
  /** Copies of a volume, and how many of them must be good and there for it to serve. */
  readonly n: number
  readonly k: number
  /** Size of a volume, B. */
  readonly item: number
  /** Share of a zone's room that is free while every volume has all its copies. */
  readonly spare: Ratio
  /** How long a copy may be away before it is taken for lost, s. */
  readonly notice: Seconds
  readonly repair: {
    /** What each host gives to copying, B/s. */
    readonly bandwidth: PerSecond
    /** What becomes of copies that return after they were taken for lost. */
    readonly returned: 'reused' | 'held' | 'kept'
    readonly search: {
      /** Volumes of a zone that look for room, per second. */
      readonly rate: PerSecond
      /** How long one waits before it asks again, s. */
      readonly retry: Seconds
      /** The control plane that is asked, or −1 when hosts find each other. */
      readonly via: number
    }
  }
  /** How fast a host checks what it holds, B/s. */
  readonly check: PerSecond
  /** Share of the volumes checked that cannot be made good. */
  readonly lost: Ratio
  readonly snapshots: boolean
  /** How fast a zone restores, B/s. */
  readonly restore: PerSecond
  /** Share of other customers' instances in its zones that stand on these volumes. */
  readonly tenants: Ratio
}
