/**
 * Services and their instances. An instance sits on a host, falls and returns with it, and starts only when its service's
 * start-needs are met; a service without hosts of its own is one logical unit.
 *
 * A service is up while at least one instance is and its serve-needs are met. Knows nothing of traffic or of plans.
 */
import type { EventId } from '../engine/calendar.ts'
import { NO_EVENT } from '../engine/calendar.ts'
import { sample } from '../engine/distribution.ts'
import type { Randomness } from '../engine/random.ts'
import type { Simulation } from '../engine/simulation.ts'
import type { Entities, EntityId } from '../trace/entities.ts'
import { defineRows } from '../trace/row-kinds.ts'
import { NO_CAUSE, type RowId, type Trace } from '../trace/trace.ts'
import type { Law } from '../units/law.ts'
import type { Bytes } from '../units/quantity.ts'
import { createDeadlocks } from './deadlocks.ts'
import type { Hosts } from './hosts.ts'
import type { Needs } from './needs.ts'
import type { Places } from './places.ts'
import type { Pool } from './pool.ts'
import { NO_JOB } from './queue.ts'
import { createReading } from './reading.ts'
import type { Restarts } from './restarts.ts'

export interface ServiceSpec {
  readonly entity: EntityId
  /** Instances that exist at the start. */
  readonly instances: number
  /** Instances that may ever exist, the launched ones included. */
  readonly instancesMax: number
  /** Places (by index) that instances are spread over, in order; empty for a logical unit on no particular host. */
  readonly spread: readonly number[]
  /** Whether those at the start fill host after host, instead of standing at even strides. */
  readonly packs: boolean
  /** Processors an instance takes of its host. */
  readonly cpu: number
  readonly memory: Bytes
  /** From permission to start until it serves, s; work is shared by those that start while none serves. */
  readonly startsIn: Law
  /** What instances do once the host they stood on is back. */
  readonly onHostLoss: 'restart' | 'none'
  /** Whether an instance keeps what it works on on its host's local disks, and stops when they are gone. */
  readonly hasLocalDisk: boolean
  /** Whether its hosts boot, and its instances restart, before everybody else's. */
  readonly restore: 'first' | 'in-turn'
  readonly begin: 'up' | 'dark'
}

/** States of an instance: absent has not been launched yet, stalled runs but lacks what it needs to serve, ended never comes back. */
const [ABSENT, UP, DOWN, WAITING, BOOTING, STALLED, ENDED] = [0, 1, 2, 3, 4, 5, 6]

const InstanceRow = defineRows('instance', {
  placed: {
    says: { en: '{subject} is given a place on {a}', zh: '{subject} 被安排到 {a}' },
    a: 'entity',
    hop: 'queue',
    limit: 'launches',
    level: 3,
  },
  moved: { says: { en: '{subject} stands on {a} now', zh: '{subject} 现位于 {a}' }, a: 'entity', level: 3 },
  down: { says: { en: '{subject} goes down', zh: '{subject} 停止运行' } },
  gone: { says: { en: '{subject} is ended for good', zh: '{subject} 被终止' } },
  waiting: { says: { en: '{subject} waits to be restarted', zh: '{subject} 等待重启' }, hop: 'need', level: 3 },
  booting: { says: { en: '{subject} starts', zh: '{subject} 开始启动' }, hop: 'queue', limit: 'restarts' },
  up: { says: { en: '{subject} serves again', zh: '{subject} 恢复服务' }, hop: 'boot', limit: 'start' },
})

const Row = defineRows('service', {
  ready: {
    says: { en: '{subject} has {a} of {b} instances', zh: '{subject} 有 {a}/{b} 个实例' },
    a: 'count',
    b: 'count',
    level: 3,
  },
  up: { says: { en: '{subject} is up', zh: '{subject} 已恢复' }, hop: 'boot', level: 1 },
  down: { says: { en: '{subject} is down', zh: '{subject} 不可用' }, level: 1 },
  waiting: { says: { en: '{subject} waits for what it needs to start', zh: '{subject} 等待启动所需的依赖' }, hop: 'need' },
  booting: { says: { en: '{subject} has what it needs and starts', zh: '{subject} 依赖就绪，开始启动' }, hop: 'need' },
})

/** What an instance cannot do while it lacks something of its own. */
export type Barred = 'start' | 'serve' | 'both'

type InstanceWatcher = (instance: number, up: boolean, row: RowId) => void
type ServiceWatcher = (service: number, up: boolean, row: RowId) => void

export type Services = ReturnType<typeof createServices>

export function createServices(
  sim: Simulation,
  trace: Trace,
  randomness: Randomness,
  entities: Entities,
  places: Places,
  hosts: Hosts,
  pool: Pool,
  restarts: Restarts,
  needs: () => Needs,
  specs: readonly ServiceSpec[],
) {
  const first: number[] = [] // first instance, by service
  let total = 0
  for (const spec of specs) {
    first.push(total)
    total += spec.instancesMax
  }
  const serviceOf = new Uint32Array(total)
  const entityOf: EntityId[] = []
  specs.forEach((spec, service) => {
    for (let i = 0; i < spec.instancesMax; i++) {
      serviceOf[first[service] + i] = service
      entityOf.push(entities.add('instance', `i${i + 1}`, spec.entity))
    }
  })
  const serviceOfEntity = new Map(specs.map((spec, service) => [spec.entity, service]))

  const state = sim.column(Uint8Array, total)
  const host = sim.column(Int32Array, total).fill(-1)
  const job = sim.column(Int32Array, total).fill(NO_JOB) // in the restart queue, by instance
  const boot = sim.column(Float64Array, total) // pending end of the start, by instance
  const nextOnHost = sim.column(Int32Array, total).fill(-1)
  const firstOnHost = sim.column(Int32Array, places.hosts).fill(-1)
  const cpu = sim.column(Uint16Array, total) // processors it takes of its host, by instance
  for (let instance = 0; instance < total; instance++) cpu[instance] = specs[serviceOf[instance]].cpu
  const lacks = sim.column(Uint8Array, total) // things of its own that it lacks to start, by instance
  const stalls = sim.column(Uint8Array, total) // things of its own that it lacks to serve, by instance
  const ready = sim.column(Int32Array, specs.length)
  const wanted = sim.column(Int32Array, specs.length)
  const up = sim.column(Uint8Array, specs.length)
  const readyChangedBy = sim.column(Uint32Array, specs.length) // last row that changed `ready`, by service
  const readyWritten = sim.column(Int32Array, specs.length).fill(-1)
  const reasons = sim.column(Uint16Array, specs.length) // to be down, whatever its instances do, by service
  const removed = sim.column(Uint8Array, total) // how many have taken it out of use, by instance
  const reads = sim.column(Uint8Array, total) // whether it reads what its service needs to start, by instance
  // Where in its stride each service begins: drawn, so that services do not all meet on the same hosts.
  const offsets = specs.map(({ entity }) => randomness.rank('placement', entities.key(entity)))
  const startTimes = randomness.streams('instance/start', total, instance => entities.key(entityOf[instance]))
  const standing: ((instance: number) => void)[] = []
  const instanceWatchers: InstanceWatcher[] = []
  const stallWatchers: ((instance: number, row: RowId) => void)[] = []
  const serviceWatchers: ServiceWatcher[] = []
  const deadlocks = createDeadlocks(
    sim,
    trace,
    needs,
    specs.map(spec => spec.entity),
    service => state[first[service]] === WAITING && ready[service] === 0 && !needs().ok(specs[service].entity, 'start'),
  )

  const reading = createReading(sim, trace, specs, (service, row) => {
    for (let i = 0; i < specs[service].instancesMax; i++) {
      const instance = first[service] + i
      if (reads[instance] === 0) continue
      reads[instance] = 0
      started(instance, row)
    }
  })

  const STARTED = sim.on((instance: number, row: number) => {
    boot[instance] = NO_EVENT
    started(instance, row)
  })

  function started(instance: number, row: RowId): void {
    if (stalls[instance] === 0) rise(instance, trace.write(sim.now, InstanceRow.up, entityOf[instance], row))
    else {
      state[instance] = STALLED
      for (const watch of stallWatchers) watch(instance, row)
    }
  }

  restarts.onInstance(start)

  /** Places what exists at the start and sets it up or dark. Call before `pool.begin` and `needs.begin`. */
  function begin(): void {
    specs.forEach((spec, service) => {
      wanted[service] = spec.instances
      const counts = spec.spread.map(() => 0)
      const packed = new Map<number, number>() // where the last one found room, by place
      for (let i = 0; i < spec.instances; i++) {
        const instance = first[service] + i
        if (spec.spread.length > 0) {
          const at = i % spec.spread.length
          const share = Math.ceil((spec.instances - at) / spec.spread.length)
          put(instance, hostFor(service, spec.spread[at], counts[at]++, share, packed), NO_CAUSE)
        }
        const runs = spec.begin === 'up' && (host[instance] < 0 || hosts.isUp(host[instance]))
        state[instance] = runs ? UP : DOWN
        if (runs) ready[service]++
      }
      up[service] = ready[service] > 0 ? 1 : 0
      writeReady(service)
    })
    hosts.watch((h, hostUp, row) => (hostUp ? hostRose(h, row) : hostFell(h, row)))
    hosts.watchReach((h, reaches, row) => {
      for (let instance = firstOnHost[h]; instance >= 0; instance = nextOnHost[instance]) {
        if (reaches) regain(instance, 'both', row)
        else lose(instance, 'both', row)
      }
    })
    sim.onSettle(() => {
      for (let service = 0; service < specs.length; service++) writeReady(service)
      deadlocks.look()
    })
  }

  /** Needs have their initial state: what begins dark and could start, does. */
  function beginStarting(): void {
    needs().watch((holder, moment, row) => {
      const service = serviceOfEntity.get(holder)
      if (service === undefined) return
      if (moment === 'start') startWaiting(service, row)
      else if (moment === 'serve') judge(service, row)
    })
    specs.forEach((spec, service) => {
      judge(service, NO_CAUSE)
      if (spec.begin === 'up' && spec.spread.length > 0) return
      for (let i = 0; i < spec.instances; i++) {
        const instance = first[service] + i
        if (state[instance] !== UP && (host[instance] < 0 || hosts.isUp(host[instance]))) awaitStart(instance, NO_CAUSE)
      }
    })
  }

  /**
   * A host for the i-th of n instances in a place: hosts at even strides, so that racks and data centres share them, or the first
   * with room, which lies not before the one where the last found it.
   */
  function hostFor(service: number, place: number, i: number, n: number, lastPacked: Map<number, number>): number {
    const { cpu, packs } = specs[service]
    const { firstHost, endHost, entity } = places.places[place]
    const size = endHost - firstHost
    const from = packs ? (lastPacked.get(place) ?? 0) : Math.floor(((i + offsets[service]) * size) / n)
    for (let step = 0; step < size; step++) {
      const h = firstHost + ((from + step) % size)
      if (pool.freeOn(h) >= cpu) {
        pool.occupy(h, cpu)
        lastPacked.set(place, h - firstHost)
        return h
      }
    }
    throw new Error(`no host of ${entities.id(entity)} has ${cpu} processors free`)
  }

  function put(instance: number, h: number, cause: RowId): RowId {
    host[instance] = h
    nextOnHost[instance] = firstOnHost[h]
    firstOnHost[h] = instance
    if (specs[serviceOf[instance]].restore === 'first') hosts.bootFirst(h)
    for (const stand of standing) stand(instance)
    return trace.write(sim.now, InstanceRow.placed, entityOf[instance], cause, places.hostEntity(h))
  }

  function hostFell(h: number, row: RowId): void {
    for (let instance = firstOnHost[h]; instance >= 0; instance = nextOnHost[instance]) fall(instance, row)
  }

  function hostRose(h: number, row: RowId): void {
    for (let instance = firstOnHost[h]; instance >= 0; instance = nextOnHost[instance]) {
      const isWanted = removed[instance] === 0 && specs[serviceOf[instance]].onHostLoss === 'restart'
      if (state[instance] === DOWN && isWanted) awaitStart(instance, row)
    }
  }

  function fall(instance: number, row: RowId, isTold = false): void {
    const from = state[instance]
    if (from === ABSENT || from === DOWN || from === ENDED) return
    state[instance] = DOWN
    if (job[instance] !== NO_JOB) restarts.withdraw(host[instance], job[instance], row)
    job[instance] = NO_JOB
    if (boot[instance] !== NO_EVENT) sim.cancel(boot[instance] as EventId)
    boot[instance] = NO_EVENT
    if (reads[instance] === 1) reading.leave(serviceOf[instance])
    reads[instance] = 0
    const down = from === STALLED || isTold ? row : trace.write(sim.now, InstanceRow.down, entityOf[instance], row)
    const service = serviceOf[instance]
    if (from === UP) changeReady(service, -1, down)
    if (ready[service] === 0) needs().forget(specs[service].entity, down)
    for (const watch of instanceWatchers) watch(instance, false, down)
  }

  /** Someone takes an instance out of use; what it had in memory is lost. */
  function remove(instance: number, row: RowId): void {
    removed[instance]++
    fall(instance, row)
  }

  /** It is put back, and starts like any other. */
  function putBack(instance: number, row: RowId): void {
    removed[instance]--
    const stands = host[instance] < 0 || hosts.isUp(host[instance])
    if (removed[instance] === 0 && state[instance] === DOWN && stands) awaitStart(instance, row)
  }

  /** An instance takes so many processors of its host from now on; false, and nothing changes, where the host lacks them. */
  function resize(instance: number, processors: number): boolean {
    const more = processors - cpu[instance]
    const h = host[instance]
    if (h >= 0 && pool.freeOn(h) < more) return false
    if (h >= 0) pool.occupy(h, more)
    cpu[instance] = processors
    return true
  }

  /** An instance is ended for good, and its processors are free. */
  function end(instance: number, row: RowId): void {
    if (state[instance] === ABSENT || state[instance] === ENDED) return
    const service = serviceOf[instance]
    const ended = trace.write(sim.now, InstanceRow.gone, entityOf[instance], row)
    fall(instance, ended, true)
    state[instance] = ENDED
    if (host[instance] >= 0) pool.occupy(host[instance], -cpu[instance])
    wanted[service]--
    readyWritten[service] = -1
    readyChangedBy[service] = ended
    sim.unsettle()
  }

  function rise(instance: number, row: RowId): void {
    state[instance] = UP
    changeReady(serviceOf[instance], 1, row)
    for (const watch of instanceWatchers) watch(instance, true, row)
  }

  /** An instance wants to start: at once into the queue if what it needs to start is there, else it waits. */
  function awaitStart(instance: number, row: RowId): void {
    const service = serviceOf[instance]
    state[instance] = WAITING
    if (lacks[instance] === 0 && needs().ok(specs[service].entity, 'start')) enqueue(instance, row)
    else {
      const logical = host[instance] < 0
      deadlocks.suspect(
        trace.write(
          sim.now,
          logical ? Row.waiting : InstanceRow.waiting,
          logical ? specs[service].entity : entityOf[instance],
          row,
        ),
      )
    }
  }

  function startWaiting(service: number, row: RowId): void {
    deadlocks.suspect(row)
    if (!needs().ok(specs[service].entity, 'start')) return
    deadlocks.free(service)
    for (let i = 0; i < specs[service].instancesMax; i++) {
      const instance = first[service] + i
      if (state[instance] === WAITING && job[instance] < 0 && lacks[instance] === 0) enqueue(instance, row)
    }
  }

  function enqueue(instance: number, row: RowId): void {
    if (host[instance] < 0) start(instance, trace.write(sim.now, Row.booting, specs[serviceOf[instance]].entity, row))
    else {
      const isFirst = specs[serviceOf[instance]].restore === 'first'
      job[instance] = restarts.submitInstance(instance, host[instance], isFirst, row)
    }
  }

  function start(instance: number, cause: RowId): void {
    job[instance] = NO_JOB
    state[instance] = BOOTING
    const row = host[instance] < 0 ? cause : trace.write(sim.now, InstanceRow.booting, entityOf[instance], cause)
    const service = serviceOf[instance]
    const { startsIn } = specs[service]
    if (startsIn.kind === 'work' && ready[service] === 0) {
      reads[instance] = 1
      reading.join(service, startsIn.amount, row)
      return
    }
    // One that joins others reads its own part.
    const parts = startsIn.kind === 'work' ? wanted[service] : 1
    boot[instance] = sim.after(sample(startsIn, startTimes, instance) / parts, STARTED, instance, row)
  }

  /** An instance stands on host `to` from now on, whose processors are already occupied; it goes on as it was. */
  function move(instance: number, to: number, cause: RowId): RowId {
    const from = host[instance]
    if (firstOnHost[from] === instance) firstOnHost[from] = nextOnHost[instance]
    else {
      let before = firstOnHost[from]
      while (nextOnHost[before] !== instance) before = nextOnHost[before]
      nextOnHost[before] = nextOnHost[instance]
    }
    pool.occupy(from, -cpu[instance])
    host[instance] = to
    nextOnHost[instance] = firstOnHost[to]
    firstOnHost[to] = instance
    if (specs[serviceOf[instance]].restore === 'first') hosts.bootFirst(to)
    return trace.write(sim.now, InstanceRow.moved, entityOf[instance], cause, places.hostEntity(to))
  }

  /** An instance is stopped, if it runs, and started on host `to`; what it had in memory is lost. */
  function restartOn(instance: number, to: number, cause: RowId): void {
    fall(instance, cause)
    const moved = move(instance, to, cause)
    const isFree = removed[instance] === 0 && lacks[instance] === 0
    if (isFree && needs().ok(specs[serviceOf[instance]].entity, 'start')) start(instance, moved)
    else if (removed[instance] === 0) awaitStart(instance, moved)
  }

  /** Launches one more instance on `h`, whose processors are already occupied. Returns −1 when no more may exist. */
  function launch(service: number, h: number, cause: RowId): number {
    for (let i = 0; i < specs[service].instancesMax; i++) {
      const instance = first[service] + i
      if (state[instance] !== ABSENT) continue
      const placed = put(instance, h, cause)
      wanted[service]++
      if (needs().ok(specs[service].entity, 'start')) start(instance, placed)
      else awaitStart(instance, placed)
      return instance
    }
    return -1
  }

  /**
   * An instance lacks one more thing of its own (a volume, a lease, its record, its host's network): without it, it cannot
   * start, or it stalls when it runs, or both.
   */
  function lose(instance: number, what: Barred, row: RowId): void {
    if (what !== 'serve') {
      lacks[instance]++
      if (job[instance] !== NO_JOB) restarts.withdraw(host[instance], job[instance], row)
      job[instance] = NO_JOB
    }
    if (what !== 'start') stalls[instance]++
    if (stalls[instance] === 0 || state[instance] !== UP) return
    state[instance] = STALLED
    const down = trace.write(sim.now, InstanceRow.down, entityOf[instance], row)
    changeReady(serviceOf[instance], -1, down)
    for (const watch of instanceWatchers) watch(instance, false, down)
  }

  /** It has it again: what stalled goes on at once, what waited to start is queued. */
  function regain(instance: number, what: Barred, row: RowId): void {
    if (what !== 'serve') lacks[instance]--
    if (what !== 'start') stalls[instance]--
    if (state[instance] === STALLED && stalls[instance] === 0) {
      rise(instance, trace.write(sim.now, InstanceRow.up, entityOf[instance], row))
    } else if (state[instance] === WAITING && job[instance] < 0 && lacks[instance] === 0) {
      if (needs().ok(specs[serviceOf[instance]].entity, 'start')) enqueue(instance, row)
    }
  }

  function changeReady(service: number, by: number, row: RowId): void {
    ready[service] += by
    readyChangedBy[service] = row
    sim.unsettle()
    judge(service, row)
  }

  /** A service falls with its last instance or a serve-need, and returns when it has both again. */
  function judge(service: number, row: RowId): void {
    const { entity } = specs[service]
    const isUp = ready[service] > 0 && reasons[service] === 0 && needs().ok(entity, 'serve')
    if (isUp === (up[service] === 1)) return
    up[service] = isUp ? 1 : 0
    announce(service, isUp, trace.write(sim.now, isUp ? Row.up : Row.down, entity, row))
  }

  function announce(service: number, isUp: boolean, row: RowId): void {
    deadlocks.suspect(row)
    for (const watch of serviceWatchers) watch(service, isUp, row)
    needs().flip(specs[service].entity, isUp, row)
  }

  /** One more reason for a service to be down, whatever its instances do: no primary, a fault. */
  function hold(service: number, row: RowId): void {
    reasons[service]++
    judge(service, row)
  }

  /** One reason less. */
  function release(service: number, row: RowId): void {
    reasons[service]--
    judge(service, row)
  }

  function writeReady(service: number): void {
    if (readyWritten[service] === ready[service]) return
    readyWritten[service] = ready[service]
    trace.write(sim.now, Row.ready, specs[service].entity, readyChangedBy[service], ready[service], wanted[service])
  }

  return {
    begin,
    beginStarting,
    launch,
    move,
    restartOn,
    hold,
    release,
    end,
    remove,
    putBack,
    resize,
    lose,
    regain,
    /** Calls with every instance that is given a host. */
    watchPlaced: (stand: (instance: number) => void) => void standing.push(stand),
    specs,
    /** Service number of an entity, or −1. */
    serviceOf: (entity: EntityId): number => serviceOfEntity.get(entity) ?? -1,
    /** Instance number of an entity, or −1: instances are numbered one after the other. */
    instanceOf: (entity: EntityId): number =>
      total > 0 && entity >= entityOf[0] && entity < entityOf[0] + total ? entity - entityOf[0] : -1,
    serviceOfInstance: (instance: number): number => serviceOf[instance],
    firstInstance: (service: number): number => first[service],
    /** Instances that stand on a host, in whatever state. */
    instancesOn: (h: number): number[] => {
      const there: number[] = []
      for (let instance = firstOnHost[h]; instance >= 0; instance = nextOnHost[instance]) there.push(instance)
      return there
    },
    /** Processors that an instance takes of its host. */
    cpuOfInstance: (instance: number): number => cpu[instance],
    /** Host that an instance stands on, or −1. */
    hostOfInstance: (instance: number): number => host[instance],
    /** Whether anybody can change it: its host has to be told. */
    canBeChanged: (instance: number): boolean => host[instance] < 0 || hosts.isControlled(host[instance]),
    /** Instances on a host that have been launched and not ended, in whatever state. */
    standingOn: (h: number): number[] => {
      const there: number[] = []
      for (let instance = firstOnHost[h]; instance >= 0; instance = nextOnHost[instance])
        if (state[instance] !== ABSENT && state[instance] !== ENDED) there.push(instance)
      return there
    },
    zoneOfInstance: (instance: number): number => (host[instance] < 0 ? -1 : places.zoneOfHost[host[instance]]),
    /** Zones that a service's places lie in, in order. */
    zonesOf: (service: number): number[] => {
      const { spread } = specs[service]
      return places.zones
        .map((_, zone) => zone)
        .filter(zone => spread.some(at => places.zoneOfHost[places.places[at].firstHost] === zone))
    },
    entityOfInstance: (instance: number): EntityId => entityOf[instance],
    instanceIsUp: (instance: number): boolean => state[instance] === UP,
    /** Whether it runs, even if it lacks what it needs to serve. */
    instanceRuns: (instance: number): boolean => state[instance] === UP || state[instance] === STALLED,
    instanceIsStarting: (instance: number): boolean => state[instance] === BOOTING || state[instance] === WAITING,
    /** Instances of a service that have been launched and not ended, in whatever state. */
    present: (service: number): number[] => {
      const there: number[] = []
      for (let instance = first[service]; instance < first[service] + specs[service].instancesMax; instance++) {
        if (state[instance] !== ABSENT && state[instance] !== ENDED) there.push(instance)
      }
      return there
    },
    isUp: (service: number): boolean => up[service] === 1,
    ready: (service: number): number => ready[service],
    /** Instances of a service that are on their way up. */
    starting: (service: number): number => {
      let count = 0
      for (let instance = first[service]; instance < first[service] + specs[service].instancesMax; instance++) {
        if (state[instance] === BOOTING || state[instance] === WAITING) count++
      }
      return count
    },
    watchInstances: (watcher: InstanceWatcher) => void instanceWatchers.push(watcher),
    /** Calls with every instance that has started but lacks what it needs to serve. */
    watchStalled: (watcher: (instance: number, row: RowId) => void) => void stallWatchers.push(watcher),
    watchServices: (watcher: ServiceWatcher) => void serviceWatchers.push(watcher),
  }
}
