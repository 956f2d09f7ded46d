/**
 * Kinds of trace rows, known by name. Each says in words what happened, what its two operands are, and what sort of waiting
 * a hop that ends in it was. Declared beside the model that writes them; the trace carries the catalogue.
 */
import type { Limit } from './limits.ts'

/** Unit or meaning of an operand; `entity` is an entity's number, and the fingerprint then takes that entity's id. */
export type OperandUnit = 'none' | 'count' | 'per-second' | 'seconds' | 'ratio' | 'kW' | 'entity'

/** What the time between a row and its cause was spent on. */
export type Hop = 'at-once' | 'detect' | 'decide' | 'queue' | 'travel' | 'work' | 'boot' | 'charge' | 'cool' | 'need' | 'lasts'

export interface RowKindSpec {
  /** The sentence in each language, with {subject}, {a} and {b} to be filled in. */
  readonly says: { readonly en: string; readonly zh: string }
  readonly a?: OperandUnit
  readonly b?: OperandUnit
  readonly hop?: Hop
  /** Which limit that time is due to, where it is due to one. */
  readonly limit?: Limit
  /**
   * How much it matters to a reader: 1 a headline (a fault, a zone), 2 a state change of one thing, 3 a measurement that
   * only charts and metrics read.
   */
  readonly level?: 1 | 2 | 3
}

export interface RowKindInfo {
  readonly name: string
  readonly says: { readonly en: string; readonly zh: string }
  readonly a: OperandUnit
  readonly b: OperandUnit
  readonly hop: Hop
  readonly limit?: Limit
  readonly level: 1 | 2 | 3
}

/** Number of a row kind; means something only together with the catalogue. */
export type RowKind = number

const catalogue: RowKindInfo[] = []
const numbers = new Map<string, RowKind>()

/** Declares the row kinds of one model: `defineRows('ups', {empty: …})` gives `ups.empty`. */
export function defineRows<const K extends string>(of: string, specs: Record<K, RowKindSpec>): Record<K, RowKind> {
  const kinds = {} as Record<K, RowKind>
  for (const key of Object.keys(specs) as K[]) {
    const spec = specs[key]
    const name = `${of}.${key}`
    if (numbers.has(name)) throw new Error(`row kind ${name} is declared twice`)
    kinds[key] = catalogue.length
    numbers.set(name, catalogue.length)
    catalogue.push({
      name,
      says: spec.says,
      a: spec.a ?? 'none',
      b: spec.b ?? 'none',
      hop: spec.hop ?? 'at-once',
      ...(spec.limit !== undefined && { limit: spec.limit }),
      level: spec.level ?? 2,
    })
  }
  return kinds
}

/** All row kinds declared so far, by number. */
export function rowKinds(): readonly RowKindInfo[] {
  return catalogue
}

/** Number of the kind with this name, or −1. */
export function rowKindNamed(name: string): RowKind {
  return numbers.get(name) ?? -1
}
