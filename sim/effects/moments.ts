/** Moments: when something is to happen, in the one grammar of faults, plans and expectations. */
import type { Cloud } from '../models/cloud.ts'
import { select } from '../models/select.ts'
import { rowKindNamed } from '../trace/row-kinds.ts'
import { NO_CAUSE, type RowId } from '../trace/trace.ts'
import type { Moment } from '../units/fields.ts'

/**
 * Calls `act` once, when `moment` has come, with the row that brought it about (none for a clock time). `purpose` names the
 * selection's draws. A moment that never comes calls nothing, and what happens while `isAwaited` says no does not bring it.
 */
export function whenever(
  cloud: Cloud,
  moment: Moment,
  purpose: string,
  act: (row: RowId) => void,
  isAwaited = () => true,
): void {
  const { sim, trace, entities } = cloud
  const ACT = sim.on((_target: number, row: number) => act(row))
  if (moment.kind === 'time') {
    sim.at(moment.time, ACT, 0, NO_CAUSE)
    return
  }
  const done = sim.column(Uint8Array, 1)
  const once = (row: RowId): void => {
    if (done[0] === 1 || !isAwaited()) return
    done[0] = 1
    sim.after(moment.delay, ACT, 0, row)
  }
  if (moment.kind === 'after') {
    const [fault, edge] = splitReference(moment.ref)
    const subject = entities.find(fault)
    trace.watch(rowKindNamed(edge === 'end' ? 'fault.ended' : 'fault.started'), (row, of) => {
      if (of === subject) once(row)
    })
    return
  }
  const among = moment.of === undefined ? undefined : new Set(select(entities, cloud.randomness, moment.of, purpose))
  trace.watch(rowKindNamed(moment.row), (row, subject) => {
    if (among === undefined || among.has(subject)) once(row)
  })
}

/** `lose-a.end` is the fault `lose-a` and its `end`; a bare id is its start. */
export function splitReference(reference: string): [id: string, edge: 'start' | 'end'] {
  return reference.endsWith('.end')
    ? [reference.slice(0, -4), 'end']
    : [reference.endsWith('.start') ? reference.slice(0, -6) : reference, 'start']
}
