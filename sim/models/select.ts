/**
 * Selectors: which entities a fault, a step or an expectation means. Keys AND, list values OR; `pick` ranks the candidates by a
 * keyed draw and takes the lowest, so 10 % is within 20 %.
 */
import type { Randomness } from '../engine/random.ts'
import type { Entities, EntityId, EntityKind } from '../trace/entities.ts'
import type { Selector } from '../units/fields.ts'

/** Keys of a selector that name a kind of place; the entity must lie at or below one with that name or id. */
const PLACE_KEYS = ['region', 'zone', 'datacentre', 'rack', 'host'] as const
/** Keys that name the thing itself. */
const THING_KEYS = ['feed', 'link', 'service', 'cell', 'client', 'plan', 'instance', 'queue'] as const

/**
 * The entities that a selector means, by number. What is selected is the kind that `of` says; else the thing named; else the
 * narrowest kind of place named.
 */
export function select(entities: Entities, randomness: Randomness, selector: Selector, purpose: string): EntityId[] {
  const kind = selectedKind(entities, selector)
  const excluded = selector.except === undefined ? undefined : new Set(matching(entities, selector.except, kind))
  const found = matching(entities, selector, kind).filter(entity => excluded === undefined || !excluded.has(entity))
  if (selector.pick === undefined) return found
  const count = selector.pick < 1 ? Math.max(1, Math.round(selector.pick * found.length)) : selector.pick
  const rank = (entity: EntityId): number => randomness.rank(`pick/${purpose}`, entities.key(entity))
  const ranked = found.map(entity => ({ entity, rank: rank(entity) })).sort((a, b) => a.rank - b.rank)
  return ranked
    .slice(0, count)
    .map(({ entity }) => entity)
    .sort((a, b) => a - b)
}

function selectedKind(entities: Entities, selector: Selector): EntityKind | undefined {
  if (selector.of !== undefined) return selector.of as EntityKind
  for (const key of THING_KEYS) if (selector[key] !== undefined) return key
  for (let i = PLACE_KEYS.length - 1; i >= 0; i--) if (selector[PLACE_KEYS[i]] !== undefined) return PLACE_KEYS[i]
  const [place] = listed(selector.place)
  const entity = place === undefined ? -1 : entities.find(place)
  return entity < 0 ? undefined : entities.kind(entity)
}

function matching(entities: Entities, selector: Selector, kind: EntityKind | undefined): EntityId[] {
  const tests: ((entity: EntityId) => boolean)[] = []
  for (const key of PLACE_KEYS) {
    const names = listed(selector[key])
    if (names.length > 0) tests.push(entity => isNamed(entities, entities.above(entity, key), names))
  }
  for (const key of THING_KEYS) {
    const names = listed(selector[key])
    if (names.length > 0) tests.push(entity => isNamed(entities, entities.above(entity, key), names))
  }
  const places = listed(selector.place).map(id => entities.find(id))
  if (places.length > 0) tests.push(entity => isBelowAny(entities, entity, places))
  const found: EntityId[] = []
  if (kind === undefined || tests.length === 0) return found
  for (const entity of entities.all(kind)) if (tests.every(test => test(entity))) found.push(entity)
  return found
}

/** Whether an entity's id is one of `names` or ends in `/name`. */
function isNamed(entities: Entities, entity: EntityId, names: readonly string[]): boolean {
  if (entity <= 0) return false
  if (names.includes(entities.name(entity))) return true
  const id = entities.id(entity)
  return names.some(name => id === name || id.endsWith(`/${name}`))
}

function isBelowAny(entities: Entities, entity: EntityId, places: readonly EntityId[]): boolean {
  for (let at = entity; at > 0; at = entities.parent(at)) if (places.includes(at)) return true
  return false
}

function listed(value: string | readonly string[] | undefined): readonly string[] {
  return value === undefined ? [] : typeof value === 'string' ? [value] : value
}
