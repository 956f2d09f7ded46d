/** Cards of a host that are down or pause for other firmware at a moment, and since which row. */
import type { RowId } from '../../sim/trace/trace.ts'
import type { Run } from './run.ts'

const CARD = /^(.+-card)\.(?:(down|up)|(updating|updated|rolled-back))$/

/** The rows by which cards of a host went down, or began to pause, that have not come back, of all rows below `rows`; the latest first. */
export function cardsDown(
  { recording: { rows, kinds }, bySubject }: Pick<Run, 'recording' | 'bySubject'>,
  host: number,
  until: number,
): RowId[] {
  const down = new Map<string, RowId>()
  for (const row of bySubject.of(host)) {
    if (row >= until) break
    const [, card, damage, update] = CARD.exec(kinds[rows.kind[row]].name) ?? []
    if (card === undefined) continue
    const why = `${card} ${update === undefined ? 'damage' : 'update'}`
    if (damage === 'down' || update === 'updating') down.set(why, row)
    else down.delete(why)
  }
  return [...down.values()].sort((a, b) => b - a)
}
