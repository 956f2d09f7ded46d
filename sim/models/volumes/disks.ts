/**
 * Who stands on volumes: instances of services, and other customers'. Which volume one has is its rank among all, a draw that
 * never changes: while a share of a zone's volumes serves, those of a lower rank have theirs. So 10 % of the volumes stuck hold
 * up one in ten, and the same ones whenever it is 10 %.
 */
import type { Randomness } from '../../engine/random.ts'
import type { Simulation } from '../../engine/simulation.ts'
import type { Entities } from '../../trace/entities.ts'
import type { RowId } from '../../trace/trace.ts'
import type { Ratio } from '../../units/quantity.ts'
import type { Places } from '../places.ts'
import type { Services } from '../services.ts'
import type { Tenants } from '../tenants.ts'
import type { Volumes } from './volumes.ts'

/** What the instances of a service need of volumes. */
export interface DiskSpec {
  readonly service: number
  /** Number of the volumes in the list given to `createVolumes`. */
  readonly volumes: number
  /** To start only, or all the time. */
  readonly when: 'start' | 'serve'
}

/** Instances wait for their volumes from now on. Make it before services begin. */
export function connectDisks(
  sim: Simulation,
  randomness: Randomness,
  entities: Entities,
  services: Services,
  volumes: Volumes,
  specs: readonly DiskSpec[],
): void {
  for (const { service, volumes: number, when } of specs) {
    const { entity, instancesMax } = services.specs[service]
    const barred = when === 'serve' ? 'both' : 'start'
    const first = services.firstInstance(service)
    const rankOf = (instance: number): Ratio =>
      randomness.rank(`disk/${entities.id(entity)}`, entities.key(services.entityOfInstance(instance)))
    const ranked = inOrder(Array.from({ length: instancesMax }, (_, i) => ({ who: first + i, rank: rankOf(first + i) })))
    const shares = new Map<number, () => Ratio>() // by zone
    volumes.pools.forEach((pool, at) => {
      if (pool.volumes !== number) return
      const share = whoeverLacks(sim, volumes, at, ranked, (instance, lacks, row) => {
        if (services.zoneOfInstance(instance) !== pool.zone) return
        if (lacks) services.lose(instance, barred, row)
        else services.regain(instance, barred, row)
      })
      shares.set(pool.zone, share)
    })
    services.watchPlaced(instance => {
      if (services.serviceOfInstance(instance) !== service) return
      const share = shares.get(services.zoneOfInstance(instance))?.() ?? 1
      if (share < 1 && rankOf(instance) >= share) services.lose(instance, barred, 0)
    })
  }
}

/** Other customers' instances wait for their volumes too: on every host as large a share, rounded up or down by a draw. */
export function connectTenants(
  sim: Simulation,
  randomness: Randomness,
  entities: Entities,
  places: Places,
  tenants: Tenants,
  volumes: Volumes,
): void {
  volumes.pools.forEach(({ spec, zone }, pool) => {
    const { firstHost, endHost } = places.places[places.zones[zone]]
    const purpose = `tenants/${entities.id(spec.entity)}`
    const list: Ranked[] = []
    for (let host = firstHost; host < endHost; host++) {
      const standing = tenants.tenantsOn(host) * spec.tenants
      const draw = standing > 0 ? randomness.rank(purpose, entities.key(places.hostEntity(host))) : 0
      // The i-th lacks its volume when the share that is not there, times so many, comes to i once it is rounded by the draw.
      for (let i = 1; i - draw < standing; i++) {
        list.push({ who: host, rank: 1 - (i - draw) / standing })
        tenants.stand(host)
      }
    }
    if (list.length === 0) return
    const touched = new Set<number>()
    whoeverLacks(
      sim,
      volumes,
      pool,
      inOrder(list),
      (host, lacks) => {
        tenants.lack(host, lacks ? 1 : -1)
        touched.add(host)
      },
      row => {
        for (const host of touched) tenants.stallOrGoOn(host, row)
        touched.clear()
      },
    )
  })
}

/** Somebody who has a volume while more of them serve than its rank. */
interface Ranked {
  readonly who: number
  readonly rank: Ratio
}

function inOrder(list: readonly Ranked[]): { readonly who: Int32Array; readonly rank: Float64Array } {
  const sorted = list.slice().sort((a, b) => a.rank - b.rank || a.who - b.who)
  return { who: Int32Array.from(sorted, one => one.who), rank: Float64Array.from(sorted, one => one.rank) }
}

/**
 * Tells, whenever the share of a pool's volumes that serve changes, of everybody who lacks a volume now or has it again, and
 * then that this was all. Returns what the share was when it was told last.
 */
function whoeverLacks(
  sim: Simulation,
  volumes: Volumes,
  pool: number,
  { who, rank }: { readonly who: Int32Array; readonly rank: Float64Array },
  tell: (who: number, lacks: boolean, row: RowId) => void,
  done?: (row: RowId) => void,
): () => Ratio {
  const share = sim.column(Float64Array, 1).fill(1)
  volumes.watch((changed, now, because) => {
    if (changed !== pool || now === share[0]) return
    const lacks = now < share[0]
    const end = firstFrom(rank, Math.max(now, share[0]))
    const begin = firstFrom(rank, Math.min(now, share[0]))
    share[0] = now
    if (begin === end) return
    const row = because()
    for (let i = begin; i < end; i++) tell(who[i], lacks, row)
    done?.(row)
  })
  return () => share[0]
}

/** Where the ranks from `from` on begin in a sorted list. */
function firstFrom(ranks: Float64Array, from: Ratio): number {
  let low = 0
  let high = ranks.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (ranks[middle] < from) low = middle + 1
    else high = middle
  }
  return low
}
