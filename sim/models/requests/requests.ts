/**
 * Traffic as single requests: each one has a moment at which it was sent, a caller who waits for it and a place in a line. What
 * the flow model says in rates is counted here, and what flows cannot say at all comes out too: how latencies are distributed,
 * what chance does to small pools, what rare stalls cost. Same attributes, same policies and the same rows; a test holds the two
 * against each other.
 *
 * Rows tell rates as a monitor does: what was counted in an interval, when it is over. A request counts when its fate is known,
 * answered in time or given up, so that what is under way at the end of an interval is no failure.
 */
import { mean } from '../../engine/distribution.ts'
import type { Randomness } from '../../engine/random.ts'
import { keyBelow } from '../../engine/random.ts'
import type { Simulation } from '../../engine/simulation.ts'
import type { Entities } from '../../trace/entities.ts'
import { defineRows } from '../../trace/row-kinds.ts'
import { NO_CAUSE, type RowId, type Trace } from '../../trace/trace.ts'
import type { Law } from '../../units/law.ts'
import type { PerSecond, Seconds } from '../../units/quantity.ts'
import { createFlowRows } from '../traffic/flow-rows.ts'
import { createLayout } from '../traffic/layout.ts'
import type { AttemptCounts, ClientSpec, ServiceSpec, Traffic } from '../traffic/traffic.ts'
import { createCallers, NO_CALLER } from './callers.ts'
import { createLatencies } from './latencies.ts'
import { createRequestPool } from './pool.ts'
import { createStations, type Discipline } from './stations.ts'

const Row = defineRows('cell', {
  latency: {
    says: { en: '{subject}: {b} answers took {a} or little more', zh: '{subject}：{b} 个答复用时约 {a}' },
    a: 'seconds',
    b: 'count',
    level: 3,
  },
})

export interface RequestServiceSpec extends ServiceSpec {
  /** Own time of a request, s. */
  readonly work: Law
  readonly discipline: Discipline
}

export interface RequestTrafficSpec {
  readonly clients: readonly ClientSpec[]
  readonly services: readonly RequestServiceSpec[]
  /** How often what was counted is told, s. */
  readonly interval: Seconds
}

/** Columns of attempts counted for each cell: sent, refused, vanished, good, failed, late. */
const COUNTED = 6
const [SENT, REFUSED, VANISHED, GOOD, FAILED, LATE] = [0, 1, 2, 3, 4, 5]

export function createRequestTraffic(
  sim: Simulation,
  trace: Trace,
  randomness: Randomness,
  entities: Entities,
  { clients, services, interval }: RequestTrafficSpec,
): Traffic {
  const { cellCount, firstCell, serviceOf, clientsOf, edgeOf, edgeCount } = createLayout(clients, services)
  const cells = services.flatMap(service => service.cells.map(cell => cell.entity))
  const pool = createRequestPool(sim)
  const keyOfCaller = (caller: number) => keyBelow(entities.key(clients[caller].entity), `part-${caller}`)
  const streams = (purpose: string) => randomness.streams(purpose, clients.length, keyOfCaller)
  const routes = streams('request/route')
  const luck = randomness.streams('request/luck', cellCount, cell => entities.key(cells[cell]))
  const callers = createCallers(
    sim,
    clients,
    { arrivals: streams('request/arrivals'), backoffs: streams('request/backoff') },
    pool,
    offer,
  )
  const stations = createStations(
    sim,
    randomness,
    entities,
    Array.from(serviceOf, (service, cell) => ({
      ...services[service],
      entity: cells[cell],
      limit: services[service].queueLimit,
    })),
    pool,
    finished,
  )
  /** Requests that one instance works on at once, so that it serves what it can: its capacity times the time of a request. */
  const serversOf = services.map(({ capacity, work }) => Math.max(1, Math.round(capacity * mean(work))))
  /** What is left of that after rounding is made up by how fast the servers work. */
  const paceOf = services.map(({ capacity, work }, service) => (capacity * mean(work)) / serversOf[service])
  const latencies = createLatencies(sim, trace, Row.latency, cells)
  const rows = createFlowRows(
    sim,
    trace,
    cells,
    clients.map(client => client.entity),
  )

  const serving = sim.column(Float64Array, cellCount) // instances up and in rotation
  const dead = sim.column(Float64Array, cellCount) // instances in rotation that answer nothing
  const factor = sim.column(Float64Array, cellCount).fill(1) // of its capacity
  const errors = sim.column(Float64Array, cellCount) // share of answers
  const success = sim.column(Float64Array, edgeCount).fill(1) // chance that the calls its requests make go well, by edge
  const latency = sim.column(Float64Array, cellCount) // s, on top of its own time
  const counts = sim.column(Float64Array, cellCount * COUNTED) // attempts so far
  const toldOfCell = sim.column(Float64Array, cellCount * 3) // attempts arrived, failed and served that rows tell of
  const good = sim.column(Float64Array, clients.length) // attempts answered well and in time, by caller
  const toldOfCaller = sim.column(Float64Array, clients.length * 2) // requests settled and answered that rows tell of
  const servedPerSecond = sim.column(Float64Array, cellCount) // in the last interval, by cell
  const because = sim.column(Uint32Array, services.length) // row that changed the service last

  const TELL = sim.on(() => {
    sim.after(interval, TELL, 0)
    for (let cell = 0; cell < cellCount; cell++) tellCell(cell)
    for (let service = 0; service < services.length; service++) tellCallers(service)
    sim.unsettle()
  })
  for (let cell = 0; cell < cellCount; cell++) stations.setSpeed(cell, paceOf[serviceOf[cell]])
  callers.begin()
  sim.after(interval, TELL, 0)

  /** Finds a cell for a request, each instance in rotation being as likely. */
  function offer(caller: number, request: number): boolean {
    const { service } = clients[caller]
    let left = 0
    for (let cell = firstCell[service]; cell < firstCell[service + 1]; cell++) left += serving[cell] + dead[cell]
    if (left === 0) {
      // Nobody is in rotation: the balancer refuses, and each cell's rows show its part of that.
      const cell = firstCell[service] + (counted(service) % (firstCell[service + 1] - firstCell[service]))
      return refuse(cell)
    }
    const isOneCell = firstCell[service + 1] - firstCell[service] === 1 && dead[firstCell[service]] === 0
    left = isOneCell ? 0 : left * routes.next(caller)
    for (let cell = firstCell[service]; ; cell++) {
      const isLast = cell + 1 === firstCell[service + 1]
      if (left < serving[cell] || (isLast && dead[cell] === 0)) return join(cell, request)
      left -= serving[cell]
      if (left < dead[cell] || isLast) return vanish(cell, caller, request)
      left -= dead[cell]
    }
  }

  function counted(service: number): number {
    return clientsOf[service].reduce((sum, caller) => sum + callers.sent[caller], 0)
  }

  function join(cell: number, request: number): boolean {
    if (!stations.offer(cell, request)) return refuse(cell)
    counts[cell * COUNTED + SENT]++
    return true
  }

  function refuse(cell: number): false {
    counts[cell * COUNTED + SENT]++
    counts[cell * COUNTED + REFUSED]++
    return false
  }

  /** What a dead instance gets: nobody ever answers it, or it is refused. */
  function vanish(cell: number, caller: number, request: number): boolean {
    if (services[serviceOf[cell]].dead === 'refuses') return refuse(cell)
    counts[cell * COUNTED + SENT]++
    counts[cell * COUNTED + VANISHED]++
    if (clients[caller].timeout === Infinity) pool.free(request)
    return true
  }

  /** A station has done its work; whether anybody still waits for it, or waits long enough for it, is another question. */
  function finished(cell: number, request: number): void {
    const caller = pool.caller[request]
    const took = sim.now - pool.sentAt[request] + latency[cell]
    if (caller === NO_CALLER || took > clients[caller].timeout) {
      counts[cell * COUNTED + LATE]++
      if (caller === NO_CALLER) pool.free(request)
      return
    }
    latencies.add(cell, took)
    const well = (1 - errors[cell]) * success[edgeOf[cell] + clientsOf[serviceOf[cell]].indexOf(caller)]
    const isGood = well === 1 || luck.next(cell) < well
    const attempt = pool.attempt[request]
    callers.close(request)
    pool.free(request)
    if (isGood) {
      counts[cell * COUNTED + GOOD]++
      good[caller]++
    } else {
      counts[cell * COUNTED + FAILED]++
      callers.failed(caller, attempt)
    }
  }

  function tellCell(cell: number): void {
    const at = cell * COUNTED
    const arrived = counts[at + SENT]
    const lost = arrived - counts[at + GOOD] - stations.at(cell)
    const cause = because[serviceOf[cell]]
    const waits = stations.waiting(cell)
    const served = counts[at + GOOD] + counts[at + FAILED] + counts[at + LATE]
    const arriving = (arrived - toldOfCell[cell * 3]) / interval
    const failing = Math.max(0, lost - toldOfCell[cell * 3 + 1]) / interval
    servedPerSecond[cell] = (served - toldOfCell[cell * 3 + 2]) / interval
    rows.cell(cell, cause, arriving, failing, waits, stations.age(cell), 0, 0)
    latencies.tell(cell, cause)
    toldOfCell[cell * 3] = arrived
    toldOfCell[cell * 3 + 1] = lost
    toldOfCell[cell * 3 + 2] = served
  }

  /** Parts of one client are told of together, by the first. */
  function tellCallers(service: number): void {
    const ours = clientsOf[service]
    for (let i = 0; i < ours.length; ) {
      const first = ours[i]
      let settled = 0
      let answered = 0
      for (; i < ours.length && clients[ours[i]].entity === clients[first].entity; i++) {
        settled += callers.lost[ours[i]] + good[ours[i]]
        answered += good[ours[i]]
      }
      rows.client(
        first,
        because[service],
        (settled - toldOfCaller[first * 2]) / interval,
        (answered - toldOfCaller[first * 2 + 1]) / interval,
      )
      toldOfCaller[first * 2] = settled
      toldOfCaller[first * 2 + 1] = answered
    }
  }

  function capacityOf(cell: number): PerSecond {
    return serving[cell] * services[serviceOf[cell]].capacity * factor[cell]
  }

  function offered(service: number): PerSecond {
    return clientsOf[service].reduce((sum, caller) => sum + callers.rateOf(caller), 0)
  }

  function capacity(service: number): PerSecond {
    let sum = 0
    for (let cell = firstCell[service]; cell < firstCell[service + 1]; cell++) sum += capacityOf(cell)
    return sum
  }

  function changed(cell: number, cause: RowId): void {
    if (cause !== NO_CAUSE) because[serviceOf[cell]] = cause
  }

  return {
    setCell(cell, instances, cause) {
      serving[cell] = instances.serving
      dead[cell] = instances.dead
      stations.setServers(cell, instances.serving * serversOf[serviceOf[cell]])
      changed(cell, cause)
    },
    setFactor(cell, value, cause) {
      factor[cell] = value
      stations.setSpeed(cell, value * paceOf[serviceOf[cell]])
      changed(cell, cause)
    },
    setErrors(cell, share, cause) {
      errors[cell] = share
      changed(cell, cause)
    },
    setSuccess(cell, client, chance, cause) {
      success[edgeOf[cell] + clientsOf[serviceOf[cell]].indexOf(client)] = chance
      changed(cell, cause)
    },
    setLatency(cell, extra, cause) {
      latency[cell] = extra
      changed(cell, cause)
    },
    setLoad(client, value, cause) {
      callers.setLoad(client, value)
      if (cause !== NO_CAUSE) because[clients[client].service] = cause
    },
    flush: () => {}, // caches answer flows only
    cellsOf: service => [firstCell[service], firstCell[service + 1]],
    offered,
    capacity,
    servedEach: cell => (serving[cell] === 0 ? 0 : servedPerSecond[cell] / serving[cell]),
    lastRow: cell => rows.lastOfCell(cell),
    utilisation(service) {
      const asked = offered(service)
      return asked === 0 ? 0 : asked / capacity(service)
    },
    countsOf(cell): AttemptCounts {
      const [sent, refused, vanished, answered, failed, late] = counts.subarray(cell * COUNTED)
      return { sent, refused, vanished, good: answered, failed, late, waiting: stations.at(cell) }
    },
  }
}
