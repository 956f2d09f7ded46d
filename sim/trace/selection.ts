/**
 * Which entities a selector means: keys AND, list values OR. Knows nothing of chance: `pick` is left to those who may draw. Where an
 * instance stands changes with time: whoever knows it says so.
 */
import type { Selector } from '../units/fields.ts'
import type { Entities, EntityId, EntityKind } from './entities.ts'

/** Keys of a selector that name a kind of place; the entity must lie at or below one with that name or id. */
const PLACE_KEYS = ['region', 'zone', 'datacentre', 'rack', 'host'] as const
/** Keys that name the thing itself. */
const THING_KEYS = ['feed', 'link', 'service', 'cell', 'client', 'plan', 'instance', 'queue'] as const

/** The host that an instance stands on, as an entity; 0 for none. */
export type StandsOn = (instance: EntityId) => EntityId

/**
 * All entities that a selector means, by number, before any are picked. What is selected is the kind that `of` says; else of a
 * service in a place its share there; else the thing named; else the narrowest kind of place named.
 */
export function selected(entities: Entities, selector: Selector, standsOn?: StandsOn): EntityId[] {
  const kind = selectedKind(entities, selector)
  const found = matching(entities, selector, kind, standsOn)
  if (selector.except === undefined) return found
  const excluded = new Set(matching(entities, selector.except, kind, standsOn))
  return found.filter(entity => !excluded.has(entity))
}

function selectedKind(entities: Entities, selector: Selector): EntityKind | undefined {
  if (selector.of !== undefined) return selector.of
  const isInPlace = selector.place !== undefined || PLACE_KEYS.some(key => selector[key] !== undefined)
  if (selector.service !== undefined && selector.instance === undefined && isInPlace) return 'cell'
  for (const key of THING_KEYS) if (selector[key] !== undefined) return key
  for (let i = PLACE_KEYS.length - 1; i >= 0; i--) if (selector[PLACE_KEYS[i]] !== undefined) return PLACE_KEYS[i]
  const [place] = listed(selector.place)
  const entity = place === undefined ? -1 : entities.find(place)
  return entity < 0 ? undefined : entities.kind(entity)
}

function matching(
  entities: Entities,
  selector: Selector,
  kind: EntityKind | undefined,
  standsOn: StandsOn | undefined,
): EntityId[] {
  /** What lies in a place itself, or the place where it is: of a cell its zone, of an instance its host. */
  const placed = (entity: EntityId): EntityId => {
    if (kind === 'cell') return entities.find(entities.name(entity))
    return kind === 'instance' ? (standsOn?.(entity) ?? 0) : entity
  }
  const tests: ((entity: EntityId) => boolean)[] = []
  for (const key of PLACE_KEYS) {
    const names = listed(selector[key])
    if (names.length > 0) tests.push(entity => isNamed(entities, entities.above(placed(entity), key), names))
  }
  for (const key of THING_KEYS) {
    const names = listed(selector[key])
    if (names.length > 0) tests.push(entity => isNamed(entities, entities.above(entity, key), names))
  }
  const places = listed(selector.place).map(id => entities.find(id))
  if (places.length > 0) tests.push(entity => isBelowAny(entities, placed(entity), places))
  if (kind === undefined || tests.length === 0) return []
  return entities.all(kind).filter(entity => tests.every(test => test(entity)))
}

/** Whether an entity's id is one of `names` or ends in `/name`. */
export function isNamed(entities: Entities, entity: EntityId, names: readonly string[]): boolean {
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
