/** Names of places and services, with what may have been meant. */
import { ID } from '../../units/fields.ts'
import type { Path } from '../document.ts'
import { didYouMean } from '../problems.ts'
import { type Draft, hintOf } from './draft.ts'

export function checkPlace(draft: Draft, path: Path, name: unknown): void {
  if (typeof name !== 'string' || draft.places === undefined) return
  const matches = draft.placesNamed(name)
  if (matches.length === 1) return
  if (matches.length > 1)
    draft.complain(path, `"${name}" is ambiguous`, `it could be ${matches.map(({ id }) => id).join(' or ')}`)
  else draft.complain(path, `there is no place "${name}"`, placeHint(draft, name))
}

export function placeHint(
  draft: Draft,
  name: string,
  kinds: readonly string[] = ['region', 'zone', 'datacentre'],
): string | undefined {
  const candidates = (draft.places ?? []).filter(({ kind }) => kinds.includes(kind))
  const names = new Set(candidates.flatMap(({ id }) => [id, id.slice(id.lastIndexOf('/') + 1), id.slice(id.indexOf('/') + 1)]))
  return didYouMean(name, names) ?? hintOf(new Set(candidates.map(({ id }) => id.slice(id.indexOf('/') + 1))))
}

export function checkServiceName(draft: Draft, path: Path, name: unknown, kinds: readonly string[]): void {
  if (typeof name !== 'string' || !ID.test(name)) return
  const fitting = Object.keys(draft.services).filter(service => kinds.includes(String(draft.kindOf(service))))
  if (!Object.hasOwn(draft.services, name)) {
    draft.complain(path, `there is no ${wordsFor(kinds)} "${name}"`, didYouMean(name, fitting) ?? hintOf(fitting))
  } else if (!fitting.includes(name)) {
    draft.complain(path, `"${name}" is a ${String(draft.kindOf(name))}, not a ${wordsFor(kinds)}`, hintOf(fitting))
  }
}

function wordsFor(kinds: readonly string[]): string {
  return kinds.length > 1 ? 'service' : kinds[0]
}
