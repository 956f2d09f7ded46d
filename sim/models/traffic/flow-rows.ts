/**
 * The rows that flows leave in the trace: rates that hold until the next row, and queues that change linearly from one row to
 * the next. A row is written only when it says something new.
 */
import type { Simulation } from '../../engine/simulation.ts'
import { TICK } from '../../engine/time.ts'
import type { EntityId } from '../../trace/entities.ts'
import { defineRows } from '../../trace/row-kinds.ts'
import type { RowId, Trace } from '../../trace/trace.ts'
import type { PerSecond, Ratio, Seconds } from '../../units/quantity.ts'

const ClientRow = defineRows('client', {
  flow: {
    says: { en: '{subject}: {a} requests, {b} answered in time', zh: '{subject}：每秒 {a} 个请求，其中 {b} 个按时得到答复' },
    a: 'per-second',
    b: 'per-second',
    hop: 'queue',
    limit: 'requests',
    level: 3,
  },
  cache: {
    says: {
      en: '{subject}: its cache is {a} full and answers {b} of the requests',
      zh: '{subject}：缓存已填充 {a}，命中 {b} 的请求',
    },
    a: 'ratio',
    b: 'ratio',
    hop: 'work',
    limit: 'cache',
    level: 3,
  },
})
const CellRow = defineRows('cell', {
  flow: {
    says: { en: '{subject}: {a} attempts arrive, {b} fail', zh: '{subject}：每秒到达 {a} 次尝试，{b} 次失败' },
    a: 'per-second',
    b: 'per-second',
    hop: 'queue',
    limit: 'requests',
    level: 3,
  },
  queue: {
    says: { en: '{subject}: {a} requests wait, the oldest for {b}', zh: '{subject}：{a} 个请求在等待，最早的已等待 {b}' },
    a: 'count',
    b: 'seconds',
    hop: 'queue',
    limit: 'requests',
    level: 3,
  },
})
const FlowRow = defineRows('flow', {
  doubtful: {
    says: {
      en: 'chance could tip {subject} at {a} of its capacity: do not trust the flow model here',
      zh: '{subject} 的负载已达容量的 {a}，偶然波动就可能使其崩溃：流量模型在此不可信',
    },
    a: 'ratio',
    level: 3,
  },
})

/** Relative difference below which a value is the same as before. */
const SAME = 1e-9
/** Crossings are rounded to the grid, so that a queue may be this much time off its line. */
const SLACK = 4 * TICK

export function createFlowRows(sim: Simulation, trace: Trace, cells: readonly EntityId[], clients: readonly EntityId[]) {
  // Last values written; −1 is none yet.
  const issued = sim.column(Float64Array, clients.length).fill(-1) // requests/s, by client
  const answered = sim.column(Float64Array, clients.length).fill(-1) // requests/s, by client
  const arriving = sim.column(Float64Array, cells.length).fill(-1) // attempts/s, by cell
  const failing = sim.column(Float64Array, cells.length).fill(-1) // attempts/s, by cell
  const waiting = sim.column(Float64Array, cells.length).fill(-1) // requests, by cell
  const age = sim.column(Float64Array, cells.length) // s, by cell
  const growth = sim.column(Float64Array, cells.length) // requests/s, by cell
  const ageing = sim.column(Float64Array, cells.length) // s/s, by cell
  const queueAt = sim.column(Float64Array, cells.length) // s, time of the last queue row, by cell
  const cellLast = sim.column(Uint32Array, cells.length)

  /** What a cell gets and how its queue stands, if that is news. Returns the row that later changes follow from. */
  function cell(
    at: number,
    cause: RowId,
    arrivingNow: PerSecond,
    failingNow: PerSecond,
    waitingNow: number,
    ageNow: Seconds,
    growthNow: PerSecond,
    ageingNow: number,
  ): RowId {
    let row = cause
    const scale = Math.max(arrivingNow, arriving[at])
    if (differs(arrivingNow, arriving[at], scale) || differs(failingNow, failing[at], scale)) {
      arriving[at] = arrivingNow
      failing[at] = failingNow
      row = trace.write(sim.now, CellRow.flow, cells[at], cause, arrivingNow, failingNow)
    }
    const elapsed = sim.now - queueAt[at]
    const isFirst = waiting[at] < 0
    const waitingExpected = waiting[at] + growth[at] * elapsed
    const ageExpected = age[at] + ageing[at] * elapsed
    const rate = Math.max(Math.abs(growth[at]), Math.abs(growthNow), scale)
    const jumps =
      Math.abs(waitingNow - waitingExpected) > SLACK * rate + SAME * waitingNow || Math.abs(ageNow - ageExpected) > SLACK
    const bends = differs(growthNow, growth[at], rate) || differs(ageingNow, ageing[at], 1)
    if (isFirst || jumps || bends) {
      // A jump needs both of its ends, or readers would draw a slope.
      if (jumps && !isFirst)
        row = trace.write(sim.now, CellRow.queue, cells[at], cause, Math.max(0, waitingExpected), Math.max(0, ageExpected))
      row = trace.write(sim.now, CellRow.queue, cells[at], cause, waitingNow, ageNow)
      waiting[at] = waitingNow
      age[at] = ageNow
      growth[at] = growthNow
      ageing[at] = ageingNow
      queueAt[at] = sim.now
    }
    cellLast[at] = row
    return row
  }

  /** What a client sends and gets, if that is news. Returns the row that later changes follow from. */
  function client(at: number, cause: RowId, issuedNow: PerSecond, answeredNow: PerSecond): RowId {
    const scale = Math.max(issuedNow, issued[at])
    if (!differs(issuedNow, issued[at], scale) && !differs(answeredNow, answered[at], scale)) return cause
    issued[at] = issuedNow
    answered[at] = answeredNow
    return trace.write(sim.now, ClientRow.flow, clients[at], cause, issuedNow, answeredNow)
  }

  return {
    cell,
    client,
    /** A client's cache is so full, and answers such a share of its requests. */
    cache: (at: number, cause: RowId, filled: Ratio, hit: Ratio): RowId =>
      trace.write(sim.now, ClientRow.cache, clients[at], cause, filled, hit),
    /** Chance could tip a cell that runs at this share of its capacity. */
    doubtful: (at: number, utilisation: Ratio): RowId =>
      trace.write(sim.now, FlowRow.doubtful, cells[at], cellLast[at], utilisation),
    /** The row that later changes of a cell follow from: its last one, or what last touched it without effect. */
    lastOfCell: (at: number): RowId => cellLast[at],
  }
}

function differs(a: number, b: number, scale: number): boolean {
  return Math.abs(a - b) > SAME * scale
}
