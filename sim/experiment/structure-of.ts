/**
 * The structure of one service of a scenario: whether it works, as a function of which things are up.
 *
 * A service works while it has the instances it needs, and all of its serve-needs are met. Of the service asked about, that is
 * as many instances as its caller says, and of data in partitions enough copies of every second one; of a service that others
 * need, one; of a database, one replica that could be promoted.
 * Losses are taken to last: whatever a holder can do without for a while runs out, except what is held for ever; failovers that
 * can be made have been; nothing is launched anew, so that change-needs, control planes and plans do not matter. Instances
 * stand where a run of that seed places them.
 *
 * To serve on, everything was up before, and start-needs do not matter. To start, everything was dark: start-needs have to be
 * met too, by what has started itself, and only what is kept on disk is held. Services that wait for each other never start.
 */
import { kindNamed } from '../metrics/rows.ts'
import { type DataSpec, shareLost } from '../models/partitions.ts'
import { levelsOf } from '../models/power/grid.ts'
import type { Lineup } from '../models/power/power.ts'
import { build } from '../scenario/build.ts'
import type { Roster, Running } from '../scenario/roster.ts'
import type { Scenario } from '../scenario/schema.ts'
import type { Structure } from '../sla/structure.ts'
import type { EntityId } from '../trace/entities.ts'
import { rowKinds } from '../trace/row-kinds.ts'

/**
 * What may be taken to fail: a place with all in it, a link of a power chain or the cooling, a link between zones, another
 * service as a whole. A place that is all there is of a place that may fail is not counted twice, and the only region is left
 * out: nothing is left without it.
 */
export const PART_KINDS = ['region', 'zone', 'datacentre', 'rack', 'host', 'feed', 'link', 'service'] as const
export type PartKind = (typeof PART_KINDS)[number]

/** So many instances or hosts that stand and fall together: with the same parts, data centre and zone. */
interface Stand {
  readonly parts: readonly number[]
  readonly datacentre: number
  readonly zone: number
  count: number
}

/** The entities that may fail, in the order of their kinds. */
function partsAmong({ entities, running, feeds }: Roster, among: readonly PartKind[], subject: number): EntityId[] {
  const siblings = new Map<EntityId, number>() // places of one kind, by what they lie in
  for (const kind of ['region', 'zone', 'datacentre'] as const) {
    for (const entity of entities.all(kind))
      siblings.set(entities.parent(entity), (siblings.get(entities.parent(entity)) ?? 0) + 1)
  }
  const lineups = new Set(feeds.flatMap(({ power }) => power.lineups.map(({ entity }) => entity))) // lost with any link
  const counted = new Set<EntityId>() // places that fail as a part does: themselves, or what they are all of
  const isPart = (entity: EntityId, kind: PartKind): boolean => {
    if (kind === 'service') return running.some(({ spec }, number) => spec.entity === entity && number !== subject)
    if (kind === 'feed') return !lineups.has(entity)
    if (kind !== 'region' && kind !== 'zone' && kind !== 'datacentre') return true
    const parent = entities.parent(entity)
    if (siblings.get(parent) === 1 && kind === 'region') return false
    const isDouble = siblings.get(parent) === 1 && counted.has(parent)
    counted.add(entity)
    return !isDouble
  }
  const kinds = PART_KINDS.filter(kind => among.includes(kind))
  return kinds.flatMap(kind => entities.all(kind).filter(entity => isPart(entity, kind)))
}

/** What a service is asked to do. */
export const FEATS = ['serve', 'start'] as const
export type Feat = (typeof FEATS)[number]

/** A structure, and what its parts stand for. */
export interface ServiceStructure extends Omit<Structure, 'parts'> {
  readonly parts: readonly { readonly id: string; readonly kind: PartKind }[]
  /** Instances that the service has; 1 for a logical unit. */
  readonly instances: number
}

/**
 * The structure of the service `of` that needs so many instances. Throws RangeError when the service is unknown, or is a crew.
 */
export function structureOf(
  scenario: Scenario,
  of: string,
  feat: Feat,
  among: readonly PartKind[],
  needed: number,
  seed: string,
): ServiceStructure {
  const { cloud, roster } = build(scenario, seed)
  const { entities, places, trace } = cloud
  const { running, links, feeds, gridFeeds } = roster
  const subject = roster.numberOf(of)
  if (subject < 0) throw new RangeError(`there is no service ${of} that could have weak points`)

  const parts = partsAmong(roster, among, subject)
  const partOf = new Map(parts.map((entity, part) => [entity, part]))

  /** The parts that a host stands on, itself included. */
  function partsUnder(host: number): number[] {
    const under: number[] = []
    for (let at = places.hostEntity(host); at > 0; at = entities.parent(at)) {
      const part = partOf.get(at)
      if (part !== undefined) under.push(part)
    }
    return under
  }

  function stands(hosts: Iterable<number>): Stand[] {
    const found = new Map<string, Stand>()
    for (const host of hosts) {
      const under = partsUnder(host)
      const datacentre = places.datacentreOfHost[host]
      const key = `${datacentre}:${under.join()}`
      const stand = found.get(key) ?? { parts: under, datacentre, zone: places.zoneOfHost[host], count: 0 }
      stand.count++
      found.set(key, stand)
    }
    return [...found.values()]
  }

  // Where the instances of each service stand, by its number; on nothing for a logical unit.
  const hostsOf = running.map((): number[] => [])
  const rows = trace.columns()
  const placed = kindNamed({ kinds: rowKinds() }, 'instance.placed')
  const numberOfEntity = new Map(running.map(({ spec }, number) => [spec.entity, number]))
  for (let row = 1; row < rows.length; row++) {
    const number = numberOfEntity.get(entities.parent(rows.subject[row]))
    if (rows.kind[row] === placed && number !== undefined) hostsOf[number].push(places.hostOf(rows.a[row]))
  }
  const standsOf = hostsOf.map((hosts, number) => {
    const { service } = running[number]
    const canFailOver = service.kind !== 'database' || service.failover.coverage > 0
    return stands(canFailOver ? hosts : hosts.slice(0, 1))
  })

  // Needs by the number of the service that has them; serve-needs of a service with clients are held by its cells.
  const needsOf = running.map((): { from: readonly EntityId[]; k: number }[] => [])
  const known = new Set<string>()
  for (const { holder, name, from, k, when, hold, kept } of roster.needs) {
    const service = entities.kind(holder) === 'cell' ? entities.parent(holder) : holder
    const number = numberOfEntity.get(service)
    const matters = when === 'serve' || (when === 'start' && feat === 'start')
    const isHeld = hold === Infinity && (feat === 'serve' || kept === 'disk')
    if (number === undefined || !matters || isHeld || known.has(`${number}.${name}`)) continue
    known.add(`${number}.${name}`)
    if (running[number].service.needs[name].fanout > 0) needsOf[number].push({ from, k })
  }
  // A lease lasts a while, and is asked for anew by whoever starts.
  for (const { holder, supplier, hold } of roster.leases) {
    if (hold < Infinity || feat === 'start') needsOf[holder].push({ from: [running[supplier].spec.entity], k: 1 })
  }
  // What all links of a region need to carry anything, by the link.
  const controlOf = new Map<EntityId, { from: readonly EntityId[]; k: number }[]>()
  const cutsLinks = new Set(roster.controlled.flatMap(({ entity, without }) => (without === 'cut' ? [entity] : [])))
  for (const { holder, from, k, hold } of roster.needs) {
    if (!cutsLinks.has(holder) || hold === Infinity) continue
    controlOf.set(holder, [...(controlOf.get(holder) ?? []), { from, k }])
  }
  const placeStands = new Map<EntityId, Stand[]>()
  for (const supplier of [...needsOf, ...controlOf.values()].flat().flatMap(({ from }) => from)) {
    const place = places.placeOf(supplier)
    if (place < 0) continue
    const { firstHost, endHost } = places.places[place]
    placeStands.set(supplier, stands(Array.from({ length: endHost - firstHost }, (_, i) => firstHost + i)))
  }

  // Shared feeds, those that feed others first, and the one that each line-up is on.
  const levels = levelsOf(gridFeeds)
  const fromAbove = gridFeeds.map((_, feed) => feed).sort((a, b) => levels[a] - levels[b] || a - b)
  const feedOf = new Map(
    gridFeeds.flatMap(({ lineups }, feed) => lineups.map(line => [cloud.power.lineups[line].entity, feed])),
  )

  function works(isPartUp: (part: number) => boolean): boolean {
    const isUp = (entity: EntityId): boolean => {
      const part = partOf.get(entity)
      return part === undefined || isPartUp(part)
    }
    const isLive = gridFeeds.map(() => false)
    for (const feed of fromAbove) {
      const { entity, from, k } = gridFeeds[feed]
      isLive[feed] = isUp(entity) && from.filter(source => isLive[source]).length >= k
    }
    const delivers = ({ entity, utility, transfer, ups, generators }: Lineup): boolean => {
      const feed = feedOf.get(entity)
      const hasUtility = isUp(utility) && (feed === undefined || isLive[feed])
      return [transfer, ups].every(isUp) && (hasUtility || isUp(generators))
    }
    const powered = feeds.map(
      ({ power, cooling }, datacentre) =>
        [power.distribution, cooling].every(isUp) &&
        power.lineups.filter(delivers).length >= places.datacentres[datacentre].plan.power.lineups.needed,
    )
    let reached: readonly boolean[] = []
    const isStandUp = ({ parts: under, datacentre, zone }: Stand): boolean =>
      powered[datacentre] && reached[zone] && under.every(isPartUp)
    const countUp = (standing: readonly Stand[]): number =>
      standing.reduce((count, stand) => (isStandUp(stand) ? count + stand.count : count), 0)
    const isAble = ({ spec, service }: Running, number: number): boolean => {
      if (!isUp(spec.entity)) return false
      if (standsOf[number].length === 0) return number !== subject || needed <= 1
      if (countUp(standsOf[number]) < (number === subject ? needed : 1)) return false
      return number !== subject || !('data' in service) || service.data === undefined || isReadable(service.data)
    }
    /** Whether every second partition can be read, as what is served has to be for a service to count as up. */
    const isReadable = (data: DataSpec): boolean => {
      const zones = new Map<number, { up: number; all: number }>()
      for (const stand of standsOf[subject]) {
        const holders = zones.get(stand.zone) ?? { up: 0, all: 0 }
        holders.all += stand.count
        if (isStandUp(stand)) holders.up += stand.count
        zones.set(stand.zone, holders)
      }
      return shareLost(data, [...zones.values()]) <= 0.5
    }
    const isSupplied = (supplier: EntityId): boolean => {
      const number = numberOfEntity.get(supplier)
      if (number !== undefined) return up[number]
      const place = places.places[places.placeOf(supplier)]
      return countUp(placeStands.get(supplier) ?? []) >= place.ready * (place.endHost - place.firstHost)
    }
    // From all that could be up, whoever lacks something falls, and what only needs each other stays up together; or from
    // nothing, whoever has what it needs comes up, and what only needs each other does not.
    const up = running.map(() => feat === 'serve')
    const isMet = ({ from, k }: { from: readonly EntityId[]; k: number }): boolean => from.filter(isSupplied).length >= k
    let isWhole: (link: EntityId) => boolean = link => isUp(link) && (feat === 'serve' || !controlOf.has(link))
    for (let changed = true; changed; ) {
      changed = false
      reached = zonesReached(isWhole)
      isWhole = link => isUp(link) && (controlOf.get(link) ?? []).every(isMet)
      const able = running.map(isAble)
      for (let number = 0; number < up.length; number++) {
        const isUpNow = able[number] && needsOf[number].every(isMet)
        if (isUpNow === up[number]) continue
        up[number] = isUpNow
        changed = true
      }
      if (!changed && controlOf.size > 0) changed = zonesReached(isWhole).some((zone, at) => zone !== reached[at])
    }
    return up[subject]
  }

  /** Whether each zone can be reached from the edge of its region, over links that are whole. */
  function zonesReached(isWhole: (link: EntityId) => boolean): boolean[] {
    const reached = Array.from({ length: roster.nodes }, (_, node) => node >= places.zones.length)
    for (let more = true; more; ) {
      more = false
      for (const { entity, ends } of links) {
        const [a, b] = ends
        if (reached[a] === reached[b] || !isWhole(entity)) continue
        reached[a] = true
        reached[b] = true
        more = true
      }
    }
    return reached
  }

  return {
    parts: parts.map(entity => ({ id: entities.id(entity), kind: entities.kind(entity) as PartKind })),
    works,
    instances: standsOf[subject].reduce((sum, { count }) => sum + count, 0) || 1,
  }
}
