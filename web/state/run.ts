/** A finished run made ready for reading: its recording, its replay and everything that is folded from it once. */
import { Entities, type EntityKind } from '../../sim/trace/entities.ts'
import { causesOf, type Recording, type RowId } from '../../sim/trace/trace.ts'
import type { CheckReport, CopiesReport, CreditReport, FinishedRun, ScenarioReport } from '../worker/protocol.ts'
import { type Index, indexByCause, indexBySubject, type LogLines, logLines, stopsOf } from './causes.ts'
import {
  faultLanes,
  faultSpans,
  levelLanes,
  merged,
  powerLanes,
  type Span,
  type StateLane,
  SURROUNDINGS,
  serviceLanes,
  spanAt,
  surroundingLanes,
  type VolumeLane,
  volumeLanes,
} from './lanes.ts'
import { type Latencies, latenciesOf, percentilesOf } from './latencies.ts'
import { type Changes, createReplay, type Replay } from './replay.ts'
import { type Groups, hostsBy, instancesByZone, type Steps, sumOf, together, valueAt } from './series.ts'
import { STATE } from './states.ts'

/** One track of the timeline. */
export type Track =
  | { readonly kind: 'faults'; readonly lanes: readonly StateLane[] }
  | { readonly kind: 'requests'; readonly issued: Steps; readonly answered: Steps }
  | { readonly kind: 'counts'; readonly of: 'hosts' | 'instances'; readonly service: number; readonly groups: Groups }
  | { readonly kind: 'backlog'; readonly of: 'boot' | 'restart' | 'control'; readonly entity: number; readonly steps: Steps }
  | LatencyTrack
  | { readonly kind: 'states'; readonly of: StatesOf; readonly lanes: readonly StateLane[] }
  | { readonly kind: 'volumes'; readonly lanes: readonly VolumeLane[] }
  | { readonly kind: 'levels'; readonly lanes: readonly StateLane[] }

/** What a track of states is about. */
export type StatesOf = 'services' | 'power' | keyof typeof SURROUNDINGS

/** The times within which half, 99 % and 99.9 % of the answers came, interval by interval. */
export interface LatencyTrack {
  readonly kind: 'latency'
  readonly latencies: Latencies
  /** How long an interval is, s. */
  readonly interval: number
  /** s, in the order of shares */
  readonly within: readonly Float64Array[]
  /** The least and the most of them, s. */
  readonly extent: readonly [number, number]
}

export interface Run {
  readonly scenario: ScenarioReport
  readonly recording: Recording
  readonly replay: Replay
  readonly checks: readonly CheckReport[]
  readonly credits: readonly CreditReport[]
  readonly copies: readonly CopiesReport[]
  readonly fingerprint: string
  readonly events: number
  /** Real time the simulation took, s. */
  readonly wall: number
  readonly hosts: number
  readonly racks: readonly number[]
  readonly faults: readonly Span[]
  readonly tracks: readonly Track[]
  /** How long answers took, by whose they are; empty where nothing tells. */
  readonly latencies: ReadonlyMap<number, Latencies>
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
  /** The moment at which the page opens, s, and the fault that brought it about; 0 for none. */
  readonly opening: number
  readonly openingSubject: number
  /** The part of time in which things happen, with some quiet around it, s. */
  readonly interest: readonly [number, number]
}

/**
 * How a thing is at a moment as its lane tells, and the row since which it has been so; null where it has no lane or that says
 * nothing in particular.
 */
export function lanedState({ tracks }: Run, entity: number, moment: number): Pick<Span, 'state' | 'row'> | null {
  for (const track of tracks) {
    if (track.kind !== 'states' || track.of === 'power') continue
    const lane = track.lanes.find(one => one.entity === entity)
    const span = lane === undefined ? undefined : spanAt(lane, moment)
    if (span !== undefined && span.state !== STATE.up) return span
  }
  return null
}

/** Folds whatever the page shows of a run. */
export function openRun(reply: FinishedRun): Run {
  const { scenario, rows, kinds, checks, credits, copies, fingerprint, events, wall } = reply
  const recording: Recording = { rows, kinds, entities: Entities.from(reply.entities) }
  const { entities } = recording
  const replay = createReplay(recording, scenario)
  const levelOf = (row: RowId): number => kinds[rows.kind[row]].level
  const faults = faultSpans(recording, scenario.horizon)
  const latencies = latenciesOf(recording)
  const tracks = tracksOf(recording, scenario, faults, latencies, replay.changes)
  const hosts = entities.all('host').length
  const instances = new Map<number, number[]>()
  for (const instance of entities.all('instance')) file(instances, entities.parent(instance), instance)
  const children = new Map<number, number[]>()
  for (let e = 1; e < entities.count; e++) file(children, entities.parent(e), e)
  const placedKind = kinds.findIndex(info => info.name === 'instance.placed')
  const placed = new Set<number>()
  for (let row = 1; row < rows.length; row++) if (rows.kind[row] === placedKind) placed.add(rows.subject[row])
  const openingAt = openingRow(recording, faults)
  const eventStops = stopsOf(recording, row => levelOf(row) <= 2)
  const headlineStops = stopsOf(recording, row => levelOf(row) === 1)
  return {
    scenario,
    recording,
    replay,
    checks,
    credits,
    copies,
    fingerprint,
    events,
    wall,
    hosts,
    racks: entities.all('rack'),
    faults,
    tracks,
    latencies,
    bySubject: indexBySubject(recording),
    byCause: indexByCause(recording),
    headlines: logLines(recording, row => levelOf(row) === 1),
    mattering: logLines(recording, row => levelOf(row) <= 2),
    headlineStops,
    eventStops,
    interest: interestOf(headlineStops, replay.changes.time, tracks, scenario.horizon),
    childrenOf: entity => children.get(entity) ?? [],
    placed: instance => placed.has(instance),
    instancesOf: service => instances.get(service) ?? [],
    opening: rows.time[openingAt],
    openingSubject: rows.subject[causesOf(rows, openingAt).at(-1) ?? 0],
  }
}

/**
 * Where the page opens: the first row by which a fault darkens something; else the first fault that changes anything, else the
 * first one.
 */
function openingRow({ rows, kinds }: Recording, faults: readonly Span[]): RowId {
  const isByFault = (row: RowId): boolean => kinds[rows.kind[causesOf(rows, row).at(-1) ?? 0]]?.name === 'fault.started'
  const striking = new Set<RowId>()
  for (let row = 1; row < rows.length; row++) {
    const { name, level } = kinds[rows.kind[row]]
    if (rows.cause[row] === 0) continue
    if ((name === 'feed.dark' || name === 'rack.dark') && isByFault(row)) return row
    if (level < 3 && name !== 'fault.ended') striking.add(rows.cause[row])
  }
  return (faults.find(fault => striking.has(fault.row)) ?? faults[0])?.row ?? 0
}

/**
 * From the first headline to the last, and till nearly all hosts and instances are as they will be; to the end when requests fail
 * even then; or the whole run.
 */
function interestOf(
  headlines: Float64Array,
  changes: Float64Array,
  tracks: readonly Track[],
  horizon: number,
): readonly [number, number] {
  if (headlines.length === 0) return [0, horizon]
  const first = headlines[0]
  const isOver = tracks.every(
    track => track.kind !== 'requests' || valueAt(track.answered, horizon) > 0.99 * valueAt(track.issued, horizon),
  )
  if (!isOver) return [0, horizon]
  const last = Math.max(headlines[headlines.length - 1], changes[Math.floor(changes.length * 0.985)] ?? 0)
  const around = (last - first) * 0.1
  const from = Math.max(0, first - around)
  const to = Math.min(horizon, last + around)
  return to - from > horizon * 0.75 || to - from < 2 ? [0, horizon] : [from, to]
}

function file(under: Map<number, number[]>, key: number, entity: number): void {
  const siblings = under.get(key)
  if (siblings === undefined) under.set(key, [entity])
  else siblings.push(entity)
}

const ZONES_MAX = 6
const LANES_MAX = 14
const LATENCIES_MAX = 4

/** Of services, and of the paths of hosts; those first whose slowest answers took the longest. */
function latencyTracks(
  recording: Recording,
  { interval }: ScenarioReport,
  latencies: ReadonlyMap<number, Latencies>,
): LatencyTrack[] {
  const { entities, rows } = recording
  const slowest = ({ rows: told }: Latencies): number => told.reduce((most, row) => Math.max(most, rows.a[row]), 0)
  const ranked = (kind: EntityKind): Latencies[] =>
    [...latencies.values()]
      .filter(({ entity }) => entities.kind(entity) === kind)
      .map(own => ({ own, most: slowest(own) }))
      .sort((x, y) => y.most - x.most || x.own.entity - y.own.entity)
      .map(({ own }) => own)
  return [...ranked('service'), ...ranked('queue')].slice(0, LATENCIES_MAX).map(own => {
    const within = percentilesOf(recording, own)
    const all = within.flatMap(values => [...values])
    return { kind: 'latency', latencies: own, interval, within, extent: [least(all), most(all)] }
  })
}

const least = (values: readonly number[]): number => values.reduce((one, other) => Math.min(one, other), Infinity)
const most = (values: readonly number[]): number => values.reduce((one, other) => Math.max(one, other), 0)

/** Hosts by zone; by region where there are too many zones, or where no host ever changes. */
function hostsOf(recording: Recording, isChanging: (entity: number) => boolean): Groups {
  const zones = hostsBy(recording, 'zone')
  return zones.entities.length <= ZONES_MAX && zones.of.some((group, host) => group >= 0 && isChanging(host))
    ? zones
    : hostsBy(recording, 'region')
}

function tracksOf(
  recording: Recording,
  scenario: ScenarioReport,
  faults: readonly Span[],
  latencies: ReadonlyMap<number, Latencies>,
  changes: Changes,
): Track[] {
  const { entities } = recording
  const tracks: Track[] = [{ kind: 'faults', lanes: faultLanes(faults) }]
  /** Only of what changes. */
  const states = (of: StatesOf, all: readonly StateLane[]): void => {
    const lanes = merged(all.filter(({ spans }) => spans.length > 1 || spans[0].state !== STATE.up)).slice(0, LANES_MAX)
    if (lanes.length > 0) tracks.push({ kind: 'states', of, lanes })
  }
  const issued = sumOf(recording, 'client.flow', 'a', () => true)
  if (issued.time.length > 0) {
    tracks.push({ kind: 'requests', issued, answered: sumOf(recording, 'client.flow', 'b', () => true) })
  }
  tracks.push(...latencyTracks(recording, scenario, latencies))
  const levels = levelLanes(recording, scenario.horizon).filter(({ level }) =>
    level?.value.some(value => value !== level.value[0]),
  )
  if (levels.length > 0) tracks.push({ kind: 'levels', lanes: merged(levels).slice(0, LANES_MAX) })
  const changed = new Uint8Array(entities.count) // after the start
  for (let i = 0; i < changes.length; i++) if (changes.time[i] > 0) changed[changes.entity[i]] = 1
  const hosts = hostsOf(recording, host => changed[host] === 1)
  if (hosts.entities.length <= LANES_MAX) tracks.push({ kind: 'counts', of: 'hosts', service: 0, groups: hosts })
  for (const { entity, isCalled } of scenario.services) {
    if (!isCalled) continue
    const zones = instancesByZone(recording, entity)
    const isSteady = zones.of.every((group, instance) => group < 0 || changed[instance] === 0)
    const groups = isSteady && zones.entities.length > 0 ? together(zones, entity) : zones
    if (groups.entities.length > 0 && groups.entities.length <= ZONES_MAX) {
      tracks.push({ kind: 'counts', of: 'instances', service: entity, groups })
    }
  }
  const backlog = (of: 'boot' | 'restart' | 'control', entity: number, counts: (subject: number) => boolean): void => {
    const steps = sumOf(recording, 'queue.backlog', 'a', counts)
    if (steps.value.some(value => value > 0)) tracks.push({ kind: 'backlog', of, entity, steps })
  }
  const volumes = volumeLanes(recording)
  if (volumes.length > 0) tracks.push({ kind: 'volumes', lanes: volumes.slice(0, LANES_MAX) })
  states('services', serviceLanes(recording, scenario))
  backlog('boot', 0, subject => entities.name(subject) === 'boot-slots')
  backlog('restart', 0, subject => entities.name(subject) === 'restarts')
  for (const { entity } of scenario.services) backlog('control', entity, subject => subject === entity)
  for (const of of Object.keys(SURROUNDINGS) as (keyof typeof SURROUNDINGS)[]) {
    states(of, surroundingLanes(recording, scenario.horizon, of))
  }
  states('power', powerLanes(recording, scenario))
  return tracks
}
