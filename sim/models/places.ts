/**
 * Places and the hosts in them: region ⊃ zone ⊃ data centre ⊃ rack ⊃ host. Fixed before the first event; a place's hosts are
 * one interval of host indices, so sums over a place are sums over an interval.
 */
import type { Entities, EntityId } from '../trace/entities.ts'
import type { Bytes, PerSecond, Ratio, Seconds } from '../units/quantity.ts'
import type { CoolingSpec } from './cooling.ts'
import type { FabricSpec } from './fabric.ts'
import type { IoDemand, MachineSpec } from './machine.ts'
import type { PowerSpec } from './power/power.ts'

/** A region, zone, data centre or rack, and the interval of hosts within. */
export interface Place {
  readonly entity: EntityId
  readonly kind: 'region' | 'zone' | 'datacentre' | 'rack'
  readonly name: string
  /** Index of the place it lies in; −1 for a region. */
  readonly parent: number
  /** First host index, and one past the last. */
  readonly firstHost: number
  readonly endHost: number
  /** Share of its hosts that must be up for the place to count as ready. */
  readonly ready: Ratio
}

export interface DatacentrePlan {
  readonly name: string
  readonly racks: number
  /** Hosts in a rack. */
  readonly hosts: number
  readonly machine: MachineSpec
  /** Other customers' instances on each host. */
  readonly tenants: number
  /** What each of them asks of its host. */
  readonly tenantIo: IoDemand
  /** Hosts that may boot at once. */
  readonly bootSlots: number
  /** What a host copies once its own firmware is through, B, and how fast one server gives it to all in turn, B/s. */
  readonly image: { readonly size: Bytes; readonly bandwidth: PerSecond }
  /** Instances restarted per second after their hosts are back. */
  readonly restartRate: number
  readonly ready: Ratio
  /** Whether everything here runs when the run begins. */
  readonly begin: 'up' | 'dark'
  readonly power: PowerSpec
  /** Network devices that boot before any host can; none are modelled when left out. */
  readonly fabric?: FabricSpec | undefined
  readonly cooling: CoolingSpec
}

export interface RegionPlan {
  readonly name: string
  readonly ready: Ratio
  /** Latency between two zones, one way, s. */
  readonly zoneLatency: Seconds
  readonly zones: readonly { readonly name: string; readonly ready: Ratio; readonly datacentres: readonly DatacentrePlan[] }[]
}

/** A data centre: its plan, and where its racks and hosts are. */
export interface Datacentre {
  readonly place: number
  readonly zone: number
  readonly plan: DatacentrePlan
  readonly firstRack: number
  readonly endRack: number
}

export type Places = ReturnType<typeof layOut>

/** Numbers regions, zones, data centres, racks and then all hosts, in the order given (natural order of their ids). */
export function layOut(entities: Entities, regions: readonly RegionPlan[]) {
  const places: Place[] = []
  const zones: number[] = []
  const datacentres: Datacentre[] = []
  const racks: number[] = []
  let hosts = 0

  for (const region of regions) {
    const regionEntity = entities.add('region', region.name)
    const regionAt = places.length
    places.push({
      entity: regionEntity,
      kind: 'region',
      name: region.name,
      parent: -1,
      firstHost: hosts,
      endHost: hosts,
      ready: region.ready,
    })
    for (const zone of region.zones) {
      const zoneEntity = entities.add('zone', zone.name, regionEntity)
      const zoneAt = places.length
      zones.push(zoneAt)
      places.push({
        entity: zoneEntity,
        kind: 'zone',
        name: zone.name,
        parent: regionAt,
        firstHost: hosts,
        endHost: hosts,
        ready: zone.ready,
      })
      for (const plan of zone.datacentres) {
        const entity = entities.add('datacentre', plan.name, zoneEntity)
        const at = places.length
        places.push({
          entity,
          kind: 'datacentre',
          name: plan.name,
          parent: zoneAt,
          firstHost: hosts,
          endHost: hosts,
          ready: plan.ready,
        })
        datacentres.push({
          place: at,
          zone: zones.length - 1,
          plan,
          firstRack: racks.length,
          endRack: racks.length + plan.racks,
        })
        for (let r = 1; r <= plan.racks; r++) {
          racks.push(places.length)
          const rack = entities.add('rack', `r${r}`, entity)
          places.push({
            entity: rack,
            kind: 'rack',
            name: `r${r}`,
            parent: at,
            firstHost: hosts,
            endHost: hosts + plan.hosts,
            ready: plan.ready,
          })
          hosts += plan.hosts
        }
        places[at] = { ...places[at], endHost: hosts }
      }
      places[zoneAt] = { ...places[zoneAt], endHost: hosts }
    }
    places[regionAt] = { ...places[regionAt], endHost: hosts }
  }

  const firstHostEntity = entities.count
  const rackOfHost = new Uint32Array(hosts)
  const datacentreOfHost = new Uint32Array(hosts)
  const zoneOfHost = new Uint32Array(hosts)
  datacentres.forEach((datacentre, d) => {
    for (let rack = datacentre.firstRack; rack < datacentre.endRack; rack++) {
      const { entity, firstHost, endHost } = places[racks[rack]]
      for (let host = firstHost; host < endHost; host++) {
        entities.add('host', `h${host - firstHost + 1}`, entity)
        rackOfHost[host] = rack
        datacentreOfHost[host] = d
        zoneOfHost[host] = datacentre.zone
      }
    }
  })

  const placeOfEntity = new Map(places.map((place, at) => [place.entity, at]))
  return {
    places,
    /** Place index of each zone, by zone. */
    zones,
    datacentres,
    /** Place index of each rack, by rack. */
    racks,
    hosts,
    rackOfHost,
    datacentreOfHost,
    zoneOfHost,
    /** Entity of a host. */
    hostEntity: (host: number): EntityId => firstHostEntity + host,
    /** Host index of an entity, or −1 when it is none. */
    hostOf: (entity: EntityId): number =>
      entity >= firstHostEntity && entity < firstHostEntity + hosts ? entity - firstHostEntity : -1,
    /** Place index of an entity, or −1. */
    placeOf: (entity: EntityId): number => placeOfEntity.get(entity) ?? -1,
    /** Entity of a zone, by zone. */
    zoneEntity: (zone: number): EntityId => places[zones[zone]].entity,
    /** Entity of a rack, by rack. */
    rackEntity: (rack: number): EntityId => places[racks[rack]].entity,
  }
}
