/** Faults: effects that nature applies, at a moment, for a time. */
import type { Cloud } from '../models/cloud.ts'
import { select } from '../models/select.ts'
import type { EntityId } from '../trace/entities.ts'
import { defineRows } from '../trace/row-kinds.ts'
import type { RowId } from '../trace/trace.ts'
import type { Moment, Selector } from '../units/fields.ts'
import type { Ratio, Seconds } from '../units/quantity.ts'
import type { Effect } from './define.ts'
import { whenever } from './moments.ts'

export interface FaultSpec {
  /** Entity of the fault. */
  readonly entity: EntityId
  readonly effect: Effect
  readonly target: Selector
  readonly at: Moment
  /** How long it lasts, s; absent for what is not undone by time. */
  readonly lasts?: Seconds | undefined
  readonly until?: Moment | undefined
  /** Chance that it strikes at all. */
  readonly odds: Ratio
  readonly params: Readonly<Record<string, unknown>>
}

const Row = defineRows('fault', {
  started: { says: { en: '{subject} strikes', zh: '{subject} 发生' }, a: 'count', level: 1 },
  ended: { says: { en: '{subject} is over', zh: '{subject} 结束' }, a: 'count', hop: 'lasts', level: 1 },
})

/** The targets of an effect: the entities selected that are of a kind it can strike. */
export function targetsOf(cloud: Cloud, effect: Effect, selector: Selector, purpose: string): EntityId[] {
  const { entities } = cloud
  const feeds = effect.named !== undefined && selector.feed === undefined && selector.of === undefined
  const found = select(entities, cloud.randomness, selector, purpose)
  const wanted = found.filter(entity => effect.targets.includes(entities.kind(entity)))
  return feeds ? wanted : wanted.filter(entity => entities.kind(entity) !== 'feed' || entities.name(entity) === effect.named)
}

/** Schedules a fault. Targets are frozen when it strikes. */
export function installFault(cloud: Cloud, spec: FaultSpec): void {
  whenever(cloud, spec.at, cloud.entities.id(spec.entity), prepareFault(cloud, spec))
}

/** A fault that strikes, once, when it is told to; its own `at` plays no part. */
export function prepareFault(cloud: Cloud, spec: Omit<FaultSpec, 'at'>): (cause: RowId) => void {
  const { sim, trace, entities, randomness } = cloud
  const { effect, entity } = spec
  const id = entities.id(entity)
  let targets: readonly EntityId[] | undefined // while it lasts
  sim.keep({
    save: () => targets,
    restore: saved => {
      targets = saved as EntityId[] | undefined
    },
  })

  const passes = spec.until !== undefined || (spec.lasts !== undefined && spec.lasts < Infinity)
  const END = sim.on((_target: number, started: number) => end(started))

  function strike(cause: RowId): void {
    if (spec.odds < 1 && randomness.rank(`${id}/odds`, entities.key(entity)) >= spec.odds) return
    targets = targetsOf(cloud, effect, spec.target, id)
    const row = trace.write(sim.now, Row.started, entity, cause, targets.length)
    effect.strike({ cloud, by: entity, targets, row, passes, params: spec.params })
    if (spec.lasts !== undefined && spec.lasts < Infinity) sim.after(spec.lasts, END, 0, row)
  }

  function end(cause: RowId): void {
    if (targets === undefined) return
    const row = trace.write(sim.now, Row.ended, entity, cause, targets.length)
    effect.lift?.({ cloud, by: entity, targets, row, passes, params: spec.params })
    targets = undefined
  }

  // An end that came before the fault is none: only what happens while it lasts can end it.
  const isOver = spec.until?.kind === 'time' && spec.until.time < sim.now
  if (spec.until !== undefined && !isOver) whenever(cloud, spec.until, `${id}/until`, end, () => targets !== undefined)
  return strike
}
