/**
 * Faults that strike again and again: alternating renewal. From being whole to the next strike takes `every`, and from the
 * strike to being whole again takes `lasts`, or a crew. With `each` every member of the selection has a process of its own,
 * and with `beta` that share of its strikes comes from one cause that it has in common with all others.
 *
 * A common strike fells all who are whole at that moment, each until its own `lasts` is over; who is down already stays down
 * for as long as it would have. So a member that is whole is struck at the rate (1 − β)λ + βλ = λ, whatever beta is.
 * Source: for the alternating renewal Barlow & Proschan (1975); for beta Fleming (1975).
 */
import type { EventId } from '../engine/calendar.ts'
import { NO_EVENT } from '../engine/calendar.ts'
import { sample } from '../engine/distribution.ts'
import type { Cloud } from '../models/cloud.ts'
import type { Entities, EntityId } from '../trace/entities.ts'
import { NO_CAUSE, type RowId } from '../trace/trace.ts'
import { datacentresOf } from './define.ts'
import { type FaultSpec, type MemberKind, type Recurrence, Row, targetsOf } from './strikes.ts'

/** Who fails each by itself: places by their number, and what is struck of each. */
export interface Members {
  readonly members: readonly EntityId[]
  targetsOf(member: EntityId): readonly EntityId[]
}

/** A fault that begins to strike, again and again, when it is told to. */
export function prepareRecurrence(cloud: Cloud, spec: FaultSpec, recurrence: Recurrence): () => void {
  const { sim, trace, entities, randomness, horizon } = cloud
  const { effect, entity, lasts, odds, params } = spec
  const { every, each, beta, via } = recurrence
  const id = entities.id(entity)
  const targets = targetsOf(cloud, effect, spec.target, effect.pickedBy?.(params) ?? id)
  const one: Members = { members: [0], targetsOf: () => targets } // nobody in particular
  const { members, targetsOf: struckOf } = each === undefined ? one : membersOf(entities, targets, each)
  const keyOf = (member: number) => entities.key(members[member] || entity)
  const lives = randomness.streams(`${id}/every`, members.length, keyOf)
  const repairs = randomness.streams(`${id}/lasts`, members.length, keyOf)
  const commonLives = randomness.stream(`${id}/common`)
  const isDown = sim.column(Uint8Array, members.length)
  const next = sim.column(Float64Array, members.length) // pending strike of its own, by member

  const STRIKE = sim.on((member: number) => {
    next[member] = NO_EVENT
    fall(member, NO_CAUSE)
  })
  const END = sim.on(rise)
  const COMMON = sim.on(() => {
    let whole = 0
    for (let member = 0; member < members.length; member++) whole += 1 - isDown[member]
    const row = trace.write(sim.now, Row.common, entity, NO_CAUSE, whole)
    for (let member = 0; member < members.length; member++) if (isDown[member] === 0) fall(member, row)
    armCommon()
  })
  const length = lasts && ((member: number) => sample(lasts, repairs, member))
  const crew = via === undefined ? -1 : cloud.crews.crewOf(via)
  const askCrew =
    crew < 0
      ? undefined
      : cloud.crews.register(crew, members.length, { ...(length && { draw: length }), inside: placesOf, done: rise })

  function placesOf(member: number): number[] {
    return datacentresOf(cloud, struckOf(members[member]))
  }

  function begin(): void {
    if (odds === 0) return
    for (let member = 0; member < members.length; member++) arm(member)
    armCommon()
  }

  /** A strike after the horizon is none: a million hosts that outlive the run cost no events. */
  function arm(member: number): void {
    if (beta === 1) return
    const life = sample(every, lives, member) / (1 - beta)
    if (sim.now + life <= horizon) next[member] = sim.after(life, STRIKE, member)
  }

  function armCommon(): void {
    if (beta === 0) return
    const life = sample(every, commonLives) / beta
    if (sim.now + life <= horizon) sim.after(life, COMMON, 0)
  }

  function fall(member: number, cause: RowId): void {
    const of = members[member]
    const targets = struckOf(of)
    isDown[member] = 1
    if (next[member] !== NO_EVENT) sim.cancel(next[member] as EventId)
    next[member] = NO_EVENT
    const row = trace.write(sim.now, Row.started, entity, cause, targets.length, of)
    effect.strike({ cloud, by: entity, targets, row, passes: true, params })
    if (askCrew !== undefined) askCrew(member, row)
    else if (length !== undefined) sim.after(length(member), END, member, row)
  }

  function rise(member: number, cause: RowId): void {
    const of = members[member]
    const targets = struckOf(of)
    isDown[member] = 0
    const row = trace.write(sim.now, Row.ended, entity, cause, targets.length, of)
    effect.lift?.({ cloud, by: entity, targets, row, passes: true, params })
    arm(member)
  }

  return begin
}

/** The targets by the place of a kind that they lie in; of a target that is wider than that, each such place within it. */
export function membersOf(entities: Entities, targets: readonly EntityId[], kind: MemberKind): Members {
  const whole = new Set<EntityId>() // targets that are a member or hold some
  const groups = new Map<EntityId, EntityId[]>() // targets within a member
  for (const target of targets) {
    const member = entities.above(target, kind)
    const group = groups.get(member)
    if (member === 0 || member === target) whole.add(target)
    else if (group === undefined) groups.set(member, [target])
    else group.push(target)
  }
  const isWhole = (member: EntityId): boolean => {
    let at = member
    while (at > 0 && !whole.has(at)) at = entities.parent(at)
    return at > 0
  }
  return {
    members: entities.all(kind).filter(member => groups.has(member) || isWhole(member)),
    targetsOf: member => (isWhole(member) ? [member] : (groups.get(member) ?? [])),
  }
}
