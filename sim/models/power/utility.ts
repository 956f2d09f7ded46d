/**
 * The utility as a line-up sees it, one connection each: there, gone, or sagging for a moment. Knows nothing of what it feeds.
 */
import type { EventId } from '../../engine/calendar.ts'
import type { Simulation } from '../../engine/simulation.ts'
import type { EntityId } from '../../trace/entities.ts'
import { defineRows } from '../../trace/row-kinds.ts'
import type { RowId, Trace } from '../../trace/trace.ts'
import type { Ratio, Seconds } from '../../units/quantity.ts'

const Row = defineRows('utility', {
  lost: { says: { en: '{subject} is lost', zh: '{subject} 市电中断' } },
  back: { says: { en: '{subject} is back', zh: '{subject} 市电恢复' }, hop: 'lasts' },
  sag: { says: { en: '{subject} sags for {a}', zh: '{subject} 电压骤降，持续 {a}' }, a: 'seconds' },
})

/**
 * What computers and their power supplies bear: so much of the voltage missing, for so long, s. Source: ITI (CBEMA) curve, ITIC
 * application note (2000): 80 % of the voltage for 10 s, 70 % for 0.5 s.
 */
const BORNE: readonly { readonly depth: Ratio; readonly duration: Seconds }[] = [
  { depth: 0.1, duration: Infinity },
  { depth: 0.2, duration: 10 },
  { depth: 0.3, duration: 0.5 },
]

/** Whether equipment goes on as if nothing were. */
export function isBorne(duration: Seconds, depth: Ratio): boolean {
  return BORNE.some(most => depth <= most.depth && duration <= most.duration)
}

/** What happens downstream of line-up `line` when its utility goes or returns. */
export interface UtilityLoads {
  lost(line: number, row: RowId): void
  back(line: number, row: RowId): void
  /** Whether the racks’ own supplies bridge `duration` s, so that nobody on stored energy notices. */
  bridges(line: number, duration: Seconds): boolean
  /** It has been gone, or low, for as long as the breaker towards it stays closed. */
  isolate(line: number, row: RowId): void
  /** A sag that they live through; what is not on stored energy may not. */
  dips(line: number, duration: Seconds, row: RowId): void
}

export interface UtilitySpec {
  /** How long the utility may be gone or low before the breaker towards it opens, to stay open until someone closes it, s. */
  readonly isolates: Seconds
}

export function createUtilities(
  sim: Simulation,
  trace: Trace,
  feeds: readonly EntityId[],
  specs: readonly UtilitySpec[],
  loads: UtilityLoads,
) {
  const reasons = sim.column(Uint16Array, feeds.length) // to be without the utility, by line-up

  const isolating = sim.column(Float64Array, feeds.length) // pending event, by line-up

  const ISOLATE = sim.on((line: number, lost: RowId) => loads.isolate(line, lost))
  const SAG_ENDS = sim.on((line: number, sag: RowId) => restore(line, sag))

  /** One more reason to be without the utility. */
  function lose(line: number, cause: RowId): void {
    reasons[line]++
    if (reasons[line] > 1) return
    const row = trace.write(sim.now, Row.lost, feeds[line], cause)
    const { isolates } = specs[line]
    if (isolates < Infinity) isolating[line] = sim.after(isolates, ISOLATE, line, row)
    loads.lost(line, row)
  }

  /** One reason less. */
  function restore(line: number, cause: RowId): void {
    if (reasons[line] === 0) throw new Error(`the utility of line-up ${line} was not lost`)
    reasons[line]--
    if (reasons[line] > 0) return
    sim.cancel(isolating[line] as EventId)
    loads.back(line, trace.write(sim.now, Row.back, feeds[line], cause))
  }

  /** A share `depth` of the voltage is missing for `duration` s: a short loss, unless it is borne, or the racks’ own supplies bridge it. */
  function sag(line: number, duration: Seconds, cause: RowId, depth: Ratio = 1): void {
    const row = trace.write(sim.now, Row.sag, feeds[line], cause, duration)
    if (reasons[line] > 0 || isBorne(duration, depth)) return
    if (loads.bridges(line, duration)) {
      loads.dips(line, duration, row)
      return
    }
    lose(line, row)
    sim.after(duration, SAG_ENDS, line, row)
  }

  return { lose, restore, sag, isLive: (line: number) => reasons[line] === 0 }
}
