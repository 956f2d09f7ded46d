/** What the tracks draw, folded from the trace once for each run: steps, spans and counts by state. Knows no pixels but columns. */
import type { Recording } from '../../sim/trace/trace.ts'
import type { ScenarioReport } from '../worker/protocol.ts'
import type { Changes, Replay } from './replay.ts'
import { HOST_STATE_COUNT, STATE } from './states.ts'

/** A value that stays from each time on, until the next. */
export interface Steps {
  /** s */
  readonly time: number[]
  readonly value: number[]
}

/** A state that lasts. */
export interface Span {
  /** s */
  readonly from: number
  readonly to: number
  readonly state: number
  readonly entity: number
  /** The row it begins with. */
  readonly row: number
}

/** The value of steps at a moment; 0 before the first. */
export function valueAt({ time, value }: Steps, moment: number): number {
  let low = 0
  let high = time.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (time[middle] <= moment) low = middle + 1
    else high = middle
  }
  return low === 0 ? 0 : value[low - 1]
}

/** The sum over some subjects of one operand of one kind of row. */
export function sumOf(
  { rows, kinds }: Recording,
  kindName: string,
  operand: 'a' | 'b',
  counts: (subject: number) => boolean,
): Steps {
  const kind = kinds.findIndex(info => info.name === kindName)
  const column = rows[operand]
  const latest = new Map<number, number>()
  const steps: Steps = { time: [], value: [] }
  let sum = 0
  for (let row = 1; row < rows.length; row++) {
    if (rows.kind[row] !== kind || !counts(rows.subject[row])) continue
    sum += column[row] - (latest.get(rows.subject[row]) ?? 0)
    latest.set(rows.subject[row], column[row])
    const last = steps.time.length - 1
    if (last >= 0 && steps.time[last] === rows.time[row]) steps.value[last] = sum
    else {
      steps.time.push(rows.time[row])
      steps.value.push(sum)
    }
  }
  return steps
}

/** When faults struck, and for how long: to the horizon when nothing ends them. */
export function faultSpans({ rows, kinds }: Recording, horizon: number): Span[] {
  const started = kinds.findIndex(info => info.name === 'fault.started')
  const ended = kinds.findIndex(info => info.name === 'fault.ended')
  const open = new Map<string, Span>() // by fault and, where its members fail by themselves, by member
  const spans: Span[] = []
  for (let row = 1; row < rows.length; row++) {
    const entity = rows.subject[row]
    const which = `${entity} ${rows.b[row]}`
    if (rows.kind[row] === started) {
      open.set(which, { from: rows.time[row], to: horizon, state: STATE.active, entity, row })
    } else if (rows.kind[row] === ended) {
      const span = open.get(which)
      if (span === undefined) continue
      spans.push({ ...span, to: rows.time[row] })
      open.delete(which)
    }
  }
  return [...spans, ...open.values()].sort((a, b) => a.from - b.from || a.entity - b.entity)
}

/** What a data centre lives on, over time, and how full its store is. */
export interface PowerLane {
  readonly datacentre: number
  readonly spans: Span[]
  /** Share of the store that is full: linear between these points. */
  readonly charge: Steps
}

export function powerLanes({ rows, kinds, entities }: Recording, scenario: ScenarioReport): PowerLane[] {
  const { horizon } = scenario
  const lanes = scenario.datacentres.map(({ entity, begin, ups }) => ({
    datacentre: entity,
    ups,
    spans: [] as Span[],
    charge: { time: [0], value: [ups.charge] } as Steps,
    slope: ups.charge < 1 ? 1 / ups.recharge : 0, // of the charge, per s
    at: 0, // when the slope began, s
    isDark: begin === 'dark',
    isHolding: false,
    onGenerators: false,
    open: { from: 0, to: horizon, state: begin === 'dark' ? STATE.dark : STATE.up, entity, row: 0 } as Span,
  }))
  const laneOf = new Map(lanes.map(lane => [lane.datacentre, lane]))
  type Lane = (typeof lanes)[number]

  function turn(lane: Lane, time: number, slope: number, value?: number): void {
    const last = lane.charge.value[lane.charge.value.length - 1]
    const now = Math.min(1, Math.max(0, value ?? last + lane.slope * (time - lane.at)))
    lane.charge.time.push(time)
    lane.charge.value.push(now)
    lane.slope = slope
    lane.at = time
  }

  for (let row = 1; row < rows.length; row++) {
    const entity = rows.subject[row]
    if (entities.kind(entity) !== 'feed') continue
    const lane = laneOf.get(entities.parent(entity))
    if (lane === undefined) continue
    const time = rows.time[row]
    switch (kinds[rows.kind[row]].name) {
      case 'ups.holding': {
        turn(lane, time, 0)
        const charge = lane.charge.value[lane.charge.value.length - 1]
        lane.slope = rows.a[row] > 0 ? -charge / rows.a[row] : 0
        lane.isHolding = true
        break
      }
      case 'ups.empty':
        turn(lane, time, 0, 0)
        lane.isHolding = false
        break
      case 'ups.recharging':
        turn(lane, time, 1 / lane.ups.recharge)
        lane.isHolding = false
        break
      case 'ups.full':
        turn(lane, time, 0, 1)
        break
      case 'transfer.to-generators':
        lane.onGenerators = true
        lane.isHolding = false
        break
      case 'transfer.to-utility':
        lane.onGenerators = false
        lane.isHolding = false
        break
      case 'feed.dark':
        lane.isDark = true
        break
      case 'feed.live':
        lane.isDark = false
        break
      default:
        continue
    }
    const state = lane.isDark ? STATE.dark : lane.isHolding ? STATE.holding : lane.onGenerators ? STATE.generating : STATE.up
    if (state === lane.open.state) continue
    if (time > lane.open.from) lane.spans.push({ ...lane.open, to: time })
    lane.open = { from: time, to: horizon, state, entity: lane.datacentre, row }
  }
  return lanes.map(lane => {
    turn(lane, horizon, 0)
    return { datacentre: lane.datacentre, spans: [...lane.spans, lane.open], charge: lane.charge }
  })
}

/** How a service as a whole is, over time. */
export interface ServiceLane {
  readonly service: number
  readonly spans: Span[]
}

const SERVICE_STATES: Readonly<Record<string, number>> = {
  'service.up': STATE.up,
  'service.down': STATE.down,
  'service.waiting': STATE.waiting,
  'service.booting': STATE.booting,
  'deadlock.waits': STATE.waiting,
  'database.promoting': STATE.booting,
  'database.replaying': STATE.restoring,
}

/** One lane for each service; one that never changes has a single span. */
export function serviceLanes({ rows, kinds, entities }: Recording, { services, horizon }: ScenarioReport): ServiceLane[] {
  const states = kinds.map(info => SERVICE_STATES[info.name] ?? -1)
  const lanes = new Map<number, { spans: Span[]; open: Span }>()
  for (const { entity, begin } of services) {
    if (entity <= 0) continue
    const state = begin === 'dark' ? STATE.down : STATE.up
    lanes.set(entity, { spans: [], open: { from: 0, to: horizon, state, entity, row: 0 } })
  }
  for (let row = 1; row < rows.length; row++) {
    const state = states[rows.kind[row]]
    if (state < 0 || entities.kind(rows.subject[row]) !== 'service') continue
    const lane = lanes.get(rows.subject[row])
    if (lane === undefined || lane.open.state === state) continue
    const time = rows.time[row]
    if (time > lane.open.from) lane.spans.push({ ...lane.open, to: time })
    lane.open = { ...lane.open, from: time, state, row }
  }
  return [...lanes].map(([service, { spans, open }]) => ({ service, spans: [...spans, open] }))
}

/** Things that are counted together over time, such as the hosts of each zone. */
export interface Groups {
  /** Group of each entity; −1 for what is not counted. */
  readonly of: Int16Array
  /** Entity that stands for each group. */
  readonly entities: readonly number[]
  /** Members of each group. */
  readonly sizes: readonly number[]
}

/** Hosts by zone. */
export function hostsByZone({ entities }: Recording): Groups {
  const zones = entities.all('zone')
  const of = new Int16Array(entities.count).fill(-1)
  const sizes = zones.map(() => 0)
  const groupOf = new Int16Array(entities.count).fill(-1) // of zones and what is inside them
  zones.forEach((zone, group) => {
    groupOf[zone] = group
  })
  for (let e = 1; e < entities.count; e++) {
    const kind = entities.kind(e)
    if (kind !== 'datacentre' && kind !== 'rack' && kind !== 'host') continue
    groupOf[e] = groupOf[entities.parent(e)]
    if (kind !== 'host' || groupOf[e] < 0) continue
    of[e] = groupOf[e]
    sizes[of[e]]++
  }
  return { of, entities: zones, sizes }
}

/** Instances of a service by the zone of the host they were first placed on; zones without any are left out. */
export function instancesByZone({ rows, kinds, entities }: Recording, service: number): Groups {
  const placed = kinds.findIndex(info => info.name === 'instance.placed')
  const zoneOf = new Map<number, number>()
  for (let row = 1; row < rows.length; row++) {
    const instance = rows.subject[row]
    if (rows.kind[row] !== placed || entities.parent(instance) !== service || zoneOf.has(instance)) continue
    zoneOf.set(instance, entities.above(rows.a[row], 'zone'))
  }
  const zones = entities.all('zone').filter(zone => [...zoneOf.values()].includes(zone))
  const of = new Int16Array(entities.count).fill(-1)
  const sizes = zones.map(() => 0)
  for (const [instance, zone] of zoneOf) {
    of[instance] = zones.indexOf(zone)
    sizes[of[instance]]++
  }
  return { of, entities: zones, sizes }
}

/**
 * Counts by state for each of `columns` equal parts of `from … to`: of all the moments in a part, the one with the fewest
 * members up, so that no dip is too short to be seen. Group g, column c, state s is at `(g × columns + c) × 9 + s`.
 */
export function countsByColumn(
  changes: Changes,
  initial: Replay['initial'],
  groups: Groups,
  from: number,
  to: number,
  columns: number,
): Uint32Array {
  const states = HOST_STATE_COUNT
  const size = groups.entities.length
  const counts = new Int32Array(size * states)
  for (let e = 0; e < groups.of.length; e++) {
    if (groups.of[e] >= 0 && initial[e] < states) counts[groups.of[e] * states + initial[e]]++
  }
  const result = new Uint32Array(size * columns * states)
  const keep = (group: number, column: number): void => {
    const at = (group * columns + column) * states
    for (let s = 0; s < states; s++) result[at + s] = counts[group * states + s]
  }
  const width = (to - from) / columns
  let column = -1
  const advance = (upTo: number): void => {
    for (; column < upTo && column < columns - 1; ) {
      column++
      for (let g = 0; g < size; g++) keep(g, column)
    }
  }
  for (let i = 0; i < changes.length && changes.time[i] < to; ) {
    const time = changes.time[i]
    advance(Math.floor((time - from) / width))
    let touched = 0 // bits of groups changed at this instant
    for (; i < changes.length && changes.time[i] === time; i++) {
      const group = groups.of[changes.entity[i]]
      if (group < 0) continue
      if (changes.from[i] < states) counts[group * states + changes.from[i]]--
      if (changes.to[i] < states) counts[group * states + changes.to[i]]++
      touched |= 1 << (group % 31)
    }
    if (touched === 0 || column < 0) continue
    for (let g = 0; g < size; g++) {
      if ((touched & (1 << (g % 31))) === 0) continue
      if (counts[g * states] <= result[(g * columns + column) * states]) keep(g, column)
    }
  }
  advance(columns - 1)
  return result
}
