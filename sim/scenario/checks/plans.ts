/** Plans: whom they ask, and the steps of a runbook. */
import type { z } from 'zod'
import { effects } from '../../effects/index.ts'
import { MEMBER_KINDS } from '../../effects/strikes.ts'
import { plans } from '../../plans/index.ts'
import { fieldInfo, ID } from '../../units/fields.ts'
import { type Data, isMap } from '../compose.ts'
import type { Path } from '../document.ts'
import { didYouMean } from '../problems.ts'
import { checkCard } from './cards.ts'
import { type Draft, mapOf } from './draft.ts'
import { checkMoment } from './moments.ts'
import { checkServiceName } from './names.ts'
import { checkSelector } from './selectors.ts'
import { checkTarget, selectedKind } from './targets.ts'

export function checkPlan(draft: Draft, path: Path, plan: Data): void {
  const definition = plans.find(({ kind }) => kind === plan.kind)
  if (definition === undefined) return
  for (const [key, schema] of Object.entries(definition.fields)) {
    const info = fieldInfo(schema as z.core.$ZodType)
    if (info?.type === 'moment') checkMoment(draft, [...path, key], plan[key])
    if (info?.type !== 'id') continue
    const via = definition.kind === 'runbook' ? 'crew' : 'control-plane'
    checkServiceName(draft, [...path, key], plan[key], key === 'via' ? [via] : ['service', 'control-plane'])
  }
  if (definition.kind === 'autoscaler' && typeof plan.of === 'string' && plan.enabled !== false)
    checkScaled(draft, path, plan.of)
  if (definition.kind === 'host-care') checkCare(draft, path, plan)
  checkServiceName(draft, [...path, 'sees', 'via'], mapOf(plan.sees).via, ['service', 'control-plane', 'database'])
  if (plan.rollback !== undefined && plan.stop === undefined)
    draft.complain([...path, 'rollback'], 'belongs to `stop`', 'say what stops it', true)
  const steps = mapOf(plan.steps)
  for (const [name, step] of Object.entries(steps)) {
    if (!ID.test(name)) draft.complain([...path, 'steps', name], 'ids are a-z, 0-9 and hyphens', undefined, true)
    if (!isMap(step)) continue
    if (step.kind === 'lift') checkLifted(draft, [...path, 'steps', name], steps, step)
    else {
      checkTarget(draft, [...path, 'steps', name, 'target'], step.target, step.kind)
      checkCard(draft, [...path, 'steps', name], step)
    }
    for (const earlier of [step.after ?? []].flat()) {
      if (typeof earlier === 'string' && !Object.hasOwn(steps, earlier)) {
        draft.complain(
          [...path, 'steps', name, 'after'],
          `there is no step "${earlier}"`,
          didYouMean(earlier, Object.keys(steps)),
        )
      }
    }
  }
  const circle = stepsInCircle(steps)
  if (circle !== undefined) draft.complain([...path, 'steps', circle, 'after'], 'steps wait for each other in a circle')
}

/** It looks after hosts, each of which has one who does. */
function checkCare(draft: Draft, path: Path, { hosts, enabled }: Data): void {
  if (isMap(hosts) && checkSelector(draft, [...path, 'hosts'], hosts)) {
    const kind = selectedKind(draft, hosts)
    if (kind !== undefined && !MEMBER_KINDS.some(one => one === kind))
      draft.complain([...path, 'hosts'], `a ${kind} has no hosts`, `select ${MEMBER_KINDS.join(', ')}`)
  }
  const others = draft
    .entriesOf('plans')
    .filter(([id, { kind, enabled }]) => kind === 'host-care' && enabled !== false && id !== path[1])
  if (hosts === undefined && enabled !== false && others.length > 0)
    draft.complain(
      path,
      `looks after all hosts, and so does "${others[0][0]}" after some`,
      'say which `hosts` each looks after',
      true,
    )
}

/** A step can be undone that comes before, and whose effect knows how. */
function checkLifted(draft: Draft, path: Path, steps: Data, { of, after }: Data): void {
  if (typeof of !== 'string') return
  const lifted = steps[of]
  if (!isMap(lifted)) draft.complain([...path, 'of'], `there is no step "${of}"`, didYouMean(of, Object.keys(steps)))
  else if (![after ?? []].flat().includes(of))
    draft.complain(
      [...path, 'after'],
      `has to name "${of}", which it undoes`,
      after === undefined ? `after: ${of}` : `after: [${[of, after].flat().join(', ')}]`,
      true,
    )
  else if (effects.find(({ kind }) => kind === lifted.kind)?.lift === undefined)
    draft.complain([...path, 'of'], `${lifted.kind} cannot be undone`)
  else if (lifted.times !== undefined && lifted.times !== 1)
    draft.complain([...path, 'of'], 'what is done several times cannot be undone')
}

/** A utilisation exists only where there are instances and someone who uses them. */
function checkScaled(draft: Draft, path: Path, id: string): void {
  const service = draft.services[id]
  if (!isMap(service)) return
  if (service.instances === undefined)
    draft.complain([...path, 'of'], `"${id}" has no instances to add to`, 'state its `instances`')
  else if (!draft.entriesOf('clients').some(([, client]) => client.to === id)) {
    draft.complain(
      [...path, 'of'],
      `no client calls "${id}", so it has no utilisation to go by`,
      'scale a service that a client calls',
    )
  }
}

/** A step that comes round to itself, or undefined. */
function stepsInCircle(steps: Data): string | undefined {
  const before = (name: string): string[] => [mapOf(steps[name]).after ?? []].flat().filter(one => typeof one === 'string')
  const done = new Set<string>()
  let left = Object.keys(steps)
  for (;;) {
    const next = left.filter(name => before(name).some(one => Object.hasOwn(steps, one) && !done.has(one)))
    if (next.length === left.length) return left[0]
    for (const name of left) if (!next.includes(name)) done.add(name)
    left = next
  }
}
