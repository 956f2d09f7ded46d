/**
 * The mechanism "queue": jobs wait in order for a finite number of servers, which may change while they wait. Boot slots,
 * restarts, control-plane threads and people are such servers. Knows nothing of what a job is: a job is a target (whose
 * job it is), the row that asked for it, and a slot in columns.
 */
import { type EventId, NO_EVENT } from '../engine/calendar.ts'
import type { Kind, Simulation, Stateful } from '../engine/simulation.ts'
import { onGridAfter, type Seconds } from '../engine/time.ts'
import type { EntityId } from '../trace/entities.ts'
import { defineRows } from '../trace/row-kinds.ts'
import { NO_CAUSE, type RowId, type Trace } from '../trace/trace.ts'

/** A job's slot: valid until the job is done, dropped or withdrawn, when the slot may go to another job. */
export type JobId = number

/** No job: what a column of jobs holds while there is none. */
export const NO_JOB: JobId = -1

const Row = defineRows('queue', {
  backlog: {
    says: {
      en: '{a} wait in {subject}, the oldest for {b}',
      zh: '{subject} 中有 {a} 项在等待，最早的一项已等待 {b}',
    },
    a: 'count',
    b: 'seconds',
    level: 3,
  },
})

export interface JobQueueSpec {
  /** Whose backlog the rows speak of. */
  readonly entity: EntityId
  /** Jobs served at once in the beginning; may be 0 or Infinity. */
  readonly servers: number
  /** Shortest time between two starts, s: `60 / 200` for 200 a minute. Counted from the first start of a busy period on. */
  readonly every?: Seconds
  /** Priorities, 0 the most urgent; jobs of one priority are served in the order submitted. 1 when left out. */
  readonly priorities?: number
  /** How long the job of `target` takes, s; asked when it starts. */
  readonly serviceTime: (target: number) => Seconds
  /**
   * A job starts; `cause` is its own request if it did not wait, else what let it start. Returns the row that says so, which
   * becomes the cause of its end.
   */
  readonly onStart?: (target: number, cause: RowId) => RowId
  /**
   * A job has been served. A row says that it keeps its server for something else, until `complete`, and is then the cause of
   * its end; without one it is done.
   */
  readonly onServed?: (target: number, cause: RowId) => RowId | undefined
  /**
   * A job is done and its slot free. The first row written here, if any, is the cause of the start of the job that gets the
   * server.
   */
  readonly onDone: (target: number, cause: RowId) => void
  /** A running job was dropped because its server went away. */
  readonly onDropped?: (target: number, cause: RowId) => void
}

/** A backlog row is due when the backlog has changed by this share of its peak: a long queue is drawn, not recounted. */
const BACKLOG_STEP = 0.02
const FIRST_CAPACITY = 16
/** In the list of free slots. */
const FREE = -2
const COLUMNS = ['target', 'cause', 'since', 'event', 'priority', 'before', 'after'] as const
const COUNTS = [
  'servers',
  'runningCount',
  'waitingCount',
  'used',
  'firstFree',
  'firstRunning',
  'lastRunning',
  'peak',
  'reported',
  'pace',
  'starts',
  'lastStart',
  'gate',
] as const

export function createJobQueue(sim: Simulation, trace: Trace, spec: JobQueueSpec): JobQueue {
  return new JobQueue(sim, trace, spec)
}

export class JobQueue implements Stateful {
  /** Jobs that may be served at once. */
  servers: number
  private runningCount = 0
  private waitingCount = 0

  private readonly sim: Simulation
  private readonly trace: Trace
  private readonly spec: JobQueueSpec
  private readonly every: Seconds
  private readonly done: Kind
  private readonly open: Kind

  /** Whose job it is, by slot. */
  private target = new Uint32Array(FIRST_CAPACITY)
  /** The row that asked for it, once it runs the row of its start, by slot. */
  private cause = new Uint32Array(FIRST_CAPACITY)
  /** When it was submitted, s, by slot. */
  private since = new Float64Array(FIRST_CAPACITY)
  /** Its end in the calendar while it runs, by slot. */
  private event = new Float64Array(FIRST_CAPACITY)
  private priority = new Uint8Array(FIRST_CAPACITY)
  /** Neighbours in the list the slot is in (waiting in one priority, running, or free), by slot; −1 at the ends. */
  private before = new Int32Array(FIRST_CAPACITY)
  private after = new Int32Array(FIRST_CAPACITY)
  /** Ends of the lists of those who wait, by priority; −1 when nobody does. */
  private readonly firstWaiting: Int32Array
  private readonly lastWaiting: Int32Array
  private firstRunning = -1
  private lastRunning = -1
  private firstFree = -1
  private used = 0
  /** Most that waited since the backlog was last empty, and what the last backlog row said. */
  private peak = 0
  private reported = 0
  /** The moment from which starts are paced, s; starts since then; row of the last; the event that lets the next one go. */
  private pace: Seconds = -Infinity
  private starts = 0
  private lastStart: RowId = NO_CAUSE
  private gate: EventId = NO_EVENT

  constructor(sim: Simulation, trace: Trace, spec: JobQueueSpec) {
    this.sim = sim
    this.trace = trace
    this.spec = spec
    this.servers = spec.servers
    this.every = spec.every ?? 0
    this.firstWaiting = sim.column(Int32Array, spec.priorities ?? 1).fill(-1)
    this.lastWaiting = sim.column(Int32Array, spec.priorities ?? 1).fill(-1)
    this.done = sim.on((job: JobId) => this.finish(job))
    this.open = sim.on((_, cause: RowId) => {
      this.gate = NO_EVENT
      this.serve(cause)
    })
    sim.keep(this)
  }

  /** Adds a job for `target`, asked for by the row `cause`; it starts at once when a server is free and nobody waits. */
  submit(target: number, cause: RowId, priority = 0): JobId {
    const job = this.newSlot()
    this.target[job] = target
    this.cause[job] = cause
    this.since[job] = this.sim.now
    this.priority[job] = priority
    if (this.waitingCount === 0 && this.runningCount < this.servers && this.mayStart()) {
      this.start(job, cause)
    } else {
      this.enqueue(job, priority)
      this.report(cause)
    }
    return job
  }

  /** Takes a job back, waiting or running, because of the row `cause`. Neither `onDone` nor `onDropped` hears of it. */
  withdraw(job: JobId, cause: RowId): void {
    if (this.before[job] === FREE) throw new Error(`job ${job} is over: nothing to withdraw`)
    if (this.event[job] === NO_EVENT) {
      this.unlinkWaiting(job)
      this.release(job)
      this.report(cause)
      return
    }
    this.sim.cancel(this.event[job] as EventId)
    this.unlinkRunning(job)
    this.release(job)
    this.serve(cause)
  }

  /** What kept a job on its server after it was served is over. */
  complete(job: JobId): void {
    const target = this.target[job]
    const cause = this.cause[job]
    this.unlinkRunning(job)
    this.release(job)
    const row = this.trace.length
    this.spec.onDone(target, cause)
    if (this.waitingCount > 0) this.serve(this.trace.length > row ? row : cause)
  }

  /** Takes back every job whose target is meant, because of the row `cause`; returns their targets in the order of the line. */
  withdrawAll(isMeant: (target: number) => boolean, cause: RowId): number[] {
    const meant = (first: JobId): JobId[] => {
      const jobs: JobId[] = []
      for (let job = first; job >= 0; job = this.after[job]) if (isMeant(this.target[job])) jobs.push(job)
      return jobs
    }
    const running = meant(this.firstRunning)
    const waiting = [...this.firstWaiting].flatMap(meant)
    const targets = [...running, ...waiting].map(job => this.target[job])
    // Who waits goes first, or would start in the place of one who is taken back.
    for (const job of [...waiting, ...running]) this.withdraw(job, cause)
    return targets
  }

  /**
   * Changes the number of servers because of the row `cause`. With fewer, running jobs go on and none starts until there is
   * room; with `drop`, those that started last are dropped.
   */
  setServers(servers: number, cause: RowId, drop = false): void {
    this.servers = servers
    while (drop && this.runningCount > this.servers) {
      const job = this.lastRunning
      const target = this.target[job]
      this.sim.cancel(this.event[job] as EventId)
      this.unlinkRunning(job)
      this.release(job)
      this.spec.onDropped?.(target, cause)
    }
    this.serve(cause)
  }

  /** How many jobs wait. */
  waiting(): number {
    return this.waitingCount
  }

  /** How many jobs are being served. */
  running(): number {
    return this.runningCount
  }

  /** How long the job that has waited longest has waited, s; 0 when none waits. */
  age(): Seconds {
    let since = this.sim.now
    for (const first of this.firstWaiting) if (first >= 0 && this.since[first] < since) since = this.since[first]
    return this.sim.now - since
  }

  /** Whether a job has started. */
  isRunning(job: JobId): boolean {
    return this.event[job] !== NO_EVENT
  }

  save(): unknown {
    return { columns: COLUMNS.map(name => this[name].slice()), counts: COUNTS.map(name => this[name]) }
  }

  restore(saved: unknown): void {
    const { columns, counts } = saved as { columns: Float64Array[]; counts: number[] }
    const state = this as unknown as Record<string, unknown>
    COLUMNS.forEach((name, i) => {
      state[name] = columns[i].slice()
    })
    COUNTS.forEach((name, i) => {
      state[name] = counts[i]
    })
  }

  private finish(job: JobId): void {
    const next = this.spec.onServed?.(this.target[job], this.cause[job])
    if (next === undefined) this.complete(job)
    else this.cause[job] = next
  }

  /** Starts those who wait, most urgent first, as long as there are servers and the pace allows it. */
  private serve(cause: RowId): void {
    while (this.waitingCount > 0 && this.runningCount < this.servers && this.mayStart()) {
      let priority = 0
      while (this.firstWaiting[priority] < 0) priority++
      const job = this.firstWaiting[priority]
      this.unlinkWaiting(job)
      this.start(job, cause)
    }
    this.report(cause)
  }

  private start(job: JobId, cause: RowId): void {
    const { sim, spec } = this
    const target = this.target[job]
    const event = sim.after(spec.serviceTime(target), this.done, job)
    this.event[job] = event
    this.before[job] = this.lastRunning
    this.after[job] = -1
    if (this.lastRunning >= 0) this.after[this.lastRunning] = job
    else this.firstRunning = job
    this.lastRunning = job
    this.runningCount++
    if (this.every > 0) this.countStart()
    const row = spec.onStart === undefined ? cause : spec.onStart(target, cause)
    this.lastStart = row
    if (this.event[job] === event) this.cause[job] = row // unless onStart withdrew it
  }

  /** Whether the pace allows a start now; if not, the gate will open when it does, because of the last start. */
  private mayStart(): boolean {
    if (this.every === 0) return true
    const next = this.nextStart()
    if (this.sim.now >= next) return true
    if (this.gate === NO_EVENT) this.gate = this.sim.at(next, this.open, 0, this.lastStart)
    return false
  }

  /** Starts lie at whole multiples of `every` from the first one on, so that rounding to the grid does not add up. */
  private countStart(): void {
    if (this.sim.now === this.nextStart()) {
      this.starts++
    } else {
      this.pace = this.sim.now
      this.starts = 1
    }
  }

  /** First moment at which the pace allows another start, s. */
  private nextStart(): Seconds {
    return onGridAfter(this.pace + this.starts * this.every)
  }

  private enqueue(job: JobId, priority: number): void {
    if (!(priority < this.firstWaiting.length)) throw new RangeError(`no priority ${priority} in ${this.firstWaiting.length}`)
    const last = this.lastWaiting[priority]
    this.before[job] = last
    this.after[job] = -1
    if (last >= 0) this.after[last] = job
    else this.firstWaiting[priority] = job
    this.lastWaiting[priority] = job
    this.waitingCount++
  }

  private unlinkWaiting(job: JobId): void {
    const priority = this.priority[job]
    const before = this.before[job]
    const after = this.after[job]
    if (before >= 0) this.after[before] = after
    else this.firstWaiting[priority] = after
    if (after >= 0) this.before[after] = before
    else this.lastWaiting[priority] = before
    this.waitingCount--
  }

  private unlinkRunning(job: JobId): void {
    const before = this.before[job]
    const after = this.after[job]
    if (before >= 0) this.after[before] = after
    else this.firstRunning = after
    if (after >= 0) this.before[after] = before
    else this.lastRunning = before
    this.runningCount--
  }

  /** Writes a backlog row when one is due. */
  private report(cause: RowId): void {
    const { waitingCount: waiting, reported } = this
    if (waiting === reported) return
    if (waiting > this.peak) this.peak = waiting
    if (waiting > 0 && reported > 0 && Math.abs(waiting - reported) < this.peak * BACKLOG_STEP) return
    this.trace.write(this.sim.now, Row.backlog, this.spec.entity, cause, waiting, this.age())
    this.reported = waiting
    if (waiting === 0) this.peak = 0
  }

  private newSlot(): JobId {
    const free = this.firstFree
    if (free >= 0) {
      this.firstFree = this.after[free]
      return free
    }
    if (this.used === this.target.length) this.grow()
    return this.used++
  }

  private release(job: JobId): void {
    this.event[job] = NO_EVENT
    this.before[job] = FREE
    this.after[job] = this.firstFree
    this.firstFree = job
  }

  private grow(): void {
    const capacity = this.target.length * 2
    this.target = copied(this.target, new Uint32Array(capacity))
    this.cause = copied(this.cause, new Uint32Array(capacity))
    this.since = copied(this.since, new Float64Array(capacity))
    this.event = copied(this.event, new Float64Array(capacity))
    this.priority = copied(this.priority, new Uint8Array(capacity))
    this.before = copied(this.before, new Int32Array(capacity))
    this.after = copied(this.after, new Int32Array(capacity))
  }
}

function copied<T extends { set(from: T): void }>(from: T, to: T): T {
  to.set(from)
  return to
}
