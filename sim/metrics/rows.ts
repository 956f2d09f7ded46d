/** Finding rows: numbers of row kinds in a recording, and which entities lie within those that are measured. */
import type { EntityId } from '../trace/entities.ts'
import type { RowKind } from '../trace/row-kinds.ts'
import type { Recording } from '../trace/trace.ts'

/** Number of a row kind in this recording, or −1 when nothing in it can write one. */
export function kindNamed({ kinds }: Pick<Recording, 'kinds'>, name: string): RowKind {
  return kinds.findIndex(kind => kind.name === name)
}

/** 1 for the entities given and all that lie below them, by entity. Parents have smaller numbers than their children. */
export function within({ entities }: Pick<Recording, 'entities'>, roots: readonly EntityId[]): Uint8Array {
  const inside = new Uint8Array(entities.count)
  for (const root of roots) inside[root] = 1
  for (let entity = 1; entity < inside.length; entity++) {
    const parent = entities.parent(entity)
    if (parent > 0 && inside[parent] === 1) inside[entity] = 1
  }
  return inside
}
