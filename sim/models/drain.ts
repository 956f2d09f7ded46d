/**
 * Amounts of work that flow through one after the other, at a speed that may change while they do: bytes to copy, to check or
 * to restore, things to look for. A level and a queue in one: what is left of the first in line is a level that falls, and with
 * it the line moves up.
 *
 *     m amounts of s at a speed v are done at s/v, 2s/v … m·s/v, and whatever v does meanwhile, when ∫v reaches as much.
 */
import { type EventId, NO_EVENT } from '../engine/calendar.ts'
import type { Simulation } from '../engine/simulation.ts'
import { TICKS } from '../engine/time.ts'
import type { PerSecond } from '../units/quantity.ts'

/** `job` has gone through `drain`; it is in no line any more. */
type Drained = (drain: number, job: number) => void

const NOWHERE = -1
const FIRST_CAPACITY = 64

/** So many drains, all at a speed of 0. Jobs are numbers of the owner's; each stands in one line at most. */
export function createDrains(sim: Simulation, count: number, drained: Drained) {
  const speed = sim.column(Float64Array, count) // per second, by drain
  const first = sim.column(Int32Array, count).fill(NOWHERE) // job in front, by drain
  const last = sim.column(Int32Array, count).fill(NOWHERE)
  const left = sim.column(Float64Array, count) // of the job in front at the moment `since`, by drain
  const since = sim.column(Float64Array, count) // s, by drain
  const end = sim.column(Float64Array, count).fill(NO_EVENT) // of the job in front, by drain
  const load = sim.column(Float64Array, count) // of all that stand in the line, what is done of the first included, by drain
  let jobs = jobsFor(FIRST_CAPACITY)
  sim.keep({
    save: () => copyOf(jobs, jobs.amount.length),
    restore: saved => {
      const from = saved as Jobs
      jobs = copyOf(from, from.amount.length)
    },
  })

  const END = sim.on((drain: number) => {
    end[drain] = NO_EVENT
    const job = first[drain]
    // The grid makes the end a little late; what flowed meanwhile was the next one's, so that delays do not add up.
    const over = Math.max(0, speed[drain] * (sim.now - since[drain]) - left[drain])
    unlink(job)
    if (first[drain] !== NOWHERE) left[drain] = Math.max(0, jobs.amount[first[drain]] - over)
    since[drain] = sim.now
    arm(drain)
    drained(drain, job)
  })

  /** Puts a job at the end of a line, with so much to be done. */
  function submit(drain: number, job: number, amount: number): void {
    if (!(amount >= 0)) throw new RangeError(`an amount must be at least 0, got ${amount}`)
    while (job >= jobs.amount.length) jobs = copyOf(jobs, jobs.amount.length * 2)
    if (jobs.drain[job] !== NOWHERE) throw new Error(`job ${job} stands in a line already`)
    jobs.drain[job] = drain
    jobs.amount[job] = amount
    load[drain] += amount
    jobs.before[job] = last[drain]
    jobs.after[job] = NOWHERE
    if (last[drain] === NOWHERE) first[drain] = job
    else jobs.after[last[drain]] = job
    last[drain] = job
    if (first[drain] === job) begin(drain)
  }

  /** Takes a job out of the line it stands in, if any; what was done of it is lost. */
  function withdraw(job: number): void {
    const drain = lineOf(job)
    if (drain === NOWHERE) return
    const inFront = first[drain] === job
    unlink(job)
    if (inFront) begin(drain)
  }

  /** From now on the line moves at this speed. */
  function setSpeed(drain: number, perSecond: PerSecond): void {
    if (!(perSecond >= 0 && perSecond < Infinity)) throw new RangeError(`a speed must be finite, got ${perSecond} per second`)
    if (speed[drain] === perSecond) return
    left[drain] = Math.max(0, left[drain] - speed[drain] * (sim.now - since[drain]))
    since[drain] = sim.now
    speed[drain] = perSecond
    arm(drain)
  }

  /** The job now in front starts from the beginning. */
  function begin(drain: number): void {
    left[drain] = first[drain] === NOWHERE ? 0 : jobs.amount[first[drain]]
    since[drain] = sim.now
    arm(drain)
  }

  function arm(drain: number): void {
    if (end[drain] !== NO_EVENT) sim.cancel(end[drain] as EventId)
    end[drain] = NO_EVENT
    if (first[drain] === NOWHERE || speed[drain] === 0) return
    const moment = Math.ceil((since[drain] + left[drain] / speed[drain]) * TICKS - 1e-3) / TICKS
    if (moment <= Number.MAX_SAFE_INTEGER) end[drain] = sim.at(Math.max(sim.now, moment), END, drain)
  }

  function unlink(job: number): void {
    const { before, after, drain } = jobs
    const line = drain[job]
    if (before[job] === NOWHERE) first[line] = after[job]
    else after[before[job]] = after[job]
    if (after[job] === NOWHERE) last[line] = before[job]
    else before[after[job]] = before[job]
    drain[job] = NOWHERE
    load[line] = first[line] === NOWHERE ? 0 : load[line] - jobs.amount[job]
  }

  function lineOf(job: number): number {
    return job < jobs.drain.length ? jobs.drain[job] : NOWHERE
  }

  return {
    submit,
    withdraw,
    setSpeed,
    /** The job in front, or −1. */
    first: (drain: number): number => first[drain],
    /** The line that a job stands in, or −1. */
    lineOf,
    /** All that stands in a line. */
    load: (drain: number): number => load[drain],
  }
}

/** Columns by job. */
interface Jobs {
  readonly amount: Float64Array
  readonly before: Int32Array
  readonly after: Int32Array
  /** The line that a job stands in, or −1. */
  readonly drain: Int32Array
}

function jobsFor(capacity: number): Jobs {
  return {
    amount: new Float64Array(capacity),
    before: new Int32Array(capacity),
    after: new Int32Array(capacity),
    drain: new Int32Array(capacity).fill(NOWHERE),
  }
}

function copyOf(from: Jobs, capacity: number): Jobs {
  const to = jobsFor(capacity)
  to.amount.set(from.amount)
  to.before.set(from.before)
  to.after.set(from.after)
  to.drain.set(from.drain)
  return to
}
