/** What faults of all sorts share: what is said of one, whom it means, and the rows that say that it struck and is over. */
import type { Cloud } from '../models/cloud.ts'
import { select } from '../models/select.ts'
import type { EntityId } from '../trace/entities.ts'
import { defineRows } from '../trace/row-kinds.ts'
import type { Moment, Selector } from '../units/fields.ts'
import type { Law } from '../units/law.ts'
import type { Ratio } from '../units/quantity.ts'
import { type Effect, strikesFeed } from './define.ts'

/** Kinds of places that may fail each by itself. */
export const MEMBER_KINDS = ['region', 'zone', 'datacentre', 'rack', 'host'] as const
export type MemberKind = (typeof MEMBER_KINDS)[number]

/** How a fault strikes again and again. */
export interface Recurrence {
  /** From being whole to the next strike, s. */
  readonly every: Law
  /** What fails by itself; the whole selection at once when absent. */
  readonly each?: MemberKind | undefined
  /** Share of a member's strikes that strike all members at once. */
  readonly beta: Ratio
  /** Crew that makes it good, one job for each strike; `lasts`, if given, is then what the work takes. */
  readonly via?: EntityId | undefined
}

export interface FaultSpec {
  /** Entity of the fault. */
  readonly entity: EntityId
  readonly effect: Effect
  readonly target: Selector
  readonly at: Moment
  /** How long it lasts, s, drawn for each strike; absent for what is not undone by time. */
  readonly lasts?: Law | undefined
  readonly until?: Moment | undefined
  /** Chance that it strikes at all. */
  readonly odds: Ratio
  readonly params: Readonly<Record<string, unknown>>
  /** How it strikes again and again; absent for what strikes once. */
  readonly recurrence?: Recurrence | undefined
}

/** `b` is the member struck, of a fault that strikes its members each by itself; else nobody. */
export const Row = defineRows('fault', {
  started: { says: { en: '{subject} strikes {b}', zh: '{subject} 发生 {b}' }, a: 'count', b: 'entity', level: 1 },
  ended: {
    says: { en: '{subject} is over {b}', zh: '{subject} 结束 {b}' },
    a: 'count',
    b: 'entity',
    hop: 'lasts',
    limit: 'fault',
    level: 1,
  },
  common: {
    says: { en: '{subject} strikes {a} together, for one cause', zh: '{subject} 因同一原因同时波及 {a} 个' },
    a: 'count',
    level: 1,
  },
})

/** The targets of an effect: the entities selected that are of a kind it can strike. */
export function targetsOf(cloud: Cloud, effect: Effect, selector: Selector, purpose: string): EntityId[] {
  const { entities } = cloud
  const feeds = effect.named !== undefined && selector.feed === undefined && selector.of === undefined
  const { services, places } = cloud
  const hostOf = (instance: EntityId): EntityId => {
    const host = services.hostOfInstance(services.instanceOf(instance))
    return host < 0 ? 0 : places.hostEntity(host)
  }
  const found = select(entities, cloud.randomness, selector, purpose, hostOf)
  const wanted = found.filter(entity => effect.targets.includes(entities.kind(entity)))
  return feeds
    ? wanted
    : wanted.filter(
        entity => entities.kind(entity) !== 'feed' || strikesFeed(effect, entities.name(entity), entities.parent(entity) === 0),
      )
}
