/**
 * Who is who: every thing of a scenario as a number, with its kind, its parent and its path id such as
 * `us-east-1/a/dc1/r07/h12`. Fixed before the first event; ids are composed on demand, since there may be a million.
 */
import { type Key, keyBelow, keyOf } from '../engine/random.ts'

/** Number of an entity. 0 is nobody: the simulation itself. */
export type EntityId = number

/** What an entity is: a noun of the model. */
export const ENTITY_KINDS = [
  'simulation',
  'region',
  'zone',
  'datacentre',
  'rack',
  'host',
  'feed',
  'queue',
  'link',
  'service',
  'cell',
  'instance',
  'client',
  'plan',
  'fault',
] as const
export type EntityKind = (typeof ENTITY_KINDS)[number]

/** The entities as plain columns, for moving between threads. */
export interface EntityTable {
  readonly kind: Uint8Array
  readonly parent: Int32Array
  readonly name: readonly string[]
}

export class Entities {
  private readonly kinds: number[] = []
  private readonly parents: number[] = []
  private readonly names: string[] = []
  /** Two halves of each key. */
  private keys = new Int32Array(64)
  private readonly byId = new Map<string, EntityId>()
  /** How many entities `byId` knows: those added before the last search. */
  private indexed = 1

  constructor() {
    this.add('simulation', 'simulation')
  }

  /** Rebuilds the entities from a table. */
  static from(table: EntityTable): Entities {
    const entities = new Entities()
    for (let i = 1; i < table.name.length; i++) {
      entities.add(ENTITY_KINDS[table.kind[i]], table.name[i], table.parent[i])
    }
    return entities
  }

  /** Adds an entity below `parent` (0 for the top) and returns its number. */
  add(kind: EntityKind, name: string, parent: EntityId = 0): EntityId {
    const entity = this.names.length
    this.kinds.push(ENTITY_KINDS.indexOf(kind))
    this.parents.push(entity === 0 ? -1 : parent)
    this.names.push(name)
    const { high, low } = parent === 0 ? keyOf(name) : keyBelow(this.key(parent), name)
    if (2 * entity === this.keys.length) {
      const keys = new Int32Array(4 * entity)
      keys.set(this.keys)
      this.keys = keys
    }
    this.keys[2 * entity] = high
    this.keys[2 * entity + 1] = low
    return entity
  }

  get count(): number {
    return this.names.length
  }

  kind(entity: EntityId): EntityKind {
    return ENTITY_KINDS[this.kinds[entity]]
  }

  /** The entity above, or 0 when there is none. */
  parent(entity: EntityId): EntityId {
    return Math.max(0, this.parents[entity])
  }

  /** The last part of the id. */
  name(entity: EntityId): string {
    return this.names[entity]
  }

  /** The whole path id. */
  id(entity: EntityId): string {
    const parent = this.parents[entity]
    return parent > 0 ? `${this.id(parent)}/${this.names[entity]}` : this.names[entity]
  }

  /** 64-bit key of the id, for random streams and the fingerprint. */
  key(entity: EntityId): Key {
    return { high: this.keys[2 * entity], low: this.keys[2 * entity + 1] }
  }

  /** The entity with this very id, or −1. */
  find(id: string): EntityId {
    for (; this.indexed < this.count; this.indexed++) this.byId.set(this.id(this.indexed), this.indexed)
    return this.byId.get(id) ?? -1
  }

  /** The nearest entity of `kind` at or above `entity`, or 0. */
  above(entity: EntityId, kind: EntityKind): EntityId {
    let at = entity
    while (at > 0 && this.kind(at) !== kind) at = this.parent(at)
    return at
  }

  /** All entities of one kind, by number. */
  all(kind: EntityKind): EntityId[] {
    const wanted = ENTITY_KINDS.indexOf(kind)
    const found: EntityId[] = []
    for (let e = 1; e < this.count; e++) if (this.kinds[e] === wanted) found.push(e)
    return found
  }

  table(): EntityTable {
    return { kind: Uint8Array.from(this.kinds), parent: Int32Array.from(this.parents), name: this.names }
  }
}

/** Natural order of ids: `rack-9` before `rack-10`; no locale. */
export function naturalOrder(a: string, b: string): number {
  const left = a.match(/\d+|\D+/g) ?? []
  const right = b.match(/\d+|\D+/g) ?? []
  for (let i = 0; i < left.length && i < right.length; i++) {
    const x = left[i]
    const y = right[i]
    if (x === y) continue
    const difference = Number(x) - Number(y)
    if (difference !== 0 && !Number.isNaN(difference)) return difference
    return x < y ? -1 : 1
  }
  return left.length - right.length || (a < b ? -1 : a > b ? 1 : 0)
}
