/**
 * What the I/O of instances meets in their host, one I/O after the other, on the few hosts that are observed. A privileged domain
 * is one line for all tenants and both paths; a card is a line of its own for one path. So how latencies are distributed, and what
 * a noisy neighbour does to the others, follows from who asks for how much. The way beyond the host is not in here.
 *
 * I/Os come by chance (Poisson) at the rate that all instances which stand there and are up ask for together; instances do not
 * wait for one before they send the next. Since arrivals by chance see the line as it is on average, one tenant's latencies on a
 * path are distributed like another's. What is under way when a host or the path's card falls is lost.
 */
import { type EventId, NO_EVENT } from '../engine/calendar.ts'
import { sample } from '../engine/distribution.ts'
import { ln } from '../engine/elementary.ts'
import type { Randomness } from '../engine/random.ts'
import type { Simulation } from '../engine/simulation.ts'
import type { Entities, EntityId } from '../trace/entities.ts'
import { defineRows } from '../trace/row-kinds.ts'
import { NO_CAUSE, type RowId, type Trace } from '../trace/trace.ts'
import type { Seconds } from '../units/quantity.ts'
import type { Cards } from './cards.ts'
import type { Hosts } from './hosts.ts'
import { IO_PATHS, type IoDemand } from './machine.ts'
import { createModifiers, PRODUCT } from './modifiers.ts'
import type { Places } from './places.ts'
import { createLatencies } from './requests/latencies.ts'
import { createRequestPool } from './requests/pool.ts'
import { createStations } from './requests/stations.ts'
import type { Services } from './services.ts'
import type { Tenants } from './tenants.ts'

/** More would write more rows than anybody reads: every host tells two distributions in every interval. */
export const OBSERVED_MAX = 32

const Row = defineRows('io', {
  asked: {
    says: { en: '{subject} of its host is asked for {a} I/Os', zh: '{subject} 的 I/O 请求速率为 {a}' },
    a: 'per-second',
    level: 3,
  },
  served: {
    says: { en: '{subject}: {b} I/Os took {a} on average', zh: '{subject}：{b} 次 I/O 平均用时 {a}' },
    a: 'seconds',
    b: 'count',
    level: 3,
  },
  latency: {
    says: { en: '{subject}: {b} I/Os took {a} or little more', zh: '{subject}：{b} 次 I/O 用时约 {a}' },
    a: 'seconds',
    b: 'count',
    level: 3,
  },
})

const PATHS = IO_PATHS.length
/** Lines of a host: its domain's, then one for the card of each path. */
const LINES = 1 + PATHS

/** Whose I/O on a host is meant: that of all who stand there, or of other customers only. */
export const WHOSE = ['everybody', 'tenants'] as const
export type Whose = (typeof WHOSE)[number]

export interface HostIoSetup {
  /** Hosts that are observed. */
  readonly observed: readonly number[]
  /** What an instance of each service asks for. */
  readonly demands: readonly IoDemand[]
  /** How often what was counted is told, s. */
  readonly interval: Seconds
}

export type HostIo = ReturnType<typeof createHostIo>

export function createHostIo(
  sim: Simulation,
  trace: Trace,
  randomness: Randomness,
  entities: Entities,
  places: Places,
  hosts: Hosts,
  cards: Cards,
  services: Services,
  tenants: Tenants,
  { observed, demands, interval }: HostIoSetup,
) {
  // A path of an observed host has the number host × PATHS + path; its I/Os carry that number.
  const planOf = observed.map(host => places.datacentres[places.datacentreOfHost[host]].plan)
  const pathEntities = observed.flatMap(host => IO_PATHS.map(path => entities.add('queue', path, places.hostEntity(host))))
  const paths = pathEntities.length
  const specOf = observed.flatMap((_, at) => IO_PATHS.map(path => planOf[at].machine.io[path]))
  const stallsOf = observed.flatMap((_, at) => IO_PATHS.map(() => planOf[at].machine.io.domain.stalls))
  const lineOf = pathEntities.map((_, path) => {
    const first = Math.floor(path / PATHS) * LINES
    return specOf[path].by === 'domain' ? first : first + 1 + (path % PATHS)
  })
  const keyOf = (path: number) => entities.key(pathEntities[path])
  const arrivals = randomness.streams('io/arrivals', paths, keyOf)
  const times = randomness.streams('io/takes', paths, keyOf)
  const stalls = randomness.streams('io/stalls', paths, keyOf)
  const stallTimes = randomness.streams('io/stall-takes', paths, keyOf)
  const level = sim.column(Float64Array, paths) // I/Os asked for now, /s
  const next = sim.column(Float64Array, paths).fill(NO_EVENT) // arrival
  const serves = sim.column(Uint8Array, paths)
  const since = sim.column(Float64Array, paths) // when it last began or ceased to serve, s
  const served = sim.column(Float64Array, paths) // in this interval
  const took = sim.column(Float64Array, paths) // s, all of those together
  const because = sim.column(Uint32Array, paths) // row that says what it is asked for
  const byThing = createModifiers(sim, PRODUCT) // on hosts, services and instances
  const byTenants = createModifiers(sim, PRODUCT) // on what other customers ask of a host
  const latencies = createLatencies(sim, trace, Row.latency, pathEntities)
  const pool = createRequestPool(sim)
  const stations = createStations(
    sim,
    randomness,
    entities,
    observed.flatMap(host =>
      Array.from({ length: LINES }, () => ({
        entity: places.hostEntity(host),
        work: ownTime,
        discipline: 'fifo' as const,
        limit: Infinity,
      })),
    ),
    pool,
    finished,
  )

  const ARRIVE = sim.on((path: number) => {
    expectNext(path)
    stations.offer(lineOf[path], pool.take(path, 0, sim.now))
  })
  const TELL = sim.on(() => {
    sim.after(interval, TELL, 0)
    for (let path = 0; path < paths; path++) tell(path)
  })

  /** Call once all stand where they stand. */
  function begin(): void {
    if (paths === 0) return
    observed.forEach((_, at) => {
      setServing(at)
      follow(at, NO_CAUSE)
    })
    sim.after(interval, TELL, 0)
    hosts.watch((host, _up, row) => changed(host, row, setServing))
    services.watchInstances((instance, _up, row) => changed(services.hostOfInstance(instance), row))
    for (const path of IO_PATHS) cards.watch(path, (host, _works, row) => changed(host, row, setServing))
    tenants.watchUp((host, row) => changed(host, row))
  }

  function changed(host: number, row: RowId, before?: (at: number) => void): void {
    const at = observed.indexOf(host)
    if (at < 0) return
    before?.(at)
    follow(at, row)
  }

  function canServe(at: number, i: number): boolean {
    return hosts.isUp(observed[at]) && cards.works(observed[at], IO_PATHS[i])
  }

  /** What begins to serve does so with all it has, and with nothing to do. */
  function setServing(at: number): void {
    const { io } = planOf[at].machine
    stations.setServers(at * LINES, hosts.isUp(observed[at]) ? io.domain.processors : 0)
    for (let i = 0; i < PATHS; i++) {
      const path = at * PATHS + i
      const now = canServe(at, i) ? 1 : 0
      if (now === serves[path]) continue
      serves[path] = now
      since[path] = sim.now
      if (specOf[path].by === 'card') stations.setServers(lineOf[path], now * specOf[path].lanes)
    }
  }

  /** What a host is asked for may have changed. */
  function follow(at: number, row: RowId): void {
    for (let i = 0; i < PATHS; i++) {
      const path = at * PATHS + i
      const now = askedFor(at, i)
      if (now === level[path]) continue
      level[path] = now
      because[path] = trace.write(sim.now, Row.asked, pathEntities[path], row, now)
      if (next[path] !== NO_EVENT) sim.cancel(next[path] as EventId)
      expectNext(path) // arrivals have no memory: what was drawn under the old rate is forgotten
    }
  }

  function askedFor(at: number, i: number): number {
    const host = observed[at]
    if (!canServe(at, i)) return 0
    const entity = places.hostEntity(host)
    let sum = tenants.upOn(host) * planOf[at].tenantIo[IO_PATHS[i]] * byTenants.fold(entity)
    for (const instance of services.instancesOn(host)) {
      if (!services.instanceIsUp(instance)) continue
      const service = services.serviceOfInstance(instance)
      const times = byThing.fold(services.specs[service].entity) * byThing.fold(services.entityOfInstance(instance))
      sum += demands[service][IO_PATHS[i]] * times
    }
    return sum * byThing.fold(entity)
  }

  function expectNext(path: number): void {
    next[path] = level[path] > 0 ? sim.after(-ln(1 - arrivals.next(path)) / level[path], ARRIVE, path) : NO_EVENT
  }

  /** What was under way when its path fell takes nothing any more. */
  function ownTime(request: number): Seconds {
    if (isLost(request)) return 0
    const path = pool.caller[request]
    const time = sample(specOf[path].takes, times, path)
    if (specOf[path].by === 'card') return time
    const { odds, takes } = stallsOf[path]
    return odds > 0 && stalls.next(path) < odds ? time + sample(takes, stallTimes, path) : time
  }

  function isLost(request: number): boolean {
    return pool.sentAt[request] < since[pool.caller[request]]
  }

  function finished(_line: number, request: number): void {
    const path = pool.caller[request]
    if (!isLost(request)) {
      const latency = sim.now - pool.sentAt[request]
      latencies.add(path, latency)
      served[path]++
      took[path] += latency
    }
    pool.free(request)
  }

  function tell(path: number): void {
    if (served[path] === 0) return
    const row = trace.write(sim.now, Row.served, pathEntities[path], because[path], took[path] / served[path], served[path])
    latencies.tell(path, row)
    served[path] = 0
    took[path] = 0
  }

  function followAll(row: RowId): void {
    for (let at = 0; at < observed.length; at++) follow(at, row)
  }

  const modifiersOf = (whose: Whose) => (whose === 'tenants' ? byTenants : byThing)

  return {
    begin,
    isObserved: (host: number): boolean => observed.includes(host),
    /** From now on these ask for `times` as much, as far as `by` is concerned; what others say of them multiplies. */
    multiply(targets: readonly EntityId[], whose: Whose, by: EntityId, times: number, row: RowId): void {
      if (paths === 0) return
      for (const target of targets) modifiersOf(whose).set(target, by, times)
      followAll(row)
    },
    /** Takes back what `by` said of these. */
    relieve(targets: readonly EntityId[], whose: Whose, by: EntityId, row: RowId): void {
      if (paths === 0) return
      for (const target of targets) modifiersOf(whose).lift(target, by)
      followAll(row)
    },
  }
}
