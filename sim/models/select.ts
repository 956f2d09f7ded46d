/**
 * Which entities a fault or a step means: what its selector matches, and of these the ones picked. `pick` ranks the candidates
 * by a keyed draw and takes the lowest, so 10 % is within 20 %.
 */
import type { Randomness } from '../engine/random.ts'
import type { Entities, EntityId } from '../trace/entities.ts'
import { type StandsOn, selected } from '../trace/selection.ts'
import type { Selector } from '../units/fields.ts'

/** The entities that a selector means, by number; `purpose` names the draw. */
export function select(
  entities: Entities,
  randomness: Randomness,
  selector: Selector,
  purpose: string,
  standsOn?: StandsOn,
): EntityId[] {
  const found = selected(entities, selector, standsOn)
  if (selector.pick === undefined) return found
  const count = selector.pick < 1 ? Math.max(1, Math.round(selector.pick * found.length)) : selector.pick
  const rank = (entity: EntityId): number => randomness.rank(`pick/${purpose}`, entities.key(entity))
  const ranked = found.map(entity => ({ entity, rank: rank(entity) })).sort((a, b) => a.rank - b.rank)
  return ranked
    .slice(0, count)
    .map(({ entity }) => entity)
    .sort((a, b) => a - b)
}
