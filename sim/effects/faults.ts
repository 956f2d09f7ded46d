/** Faults: effects that nature applies, at a moment, for a time; once, or again and again. */
import { sample } from '../engine/distribution.ts'
import type { Cloud } from '../models/cloud.ts'
import type { EntityId } from '../trace/entities.ts'
import type { RowId } from '../trace/trace.ts'
import { whenever } from './moments.ts'
import { prepareRecurrence } from './recurrence.ts'
import { type FaultSpec, Row, targetsOf } from './strikes.ts'

/** Schedules a fault. */
export function installFault(cloud: Cloud, spec: FaultSpec): void {
  whenever(cloud, spec.at, cloud.entities.id(spec.entity), prepareFault(cloud, spec))
}

/** A fault that strikes, or begins to strike again and again, when it is told to; its own `at` plays no part. */
export function prepareFault(cloud: Cloud, spec: FaultSpec): (cause: RowId) => void {
  return spec.recurrence === undefined ? prepareOnce(cloud, spec) : prepareRecurrence(cloud, spec, spec.recurrence)
}

/** A fault that strikes once. Targets are frozen when it strikes. */
function prepareOnce(cloud: Cloud, spec: FaultSpec): (cause: RowId) => void {
  const { sim, trace, entities, randomness } = cloud
  const { effect, entity, lasts } = spec
  const id = entities.id(entity)
  const lengths = randomness.stream(`${id}/lasts`)
  let targets: readonly EntityId[] | undefined // while it lasts
  sim.keep({
    save: () => targets,
    restore: saved => {
      targets = saved as EntityId[] | undefined
    },
  })

  const passes = spec.until !== undefined || lasts !== undefined
  const END = sim.on((_target: number, started: number) => end(started))

  function strike(cause: RowId): void {
    if (spec.odds < 1 && randomness.rank(`${id}/odds`, entities.key(entity)) >= spec.odds) return
    targets = targetsOf(cloud, effect, spec.target, effect.pickedBy?.(spec.params) ?? id)
    const row = trace.write(sim.now, Row.started, entity, cause, targets.length)
    effect.strike({ cloud, by: entity, targets, row, passes, params: spec.params })
    if (lasts !== undefined) sim.after(sample(lasts, lengths), END, 0, row)
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
