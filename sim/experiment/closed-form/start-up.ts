/** Who is back when, of services that wait for each other to start. */
import { mean } from '../../engine/distribution.ts'
import type { Roster } from '../../scenario/roster.ts'
import type { Expectation, Fault } from '../../scenario/schema.ts'
import type { EntityId } from '../../trace/entities.ts'
import { selected } from '../../trace/selection.ts'
import { type Form, text } from './form.ts'

/**
 * The critical path through the start-needs of services that begin dark, counted from the moment a place has its hosts back:
 * each takes its `starts-in` from when the last of its needs is met. What is never met never starts.
 */
export function startUp(roster: Roster, faults: readonly Fault[], number: number, expectation: Expectation): Form | undefined {
  const { entities, running, needs } = roster
  const { metric, after, delay = 0, to = 1, hold = 0 } = expectation
  if (metric !== 'time-to' || to !== 1 || hold !== 0 || delay !== 0) return undefined
  if (after?.kind !== 'when' || after.row !== 'place.ready' || after.of === undefined || after.delay !== 0) return undefined
  if (!faults.every(({ kind, lasts }) => kind === 'energise' && lasts === undefined)) return undefined
  const ready = new Set(selected(entities, after.of))
  const numberOf = new Map(running.map(({ spec }, at) => [spec.entity, at]))
  const finish = new Map<EntityId, number>() // s, of what is known; others never
  for (const place of ready) finish.set(place, 0)
  const dark: EntityId[] = []
  const asked = [running[number].spec.entity]
  for (const entity of asked) {
    const at = numberOf.get(entity)
    if (at === undefined) {
      if (!ready.has(entity)) return undefined // some other place, with a moment of its own
      continue
    }
    const { spec, service } = running[at]
    if (spec.begin === 'up') {
      finish.set(entity, 0)
      continue
    }
    const own = needs.filter(({ holder }) => holder === entity)
    const isPlain = spec.spread.length === 0 && ['constant', 'work'].includes(service['starts-in'].kind)
    if (
      !isPlain ||
      own.length === 0 ||
      own.some(({ when, hold, kept }) => when !== 'start' || (hold > 0 && !isHeld(hold, kept)))
    ) {
      return undefined
    }
    dark.push(entity)
    for (const { from, hold } of own)
      if (hold === 0) for (const supplier of from) if (!asked.includes(supplier)) asked.push(supplier)
  }
  for (let round = 0; round < dark.length; round++) {
    for (const entity of dark) {
      let begins = 0
      for (const { holder, from, k, hold } of needs) {
        if (holder !== entity || hold > 0) continue
        const met = from.map(supplier => finish.get(supplier) ?? Infinity).sort((a, b) => a - b)[k - 1]
        begins = Math.max(begins, met)
      }
      const { service } = running[numberOf.get(entity) ?? number]
      if (begins < Infinity) finish.set(entity, begins + mean(service['starts-in']))
    }
  }
  const value = finish.get(running[number].spec.entity)
  return {
    class: 'start-up',
    value: value ?? null,
    verdict: value === undefined ? 'fail' : null,
    formula:
      value === undefined
        ? text('it waits in a circle, or for one: it never starts', '处于循环等待中，永远无法启动')
        : text(
            `the longest way through the start-needs of ${dark.length} services`,
            `${dark.length} 个服务启动依赖图中的最长路径`,
          ),
    assumptions: [text('nobody waits for a server or a slot', '不排队等待任何名额')],
    leavesOut: ['capacity'],
  }
}

/** A copy on disk that never expires is there from the start. */
function isHeld(hold: number, kept: string): boolean {
  return hold === Infinity && kept === 'disk'
}
