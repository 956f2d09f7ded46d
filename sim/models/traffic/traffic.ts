/**
 * Requests as a flow: clients send attempts to services, a load balancer spreads them over the service's cells (its
 * instances in one zone), queues form, callers time out and try again. Remembers enough to stay collapsed after the trigger
 * has gone: what waits, how old it is, and what was sent and is still unanswered.
 *
 * All rates are constant between two changes, and a change is worked out once per instant, for the services it touches. No
 * iteration is needed, because every loop passes through a time-out or a back-off. Knows nothing of instances (only how many
 * serve and how many are dead though in rotation), hosts, health checks or databases.
 *
 * - The balancer spreads attempts over the instances in rotation, dead or not. One that a dead instance gets vanishes and times
 *   out. One that finds the queue full, or nobody in rotation anywhere, is refused at once.
 * - An attempt that waits g before it is served, own time x, is in time if g + x ≤ its time-out; else it has timed out, and
 *   what serves it is wasted work. Answers, good and bad, are counted when serving begins.
 * - Which attempts are late is decided at the head of the queue; they time out a time-out after they were sent. A mark in the
 *   stream of arrivals separates late from in time, so both are counted on the same attempts.
 */
import { type EventId, NO_EVENT } from '../../engine/calendar.ts'
import { ln } from '../../engine/elementary.ts'
import type { Simulation } from '../../engine/simulation.ts'
import { HORIZON_MAX, onGridAfter, TICK } from '../../engine/time.ts'
import type { EntityId } from '../../trace/entities.ts'
import { NO_CAUSE, type RowId, type Trace } from '../../trace/trace.ts'
import type { PerSecond, Ratio, Seconds } from '../../units/quantity.ts'
import { type CacheSpec, createCaches } from './caches.ts'
import { createCellQueues } from './cell-queues.ts'
import { createCollapses } from './collapses.ts'
import { createDeadlines } from './deadlines.ts'
import { createFlowRows } from './flow-rows.ts'
import { createLayout } from './layout.ts'
import { createSenders, type SenderSpec } from './senders.ts'

export interface ClientSpec extends SenderSpec {
  /** Whose requests they are. Neighbours in the list with the same entity are parts of one client, and told of together. */
  readonly entity: EntityId
  /** Number of the service it calls. */
  readonly service: number
  /** What answers some of its requests at once, so that only the others are sent. */
  readonly cache?: CacheSpec | undefined
}

export interface ServiceSpec {
  /** One for each zone. Cells are numbered through, service by service. */
  readonly cells: readonly { readonly entity: EntityId }[]
  /** Requests that may wait in each cell, in front of its instances. */
  readonly queueLimit: number
  /** Own time of a request: what a caller waits when nothing is in the way. */
  readonly takes: Seconds
  /** Requests per second that one instance serves. */
  readonly capacity: PerSecond
  /** What an attempt meets at a dead instance: nothing (it times out), or a refusal at once. Silence unless told. */
  readonly dead?: 'silent' | 'refuses'
}

export interface TrafficSpec {
  readonly clients: readonly ClientSpec[]
  readonly services: readonly ServiceSpec[]
  /** How long the run is, for judging whether chance could tip a cell that the flow says is stable. */
  readonly horizon: Seconds
}

/** What became of the attempts offered to a cell: sent = refused + vanished + good + failed + late + waiting. */
export interface AttemptCounts {
  readonly sent: number
  readonly refused: number
  readonly vanished: number
  readonly good: number
  readonly failed: number
  readonly late: number
  readonly waiting: number
}

export type Traffic = ReturnType<typeof createTraffic>

/** Columns of attempts counted for each cell: sent, refused, vanished, served, good, failed. */
const COUNTED = 6
/** What lasts longer than so many requests, each with all of its attempts, does not pass by itself. */
const ROUNDS = 3
/** A cell that gives less than this share of what it could is down. */
const SERVED = 0.9

export function createTraffic(sim: Simulation, trace: Trace, spec: TrafficSpec) {
  const { clients, services, horizon } = spec

  const layout = createLayout(clients, services)
  const { cellCount, firstCell, serviceOf, clientsOf, classOf, edgeOf } = layout
  const rates = new Float64Array(Math.max(0, ...layout.classesOf)) // attempts/s by class, of the service being solved; scratch
  const senders = createSenders(sim, clients, loadStepped, retriesChanged)
  const caches = createCaches(
    sim,
    clients.map(({ cache, share = 1 }) => cache && { ...cache, items: cache.items * share }),
    cacheStepped,
  )
  const queues = createCellQueues(
    sim,
    Array.from(serviceOf, service => ({ limit: services[service].queueLimit, classes: layout.classesOf[service] })),
  )
  const deadlines = createDeadlines(
    sim,
    layout,
    queues,
    clients.map(client => client.timeout),
    flowsChange,
  )
  const cellEntities = services.flatMap(({ cells }) => cells.map(cell => cell.entity))
  const rows = createFlowRows(
    sim,
    trace,
    cellEntities,
    clients.map(client => client.entity),
  )
  const collapses = createCollapses(
    sim,
    trace,
    cellEntities,
    Array.from(serviceOf, service => ROUNDS * Math.max(...clientsOf[service].map(client => senders.patience[client]))),
  )

  // What is said of a cell from outside.
  const serving = sim.column(Float64Array, cellCount) // instances up and in rotation
  const dead = sim.column(Float64Array, cellCount) // instances in rotation that answer nothing
  const factor = sim.column(Float64Array, cellCount).fill(1) // of its capacity
  const errors = sim.column(Float64Array, cellCount) // share of answers
  const success = sim.column(Float64Array, layout.edgeCount).fill(1) // chance that the calls its requests make go well, by edge
  const latency = sim.column(Float64Array, cellCount) // s, on top of its own time

  // What follows, by cell.
  const offered = sim.column(Float64Array, cellCount) // attempts/s
  const refused = sim.column(Float64Array, cellCount) // attempts/s
  const vanishing = sim.column(Float64Array, cellCount) // attempts/s
  const good = sim.column(Float64Array, cellCount) // attempts/s served in time and well
  const failed = sim.column(Float64Array, cellCount) // attempts/s served in time and badly
  const counts = sim.column(Float64Array, cellCount * COUNTED) // attempts so far
  const timer = sim.column(Float64Array, cellCount).fill(NO_EVENT)
  const timerAt = sim.column(Float64Array, cellCount) // s
  const doubted = sim.column(Uint8Array, cellCount)
  const failing = sim.column(Float64Array, layout.classCount) // attempts/s, by class of a cell
  const goodOf = sim.column(Float64Array, layout.edgeCount) // attempts/s served in time and well, by edge

  // What is to be worked out at the end of this instant, and why.
  const dirtyService = sim.column(Uint8Array, services.length)
  const dirtyAll = sim.column(Uint8Array, services.length) // whether rates or weights are new, which touches every cell
  const dirtyCell = sim.column(Uint8Array, cellCount)
  const serviceCause = sim.column(Uint32Array, services.length)
  const cellCause = sim.column(Uint32Array, cellCount)
  const retryCause = sim.column(Uint32Array, clients.length) // row with which the client's failures last changed

  const CELL = sim.on((cell: number) => {
    timer[cell] = NO_EVENT
    flowsChange(cell)
  })
  sim.onSettle(() => {
    for (let service = 0; service < services.length; service++) if (dirtyService[service] === 1) solve(service)
  })
  clients.forEach((_, client) => {
    senders.setHit(client, caches.hit(client))
  })
  for (let service = 0; service < services.length; service++) touchService(service, NO_CAUSE)

  function touchCell(cell: number, cause: RowId): void {
    if (dirtyCell[cell] === 0) cellCause[cell] = cause
    dirtyCell[cell] = 1
    const service = serviceOf[cell]
    if (dirtyService[service] === 0) serviceCause[service] = cause
    dirtyService[service] = 1
    sim.unsettle()
  }

  function touchService(service: number, cause: RowId): void {
    if (dirtyService[service] === 0) serviceCause[service] = cause
    dirtyService[service] = 1
    dirtyAll[service] = 1
    sim.unsettle()
  }

  /** The flows of a cell change by themselves: its last row is why. */
  function flowsChange(cell: number): void {
    touchCell(cell, rows.lastOfCell(cell))
  }

  function loadStepped(client: number): void {
    touchService(clients[client].service, NO_CAUSE)
  }

  function cacheStepped(client: number, cause: RowId): RowId {
    const hit = caches.hit(client)
    senders.setHit(client, hit)
    const row = rows.cache(client, cause, caches.filled(client), hit)
    touchService(clients[client].service, row)
    return row
  }

  function retriesChanged(client: number): void {
    touchService(clients[client].service, retryCause[client])
  }

  /** Works out the flows of one service from now on: attempts to the cells, then failures back to the senders. */
  function solve(service: number): void {
    const from = firstCell[service]
    const to = firstCell[service + 1]
    let members = 0
    for (let cell = from; cell < to; cell++) members += serving[cell] + dead[cell]
    gatherRates(service)
    let because = serviceCause[service]
    for (let cell = from; cell < to; cell++) {
      if (dirtyCell[cell] === 0 && dirtyAll[service] === 0) continue
      const cause = dirtyCell[cell] === 1 ? cellCause[cell] : serviceCause[service]
      // With nobody in rotation the balancer refuses; each cell's rows show its part of that.
      const weight = members === 0 ? 1 / (to - from) : (serving[cell] + dead[cell]) / members
      because = solveCell(cell, weight, cause)
      dirtyCell[cell] = 0
    }
    tellSenders(service, because)
    for (let cell = from; cell < to; cell++) doubt(cell)
    dirtyService[service] = 0
    dirtyAll[service] = 0
  }

  function gatherRates(service: number): void {
    let k = 0
    for (const client of clientsOf[service]) {
      for (let ofClass = senders.first[client]; ofClass < senders.first[client + 1]; ofClass++)
        rates[k++] = senders.rate[ofClass]
    }
  }

  /** Works out one cell, which gets `weight` of all attempts. Returns the row that later changes of the cell follow from. */
  function solveCell(cell: number, weight: Ratio, cause: RowId): RowId {
    count(cell)
    const members = serving[cell] + dead[cell]
    const alive = members === 0 ? 0 : serving[cell] / members
    const deadShare = members === 0 ? 0 : dead[cell] / members
    const vanishes = services[serviceOf[cell]].dead === 'refuses' ? 0 : deadShare
    const joins = queues.offer(cell, capacityOf(cell), rates, weight, alive, vanishes)
    const age = queues.age(cell)
    const ageing = queues.ageing(cell)
    deadlines.judge(cell, ownTime(cell), age, ageing)
    deadlines.advance(cell)
    const refusedShare = members === 0 ? 1 : alive - joins + (deadShare - vanishes)
    const rateFailing = sumOutcomes(cell, weight, refusedShare, vanishes)
    arm(cell, age, ageing)
    const growth = queues.joining[cell] - queues.served[cell]
    const row = rows.cell(cell, cause, offered[cell], rateFailing, queues.waiting[cell], age, growth, ageing)
    tellCollapse(cell, weight, alive, row)
    return row
  }

  /**
   * Tells whether a cell is down though nothing keeps it down but itself: what it usually gets would fit, what arrives with all
   * retries and misses does not, and the answers are fewer than an empty queue in front of the same cell would give.
   */
  function tellCollapse(cell: number, weight: Ratio, alive: Ratio, row: RowId): void {
    const carries = capacityOf(cell)
    let usual = 0
    let first = 0
    let could = 0
    const callers = clientsOf[serviceOf[cell]]
    for (let i = 0; i < callers.length; i++) {
      const client = callers[i]
      const sent = senders.rate[senders.first[client]] * weight * alive
      const issued = senders.issued[client] * weight * alive
      usual += issued - issued * caches.hitWhenFull(client)
      first += sent
      if (ownTime(cell) <= clients[client].timeout) could += sent * success[edgeOf[cell] + i] * (1 - errors[cell])
    }
    if (could === 0) collapses.passes(cell)
    else if (carries > 0 && good[cell] >= SERVED * could * Math.min(1, carries / first)) collapses.answers(cell, row)
    else if (usual >= carries) collapses.overloads(cell, row, usual, carries)
    else if (offered[cell] * alive >= carries) collapses.holds(cell, row, usual, carries)
    else collapses.passes(cell)
  }

  /** Adds up what has become of attempts since the cell last changed. */
  function count(cell: number): void {
    const elapsed = sim.now - queues.advancedTo[cell]
    const rate = queues.served[cell]
    const served = queues.advance(cell)
    const at = cell * COUNTED
    counts[at] += offered[cell] * elapsed
    counts[at + 1] += refused[cell] * elapsed
    counts[at + 2] += vanishing[cell] * elapsed
    counts[at + 3] += served
    if (rate > 0) counts[at + 4] += (served * good[cell]) / rate
    if (rate > 0) counts[at + 5] += (served * failed[cell]) / rate
  }

  /** Sums what becomes of attempts now, by class and for the cell. Returns how many fail per second. */
  function sumOutcomes(cell: number, weight: Ratio, refusedShare: Ratio, vanishes: Ratio): PerSecond {
    const callers = clientsOf[serviceOf[cell]]
    let k = 0
    let allOffered = 0
    let allGood = 0
    let allFailed = 0
    let allFailing = 0
    for (let i = 0; i < callers.length; i++) {
      const edge = edgeOf[cell] + i
      const wellShare = success[edge] * (1 - errors[cell])
      const lost = deadlines.shareTimingOut(cell, edge)
      let answeredWell = 0
      for (let attempt = 0; attempt < clients[callers[i]].attempts; attempt++, k++) {
        const arriving = rates[k] * weight
        const inTime = deadlines.isLate[edge] === 1 ? 0 : queues.servedOf(cell, k)
        const timingOut = lost === 0 ? 0 : deadlines.offeredThen(cell, edge, k) * lost
        const rateFailing = arriving * refusedShare + inTime * (1 - wellShare) + timingOut
        failing[classOf[cell] + k] = rateFailing
        answeredWell += inTime * wellShare
        allOffered += arriving
        allFailed += inTime * (1 - wellShare)
        allFailing += rateFailing
      }
      goodOf[edge] = answeredWell
      allGood += answeredWell
    }
    offered[cell] = allOffered
    refused[cell] = allOffered * refusedShare
    vanishing[cell] = allOffered * vanishes
    good[cell] = allGood
    failed[cell] = allFailed
    return allFailing
  }

  /** Sets the cell's timer to the next moment at which its flows change by themselves. */
  function arm(cell: number, age: Seconds, ageing: number): void {
    const until = Math.min(queues.untilChange(cell), deadlines.untilCrossing(cell, ownTime(cell), age, ageing))
    const at = Math.min(deadlines.nextChange(cell), Math.max(sim.now + TICK, onGridAfter(sim.now + until)))
    if (timer[cell] !== NO_EVENT) {
      if (timerAt[cell] === at) return
      sim.cancel(timer[cell] as EventId)
    }
    timerAt[cell] = at
    timer[cell] = at < HORIZON_MAX ? sim.at(at, CELL, cell) : NO_EVENT
  }

  /** Sums the failures of each attempt over the cells, for the senders to try again, and what each client gets. */
  function tellSenders(service: number, because: RowId): void {
    let k = 0
    let row = because
    const callers = clientsOf[service]
    for (let i = 0; i < callers.length; i++) {
      const client = callers[i]
      if (i === 0 || clients[callers[i - 1]].entity !== clients[client].entity) row = tellClient(service, i, because)
      for (let attempt = 0; attempt < clients[client].attempts; attempt++, k++) {
        let rateFailing = 0
        for (let cell = firstCell[service]; cell < firstCell[service + 1]; cell++) rateFailing += failing[classOf[cell] + k]
        if (senders.fail(client, attempt, rateFailing)) retryCause[client] = row
      }
      caches.fill(client, goodFor(service, i), row)
    }
  }

  /** Writes what the client gets whose first part is caller `from` of a service: the sum over its parts. */
  function tellClient(service: number, from: number, because: RowId): RowId {
    const callers = clientsOf[service]
    const { entity } = clients[callers[from]]
    let issued = 0
    let answeredWell = 0
    for (let i = from; i < callers.length && clients[callers[i]].entity === entity; i++) {
      const client = callers[i]
      issued += senders.issued[client]
      for (let cell = firstCell[service]; cell < firstCell[service + 1]; cell++) answeredWell += goodOf[edgeOf[cell] + i]
      answeredWell += senders.issued[client] - senders.rate[senders.first[client]] // its cache's
    }
    return rows.client(callers[from], because, issued, answeredWell)
  }

  /** Attempts of caller `i` of a service that are answered in time and well, /s. */
  function goodFor(service: number, i: number): PerSecond {
    let sum = 0
    for (let cell = firstCell[service]; cell < firstCell[service + 1]; cell++) sum += goodOf[edgeOf[cell] + i]
    return sum
  }

  /** Says so, once for each cell, when chance could tip it within the horizon though the flow is stable. */
  function doubt(cell: number): void {
    const service = serviceOf[cell]
    if (doubted[cell] === 1 || layout.retryTimeout[service] === Infinity) return
    const capacity = capacityOf(cell)
    const arriving = queues.joining[cell]
    if (queues.isBusy[cell] === 1 || arriving === 0 || arriving >= capacity) return
    for (const client of clientsOf[service]) if (senders.isWaiting(client)) return // in between, not a state that lasts
    if ((capacity - arriving) * layout.retryTimeout[service] > ln(100 * capacity * horizon)) return
    doubted[cell] = 1
    rows.doubtful(cell, arriving / capacity)
  }

  function capacityOf(cell: number): PerSecond {
    return serving[cell] * services[serviceOf[cell]].capacity * factor[cell]
  }

  function ownTime(cell: number): Seconds {
    return services[serviceOf[cell]].takes + latency[cell]
  }

  /** Says how many instances of a cell are up and in rotation, and how many are in rotation though dead. */
  function setCell(cell: number, instances: { readonly serving: number; readonly dead: number }, cause: RowId): void {
    if (serving[cell] === instances.serving && dead[cell] === instances.dead) return
    const isWeightNew = serving[cell] + dead[cell] !== instances.serving + instances.dead
    serving[cell] = instances.serving
    dead[cell] = instances.dead
    touchCell(cell, cause)
    if (isWeightNew) touchService(serviceOf[cell], cause)
  }

  function setOfCell(column: Float64Array, cell: number, value: number, cause: RowId): void {
    if (column[cell] === value) return
    column[cell] = value
    touchCell(cell, cause)
  }

  return {
    setCell,
    /** Capacity of a cell, relative to what its instances give when nothing is wrong. */
    setFactor: (cell: number, value: Ratio, cause: RowId): void => setOfCell(factor, cell, value, cause),
    /** Share of the answers of a cell that are errors. */
    setErrors: (cell: number, share: Ratio, cause: RowId): void => setOfCell(errors, cell, share, cause),
    /**
     * Chance that all calls which a client's requests to a cell have to make go well; one that does not fails its request when
     * it is answered. Drawn anew for each attempt: requests that always make a call are a client of their own.
     */
    setSuccess(cell: number, client: number, chance: Ratio, cause: RowId): void {
      const edge = edgeOf[cell] + clientsOf[serviceOf[cell]].indexOf(client)
      if (success[edge] === chance) return
      success[edge] = chance
      touchCell(cell, cause)
    },
    /** Time that each request to a cell takes on top of its own, s; it costs no capacity. */
    setLatency: (cell: number, extra: Seconds, cause: RowId): void => setOfCell(latency, cell, extra, cause),
    /** Multiplies the load of a client. */
    setLoad(client: number, value: Ratio, cause: RowId): void {
      senders.setFactor(client, value)
      touchService(clients[client].service, cause)
    },
    /** Takes a share of what a client's cache holds. */
    flush: (client: number, share: Ratio, cause: RowId): void => caches.lose(client, share, cause),

    /** The cells of a service, from the first to before the last. */
    cellsOf: (service: number): readonly [number, number] => [firstCell[service], firstCell[service + 1]],
    offered: offeredTo,
    capacity,
    /** Requests that one instance of a cell serves now, /s, wasted ones included. */
    servedEach: (cell: number): PerSecond => (serving[cell] === 0 ? 0 : queues.served[cell] / serving[cell]),
    /** The row that what follows from a cell's flows follows from. */
    lastRow: (cell: number): RowId => rows.lastOfCell(cell),
    /** Attempts offered ÷ capacity, for an autoscaler; Infinity when something is offered to nobody. */
    utilisation(service: number): Ratio {
      const asked = offeredTo(service)
      return asked === 0 ? 0 : asked / capacity(service)
    },
    /** What has become of the attempts offered to a cell, up to the moment when anything last changed in it. */
    countsOf(cell: number): AttemptCounts {
      const [sent, refusedSoFar, vanished, served, goodSoFar, failedSoFar] = counts.subarray(cell * COUNTED)
      return {
        sent,
        refused: refusedSoFar,
        vanished,
        good: goodSoFar,
        failed: failedSoFar,
        late: served - goodSoFar - failedSoFar,
        waiting: queues.waiting[cell],
      }
    },
  }

  /** Attempts sent to a service now, retries included, /s. */
  function offeredTo(service: number): PerSecond {
    let sum = 0
    for (const client of clientsOf[service]) {
      for (let ofClass = senders.first[client]; ofClass < senders.first[client + 1]; ofClass++) sum += senders.rate[ofClass]
    }
    return sum
  }

  /** Requests per second that a service can serve now. */
  function capacity(service: number): PerSecond {
    let sum = 0
    for (let cell = firstCell[service]; cell < firstCell[service + 1]; cell++) sum += capacityOf(cell)
    return sum
  }
}
