/**
 * The grid outside, one connection per data centre: there, gone, or sagging for a moment. Knows nothing of what it feeds.
 */
import type { Simulation } from '../../engine/simulation.ts'
import type { EntityId } from '../../trace/entities.ts'
import { defineRows } from '../../trace/row-kinds.ts'
import type { RowId, Trace } from '../../trace/trace.ts'
import type { Seconds } from '../../units/quantity.ts'

const Row = defineRows('utility', {
  lost: { says: { en: '{subject} is lost', zh: '{subject} 市电中断' } },
  back: { says: { en: '{subject} is back', zh: '{subject} 市电恢复' }, hop: 'lasts' },
  sag: { says: { en: '{subject} sags for {a}', zh: '{subject} 电压骤降，持续 {a}' }, a: 'seconds' },
})

/** What happens downstream of data centre `datacentre` when its utility goes or returns. */
export interface UtilityLoads {
  lost(datacentre: number, row: RowId): void
  back(datacentre: number, row: RowId): void
  /** Whether everything downstream lives through `duration` s without the utility, unnoticed by any switch. */
  ridesThrough(datacentre: number, duration: Seconds): boolean
  /** A sag that they live through; what is not on stored energy may not. */
  dips(datacentre: number, duration: Seconds, row: RowId): void
}

export function createUtilities(sim: Simulation, trace: Trace, feeds: readonly EntityId[], loads: UtilityLoads) {
  const reasons = sim.column(Uint16Array, feeds.length) // to be without the utility, by data centre

  const SAG_ENDS = sim.on((datacentre: number, sag: RowId) => restore(datacentre, sag))

  /** One more reason to be without the utility. */
  function lose(datacentre: number, cause: RowId): void {
    reasons[datacentre]++
    if (reasons[datacentre] === 1) loads.lost(datacentre, trace.write(sim.now, Row.lost, feeds[datacentre], cause))
  }

  /** One reason less. */
  function restore(datacentre: number, cause: RowId): void {
    if (reasons[datacentre] === 0) throw new Error(`the utility of data centre ${datacentre} was not lost`)
    reasons[datacentre]--
    if (reasons[datacentre] === 0) loads.back(datacentre, trace.write(sim.now, Row.back, feeds[datacentre], cause))
  }

  /** The voltage dips for `duration` s: nothing that stored energy does not cover, or else a short loss. */
  function sag(datacentre: number, duration: Seconds, cause: RowId): void {
    const row = trace.write(sim.now, Row.sag, feeds[datacentre], cause, duration)
    if (loads.ridesThrough(datacentre, duration)) {
      if (reasons[datacentre] === 0) loads.dips(datacentre, duration, row)
      return
    }
    lose(datacentre, row)
    sim.after(duration, SAG_ENDS, datacentre, row)
  }

  return { lose, restore, sag, isLive: (datacentre: number) => reasons[datacentre] === 0 }
}
