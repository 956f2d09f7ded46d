/**
 * Instances and the volumes they stand on. Which volume an instance has is its rank among all, a keyed draw that never changes:
 * while a share of a zone's volumes serves, the instances of that rank or less have theirs. So 10 % of the volumes stuck hold up
 * one in ten, and the same ones whenever it is 10 %.
 */
import type { Randomness } from '../../engine/random.ts'
import type { Simulation } from '../../engine/simulation.ts'
import type { Entities, EntityId } from '../../trace/entities.ts'
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
  zones: number,
  specs: readonly DiskSpec[],
): void {
  const share = sim.column(Float64Array, specs.length * zones).fill(1) // of the volumes that serve, by spec and zone
  const ranked = specs.map(({ service }) => {
    const { entity, instancesMax } = services.specs[service]
    const from = services.firstInstance(service)
    return Array.from({ length: instancesMax }, (_, i) => from + i)
      .map(instance => ({ instance, rank: rankOf(entity, instance) }))
      .sort((a, b) => a.rank - b.rank)
  })

  function rankOf(service: EntityId, instance: number): Ratio {
    return randomness.rank(`disk/${entities.id(service)}`, entities.key(services.entityOfInstance(instance)))
  }

  services.watchPlaced(instance => {
    specs.forEach(({ service, when }, spec) => {
      if (service !== services.serviceOfInstance(instance)) return
      const ready = share[spec * zones + services.zoneOfInstance(instance)]
      if (ready < 1 && rankOf(services.specs[service].entity, instance) >= ready)
        services.loseDisk(instance, when === 'serve', 0)
    })
  })

  volumes.watch((number, zone, ready, row) => {
    specs.forEach((spec, at) => {
      if (spec.volumes === number) setShare(at, zone, ready, row)
    })
  })

  /** The share in a zone is another: those whose rank lies between the old and the new one lose their volume or have it again. */
  function setShare(spec: number, zone: number, ready: Ratio, row: RowId): void {
    const before = share[spec * zones + zone]
    share[spec * zones + zone] = ready
    const serves = specs[spec].when === 'serve'
    const list = ranked[spec]
    for (let i = firstFrom(list, Math.min(before, ready)); i < list.length && list[i].rank < Math.max(before, ready); i++) {
      const { instance } = list[i]
      if (services.zoneOfInstance(instance) !== zone) continue
      if (ready < before) services.loseDisk(instance, serves, row)
      else services.regainDisk(instance, serves, row)
    }
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
  for (const { spec, zone, volumes: number } of volumes.pools) {
    if (spec.tenants === 0) continue
    const { firstHost, endHost } = places.places[places.zones[zone]]
    const purpose = `tenants/${entities.id(spec.entity)}`
    const rounding = Float64Array.from({ length: endHost - firstHost }, (_, i) =>
      randomness.rank(purpose, entities.key(places.hostEntity(firstHost + i))),
    )
    const lacking = sim.column(Uint16Array, endHost - firstHost) // of them, by host
    volumes.watch((changed, where, ready, row) => {
      if (changed !== number || where !== zone) return
      for (let host = firstHost; host < endHost; host++) {
        const i = host - firstHost
        const now = Math.floor(tenants.tenantsOn(host) * spec.tenants * (1 - ready) + rounding[i])
        if (now !== lacking[i]) tenants.lack(host, now - lacking[i], row)
        lacking[i] = now
      }
    })
  }
}

/** Where the ranks from `rank` on begin in a sorted list. */
function firstFrom(list: readonly { readonly rank: number }[], rank: number): number {
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (list[middle].rank < rank) low = middle + 1
    else high = middle
  }
  return low
}
