/**
 * Other customers of the same zones. When their instances go down with a host, a share of them asks for replacements elsewhere
 * as soon as they have noticed: everyone else's recovery, which fills the control plane's queue and the capacity pool.
 */
import { sample } from '../engine/distribution.ts'
import type { Cloud } from '../models/cloud.ts'
import { TENANT_CPU } from '../models/tenants.ts'
import type { EntityId } from '../trace/entities.ts'
import type { Law } from '../units/law.ts'
import type { Ratio } from '../units/quantity.ts'
import { capacityAsker } from './launches.ts'
import type { RetryPolicy } from './retries.ts'

export interface OtherCustomers {
  readonly entity: EntityId
  /** Number of the control plane they ask. */
  readonly via: number
  /** Share of lost instances that are replaced elsewhere. */
  readonly share: Ratio
  /** From the loss until they ask, s. */
  readonly after: Law
  readonly retry: RetryPolicy
}

/** The instances of one host count as one customer, who asks once. */
export function installOtherCustomers(cloud: Cloud, { entity, via, share, after, retry }: OtherCustomers): void {
  const { entities, places, randomness, sim, tenants } = cloud
  const delays = randomness.streams('other-customers/after', places.hosts, host => entities.key(places.hostEntity(host)))
  const regionOf = (zone: number): number => places.places[places.zones[zone]].parent

  const zones = places.zones.map((_, zone) => zone)
  const othersOf = zones.map(own => zones.filter(zone => zone !== own && regionOf(zone) === regionOf(own)))
  const zonesFor = (host: number): readonly number[] => othersOf[places.zoneOfHost[host]]
  const ask = capacityAsker(cloud, via, entity, TENANT_CPU, zonesFor, retry)
  const ASK = sim.on((host: number, cause: number) => {
    const count = Math.round(places.datacentres[places.datacentreOfHost[host]].plan.tenants * share)
    if (count > 0 && zonesFor(host).length > 0) ask({ count, about: host, cause })
  })
  tenants.watch((host, _count, up, row) => {
    if (!up) sim.after(sample(after, delays, host), ASK, host, row)
  })
}
