/**
 * The composed data of a file as it was written, valid or not, with the names in it looked up: what every check reads, and where
 * each puts what it finds. Wrong names are thus reported together with wrong values.
 */
import { type Data, isMap } from '../compose.ts'
import type { Path } from '../document.ts'
import type { Finding } from '../issues.ts'
import { type PlaceName, placesCalled, placesOf, rackIn } from '../place-names.ts'
import type { Limits } from '../problems.ts'
import { defaultMachine, worldSchema } from '../schema.ts'
import { resolveWorld, sizeOf, type WorldSpec } from '../world.ts'

/** Feeds, queues and what else comes with a data centre, as a rule of thumb for what it costs. */
const ENTITIES_PER_DATACENTRE = 50

const CHAIN = ['utility', 'transfer', 'generators', 'ups']
export const FEEDS = [...CHAIN, 'distribution', 'cooling']
export const QUEUES = ['boot-slots', 'restarts']
export const PLACE_KEYS = ['region', 'zone', 'datacentre', 'rack', 'host'] as const

export interface Draft {
  readonly data: Data
  readonly limits: Limits
  /** All that was found so far. */
  readonly findings: readonly Finding[]
  /** Notes what is wrong at a path, or with its key. */
  readonly complain: (path: Path, message: string, hint?: string, onKey?: boolean) => void
  readonly services: Data
  readonly clients: Data
  readonly planMap: Data
  readonly faults: Data
  readonly feeds: Data
  /** The world as far as it is valid on its own, unless it is too large to be laid out. */
  readonly world: WorldSpec | undefined
  readonly places: readonly PlaceName[] | undefined
  /** What feeds are called: below their data centre, with their line-up where one has several, and above all data centres. */
  readonly feedNames: readonly string[]
  /** The entries of a map of the file that are maps themselves. */
  readonly entriesOf: (key: string) => [string, Data][]
  readonly kindOf: (service: string) => unknown
  readonly isVolumes: (id: unknown) => boolean
  /** The place with this id, else those whose ids end in it. */
  readonly placesNamed: (name: string) => readonly PlaceName[]
  /** The data centre that a whole id of a rack or host lies in. */
  readonly hostOf: (id: string) => PlaceName | undefined
}

export function openDraft(data: Data, limits: Limits): Draft {
  const findings: Finding[] = []
  const complain: Draft['complain'] = (path, message, hint, onKey = false) => {
    findings.push({ path, message, hint, onKey })
  }
  const services = mapOf(data.services)
  const kindOf = (service: string): unknown => mapOf(services[service]).kind ?? 'service'
  const world = readWorld(data, limits, complain)
  const places = world === undefined ? undefined : placesOf(world)
  return {
    data,
    limits,
    findings,
    complain,
    services,
    clients: mapOf(data.clients),
    planMap: mapOf(data.plans),
    faults: mapOf(data.faults),
    feeds: mapOf(data.feeds),
    world,
    places,
    feedNames: [...FEEDS, ...lineupNames(world), ...Object.keys(mapOf(data.feeds))],
    entriesOf: key => Object.entries(mapOf(data[key])).filter((entry): entry is [string, Data] => isMap(entry[1])),
    kindOf,
    isVolumes: id => typeof id === 'string' && kindOf(id) === 'volumes',
    placesNamed: name => placesCalled(places ?? [], name),
    hostOf: id =>
      places?.find(
        place =>
          place.kind === 'datacentre' &&
          id.startsWith(`${place.id}/`) &&
          rackIn(place, id.slice(place.id.length + 1), 'rack or host'),
      ),
  }
}

function readWorld(data: Data, limits: Limits, complain: Draft['complain']): WorldSpec | undefined {
  const parsed = worldSchema.safeParse(data.world)
  if (!parsed.success) return undefined
  const { zones, datacentres } = sizeOf(parsed.data)
  if (zones > limits.zones) {
    complain(['world'], `the world has ${zones} zones, more than ${limits.zones}`, 'raise the limit with --max-zones', true)
  }
  const datacentresMax = Math.floor(limits.entities / ENTITIES_PER_DATACENTRE)
  if (datacentres > datacentresMax) {
    const message = `the world has ${datacentres} data centres, more than ${datacentresMax}`
    complain(['world'], message, 'raise the limit with --max-entities', true)
  }
  if (zones > limits.zones || datacentres > datacentresMax) return undefined
  return resolveWorld(parsed.data, {}, defaultMachine)
}

/** `line-1`, `line-1/utility` …, for as many as any data centre has. */
function lineupNames(world: WorldSpec | undefined): string[] {
  const datacentres = (world?.regions ?? []).flatMap(({ zones }) => zones.flatMap(zone => zone.datacentres))
  const most = datacentres.reduce((most, { power }) => Math.max(most, power.lineups.units), 1)
  const names = Array.from({ length: most > 1 ? most : 0 }, (_, i) => `line-${i + 1}`)
  return names.flatMap(name => [name, ...CHAIN.map(link => `${name}/${link}`)])
}

/** Whether requests are rates, and not single ones. */
export function isOfFlows({ data }: Draft): boolean {
  return mapOf(data.run).fidelity !== 'request'
}

export function isPlaceKey(key: string): boolean {
  return (PLACE_KEYS as readonly string[]).includes(key)
}

export function mapOf(value: unknown): Data {
  return isMap(value) ? value : {}
}

/** Plans, and their steps as `plan/step`. */
export function planNames({ planMap }: Draft): string[] {
  return Object.entries(planMap).flatMap(([id, plan]) => [
    id,
    ...Object.keys(mapOf(mapOf(plan).steps)).map(step => `${id}/${step}`),
  ])
}

/** All that there is, where it is not too much. */
export function hintOf(names: Iterable<string>): string | undefined {
  const list = [...names]
  if (list.length === 0) return undefined
  return `there ${list.length === 1 ? 'is' : 'are'} ${list.slice(0, 12).join(', ')}${list.length > 12 ? ' …' : ''}`
}
