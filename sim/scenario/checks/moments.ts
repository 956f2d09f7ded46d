/** Moments: the faults and the rows that they wait for exist. */
import { rowKindNamed, rowKinds } from '../../trace/row-kinds.ts'
import { isMap } from '../compose.ts'
import type { Path } from '../document.ts'
import { didYouMean } from '../problems.ts'
import { type Draft, hintOf, isOfFlows } from './draft.ts'
import { checkSelector } from './selectors.ts'

/** Rows that only flows write: a cell that does not come back by itself. */
const OF_FLOWS = ['flow.metastable', 'flow.overloaded', 'flow.recovered']

export function checkMoment(draft: Draft, path: Path, moment: unknown): void {
  if (!isMap(moment)) return
  if (typeof moment.after === 'string') checkFaultName(draft, [...path, 'after'], moment.after)
  if (!isMap(moment.when)) return
  const { row, of } = moment.when
  if (typeof row === 'string') checkRow(draft, [...path, 'when', 'row'], row)
  if (of !== undefined) checkSelector(draft, [...path, 'when', 'of'], of)
}

export function checkFaultName(draft: Draft, path: Path, reference: string): void {
  const id = reference.replace(/\.(start|end)$/, '')
  if (Object.hasOwn(draft.faults, id)) return
  draft.complain(
    path,
    `there is no fault "${id}"`,
    didYouMean(id, Object.keys(draft.faults)) ?? hintOf(Object.keys(draft.faults)),
  )
}

export function checkRow(draft: Draft, path: Path, row: string): void {
  if (OF_FLOWS.includes(row) && !isOfFlows(draft)) complainOfFlowsOnly(draft, path)
  if (rowKindNamed('place.ready') < 0 || rowKindNamed(row) >= 0) return // kinds are known once the models are loaded
  const names = rowKinds().map(({ name }) => name)
  draft.complain(path, `no row is called "${row}"`, didYouMean(row, names) ?? 'blackstart explain rows lists them')
}

/** Single requests are not told from those that their own failing brings about, so nothing is ever said of what holds them up. */
export function complainOfFlowsOnly(draft: Draft, path: Path): void {
  draft.complain(path, 'collapses are told of flows only', 'run: {fidelity: flow}')
}
