/**
 * Uninterruptible power supplies, one per line-up: stored energy that bridges the time without input. The store is
 * counted in seconds at full load, so it drains by the load's share of full load each second, and it recharges at a steady
 * rate: two short outages in a row can empty what one long one would not. Knows nothing of where its input comes from.
 */
import type { Simulation } from '../../engine/simulation.ts'
import type { EntityId } from '../../trace/entities.ts'
import { defineRows } from '../../trace/row-kinds.ts'
import { NO_CAUSE, type RowId, type Trace } from '../../trace/trace.ts'
import type { Ratio, Seconds } from '../../units/quantity.ts'
import { createLevels } from '../level.ts'

export interface UpsSpec {
  /** How long a full store lasts at full load, s; 0 when there is none. */
  readonly store: Seconds
  /** Time to recharge from empty to full, s. */
  readonly recharge: Seconds
  /** Share of the store that is full when the run begins. */
  readonly charge: Ratio
}

const Row = defineRows('ups', {
  holding: {
    says: {
      en: '{subject} holds the load on stored energy, for {a} as it is',
      zh: '{subject} 以储能供电，按当前负载可维持 {a}',
    },
    a: 'seconds',
  },
  empty: { says: { en: '{subject} is empty', zh: '{subject} 储能耗尽' }, hop: 'charge', limit: 'ups' },
  recharging: { says: { en: '{subject} has input and recharges', zh: '{subject} 输入恢复，开始充电' } },
  full: { says: { en: '{subject} is fully charged', zh: '{subject} 已充满' }, hop: 'charge' },
})

export function createUpses(
  sim: Simulation,
  trace: Trace,
  feeds: readonly EntityId[],
  specs: readonly UpsSpec[],
  /** The output goes or comes. */
  feed: (line: number, isLive: boolean, row: RowId) => void,
) {
  const hasInput = sim.column(Uint8Array, feeds.length).fill(1)
  const hasOutput = sim.column(Uint8Array, feeds.length).fill(1)
  const load = sim.column(Float64Array, feeds.length) // share of full load, by line-up
  const starts = specs.map(({ store, charge }) => ({ start: store * charge, lo: 0, hi: store }))
  for (const { store, recharge } of specs) {
    if (!(store >= 0 && recharge > 0))
      throw new RangeError(`a UPS needs store ≥ 0 s and recharge > 0 s, got ${store}, ${recharge}`)
  }

  const charge = createLevels(sim, starts, (line, threshold, cause) => {
    const isCharging = hasInput[line] === 1
    // Input that came or went in the very instant of the crossing has already decided what the bound means.
    if (threshold === 0 && !isCharging) runDry(line, cause)
    else if (threshold > 0 && isCharging) trace.write(sim.now, Row.full, feeds[line], cause)
  })

  /** Call once at the start: a store that is not full recharges. */
  function begin(): void {
    specs.forEach((_, line) => {
      recharge(line, NO_CAUSE)
    })
  }

  /** The input goes or comes. With input the output is back at once. */
  function setInput(line: number, isLive: boolean, cause: RowId): void {
    if (isLive === (hasInput[line] === 1)) return
    hasInput[line] = isLive ? 1 : 0
    if (isLive) {
      const row = recharge(line, cause)
      if (hasOutput[line] === 1) return
      hasOutput[line] = 1
      feed(line, true, row)
    } else if (charge.value(line) > 0) {
      const row = trace.write(sim.now, Row.holding, feeds[line], cause, secondsLeft(line))
      charge.setRate(line, drain(line), row)
    } else runDry(line, cause)
  }

  /** The load below is now this share of full load. */
  function setLoad(line: number, share: Ratio, cause: RowId): void {
    load[line] = share
    if (hasInput[line] === 0) charge.setRate(line, drain(line), cause)
  }

  function recharge(line: number, cause: RowId): RowId {
    const { store, recharge: time } = specs[line]
    const isFull = charge.value(line) === store
    const row = isFull ? cause : trace.write(sim.now, Row.recharging, feeds[line], cause)
    charge.setRate(line, isFull ? 0 : store / time, row)
    return row
  }

  function runDry(line: number, cause: RowId): void {
    if (hasOutput[line] === 0) return
    const row = trace.write(sim.now, Row.empty, feeds[line], cause)
    hasOutput[line] = 0
    feed(line, false, row)
  }

  function drain(line: number): number {
    return load[line] > 0 ? -load[line] : 0
  }

  /** How long the store lasts at the present load, s; when nothing draws on it, how long it would last at full load. */
  function secondsLeft(line: number): Seconds {
    const share = load[line]
    return share > 0 ? charge.value(line) / share : charge.value(line)
  }

  return {
    begin,
    setInput,
    setLoad,
    /** Energy stored, s at full load. */
    charge: charge.value,
  }
}
