/**
 * Uninterruptible power supplies, one per data centre: stored energy that bridges the time without input. The store is
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
  feed: (datacentre: number, isLive: boolean, row: RowId) => void,
) {
  const hasInput = sim.column(Uint8Array, feeds.length).fill(1)
  const hasOutput = sim.column(Uint8Array, feeds.length).fill(1)
  const load = sim.column(Float64Array, feeds.length) // share of full load, by data centre
  const starts = specs.map(({ store, charge }) => ({ start: store * charge, lo: 0, hi: store }))
  for (const { store, recharge } of specs) {
    if (!(store >= 0 && recharge > 0))
      throw new RangeError(`a UPS needs store ≥ 0 s and recharge > 0 s, got ${store}, ${recharge}`)
  }

  const charge = createLevels(sim, starts, (datacentre, threshold, cause) => {
    const isCharging = hasInput[datacentre] === 1
    // Input that came or went in the very instant of the crossing has already decided what the bound means.
    if (threshold === 0 && !isCharging) runDry(datacentre, cause)
    else if (threshold > 0 && isCharging) trace.write(sim.now, Row.full, feeds[datacentre], cause)
  })

  /** Call once at the start: a store that is not full recharges. */
  function begin(): void {
    specs.forEach((_, datacentre) => {
      recharge(datacentre, NO_CAUSE)
    })
  }

  /** The input goes or comes. With input the output is back at once. */
  function setInput(datacentre: number, isLive: boolean, cause: RowId): void {
    if (isLive === (hasInput[datacentre] === 1)) return
    hasInput[datacentre] = isLive ? 1 : 0
    if (isLive) {
      const row = recharge(datacentre, cause)
      if (hasOutput[datacentre] === 1) return
      hasOutput[datacentre] = 1
      feed(datacentre, true, row)
    } else if (charge.value(datacentre) > 0) {
      const row = trace.write(sim.now, Row.holding, feeds[datacentre], cause, secondsLeft(datacentre))
      charge.setRate(datacentre, drain(datacentre), row)
    } else runDry(datacentre, cause)
  }

  /** The load below is now this share of full load. */
  function setLoad(datacentre: number, share: Ratio, cause: RowId): void {
    load[datacentre] = share
    if (hasInput[datacentre] === 0) charge.setRate(datacentre, drain(datacentre), cause)
  }

  function recharge(datacentre: number, cause: RowId): RowId {
    const { store, recharge: time } = specs[datacentre]
    const isFull = charge.value(datacentre) === store
    const row = isFull ? cause : trace.write(sim.now, Row.recharging, feeds[datacentre], cause)
    charge.setRate(datacentre, isFull ? 0 : store / time, row)
    return row
  }

  function runDry(datacentre: number, cause: RowId): void {
    if (hasOutput[datacentre] === 0) return
    const row = trace.write(sim.now, Row.empty, feeds[datacentre], cause)
    hasOutput[datacentre] = 0
    feed(datacentre, false, row)
  }

  function drain(datacentre: number): number {
    return load[datacentre] > 0 ? -load[datacentre] : 0
  }

  /** How long the store lasts at the present load, s; when nothing draws on it, how long it would last at full load. */
  function secondsLeft(datacentre: number): Seconds {
    const share = load[datacentre]
    return share > 0 ? charge.value(datacentre) / share : charge.value(datacentre)
  }

  return {
    begin,
    setInput,
    setLoad,
    secondsLeft,
    /** Energy stored, s at full load. */
    charge: charge.value,
  }
}
