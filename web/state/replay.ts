/**
 * Any instant of a finished run: a fold over its trace, with checkpoints, so that going to a moment costs at most a few
 * thousand rows however one got there. The only place that knows what a row does to the state of things.
 */
import type { Recording } from '../../sim/trace/trace.ts'
import type { ScenarioReport } from '../worker/protocol.ts'
import { STATE, type StateName } from './states.ts'

/** The state of everything after all rows up to and including `time`. The same object is reused from call to call. */
export interface Instant {
  /** s */
  time: number
  /** Rows applied: all rows below this number. */
  rows: number
  /** State number, by entity. */
  readonly state: Uint8Array
  /** The row that set it, by entity; 0 when it has been so from the start. */
  readonly since: Uint32Array
  /** The host an instance is on, by entity; 0 for none. */
  readonly where: Int32Array
  /** Latest measurements: four numbers for each measured entity, from `slot[entity] × 4` on. */
  readonly measures: Float64Array
}

/** A change of state of a host or an instance, for charts. Columns are `length` long. */
export interface Changes {
  readonly length: number
  /** s */
  readonly time: Float64Array
  readonly entity: Uint32Array
  readonly from: Uint8Array
  readonly to: Uint8Array
}

export interface Replay {
  /** The state at `time`, s. */
  at(time: number): Instant
  /** How many rows have happened by `time`, s: the number of the first later row. */
  rowsBy(time: number): number
  /** All changes of hosts and instances, in order. */
  readonly changes: Changes
  /** Index into the measurements, by entity; −1 for what is not measured. */
  readonly slot: Int32Array
  /** The state at the very start, before any row. */
  readonly initial: Uint8Array
  /** Hosts of each rack: entities `hosts[first[rack]] … hosts[first[rack + 1] − 1]`. */
  hostsOf(rack: number): Uint32Array
}

/** Measurements of services: instances up, wanted. Of clients: issued, answered. Of cells: arriving, failing, waiting, age. */
export const MEASURES = 4

/** Shares of failures above which traffic counts as degraded, and as mostly failing. */
const DEGRADED = 0.001
const MOST = 0.5

const CHECKPOINT_ROWS = 4096
const CHECKPOINT_BYTES = 96e6

/** What a row does, beyond setting its subject's state. */
const Op = {
  none: 0,
  set: 1,
  rackDark: 2,
  rackLive: 3,
  hostUp: 4,
  tenantsUp: 5,
  placed: 6,
  ready: 7,
  flow: 8,
  queue: 9,
  cellQueue: 10,
  unready: 11,
  serviceUp: 12,
  cellFlow: 13,
  degraded: 14,
  well: 15,
  moved: 16,
} as const

const SETS: Readonly<Record<string, StateName>> = {
  'fault.started': 'active',
  'fault.ended': 'over',
  'host.waiting': 'waiting',
  'host.booting': 'booting',
  'host.copying': 'booting',
  'host.down': 'down',
  'host.stuck': 'stuck',
  'host.lost': 'lost',
  'host.shut': 'shut',
  'host.cut': 'cut',
  'host.joined': 'up',
  'host.repaired': 'waiting',
  'host.retired': 'down',
  'place.ready': 'up',
  'instance.down': 'down',
  'instance.waiting': 'waiting',
  'instance.booting': 'booting',
  'instance.up': 'up',
  'instance.gone': 'absent',
  'service.down': 'down',
  'service.waiting': 'waiting',
  'service.booting': 'booting',
  'deadlock.waits': 'waiting',
  'breaker.opened': 'down',
  'breaker.closed': 'up',
  'grid.dark': 'down',
  'grid.live': 'up',
  'utility.lost': 'down',
  'utility.back': 'up',
  'transfer.to-generators': 'generating',
  'transfer.to-utility': 'up',
  'generators.starting': 'booting',
  'generators.failed': 'down',
  'generators.refused-load': 'down',
  'generators.carrying': 'up',
  'generators.stopped': 'standby',
  'ups.holding': 'holding',
  'ups.empty': 'dark',
  'ups.recharging': 'restoring',
  'ups.full': 'up',
  'feed.dark': 'dark',
  'feed.live': 'up',
  'cooling.lost': 'down',
  'cooling.tripped': 'down',
  'cooling.back': 'up',
  'cooling.cool': 'up',
  'link.cut': 'down',
  'link.restored': 'up',
  'link.degraded': 'degraded',
  'database.primary-lost': 'down',
  'database.promoting': 'booting',
  'database.replaying': 'restoring',
  'database.up': 'up',
  'step.asked': 'waiting',
  'step.done': 'over',
}

const SPECIAL: Readonly<Record<string, keyof typeof Op>> = {
  'rack.dark': 'rackDark',
  'rack.energised': 'rackLive',
  'host.up': 'hostUp',
  'host.degraded': 'degraded',
  'host.well': 'well',
  'tenants.up': 'tenantsUp',
  'tenants.moved': 'tenantsUp',
  'instance.moved': 'moved',
  'instance.placed': 'placed',
  'service.ready': 'ready',
  'service.up': 'serviceUp',
  'client.flow': 'flow',
  'cell.flow': 'cellFlow',
  'queue.backlog': 'queue',
  'cell.queue': 'cellQueue',
  'place.unready': 'unready',
}

interface Checkpoint {
  readonly rows: number
  readonly state: Uint8Array
  readonly since: Uint32Array
  readonly where: Int32Array
  readonly measures: Float64Array
}

/** Folds the whole trace once, leaving checkpoints behind. */
export function createReplay({ rows, kinds, entities }: Recording, scenario: ScenarioReport): Replay {
  const count = entities.count
  const { time, kind, subject, a, b, length } = rows

  const op = new Uint8Array(kinds.length)
  const to = new Uint8Array(kinds.length)
  const marks = new Uint8Array(kinds.length) // 1 when a row of the kind is the reason for its subject's state
  kinds.forEach((info, k) => {
    const special = SPECIAL[info.name]
    const set = SETS[info.name]
    op[k] = special !== undefined ? Op[special] : set !== undefined ? Op.set : Op.none
    if (set !== undefined) to[k] = STATE[set]
    marks[k] = info.level < 3 ? 1 : 0
  })

  // Hosts of racks, measured entities, tenants.
  const firstHost = new Uint32Array(count + 2)
  const tenantsOf = new Uint8Array(count)
  const beginsDark = new Uint8Array(count)
  const slot = new Int32Array(count).fill(-1)
  let slots = 0
  const datacentres = new Map(scenario.datacentres.map(report => [report.entity, report]))
  for (let e = 1; e < count; e++) {
    const what = entities.kind(e)
    if (what === 'host') firstHost[entities.parent(e) + 2]++
    else if (what === 'service' || what === 'client' || what === 'cell' || what === 'queue') slot[e] = slots++
    const report = datacentres.get(e)
    if (report !== undefined) {
      tenantsOf[e] = report.tenants > 0 ? 1 : 0
      beginsDark[e] = report.begin === 'dark' ? 1 : 0
    } else if (what === 'rack' || what === 'host') {
      tenantsOf[e] = tenantsOf[entities.parent(e)]
      beginsDark[e] = beginsDark[entities.parent(e)]
    }
  }
  for (let e = 0; e < count + 1; e++) firstHost[e + 1] += firstHost[e]
  const hosts = new Uint32Array(firstHost[count + 1])
  for (let e = 1; e < count; e++) if (entities.kind(e) === 'host') hosts[firstHost[entities.parent(e) + 1]++] = e
  const hostsOf = (rack: number): Uint32Array => hosts.subarray(firstHost[rack], firstHost[rack + 1])

  // How things stand before the first row.
  const initial = new Uint8Array(count)
  const servicesDark = new Set(scenario.services.filter(service => service.begin === 'dark').map(service => service.entity))
  for (let e = 1; e < count; e++) {
    switch (entities.kind(e)) {
      case 'rack':
      case 'host':
        initial[e] = beginsDark[e] === 1 ? STATE.dark : STATE.up
        break
      case 'datacentre':
        initial[e] = beginsDark[e] === 1 ? STATE.dark : STATE.up
        break
      case 'feed':
        initial[e] = entities.name(e) === 'generators' ? STATE.standby : STATE.up
        break
      case 'service':
        initial[e] = servicesDark.has(e) ? STATE.down : STATE.up
        break
      case 'instance':
        initial[e] = STATE.absent
        break
      case 'fault':
      case 'plan':
        initial[e] = STATE.standby
        break
      default:
        initial[e] = STATE.up
    }
  }

  const now: Instant = {
    time: -1,
    rows: 1,
    state: initial.slice(),
    since: new Uint32Array(count),
    where: new Int32Array(count),
    measures: new Float64Array(slots * MEASURES),
  }
  const { state, since, where, measures } = now

  // Changes, recorded during the first fold only.
  let recorded = 0
  let recording = true
  let changeTime = new Float64Array(4096)
  let changeEntity = new Uint32Array(4096)
  let changeFrom = new Uint8Array(4096)
  let changeTo = new Uint8Array(4096)
  function note(entity: number, next: number, row: number): void {
    if (recorded === changeTime.length) {
      changeTime = doubled(changeTime, new Float64Array(recorded * 2))
      changeEntity = doubled(changeEntity, new Uint32Array(recorded * 2))
      changeFrom = doubled(changeFrom, new Uint8Array(recorded * 2))
      changeTo = doubled(changeTo, new Uint8Array(recorded * 2))
    }
    changeTime[recorded] = time[row]
    changeEntity[recorded] = entity
    changeFrom[recorded] = state[entity]
    changeTo[recorded++] = next
  }
  const isCounted = new Uint8Array(count) // hosts and instances
  for (let e = 1; e < count; e++) isCounted[e] = entities.kind(e) === 'host' || entities.kind(e) === 'instance' ? 1 : 0

  function set(entity: number, next: number, row: number): void {
    if (recording && isCounted[entity] === 1 && state[entity] !== next) note(entity, next, row)
    state[entity] = next
    since[entity] = row
  }

  /** Whoever sees this share of requests or attempts fail; `worst` is what to call it when most of them do. */
  function judge(entity: number, failing: number, worst: number, row: number): void {
    const next = failing > MOST ? worst : failing > DEGRADED ? STATE.degraded : STATE.up
    if (next !== state[entity]) set(entity, next, row)
  }

  function apply(row: number): void {
    const k = kind[row]
    const s = subject[row]
    switch (op[k]) {
      case Op.set:
        set(s, to[k], row)
        break
      case Op.rackDark:
        set(s, STATE.dark, row)
        for (let i = firstHost[s]; i < firstHost[s + 1]; i++) if (state[hosts[i]] !== STATE.lost) set(hosts[i], STATE.dark, row)
        break
      case Op.rackLive:
        set(s, STATE.up, row)
        for (let i = firstHost[s]; i < firstHost[s + 1]; i++) {
          if (state[hosts[i]] === STATE.dark) set(hosts[i], STATE.waiting, row)
        }
        break
      case Op.hostUp:
        set(s, tenantsOf[s] === 1 ? STATE.restoring : STATE.up, row)
        break
      case Op.tenantsUp:
        if (state[s] === STATE.restoring) set(s, STATE.up, row)
        break
      case Op.degraded:
        if (state[s] === STATE.up || state[s] === STATE.restoring) set(s, STATE.degraded, row)
        break
      case Op.well:
        if (state[s] === STATE.degraded) set(s, STATE.up, row)
        break
      case Op.moved:
        where[s] = a[row]
        break
      case Op.placed: {
        const onHost = a[row]
        where[s] = onHost
        if (state[s] !== STATE.absent) break
        const service = entities.parent(s)
        const runs = time[row] === 0 && !servicesDark.has(service) && state[onHost] === STATE.up
        set(s, runs ? STATE.up : STATE.down, row)
        break
      }
      case Op.ready:
        measures[slot[s] * MEASURES] = a[row]
        measures[slot[s] * MEASURES + 1] = b[row]
        if (state[s] === STATE.up || state[s] === STATE.degraded) {
          state[s] = a[row] < b[row] ? STATE.degraded : STATE.up
          since[s] = row
        }
        break
      case Op.serviceUp: {
        const at = slot[s] * MEASURES
        set(s, measures[at] < measures[at + 1] ? STATE.degraded : STATE.up, row)
        break
      }
      case Op.unready:
        set(s, a[row] > 0 ? STATE.degraded : STATE.dark, row)
        break
      case Op.flow:
        measures[slot[s] * MEASURES] = a[row]
        measures[slot[s] * MEASURES + 1] = b[row]
        judge(s, a[row] > 0 ? 1 - b[row] / a[row] : 0, STATE.down, row)
        break
      case Op.cellFlow:
        measures[slot[s] * MEASURES] = a[row]
        measures[slot[s] * MEASURES + 1] = b[row]
        if (a[row] > 0) judge(s, b[row] / a[row], STATE.overloaded, row)
        else if (state[s] !== STATE.standby) set(s, STATE.standby, row) // the balancer sends nothing here
        break
      case Op.queue:
      case Op.cellQueue:
        measures[slot[s] * MEASURES + 2] = a[row]
        measures[slot[s] * MEASURES + 3] = b[row]
        break
      default:
        if (marks[k] === 1) since[s] = row
    }
  }

  const bytes = count * 9 + slots * MEASURES * 8
  const spacing = Math.max(CHECKPOINT_ROWS, Math.ceil((length * bytes) / CHECKPOINT_BYTES))
  const checkpoints: Checkpoint[] = []
  const save = (): void => {
    checkpoints.push({
      rows: now.rows,
      state: state.slice(),
      since: since.slice(),
      where: where.slice(),
      measures: measures.slice(),
    })
  }
  save()
  for (; now.rows < length; now.rows++) {
    if (now.rows % spacing === 0) save()
    apply(now.rows)
  }
  recording = false

  function rowsBy(moment: number): number {
    let low = 1
    let high = length
    while (low < high) {
      const middle = (low + high) >> 1
      if (time[middle] <= moment) low = middle + 1
      else high = middle
    }
    return low
  }

  function at(moment: number): Instant {
    const target = rowsBy(moment)
    if (target < now.rows || target - now.rows > spacing) {
      const from = checkpoints[Math.floor(target / spacing)] ?? checkpoints[checkpoints.length - 1]
      if (target < now.rows || from.rows > now.rows) {
        state.set(from.state)
        since.set(from.since)
        where.set(from.where)
        measures.set(from.measures)
        now.rows = from.rows
      }
    }
    for (; now.rows < target; now.rows++) apply(now.rows)
    now.time = moment
    return now
  }

  return {
    at,
    rowsBy,
    changes: {
      length: recorded,
      time: changeTime.subarray(0, recorded),
      entity: changeEntity.subarray(0, recorded),
      from: changeFrom.subarray(0, recorded),
      to: changeTo.subarray(0, recorded),
    },
    slot,
    initial,
    hostsOf,
  }
}

function doubled<T extends { set(from: T): void }>(from: T, into: T): T {
  into.set(from)
  return into
}
