/** Moments: the faults and the rows that they wait for exist. */
import { rowKindNamed, rowKinds } from '../../trace/row-kinds.ts'
import { isMap } from '../compose.ts'
import type { Path } from '../document.ts'
import { didYouMean } from '../problems.ts'
import { type Draft, hintOf } from './draft.ts'
import { checkSelector } from './selectors.ts'

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
  if (rowKindNamed('place.ready') < 0 || rowKindNamed(row) >= 0) return // kinds are known once the models are loaded
  const names = rowKinds().map(({ name }) => name)
  draft.complain(path, `no row is called "${row}"`, didYouMean(row, names) ?? 'blackstart explain rows lists them')
}
