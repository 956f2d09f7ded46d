/**
 * The load balancer's health checks: which instances are in rotation. Detection is part of every outage: an instance that has
 * died stays in rotation, as a black hole, until enough probes have failed, and one that is back waits for enough to succeed.
 *
 * Nothing is polled: probes stand on a fixed grid (one prober for a service in a zone, its phase drawn once), so the moment
 * that the verdict falls is known when the state changes. A failure at a random moment of the interval I is noticed within
 * (n−1)·I + timeout … n·I + timeout.
 */
import type { EventId } from '../engine/calendar.ts'
import { NO_EVENT } from '../engine/calendar.ts'
import type { Randomness } from '../engine/random.ts'
import type { Simulation } from '../engine/simulation.ts'
import { onGrid } from '../engine/time.ts'
import type { Entities, EntityId } from '../trace/entities.ts'
import { defineRows } from '../trace/row-kinds.ts'
import type { RowId, Trace } from '../trace/trace.ts'
import type { Seconds } from '../units/quantity.ts'
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
}

export interface BalancedService {
  readonly service: number
  readonly health: HealthSpec
  /** The service's cells: its instances in one zone, seen from the network node where users and probes come in. */
  readonly cells: readonly { readonly cell: number; readonly entity: EntityId; readonly zone: number; readonly edge: number }[]
}

/** Tells the traffic how many instances of a cell serve, and how many are in rotation though dead. */
export type SetCell = (cell: number, instances: { serving: number; dead: number }, row: RowId) => void

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

export type Balancer = ReturnType<typeof createBalancer>

export function createBalancer(
  sim: Simulation,
  trace: Trace,
  randomness: Randomness,
  entities: Entities,
  services: Services,
  network: Network,
  balanced: readonly BalancedService[],
  setCell: SetCell,
) {
  const last = services.specs.length - 1
  const instances = last < 0 ? 0 : services.firstInstance(last) + services.specs[last].instancesMax
  const inRotation = sim.column(Uint8Array, instances)
  const answers = sim.column(Uint8Array, instances) // whether probes and users reach it alive, by instance
  const verdict = sim.column(Float64Array, instances) // pending change of rotation, by instance
  const byService = new Map(balanced.map(one => [one.service, one]))
  const cellCount = 1 + Math.max(-1, ...balanced.flatMap(one => one.cells.map(({ cell }) => cell)))
  const serving = sim.column(Int32Array, cellCount)
  const dead = sim.column(Int32Array, cellCount)
  const reached = sim.column(Uint8Array, cellCount).fill(1) // whether probes and users get through, by cell
  const members = sim.column(Int32Array, services.specs.length) // instances in rotation, by service
  const phase = new Float64Array(cellCount)
  for (const { cells, health } of balanced) {
    for (const { cell, entity } of cells)
      phase[cell] = onGrid(randomness.stream(`${entities.id(entity)}/probe`).next() * health.every)
  }

  const OUT = sim.on((instance: number, cause: number) => {
    verdict[instance] = NO_EVENT
    setRotation(instance, false, trace.write(sim.now, Row.out, services.entityOfInstance(instance), cause))
  })
  const IN = sim.on((instance: number, cause: number) => {
    verdict[instance] = NO_EVENT
    setRotation(instance, true, trace.write(sim.now, Row.in, services.entityOfInstance(instance), cause))
  })

  /** Everything that is up at the start is in rotation. */
  function begin(): void {
    for (const { service } of balanced) {
      const first = services.firstInstance(service)
      for (let instance = first; instance < first + services.specs[service].instancesMax; instance++) {
        if (!services.instanceIsUp(instance)) continue
        inRotation[instance] = 1
        answers[instance] = 1
        members[service]++
        serving[cellOf(instance)]++
      }
      publish(service, 0)
    }
    services.watchInstances((instance, up, row) => changed(instance, up && reached[cellOf(instance)] !== 0, row))
    network.watch(judgeRoutes)
  }

  /** A cell that cannot be reached is as good as dead, for users and probes alike. */
  function judgeRoutes(row: RowId): void {
    for (const { service, cells } of balanced) {
      for (const { cell, zone, edge } of cells) {
        const reaches = network.reaches(edge, zone)
        if (reaches === (reached[cell] === 1)) continue
        reached[cell] = reaches ? 1 : 0
        for (const instance of instancesOf(service)) {
          if (cellOf(instance) === cell && services.instanceIsUp(instance)) changed(instance, reaches, row)
        }
      }
    }
  }

  function instancesOf(service: number): number[] {
    const first = services.firstInstance(service)
    return Array.from({ length: services.specs[service].instancesMax }, (_, i) => first + i)
  }

  /** An instance began or ceased to answer. */
  function changed(instance: number, up: boolean, row: RowId): void {
    const one = byService.get(services.serviceOfInstance(instance))
    if (one === undefined || up === (answers[instance] === 1)) return
    answers[instance] = up ? 1 : 0
    const cell = cellOf(instance)
    if (inRotation[instance] === 1) {
      serving[cell] += up ? 1 : -1
      dead[cell] += up ? -1 : 1
    }
    if (inRotation[instance] === 1 || members[one.service] === 0) publish(one.service, row)
    if (verdict[instance] !== NO_EVENT) {
      sim.cancel(verdict[instance] as EventId)
      verdict[instance] = NO_EVENT
    }
    if (up === (inRotation[instance] === 1)) return
    const { every, healthy, unhealthy, timeout } = one.health
    const firstProbe = phase[cell] + Math.ceil((sim.now - phase[cell]) / every) * every
    const at = up ? firstProbe + (healthy - 1) * every : firstProbe + (unhealthy - 1) * every + timeout
    verdict[instance] = sim.at(Math.max(sim.now, at), up ? IN : OUT, instance, row)
  }

  /** Someone takes an instance out of rotation before it is ended, so that nobody is sent to it any more. */
  function takeOut(instance: number, row: RowId): void {
    if (verdict[instance] !== NO_EVENT) sim.cancel(verdict[instance] as EventId)
    verdict[instance] = NO_EVENT
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
    }
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
