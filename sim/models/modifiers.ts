/**
 * Numbers that several faults may touch at once. Each attribute has one rule of composition, and lifting a modifier folds the
 * remaining ones anew: no inverse arithmetic, so that what has been lifted leaves no trace in the last digit.
 */
import type { Simulation } from '../engine/simulation.ts'
import type { EntityId } from '../trace/entities.ts'

/** How the values of one attribute compose. */
export interface Composition {
  /** Value without any modifier. */
  readonly none: number
  readonly combine: (a: number, b: number) => number
}

/** Capacities multiply. */
export const PRODUCT: Composition = { none: 1, combine: (a, b) => a * b }
/** Latencies add. */
export const SUM: Composition = { none: 0, combine: (a, b) => a + b }
/** Losses and error shares: 1 − Π(1 − p). */
export const EITHER: Composition = { none: 0, combine: (a, b) => 1 - (1 - a) * (1 - b) }
/** Limits: the tightest counts. */
export const TIGHTEST: Composition = { none: Infinity, combine: (a, b) => Math.min(a, b) }
/** Times: the longest counts. */
export const LONGEST: Composition = { none: 0, combine: (a, b) => Math.max(a, b) }

export type Modifiers = ReturnType<typeof createModifiers>

/** The modifiers of one attribute on any number of targets. */
export function createModifiers(sim: Simulation, composition: Composition) {
  let active = new Map<number, Map<EntityId, number>>()
  sim.keep({
    save: () => new Map([...active].map(([target, values]) => [target, new Map(values)])),
    restore: saved => {
      active = new Map([...(saved as typeof active)].map(([target, values]) => [target, new Map(values)]))
    },
  })

  /** The attribute's value on `target` now; folded from the smallest modifier up, so that it does not matter whose they are. */
  function fold(target: number): number {
    const values = active.get(target)
    if (values === undefined) return composition.none
    return [...values.values()].sort((a, b) => a - b).reduce(composition.combine, composition.none)
  }

  /** Puts the modifier of `by` on `target`, replacing an earlier one, and returns the new value. */
  function set(target: number, by: EntityId, value: number): number {
    const values = active.get(target) ?? new Map<EntityId, number>()
    active.set(target, values.set(by, value))
    return fold(target)
  }

  /** Takes the modifier of `by` off `target` and returns the new value. */
  function lift(target: number, by: EntityId): number {
    active.get(target)?.delete(by)
    return fold(target)
  }

  /** Takes all modifiers off `target`. */
  function clear(target: number): void {
    active.delete(target)
  }

  return { set, lift, clear, fold }
}
