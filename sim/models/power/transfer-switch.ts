/**
 * The transfer switch of a line-up: it prefers the utility, asks for the generators once a loss is confirmed, moves over
 * when they are ready, and returns only after the utility has been back for a while. All of this is done by a controller, which
 * may fail, and by a mechanism, which may be stuck: then the switch stays as it is, and passes on what is there. Knows nothing of
 * what it feeds.
 */
import type { EventId } from '../../engine/calendar.ts'
import type { Simulation } from '../../engine/simulation.ts'
import type { EntityId } from '../../trace/entities.ts'
import { defineRows } from '../../trace/row-kinds.ts'
import type { RowId, Trace } from '../../trace/trace.ts'
import type { Seconds } from '../../units/quantity.ts'
import { createDefects } from './defects.ts'

export interface TransferSpec {
  /** How long the utility must be gone before the generators are asked, s. */
  readonly confirm: Seconds
  /** Moving over to generators that are ready, s. */
  readonly takes: Seconds
  /** How long the utility must be back before the load returns to it, s. */
  readonly retransfer: Seconds
}

const Row = defineRows('transfer', {
  'to-generators': {
    says: { en: '{subject} moves to the generators', zh: '{subject} 切换至发电机' },
    hop: 'work',
    limit: 'transfer',
  },
  'to-utility': {
    says: { en: '{subject} returns to the utility', zh: '{subject} 切回市电' },
    hop: 'detect',
    limit: 'retransfer',
  },
  stuck: { says: { en: '{subject} is stuck', zh: '{subject} 卡死' } },
  freed: { says: { en: '{subject} moves again', zh: '{subject} 恢复可动' } },
})

const ControllerRow = defineRows('controller', {
  failed: { says: { en: 'the controller of {subject} fails', zh: '{subject} 的控制器失灵' } },
  works: {
    says: { en: 'the controller of {subject} works again, or people do its work', zh: '{subject} 的控制器恢复或由人工代行' },
  },
})

/** What is on either side of the switch of `line`. */
export interface TransferNeighbours {
  isUtilityLive(line: number): boolean
  /** Load waits for the generators; none waits any more; they carry; they may stop. */
  demand(line: number, row: RowId): void
  dismiss(line: number): void
  carry(line: number, row: RowId): RowId
  stop(line: number, row: RowId): void
  /** The output of the switch goes or comes. */
  feed(line: number, isLive: boolean, row: RowId): void
}

const [UTILITY, OPEN, GENERATORS] = [0, 1, 2]

export function createTransferSwitches(
  sim: Simulation,
  trace: Trace,
  feeds: readonly EntityId[],
  specs: readonly TransferSpec[],
  neighbours: TransferNeighbours,
) {
  const position = sim.column(Uint8Array, feeds.length)
  const passes = sim.column(Uint8Array, feeds.length).fill(1) // whether there is voltage behind it, by line-up; so below
  const isBroken = sim.column(Uint8Array, feeds.length) // whether its breaker is open
  const isReady = sim.column(Uint8Array, feeds.length) // whether the generators wait to take load
  const confirming = sim.column(Float64Array, feeds.length) // pending event
  const moving = sim.column(Float64Array, feeds.length)
  const returning = sim.column(Float64Array, feeds.length)

  const stuck = createDefects(sim, trace, feeds, { begins: Row.stuck, ends: Row.freed }, (line, isStuck, row) => {
    if (isStuck) sim.cancel(moving[line] as EventId)
    else goOn(line, row)
  })
  const controllers = createDefects(
    sim,
    trace,
    feeds,
    { begins: ControllerRow.failed, ends: ControllerRow.works },
    (line, hasFailed, row) => {
      if (hasFailed) for (const pending of [moving, confirming, returning]) sim.cancel(pending[line] as EventId)
      else {
        if (!neighbours.isUtilityLive(line) && passes[line] === 0 && isReady[line] === 0) confirm(line, row)
        goOn(line, row)
      }
    },
  )

  const CONFIRMED = sim.on((line: number, lost: RowId) => neighbours.demand(line, lost))

  const MOVED = sim.on((line: number, ready: RowId) => {
    position[line] = GENERATORS
    takeLoad(line, trace.write(sim.now, Row['to-generators'], feeds[line], ready))
  })

  const RETURN = sim.on((line: number, back: RowId) => {
    if (position[line] !== UTILITY && stuck.has(line)) return
    const row = position[line] === UTILITY ? back : toUtility(line, back)
    neighbours.stop(line, row)
  })

  function utilityLost(line: number, row: RowId): void {
    sim.cancel(returning[line] as EventId)
    confirm(line, row)
    if (position[line] === UTILITY) pass(line, false, row)
  }

  function utilityBack(line: number, row: RowId): void {
    sim.cancel(confirming[line] as EventId)
    sim.cancel(moving[line] as EventId)
    isReady[line] = 0
    neighbours.dismiss(line)
    awaitReturn(line, row)
    if (position[line] === UTILITY) pass(line, true, row)
    else if (passes[line] === 0 && canMove(line)) pass(line, true, toUtility(line, row))
  }

  /** The generators would take load from now on. */
  function generatorsReady(line: number, row: RowId): void {
    isReady[line] = 1
    if (position[line] === GENERATORS) takeLoad(line, row)
    else moveOver(line, row)
  }

  /** The generators no longer carry, or no longer would: a good utility takes over at once, else nothing feeds. */
  function generatorsGone(line: number, row: RowId): void {
    sim.cancel(moving[line] as EventId)
    isReady[line] = 0
    if (position[line] !== GENERATORS) return
    if (canMove(line) && neighbours.isUtilityLive(line)) {
      toUtility(line, row)
      return
    }
    if (canMove(line)) position[line] = OPEN
    pass(line, false, row)
  }

  /** The breaker behind the switch opens or closes. */
  function setBreaker(line: number, isOpen: boolean, row: RowId): void {
    isBroken[line] = isOpen ? 1 : 0
    pass(line, passes[line] === 1, row)
  }

  /** What was not done while it could not move is done now. */
  function goOn(line: number, row: RowId): void {
    if (!neighbours.isUtilityLive(line)) {
      if (isReady[line] === 1) moveOver(line, row)
      return
    }
    awaitReturn(line, row)
    if (passes[line] === 0 && canMove(line)) pass(line, true, toUtility(line, row))
  }

  function canMove(line: number): boolean {
    return !stuck.has(line) && !controllers.has(line)
  }

  /** The utility is gone; if it stays so, the generators are asked. */
  function confirm(line: number, row: RowId): void {
    if (controllers.has(line)) return
    sim.cancel(confirming[line] as EventId)
    confirming[line] = sim.after(specs[line].confirm, CONFIRMED, line, row)
  }

  /** The utility is there; if it stays so, the load returns to it. */
  function awaitReturn(line: number, row: RowId): void {
    if (controllers.has(line)) return
    sim.cancel(returning[line] as EventId)
    returning[line] = sim.after(specs[line].retransfer, RETURN, line, row)
  }

  function moveOver(line: number, row: RowId): void {
    if (canMove(line)) moving[line] = sim.after(specs[line].takes, MOVED, line, row)
  }

  function takeLoad(line: number, row: RowId): void {
    isReady[line] = 0
    pass(line, true, neighbours.carry(line, row))
  }

  function toUtility(line: number, cause: RowId): RowId {
    position[line] = UTILITY
    return trace.write(sim.now, Row['to-utility'], feeds[line], cause)
  }

  function pass(line: number, isLive: boolean, row: RowId): void {
    passes[line] = isLive ? 1 : 0
    neighbours.feed(line, isLive && isBroken[line] === 0, row)
  }

  return { utilityLost, utilityBack, generatorsReady, generatorsGone, setBreaker, stuck, controllers }
}
