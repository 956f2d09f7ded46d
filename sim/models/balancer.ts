/**
 * The load balancer's health checks: which instances are in rotation. Detection is part of every outage: an instance that has
 * died stays in rotation, as a black hole, until enough probes have failed, and one that is back waits for enough to succeed.
 *
 * Nothing is polled: probes stand on a fixed grid (one prober for a service in a zone, its phase drawn once), so the moment
 * that the verdict falls is known when the state changes. A failure at a random moment of the interval I is noticed within
 * (n−1)·I + timeout … n·I + timeout. Where each probe fails by chance, the probes until n in a row have are drawn then.
 *
 * What probes see and what users meet are two things: a probe may ask for too little, or come another way.
 */
import type { EventId } from '../engine/calendar.ts'
import { NO_EVENT } from '../engine/calendar.ts'
import type { Randomness } from '../engine/random.ts'
import type { Simulation } from '../engine/simulation.ts'
import { onGrid } from '../engine/time.ts'
import type { Entities, EntityId } from '../trace/entities.ts'
import { defineRows } from '../trace/row-kinds.ts'
import type { RowId, Trace } from '../trace/trace.ts'
import type { Ratio, Seconds } from '../units/quantity.ts'
import type { Impairment } from './cells.ts'
import type { DegradedHosts } from './degraded-hosts.ts'
import type { Network } from './network.ts'
import type { Services } from './services.ts'

export interface HealthSpec {
  /** Time between two probes of an instance. */
  readonly every: Seconds
  /** Failed probes in a row that take an instance out of rotation. */
  readonly unhealthy: number
  /** Successful probes in a row that let it in. */
  readonly healthy: number
  readonly timeout: Seconds
  /** Whether a probe only finds out that an instance runs, or meets what a user's request would. */
  readonly sees: 'liveness' | 'everything'
  /** Whether probes take the users' way, or come from the instance's own zone. */
  readonly from: 'edge' | 'zone'
}

export interface BalancedService {
  readonly service: number
  readonly health: HealthSpec
  /** Own time of a request, s: what a probe that sees everything takes where nothing is in the way. */
  readonly takes: Seconds
  /** The service's cells: its instances in one zone, seen from the network node where users and probes come in. */
  readonly cells: readonly { readonly cell: number; readonly entity: EntityId; readonly zone: number; readonly edge: number }[]
}

/** Tells the traffic how many instances of a cell serve, and how many are in rotation though dead. */
export type SetCell = (cell: number, instances: { serving: number; dead: number }, row: RowId) => void

/** Tells what requests to a cell meet because of the hosts that its serving instances stand on; nothing when undefined. */
export type SetHosts = (cell: number, impairment: Impairment | undefined, row: RowId) => void

const Row = defineRows('health', {
  out: {
    says: { en: 'the balancer takes {subject} out of rotation', zh: '负载均衡器摘除 {subject}' },
    hop: 'detect',
    limit: 'failure-detection',
  },
  in: {
    says: { en: 'the balancer puts {subject} into rotation', zh: '负载均衡器接入 {subject}' },
    hop: 'detect',
    limit: 'health-checks',
  },
})

/** What requests meet on a host that is not degraded. */
const WELL: Impairment = { capacity: 1, latency: 0, errors: 0 }

export type Balancer = ReturnType<typeof createBalancer>

export function createBalancer(
  sim: Simulation,
  trace: Trace,
  randomness: Randomness,
  entities: Entities,
  services: Services,
  network: Network,
  degraded: DegradedHosts,
  balanced: readonly BalancedService[],
  horizon: Seconds,
  setCell: SetCell,
  setHosts: SetHosts,
) {
  const last = services.specs.length - 1
  const instances = last < 0 ? 0 : services.firstInstance(last) + services.specs[last].instancesMax
  const inRotation = sim.column(Uint8Array, instances)
  const answers = sim.column(Uint8Array, instances) // whether users reach it alive, by instance
  const failing = sim.column(Float64Array, instances).fill(1) // chance that a probe fails, by instance
  const verdict = sim.column(Float64Array, instances) // pending change of rotation, by instance
  const byService = new Map(balanced.map(one => [one.service, one]))
  const cellCount = 1 + Math.max(-1, ...balanced.flatMap(one => one.cells.map(({ cell }) => cell)))
  const serving = sim.column(Int32Array, cellCount)
  const dead = sim.column(Int32Array, cellCount)
  const reached = sim.column(Uint8Array, cellCount).fill(1) // whether users get through, by cell
  const suffers = sim.column(Uint8Array, cellCount) // whether any of those that serve stand on degraded hosts, by cell
  const members = sim.column(Int32Array, services.specs.length) // instances in rotation, by service
  const probes = randomness.streams('health/probe', instances, instance => entities.key(services.entityOfInstance(instance)))
  const phase = new Float64Array(cellCount)
  for (const { cells, health } of balanced) {
    for (const { cell, entity } of cells)
      phase[cell] = onGrid(randomness.stream(`${entities.id(entity)}/probe`).next() * health.every)
  }

  const OUT = sim.on((instance: number, cause: number) => {
    verdict[instance] = NO_EVENT
    setRotation(instance, false, trace.write(sim.now, Row.out, services.entityOfInstance(instance), cause))
    foresee(instance, cause)
  })
  const IN = sim.on((instance: number, cause: number) => {
    verdict[instance] = NO_EVENT
    setRotation(instance, true, trace.write(sim.now, Row.in, services.entityOfInstance(instance), cause))
    foresee(instance, cause)
  })

  /** Everything that is up at the start is in rotation. */
  function begin(): void {
    for (const { service } of balanced) {
      const first = services.firstInstance(service)
      for (let instance = first; instance < first + services.specs[service].instancesMax; instance++) {
        if (!services.instanceIsUp(instance)) continue
        inRotation[instance] = 1
        answers[instance] = 1
        failing[instance] = 0
        members[service]++
        serving[cellOf(instance)]++
      }
      publish(service, 0)
    }
    services.watchInstances((instance, _up, row) => changed(instance, row))
    network.watch(judgeRoutes)
    degraded.watch((host, _isDegraded, row) => {
      for (const { service } of balanced) {
        const standing = instancesOf(service).filter(instance => services.hostOfInstance(instance) === host)
        for (const instance of standing) changed(instance, row)
        if (standing.length > 0) publish(service, row)
      }
    })
  }

  /** A cell that cannot be reached is as good as dead for users, and for probes that come their way. */
  function judgeRoutes(row: RowId): void {
    for (const { service, health, cells } of balanced) {
      for (const { cell, zone, edge } of cells) {
        const reaches = network.reaches(edge, zone)
        const isNew = reaches !== (reached[cell] === 1)
        if (!isNew && health.sees === 'liveness') continue
        reached[cell] = reaches ? 1 : 0
        for (const instance of instancesOf(service)) {
          if (cellOf(instance) === cell && services.instanceIsUp(instance)) changed(instance, row)
        }
      }
    }
  }

  function instancesOf(service: number): number[] {
    const first = services.firstInstance(service)
    return Array.from({ length: services.specs[service].instancesMax }, (_, i) => first + i)
  }

  /** An instance began or ceased to answer users, or its probes fare differently. */
  function changed(instance: number, row: RowId): void {
    const one = byService.get(services.serviceOfInstance(instance))
    if (one === undefined) return
    const cell = cellOf(instance)
    const up = services.instanceIsUp(instance) && reached[cell] !== 0
    if (up !== (answers[instance] === 1)) {
      answers[instance] = up ? 1 : 0
      if (inRotation[instance] === 1) {
        serving[cell] += up ? 1 : -1
        dead[cell] += up ? -1 : 1
      }
      if (inRotation[instance] === 1 || members[one.service] === 0) publish(one.service, row)
    }
    const fails = chanceOfFailing(instance, one, cell)
    if (fails === failing[instance]) return
    failing[instance] = fails
    cancelVerdict(instance)
    foresee(instance, row)
  }

  /** Chance that a probe of an instance fails. */
  function chanceOfFailing(instance: number, { health, takes, cells }: BalancedService, cell: number): Ratio {
    if (!services.instanceIsUp(instance)) return 1
    const way = health.from === 'edge' ? cells.find(one => one.cell === cell) : undefined
    if (way !== undefined && reached[cell] === 0) return 1
    if (health.sees === 'liveness') return 0
    const host = services.hostOfInstance(instance)
    const met = degraded.isDegraded(host) ? degraded.of(host) : WELL
    const travels = way === undefined ? 0 : network.latency(way.edge, way.zone)
    if (takes / met.capacity + met.latency + travels > health.timeout) return 1
    return 1 - (1 - met.errors) * (way === undefined ? 1 : network.through(way.edge, way.zone))
  }

  /** Foresees when so many probes in a row will have gone against where an instance stands now, and the balancer turns it round. */
  function foresee(instance: number, row: RowId): void {
    const one = byService.get(services.serviceOfInstance(instance))
    if (one === undefined) return
    const { every, healthy, unhealthy, timeout } = one.health
    const isIn = inRotation[instance] === 1
    const against = isIn ? failing[instance] : 1 - failing[instance]
    if (against === 0) return
    const since = (sim.now - phase[cellOf(instance)]) / every
    const needed = isIn ? unhealthy : healthy
    let last = phase[cellOf(instance)] + Math.ceil(since) * every + (needed - 1) * every
    if (against < 1) {
      last = phase[cellOf(instance)] + (Math.floor(since) + 1) * every // the probe that has just decided does not count again
      for (let inRow = probes.next(instance) < against ? 1 : 0; inRow < needed && last <= horizon; last += every)
        inRow = probes.next(instance) < against ? inRow + 1 : 0
    }
    // A probe that fails for certain does so by not being answered; one that may or may not fail, by a bad answer.
    const at = isIn && against === 1 ? last + timeout : last
    verdict[instance] = sim.at(Math.max(sim.now, at), isIn ? OUT : IN, instance, row)
  }

  function cancelVerdict(instance: number): void {
    if (verdict[instance] !== NO_EVENT) sim.cancel(verdict[instance] as EventId)
    verdict[instance] = NO_EVENT
  }

  /** Someone takes an instance out of rotation before it is ended, so that nobody is sent to it any more. */
  function takeOut(instance: number, row: RowId): void {
    cancelVerdict(instance)
    if (inRotation[instance] === 1) setRotation(instance, false, row)
  }

  function setRotation(instance: number, member: boolean, row: RowId): void {
    inRotation[instance] = member ? 1 : 0
    const service = services.serviceOfInstance(instance)
    members[service] += member ? 1 : -1
    const counted = answers[instance] === 1 ? serving : dead
    counted[cellOf(instance)] += member ? 1 : -1
    publish(service, row)
  }

  /** With nobody in rotation the balancer fails open and sends to everyone: those that are up serve. */
  function publish(service: number, row: RowId): void {
    const one = byService.get(service)
    if (one === undefined) return
    const open = members[service] === 0
    for (const { cell, zone } of one.cells) {
      const all = open ? upIn(service, zone) : 0
      const reaches = reached[cell] === 1
      setCell(
        cell,
        open ? { serving: reaches ? all : 0, dead: reaches ? 0 : all } : { serving: serving[cell], dead: dead[cell] },
        row,
      )
      publishHosts(service, cell, open, row)
    }
  }

  /** What requests meet is the mean over the instances that serve: they are spread evenly. */
  function publishHosts(service: number, cell: number, open: boolean, row: RowId): void {
    if (degraded.count() === 0 && suffers[cell] === 0) return
    let count = 0
    let bad = 0
    let capacity = 0
    let latency = 0
    let errors = 0
    for (const instance of instancesOf(service)) {
      const serves = answers[instance] === 1 && (open || inRotation[instance] === 1)
      if (!serves || cellOf(instance) !== cell) continue
      const host = services.hostOfInstance(instance)
      const met = degraded.isDegraded(host) ? degraded.of(host) : WELL
      if (met !== WELL) bad++
      count++
      capacity += met.capacity
      latency += met.latency
      errors += met.errors
    }
    if (bad === 0 && suffers[cell] === 0) return
    suffers[cell] = bad > 0 ? 1 : 0
    const mean = { capacity: capacity / count, latency: latency / count, errors: errors / count }
    setHosts(cell, bad > 0 ? mean : undefined, row)
  }

  function upIn(service: number, zone: number): number {
    return instancesOf(service).filter(
      instance => services.instanceIsUp(instance) && services.zoneOfInstance(instance) === zone,
    ).length
  }

  function cellOf(instance: number): number {
    const zone = services.zoneOfInstance(instance)
    return byService.get(services.serviceOfInstance(instance))?.cells.find(cell => cell.zone === zone)?.cell ?? -1
  }

  return {
    begin,
    takeOut,
    /** Instances of a service that the balancer believes in. */
    inRotation: (service: number): number => members[service],
    /** Instances of a service that answer, but not for long enough to be believed in. */
    joining: (service: number): number =>
      instancesOf(service).filter(instance => answers[instance] === 1 && inRotation[instance] === 0).length,
  }
}
