/**
 * Requests as a flow: clients send attempts to services, a load balancer spreads them over the service's cells (its
 * instances in one zone), queues form, callers time out and try again. Remembers enough to stay collapsed after the trigger
 * has gone: what waits, how old it is, and what was sent and is still unanswered.
 *
 * All rates are constant between two changes, and a change is worked out once per instant, for the services it touches. No
 * iteration is needed, because every loop passes through a time-out or a back-off. Knows nothing of instances (only how many
 * serve and how many are dead though in rotation), hosts, health checks or databases.
 *
 * - An attempt that a dead instance gets vanishes and times out. One that finds the queue full is refused at once.
 * - An attempt that waits g before it is served, own time x, is in time if g + x ≤ its time-out; else it has timed out, and
 *   what serves it is wasted work. Answers, good and bad, are counted when serving begins.
 * - Which attempts are late is decided at the head of the queue; they time out a time-out after they were sent. A mark in the
 *   stream of arrivals separates late from in time, so both are counted on the same attempts.
 */
import { type EventId, NO_EVENT } from '../../engine/calendar.ts'
import { ln } from '../../engine/elementary.ts'
import type { Simulation } from '../../engine/simulation.ts'
import { HORIZON_MAX, onGrid, onGridAfter, TICK } from '../../engine/time.ts'
import type { EntityId } from '../../trace/entities.ts'
import { NO_CAUSE, type RowId, type Trace } from '../../trace/trace.ts'
import type { PerSecond, Ratio, Seconds } from '../../units/quantity.ts'
import { createCellQueues } from './cell-queues.ts'
import { createFlowRows } from './flow-rows.ts'
import { createSenders, type SenderSpec } from './senders.ts'

export interface ClientSpec extends SenderSpec {
  readonly entity: EntityId
  /** Number of the service it calls. */
  readonly service: number
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
/** Half-width of what counts as the same age, s: crossings are rounded to the grid. */
const SAME_AGE = 2 * TICK

export function createTraffic(sim: Simulation, trace: Trace, spec: TrafficSpec) {
  const { clients, services, horizon } = spec

  // Who belongs to whom. The classes of a cell (one for each attempt of each client of its service) and its edges (one for each
  // of those clients) are consecutive; class k of cell c is at classOf[c] + k in columns by class.
  const serviceOf = Int32Array.from(services.flatMap(({ cells }, service) => cells.map(() => service)))
  const entityOf = services.flatMap(({ cells }) => cells.map(cell => cell.entity))
  const cellCount = serviceOf.length
  const firstCell = runningSum(services.map(({ cells }) => cells.length))
  const clientsOf = services.map((_, service) => clients.flatMap((client, i) => (client.service === service ? [i] : [])))
  const classesOf = clientsOf.map(callers => callers.reduce((sum, client) => sum + clients[client].attempts, 0))
  const classOf = runningSum(Array.from(serviceOf, service => classesOf[service]))
  const edgeOf = runningSum(Array.from(serviceOf, service => clientsOf[service].length))
  const timeout = clients.map(client => onGrid(client.timeout))
  /** The shortest time-out of a client that tries again, by service; Infinity when nobody does. */
  const retryTimeout = clientsOf.map(callers =>
    callers.reduce((least, i) => (clients[i].attempts > 1 ? Math.min(least, timeout[i]) : least), Infinity),
  )
  const cellOfEdge = new Int32Array(edgeOf[cellCount])
  for (let cell = 0; cell < cellCount; cell++) cellOfEdge.fill(cell, edgeOf[cell], edgeOf[cell + 1])

  const senders = createSenders(sim, clients, loadStepped, retriesChanged)
  const queues = createCellQueues(
    sim,
    Array.from(serviceOf, service => ({ limit: services[service].queueLimit, classes: classesOf[service] })),
  )
  const rows = createFlowRows(
    sim,
    trace,
    entityOf,
    clients.map(client => client.entity),
  )

  const rates = new Float64Array(Math.max(0, ...classesOf)) // attempts/s by class, of the service being solved; scratch

  // What is said of a cell from outside.
  const serving = sim.column(Float64Array, cellCount) // instances up and in rotation
  const dead = sim.column(Float64Array, cellCount) // instances in rotation that answer nothing
  const factor = sim.column(Float64Array, cellCount).fill(1) // of its capacity
  const errors = sim.column(Float64Array, cellCount) // share of answers
  const success = sim.column(Float64Array, cellCount).fill(1) // chance that its own calls go well
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
  // By class of a cell, by edge, by client.
  const failing = sim.column(Float64Array, classOf[cellCount]) // attempts/s
  const isLate = sim.column(Uint8Array, edgeOf[cellCount]) // whether what is served now has timed out or will
  const timesOut = sim.column(Uint8Array, edgeOf[cellCount]) // whether what joined a time-out ago was late
  const sentAt = sim.column(Float64Array, edgeOf[cellCount]).fill(-1) // breakpoint that held a time-out ago
  const goodOf = sim.column(Float64Array, edgeOf[cellCount]) // attempts/s served in time and well

  // What is to be worked out at the end of this instant, and why.
  const dirtyService = sim.column(Uint8Array, services.length)
  const dirtyAll = sim.column(Uint8Array, services.length) // whether rates or weights are new, which touches every cell
  const dirtyCell = sim.column(Uint8Array, cellCount)
  const serviceCause = sim.column(Uint32Array, services.length)
  const cellCause = sim.column(Uint32Array, cellCount)
  const retryCause = sim.column(Uint32Array, clients.length) // row with which the client's failures last changed

  const CELL = sim.on((cell: number) => {
    timer[cell] = NO_EVENT
    touchCell(cell, rows.lastOfCell(cell))
  })
  const MARK = sim.on((edge: number, value: number) => {
    timesOut[edge] = value
    touchCell(cellOfEdge[edge], rows.lastOfCell(cellOfEdge[edge]))
  })
  sim.onSettle(() => {
    for (let service = 0; service < services.length; service++) if (dirtyService[service] === 1) solve(service)
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

  function loadStepped(client: number): void {
    touchService(clients[client].service, NO_CAUSE)
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
      because = solveCell(cell, members === 0 ? 0 : (serving[cell] + dead[cell]) / members, cause)
      dirtyCell[cell] = 0
    }
    tellSenders(service, members === 0, because)
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
    judge(cell, age, ageing)
    findWhatTimesOut(cell)
    const rateFailing = sumOutcomes(cell, weight, alive - joins + deadShare - vanishes, vanishes)
    arm(cell, age, ageing)
    const growth = queues.joining[cell] - queues.served[cell]
    return rows.cell(cell, cause, offered[cell], rateFailing, queues.waiting[cell], age, growth, ageing)
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

  /** Decides for each client whether its attempts that are served from now on are late, and marks where that begins or ends. */
  function judge(cell: number, age: Seconds, ageing: number): void {
    const own = ownTime(cell)
    const callers = clientsOf[serviceOf[cell]]
    for (let i = 0; i < callers.length; i++) {
      const edge = edgeOf[cell] + i
      const limit = timeout[callers[i]] - own
      let late = age > limit ? 1 : 0
      if (queues.isBusy[cell] === 1 && Math.abs(age - limit) <= SAME_AGE) {
        late = ageing === 0 ? isLate[edge] : ageing > 0 ? 1 : 0
      }
      if (late === isLate[edge]) continue
      isLate[edge] = late
      const at = sim.now - age + timeout[callers[i]] // when the first attempt after the mark times out, or would
      if (at <= sim.now) timesOut[edge] = late
      else sim.at(at, MARK, edge, late)
    }
  }

  /** Moves to the breakpoints that held a time-out ago, and drops those before all that can still matter. */
  function findWhatTimesOut(cell: number): void {
    const curve = queues.curves[cell]
    const callers = clientsOf[serviceOf[cell]]
    let oldest = queues.head[cell]
    for (let i = 0; i < callers.length; i++) {
      const patience = timeout[callers[i]]
      if (patience === Infinity) continue
      const edge = edgeOf[cell] + i
      while (sentAt[edge] < curve.last && curve.timeOf(sentAt[edge] + 1) + patience <= sim.now) sentAt[edge]++
      if (sentAt[edge] < oldest) oldest = sentAt[edge]
    }
    curve.forgetBefore(oldest)
  }

  /** Sums what becomes of attempts now, by class and for the cell. Returns how many fail per second. */
  function sumOutcomes(cell: number, weight: Ratio, refusedShare: Ratio, vanishes: Ratio): PerSecond {
    const curve = queues.curves[cell]
    const wellShare = success[cell] * (1 - errors[cell])
    const callers = clientsOf[serviceOf[cell]]
    let k = 0
    let allOffered = 0
    let allGood = 0
    let allFailed = 0
    let allFailing = 0
    for (let i = 0; i < callers.length; i++) {
      const edge = edgeOf[cell] + i
      const sent = sentAt[edge]
      const unanswered = sent < 0 ? 0 : curve.joinsOf(sent) * timesOut[edge] + curve.vanishesOf(sent)
      let answeredWell = 0
      for (let attempt = 0; attempt < clients[callers[i]].attempts; attempt++, k++) {
        const arriving = rates[k] * weight
        const inTime = isLate[edge] === 1 ? 0 : queues.servedOf(cell, k)
        const timingOut = unanswered === 0 ? 0 : curve.offeredOf(sent, k) * unanswered
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
    const curve = queues.curves[cell]
    const own = ownTime(cell)
    const callers = clientsOf[serviceOf[cell]]
    let until = queues.untilChange(cell)
    let timeOutsChange = Infinity
    for (let i = 0; i < callers.length; i++) {
      const patience = timeout[callers[i]]
      if (patience === Infinity) continue
      const edge = edgeOf[cell] + i
      if (isLate[edge] === 1 ? ageing < 0 : ageing > 0) until = Math.min(until, (patience - own - age) / ageing)
      const sent = sentAt[edge]
      const matters = timesOut[edge] === 1 || (curve.lastLossy >= 0 && sent <= curve.lastLossy)
      if (matters && sent < curve.last) timeOutsChange = Math.min(timeOutsChange, curve.timeOf(sent + 1) + patience)
    }
    const at = Math.min(timeOutsChange, Math.max(sim.now + TICK, onGridAfter(sim.now + until)))
    if (timer[cell] !== NO_EVENT) {
      if (timerAt[cell] === at) return
      sim.cancel(timer[cell] as EventId)
    }
    timerAt[cell] = at
    timer[cell] = at < HORIZON_MAX ? sim.at(at, CELL, cell) : NO_EVENT
  }

  /** Sums the failures of each attempt over the cells, for the senders to try again, and what each client gets. */
  function tellSenders(service: number, isNobodyThere: boolean, because: RowId): void {
    let k = 0
    const callers = clientsOf[service]
    for (let i = 0; i < callers.length; i++) {
      const client = callers[i]
      const first = senders.first[client]
      let answeredWell = 0
      for (let cell = firstCell[service]; cell < firstCell[service + 1]; cell++) answeredWell += goodOf[edgeOf[cell] + i]
      const row = rows.client(client, because, senders.rate[first], answeredWell)
      for (let attempt = 0; attempt < clients[client].attempts; attempt++, k++) {
        let rateFailing = isNobodyThere ? rates[k] : 0
        for (let cell = firstCell[service]; cell < firstCell[service + 1]; cell++) rateFailing += failing[classOf[cell] + k]
        if (senders.fail(client, attempt, rateFailing)) retryCause[client] = row
      }
    }
  }

  /** Says so, once for each cell, when chance could tip it within the horizon though the flow is stable. */
  function doubt(cell: number): void {
    const service = serviceOf[cell]
    if (doubted[cell] === 1 || retryTimeout[service] === Infinity) return
    const capacity = capacityOf(cell)
    const arriving = queues.joining[cell]
    if (queues.isBusy[cell] === 1 || arriving === 0 || arriving >= capacity) return
    for (const client of clientsOf[service]) if (senders.isWaiting(client)) return // in between, not a state that lasts
    if ((capacity - arriving) * retryTimeout[service] > ln(100 * capacity * horizon)) return
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
    /** Chance that all calls a request has to make go well; one that does not fails its request when it is answered. */
    setSuccess: (cell: number, chance: Ratio, cause: RowId): void => setOfCell(success, cell, chance, cause),
    /** Time that each request to a cell takes on top of its own, s; it costs no capacity. */
    setLatency: (cell: number, extra: Seconds, cause: RowId): void => setOfCell(latency, cell, extra, cause),
    /** Multiplies the load of a client. */
    setLoad(client: number, value: number, cause: RowId): void {
      senders.setFactor(client, value)
      touchService(clients[client].service, cause)
    },

    /** The cells of a service, from the first to before the last. */
    cellsOf: (service: number): readonly [number, number] => [firstCell[service], firstCell[service + 1]],
    /** Attempts sent to a service now, retries included, /s. */
    offered(service: number): PerSecond {
      let sum = 0
      for (const client of clientsOf[service]) {
        for (let ofClass = senders.first[client]; ofClass < senders.first[client + 1]; ofClass++) sum += senders.rate[ofClass]
      }
      return sum
    },
    capacity,
    /** Attempts offered ÷ capacity, for an autoscaler; Infinity when something is offered to nobody. */
    utilisation(service: number): Ratio {
      const there = capacity(service)
      const asked = this.offered(service)
      return asked === 0 ? 0 : asked / there
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

  /** Requests per second that a service can serve now. */
  function capacity(service: number): PerSecond {
    let sum = 0
    for (let cell = firstCell[service]; cell < firstCell[service + 1]; cell++) sum += capacityOf(cell)
    return sum
  }
}

/** Where each of consecutive runs of these lengths begins, and where the last ends. */
function runningSum(lengths: readonly number[]): Int32Array {
  const sums = new Int32Array(lengths.length + 1)
  for (let i = 0; i < lengths.length; i++) sums[i + 1] = sums[i] + lengths[i]
  return sums
}
