/**
 * How long things were down that agreements speak of: each instance, a service, more than one zone of a region at once. What
 * began dark counts as down; what was launched counts from the moment it first came up.
 */
import type { EntityId } from '../trace/entities.ts'
import type { Seconds } from '../units/quantity.ts'
import type { Run, Window } from './define.ts'
import { eachFlow } from './flows.ts'
import { kindNamed, within } from './rows.ts'

/** What became of the instances that some services have on hosts. */
export interface InstancesDown {
  /** Time down of each instance that ever ran, s. */
  readonly each: readonly Seconds[]
  /** Zones that have had an instance. */
  readonly zones: number
  /** Time in which exactly one zone of a region had none of its instances up, and in which more than one had, s. */
  readonly oneZone: Seconds
  readonly moreZones: Seconds
  /** First moment at which an instance was down, and more than one zone, s; null when none ever was. */
  readonly at: Seconds | null
  readonly moreAt: Seconds | null
}

/** Follows the instances of services through a window. */
export function instancesDown(run: Run, services: readonly EntityId[], { from, to }: Window): InstancesDown {
  const { rows, entities, world } = run
  const [placed, rose, fell, ended, ready] = [
    'instance.placed',
    'instance.up',
    'instance.down',
    'instance.gone',
    'service.ready',
  ].map(kind => kindNamed(run, kind))
  const dark = new Set(world.datacentres.filter(({ beginsDark }) => beginsDark).map(({ entity }) => entity))
  const zoneOf = new Map<EntityId, EntityId>() // by instance, once it is placed
  const isUp = new Map<EntityId, boolean>() // by instance, once it has run
  const fellAt = new Map<EntityId, Seconds>() // by instance that is down
  const downFor = new Map<EntityId, Seconds>()
  const upIn = new Map<EntityId, number>() // instances up, by zone that has ever had one
  let oneZone = 0
  let moreZones = 0
  let moreAt: Seconds | null = null
  let since = from

  /** Everything holds up to `now`. */
  const pass = (now: Seconds): void => {
    if (now <= since) return
    const gone = new Map<EntityId, number>() // zones with none up, by region
    for (const [zone, count] of upIn) {
      const region = entities.parent(zone)
      if (count === 0) gone.set(region, (gone.get(region) ?? 0) + 1)
    }
    const most = Math.max(0, ...gone.values())
    if (most === 1) oneZone += now - since
    else if (most > 1) {
      moreZones += now - since
      moreAt ??= since
    }
    since = now
  }
  const set = (instance: EntityId, up: boolean, now: Seconds): void => {
    const before = isUp.get(instance)
    if (before === up) return
    pass(now)
    const zone = zoneOf.get(instance) ?? 0
    upIn.set(zone, (upIn.get(zone) ?? 0) + (up ? 1 : before === true ? -1 : 0))
    isUp.set(instance, up)
    if (!up) fellAt.set(instance, Math.max(now, from))
    else rise(instance, now)
  }
  const rise = (instance: EntityId, now: Seconds): void => {
    const fell = fellAt.get(instance)
    fellAt.delete(instance)
    if (fell !== undefined && now > fell) downFor.set(instance, (downFor.get(instance) ?? 0) + now - fell)
  }

  const over = new Set<EntityId>() // instances that were ended
  /** Who is ended is missed by nobody, and neither is a zone whose last one was. */
  const end = (instance: EntityId, now: Seconds): void => {
    pass(now)
    const zone = zoneOf.get(instance) ?? 0
    if (isUp.get(instance) === true) upIn.set(zone, (upIn.get(zone) ?? 0) - 1)
    rise(instance, now)
    over.add(instance)
    if (![...zoneOf].some(([other, of]) => of === zone && !over.has(other))) upIn.delete(zone)
  }

  let at: Seconds | null = null
  for (let row = 1; row < rows.length && rows.time[row] < to; row++) {
    const kind = rows.kind[row]
    const subject = rows.subject[row]
    const now = rows.time[row]
    if (kind === placed && services.includes(entities.parent(subject))) {
      zoneOf.set(subject, entities.above(rows.a[row], 'zone'))
      if (now === 0) set(subject, !dark.has(entities.above(rows.a[row], 'datacentre')), now)
    } else if (kind === rose && zoneOf.has(subject)) set(subject, true, now)
    else if (kind === fell && isUp.has(subject)) {
      set(subject, false, now)
      at ??= Math.max(now, from)
    } else if (kind === ended && isUp.has(subject)) end(subject, now)
    else if (kind === ready && now === 0 && rows.a[row] === 0 && services.includes(subject)) {
      for (const instance of isUp.keys()) if (entities.parent(instance) === subject) set(instance, false, now)
    }
  }
  pass(to)
  for (const instance of [...fellAt.keys()]) rise(instance, to)
  return {
    each: [...isUp.keys()].map(instance => downFor.get(instance) ?? 0),
    zones: new Set(zoneOf.values()).size,
    oneZone,
    moreZones,
    at,
    moreAt,
  }
}

/** Time in which a service was down, s, and the first such moment. */
export function serviceDown(
  run: Run,
  services: readonly EntityId[],
  { from, to }: Window,
): { down: Seconds; at: Seconds | null } {
  const { rows } = run
  const fell = kindNamed(run, 'service.down')
  const rose = kindNamed(run, 'service.up')
  const gone = new Set<EntityId>()
  let down = 0
  let at: Seconds | null = null
  let since = from
  const pass = (now: Seconds): void => {
    if (now <= since) return
    if (gone.size > 0) {
      down += now - since
      at ??= since
    }
    since = now
  }
  for (let row = 1; row < rows.length && rows.time[row] < to; row++) {
    const kind = rows.kind[row]
    if ((kind !== fell && kind !== rose) || !services.includes(rows.subject[row])) continue
    pass(rows.time[row])
    if (kind === fell) gone.add(rows.subject[row])
    else gone.delete(rows.subject[row])
  }
  pass(to)
  return { down, at }
}

/** Length of the intervals whose error rates are averaged, s. Source: Amazon S3 SLA. */
const INTERVAL: Seconds = 300

/**
 * The error rates of the five-minute intervals of a window, each times the length of its interval, s; an interval without
 * requests has none. Null when nobody asks at all.
 */
export function errorTime(
  run: Run,
  services: readonly EntityId[],
  window: Window,
): { down: Seconds; at: Seconds | null } | null {
  const inside = within(run, services)
  const cells = run.entities.all('cell').filter(cell => inside[cell] === 1)
  let total = 0
  let down = 0
  let at: Seconds | null = null
  let begins = window.from // of the interval that is being summed
  let attempts = 0
  let failures = 0
  const close = (end: Seconds): void => {
    if (failures > 0) {
      down += (failures / attempts) * (end - begins)
      at ??= begins
    }
    total += attempts
    begins = end
    attempts = 0
    failures = 0
  }
  eachFlow(run, 'cell.flow', cells, window, (from, to, arriving, failing) => {
    let start = from
    while (start < to) {
      const end = Math.min(to, begins + INTERVAL)
      attempts += arriving * (end - start)
      failures += failing * (end - start)
      start = end
      if (end === begins + INTERVAL) close(end)
    }
  })
  if (begins < window.to) close(window.to)
  return total > 0 ? { down, at } : null
}
