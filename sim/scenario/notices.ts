/** What is suspicious in a scenario though not wrong: it runs, but somebody should know. */
import { type Data, isMap, valueAt } from './compose.ts'
import { startCycles } from './cycles.ts'
import type { Path } from './document.ts'
import type { Finding } from './issues.ts'
import { isRunning, type RunningService, type Scenario } from './schema.ts'

/** All there is, each with its place; `data` is the scenario as it was written. */
export function noticesOf(scenario: Scenario, data: Data): Finding[] {
  const running: Record<string, RunningService> = {}
  for (const [id, service] of Object.entries(scenario.services)) if (isRunning(service)) running[id] = service
  const circles = startCycles(running, helpedByHand(scenario)).map(({ members, need }) => ({
    path: ['services', members[0], 'needs', need],
    message:
      members.length === 1
        ? `${members[0]} needs itself to start: once down, it never starts by itself`
        : `${members.join(', ')} need each other to start: from all of them down, none starts by itself`,
    hint: 'a supplier elsewhere with k: 1, a copy kept on disk, or a runbook that satisfies one of them',
    onKey: true,
  }))
  const late = Object.entries(scenario.faults).flatMap(([id, { at }]) =>
    at.kind === 'time' && at.time > scenario.run.horizon
      ? [{ path: ['faults', id, 'at'], message: 'it never strikes: the run ends before its moment' }]
      : [],
  )
  return [...circles, ...late, ...uselessFeeds(scenario), ...idleHolds(scenario), ...unstartedChillers(scenario, data)]
}

/** Shared feeds that feed nobody, not even by way of others. */
function uselessFeeds({ feeds, world }: Scenario): Finding[] {
  const used = new Set(
    world.regions.flatMap(({ zones }) => zones.flatMap(zone => zone.datacentres.flatMap(({ feeds }) => feeds))),
  )
  for (const id of used) for (const source of feeds[id].from) used.add(source) // a set grows while it is walked
  return Object.keys(feeds)
    .filter(id => !used.has(id))
    .map(id => ({ path: ['feeds', id], message: 'it feeds nobody', hint: `power: {from: ${id}} in \`world\``, onKey: true }))
}

/** Control planes whose starved threads are to be held though nothing that they need can hold one. */
function idleHolds({ services }: Scenario): Finding[] {
  return Object.entries(services).flatMap(([id, service]) => {
    if (service.kind !== 'control-plane' || service.api.starved !== 'hold') return []
    const needs = Object.values(service.needs)
    if (needs.length === 0 || needs.some(({ when }) => when === 'change')) return []
    const message = 'nothing that it needs holds a thread: without it the whole control plane is down'
    return [
      {
        path: ['services', id, 'api', 'starved'],
        message,
        hint: 'a need with `when: change` holds the threads of what lacks it',
      },
    ]
  })
}

/** Chillers that only people restart, where nobody does. */
function unstartedChillers({ faults, plans }: Scenario, { world }: Data): Finding[] {
  const isStart = ({ kind, target }: Data): boolean =>
    kind === 'start' && isMap(target) && [target.feed].flat().some(feed => /(^|\/)cooling$/.test(String(feed)))
  if (deedsOf({ faults, plans }).some(isStart)) return []
  const look = (path: Path, place: unknown): Finding[] => {
    if (!isMap(place)) return []
    const at = [...path, 'cooling', 'restart', 'by']
    const message = 'no step of a plan starts chillers: once stopped, they stay so'
    const hint = 'a runbook with the step {kind: start, target: {feed: cooling}}'
    const below = ['zones', 'datacentres'].flatMap(key =>
      Object.entries(isMap(place[key]) ? place[key] : {}).flatMap(([name, inner]) => look([...path, key, name], inner)),
    )
    return [...(valueAt(place, ['cooling', 'restart', 'by']) === 'hand' ? [{ path: at, message, hint }] : []), ...below]
  }
  return Object.entries(isMap(world) ? world : {}).flatMap(([name, region]) => look(['world', name], region))
}

/** Faults, and the steps of plans that are there. */
function deedsOf({ faults, plans }: Pick<Scenario, 'faults' | 'plans'>): Data[] {
  const steps = Object.values(plans).flatMap(({ enabled, steps }) => (enabled && isMap(steps) ? Object.values(steps) : []))
  return [...steps, ...Object.values(faults)].filter(isMap)
}

/** Services that a runbook, or a fault, gives what they lack to start. */
function helpedByHand({ services, plans, faults }: Scenario): ReadonlySet<string> {
  const helped = new Set<string>()
  for (const deed of deedsOf({ faults, plans })) {
    if (deed.kind !== 'satisfy' || !isMap(deed.target)) continue
    for (const id of [deed.target.service ?? Object.keys(services)].flat()) helped.add(String(id))
  }
  return helped
}
