/**
 * The mechanism "need": k of these suppliers must be up, for this moment of the holder's life, and so long can it do without.
 *
 * Power behind a UPS, cached credentials, leases, calls and bootstrap proxies are all needs. State is counters: a supplier's
 * flip touches its dependants once, cycles are allowed, and a ring of start-needs that is down stays down.
 */
import type { EventId } from '../engine/calendar.ts'
import { NO_EVENT } from '../engine/calendar.ts'
import type { Simulation } from '../engine/simulation.ts'
import type { EntityId } from '../trace/entities.ts'
import type { RowId } from '../trace/trace.ts'
import type { Seconds } from '../units/quantity.ts'

/** When a need matters: to leave `waiting`, to be up, or to be acted upon. */
export const MOMENTS = ['start', 'serve', 'change'] as const
export type NeedMoment = (typeof MOMENTS)[number]

export interface NeedSpec {
  readonly holder: EntityId
  /** Name within the holder, as in `ec2cp.via-s3`. */
  readonly name: string
  readonly from: readonly EntityId[]
  /** How many of the suppliers must be up. */
  readonly k: number
  readonly when: NeedMoment
  /** How long the holder lasts without, s; Infinity for ever. */
  readonly hold: Seconds
  /** Whether what is held survives the holder's loss of memory. */
  readonly kept: 'memory' | 'disk'
  /** The holder was up before the run began, so a copy on disk is there even if it begins dark. */
  readonly wasUp: boolean
}

export type NeedWatcher = (holder: EntityId, moment: NeedMoment, row: RowId) => void

export type Needs = ReturnType<typeof createNeeds>

export function createNeeds(
  sim: Simulation,
  entityCount: number,
  specs: readonly NeedSpec[],
  isUp: (entity: EntityId) => boolean,
) {
  const upNow = sim.column(Uint8Array, entityCount)
  const supplied = sim.column(Int32Array, specs.length) // suppliers that are up, by need
  const kept = sim.column(Uint8Array, specs.length) // whether a copy is held, by need
  const expired = sim.column(Uint8Array, specs.length) // whether the hold has run out, by need
  const timer = sim.column(Float64Array, specs.length) // pending end of the hold, by need
  const unmet = MOMENTS.map(() => sim.column(Uint16Array, entityCount)) // needs not ok, by moment and holder
  const bySupplier = new Map<EntityId, number[]>()
  const byHolder = new Map<EntityId, number[]>()
  const watchers: NeedWatcher[] = []

  const HOLD_OVER = sim.on((need: number, row: number) => {
    timer[need] = NO_EVENT
    expired[need] = 1
    count(need, 1, row)
  })

  specs.forEach((spec, need) => {
    for (const supplier of spec.from) listOf(bySupplier, supplier).push(need)
    listOf(byHolder, spec.holder).push(need)
  })

  /** Call once everything has its initial state: counts what is met at the start of the run. */
  function begin(): void {
    specs.forEach((spec, need) => {
      for (const supplier of spec.from) {
        const up = isUp(supplier)
        upNow[supplier] = up ? 1 : 0
        if (up) supplied[need]++
      }
      kept[need] = isMet(need) || (spec.wasUp && (spec.kept === 'disk' || isUp(spec.holder))) ? 1 : 0
      if (!isMet(need) && !(kept[need] === 1 && spec.hold > 0)) unmet[MOMENTS.indexOf(spec.when)][spec.holder]++
      if (!isMet(need)) expired[need] = kept[need] === 1 && spec.hold > 0 ? 0 : 1
      if (!isMet(need) && kept[need] === 1 && spec.hold > 0 && spec.hold < Infinity) {
        timer[need] = sim.after(spec.hold, HOLD_OVER, need)
      }
    })
  }

  function isMet(need: number): boolean {
    return supplied[need] >= specs[need].k
  }

  /** A supplier has come up or gone down; `row` says so. Repeating the present state changes nothing. */
  function flip(supplier: EntityId, up: boolean, row: RowId): void {
    if (upNow[supplier] === (up ? 1 : 0)) return
    upNow[supplier] = up ? 1 : 0
    const needs = bySupplier.get(supplier)
    if (needs === undefined) return
    for (const need of needs) {
      const before = isMet(need)
      supplied[need] += up ? 1 : -1
      const after = isMet(need)
      if (before === after) continue
      if (after) met(need, row)
      else lost(need, row)
    }
  }

  function met(need: number, row: RowId): void {
    kept[need] = 1
    if (timer[need] !== NO_EVENT) {
      sim.cancel(timer[need] as EventId)
      timer[need] = NO_EVENT
    }
    if (expired[need] === 0) return
    expired[need] = 0
    count(need, -1, row)
  }

  function lost(need: number, row: RowId): void {
    const { hold } = specs[need]
    if (hold === Infinity) return
    if (hold > 0) {
      timer[need] = sim.after(hold, HOLD_OVER, need, row)
      return
    }
    expired[need] = 1
    count(need, 1, row)
  }

  function count(need: number, by: number, row: RowId): void {
    const { holder, when } = specs[need]
    const column = unmet[MOMENTS.indexOf(when)]
    column[holder] += by
    const changed = by > 0 ? column[holder] === 1 : column[holder] === 0
    if (changed) for (const watch of watchers) watch(holder, when, row)
  }

  /** The holder has lost its memory: copies kept only there are gone. */
  function forget(holder: EntityId, row: RowId): void {
    for (const need of byHolder.get(holder) ?? []) {
      if (specs[need].kept === 'disk' || isMet(need)) continue
      kept[need] = 0
      if (expired[need] === 1) continue
      if (timer[need] !== NO_EVENT) sim.cancel(timer[need] as EventId)
      timer[need] = NO_EVENT
      expired[need] = 1
      count(need, 1, row)
    }
  }

  /**
   * Someone puts in by hand what `holder` lacks for `moment`: it lasts until the real supplier has come and gone again, or the
   * holder loses its memory.
   */
  function satisfy(holder: EntityId, moment: NeedMoment, row: RowId): void {
    for (const need of byHolder.get(holder) ?? []) {
      if (specs[need].when !== moment || expired[need] === 0) continue
      kept[need] = 1
      expired[need] = 0
      count(need, -1, row)
    }
  }

  /** Whether all needs of `holder` for `moment` are met or held. */
  function ok(holder: EntityId, moment: NeedMoment): boolean {
    return unmet[MOMENTS.indexOf(moment)][holder] === 0
  }

  /** Whether one need, by its place in the list given, is met or held. */
  const isOk = (need: number): boolean => expired[need] === 0

  /** Suppliers that `holder` still lacks for `moment`: those of its needs that are not ok, and down themselves. */
  function lacking(holder: EntityId, moment: NeedMoment): EntityId[] {
    const lacks: EntityId[] = []
    for (const need of byHolder.get(holder) ?? []) {
      const spec = specs[need]
      if (spec.when !== moment || expired[need] === 0) continue
      for (const supplier of spec.from) if (upNow[supplier] === 0 && !lacks.includes(supplier)) lacks.push(supplier)
    }
    return lacks
  }

  /**
   * Whether `holder`'s needs for `moment` could all be met if only the suppliers for which `possible` holds ever came up.
   */
  function couldBeMet(holder: EntityId, moment: NeedMoment, possible: (supplier: EntityId) => boolean): boolean {
    for (const need of byHolder.get(holder) ?? []) {
      const spec = specs[need]
      if (spec.when !== moment || expired[need] === 0) continue
      let reachable = 0
      for (const supplier of spec.from) if (upNow[supplier] === 1 || possible(supplier)) reachable++
      if (reachable < spec.k) return false
    }
    return true
  }

  return {
    begin,
    flip,
    forget,
    satisfy,
    ok,
    isOk,
    lacking,
    couldBeMet,
    watch: (watcher: NeedWatcher) => void watchers.push(watcher),
  }
}

function listOf(map: Map<EntityId, number[]>, key: EntityId): number[] {
  const list = map.get(key) ?? []
  map.set(key, list)
  return list
}
