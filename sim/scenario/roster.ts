/**
 * Who is in a scenario: every entity numbered, by kind and by sorted id, before anything is scheduled, so that neither the
 * order of a file's keys nor an added component moves anybody. Also turns names into numbers: which places a service's
 * instances take, which cells it has, who supplies its needs. Builds no model.
 */
import type { BucketSpec } from '../models/buckets.ts'
import { instanceType } from '../models/instance-types.ts'
import type { LeaseSpec } from '../models/leases/leases.ts'
import type { NeedSpec } from '../models/needs.ts'
import type { LinkSpec } from '../models/network.ts'
import type { ControlledLink } from '../models/network-control.ts'
import type { DataSpec } from '../models/partitions.ts'
import { layOut, type Places } from '../models/places.ts'
import type { GridFeedSpec } from '../models/power/grid.ts'
import { addPowerFeeds } from '../models/power/power.ts'
import type { FleetSpec } from '../models/resizes.ts'
import type { ServiceSpec } from '../models/services.ts'
import type { DiskSpec } from '../models/volumes/disks.ts'
import type { PoolSpec } from '../models/volumes/spec.ts'
import { Entities, type EntityId } from '../trace/entities.ts'
import { bucketsOf } from './buckets.ts'
import { placesCalled } from './place-names.ts'
import { typesOf } from './resizes.ts'
import { isRunning, type Need, type RunningService, type Scenario, type Volumes } from './schema.ts'

/** A service that runs on hosts, or on none in particular; its number is its place in the list. */
export interface Running {
  readonly id: string
  readonly service: RunningService
  readonly spec: ServiceSpec
}

/** A service's share in one zone, as clients see it; its number is its place in the list. */
export interface Cell {
  readonly entity: EntityId
  /** Number of the service. */
  readonly service: number
  readonly zone: number
  /** Network node where the users of the zone's region come in. */
  readonly edge: number
  /** How the service's data lies on its instances. */
  readonly data: DataSpec | undefined
  /** The calls that its requests may make: number of the need, calls for each request, number of a database or −1. */
  readonly calls: { need: number; fanout: number; database: number }[]
  /** Who calls it: parts of clients, each with the calls that its requests make. */
  readonly callers: { client: number; makes: readonly number[] }[]
}

export type Roster = ReturnType<typeof enrol>

/** Numbers everything in a valid scenario. */
export function enrol(scenario: Scenario) {
  const entities = new Entities()
  const places = layOut(entities, scenario.world.regions)
  const feeds = places.datacentres.map(({ place, plan }) => {
    const at = places.places[place].entity
    return {
      power: addPowerFeeds(entities, at, plan.power.lineups.units),
      cooling: entities.add('feed', 'cooling', at),
      bootSlots: entities.add('queue', 'boot-slots', at),
      restarts: entities.add('queue', 'restarts', at),
    }
  })
  const regions = places.places.map((_, at) => at).filter(at => places.places[at].kind === 'region')
  const zoneCount = places.zones.length
  const regionOf = (zone: number): number => places.places[places.zones[zone]].parent
  const links = enrolLinks(entities, places, scenario, regions)

  const gridFeeds = enrolFeeds(entities, scenario)
  for (const id of Object.keys(scenario.services)) entities.add('service', id)
  for (const id of Object.keys(scenario.clients)) entities.add('client', id)
  const planIds = Object.keys(scenario.plans).filter(id => scenario.plans[id].enabled)
  for (const id of planIds) {
    const plan = entities.add('plan', id)
    for (const step of Object.keys(scenario.plans[id].steps ?? {})) entities.add('plan', step, plan)
  }
  for (const id of Object.keys(scenario.faults)) entities.add('fault', id)

  const running: Running[] = []
  for (const [id, service] of Object.entries(scenario.services)) {
    if (isRunning(service)) running.push({ id, service, spec: serviceSpec(scenario, entities, places, id, service) })
  }
  const numberOf = (id: string): number => running.findIndex(one => one.id === id)
  const databases = running.map((_, number) => number).filter(number => running[number].service.kind === 'database')

  // Cells: one for each zone of a service that clients send requests to.
  const senders = Object.entries(scenario.clients).flatMap(([id, client]) => ('to' in client ? [{ id, client }] : []))
  const served = running
    .map((_, number) => number)
    .filter(number => senders.some(({ client }) => client.to === running[number].id))
  const cells: Cell[] = served.flatMap(number =>
    zonesOf(places, running[number].spec).map(zone => ({
      entity: entities.add('cell', entities.id(places.zoneEntity(zone)), running[number].spec.entity),
      service: number,
      zone,
      edge: zoneCount + regions.indexOf(regionOf(zone)),
      data: dataOf(running[number].service),
      calls: [],
      callers: [],
    })),
  )

  // What instances may use for a while: one bucket for all of a cell.
  const buckets = cells.flatMap(({ entity, service: number }, cell): BucketSpec[] => {
    const { service } = running[number]
    return bucketsOf(service, typesOf(scenario, running[number].id, service)).map(({ name, ...bucket }) => {
      return { ...bucket, entity: entities.add('bucket', name, entity), cell, capacity: service.capacity }
    })
  })

  // Services whose instances may come to be of another type.
  const fleets = running.flatMap(({ id, service }, number): FleetSpec[] => {
    const types = typesOf(scenario, id, service)
    return types.length > 1 ? [{ service: number, types, drivers: service.image?.drivers ?? { ena: 1, nvme: 1 } }] : []
  })

  // Queues for calls: the control plane's own, or one for each zone that it has to do with.
  const callQueues = running.map(({ service, spec }) =>
    service.kind === 'control-plane' && service.api['queue-per'] === 'zone'
      ? zonesAround(places, spec).map(zone => ({
          entity: entities.add('queue', entities.id(places.zoneEntity(zone)), spec.entity),
          zone,
        }))
      : [{ entity: spec.entity, zone: -1 }],
  )

  const volumes = Object.entries(scenario.services).flatMap(([id, service]) =>
    service.kind === 'volumes' ? [{ id, service, pools: poolsOf(entities, places, id, service) }] : [],
  )

  // Needs: a serve-need of a service with cells is a call that each of them makes; every other one is the service's own. What is
  // needed of volumes, or renewed, is each instance's.
  const needs: NeedSpec[] = []
  const disks: DiskSpec[] = []
  const leases: LeaseSpec[] = []
  for (const { id, service, spec } of running) {
    const callers = cells.filter(cell => running[cell.service].id === id)
    for (const [name, need] of Object.entries(service.needs)) {
      const disk = volumes.findIndex(one => need.from.includes(one.id))
      if (disk >= 0) {
        disks.push({ service: numberOf(id), volumes: disk, when: need.when === 'serve' ? 'serve' : 'start' })
        continue
      }
      if (need.refresh !== undefined) {
        const supplier = numberOf(need.from[0])
        leases.push({ name: `${id}.${name}`, holder: numberOf(id), supplier, hold: need.hold, ...need.refresh })
        continue
      }
      const asNeed = (holder: EntityId): NeedSpec => needSpec(entities, places, holder, name, need)
      if (need.when !== 'serve' || callers.length === 0) needs.push(asNeed(spec.entity))
      else {
        for (const cell of callers) {
          cell.calls.push({ need: needs.length, fanout: need.fanout, database: databases.indexOf(numberOf(need.from[0])) })
          needs.push(asNeed(cell.entity))
        }
      }
    }
  }

  // What all links of a region need, each of them needs.
  const controlled = links.flatMap(({ entity }): ControlledLink[] => {
    const { network } = scenario.world.regions[regions.indexOf(places.placeOf(entities.parent(entity)))]
    for (const [name, { from, k, hold }] of Object.entries(network?.needs ?? {}))
      needs.push(needSpec(entities, places, entity, name, { from, k, hold, when: 'serve', kept: 'memory' }))
    return network === undefined ? [] : [{ entity, without: network.else ?? 'cut' }]
  })

  // Parts of clients: requests that make a call make it at every attempt, so those that do and those that do not are kept
  // apart. Requests that make a rarer call make the commoner ones too.
  const parts = senders.flatMap(({ id, client }) => {
    const own = cells.filter(cell => running[cell.service].id === client.to)
    const calls = own[0]?.calls ?? []
    const shares = [...new Set([1, ...calls.map(({ fanout }) => Math.min(1, fanout))])].sort((a, b) => b - a)
    return shares.map((share, i) => ({ id, client, share: share - (shares[i + 1] ?? 0), rarest: share }))
  })
  parts.forEach(({ client, rarest }, part) => {
    for (const cell of cells.filter(cell => running[cell.service].id === client.to)) {
      cell.callers.push({
        client: part,
        makes: cell.calls.map((_, at) => at).filter(at => Math.min(1, cell.calls[at].fanout) >= rarest),
      })
    }
  })

  const planes = running.map((_, number) => number).filter(number => running[number].service.kind === 'control-plane')
  const changed = new Map(
    Object.values(scenario.clients).flatMap(client =>
      'asks' in client && client.asks === 'change' ? [[numberOf(client.of), planes.indexOf(numberOf(client.via))]] : [],
    ) as [number, number][],
  )
  const changes = [...changed].map(([service, via]) => ({ service, via }))

  return {
    entities,
    places,
    feeds,
    /** Shared feeds above the data centres. */
    gridFeeds,
    links,
    /** Those that need a control plane. */
    controlled,
    /** Nodes of the network: zones first, then the edge of each region. */
    nodes: zoneCount + regions.length,
    running,
    numberOf,
    /** Numbers of the services that are databases, and of those that clients call. */
    databases,
    served,
    parts,
    cells,
    buckets,
    fleets,
    /** Queues for the calls of a control plane, by the service's number. */
    callQueues: (number: number) => callQueues[number],
    /** Services that are volumes, and what they have in each zone. */
    volumes,
    disks,
    leases,
    needs,
    planIds,
    /** Services whose instances somebody changes, and the number of the control plane that is asked. */
    changes,
    /** Zones of a place, by name; those of the first region when it is left out. */
    zonesIn: (place: string | undefined) => zonesUnder(places, place === undefined ? 0 : placeNamed(entities, places, place)),
    named: (id: string): EntityId => entities.find(id),
  }
}

/** The shared feeds, and the line-ups that each of them feeds. */
function enrolFeeds(entities: Entities, { feeds, world }: Scenario): GridFeedSpec[] {
  const ids = Object.keys(feeds)
  const lineups = ids.map((): number[] => [])
  let line = 0
  const plans = world.regions.flatMap(({ zones }) => zones.flatMap(({ datacentres }) => datacentres))
  for (const { feeds: own, power } of plans) {
    for (let i = 0; i < power.lineups.units; i++) {
      const from = own[own.length > 1 ? i : 0]
      if (from !== undefined) lineups[ids.indexOf(from)].push(line)
      line++
    }
  }
  return ids.map((id, feed) => ({
    ...feeds[id],
    entity: entities.add('feed', id),
    from: feeds[id].from.map(source => ids.indexOf(source)),
    lineups: lineups[feed],
  }))
}

/** Every pair of a region's zones, and the edge to each zone. */
function enrolLinks(entities: Entities, places: Places, scenario: Scenario, regions: readonly number[]): LinkSpec[] {
  return regions.flatMap((region, r) => {
    const { entity } = places.places[region]
    const { zoneLatency: latency } = scenario.world.regions[r]
    const zones = places.zones.map((_, zone) => zone).filter(zone => places.places[places.zones[zone]].parent === region)
    const nameOf = (zone: number): string => places.places[places.zones[zone]].name
    const edges = zones.map((zone): LinkSpec => {
      return { entity: entities.add('link', `edge-${nameOf(zone)}`, entity), ends: [places.zones.length + r, zone], latency }
    })
    const pairs = zones.flatMap((a, i) => zones.slice(i + 1).map(b => [a, b] as const))
    return [
      ...edges,
      ...pairs.map((ends): LinkSpec => ({ entity: entities.add('link', ends.map(nameOf).join('-'), entity), ends, latency })),
    ]
  })
}

function serviceSpec(scenario: Scenario, entities: Entities, places: Places, id: string, service: RunningService): ServiceSpec {
  const scaledTo = Object.values(scenario.plans).map(plan => (plan.enabled && plan.of === id ? Number(plan.max) : 0))
  const instances = service.kind === 'database' ? (service.standby === undefined ? 1 : 2) : (service.instances ?? 1)
  const home = 'place' in service && service.place !== undefined ? placeNamed(entities, places, service.place) : 0
  const { firstHost, endHost } = places.places[home]
  const runsThere = places.datacentres.some(({ place, plan }) => {
    const { firstHost: first, endHost: end } = places.places[place]
    return plan.begin === 'up' && first < endHost && end > firstHost
  })
  return {
    entity: entities.find(id),
    instances,
    instancesMax: Math.max(instances, ...scaledTo),
    spread: spreadOf(entities, places, service, home),
    packs: 'strategy' in service && service.strategy === 'binpack',
    cpu: instanceType(service.size).cpu,
    memory: instanceType(service.size).memory,
    startsIn: service['starts-in'],
    onHostLoss: service['on-host-loss'],
    hasLocalDisk: service['local-disk'],
    restore: service.restore,
    begin: service.begin ?? (runsThere ? 'up' : 'dark'),
  }
}

function dataOf(service: RunningService): DataSpec | undefined {
  return service.kind === 'service' ? service.data : undefined
}

/** The places that instances take in turn: those of a database's replicas; else each zone of the service's place, or the place. */
function spreadOf(entities: Entities, places: Places, service: RunningService, home: number): number[] {
  if (service.kind === 'database') {
    return [service.primary, service.standby].flatMap(name => (name === undefined ? [] : [placeNamed(entities, places, name)]))
  }
  if (service.instances === undefined) return []
  if (places.places[home].kind !== 'region') return [home]
  return places.zones.filter(at => places.places[at].parent === home)
}

/** The volumes of a service in each zone of its place: as many in each, and one more in the first where they do not divide. */
function poolsOf(entities: Entities, places: Places, id: string, service: Volumes): PoolSpec[] {
  const home = places.places[service.place === undefined ? 0 : placeNamed(entities, places, service.place)]
  const hosts = Array.from({ length: home.endHost - home.firstHost }, (_, i) => home.firstHost + i)
  const zones = [...new Set(hosts.map(host => places.zoneOfHost[host]))]
  return zones.map((zone, i) => ({
    entity: entities.add('cell', entities.id(places.zoneEntity(zone)), entities.find(id)),
    zone,
    hosts: hosts.filter(host => places.zoneOfHost[host] === zone),
    items: Math.ceil((service.items - i) / zones.length),
  }))
}

/** Index of the region, zone or data centre that a name means. */
function placeNamed(entities: Entities, places: Places, name: string): number {
  const known = places.places.flatMap(({ entity, kind }, at) => (kind === 'rack' ? [] : [{ id: entities.id(entity), at }]))
  const [found] = placesCalled(known, name)
  if (found === undefined) throw new Error(`no place ${name}`)
  return found.at
}

function zonesOf(places: Places, { spread }: ServiceSpec): number[] {
  const zones = places.zones.map((_, zone) => zone)
  return zones.filter(zone => spread.some(at => places.zoneOfHost[places.places[at].firstHost] === zone))
}

function zonesUnder(places: Places, at: number): number[] {
  const { firstHost, endHost } = places.places[at]
  const own = new Set<number>()
  for (let host = firstHost; host < endHost; host++) own.add(places.zoneOfHost[host])
  return [...own]
}

/** All zones of the regions that a service's places lie in; all there are for one that lies nowhere. */
function zonesAround(places: Places, spec: ServiceSpec): number[] {
  const zones = places.zones.map((_, zone) => zone)
  const regionOf = (zone: number): number => places.places[places.zones[zone]].parent
  const own = zonesOf(places, spec).map(regionOf)
  return own.length === 0 ? zones : zones.filter(zone => own.includes(regionOf(zone)))
}

/** A supplier is a service, or a place whose hosts have to be up. Everybody was up before the run began. */
function needSpec(entities: Entities, places: Places, holder: EntityId, name: string, need: Omit<Need, 'fanout'>): NeedSpec {
  const from = need.from.map(supplier => {
    const service = entities.find(supplier)
    return service > 0 && entities.kind(service) === 'service'
      ? service
      : places.places[placeNamed(entities, places, supplier)].entity
  })
  return { holder, name, from, k: need.k ?? from.length, when: need.when, hold: need.hold, kept: need.kept, wasUp: true }
}
