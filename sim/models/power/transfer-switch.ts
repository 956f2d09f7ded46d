/**
 * The transfer switch of a line-up: it prefers the utility, asks for the generators once a loss is confirmed, moves over
 * when they are ready, and returns only after the utility has been back for a while. Knows nothing of what it feeds.
 */
import type { EventId } from '../../engine/calendar.ts'
import type { Simulation } from '../../engine/simulation.ts'
import type { EntityId } from '../../trace/entities.ts'
import { defineRows } from '../../trace/row-kinds.ts'
import type { RowId, Trace } from '../../trace/trace.ts'
import type { Seconds } from '../../units/quantity.ts'

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
  const confirming = sim.column(Float64Array, feeds.length) // pending event, by line-up; so below
  const moving = sim.column(Float64Array, feeds.length)
  const returning = sim.column(Float64Array, feeds.length)

  const CONFIRMED = sim.on((line: number, lost: RowId) => neighbours.demand(line, lost))

  const MOVED = sim.on((line: number, ready: RowId) => {
    position[line] = GENERATORS
    const moved = trace.write(sim.now, Row['to-generators'], feeds[line], ready)
    neighbours.feed(line, true, neighbours.carry(line, moved))
  })

  const RETURN = sim.on((line: number, back: RowId) => {
    const row = position[line] === UTILITY ? back : toUtility(line, back)
    neighbours.stop(line, row)
  })

  function utilityLost(line: number, row: RowId): void {
    sim.cancel(returning[line] as EventId)
    confirming[line] = sim.after(specs[line].confirm, CONFIRMED, line, row)
    if (position[line] === UTILITY) neighbours.feed(line, false, row)
  }

  function utilityBack(line: number, row: RowId): void {
    sim.cancel(confirming[line] as EventId)
    sim.cancel(moving[line] as EventId)
    neighbours.dismiss(line)
    returning[line] = sim.after(specs[line].retransfer, RETURN, line, row)
    if (position[line] === UTILITY) neighbours.feed(line, true, row)
    else if (position[line] === OPEN) neighbours.feed(line, true, toUtility(line, row))
  }

  /** The generators would take load from now on. */
  function generatorsReady(line: number, row: RowId): void {
    moving[line] = sim.after(specs[line].takes, MOVED, line, row)
  }

  /** The generators no longer carry, or no longer would: a good utility takes over at once, else nothing feeds. */
  function generatorsGone(line: number, row: RowId): void {
    sim.cancel(moving[line] as EventId)
    if (position[line] !== GENERATORS) return
    if (neighbours.isUtilityLive(line)) {
      toUtility(line, row)
      return
    }
    position[line] = OPEN
    neighbours.feed(line, false, row)
  }

  function toUtility(line: number, cause: RowId): RowId {
    position[line] = UTILITY
    return trace.write(sim.now, Row['to-utility'], feeds[line], cause)
  }

  return { utilityLost, utilityBack, generatorsReady, generatorsGone }
}
