/** Whom an expectation is about: `of` as a name or a selector, turned into entities. */
import type { Entities, EntityId, EntityKind } from '../trace/entities.ts'
import { isNamed, selected } from '../trace/selection.ts'
import type { Selector, Text } from '../units/fields.ts'

export type Subjects = { readonly ok: true; readonly of: readonly EntityId[] } | { readonly ok: false; readonly because: Text }

/** Ids of things with the last name of `of` that lie below what the rest of it names, though not directly. */
function deeper(entities: Entities, of: string): string[] {
  const at = of.lastIndexOf('/')
  const [above, name] = [of.slice(0, Math.max(0, at)), of.slice(at + 1)]
  const found: string[] = []
  for (let entity = 1; at > 0 && entity < entities.count; entity++) {
    if (entities.name(entity) !== name) continue
    let holder = entities.parent(entity)
    while (holder > 0 && !isNamed(entities, holder, [above])) holder = entities.parent(holder)
    if (holder > 0) found.push(entities.id(entity))
  }
  return found
}

/**
 * The entities that `of` means among those of some kinds (any, when none is given). A name is an id, or the end of exactly one.
 * What means nobody, or several without saying so, is refused.
 */
export function subjectsNamed(entities: Entities, of: string | Selector, kinds: readonly EntityKind[]): Subjects {
  const isMeant = (entity: EntityId): boolean => kinds.length === 0 || kinds.includes(entities.kind(entity))
  if (typeof of !== 'string') {
    const found = selected(entities, of).filter(isMeant)
    if (found.length > 0) return { ok: true, of: found }
    return { ok: false, because: { en: 'the selector means nothing that can be measured so', zh: '选择器未选中可度量的对象' } }
  }
  const exact = entities.find(of)
  if (exact > 0 && isMeant(exact)) return { ok: true, of: [exact] }
  const found: EntityId[] = []
  for (let entity = 1; entity < entities.count; entity++) {
    if (isMeant(entity) && of.endsWith(entities.name(entity)) && isNamed(entities, entity, [of])) found.push(entity)
  }
  if (found.length === 1) return { ok: true, of: found }
  if (found.length === 0) {
    const [near] = deeper(entities, of)
    if (near === undefined) return { ok: false, because: { en: `nothing is called ${of}`, zh: `没有名为 ${of} 的对象` } }
    const because = { en: `nothing is called ${of}, but there is ${near}`, zh: `没有名为 ${of} 的对象，但有 ${near}` }
    return { ok: false, because }
  }
  const some = found.slice(0, 2).map(entity => entities.id(entity))
  return { ok: false, because: { en: `${of} may be ${some.join(' or ')}`, zh: `${of} 可能指 ${some.join(' 或 ')}` } }
}
