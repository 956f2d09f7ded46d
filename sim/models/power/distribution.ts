/**
 * Distribution below the UPS: from one output to the racks of a data centre. Losing it darkens every rack at once; getting it
 * back does not light them at once, since machines that start together draw a multiple of their power: racks are energised in
 * natural order, in steps that keep within the inrush limit. Knows nothing of hosts.
 */
import { type EventId, NO_EVENT } from '../../engine/calendar.ts'
import type { Simulation } from '../../engine/simulation.ts'
import { onGrid } from '../../engine/time.ts'
import type { EntityId } from '../../trace/entities.ts'
import { defineRows } from '../../trace/row-kinds.ts'
import { NO_CAUSE, type RowId, type Trace } from '../../trace/trace.ts'
import type { Ratio, Seconds, Watts } from '../../units/quantity.ts'

export interface DistributionSpec {
  /** What racks may draw together while they start, W. */
  readonly inrushLimit: Watts
  /** What a starting rack draws, as a multiple of its power. */
  readonly inrushFactor: number
  /** Time between two steps, s. */
  readonly every: Seconds
}

/** The racks of one data centre are `count` consecutive indices from `first`, in natural order. */
export interface RackRange {
  readonly first: number
  readonly count: number
}

/** What is known of each rack, by rack index. */
export interface Racks {
  entity(rack: number): EntityId
  /** How many hosts stand in it. */
  hosts(rack: number): number
  /** What it draws while it has power, W. */
  watts(rack: number): Watts
}

const FeedRow = defineRows('feed', {
  dark: { says: { en: '{subject} is dark', zh: '{subject} 断电' }, level: 1 },
  live: { says: { en: '{subject} is live again', zh: '{subject} 恢复供电' }, level: 1 },
})

const RackRow = defineRows('rack', {
  dark: { says: { en: '{subject} loses power, with {a} hosts', zh: '{subject} 断电，涉及 {a} 台主机' }, a: 'count' },
  energised: { says: { en: '{subject} has power', zh: '{subject} 通电' }, hop: 'queue', limit: 'energising' },
})

/** Told of each rack whose power goes or comes, with the row that says so. */
export type RackWatcher = (rack: number, isPowered: boolean, row: RowId) => void

export function createDistributions(
  sim: Simulation,
  trace: Trace,
  feeds: readonly EntityId[],
  ranges: readonly RackRange[],
  specs: readonly DistributionSpec[],
  racks: Racks,
  /** The load of `datacentre` is now this share of what all its racks draw. */
  loaded: (datacentre: number, share: Ratio, row: RowId) => void,
) {
  const count = feeds.length
  const rackCount = ranges.reduce((most, { first, count }) => Math.max(most, first + count), 0)
  const datacentreOf = new Uint32Array(rackCount)
  const watts = new Float64Array(rackCount)
  const hosts = new Uint32Array(rackCount)
  const full = new Float64Array(count) // what all racks draw, W, by data centre
  ranges.forEach(({ first, count }, datacentre) => {
    for (let rack = first; rack < first + count; rack++) {
      datacentreOf[rack] = datacentre
      watts[rack] = racks.watts(rack)
      hosts[rack] = racks.hosts(rack)
      full[datacentre] += watts[rack]
    }
  })

  const powered = sim.column(Uint8Array, rackCount).fill(1)
  const rackReasons = sim.column(Uint16Array, rackCount) // of its own to be without power, by rack
  const isWaiting = sim.column(Uint8Array, rackCount) // for its step, by rack
  const request = sim.column(Uint32Array, rackCount) // row that made it wait, by rack
  const hasSupply = sim.column(Uint8Array, count).fill(1) // from the UPS, by data centre
  const outputReasons = sim.column(Uint16Array, count) // to have no output though there is supply
  const poweredCount = sim.column(Uint32Array, count)
  const drawn = sim.column(Float64Array, count) // by powered racks, W
  const waitingCount = sim.column(Uint32Array, count)
  const lowest = sim.column(Uint32Array, count) // no rack below this one waits
  const since = sim.column(Float64Array, count).fill(-Infinity) // when step 0 was, s
  const step = sim.column(Uint32Array, count) // the latest one
  const inrush = sim.column(Float64Array, count) // of the racks energised in the latest step, W
  const pending = sim.column(Float64Array, count).fill(NO_EVENT) // the next step's event
  ranges.forEach((range, datacentre) => {
    poweredCount[datacentre] = range.count
    drawn[datacentre] = full[datacentre]
  })
  const watchers: RackWatcher[] = []

  const STEP = sim.on((datacentre: number) => {
    pending[datacentre] = NO_EVENT
    step[datacentre]++
    inrush[datacentre] = 0
    energiseWaiting(datacentre)
  })

  const isLive = (datacentre: number): boolean => hasSupply[datacentre] === 1 && outputReasons[datacentre] === 0

  /** Call once at the start: says what is dark from the start, and tells the load. */
  function begin(isDark: (datacentre: number) => boolean): void {
    ranges.forEach((_, datacentre) => {
      if (isDark(datacentre)) cutOutput(datacentre, NO_CAUSE)
      else tellLoad(datacentre, NO_CAUSE)
    })
  }

  /** Supply from above goes or comes. */
  function setSupply(datacentre: number, isOn: boolean, cause: RowId): void {
    const wasLive = isLive(datacentre)
    hasSupply[datacentre] = isOn ? 1 : 0
    follow(datacentre, wasLive, cause)
  }

  /** One more reason for the whole data centre to be without output, whatever the supply. */
  function cutOutput(datacentre: number, cause: RowId): void {
    const wasLive = isLive(datacentre)
    outputReasons[datacentre]++
    follow(datacentre, wasLive, cause)
  }

  /** One reason less. */
  function restoreOutput(datacentre: number, cause: RowId): void {
    if (outputReasons[datacentre] === 0) throw new Error(`the output of data centre ${datacentre} was not cut`)
    outputReasons[datacentre]--
    follow(datacentre, false, cause)
  }

  /** One more reason of its own for a rack to be without power. */
  function cutRack(rack: number, cause: RowId): void {
    rackReasons[rack]++
    if (rackReasons[rack] > 1) return
    const datacentre = datacentreOf[rack]
    withdraw(rack)
    if (waitingCount[datacentre] === 0) rest(datacentre)
    if (powered[rack] === 1) tellLoad(datacentre, darken(rack, cause))
  }

  /** One reason less. With the last, the rack waits for its step. */
  function restoreRack(rack: number, cause: RowId): void {
    if (rackReasons[rack] === 0) throw new Error(`rack ${rack} was not cut`)
    rackReasons[rack]--
    const datacentre = datacentreOf[rack]
    if (rackReasons[rack] > 0 || !isLive(datacentre)) return
    wait(rack, cause)
    if (pending[datacentre] !== NO_EVENT) return
    if (sim.now >= timeOf(datacentre, step[datacentre] + 1)) firstStep(datacentre)
    else if (sim.now === timeOf(datacentre, step[datacentre])) energiseWaiting(datacentre)
    else armNext(datacentre)
  }

  function follow(datacentre: number, wasLive: boolean, cause: RowId): void {
    if (isLive(datacentre) === wasLive) return
    const { first, count } = ranges[datacentre]
    const row = trace.write(sim.now, wasLive ? FeedRow.dark : FeedRow.live, feeds[datacentre], cause)
    if (wasLive) {
      rest(datacentre)
      let last = row
      for (let rack = first; rack < first + count; rack++) {
        withdraw(rack)
        if (powered[rack] === 1) last = darken(rack, row)
      }
      tellLoad(datacentre, last)
    } else {
      for (let rack = first; rack < first + count; rack++) if (rackReasons[rack] === 0) wait(rack, row)
      firstStep(datacentre)
    }
  }

  function firstStep(datacentre: number): void {
    since[datacentre] = sim.now
    step[datacentre] = 0
    inrush[datacentre] = 0
    energiseWaiting(datacentre)
  }

  /** Energises as many waiting racks as the present step still allows, one at least, and arms the next step for the others. */
  function energiseWaiting(datacentre: number): void {
    const { inrushLimit, inrushFactor } = specs[datacentre]
    const end = ranges[datacentre].first + ranges[datacentre].count
    let last = NO_CAUSE
    let rack = lowest[datacentre]
    for (; waitingCount[datacentre] > 0 && rack < end; rack++) {
      if (isWaiting[rack] === 0) continue
      const draws = watts[rack] * inrushFactor
      if (inrush[datacentre] > 0 && inrush[datacentre] + draws > inrushLimit) break
      inrush[datacentre] += draws
      last = energise(rack)
    }
    lowest[datacentre] = rack
    if (last !== NO_CAUSE) tellLoad(datacentre, last)
    if (waitingCount[datacentre] > 0 && pending[datacentre] === NO_EVENT) armNext(datacentre)
  }

  function armNext(datacentre: number): void {
    pending[datacentre] = sim.at(timeOf(datacentre, step[datacentre] + 1), STEP, datacentre)
  }

  /** When a step is, s: counted from step 0, so that many steps add up exactly. */
  function timeOf(datacentre: number, number: number): Seconds {
    return onGrid(since[datacentre] + number * specs[datacentre].every)
  }

  /** No further step. */
  function rest(datacentre: number): void {
    sim.cancel(pending[datacentre] as EventId)
    pending[datacentre] = NO_EVENT
  }

  function wait(rack: number, row: RowId): void {
    const datacentre = datacentreOf[rack]
    lowest[datacentre] = waitingCount[datacentre] === 0 ? rack : Math.min(lowest[datacentre], rack)
    isWaiting[rack] = 1
    request[rack] = row
    waitingCount[datacentre]++
  }

  function withdraw(rack: number): void {
    waitingCount[datacentreOf[rack]] -= isWaiting[rack]
    isWaiting[rack] = 0
  }

  function energise(rack: number): RowId {
    withdraw(rack)
    powered[rack] = 1
    poweredCount[datacentreOf[rack]]++
    drawn[datacentreOf[rack]] += watts[rack]
    const row = trace.write(sim.now, RackRow.energised, racks.entity(rack), request[rack])
    for (const watch of watchers) watch(rack, true, row)
    return row
  }

  function darken(rack: number, cause: RowId): RowId {
    powered[rack] = 0
    poweredCount[datacentreOf[rack]]--
    drawn[datacentreOf[rack]] -= watts[rack]
    const row = trace.write(sim.now, RackRow.dark, racks.entity(rack), cause, hosts[rack])
    for (const watch of watchers) watch(rack, false, row)
    return row
  }

  /** Sums of watts are taken afresh at none and at all, so that rounding never adds up. */
  function tellLoad(datacentre: number, row: RowId): void {
    if (poweredCount[datacentre] === 0) drawn[datacentre] = 0
    if (poweredCount[datacentre] === ranges[datacentre].count) drawn[datacentre] = full[datacentre]
    loaded(datacentre, full[datacentre] > 0 ? drawn[datacentre] / full[datacentre] : 0, row)
  }

  return {
    begin,
    setSupply,
    cutOutput,
    restoreOutput,
    cutRack,
    restoreRack,
    isLive,
    isPowered: (rack: number) => powered[rack] === 1,
    /** 1 where the rack has power, by rack. */
    powered: powered as Readonly<Uint8Array>,
    watch: (watcher: RackWatcher) => void watchers.push(watcher),
  }
}
