/**
 * Defects of parts that faults put there and people may put right: a breaker that is open, a switch that is stuck, a controller
 * that does nothing. Faults are counted, and the defect is gone with the last of them, or before that when someone sees to it.
 * What is put right holds until the next fault strikes. Knows nothing of what a part does.
 */
import type { Simulation } from '../../engine/simulation.ts'
import type { EntityId } from '../../trace/entities.ts'
import type { RowKind } from '../../trace/row-kinds.ts'
import type { RowId, Trace } from '../../trace/trace.ts'

export type Defects = ReturnType<typeof createDefects>

/** `changed` is told when a part gets its defect, or is rid of it. */
export function createDefects(
  sim: Simulation,
  trace: Trace,
  parts: readonly EntityId[],
  kinds: { readonly begins: RowKind; readonly ends: RowKind },
  changed: (part: number, has: boolean, row: RowId) => void,
) {
  const faults = sim.column(Uint16Array, parts.length) // that are there, by part
  const lasts = sim.column(Uint8Array, parts.length) // whether it does not go with the last fault
  const state = sim.column(Uint8Array, parts.length)

  function turn(part: number, has: boolean, cause: RowId): void {
    if (has === (state[part] === 1)) return
    state[part] = has ? 1 : 0
    changed(part, has, trace.write(sim.now, has ? kinds.begins : kinds.ends, parts[part], cause))
  }

  /** One more fault. */
  function strike(part: number, cause: RowId): void {
    faults[part]++
    turn(part, true, cause)
  }

  /** One fault less. */
  function lift(part: number, cause: RowId): void {
    if (faults[part] === 0) throw new Error(`part ${part} had no such fault`)
    faults[part]--
    if (faults[part] === 0 && lasts[part] === 0) turn(part, false, cause)
  }

  /** It comes by itself, and stays until someone sees to it. */
  function trip(part: number, cause: RowId): void {
    lasts[part] = 1
    turn(part, true, cause)
  }

  /** Someone puts it right, whatever faults are still there. */
  function mend(part: number, cause: RowId): void {
    lasts[part] = 0
    turn(part, false, cause)
  }

  return { strike, lift, trip, mend, has: (part: number) => state[part] === 1 }
}
