/**
 * Shared sources above the data centres' own chains: grids, transformers, buses. A feed is live while as many as it needs of
 * those it is fed from are live and it has no reason of its own to be off. One that is fed from several may be on some of them
 * and move to others: for as long as the move takes, what is below sees a sag. Knows nothing of what a line-up does with it.
 *
 * A change is settled level by level, sources before what they feed, so that whoever depends on one thing in two ways sees it
 * once. The cost is that of the feeds that change and of what is directly below them.
 */
import type { Simulation } from '../../engine/simulation.ts'
import type { EntityId } from '../../trace/entities.ts'
import { defineRows } from '../../trace/row-kinds.ts'
import type { RowId, Trace } from '../../trace/trace.ts'
import type { Ratio, Seconds } from '../../units/quantity.ts'
import { isBorne } from './utility.ts'

/** One shared feed, known by its index. */
export interface GridFeedSpec {
  readonly entity: EntityId
  /** Indices of what it is fed from, no cycles; none for where power comes from. */
  readonly from: readonly number[]
  /** How many of these must be live. */
  readonly k: number
  /** How long a move from one source to another takes, s. */
  readonly transfer: Seconds
  /** Line-ups that it feeds. */
  readonly lineups: readonly number[]
}

/** The utility of a line-up, as its feed sees it. */
export interface GridLoads {
  lose(line: number, row: RowId): void
  restore(line: number, row: RowId): void
  sag(line: number, duration: Seconds, row: RowId, depth: Ratio): void
}

const Row = defineRows('grid', {
  dark: { says: { en: '{subject} is without power', zh: '{subject} 失电' }, level: 1 },
  live: { says: { en: '{subject} has power again', zh: '{subject} 恢复供电' }, level: 1 },
  moved: {
    says: { en: '{subject} moves to another source within {a}', zh: '{subject} 在 {a} 内切换到其他电源' },
    a: 'seconds',
  },
  sag: { says: { en: '{subject} sags for {a}', zh: '{subject} 电压骤降，持续 {a}' }, a: 'seconds' },
})

/** Throws RangeError on a cycle; the loader has reported it. */
export function createGrid(sim: Simulation, trace: Trace, specs: readonly GridFeedSpec[], loads: GridLoads) {
  const count = specs.length
  const levels = levelsOf(specs)
  const height = levels.reduce((most, level) => Math.max(most, level + 1), 0)
  const first = new Uint32Array(count + 1) // where the sources of a feed begin, by feed
  specs.forEach(({ from }, feed) => {
    first[feed + 1] = first[feed] + from.length
  })
  const users = usersOf(specs)

  const reasons = sim.column(Uint16Array, count) // of its own to be off, by feed
  const live = sim.column(Uint8Array, count).fill(1)
  const isUsed = sim.column(Uint8Array, first[count]) // whether a feed is on that source now
  specs.forEach((spec, feed) => {
    isUsed.fill(1, first[feed], first[feed] + spec.k)
  })

  // While a change is settled, and empty in between.
  const waiting: number[][] = Array.from({ length: height }, () => []) // feeds to be looked at, by level
  const isWaiting = new Uint8Array(count)
  const causes = new Uint32Array(count) // the latest row that made it wait, by feed
  const dipping: number[] = []
  const low = new Float64Array(count) // for how long its voltage will be low, s; 0 while it is not, by feed
  const depths = new Float64Array(count) // how much of it will be missing, as a share

  /** One more reason of its own for a feed to be off. */
  function lose(feed: number, cause: RowId): void {
    reasons[feed]++
    if (reasons[feed] > 1) return
    wait(feed, cause)
    settle()
  }

  /** One reason less. */
  function restore(feed: number, cause: RowId): void {
    if (reasons[feed] === 0) throw new Error(`feed ${feed} was not lost`)
    reasons[feed]--
    if (reasons[feed] > 0) return
    wait(feed, cause)
    settle()
  }

  /** A share of the voltage of a feed is missing for some seconds. */
  function sag(feed: number, duration: Seconds, cause: RowId, depth: Ratio = 1): void {
    if (live[feed] === 0) return
    dip(feed, duration, depth, trace.write(sim.now, Row.sag, specs[feed].entity, cause, duration))
    settle()
  }

  function settle(): void {
    for (const level of waiting) {
      for (const feed of level) {
        isWaiting[feed] = 0
        look(feed, causes[feed])
      }
      level.length = 0
    }
    for (const feed of dipping) low[feed] = depths[feed] = 0
    dipping.length = 0
  }

  function wait(feed: number, cause: RowId): void {
    causes[feed] = cause
    if (isWaiting[feed] === 1) return
    isWaiting[feed] = 1
    waiting[levels[feed]].push(feed)
  }

  /** Something about a feed, or about what it is fed from, has changed. */
  function look(feed: number, cause: RowId): void {
    const { entity, transfer } = specs[feed]
    const isOn = reasons[feed] === 0
    const isFed = everyUsed(feed, source => live[source] === 1)
    // What is lost is left for what is live; what only sags is left when that is quicker.
    const isUneasy = isFed && most(low, feed) > transfer && !isBorne(most(low, feed), most(depths, feed))
    const moves = isOn && (!isFed || isUneasy) && move(feed, source => live[source] === 1 && (!isFed || low[source] === 0))
    const isLive = isOn && (isFed || moves)
    if (isLive !== (live[feed] === 1)) {
      live[feed] = isLive ? 1 : 0
      const row = trace.write(sim.now, isLive ? Row.live : Row.dark, entity, cause)
      for (const user of users[feed]) wait(user, row)
      for (const line of specs[feed].lineups) {
        if (isLive) loads.restore(line, row)
        else loads.lose(line, row)
      }
      return
    }
    const duration = isLive ? Math.max(moves ? transfer : 0, most(low, feed)) : 0
    if (duration > 0)
      dip(
        feed,
        duration,
        moves ? 1 : most(depths, feed),
        trace.write(sim.now, moves ? Row.moved : Row.sag, entity, cause, duration),
      )
  }

  function dip(feed: number, duration: Seconds, depth: Ratio, row: RowId): void {
    low[feed] = duration
    depths[feed] = depth
    dipping.push(feed)
    for (const user of users[feed]) wait(user, row)
    for (const line of specs[feed].lineups) loads.sag(line, duration, row, depth)
  }

  /** The most of something, such as the longest sag, among the sources that a feed is on. */
  function most(of: Float64Array, feed: number): number {
    let most = 0
    specs[feed].from.forEach((source, at) => {
      if (isUsed[first[feed] + at] === 1) most = Math.max(most, of[source])
    })
    return most
  }

  function everyUsed(feed: number, isGood: (source: number) => boolean): boolean {
    return specs[feed].from.every((source, at) => isUsed[first[feed] + at] === 0 || isGood(source))
  }

  /** Puts a feed on good sources: those of its own that are, and then in the order given. Nothing happens where they are too few. */
  function move(feed: number, isGood: (source: number) => boolean): boolean {
    const { from, k } = specs[feed]
    let left = k
    for (const source of from) if (isGood(source)) left--
    if (left > 0) return false
    left = k
    from.forEach((source, at) => {
      const keeps = isUsed[first[feed] + at] === 1 && isGood(source)
      isUsed[first[feed] + at] = keeps ? 1 : 0
      if (keeps) left--
    })
    from.forEach((source, at) => {
      if (left === 0 || isUsed[first[feed] + at] === 1 || !isGood(source)) return
      isUsed[first[feed] + at] = 1
      left--
    })
    return true
  }

  return { lose, restore, sag, isLive: (feed: number) => live[feed] === 1 }
}

/** How many feeds stand one above the other over each of them. Throws RangeError on a cycle. */
export function levelsOf(specs: readonly GridFeedSpec[]): Uint32Array {
  const levels = new Uint32Array(specs.length)
  const left = specs.map(({ from }) => from.length)
  const ready = left.flatMap((sources, feed) => (sources === 0 ? [feed] : []))
  const users = usersOf(specs)
  for (const feed of ready) {
    for (const user of users[feed]) {
      levels[user] = Math.max(levels[user], levels[feed] + 1)
      if (--left[user] === 0) ready.push(user)
    }
  }
  if (ready.length < specs.length) throw new RangeError('feeds are fed from each other in a cycle')
  return levels
}

/** What is fed from each feed. */
function usersOf(specs: readonly GridFeedSpec[]): number[][] {
  const users: number[][] = specs.map(() => [])
  specs.forEach(({ from }, feed) => {
    for (const source of from) users[source].push(feed)
  })
  return users
}
