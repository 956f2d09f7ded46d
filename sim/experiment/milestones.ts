/**
 * What a strike of a fault touched, and when it was back: power, instances, what users get. Each milestone has the meaning of the
 * metric that measures it (`time-to`, `recovery-time`, `outage`), counted from the strike, and names the row that reached it.
 */
import type { Run, Window } from '../metrics/define.ts'
import { clientsOf, eachFlow } from '../metrics/flows.ts'
import { eachShare } from '../metrics/readiness.ts'
import { kindNamed } from '../metrics/rows.ts'
import { Return } from '../metrics/series.ts'
import { subjectsNamed } from '../metrics/subjects.ts'
import type { Expectation, Scenario } from '../scenario/schema.ts'
import type { EntityId } from '../trace/entities.ts'
import type { RowId } from '../trace/trace.ts'
import { lastUpTo } from '../trace/why.ts'
import type { Ratio, Seconds } from '../units/quantity.ts'

/**
 * `power`: hosts that lost it have it. `cooling`: chillers carry all heat. `hosted`: all instances on the hosts that fell, other
 * customers' included. `instances`: those of a service, none while it is down. `volumes`: those that serve. `up`: a service that
 * nobody sends requests to is up. `served`: requests to a service answered in time, of those issued.
 */
export type Awaited = 'power' | 'cooling' | 'hosted' | 'instances' | 'volumes' | 'up' | 'served'

export interface Reached {
  readonly what: Awaited
  /** Ids of the places, or of the service. */
  readonly of: readonly string[]
  /** The share that counts as there. */
  readonly share: Ratio
  /** The expectation that the share comes from. */
  readonly expectation: string | null
  /** From the strike to the moment from which it was below the share, s; null when it never was. */
  readonly fell: Seconds | null
  /** From the strike on, s; 0 when it never fell below the share, null when it was not back before the run ended. */
  readonly time: Seconds | null
  /** The row that reached it; null when none did. */
  readonly row: RowId | null
}

/** Shares of instances and of volumes that are asked for, and of hosts with power. */
const INSTANCE_SHARES: readonly Ratio[] = [0.5, 0.8, 0.99]
const POWER_SHARE: Ratio = 0.99
/** For how long volumes have to serve, s: those within reach again, whose copies have found no room yet, are soon stuck. */
const VOLUMES_HOLD: Seconds = 600
/** What counts as served where no expectation says so, and for how long it has to hold, s; as `recovery-time` has it. */
const SERVED_SHARE: Ratio = 0.99
const SERVED_HOLD: Seconds = 60

/** Kinds of rows with which each falls, and with which it returns. */
const MOVES: Readonly<Record<Awaited, { readonly falls: readonly string[]; readonly rises: readonly string[] }>> = {
  power: { falls: ['rack.dark'], rises: ['rack.energised'] },
  cooling: { falls: ['cooling.lost'], rises: ['cooling.back'] },
  hosted: {
    falls: ['rack.dark', 'host.down', 'host.shut', 'host.cut', 'instance.down', 'tenants.disks', 'tenants.reach'],
    rises: ['tenants.up', 'tenants.disks', 'tenants.moved', 'tenants.reach', 'instance.up'],
  },
  instances: { falls: ['service.ready', 'service.down'], rises: ['service.ready', 'service.up'] },
  volumes: { falls: ['volumes.ready'], rises: ['volumes.ready'] },
  up: { falls: ['service.down'], rises: ['service.up'] },
  served: { falls: ['client.flow'], rises: ['client.flow'] },
}

type Pieces = (piece: (from: Seconds, to: Seconds, share: Ratio) => void) => void

/** The milestones on the way back from the strike that the row `strike` tells of. */
export function milestonesOf(scenario: Scenario, run: Run, strike: RowId): Reached[] {
  const { rows, entities, world } = run
  const window: Window = { from: rows.time[strike], to: scenario.run.horizon }
  const follows = followsOf(run, strike)
  const touched = touchedBy(run, follows)
  const milestones: Reached[] = []

  /** Notes when some shares of something were back, whose rows are about `subjects`. */
  function watch(
    about: Pick<Reached, 'what' | 'of' | 'expectation'>,
    shares: readonly Ratio[],
    hold: Seconds,
    subjects: readonly EntityId[] | undefined,
    pieces: Pieces,
  ): void {
    const { falls, rises } = MOVES[about.what]
    const isFall = isRow(run, falls, subjects)
    const isOurs = (time: Seconds): boolean => rowAt(run, time, row => follows[row] === 1 && isFall(row)) !== null
    const backs = shares.map(share => new Watched(window.from, share, hold, isOurs))
    pieces((from, to, share) => {
      for (const back of backs) back.piece(from, to, share)
    })
    shares.forEach((share, i) => {
      const { value: time, at, failed } = backs[i].measurement()
      if (time === null && failed !== true) return // nobody asked, so there is nothing to be back
      const row = time === null || time === 0 || at === null ? null : rowAt(run, at, isRow(run, rises, subjects))
      milestones.push({ ...about, share, fell: backs[i].fellAfter, time, row })
    })
  }

  const of = touched.places.map(place => entities.id(place))
  if (touched.racks.length > 0) {
    watch({ what: 'power', of, expectation: null }, [POWER_SHARE], 0, touched.racks, piece =>
      eachShare(run, touched.racks, 'power', window, piece),
    )
  }
  for (const feed of touched.coolings) {
    const of = [entities.id(entities.parent(feed))]
    watch({ what: 'cooling', of, expectation: null }, [1], 0, [feed], piece => eachUp(run, feed, 'cooling', window, piece))
  }
  if (touched.places.length > 0 && hasInstances(run, touched.places)) {
    watch({ what: 'hosted', of, expectation: null }, INSTANCE_SHARES, 0, undefined, piece =>
      eachShare(run, touched.places, 'instances', window, piece),
    )
  }
  for (const pool of touched.volumes) {
    watch({ what: 'volumes', of: [entities.id(pool)], expectation: null }, INSTANCE_SHARES, VOLUMES_HOLD, [pool], piece =>
      eachShare(run, [pool], 'instances', window, piece),
    )
  }
  const callees = new Set(world.clients.map(client => client.service))
  for (const service of [...new Set([...touched.services, ...touched.callees])].sort((a, b) => a - b)) {
    const of = [entities.id(service)]
    if (touched.services.includes(service)) {
      watch({ what: 'instances', of, expectation: null }, INSTANCE_SHARES, 0, [service], piece =>
        eachShare(run, [service], 'instances', window, piece),
      )
    }
    if (!callees.has(service)) {
      watch({ what: 'up', of, expectation: null }, [1], 0, [service], piece => eachUp(run, service, 'up', window, piece))
      continue
    }
    const { id, share, hold } = objectiveOf(scenario, run, service, entities.id(rows.subject[strike]))
    const clients = clientsOf(run, [service])
    watch({ what: 'served', of, expectation: id }, [share], hold, clients, piece =>
      eachFlow(run, 'client.flow', clients, window, (from, to, issued, answered) => {
        if (issued > 0) piece(from, to, answered / issued)
      }),
    )
  }
  return milestones
}

/** A return from a fall that is the strike's own: what others bring down before counts as up. */
class Watched extends Return {
  /** From the strike on, s; null while it has not fallen. */
  fellAfter: Seconds | null = null
  private readonly start: Seconds
  private readonly least: Ratio
  private readonly isOurs: (time: Seconds) => boolean

  constructor(from: Seconds, to: Ratio, hold: Seconds, isOurs: (time: Seconds) => boolean) {
    super(from, to, hold)
    this.start = from
    this.least = to
    this.isOurs = isOurs
  }

  override piece(from: Seconds, to: Seconds, share: Ratio): void {
    const isDown = share < this.least
    if (isDown && this.fellAfter === null && (from === this.start || this.isOurs(from))) this.fellAfter = from - this.start
    super.piece(from, to, isDown && this.fellAfter === null ? 1 : share)
  }
}

/** Rows that say that something fell, and the thing; where nothing fell, those that say that it rose. */
const FALLS = [
  'rack.dark',
  'host.down',
  'host.shut',
  'host.cut',
  'volume-card.down',
  'disk-card.down',
  'instance.down',
  'service.down',
]
const RISES = ['rack.energised', 'host.repaired', 'host.joined', 'instance.up', 'service.up']
/** Rows that say that volumes of a zone do not serve. */
const VOLUME_FALLS = ['volumes.dark', 'volumes.stuck', 'volumes.restoring']

interface Touched {
  /** Racks that lost power, or got it. */
  readonly racks: readonly EntityId[]
  /** The fewest places and hosts that hold all hosts touched, and no others. */
  readonly places: readonly EntityId[]
  /** Cooling that could not carry all heat, by data centre. */
  readonly coolings: readonly EntityId[]
  readonly services: readonly EntityId[]
  /** Volumes, by zone. */
  readonly volumes: readonly EntityId[]
  /** Services whose callers got something else than before. */
  readonly callees: readonly EntityId[]
}

/** Whether each row follows from a strike; what follows from a strike that did is that one's. */
function followsOf(run: Run, strike: RowId): Uint8Array {
  const { rows } = run
  const follows = new Uint8Array(rows.length)
  follows[strike] = 1
  const started = kindNamed(run, 'fault.started')
  for (let row = strike + 1; row < rows.length; row++) {
    if (follows[rows.cause[row]] === 1 && rows.kind[row] !== started) follows[row] = 1
  }
  return follows
}

/** What the rows say fell; where nothing did, what rose. */
function touchedBy(run: Run, isMeant: Uint8Array): Touched {
  const { rows, kinds, entities, world } = run
  const flow = kindNamed(run, 'client.flow')
  const fallen = new Set<EntityId>()
  const risen = new Set<EntityId>()
  const flows = new Set<EntityId>() // of clients
  const volumes = new Set<EntityId>()
  const coolings = new Set<EntityId>()
  const coolingLost = kindNamed(run, 'cooling.lost')
  const isFall = kinds.map(({ name }) => FALLS.includes(name))
  const isRise = kinds.map(({ name }) => RISES.includes(name))
  const isVolumeFall = kinds.map(({ name }) => VOLUME_FALLS.includes(name))
  for (let row = 1; row < rows.length; row++) {
    if (isMeant[row] === 0) continue
    if (isFall[rows.kind[row]]) fallen.add(rows.subject[row])
    else if (isRise[rows.kind[row]]) risen.add(rows.subject[row])
    else if (isVolumeFall[rows.kind[row]]) volumes.add(rows.subject[row])
    else if (rows.kind[row] === coolingLost) coolings.add(rows.subject[row])
    else if (rows.kind[row] === flow) flows.add(rows.subject[row])
  }
  const things = [...(fallen.size > 0 ? fallen : risen)].sort((a, b) => a - b)
  const racks = things.filter(thing => entities.kind(thing) === 'rack')
  const services = things.flatMap(thing => {
    const service = entities.above(thing, 'service')
    return service > 0 ? [service] : []
  })
  const hosts = things.filter(thing => entities.kind(thing) === 'host')
  const callees = world.clients.filter(({ entity }) => flows.has(entity)).map(({ service }) => service)
  return {
    racks,
    places: joined(run, [...racks, ...hosts]),
    coolings: [...coolings].sort((a, b) => a - b),
    services: [...new Set(services)],
    volumes: [...volumes].sort((a, b) => a - b),
    callees,
  }
}

/** The largest places of which every host is in one of those given, and what is left over. */
function joined({ entities }: Run, given: readonly EntityId[]): EntityId[] {
  if (given.length === 0) return []
  const inside = new Uint8Array(entities.count)
  for (const place of given) inside[place] = 1
  const holds = new Uint8Array(entities.count) // whether it has hosts, by place
  const lacks = new Uint8Array(entities.count) // whether it has hosts that are not touched, by place
  for (const host of entities.all('host')) {
    const isTouched = inside[host] === 1 || inside[entities.parent(host)] === 1
    for (let at = host; at > 0; at = entities.parent(at)) {
      holds[at] = 1
      if (!isTouched) lacks[at] = 1
    }
  }
  const isWhole = (place: EntityId): boolean => holds[place] === 1 && lacks[place] === 0
  const largest = new Set<EntityId>()
  for (const place of given) {
    let at = place
    while (isWhole(entities.parent(at))) at = entities.parent(at)
    largest.add(at)
  }
  return [...largest].sort((a, b) => a - b)
}

/** Whether anything runs on the hosts of some places. */
function hasInstances(run: Run, places: readonly EntityId[]): boolean {
  const { rows, entities, world } = run
  const isIn = (entity: EntityId): boolean => {
    let at = entity
    while (at > 0 && !places.includes(at)) at = entities.parent(at)
    return at > 0
  }
  const placed = kindNamed(run, 'instance.placed')
  if (world.datacentres.some(({ entity, tenants }) => tenants > 0 && places.some(place => isAbove(place, entity)))) return true
  for (let row = 1; row < rows.length; row++) if (rows.kind[row] === placed && isIn(rows.a[row])) return true
  return false

  /** Whether one of the two lies in the other. */
  function isAbove(one: EntityId, other: EntityId): boolean {
    for (let at = one; at > 0; at = entities.parent(at)) if (at === other) return true
    for (let at = other; at > 0; at = entities.parent(at)) if (at === one) return true
    return false
  }
}

/** What a service has promised its users after a fault: by a recovery time, else by an availability, else 99 %. */
function objectiveOf(
  { expect }: Scenario,
  { entities, world }: Run,
  service: EntityId,
  fault: string,
): { id: string | null; share: Ratio; hold: Seconds } {
  const own = Object.entries(expect).filter(([, { of, after }]) => {
    if (of === undefined) return false
    const subjects = subjectsNamed(entities, of, ['service', 'client'])
    const meant = subjects.ok ? subjects.of : []
    const isOfService = meant.some(
      one => one === service || world.clients.some(client => client.entity === one && client.service === service),
    )
    const isAfter = after === undefined || (after.kind === 'after' && after.ref.replace(/\.(end|start)$/, '') === fault)
    return isOfService && isAfter
  })
  const recovery = own.find(([, { metric }]) => metric === 'recovery-time')
  if (recovery !== undefined) {
    const [id, { to, hold }] = recovery
    return { id, share: numberOr(to, SERVED_SHARE), hold: numberOr(hold, SERVED_HOLD) }
  }
  const availability = own.find(
    ([, expectation]) => expectation.metric === 'availability' && leastOf(expectation) !== undefined,
  )
  if (availability === undefined) return { id: null, share: SERVED_SHARE, hold: SERVED_HOLD }
  const [id, expectation] = availability
  return { id, share: numberOr(leastOf(expectation), SERVED_SHARE), hold: SERVED_HOLD }
}

const leastOf = (expectation: Expectation): number | undefined => expectation['at-least']

const numberOr = (value: unknown, otherwise: number): number => (typeof value === 'number' ? value : otherwise)

/** Calls `piece` for each stretch of the window over which a service is up (1) or not (0), or has cooling. */
function eachUp(
  run: Run,
  subject: EntityId,
  what: 'up' | 'cooling',
  { from, to }: Window,
  piece: (from: Seconds, to: Seconds, share: Ratio) => void,
): void {
  const { rows } = run
  const down = kindNamed(run, MOVES[what].falls[0])
  const up = kindNamed(run, MOVES[what].rises[0])
  const ready = kindNamed(run, 'service.ready')
  let isUp = true
  let since = from
  for (let row = 1; row < rows.length && rows.time[row] < to; row++) {
    if (rows.subject[row] !== subject) continue
    const kind = rows.kind[row]
    // What begins dark says how many instances it has, and nothing else.
    const isBegin = kind === ready && rows.time[row] === 0 && rows.a[row] === 0
    if (kind !== up && kind !== down && !isBegin) continue
    const now = rows.time[row]
    if (now > since) {
      piece(since, now, isUp ? 1 : 0)
      since = now
    }
    isUp = kind === up
  }
  if (to > since) piece(since, to, isUp ? 1 : 0)
}

/** Whether a row is of one of some kinds, and of something at or just below one of some subjects where these are given. */
function isRow(run: Run, names: readonly string[], subjects?: readonly EntityId[]): (row: RowId) => boolean {
  const kinds = names.map(name => kindNamed(run, name))
  const among = subjects === undefined ? undefined : new Set(subjects)
  const isAmong = (subject: EntityId): boolean =>
    among === undefined || among.has(subject) || among.has(run.entities.parent(subject))
  return row => kinds.includes(run.rows.kind[row]) && isAmong(run.rows.subject[row])
}

/** The last row of an instant that is accepted: with it the instant was over, and the share what it then was. */
function rowAt(run: Run, time: Seconds, accepts: (row: RowId) => boolean): RowId | null {
  for (let row = lastUpTo(run, time); row > 0 && run.rows.time[row] === time; row--) if (accepts(row)) return row
  return null
}
