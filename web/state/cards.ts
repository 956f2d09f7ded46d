/** Cards of a host that are down at a moment, and since which row. */
import type { RowId } from '../../sim/trace/trace.ts'
import type { Run } from './run.ts'

const CARD = /^(.+-card)\.(down|up)$/

/** The rows by which cards of a host went down that have not come back, of all rows below `rows`; the latest first. */
export function cardsDown(
  { recording: { rows, kinds }, bySubject }: Pick<Run, 'recording' | 'bySubject'>,
  host: number,
  until: number,
): RowId[] {
  const down = new Map<string, RowId>()
  for (const row of bySubject.of(host)) {
    if (row >= until) break
    const [, card, turn] = CARD.exec(kinds[rows.kind[row]].name) ?? []
    if (card === undefined) continue
    if (turn === 'down') down.set(card, row)
    else down.delete(card)
  }
  return [...down.values()].sort((a, b) => b - a)
}
