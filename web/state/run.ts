/** A finished run made ready for reading: its recording, its replay and everything that is folded from it once. */
import { Entities } from '../../sim/trace/entities.ts'
import type { Recording, RowId } from '../../sim/trace/trace.ts'
import type { CheckReport, FinishedRun, ScenarioReport } from '../worker/protocol.ts'
import { type Index, indexByCause, indexBySubject, type LogLines, logLines, stopsOf } from './causes.ts'
import { createReplay, type Replay } from './replay.ts'
import {
  faultSpans,
  type Groups,
  hostsByZone,
  instancesByZone,
  type PowerLane,
  powerLanes,
  type Span,
  type Steps,
  sumOf,
} from './series.ts'

/** One track of the timeline. */
export type Track =
  | { readonly kind: 'faults'; readonly spans: readonly Span[] }
  | { readonly kind: 'requests'; readonly issued: Steps; readonly answered: Steps }
  | { readonly kind: 'counts'; readonly of: 'hosts' | 'instances'; readonly service: number; readonly groups: Groups }
  | { readonly kind: 'backlog'; readonly of: 'boot' | 'restart' | 'control'; readonly entity: number; readonly steps: Steps }
  | { readonly kind: 'power'; readonly lanes: readonly PowerLane[] }

export interface Run {
  readonly scenario: ScenarioReport
  readonly recording: Recording
  readonly replay: Replay
  readonly checks: readonly CheckReport[]
  readonly fingerprint: string
  readonly events: number
  /** Real time the simulation took, s. */
  readonly wall: number
  readonly hosts: number
  readonly racks: readonly number[]
  readonly faults: readonly Span[]
  readonly tracks: readonly Track[]
  readonly bySubject: Index
  readonly byCause: Index
  /** Lines of the log: headlines, and everything but measurements. */
  readonly headlines: LogLines
  readonly mattering: LogLines
  /** Times at which something happens, s: headlines, and everything but measurements. */
  readonly headlineStops: Float64Array
  readonly eventStops: Float64Array
  /** What is directly inside a thing. */
  childrenOf(entity: number): readonly number[]
  /** Whether an instance is ever on a host. */
  placed(instance: number): boolean
  /** Instances of a service. */
  instancesOf(service: number): readonly number[]
  /** Where the page opens: the first fault that takes something down, or the start. */
  readonly opening: number
  /** The part of time in which things happen, with some quiet around it, s. */
  readonly interest: readonly [number, number]
}

/** Folds whatever the page shows of a run. */
export function openRun(reply: FinishedRun): Run {
  const { scenario, rows, kinds, checks, fingerprint, events, wall } = reply
  const recording: Recording = { rows, kinds, entities: Entities.from(reply.entities) }
  const { entities } = recording
  const replay = createReplay(recording, scenario)
  const levelOf = (row: RowId): number => kinds[rows.kind[row]].level
  const faults = faultSpans(recording, scenario.horizon)
  const hosts = entities.all('host').length
  const instances = new Map<number, number[]>()
  for (const instance of entities.all('instance')) file(instances, entities.parent(instance), instance)
  const children = new Map<number, number[]>()
  for (let e = 1; e < entities.count; e++) file(children, entities.parent(e), e)
  const placedKind = kinds.findIndex(info => info.name === 'instance.placed')
  const placed = new Set<number>()
  for (let row = 1; row < rows.length; row++) if (rows.kind[row] === placedKind) placed.add(rows.subject[row])
  const eventStops = stopsOf(recording, row => levelOf(row) <= 2)
  const headlineStops = stopsOf(recording, row => levelOf(row) === 1)
  return {
    scenario,
    recording,
    replay,
    checks,
    fingerprint,
    events,
    wall,
    hosts,
    racks: entities.all('rack'),
    faults,
    tracks: tracksOf(recording, scenario, faults),
    bySubject: indexBySubject(recording),
    byCause: indexByCause(recording),
    headlines: logLines(recording, row => levelOf(row) === 1),
    mattering: logLines(recording, row => levelOf(row) <= 2),
    headlineStops,
    eventStops,
    interest: interestOf(headlineStops, eventStops, scenario.horizon),
    childrenOf: entity => children.get(entity) ?? [],
    placed: instance => placed.has(instance),
    instancesOf: service => instances.get(service) ?? [],
    opening: openingOf(recording, faults),
  }
}

/** The moment of the first fault that has a headline of its own making; else of the first fault, else the start. */
function openingOf({ rows, kinds }: Recording, faults: readonly Span[]): number {
  const striking = new Set<RowId>()
  for (let row = 1; row < rows.length; row++) {
    if (kinds[rows.kind[row]].level < 3 && rows.cause[row] > 0) striking.add(rows.cause[row])
  }
  return (faults.find(fault => striking.has(fault.row)) ?? faults[0])?.from ?? 0
}

/** From the first headline to the last, and till most of what happens has happened; the whole run when that is most of it. */
function interestOf(headlines: Float64Array, events: Float64Array, horizon: number): readonly [number, number] {
  if (headlines.length === 0 || events.length === 0) return [0, horizon]
  const first = headlines[0]
  const last = Math.max(headlines[headlines.length - 1], events[Math.floor(events.length * 0.9)])
  const around = (last - first) * 0.12
  const from = Math.max(0, first - around)
  const to = Math.min(horizon, last + around)
  return to - from > horizon * 0.75 || to - from < 2 ? [0, horizon] : [from, to]
}

/** The entity to show first: the fault that strikes where the page opens. */
export function openingSubject({ faults, opening, recording: { rows, kinds } }: Run): number | undefined {
  const struck = (row: RowId): boolean => {
    for (let at = row + 1; at < rows.length && rows.time[at] === rows.time[row]; at++) {
      if (rows.cause[at] === row && kinds[rows.kind[at]].level < 3) return true
    }
    return false
  }
  const here = faults.filter(fault => fault.from === opening)
  return (here.find(fault => struck(fault.row)) ?? here[0])?.entity
}

function file(under: Map<number, number[]>, key: number, entity: number): void {
  const siblings = under.get(key)
  if (siblings === undefined) under.set(key, [entity])
  else siblings.push(entity)
}

const ZONES_MAX = 6

function tracksOf(recording: Recording, scenario: ScenarioReport, faults: readonly Span[]): Track[] {
  const { entities } = recording
  const tracks: Track[] = [{ kind: 'faults', spans: faults }]
  const issued = sumOf(recording, 'client.flow', 'a', () => true)
  if (issued.time.length > 0) {
    tracks.push({ kind: 'requests', issued, answered: sumOf(recording, 'client.flow', 'b', () => true) })
  }
  const hosts = hostsByZone(recording)
  if (hosts.entities.length <= ZONES_MAX) tracks.push({ kind: 'counts', of: 'hosts', service: 0, groups: hosts })
  for (const { entity, isCalled } of scenario.services) {
    if (!isCalled) continue
    const groups = instancesByZone(recording, entity)
    if (groups.entities.length > 0 && groups.entities.length <= ZONES_MAX) {
      tracks.push({ kind: 'counts', of: 'instances', service: entity, groups })
    }
  }
  const backlog = (of: 'boot' | 'restart' | 'control', entity: number, counts: (subject: number) => boolean): void => {
    const steps = sumOf(recording, 'queue.backlog', 'a', counts)
    if (steps.value.some(value => value > 0)) tracks.push({ kind: 'backlog', of, entity, steps })
  }
  backlog('boot', 0, subject => entities.name(subject) === 'boot-slots')
  backlog('restart', 0, subject => entities.name(subject) === 'restarts')
  for (const { entity } of scenario.services) backlog('control', entity, subject => subject === entity)
  const lanes = powerLanes(recording, scenario)
  if (lanes.length <= 24) tracks.push({ kind: 'power', lanes })
  return tracks
}
