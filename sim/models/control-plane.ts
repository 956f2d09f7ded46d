/**
 * A control plane: what a request to launch, move or repair has to get through. It runs on instances of its own, which may be
 * down with the zone; its threads are finite; what must wait, waits in one shared queue behind everybody else's calls.
 *
 * A thread whose work needs something that is missing stays idle: a service that is down completes no action. Calls whose
 * threads go away are asked again, behind all others; a caller who has waited too long gives up.
 */
import { type EventId, NO_EVENT } from '../engine/calendar.ts'
import { sample } from '../engine/distribution.ts'
import type { Randomness } from '../engine/random.ts'
import type { Simulation } from '../engine/simulation.ts'
import type { Entities } from '../trace/entities.ts'
import type { RowId, Trace } from '../trace/trace.ts'
import type { Law } from '../units/law.ts'
import type { Seconds } from '../units/quantity.ts'
import type { Needs } from './needs.ts'
import { createJobQueue, type JobId, type JobQueue, NO_JOB } from './queue.ts'
import type { Services } from './services.ts'

export interface ApiSpec {
  readonly service: number
  /** Calls handled at once by each instance. */
  readonly threads: number
  /** Time a thread spends on one call, s. */
  readonly takes: Law
  /** Calls that may wait; more are refused. */
  readonly queue: number
  /** A caller gives up waiting after this long, s. */
  readonly timeout: Seconds
}

/** One call, or many of one caller handled one after the other. Plain numbers, so that a snapshot may go anywhere. */
export interface Call {
  readonly count: number
  /** What the caller wants to know again when it hears of the call. */
  readonly about: number
  /** The row that made the caller ask. */
  readonly cause: RowId
}

/** Who asks, and what becomes of the calls. */
export interface Caller {
  /** The calls have been handled; `row` is what let them start. */
  readonly done: (call: Call, row: RowId) => void
  /** The queue was full. */
  readonly refused: (call: Call) => void
  /** The caller has waited too long; returns the row that says so. */
  readonly gaveUp: (call: Call) => RowId
}

/** A call that has been asked for and not been answered. Replaced, never changed, so that a copy of the map is a snapshot. */
interface OpenCall {
  readonly caller: number
  readonly call: Call
  /** When the caller gives up if it still waits, s, and the event that says so. */
  readonly until: Seconds
  readonly patience: EventId
  readonly job: JobId
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
  const callers: Caller[] = []
  const ofService = new Map(specs.map((spec, api) => [spec.service, api]))
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
    queues[api].withdraw(open.job, callers[open.caller].gaveUp(open.call))
  })

  const queues: JobQueue[] = specs.map((spec, api) => {
    const { entity } = services.specs[spec.service]
    const times = randomness.stream(`${entities.id(entity)}/call`)
    return createJobQueue(sim, trace, {
      entity,
      servers: 0,
      serviceTime: number => {
        const many = calls[api].get(number)?.call.count ?? 1
        let takes = 0
        for (let i = 0; i < Math.min(many, SAMPLED_CALLS); i++) takes += sample(spec.takes, times)
        return (takes * many) / Math.min(many, SAMPLED_CALLS)
      },
      onStart: (number, cause) => {
        sim.cancel(calls[api].get(number)?.patience ?? NO_EVENT)
        return cause
      },
      onDone: (number, cause) => {
        const open = calls[api].get(number)
        calls[api].delete(number)
        if (open !== undefined) callers[open.caller].done(open.call, cause)
      },
      onDropped: (number, cause) => {
        const open = calls[api].get(number)
        if (open !== undefined) submit(api, number, open, cause)
      },
    })
  })

  /** Call once services and needs have begun. */
  function begin(): void {
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

  function setThreads(api: number, row: RowId): void {
    const { service, threads } = specs[api]
    const works = services.isUp(service) && needs().ok(services.specs[service].entity, 'change')
    queues[api].setServers(works ? threads * services.ready(service) : 0, row, true)
  }

  /** Registers a caller while the model is being built, and returns how it asks. */
  function register(api: number, caller: Caller): (call: Call) => void {
    const number = callers.push(caller) - 1
    return call => {
      const queue = queues[api]
      if (queue.running() >= queue.servers && queue.waiting() >= specs[api].queue) return caller.refused(call)
      const until = sim.now + specs[api].timeout
      submit(api, counts[api]++, { caller: number, call, until, patience: NO_EVENT, job: NO_JOB }, call.cause)
    }
  }

  function submit(api: number, number: number, open: OpenCall, cause: RowId): void {
    const { until } = open
    calls[api].set(number, { ...open, patience: NO_EVENT, job: NO_JOB })
    const job = queues[api].submit(number, cause)
    if (queues[api].isRunning(job)) return
    calls[api].set(number, { ...open, job, patience: sim.at(Math.max(sim.now, until), GIVE_UP, api, number) })
  }

  return {
    begin,
    register,
    /** Number of the control plane that a service is, or −1. */
    ofService: (service: number): number => ofService.get(service) ?? -1,
  }
}

/** Of a long run of calls by one caller, so many times are drawn and the rest take their mean. */
const SAMPLED_CALLS = 16
