/**
 * Scenario → wired cloud: the one place that wires. Entities are numbered first, by kind and by sorted id, so that neither the
 * order of a file's keys nor an added component moves anybody; then the models are made, told of each other, and begun.
 */

import { installFault } from '../effects/faults.ts'
import { effects } from '../effects/index.ts'
import { Randomness } from '../engine/random.ts'
import { Simulation } from '../engine/simulation.ts'
import { createBalancer } from '../models/balancer.ts'
import { createCells } from '../models/cells.ts'
import type { Cloud } from '../models/cloud.ts'
import { createControlPlanes } from '../models/control-plane.ts'
import { createCooling } from '../models/cooling.ts'
import { createCrews } from '../models/crews.ts'
import { createDatabases } from '../models/database.ts'
import { createHosts } from '../models/hosts.ts'
import { createNeeds, type NeedSpec } from '../models/needs.ts'
import { createNetwork, type LinkSpec } from '../models/network.ts'
import { layOut, type Places } from '../models/places.ts'
import { createPool } from '../models/pool.ts'
import { addPowerFeeds, createPower } from '../models/power/power.ts'
import { createServices, type ServiceSpec } from '../models/services.ts'
import { createTraffic } from '../models/traffic/traffic.ts'
import { plans } from '../plans/index.ts'
import { installOtherCustomers } from '../plans/other-customers.ts'
import { Entities, type EntityId, naturalOrder } from '../trace/entities.ts'
import { Trace } from '../trace/trace.ts'
import type { Need, Scenario, Service } from './schema.ts'

/** A simulation ready to run. */
export interface Built {
  readonly cloud: Cloud
  /** The static world that metrics read next to the trace. */
  readonly world: World
}

/** Who calls whom, for metrics. */
export interface World {
  readonly clients: readonly { readonly entity: EntityId; readonly service: EntityId }[]
  readonly services: readonly { readonly entity: EntityId; readonly instances: number }[]
}

/** Wires a valid scenario. Throws only on a bug of ours: whatever a user can get wrong, the loader has reported. */
export function build(scenario: Scenario, seed: string): Built {
  const sim = new Simulation()
  const trace = new Trace()
  sim.keep(trace)
  const randomness = new Randomness(sim, seed)
  const entities = new Entities()
  const places = layOut(entities, scenario.world.regions)
  const named = (id: string): EntityId => entities.find(id)

  // Feeds and queues of each data centre.
  const perDatacentre = places.datacentres.map(({ place }) => {
    const at = places.places[place].entity
    return {
      power: addPowerFeeds(entities, at),
      cooling: entities.add('feed', 'cooling', at),
      bootSlots: entities.add('queue', 'boot-slots', at),
      restarts: entities.add('queue', 'restarts', at),
    }
  })

  // Links: every pair of a region's zones, and its edge to each.
  const regions = places.places.map((place, at) => ({ place, at })).filter(({ place }) => place.kind === 'region')
  const links: LinkSpec[] = []
  regions.forEach(({ place, at }, r) => {
    const { zoneLatency } = scenario.world.regions[r]
    const zones = places.zones.map((_, zone) => zone).filter(zone => places.places[places.zones[zone]].parent === at)
    const nameOf = (zone: number): string => places.places[places.zones[zone]].name
    zones.forEach((a, i) => {
      links.push({
        entity: entities.add('link', `edge-${nameOf(a)}`, place.entity),
        ends: [places.zones.length + r, a],
        latency: zoneLatency,
      })
      for (const b of zones.slice(i + 1)) {
        links.push({
          entity: entities.add('link', `${nameOf(a)}-${nameOf(b)}`, place.entity),
          ends: [a, b],
          latency: zoneLatency,
        })
      }
    })
  })
  const edgeOfZone = (zone: number): number =>
    places.zones.length + regions.findIndex(({ at }) => at === places.places[places.zones[zone]].parent)

  // Services, clients, plans and faults, each by sorted id.
  const serviceIds = sorted(scenario.services)
  const clientIds = sorted(scenario.clients)
  const planIds = sorted(scenario.plans).filter(id => scenario.plans[id].enabled)
  const faultIds = sorted(scenario.faults)
  for (const id of serviceIds) entities.add('service', id)
  for (const id of clientIds) entities.add('client', id)
  for (const id of planIds) {
    const plan = entities.add('plan', id)
    const { steps } = scenario.plans[id] as { steps?: Record<string, unknown> }
    if (steps !== undefined) for (const step of sorted(steps)) entities.add('plan', step, plan)
  }
  for (const id of faultIds) entities.add('fault', id)

  const runningIds = serviceIds.filter(id => scenario.services[id].kind !== 'crew')
  const databaseIds = runningIds.filter(id => scenario.services[id].kind === 'database')
  const specs = runningIds.map((id): ServiceSpec => serviceSpec(scenario, places, id, entities))

  // Cells: one for each zone of a service that clients call.
  const called = new Set(Object.values(scenario.clients).flatMap(client => ('to' in client ? [client.to] : [])))
  const zonesOf = (spec: ServiceSpec): number[] =>
    places.zones
      .map((_, zone) => zone)
      .filter(zone => spec.spread.some(at => places.zoneOfHost[places.places[at].firstHost] === zone))
  const served = runningIds.map((id, service) => ({ id, service })).filter(({ id }) => called.has(id))
  const cells = served.flatMap(({ id, service }) =>
    zonesOf(specs[service]).map(zone => ({
      entity: entities.add('cell', cellName(entities, places, zone), specs[service].entity),
      id,
      service,
      zone,
    })),
  )

  // Needs: a serve-need of a service with traffic belongs to each of its cells, every other one to the service.
  const needSpecs: NeedSpec[] = []
  const callsOf = cells.map((): { need: number; fanout: number; database: number }[] => [])
  for (const id of runningIds) {
    const holders = cells.map((cell, at) => ({ ...cell, at })).filter(cell => cell.id === id)
    for (const [name, need] of Object.entries(scenario.services[id].needs).sort(([a], [b]) => naturalOrder(a, b))) {
      const spec = needSpec(name, need, supplier => supplierOf(entities, places, supplier))
      if (need.when !== 'serve' || holders.length === 0) {
        needSpecs.push({ ...spec, holder: named(id), wasUp: true })
        continue
      }
      for (const cell of holders) {
        callsOf[cell.at].push({ need: needSpecs.length, fanout: need.fanout, database: databaseIds.indexOf(need.from[0]) })
        needSpecs.push({ ...spec, holder: cell.entity, wasUp: true })
      }
    }
  }

  // Models.
  const hosts = createHosts(
    sim,
    trace,
    randomness,
    entities,
    places,
    perDatacentre.map(feeds => feeds.bootSlots),
  )
  const power = createPower(
    sim,
    trace,
    randomness,
    entities,
    places.datacentres.map(({ place, plan, firstRack, endRack }, d) => ({
      datacentre: places.places[place].entity,
      feeds: perDatacentre[d].power,
      racks: { first: firstRack, count: endRack - firstRack },
      wattsPerRack: plan.hosts * plan.machine.power,
      hostsPerRack: plan.hosts,
      hold: plan.machine.hold,
      begin: plan.begin,
      spec: plan.power,
    })),
    rack => places.rackEntity(rack),
  )
  const cooling = createCooling(
    sim,
    trace,
    places,
    hosts,
    perDatacentre.map(({ cooling: entity }) => ({ entity, ...COOLING })),
  )
  const network = createNetwork(sim, trace, places.zones.length + regions.length, links)
  const pool = createPool(sim, places, hosts)
  const services = createServices(
    sim,
    trace,
    randomness,
    entities,
    places,
    hosts,
    pool,
    () => needs,
    specs,
    perDatacentre.map(feeds => feeds.restarts),
  )
  const needs = createNeeds(sim, entities.count, needSpecs, entity => {
    const service = services.serviceOf(entity)
    const place = places.placeOf(entity)
    return service >= 0 ? services.isUp(service) : place >= 0 && hosts.isReady(place)
  })
  const traffic = createTraffic(sim, trace, {
    clients: clientIds.flatMap(id => {
      const client = scenario.clients[id]
      if (!('to' in client)) return []
      return [{ ...client, entity: named(id), service: served.findIndex(one => one.id === client.to) }]
    }),
    services: served.map(({ id }) => {
      const service = scenario.services[id]
      return {
        cells: cells.filter(cell => cell.id === id).map(({ entity }) => ({ entity })),
        queueLimit: service.overload.queue,
        takes: service.takes,
        capacity: service.capacity,
      }
    }),
    horizon: scenario.run.horizon,
  })
  const trafficOf = new Map(served.map(({ service }, at) => [service, at]))
  const databases = createDatabases(
    sim,
    trace,
    randomness,
    entities,
    services,
    runningIds.flatMap((id, service) => {
      const spec = scenario.services[id]
      if (spec.kind !== 'database') return []
      return [
        {
          service,
          standby: spec.standby !== undefined,
          lag: spec.replication,
          ...spec.failover,
          replay: spec.replay,
          writesPerSecond: () => writes(service),
        },
      ]
    }),
  )
  /** Calls that reach a database each second: what its callers' clients issue, times the share that calls it. */
  function writes(service: number): number {
    let sum = 0
    cells.forEach((cell, at) => {
      for (const call of callsOf[at]) {
        if (databases.specs[call.database]?.service === service) sum += traffic.offeredTo(at) * call.fanout
      }
    })
    return sum
  }
  const controlPlanes = createControlPlanes(
    sim,
    trace,
    randomness,
    entities,
    services,
    () => needs,
    runningIds.flatMap((id, service) => {
      const spec = scenario.services[id]
      return spec.kind === 'control-plane' ? [{ service, ...spec.api }] : []
    }),
  )
  const crews = createCrews(
    sim,
    trace,
    randomness,
    entities,
    serviceIds.flatMap(id => {
      const spec = scenario.services[id]
      return spec.kind === 'crew' ? [{ entity: named(id), servers: spec.servers, travel: spec.travel, takes: spec.takes }] : []
    }),
  )
  const cellModel = createCells(
    sim,
    services,
    needs,
    network,
    databases,
    traffic,
    cells.map(({ entity, zone }, at) => ({ entity, zone, edge: edgeOfZone(zone), calls: callsOf[at] })),
  )
  const balancer = createBalancer(
    sim,
    trace,
    randomness,
    entities,
    services,
    network,
    served.map(({ id, service }) => ({
      service,
      health: scenario.services[id].health,
      cells: cells
        .map((cell, at) => ({ ...cell, cell: at, edge: edgeOfZone(cell.zone) }))
        .filter(cell => cell.service === service),
    })),
    traffic.setCell,
  )

  const cloud: Cloud = {
    sim,
    trace,
    randomness,
    entities,
    places,
    hosts,
    pool,
    power,
    cooling,
    network,
    needs,
    services,
    databases,
    controlPlanes,
    crews,
    traffic,
    balancer,
    cells: cellModel,
    offered: service => traffic.offered(trafficOf.get(service) ?? -1),
    capacityOf: service => scenario.services[runningIds[service]].capacity,
    cellsOf: service =>
      cells
        .map((cell, at) => ({ cell, at }))
        .filter(({ cell }) => cell.service === service)
        .map(({ at }) => at),
  }

  // Begin: from the ground up.
  hosts.begin()
  services.begin()
  pool.begin()
  needs.begin()
  power.onRack((rack, powered, row) => hosts.setRackPower(rack, powered, row))
  hosts.watchPlaces((place, ready, row) => needs.flip(place, ready, row))
  services.beginStarting()
  controlPlanes.begin()
  balancer.begin()
  cellModel.begin()
  if (crews.count > 0) {
    hosts.repairedBy((host, row) => crews.ask(0, { done: done => hosts.repair(host, done) }, row))
  }

  for (const id of faultIds) {
    const { kind, target, at, lasts, until, odds, ...params } = scenario.faults[id]
    const effect = effects.find(one => one.kind === kind)
    if (effect === undefined) throw new Error(`no effect ${kind}`)
    installFault(cloud, {
      entity: named(id),
      effect,
      target,
      at,
      odds: odds ?? 1,
      params,
      ...(lasts === undefined ? {} : { lasts }),
      ...(until === undefined ? {} : { until }),
    })
  }
  for (const id of planIds) {
    const { kind, enabled: _, ...params } = scenario.plans[id]
    plans.find(one => one.kind === kind)?.install(cloud, named(id), params)
  }
  for (const id of clientIds) {
    const client = scenario.clients[id]
    if (!('asks' in client)) continue
    const via = controlPlanes.ofService(services.serviceOf(named(client.via)))
    installOtherCustomers(cloud, { entity: named(id), via, ...client.recover })
  }

  return {
    cloud,
    world: {
      clients: clientIds.flatMap(id => {
        const client = scenario.clients[id]
        return 'to' in client ? [{ entity: named(id), service: named(client.to) }] : []
      }),
      services: specs.map(spec => ({ entity: spec.entity, instances: spec.instances })),
    },
  }
}

function serviceSpec(scenario: Scenario, places: Places, id: string, entities: Entities): ServiceSpec {
  const service = scenario.services[id]
  const entity = entities.find(id)
  const grown = Object.values(scenario.plans).flatMap(plan =>
    plan.kind === 'autoscaler' && plan.enabled && plan.of === id ? [plan.max as number] : [],
  )
  const instances = service.kind === 'database' ? (service.standby === undefined ? 1 : 2) : (service.instances ?? 1)
  const home = placeNamed(entities, places, service.place) ?? 0
  return {
    entity,
    instances,
    instancesMax: Math.max(instances, ...grown),
    spread: spreadOf(entities, places, service, home),
    cpu: cpuOf(service.size),
    startsIn: service['starts-in'],
    onHostLoss: service['on-host-loss'],
    begin:
      service.begin ??
      (places.datacentres.some(({ place, plan }) => isWithin(places, place, home) && plan.begin === 'up') ? 'up' : 'dark'),
  }
}

/** Places that a service's instances take in turn: the replicas of a database, or every zone of its place, or the place. */
function spreadOf(entities: Entities, places: Places, service: Service, home: number): number[] {
  if (service.kind === 'database') {
    return [service.primary, service.standby].flatMap(name =>
      name === undefined ? [] : [placeNamed(entities, places, name) ?? home],
    )
  }
  if (service.instances === undefined) return []
  if (places.places[home].kind !== 'region') return [home]
  return places.zones.filter(at => places.places[at].parent === home)
}

function isWithin(places: Places, inner: number, outer: number): boolean {
  return (
    places.places[inner].firstHost >= places.places[outer].firstHost &&
    places.places[inner].endHost <= places.places[outer].endHost
  )
}

/** Index of the place with this id or unique suffix of one; undefined for no name. */
function placeNamed(entities: Entities, places: Places, name: string | undefined): number | undefined {
  if (name === undefined) return undefined
  const at = places.places.findIndex(place => {
    const id = entities.id(place.entity)
    return id === name || id.endsWith(`/${name}`)
  })
  return at < 0 ? undefined : at
}

/** A supplier is a service, or a place whose hosts have to be up. */
function supplierOf(entities: Entities, places: Places, name: string): EntityId {
  const service = entities.find(name)
  if (service > 0) return service
  const place = placeNamed(entities, places, name)
  return place === undefined ? -1 : places.places[place].entity
}

function needSpec(name: string, need: Need, supplierOf: (name: string) => EntityId): Omit<NeedSpec, 'holder' | 'wasUp'> {
  return {
    name,
    from: need.from.map(supplierOf),
    k: need.k ?? need.from.length,
    when: need.when,
    hold: need.hold,
    kept: need.kept,
  }
}

/** A zone's id without its region while there is only one. */
function cellName(entities: Entities, places: Places, zone: number): string {
  const id = entities.id(places.zoneEntity(zone))
  return entities.all('region').length > 1 ? id : id.slice(id.indexOf('/') + 1)
}

function sorted(map: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(map).sort(naturalOrder)
}

/** A dense hall. Source: 1–5 K/min without cooling, protective power-off at 35–45 °C inlet (operators' rule of thumb). */
const COOLING = { warming: 3 / 60, recovery: 1 / 60, trip: 15, restart: 5 }
