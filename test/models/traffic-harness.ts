/** A few clients and cells, changes at given moments, and integrals over the rows that come out. */
import { Simulation } from '../../sim/engine/simulation.ts'
import { type ClientSpec, createTraffic, type ServiceSpec, type Traffic } from '../../sim/models/traffic/traffic.ts'
import { defineRows, rowKinds } from '../../sim/trace/row-kinds.ts'
import { Trace, type TraceColumns } from '../../sim/trace/trace.ts'

/** What the tests do to the traffic: the cause of all that follows. */
const Row = defineRows('test', { changed: { says: { en: 'something changed', zh: '有变化' } } })

export interface Change {
  readonly at: number
  /** `cause` is a row written for this change. */
  readonly do: (traffic: Traffic, cause: number) => void
}

export interface Setup {
  readonly clients: readonly Partial<ClientSpec>[]
  readonly services?: readonly Partial<ServiceSpec>[]
  /** Instances of each cell of each service; of one cell if not given. */
  readonly instances?: readonly number[]
  readonly changes?: readonly Change[]
  readonly horizon: number
}

/** Entities are numbered 1 … for clients, 101 … for cells. */
export const CLIENT = 1
export const CELL = 101

export function build(setup: Setup) {
  const sim = new Simulation()
  const trace = new Trace()
  sim.keep(trace)
  const instances = setup.instances ?? [1]
  const given = setup.services ?? [{}]
  let cell = CELL
  const services: ServiceSpec[] = given.map(service => ({
    queueLimit: Infinity,
    takes: 0,
    capacity: 1000,
    ...service,
    cells: instances.map(() => ({ entity: cell++ })),
  }))
  const clients: ClientSpec[] = setup.clients.map((client, i) => ({
    entity: CLIENT + i,
    service: 0,
    rate: { kind: 'constant', rate: 600 },
    timeout: 1,
    attempts: 3,
    backoff: { base: 0.1, cap: 20 },
    jitter: 'full',
    ...client,
  }))
  const traffic = createTraffic(sim, trace, { clients, services, horizon: setup.horizon })
  for (let c = 0; c < cell - CELL; c++) traffic.setCell(c, { serving: instances[c % instances.length], dead: 0 }, 0)
  const changes = setup.changes ?? []
  const CHANGE = sim.on(i => changes[i].do(traffic, trace.write(sim.now, Row.changed, 0, 0)))
  changes.forEach((change, i) => {
    sim.at(change.at, CHANGE, i)
  })
  return { sim, trace, traffic }
}

export function run(setup: Setup) {
  const { sim, trace, traffic } = build(setup)
  sim.run(setup.horizon)
  return { sim, trace, traffic, ...readings(trace.columns(), setup.horizon) }
}

export function readings(rows: TraceColumns, horizon: number) {
  const rowsOf = (name: string, subject?: number): number[] => {
    const found: number[] = []
    for (let row = 1; row < rows.length; row++) {
      if (rowKinds()[rows.kind[row]].name !== name) continue
      if (subject === undefined || rows.subject[row] === subject) found.push(row)
    }
    return found
  }
  /** The value of a piecewise constant column at `time`. */
  const valueAt = (name: string, subject: number, column: 'a' | 'b', time: number): number => {
    let value = 0
    for (const row of rowsOf(name, subject)) if (rows.time[row] <= time) value = rows[column][row]
    return value
  }
  /** Its integral over a span. */
  const total = (name: string, subject: number, column: 'a' | 'b', from = 0, to = horizon): number => {
    const found = rowsOf(name, subject)
    let sum = 0
    found.forEach((row, i) => {
      const start = Math.max(from, rows.time[row])
      const end = Math.min(to, i + 1 < found.length ? rows.time[found[i + 1]] : horizon)
      if (end > start) sum += rows[column][row] * (end - start)
    })
    return sum
  }
  return { rows, rowsOf, valueAt, total }
}

/** Capacity 0 for a while, then as before. */
export function stall(at: number, lasts: number, cell = 0): Change[] {
  return [
    { at, do: (traffic, cause) => traffic.setFactor(cell, 0, cause) },
    { at: at + lasts, do: (traffic, cause) => traffic.setFactor(cell, 1, cause) },
  ]
}
