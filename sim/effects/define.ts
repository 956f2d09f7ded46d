/**
 * What an effect is: something done to targets, by nature (a fault) or by a step of a plan. It says what is lost or changed,
 * never how long things stay down: coming back is the business of feeds, boot slots, queues and people.
 */
import type { z } from 'zod'
import type { Cloud } from '../models/cloud.ts'
import type { EntityId, EntityKind } from '../trace/entities.ts'
import type { RowId } from '../trace/trace.ts'

export interface Text {
  readonly en: string
  readonly zh: string
}

/** One moment at which an effect strikes or is lifted. */
export interface Strike<Params> {
  readonly cloud: Cloud
  /** Whose effect it is: the fault or the plan. Modifiers are put and lifted in its name. */
  readonly by: EntityId
  readonly targets: readonly EntityId[]
  /** The row that says that it struck, or was lifted. */
  readonly row: RowId
  /** Whether it will pass: it has an end of its own, at which it is lifted. */
  readonly passes: boolean
  readonly params: Params
}

export interface Effect<Shape extends z.ZodRawShape = z.ZodRawShape> {
  readonly kind: string
  readonly about: Text
  /** Kinds of entities that may be targets. A feed is further narrowed by the last part of its id. */
  readonly targets: readonly EntityKind[]
  /** Which feeds may be targets: last parts of the id, `line-up` for a whole line-up, `shared` for one above the data centres. */
  readonly named?: readonly string[]
  /** Whether people who do it as a step of a plan must be at the target. */
  readonly isOnSite?: true
  /** Own keys next to those that every fault may have. */
  readonly fields: Shape
  /** What the draw of `pick` is called where several are to pick alike; by default each draws for itself. */
  readonly pickedBy?: (params: z.output<z.ZodObject<Shape>>) => string
  readonly strike: (strike: Strike<z.output<z.ZodObject<Shape>>>) => void
  /** Absent for what is not undone by time, such as damage. */
  readonly lift?: (strike: Strike<z.output<z.ZodObject<Shape>>>) => void
}

/** Checks an effect's types; the value is returned as it is. */
export function defineEffect<Shape extends z.ZodRawShape>(effect: Effect<Shape>): Effect {
  return effect as unknown as Effect
}

/** Whether a feed with this name is among those that an effect may strike. */
export function strikesFeed({ named = [] }: Effect, name: string, isShared: boolean): boolean {
  if (isShared) return named.includes('shared')
  const last = name.slice(name.lastIndexOf('/') + 1)
  return named.includes(LINEUP.test(last) ? 'line-up' : last)
}

/** What line-ups are called: `line-1`, `line-2` … */
const LINEUP = /^line-\d+$/

/** The index of each data centre that lies wholly within one of the places, in order. */
export function datacentresWithin(cloud: Cloud, targets: readonly EntityId[]): number[] {
  const { places } = cloud
  const within = (d: number): boolean =>
    targets.some(target => {
      const at = places.placeOf(target)
      const datacentre = places.places[places.datacentres[d].place]
      return at >= 0 && places.places[at].firstHost <= datacentre.firstHost && places.places[at].endHost >= datacentre.endHost
    })
  return places.datacentres.map((_, d) => d).filter(within)
}

/** Data centres within the places given, and those whose feeds are given. */
export function datacentresFed(cloud: Cloud, targets: readonly EntityId[]): number[] {
  return datacentresWithin(
    cloud,
    targets.map(target => (cloud.entities.kind(target) === 'feed' ? cloud.entities.parent(target) : target)),
  )
}

/** The shared feeds among the targets, by their number. */
export function sharedFeeds({ power }: Cloud, targets: readonly EntityId[]): number[] {
  return targets.map(target => power.gridFeed(target)).filter(feed => feed >= 0)
}

/** The number of each line-up that lies within one of the places, or is one of the feeds given or has one of them, in order. */
export function lineupsWithin(cloud: Cloud, targets: readonly EntityId[]): number[] {
  const { entities, power } = cloud
  const feeds = targets.filter(target => entities.kind(target) === 'feed')
  const meant = new Set(feeds.flatMap(feed => [feed, entities.parent(feed)]))
  const datacentres = new Set(datacentresWithin(cloud, targets))
  const isMeant = ({ entity, datacentre }: (typeof power.lineups)[number]): boolean =>
    datacentres.has(datacentre) || meant.has(entity)
  return power.lineups.flatMap((lineup, line) => (isMeant(lineup) ? [line] : []))
}

/** The index of each data centre that holds one of some places, hosts or feeds, or lies within it, in order. */
export function datacentresOf(cloud: Cloud, targets: readonly EntityId[]): number[] {
  const { entities, places } = cloud
  const holds = new Set(targets.map(target => entities.above(target, 'datacentre')))
  const within = new Set(datacentresWithin(cloud, targets))
  return places.datacentres.flatMap(({ place }, d) => (within.has(d) || holds.has(places.places[place].entity) ? [d] : []))
}

/** Every host in any of the places or hosts given, once, in order. */
export function hostsWithin({ places }: Cloud, targets: readonly EntityId[]): number[] {
  const spans = targets.map(target => {
    const host = places.hostOf(target)
    if (host >= 0) return { first: host, end: host + 1 }
    const at = places.placeOf(target)
    return at < 0 ? { first: 0, end: 0 } : { first: places.places[at].firstHost, end: places.places[at].endHost }
  })
  spans.sort((a, b) => a.first - b.first)
  const list: number[] = []
  let next = 0 // no host below is still to come
  for (const { first, end } of spans) {
    for (let host = Math.max(first, next); host < end; host++) list.push(host)
    next = Math.max(next, end)
  }
  return list
}

/** The cells given, and all cells of the services given. */
export function cellsAmong(cloud: Cloud, targets: readonly EntityId[]): number[] {
  const cells = cloud.cells.specs.map((_, cell) => cell)
  return cells.filter(
    cell =>
      targets.includes(cloud.cells.specs[cell].entity) ||
      targets.includes(cloud.entities.parent(cloud.cells.specs[cell].entity)),
  )
}

/** The instances given, and all of the services and cells given, that have been launched. */
export function instancesAmong({ cells, entities, services }: Cloud, targets: readonly EntityId[]): number[] {
  const meant = new Set(targets)
  const instances: number[] = []
  services.specs.forEach((_, service) => {
    for (const instance of services.present(service)) {
      const entity = services.entityOfInstance(instance)
      const cell = cells.cellOfInstance(instance)
      const isMeant = meant.has(entity) || meant.has(entities.parent(entity)) || meant.has(cells.specs[cell]?.entity)
      if (isMeant) instances.push(instance)
    }
  })
  return instances
}

/** Pools of volumes: those given, and all of the services given. */
export function volumesAmong({ volumes }: Cloud, targets: readonly EntityId[]): number[] {
  const pools = volumes.pools.map((_, pool) => pool)
  return pools.filter(pool => targets.includes(volumes.pools[pool].entity) || targets.includes(volumes.pools[pool].spec.entity))
}

/** Numbers of the control planes among the services given. */
export function controlPlanesAmong({ controlPlanes, services }: Cloud, targets: readonly EntityId[]): number[] {
  return targets.map(target => controlPlanes.ofService(services.serviceOf(target))).filter(api => api >= 0)
}
