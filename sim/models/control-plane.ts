/**
 * A control plane: what a request to launch, move or repair has to get through. It runs on instances of its own, which may be
 * down with the zone; its threads are finite; what must wait, waits behind everybody else's calls, or behind those about its own
 * zone only. On its way a call has to
 *
 *     reach    an instance that is alive: one that is sent to a dead one is tried elsewhere after the call's time-out
 *     be let in: nobody has switched the API off, a token is left, and there is room in the queue
 *     wait     for a thread, as long as its caller does
 *     be done: a service that is down completes no action, and neither does one that lacks what changes need
 *
 * Work that cannot be done waits until it can and its thread stays idle; or it is begun all the same and holds its thread
 * until the call's time-out, and calls that could be done starve. Calls whose threads go away are asked again, behind all others.
 */
import { type EventId, NO_EVENT } from '../engine/calendar.ts'
import { sample } from '../engine/distribution.ts'
import type { Randomness } from '../engine/random.ts'
import type { Simulation } from '../engine/simulation.ts'
import type { Entities, EntityId } from '../trace/entities.ts'
import type { RowId, Trace } from '../trace/trace.ts'
import type { Law } from '../units/law.ts'
import type { Seconds } from '../units/quantity.ts'
import type { Needs } from './needs.ts'
import { createJobQueue, type JobId, type JobQueue, NO_JOB } from './queue.ts'
import { createRotations, type RotationSpec } from './rotations.ts'
import type { Services } from './services.ts'
import { createTokenBuckets, type TokenBucketSpec } from './token-buckets.ts'

export interface ApiSpec extends RotationSpec, TokenBucketSpec {
  /** Its queues: one of its own, or one for each zone, among which threads are divided. */
  readonly queues: readonly { readonly entity: EntityId; readonly zone: number }[]
  /** Calls handled at once by each instance. */
  readonly threads: number
  /** Time a thread spends on one call, s. */
  readonly takes: Law
  /** Calls that may wait in each queue; more are refused. */
  readonly queue: number
  /** A caller gives up waiting after this long, s. */
  readonly timeout: Seconds
  /** How long a call that nobody answers, or that cannot be done, holds its caller or its thread, s. */
  readonly callTimeout: Seconds
  /** Threads whose work lacks something stay idle, or are held by it. */
  readonly starved: 'idle' | 'hold'
}

/** One call, or many of one caller handled one after the other. Plain numbers, so that a snapshot may go anywhere. */
export interface Call {
  readonly count: number
  /** Zone where something is to be done. */
  readonly zone: number
  /** What the caller wants to know again when it hears of the call. */
  readonly about: number
  /** The row that made the caller ask. */
  readonly cause: RowId
  /** How often it was asked for before, in vain; never when left out. */
  readonly failures?: number
  /** When it was first asked for, s, if the caller wants to know. */
  readonly since?: Seconds
}

/** Why calls are not let in: the queue is full, no token is left, the API is switched off. */
export type Refusal = 'refused' | 'throttled' | 'denied'

/** Who asks, and what becomes of the calls. */
export interface Caller {
  /** The calls have been handled; `row` is what let them start. */
  readonly done: (call: Call, row: RowId) => void
  readonly refused: (call: Call, why: Refusal) => void
  /** The caller has waited too long; returns the row that says so. */
  readonly gaveUp: (call: Call) => RowId
  /** Whether what is asked for could be done now; always, when left out. Asked only where starved threads are held. */
  readonly can?: (call: Call) => boolean
}

/** A call that has been asked for and not been answered. Replaced, never changed, so that a copy of the map is a snapshot. */
interface OpenCall {
  readonly caller: number
  readonly call: Call
  /** When the caller gives up if it still waits, s, and the event that says so, or that it is tried elsewhere. */
  readonly until: Seconds
  readonly patience: EventId
  readonly job: JobId
  /** Whether its thread does nothing but wait for what is missing. */
  readonly isStarved: boolean
}

export type ControlPlanes = ReturnType<typeof createControlPlanes>

export function createControlPlanes(
  sim: Simulation,
  trace: Trace,
  randomness: Randomness,
  entities: Entities,
  services: Services,
  needs: () => Needs,
  specs: readonly ApiSpec[],
) {
  const calls: Map<number, OpenCall>[] = specs.map(() => new Map())
  const counts: number[] = specs.map(() => 0)
  const denials = sim.column(Uint16Array, specs.length) // how many keep it switched off, by API
  const deniedBy = sim.column(Uint32Array, specs.length) // the row since which it is, by API
  const callers: Caller[] = []
  const ofService = new Map(specs.map((spec, api) => [spec.service, api]))
  const buckets = createTokenBuckets(sim, specs)
  const rotations = createRotations(sim, trace, services, specs)
  const routes = specs.map(({ service }) => randomness.stream(`${entities.id(services.specs[service].entity)}/route`))
  sim.keep({
    save: () => ({ calls: calls.map(map => new Map(map)), counts: counts.slice() }),
    restore: saved => {
      const from = saved as { calls: Map<number, OpenCall>[]; counts: number[] }
      from.calls.forEach((map, api) => {
        calls[api] = new Map(map)
      })
      from.counts.forEach((count, api) => {
        counts[api] = count
      })
    },
  })

  const GIVE_UP = sim.on((api: number, number: number) => {
    const open = calls[api].get(number)
    if (open === undefined) return
    calls[api].delete(number)
    const row = callers[open.caller].gaveUp(open.call)
    if (open.job !== NO_JOB) queueFor(api, open.call).withdraw(open.job, row)
  })
  const TRY_AGAIN = sim.on((api: number, number: number) => {
    const open = calls[api].get(number)
    if (open !== undefined) reach(api, number, open)
  })

  const queues: JobQueue[][] = specs.map((spec, api) => {
    const times = randomness.stream(`${entities.id(services.specs[spec.service].entity)}/call`)
    return spec.queues.map(({ entity }) =>
      createJobQueue(sim, trace, {
        entity,
        servers: 0,
        serviceTime: number => {
          const open = calls[api].get(number)
          if (open === undefined) return 0
          if (isStarved(api, open)) {
            calls[api].set(number, { ...open, isStarved: true })
            return spec.callTimeout
          }
          const { count } = open.call
          let takes = 0
          for (let i = 0; i < Math.min(count, SAMPLED_CALLS); i++) takes += sample(spec.takes, times)
          return (takes * count) / Math.min(count, SAMPLED_CALLS)
        },
        onStart: (number, cause) => {
          sim.cancel(calls[api].get(number)?.patience ?? NO_EVENT)
          return cause
        },
        onDone: (number, cause) => {
          const open = calls[api].get(number)
          calls[api].delete(number)
          if (open === undefined) return
          if (open.isStarved) callers[open.caller].gaveUp(open.call)
          else callers[open.caller].done(open.call, cause)
        },
        onDropped: (number, cause) => {
          const open = calls[api].get(number)
          if (open !== undefined) submit(api, number, open, cause)
        },
      }),
    )
  })

  /** Call once services and needs have begun. */
  function begin(): void {
    rotations.begin()
    for (let api = 0; api < specs.length; api++) setThreads(api, 0)
    services.watchInstances((instance, _up, row) => {
      const api = ofService.get(services.serviceOfInstance(instance))
      if (api !== undefined) setThreads(api, row)
    })
    services.watchServices((service, _up, row) => {
      const api = ofService.get(service)
      if (api !== undefined) setThreads(api, row)
    })
    needs().watch((holder, moment, row) => {
      const api = moment === 'change' ? ofService.get(services.serviceOf(holder)) : undefined
      if (api !== undefined) setThreads(api, row)
    })
  }

  /** Divides the threads among the queues as evenly as whole threads go. */
  function setThreads(api: number, row: RowId): void {
    const { service, threads, starved } = specs[api]
    const works = services.isUp(service) && (starved === 'hold' || mayChange(api))
    const all = works ? threads * services.ready(service) : 0
    const upTo = (i: number): number => Math.floor((all * i) / queues[api].length)
    queues[api].forEach((queue, i) => {
      queue.setServers(upTo(i + 1) - upTo(i), row, true)
    })
  }

  const mayChange = (api: number): boolean => needs().ok(services.specs[specs[api].service].entity, 'change')

  function isStarved(api: number, { caller, call }: OpenCall): boolean {
    return specs[api].starved === 'hold' && !(mayChange(api) && (callers[caller].can?.(call) ?? true))
  }

  function queueFor(api: number, { zone }: Call): JobQueue {
    const own = specs[api].queues.findIndex(queue => queue.zone === zone)
    return queues[api][Math.max(0, own)]
  }

  /** Registers a caller while the model is being built, and returns how it asks. */
  function register(api: number, caller: Caller): (call: Call) => void {
    const number = callers.push(caller) - 1
    return call => {
      const until = sim.now + specs[api].timeout
      reach(api, counts[api]++, { caller: number, call, until, patience: NO_EVENT, job: NO_JOB, isStarved: false })
    }
  }

  /** A call is sent to an instance in rotation: one that is alive lets it in, a dead one never answers. */
  function reach(api: number, number: number, open: OpenCall): void {
    const dead = rotations.deadShare(api)
    if (dead === 0 || routes[api].next() >= dead) {
      admit(api, number, open)
      return
    }
    const again = sim.now + specs[api].callTimeout
    const patience = again < open.until ? sim.at(again, TRY_AGAIN, api, number) : sim.at(open.until, GIVE_UP, api, number)
    calls[api].set(number, { ...open, patience })
  }

  function admit(api: number, number: number, open: OpenCall): void {
    const { refused } = callers[open.caller]
    const { call } = open
    calls[api].delete(number)
    const queue = queueFor(api, call)
    const isFull = queue.running() >= queue.servers && queue.waiting() >= specs[api].queue
    if (denials[api] > 0)
      refused({ ...call, cause: Math.max(call.cause, deniedBy[api]) }, 'denied') // whichever came last
    else if (isFull) refused(call, 'refused')
    else if (!buckets.take(api, call.count)) refused(call, 'throttled')
    else submit(api, number, open, call.cause)
  }

  function submit(api: number, number: number, open: OpenCall, cause: RowId): void {
    const { until } = open
    const queue = queueFor(api, open.call)
    calls[api].set(number, { ...open, patience: NO_EVENT, job: NO_JOB, isStarved: false })
    const job = queue.submit(number, cause)
    if (queue.isRunning(job)) return
    calls[api].set(number, { ...open, job, patience: sim.at(Math.max(sim.now, until), GIVE_UP, api, number) })
  }

  return {
    begin,
    register,
    /** Number of the control plane that a service is, or −1. */
    ofService: (service: number): number => ofService.get(service) ?? -1,
    /** Someone takes an instance of any control plane out of rotation: no call is sent to it any more. */
    takeOut: rotations.takeOut,
    /** Someone takes the dead instances of a control plane out of rotation. */
    deregister: (api: number, row: RowId): void => rotations.deregister(api, row),
    /** One more reason to let no call in; what waits goes on. */
    deny(api: number, row: RowId): void {
      if (denials[api]++ === 0) deniedBy[api] = row
    },
    /** One reason less. */
    allow: (api: number): void => void denials[api]--,
  }
}

/** Of a long run of calls by one caller, so many times are drawn and the rest take their mean. */
const SAMPLED_CALLS = 16
