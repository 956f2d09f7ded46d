/**
 * Scenario → wired cloud: the one place that wires. Everybody is numbered first; then the models are made, told of each other,
 * and begun from the ground up; then faults, plans and clients are put to work.
 */

import { installFault } from '../effects/faults.ts'
import { effects } from '../effects/index.ts'
import type { FaultSpec } from '../effects/strikes.ts'
import { mean } from '../engine/distribution.ts'
import { Randomness } from '../engine/random.ts'
import { Simulation } from '../engine/simulation.ts'
import { createBalancer } from '../models/balancer.ts'
import { createBuckets } from '../models/buckets.ts'
import { connectCards } from '../models/card-users.ts'
import { createCards } from '../models/cards.ts'
import { createCells, DEGRADED } from '../models/cells.ts'
import { createClients } from '../models/clients.ts'
import type { Cloud } from '../models/cloud.ts'
import { createControlPlanes } from '../models/control-plane.ts'
import { createCooling } from '../models/cooling.ts'
import { createCrews } from '../models/crews.ts'
import { createDatabases } from '../models/database.ts'
import { createDegradedHosts } from '../models/degraded-hosts.ts'
import { createFabric } from '../models/fabric.ts'
import { createFirmware } from '../models/firmware.ts'
import { createHostIo } from '../models/host-io.ts'
import { createHosts } from '../models/hosts.ts'
import { beginLatentDefects, type LatentDefectSpec } from '../models/latent-defects.ts'
import { createLeases } from '../models/leases/leases.ts'
import { createNeeds, type Needs } from '../models/needs.ts'
import { createNetwork } from '../models/network.ts'
import { connectControl } from '../models/network-control.ts'
import { createPool } from '../models/pool.ts'
import { createPower } from '../models/power/power.ts'
import { createRecords } from '../models/records.ts'
import { createRequestTraffic } from '../models/requests/requests.ts'
import { createResizes } from '../models/resizes.ts'
import { createRestarts } from '../models/restarts.ts'
import { select } from '../models/select.ts'
import { createServices } from '../models/services.ts'
import { createTenants } from '../models/tenants.ts'
import { createTraffic } from '../models/traffic/traffic.ts'
import { connectDisks, connectTenants } from '../models/volumes/disks.ts'
import { createVolumes } from '../models/volumes/volumes.ts'
import { plans } from '../plans/index.ts'
import { installOtherCustomers } from '../plans/other-customers.ts'
import { ONCE } from '../plans/retries.ts'
import { installChanges, installLaunches, installVolumeCreation } from '../plans/steady-calls.ts'
import type { EntityId } from '../trace/entities.ts'
import { Trace } from '../trace/trace.ts'
import { enrol, type Roster } from './roster.ts'
import type { Asker, Fault, Scenario } from './schema.ts'

/** A cloud ready to run, and who is who in it. */
export interface Built {
  readonly cloud: Cloud
  readonly roster: Roster
}

/** Wires a valid scenario. Throws only on a bug of ours: whatever a user can get wrong, the loader has reported. */
export function build(scenario: Scenario, seed: string): Built {
  const roster = enrol(scenario)
  const cloud = wire(scenario, roster, seed)
  begin(cloud, roster)
  beginLatentDefects(cloud.sim, cloud.trace, cloud.services, cloud.cells, latentDefects(roster, cloud))
  putToWork(scenario, roster, cloud)
  return { cloud, roster }
}

function wire(scenario: Scenario, roster: Roster, seed: string): Cloud {
  const { entities, places, feeds, running, cells, databases: databaseNumbers, served } = roster
  const sim = new Simulation()
  const trace = new Trace()
  sim.keep(trace)
  const randomness = new Randomness(sim, seed)

  const hosts = createHosts(
    sim,
    trace,
    randomness,
    entities,
    places,
    feeds.map(feed => feed.bootSlots),
  )
  const degraded = createDegradedHosts(sim, trace, places)
  const fabric = createFabric(sim, trace, randomness, entities, places, hosts)
  const power = createPower(
    sim,
    trace,
    randomness,
    entities,
    places.datacentres.map(({ place, plan, firstRack, endRack }, d) => ({
      datacentre: places.places[place].entity,
      feeds: feeds[d].power,
      racks: { first: firstRack, count: endRack - firstRack },
      wattsPerRack: plan.hosts * plan.machine.power,
      hostsPerRack: plan.hosts,
      hold: plan.machine.hold,
      begin: plan.begin,
      spec: plan.power,
    })),
    places.rackEntity,
    roster.gridFeeds,
  )
  const cooling = createCooling(
    sim,
    trace,
    randomness,
    entities,
    places,
    hosts,
    feeds.map(feed => feed.cooling),
  )
  const network = createNetwork(sim, trace, roster.nodes, roster.links)
  const pool = createPool(sim, places, hosts)
  const restarts = createRestarts(
    sim,
    trace,
    places,
    feeds.map(feed => feed.restarts),
  )
  const tenants = createTenants(sim, trace, places, hosts, pool, restarts)
  const needsLater = (): Needs => needs
  const services = createServices(
    sim,
    trace,
    randomness,
    entities,
    places,
    hosts,
    pool,
    restarts,
    needsLater,
    running.map(({ spec }) => spec),
  )
  const needs = createNeeds(sim, entities.count, roster.needs, entity => {
    const service = cells.find(cell => cell.entity === entity)?.service ?? services.serviceOf(entity)
    const place = places.placeOf(entity)
    return service >= 0 ? services.isUp(service) : place >= 0 && hosts.isReady(place)
  })
  const parts = roster.parts.map(({ id, client, share }) => ({
    ...client,
    share,
    entity: roster.named(id),
    service: served.indexOf(roster.numberOf(client.to)),
  }))
  const callees = served.map(number => {
    const { overload, takes, capacity } = running[number].service
    return {
      cells: cells.filter(cell => cell.service === number),
      queueLimit: overload.queue,
      takes: mean(takes),
      capacity,
      work: takes,
      discipline: overload.discipline,
    }
  })
  const { horizon, fidelity, interval } = scenario.run
  const traffic =
    fidelity === 'flow'
      ? createTraffic(sim, trace, { clients: parts, services: callees, horizon })
      : createRequestTraffic(sim, trace, randomness, entities, { clients: parts, services: callees, interval })
  const offered = (number: number): number => (served.includes(number) ? traffic.offered(served.indexOf(number)) : 0)
  const databases = createDatabases(
    sim,
    trace,
    randomness,
    entities,
    services,
    network,
    databaseNumbers.flatMap((number, database) => {
      const { service } = running[number]
      if (service.kind !== 'database') return []
      const { standby, replication: lag, failover, replay } = service
      return [
        {
          service: number,
          standby: standby !== undefined,
          lag,
          ...failover,
          replay,
          writesPerSecond: () => writesTo(database),
        },
      ]
    }),
  )
  /** What the requests of all callers of a database come to, per second. */
  function writesTo(database: number): number {
    let sum = 0
    for (const number of served) {
      const own = cells.filter(cell => cell.service === number)
      const fanout = own[0]?.calls.find(call => call.database === database)?.fanout ?? 0
      sum += offered(number) * fanout
    }
    return sum
  }
  const controlPlanes = createControlPlanes(
    sim,
    trace,
    randomness,
    entities,
    services,
    needsLater,
    running.flatMap(({ service }, number) => {
      if (service.kind !== 'control-plane') return []
      const { 'removes-dead': removesDead, 'call-timeout': callTimeout, ...api } = service.api
      return [{ ...api, service: number, queues: roster.callQueues(number), removesDead, callTimeout }]
    }),
  )
  const records = createRecords(sim, trace, services, controlPlanes, roster.changes)
  const volumes = createVolumes(
    sim,
    trace,
    places,
    hosts,
    controlPlanes,
    roster.volumes.map(({ id, pools, service }) => {
      const { search, ...repair } = service.repair
      const via = search.via === undefined ? -1 : controlPlanes.ofService(roster.numberOf(search.via))
      return { ...service, entity: roster.named(id), pools, repair: { ...repair, search: { ...search, via } } }
    }),
  )
  connectDisks(sim, randomness, entities, services, volumes, roster.disks)
  const leases = createLeases(sim, trace, randomness, entities, services, needs, network, places, hosts, roster.leases)
  connectTenants(sim, randomness, entities, places, tenants, volumes)
  const cards = createCards(sim, trace, randomness, entities, places)
  const { observe } = scenario.run
  const hostIo = createHostIo(sim, trace, randomness, entities, places, hosts, cards, services, tenants, {
    observed: (observe === undefined ? [] : select(entities, randomness, observe, 'observe'))
      .map(places.hostOf)
      .filter(host => host >= 0),
    demands: running.map(({ service }) => service.io),
    interval,
  })
  const withVolumes = running.flatMap(({ service }, number) =>
    service.disk === undefined ? [] : [{ service: number, when: 'serve' as const }],
  )
  connectCards(cards, hosts, pool, services, tenants, volumes, [...roster.disks, ...withVolumes])
  const crews = createCrews(
    sim,
    trace,
    randomness,
    entities,
    Object.entries(scenario.services).flatMap(([id, service]) =>
      service.kind === 'crew' ? [{ ...service, entity: roster.named(id) }] : [],
    ),
    places.datacentres.map(({ place }) => places.places[place].entity),
  )
  const allCells = createCells(sim, services, needs, network, databases, traffic, cells)
  const balancer = createBalancer(
    sim,
    trace,
    randomness,
    entities,
    services,
    network,
    degraded,
    served.map(number => ({
      service: number,
      health: running[number].service.health,
      takes: mean(running[number].service.takes),
      cells: cells.map((cell, at) => ({ ...cell, cell: at })).filter(cell => cell.service === number),
    })),
    horizon,
    traffic.setCell,
    (cell, impairment, row) => {
      if (impairment === undefined) allCells.relieve(cell, DEGRADED, row)
      else allCells.impair(cell, DEGRADED, impairment, row)
    },
  )
  const buckets = createBuckets(sim, trace, traffic, allCells, roster.buckets)
  return {
    sim,
    horizon: scenario.run.horizon,
    trace,
    randomness,
    entities,
    places,
    hosts,
    degraded,
    hostIo,
    fabric,
    cards,
    firmware: createFirmware(sim, trace, randomness, entities, places, cards),
    pool,
    power,
    cooling,
    network,
    needs,
    tenants,
    services,
    databases,
    controlPlanes,
    records,
    crews,
    leases,
    volumes,
    traffic,
    clients: createClients(sim, traffic, parts),
    balancer,
    cells: allCells,
    buckets,
    resizes: createResizes(sim, trace, randomness, entities, services, balancer, allCells, buckets, roster.fleets),
    offered,
    capacityOf: number => running[number].service.capacity,
    cellsOf: number => cells.map((_, at) => at).filter(at => cells[at].service === number),
  }
}

/** From the ground up: hosts, what stands on them, what needs it, who calls it. */
function begin(cloud: Cloud, { controlled }: Roster): void {
  const { cards, hosts, fabric, tenants, services, pool, needs, power, cooling, crews } = cloud
  hosts.begin()
  fabric.begin()
  tenants.occupy()
  services.begin()
  tenants.begin()
  pool.begin()
  needs.begin()
  connectControl(needs, cloud.network, controlled)
  power.onSupply({ changed: cooling.setSupply, dipped: cooling.dip })
  power.onRack((rack, powered, row) => {
    if (powered) fabric.setRackPower(rack, powered, row) // network devices first
    hosts.setRackPower(rack, powered, row)
    if (!powered) fabric.setRackPower(rack, powered, row)
  })
  hosts.watchPlaces((place, ready, row) => needs.flip(place, ready, row))
  if (crews.count > 0) {
    hosts.repairedBy(
      crews.register(0, cloud.places.hosts, { inside: host => [cloud.places.datacentreOfHost[host]], done: hosts.repair }),
    )
    cards.repairedBy(
      crews.register(0, cards.count, {
        inside: card => [cloud.places.datacentreOfHost[cards.hostOf(card)]],
        done: cards.replaced,
      }),
    )
    if (fabric.count > 0) {
      const inside = (device: number): number[] => [fabric.datacentreOf(device)]
      fabric.repairedBy(crews.register(0, fabric.count, { inside, done: fabric.repair }))
    }
  }
  services.beginStarting()
  cloud.databases.begin()
  cloud.controlPlanes.begin()
  cloud.leases.begin()
  cloud.volumes.begin()
  cloud.balancer.begin()
  cloud.cells.begin()
  cloud.buckets.begin()
  cloud.hostIo.begin()
}

/** A scenario's fault as what can be installed in the name of `entity`. */
export function faultSpec(roster: Pick<Roster, 'named'>, entity: EntityId, fault: Fault): FaultSpec {
  const { kind, target, at, lasts, until, odds, every, each, beta = 0, via, ...params } = fault
  const effect = effects.find(one => one.kind === kind)
  if (effect === undefined) throw new Error(`no effect ${kind}`)
  const crew = via === undefined ? undefined : roster.named(via)
  const recurrence = every === undefined ? undefined : { every, each, beta, via: crew }
  return { entity, effect, target, at, lasts, until, odds, params, recurrence }
}

function putToWork(scenario: Scenario, roster: Roster, cloud: Cloud): void {
  for (const [id, fault] of Object.entries(scenario.faults)) installFault(cloud, faultSpec(roster, roster.named(id), fault))
  for (const id of roster.planIds) {
    const { kind, enabled: _, ...params } = scenario.plans[id]
    plans.find(one => one.kind === kind)?.install(cloud, roster.named(id), params)
  }
  for (const [id, client] of Object.entries(scenario.clients)) {
    if ('asks' in client) installAsker(roster, cloud, roster.named(id), client)
  }
}

function latentDefects(roster: Roster, cloud: Cloud): LatentDefectSpec[] {
  return roster.running.flatMap(({ id, service: { latent } }, service) =>
    latent === undefined ? [] : [{ ...latent, service, of: roster.numberOf(latent.of ?? id), cells: cloud.cellsOf(service) }],
  )
}

function installAsker(roster: Roster, cloud: Cloud, entity: EntityId, client: Asker): void {
  const via = cloud.controlPlanes.ofService(roster.numberOf(client.via))
  const { every, retry = ONCE } = client
  if (client.asks === 'create-volume') {
    const volumes = roster.volumes.findIndex(one => one.id === client.of)
    const zones = roster.zonesIn(client.place)
    const pools = cloud.volumes.pools.flatMap((pool, number) =>
      pool.volumes === volumes && zones.includes(pool.zone) ? [number] : [],
    )
    installVolumeCreation(cloud, { entity, via, every: client.every, retry }, pools)
  } else if (client.asks === 'change')
    installChanges(cloud, { entity, via, every: client.every, retry }, roster.numberOf(client.of))
  else {
    if (client.recover !== undefined) installOtherCustomers(cloud, { entity, via, ...client.recover, retry })
    if (every !== undefined) installLaunches(cloud, { entity, via, every, retry }, roster.zonesIn(client.place))
  }
}
