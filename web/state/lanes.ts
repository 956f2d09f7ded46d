/** What lasts: how a thing is over time as one span after another, and how full its store is. Folded from the trace once. */
import type { Recording, RowId } from '../../sim/trace/trace.ts'
import type { ScenarioReport } from '../worker/protocol.ts'
import { type Steps, sumOf, valueAt } from './series.ts'
import { STATE, type StateName } from './states.ts'

/** A state that lasts. */
export interface Span {
  /** s */
  readonly from: number
  readonly to: number
  readonly state: number
  readonly entity: number
  /** The row it begins with. */
  readonly row: RowId
}

/** All spans of one thing, in order. */
export interface StateLane {
  readonly entity: number
  readonly spans: readonly Span[]
  /** Share of its store that is full, where it has one: straight between these points. */
  readonly level: Steps | null
  /** Others to which the same happened at the same times, and which share the lane. */
  readonly alike: number
}

/** The span a moment lies in; of a lane that has none there, undefined. */
export const spanAt = ({ spans }: Pick<StateLane, 'spans'>, moment: number): Span | undefined =>
  spans.findLast(span => moment >= span.from && (moment < span.to || span === spans[spans.length - 1]))

/** Lanes of which no two are the same; of those that are, the first. */
export function merged(lanes: readonly StateLane[]): StateLane[] {
  const found = new Map<string, StateLane>()
  for (const lane of lanes) {
    const spans = lane.spans.map(({ from, state }) => [from, state])
    const key = JSON.stringify([spans, lane.level])
    const same = found.get(key)
    found.set(key, same === undefined ? lane : { ...same, alike: same.alike + 1 })
  }
  return [...found.values()]
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

/** A lane for each fault, in order of their first strikes. */
export function faultLanes(spans: readonly Span[]): StateLane[] {
  const lanes = new Map<number, Span[]>()
  for (const span of spans) {
    const own = lanes.get(span.entity)
    if (own === undefined) lanes.set(span.entity, [span])
    else own.push(span)
  }
  return [...lanes].map(([entity, own]) => ({ entity, spans: own, level: null, alike: 0 }))
}

/** A span that grows until the state changes. */
function createSpans(entity: number, state: number, horizon: number) {
  const spans: Span[] = []
  let open: Span = { from: 0, to: horizon, state, entity, row: 0 }
  return {
    turn(time: number, next: number, row: RowId): void {
      if (next === open.state) return
      if (time > open.from) spans.push({ ...open, to: time })
      open = { ...open, from: time, state: next, row }
    },
    close: (): Span[] => [...spans, open],
  }
}

/** A line of which rows tell where it is and how it goes on from there. */
function createLine(value: number, slope: number) {
  const line: Steps = { time: [0], value: [value] }
  let at = 0
  let going = slope
  const last = (): number => line.value[line.value.length - 1]
  return {
    /** Goes on with another slope, per s; from where it has got to, or from `told`. */
    turn(time: number, next: number, told?: number): void {
      const now = Math.min(1, Math.max(0, told ?? last() + going * (time - at)))
      line.time.push(time)
      line.value.push(now)
      at = time
      going = next
    },
    last,
    line,
  }
}

/**
 * What data centres live on, over time, and how full the stores are: a lane for each line-up; and shared feeds that went dark.
 */
export function powerLanes({ rows, kinds, entities }: Recording, { datacentres, horizon }: ScenarioReport): StateLane[] {
  const reports = new Map(datacentres.map(report => [report.entity, report]))
  /** By line-up, which is the data centre itself where it has only one. */
  const lanes = new Map<number, ReturnType<typeof createLane>>()
  function createLane(entity: number, { begin, ups }: ScenarioReport['datacentres'][number]) {
    return {
      spans: createSpans(entity, begin === 'dark' ? STATE.dark : STATE.up, horizon),
      charge: createLine(ups.charge, ups.charge < 1 ? 1 / ups.recharge : 0),
      ups,
      isDark: begin === 'dark',
      supply: STATE.up,
    }
  }
  const linesOf = new Map<number, number[]>()
  const shared = new Map<number, ReturnType<typeof createSpans>>()
  for (const feed of entities.all('feed')) {
    const above = entities.parent(feed)
    if (entities.name(feed) !== 'ups') continue
    const datacentre = reports.has(above) ? above : entities.parent(above)
    const report = reports.get(datacentre)
    if (report === undefined) continue
    lanes.set(above, createLane(above, report))
    linesOf.set(datacentre, [...(linesOf.get(datacentre) ?? []), above])
  }
  for (let row = 1; row < rows.length; row++) {
    const entity = rows.subject[row]
    if (entities.kind(entity) !== 'feed') continue
    const time = rows.time[row]
    const { name } = kinds[rows.kind[row]]
    const above = entities.parent(entity)
    if (name === 'grid.dark' || name === 'grid.live') {
      const own = shared.get(entity) ?? createSpans(entity, STATE.up, horizon)
      shared.set(entity, own)
      own.turn(time, name === 'grid.dark' ? STATE.dark : STATE.up, row)
    } else if (name === 'feed.dark' || name === 'feed.live') {
      for (const line of linesOf.get(above) ?? []) {
        const lane = lanes.get(line)
        if (lane === undefined) continue
        lane.isDark = name === 'feed.dark'
        if (!lane.isDark && lane.supply === STATE.dark) lane.supply = STATE.up
        lane.spans.turn(time, lane.isDark ? STATE.dark : lane.supply, row)
      }
    } else {
      const lane = lanes.get(above)
      if (lane === undefined) continue
      const { charge, ups } = lane
      switch (name) {
        case 'ups.holding':
          charge.turn(time, 0)
          charge.turn(time, rows.a[row] > 0 ? -charge.last() / rows.a[row] : 0)
          lane.supply = STATE.holding
          break
        case 'ups.empty':
          charge.turn(time, 0, 0)
          lane.supply = STATE.dark
          break
        case 'ups.recharging':
          charge.turn(time, 1 / ups.recharge)
          if (lane.supply !== STATE.generating) lane.supply = STATE.up
          break
        case 'ups.full':
          charge.turn(time, 0, 1)
          break
        case 'transfer.to-generators':
          lane.supply = STATE.generating
          break
        case 'transfer.to-utility':
          lane.supply = STATE.up
          break
        default:
          continue
      }
      lane.spans.turn(time, lane.isDark ? STATE.dark : lane.supply, row)
    }
  }
  return [
    ...[...shared].map(([entity, spans]): StateLane => ({ entity, spans: spans.close(), level: null, alike: 0 })),
    ...[...lanes].map(([entity, { spans, charge }]): StateLane => {
      charge.turn(horizon, 0)
      return { entity, spans: spans.close(), level: charge.line, alike: 0 }
    }),
  ]
}

/** Things that are used up and fill again, of which rows tell so: buckets, and caches of clients. */
export function levelLanes({ rows, kinds, entities }: Recording, horizon: number): StateLane[] {
  const lanes = new Map<number, { spans: ReturnType<typeof createSpans>; level: ReturnType<typeof createLine> }>()
  for (let row = 1; row < rows.length; row++) {
    const { name } = kinds[rows.kind[row]]
    if (name !== 'client.cache' && !name.startsWith('bucket.')) continue
    const entity = rows.subject[row]
    const time = rows.time[row]
    const [a, b] = [rows.a[row], rows.b[row]]
    let lane = lanes.get(entity)
    if (lane === undefined) {
      const start = name === 'bucket.empty' ? 0 : entities.kind(entity) === 'bucket' && name !== 'bucket.full' ? a : 1
      lane = { spans: createSpans(entity, start > 0 ? STATE.up : STATE.degraded, horizon), level: createLine(start, 0) }
      lanes.set(entity, lane)
    }
    const { spans, level } = lane
    switch (name) {
      case 'client.cache':
        level.turn(time, 0)
        level.turn(time, 0, a)
        break
      case 'bucket.draining':
        level.turn(time, b > 0 ? -a / b : 0, a)
        break
      case 'bucket.filling':
        level.turn(time, b > 0 ? (1 - a) / b : 0, a)
        break
      case 'bucket.steady':
        level.turn(time, 0, a)
        break
      case 'bucket.empty':
        level.turn(time, 0, 0)
        break
      case 'bucket.full':
        level.turn(time, 0, 1)
        break
      default:
        continue
    }
    if (name === 'bucket.empty') spans.turn(time, STATE.degraded, row)
    else if (level.last() > 0 || name === 'bucket.filling') spans.turn(time, STATE.up, row)
  }
  return [...lanes].map(([entity, { spans, level }]) => {
    level.turn(horizon, 0)
    return { entity, spans: spans.close(), level: level.line, alike: 0 }
  })
}

/** How many volumes of a zone are in which state, over time. */
export interface VolumeLane {
  readonly entity: number
  /** Volumes there are. */
  readonly all: number
  readonly serving: Steps
  /** Counts by state, from the ground up: what serves first. */
  readonly parts: readonly { readonly state: number; readonly steps: Steps }[]
}

/** States of volumes as rows tell them, and what they look like; of those that serve, rows tell all together. */
const VOLUMES = [
  ['degraded', 'degraded'],
  ['restoring', 'restoring'],
  ['checking', 'booting'],
  ['stuck', 'stuck'],
  ['dark', 'dark'],
  ['lost', 'lost'],
] as const satisfies readonly (readonly [string, StateName])[]

/** A lane for each zone in which volumes ever did not serve, or lacked copies. */
export function volumeLanes(recording: Recording): VolumeLane[] {
  const { rows, kinds } = recording
  const ready = kinds.findIndex(info => info.name === 'volumes.ready')
  const all = new Map<number, number>()
  for (let row = 1; row < rows.length; row++) if (rows.kind[row] === ready) all.set(rows.subject[row], rows.b[row])
  return [...all]
    .map(([entity, volumes]): VolumeLane => {
      const countOf = (name: string): Steps => sumOf(recording, `volumes.${name}`, 'a', subject => subject === entity)
      const serving = countOf('ready')
      const parts = VOLUMES.map(([name, state]) => ({ state: STATE[state], steps: countOf(name) }))
      return { entity, all: volumes, serving, parts: [{ state: STATE.up, steps: minus(serving, parts[0].steps) }, ...parts] }
    })
    .filter(({ parts }) => parts.slice(1).some(({ steps }) => steps.value.some(value => value > 0)))
}

/** Steps less other steps. */
function minus(from: Steps, less: Steps): Steps {
  const time = [...new Set([...from.time, ...less.time])].sort((a, b) => a - b)
  return { time, value: time.map(moment => valueAt(from, moment) - valueAt(less, moment)) }
}

/** What rows say of how a thing is. */
interface Turns {
  /** What it is from such a row on. */
  readonly into: Readonly<Record<string, StateName>>
  /** What lies over that from one row to another, the most important first. */
  readonly over: readonly (readonly [begins: string, ends: readonly string[], state: StateName])[]
}

const SERVICES: Turns = {
  into: {
    'service.up': 'up',
    'service.down': 'down',
    'service.waiting': 'waiting',
    'service.booting': 'booting',
    'deadlock.waits': 'waiting',
    'database.promoting': 'booting',
    'database.replaying': 'restoring',
  },
  over: [
    ['flow.metastable', ['flow.recovered', 'flow.overloaded'], 'metastable'],
    ['lease.overdue', ['lease.in-time'], 'overloaded'],
  ],
}

/** How services as a whole are; one that never changes has a single span. What befalls a share in a zone befalls the service. */
export function serviceLanes(recording: Recording, { services, horizon }: ScenarioReport): StateLane[] {
  const { entities } = recording
  const begins = new Map(services.map(({ entity, begin }) => [entity, begin === 'dark' ? STATE.down : STATE.up]))
  return lanesOf(
    recording,
    horizon,
    SERVICES,
    subject => {
      const service = entities.kind(subject) === 'cell' ? entities.parent(subject) : subject
      return begins.has(service) ? service : 0
    },
    begins,
  )
}

/** What people look after that is neither host nor supply, and what is to be seen of it. */
export const SURROUNDINGS = {
  cooling: {
    into: {},
    over: [
      ['cooling.tripped', ['cooling.cool'], 'shut'],
      ['cooling.warm', ['cooling.restartable'], 'stuck'],
      ['cooling.lost', ['cooling.back'], 'degraded'],
    ],
  },
  network: {
    into: {
      'fabric.dark': 'dark',
      'fabric.booting': 'booting',
      'fabric.up': 'up',
      'fabric.down': 'down',
      'fabric.stuck': 'stuck',
      'link.cut': 'cut',
      'link.degraded': 'degraded',
      'link.restored': 'up',
    },
    over: [],
  },
  entry: { into: { 'site.closed': 'closed', 'site.opened': 'up' }, over: [] },
} as const satisfies Readonly<Record<string, Turns>>

/** Lanes of those whose rows there are; of racks each by itself there would be too many. */
export function surroundingLanes(recording: Recording, horizon: number, of: keyof typeof SURROUNDINGS): StateLane[] {
  const { entities } = recording
  return lanesOf(recording, horizon, SURROUNDINGS[of], subject => (entities.kind(subject) === 'rack' ? 0 : subject), new Map())
}

/** Lanes of those in `begins`, and of all others that rows are about; `laneOf` says whose lane a row belongs to, 0 for nobody's. */
function lanesOf(
  { rows, kinds }: Recording,
  horizon: number,
  { into, over }: Turns,
  laneOf: (subject: number) => number,
  begins: ReadonlyMap<number, number>,
): StateLane[] {
  const turns = kinds.map(({ name }) => {
    const state = into[name]
    const begun = over.findIndex(([starts]) => starts === name)
    const ended = over.findIndex(([, ends]) => ends.includes(name))
    return state === undefined && begun < 0 && ended < 0 ? null : { state, begun, ended }
  })
  const createLane = (entity: number, base: number) => ({
    spans: createSpans(entity, base, horizon),
    base,
    covers: over.map(() => new Set<number>()),
  })
  const lanes = new Map<number, ReturnType<typeof createLane>>()
  for (const [entity, base] of begins) if (entity > 0) lanes.set(entity, createLane(entity, base))
  for (let row = 1; row < rows.length; row++) {
    const turn = turns[rows.kind[row]] ?? null
    if (turn === null) continue
    const entity = laneOf(rows.subject[row])
    if (entity === 0) continue
    const lane = lanes.get(entity) ?? createLane(entity, STATE.up)
    lanes.set(entity, lane)
    const { covers, spans } = lane
    if (turn.state !== undefined) lane.base = STATE[turn.state]
    if (turn.begun >= 0) covers[turn.begun].add(rows.subject[row])
    if (turn.ended >= 0) covers[turn.ended].delete(rows.subject[row])
    const cover = covers.findIndex(subjects => subjects.size > 0)
    spans.turn(rows.time[row], cover < 0 ? lane.base : STATE[over[cover][2]], row)
  }
  return [...lanes].map(([entity, { spans }]) => ({ entity, spans: spans.close(), level: null, alike: 0 }))
}
