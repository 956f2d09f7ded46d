/**
 * What share of something is there, from moment to moment: of a service its instances, or its volumes; of a place its hosts,
 * its powered hosts, or all instances on it, other customers' included.
 */
import type { EntityId } from '../trace/entities.ts'
import type { RowId } from '../trace/trace.ts'
import type { Ratio, Seconds } from '../units/quantity.ts'
import type { Run, Window } from './define.ts'
import { kindNamed, within } from './rows.ts'

/** What may be counted in a place. */
export const COUNTED = ['instances', 'hosts', 'power'] as const
export type Counted = (typeof COUNTED)[number]

/** `row` is the one that told last of what is counted; 0 when none did yet. */
type Piece = (from: Seconds, to: Seconds, share: Ratio, row: RowId) => void

/** Calls `piece` for each stretch of the window over which the share holds, in order and without gaps or empty stretches. */
export function eachShare(run: Run, of: readonly EntityId[], counts: Counted, { from, to }: Window, piece: Piece): void {
  const places = of.filter(entity => PLACES.includes(run.entities.kind(entity)))
  const services = of.filter(entity => ['service', 'cell'].includes(run.entities.kind(entity)))
  const tally = places.length === 0 ? createServiceTally(run, services) : createPlaceTally(run, places, counts)
  const { rows } = run
  let since = from
  let told = 0
  for (let row = 1; row < rows.length; row++) {
    const now = rows.time[row]
    if (now > since) {
      // Everything of an earlier instant has been read.
      if (now >= to) break
      const before = tally.share()
      if (!tally.read(row)) continue
      piece(since, now, before, told)
      since = now
      told = row
    } else if (tally.read(row)) told = row
  }
  if (to > since) piece(since, to, tally.share(), told)
}

export const PLACES = ['region', 'zone', 'datacentre', 'rack', 'host']

interface Tally {
  /** Takes a row into account; false when it says nothing about what is counted. */
  read(row: number): boolean
  share(): Ratio
}

/** Instances ready of those wanted, none while the service is down for another reason; volumes that serve, by cell. */
function createServiceTally(run: Run, of: readonly EntityId[]): Tally {
  const { rows, entities } = run
  const inside = within(run, of)
  const services = [...of, ...entities.all('cell').filter(cell => inside[cell] === 1 && !of.includes(cell))]
  const ready = kindNamed(run, 'service.ready')
  const volumes = kindNamed(run, 'volumes.ready')
  const down = kindNamed(run, 'service.down')
  const up = kindNamed(run, 'service.up')
  const index = new Map(services.map((service, i) => [service, i]))
  const has = new Float64Array(services.length) // instances up, by service
  const wants = new Float64Array(services.length)
  const isDown = new Uint8Array(services.length)
  return {
    read(row) {
      const kind = rows.kind[row]
      if (kind !== ready && kind !== volumes && kind !== down && kind !== up) return false
      const i = index.get(rows.subject[row])
      if (i === undefined) return false
      if (kind === ready || kind === volumes) {
        has[i] = rows.a[row]
        wants[i] = rows.b[row]
      } else isDown[i] = kind === down ? 1 : 0
      return true
    },
    share() {
      let there = 0
      let all = 0
      for (let i = 0; i < has.length; i++) {
        if (isDown[i] === 0) there += has[i]
        all += wants[i]
      }
      return all > 0 ? there / all : 0
    },
  }
}

/** Hosts up, hosts with power, or instances up in some places. */
function createPlaceTally(run: Run, places: readonly EntityId[], counts: Counted): Tally {
  const { rows, entities, world } = run
  const inside = within(run, places)
  const runs = new Float64Array(entities.count) // what a host or an instance counts for now, by entity
  const hosts = entities.all('host').filter(host => inside[host] === 1)
  const hostsOf = new Map<EntityId, EntityId[]>() // by rack
  const tenants = new Float64Array(entities.count) // other customers' instances, by host
  const instancesOf = new Map<EntityId, EntityId[]>() // by service, until it is known how many are up at the start
  const tenantsOf = new Map(world.datacentres.map(({ entity, tenants: each }) => [entity, each]))
  const dark = new Set(world.datacentres.filter(({ beginsDark }) => beginsDark).map(({ entity }) => entity))
  const counted = new Uint8Array(entities.count) // whether an instance counts, by entity
  let there = 0
  let all = 0
  let hasMoved = false // whether anything has moved away or here: then a place may be empty, and lacks nothing
  const set = (entity: EntityId, count: number): void => {
    there += count - runs[entity]
    runs[entity] = count
  }
  for (const host of hosts) {
    const rack = entities.parent(host)
    const datacentre = entities.above(host, 'datacentre')
    const others = hostsOf.get(rack)
    if (others === undefined) hostsOf.set(rack, [host])
    else others.push(host)
    tenants[host] = counts === 'instances' ? (tenantsOf.get(datacentre) ?? 0) : 1
    all += tenants[host]
    if (dark.has(datacentre)) continue
    set(host, tenants[host])
  }
  const place = (instance: EntityId, host: EntityId, now: Seconds): void => {
    counted[instance] = 1
    all++
    if (now > 0 || dark.has(entities.above(host, 'datacentre'))) return
    set(instance, 1)
    const service = entities.parent(instance)
    const others = instancesOf.get(service)
    if (others === undefined) instancesOf.set(service, [instance])
    else others.push(instance)
  }
  const named = new Map<string, (row: number) => boolean>()
  const on = (kind: string, act: (entity: EntityId, row: number) => void, applies: (entity: EntityId) => boolean): void => {
    named.set(kind, row => {
      const entity = rows.subject[row]
      if (!applies(entity)) return false
      act(entity, row)
      return true
    })
  }
  const here = (entity: EntityId): boolean => inside[entity] === 1
  const racks = (up: boolean) => (rack: EntityId) => {
    for (const host of hostsOf.get(rack) ?? []) set(host, up ? tenants[host] : 0)
  }
  on('rack.dark', racks(false), rack => hostsOf.has(rack))
  if (counts === 'power') on('rack.energised', racks(true), rack => hostsOf.has(rack))
  else {
    for (const kind of ['host.down', 'host.retired', 'host.stuck', 'host.lost', 'host.shut', 'host.cut'])
      on(kind, host => set(host, 0), here)
  }
  if (counts === 'hosts') for (const kind of ['host.up', 'host.joined']) on(kind, host => set(host, 1), here)
  if (counts === 'instances') {
    for (const kind of ['tenants.up', 'tenants.disks', 'tenants.reach']) on(kind, (host, row) => set(host, rows.a[row]), here)
    named.set('instance.placed', row => {
      if (inside[rows.a[row]] === 0) return false
      place(rows.subject[row], rows.a[row], rows.time[row])
      return true
    })
    const stand = (host: EntityId, row: number): void => {
      all += rows.b[row] - tenants[host]
      tenants[host] = rows.b[row]
      set(host, rows.a[row])
      hasMoved = true
    }
    on('tenants.moved', stand, here)
    named.set('instance.moved', row => {
      const instance = rows.subject[row]
      const isIn = inside[rows.a[row]] === 1
      if (isIn === (counted[instance] === 1)) return false
      hasMoved = true
      if (!isIn) end(instance)
      else {
        counted[instance] = 1
        all++
        // Whether it runs is told by the row that follows: it goes on, or starts.
      }
      return true
    })
    const isCounted = (entity: EntityId): boolean => counted[entity] === 1
    on('instance.up', instance => set(instance, 1), isCounted)
    on('instance.down', instance => set(instance, 0), isCounted)
    const end = (instance: EntityId): void => {
      set(instance, 0)
      counted[instance] = 0
      all--
    }
    on('instance.gone', end, isCounted)
    named.set('service.ready', row => {
      const instances = instancesOf.get(rows.subject[row])
      instancesOf.delete(rows.subject[row])
      if (instances === undefined || rows.a[row] > 0) return false
      for (const instance of instances) set(instance, 0) // the service begins dark
      return true
    })
  }
  const readers = run.kinds.map(kind => named.get(kind.name))
  return {
    read: row => readers[rows.kind[row]]?.(row) ?? false,
    share: () => (all > 0 ? there / all : hasMoved ? 1 : 0),
  }
}
