/**
 * The transfer switch of a data centre: it prefers the utility, asks for the generators once a loss is confirmed, moves over
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

/** What is on either side of the switch of `datacentre`. */
export interface TransferNeighbours {
  isUtilityLive(datacentre: number): boolean
  /** Load waits for the generators; none waits any more; they carry; they may stop. */
  demand(datacentre: number, row: RowId): void
  dismiss(datacentre: number): void
  carry(datacentre: number, row: RowId): RowId
  stop(datacentre: number, row: RowId): void
  /** The output of the switch goes or comes. */
  feed(datacentre: number, isLive: boolean, row: RowId): void
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
  const confirming = sim.column(Float64Array, feeds.length) // pending event, by data centre; so below
  const moving = sim.column(Float64Array, feeds.length)
  const returning = sim.column(Float64Array, feeds.length)

  const CONFIRMED = sim.on((datacentre: number, lost: RowId) => neighbours.demand(datacentre, lost))

  const MOVED = sim.on((datacentre: number, ready: RowId) => {
    position[datacentre] = GENERATORS
    const moved = trace.write(sim.now, Row['to-generators'], feeds[datacentre], ready)
    neighbours.feed(datacentre, true, neighbours.carry(datacentre, moved))
  })

  const RETURN = sim.on((datacentre: number, back: RowId) => {
    const row = position[datacentre] === UTILITY ? back : toUtility(datacentre, back)
    neighbours.stop(datacentre, row)
  })

  function utilityLost(datacentre: number, row: RowId): void {
    sim.cancel(returning[datacentre] as EventId)
    confirming[datacentre] = sim.after(specs[datacentre].confirm, CONFIRMED, datacentre, row)
    if (position[datacentre] === UTILITY) neighbours.feed(datacentre, false, row)
  }

  function utilityBack(datacentre: number, row: RowId): void {
    sim.cancel(confirming[datacentre] as EventId)
    sim.cancel(moving[datacentre] as EventId)
    neighbours.dismiss(datacentre)
    returning[datacentre] = sim.after(specs[datacentre].retransfer, RETURN, datacentre, row)
    if (position[datacentre] === UTILITY) neighbours.feed(datacentre, true, row)
    else if (position[datacentre] === OPEN) neighbours.feed(datacentre, true, toUtility(datacentre, row))
  }

  /** The generators would take load from now on. */
  function generatorsReady(datacentre: number, row: RowId): void {
    moving[datacentre] = sim.after(specs[datacentre].takes, MOVED, datacentre, row)
  }

  /** The generators no longer carry, or no longer would: a good utility takes over at once, else nothing feeds. */
  function generatorsGone(datacentre: number, row: RowId): void {
    sim.cancel(moving[datacentre] as EventId)
    if (position[datacentre] !== GENERATORS) return
    if (neighbours.isUtilityLive(datacentre)) {
      toUtility(datacentre, row)
      return
    }
    position[datacentre] = OPEN
    neighbours.feed(datacentre, false, row)
  }

  function toUtility(datacentre: number, cause: RowId): RowId {
    position[datacentre] = UTILITY
    return trace.write(sim.now, Row['to-utility'], feeds[datacentre], cause)
  }

  return { utilityLost, utilityBack, generatorsReady, generatorsGone }
}
