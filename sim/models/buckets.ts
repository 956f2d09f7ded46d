/**
 * Allowances that may be exceeded for a while: network "up to", volumes that burst, processor credits. Each is a bucket that an
 * instance drains by what its requests use above the base, and that fills by what they leave of it. While it is empty the base is
 * all there is, and the instance serves no more than that allows.
 *
 *     d(fill)/dt = (base − used) ÷ store        used = requests an instance serves per second × what one of them uses
 *
 * A cell has one bucket of a sort: its instances get the same load, so theirs are alike as long as they began alike. One that
 * joins later is taken to have as much as the others. A fill is a share of what the bucket holds, so that it stays what it is when
 * instances move to another type.
 *
 * A fill below 0 is a debt: credits spent in advance by those who may, or what single requests took before anybody counted.
 */
import type { Simulation } from '../engine/simulation.ts'
import type { EntityId } from '../trace/entities.ts'
import { defineRows } from '../trace/row-kinds.ts'
import type { RowId, Trace } from '../trace/trace.ts'
import type { PerSecond, Ratio } from '../units/quantity.ts'
import type { Cells } from './cells.ts'
import { createLevels } from './level.ts'
import type { Traffic } from './traffic/traffic.ts'

/** What an instance may use of something, in units of its own per second: bytes, operations, processors. */
export interface Terms {
  readonly base: number
  readonly max: number
  /** What may be used above the base from full to empty, in those units; 0 where nothing may. */
  readonly store: number
}

export interface BucketSpec {
  readonly entity: EntityId
  readonly cell: number
  /** What a request uses, above 0. */
  readonly use: number
  /** Requests per second that one instance could serve. */
  readonly capacity: PerSecond
  /** For each type that its instances may be of; they are of the first at the start. */
  readonly terms: readonly Terms[]
  /** How full it is at the start. */
  readonly start: Ratio
  /** Whether more than the base is given though it is empty, for money. */
  readonly isUnlimited: boolean
}

const Row = defineRows('bucket', {
  draining: {
    says: { en: '{subject} drains: {a} left, empty in {b}', zh: '{subject} 正在消耗：剩余 {a}，{b} 后耗尽' },
    a: 'ratio',
    b: 'seconds',
  },
  filling: {
    says: { en: '{subject} fills: {a} there, full in {b}', zh: '{subject} 正在恢复：已有 {a}，{b} 后充满' },
    a: 'ratio',
    b: 'seconds',
  },
  steady: { says: { en: '{subject} stays at {a}', zh: '{subject} 保持在 {a}' }, a: 'ratio', level: 3 },
  empty: {
    says: { en: '{subject} is empty: {a} of the capacity is left', zh: '{subject} 已耗尽：处理能力剩 {a}' },
    a: 'ratio',
    hop: 'charge',
    limit: 'burst',
    level: 1,
  },
  full: { says: { en: '{subject} is full', zh: '{subject} 已充满' }, hop: 'charge', limit: 'burst' },
})

/** A difference from the base below this share of it is none: what rounding leaves where the base is all that is given. */
const SAME = 1e-9

export type Buckets = ReturnType<typeof createBuckets>

export function createBuckets(sim: Simulation, trace: Trace, traffic: Traffic, cells: Cells, specs: readonly BucketSpec[]) {
  const base = sim.column(Float64Array, specs.length) // what an instance has on average, by bucket
  const max = sim.column(Float64Array, specs.length)
  const store = sim.column(Float64Array, specs.length)
  specs.forEach(({ terms }, bucket) => {
    base[bucket] = terms[0].base
    max[bucket] = terms[0].max
    store[bucket] = terms[0].store
  })
  const rate = sim.column(Float64Array, specs.length) // of its fill, /s, by bucket
  const isEmpty = sim.column(Uint8Array, specs.length)
  const ofCell = new Map<number, number[]>()
  specs.forEach(({ cell }, bucket) => {
    ofCell.set(cell, [...(ofCell.get(cell) ?? []), bucket])
  })

  const fill = createLevels(
    sim,
    specs.map(({ start }) => ({ start, hi: 1, thresholds: [0] })),
    (bucket, threshold, cause) => {
      if (threshold === 1) trace.write(sim.now, Row.full, specs[bucket].entity, cause)
      else if (rate[bucket] > 0) hasAgain(bucket, cause)
      else {
        isEmpty[bucket] = 1
        allow(specs[bucket].cell, trace.write(sim.now, Row.empty, specs[bucket].entity, cause, allowed(bucket)))
      }
    },
  )

  /** Call once cells have begun: nobody gets more than the most. */
  function begin(): void {
    for (let bucket = 0; bucket < specs.length; bucket++) isEmpty[bucket] = fill.value(bucket) > 0 ? 0 : 1
    for (const cell of ofCell.keys()) allow(cell, 0)
    sim.onSettle(() => {
      for (let bucket = 0; bucket < specs.length; bucket++) look(bucket)
    })
  }

  /** What instances use may have changed. */
  function look(bucket: number): void {
    const { cell, use, entity } = specs[bucket]
    if (store[bucket] === 0) return
    const left = base[bucket] - traffic.servedEach(cell) * use
    const now = Math.abs(left) <= SAME * base[bucket] ? 0 : left / store[bucket]
    if (now === rate[bucket]) return
    rate[bucket] = now
    const has = fill.value(bucket)
    const cause = traffic.lastRow(cell)
    const row =
      now < 0
        ? trace.write(sim.now, Row.draining, entity, cause, has, Math.max(0, has / -now))
        : now === 0
          ? trace.write(sim.now, Row.steady, entity, cause, has)
          : has < 1
            ? trace.write(sim.now, Row.filling, entity, cause, has, (1 - has) / now)
            : cause
    fill.setRate(bucket, now, row)
    if (isEmpty[bucket] === 1 && has >= 0 && now > 0) hasAgain(bucket, row)
  }

  function hasAgain(bucket: number, cause: RowId): void {
    isEmpty[bucket] = 0
    allow(specs[bucket].cell, cause)
  }

  /** The share of its capacity that a bucket leaves an instance; above 1 where it could do with less. */
  function allowed(bucket: number): Ratio {
    const { use, capacity, isUnlimited } = specs[bucket]
    return (isEmpty[bucket] === 1 && !isUnlimited ? base[bucket] : max[bucket]) / (use * capacity)
  }

  /** Instances of a cell are of other types now: so large a share of each. */
  function setMix(cell: number, shares: readonly Ratio[], cause: RowId): void {
    const own = ofCell.get(cell)
    if (own === undefined) return
    for (const bucket of own) {
      const { terms } = specs[bucket]
      const average = (of: (one: Terms) => number): number =>
        terms.reduce((sum, one, type) => (shares[type] > 0 ? sum + shares[type] * of(one) : sum), 0)
      base[bucket] = average(one => one.base)
      max[bucket] = average(one => one.max)
      store[bucket] = base[bucket] < Infinity ? average(one => one.store) : 0
      if (store[bucket] > 0) continue
      rate[bucket] = 0
      fill.setRate(bucket, 0, cause)
    }
    allow(cell, cause)
    sim.unsettle()
  }

  function allow(cell: number, cause: RowId): void {
    let least = Infinity
    for (const bucket of ofCell.get(cell) ?? []) least = Math.min(least, allowed(bucket))
    cells.allow(cell, least, cause)
  }

  return {
    begin,
    setMix,
    specs,
    /** How full a bucket is; below 0 in debt. */
    fill: fill.value,
  }
}
