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
  'bucket',
] as const
export type EntityKind = (typeof ENTITY_KINDS)[number]

const HOST = ENTITY_KINDS.indexOf('host')

/** The entities as plain columns, for moving between threads. */
export interface EntityTable {
  readonly kind: Uint8Array
  readonly parent: Int32Array
  readonly name: readonly string[]
}

export class Entities {
  private kinds = new Uint8Array(32)
  private parents = new Int32Array(32)
  private readonly names: string[] = []
  /** Every name once: a thousand racks have the same twenty names of hosts. */
  private readonly known = new Map<string, string>()
  /** Two halves of each key. */
  private keys = new Int32Array(64)
  /** Entities at the place that a hash of the id names, or the next that was free; 0 where there is none. */
  private byId = new Int32Array(0)
  private readonly firstHost = new Map<EntityId, EntityId>() // by rack
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
    if (entity === this.kinds.length) this.grow()
    this.kinds[entity] = ENTITY_KINDS.indexOf(kind)
    this.parents[entity] = entity === 0 ? -1 : parent
    const known = this.known.get(name)
    if (known === undefined) this.known.set(name, name)
    this.names.push(known ?? name)
    const { high, low } = parent === 0 ? keyOf(name) : keyBelow(this.key(parent), name)
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
    this.index()
    const found = this.lookUp(id)
    if (found >= 0) return found
    const cut = id.lastIndexOf('/')
    const rack = cut < 0 ? -1 : this.lookUp(id.slice(0, cut))
    const name = id.slice(cut + 1)
    for (let host = this.firstHost.get(rack) ?? this.count; this.parents[host] === rack; host++) {
      if (this.names[host] === name) return host
    }
    return -1
  }

  private lookUp(id: string): EntityId {
    const mask = this.byId.length - 1
    for (let at = keyOf(id).low & mask; this.byId[at] !== 0; at = (at + 1) & mask) {
      if (this.id(this.byId[at]) === id) return this.byId[at]
    }
    return -1
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
    return { kind: this.kinds.slice(0, this.count), parent: this.parents.slice(0, this.count), name: this.names }
  }

  /**
   * Takes entities added since the last search into `byId`, at most half full. Hosts are most of all entities and are seldom looked
   * for: they are found in their rack, where they stand one after the other.
   */
  private index(): void {
    if (2 * this.count > this.byId.length) {
      let places = 64
      while (places < 2 * this.count) places *= 2
      this.byId = new Int32Array(places)
      this.indexed = 1
    }
    const mask = this.byId.length - 1
    for (; this.indexed < this.count; this.indexed++) {
      if (this.kinds[this.indexed] === HOST) {
        const rack = this.parents[this.indexed]
        if (!this.firstHost.has(rack)) this.firstHost.set(rack, this.indexed)
        continue
      }
      let at = keyOf(this.id(this.indexed)).low & mask
      while (this.byId[at] !== 0) at = (at + 1) & mask
      this.byId[at] = this.indexed
    }
  }

  private grow(): void {
    const room = this.kinds.length + (this.kinds.length >> 1)
    const { kinds, parents, keys } = this
    this.kinds = new Uint8Array(room)
    this.parents = new Int32Array(room)
    this.keys = new Int32Array(2 * room)
    this.kinds.set(kinds)
    this.parents.set(parents)
    this.keys.set(keys)
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
