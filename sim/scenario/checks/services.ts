/** Services: where they stand, what they need, and the volumes that hold their data. */
import { INSTANCE_TYPES } from '../../models/instance-types.ts'
import { parseDuration } from '../../units/parse.ts'
import { type Data, isMap } from '../compose.ts'
import type { Path } from '../document.ts'
import { didYouMean } from '../problems.ts'
import { type Draft, hintOf, isOfFlows, mapOf } from './draft.ts'
import { checkLease } from './leases.ts'
import { checkPlace, checkServiceName } from './names.ts'

export function checkService(draft: Draft, path: Path, service: Data): void {
  if (mapOf(service.overload).discipline === 'share' && isOfFlows(draft))
    draft.complain([...path, 'overload', 'discipline'], 'flows wait first in, first out', 'run: {fidelity: request}')
  for (const key of ['place', 'primary', 'standby']) checkPlace(draft, [...path, key], service[key])
  const regions = (draft.places ?? []).filter(({ kind }) => kind === 'region').map(({ id }) => id)
  if (regions.length > 1 && service.place === undefined && service.kind !== 'database' && service.kind !== 'crew') {
    // A default that depends on how many regions there are would move when one is added.
    draft.complain(path, 'with several regions a service must say its `place`', `one of ${regions.join(', ')}`, true)
  }
  if (service.kind === 'database') checkReplicas(draft, path, service)
  checkBuckets(draft, path, service)
  checkProbes(draft, [...path, 'health'], service)
  if (isMap(service.data)) checkData(draft, path, service, service.data)
  if (service.kind === 'volumes') checkVolumes(draft, path, service)
  if (isMap(service.latent)) checkLatent(draft, [...path, 'latent'], path[1], service.latent)
  if (service.kind === 'control-plane') checkApi(draft, [...path, 'api'], service)
  checkNeeds(draft, path, service.needs, (at, need, from) => checkDisk(draft, at, service, need, from))
  for (const [name, need] of Object.entries(mapOf(service.needs)))
    if (isMap(need) && need.refresh !== undefined) checkLease(draft, [...path, 'needs', name], service, need, name)
}

/** A probe that does what users do takes as long as theirs. */
function checkProbes(draft: Draft, path: Path, { takes = '20ms', health }: Data): void {
  const { sees, timeout = '5s' } = mapOf(health)
  const [own, patience] = [takes, timeout].map(parseDuration)
  if (sees === 'everything' && own.ok && patience.ok && own.value > patience.value)
    draft.complain(
      [...path, 'timeout'],
      `no probe would be answered in time: a request takes ${String(takes)}`,
      'a longer time-out',
    )
}

/** A replica stands in a zone or data centre, and the standby where the loss of the primary's place spares it. */
function checkReplicas(draft: Draft, path: Path, service: Data): void {
  const [primary, standby] = ['primary', 'standby'].map(key => {
    const name = service[key]
    const [place] = typeof name === 'string' ? draft.placesNamed(name) : []
    if (place?.kind === 'region')
      draft.complain(
        [...path, key],
        `"${place.id}" is a region`,
        `a zone or data centre, ${hintOf(zonesOf(draft, place.id)) ?? ''}`,
      )
    return place === undefined ? undefined : `${place.id}/`
  })
  if (primary === undefined || standby === undefined) return
  if (primary.startsWith(standby) || standby.startsWith(primary))
    draft.complain(
      [...path, 'standby'],
      'the standby is where the primary is',
      'a standby elsewhere survives the loss of the place',
    )
}

/** The suppliers of needs: they must exist, and be enough. Volumes are a matter of their own. */
export function checkNeeds(
  draft: Draft,
  path: Path,
  needs: unknown,
  checkVolumesNeeded: (path: Path, need: Data, from: readonly string[]) => void,
): void {
  for (const [name, need] of Object.entries(mapOf(needs))) {
    if (!isMap(need)) continue
    const from = [need.from ?? name].flat()
    from.forEach((supplier, i) => {
      const where =
        need.from === undefined
          ? [...path, 'needs', name]
          : Array.isArray(need.from)
            ? [...path, 'needs', name, 'from', i]
            : [...path, 'needs', name, 'from']
      checkSupplier(draft, where, supplier, need.from === undefined)
    })
    if (from.some(draft.isVolumes)) checkVolumesNeeded([...path, 'needs', name], need, from as string[])
    if (typeof need.k === 'number' && need.k > from.length)
      draft.complain([...path, 'needs', name, 'k'], `${need.k} of ${from.length} can never be up`)
  }
}

/** Only requests of clients can find less capacity than there should be. */
function checkLatent(draft: Draft, path: Path, id: unknown, { of = id }: Data): void {
  checkServiceName(draft, [...path, 'of'], of, ['service', 'control-plane', 'database'])
  if (!draft.entriesOf('clients').some(([, client]) => client.to === id))
    draft.complain(path, `no client sends requests to "${String(id)}": a latent defect would change nothing`, undefined, true)
}

/** A zone without a thread of its own would never be served, and a burst is nothing without a rate. */
function checkApi(draft: Draft, path: Path, { api, instances = 1, place }: Data): void {
  const { burst, rate, threads = 8, 'queue-per': queuePer } = mapOf(api)
  if (burst !== undefined && rate === undefined)
    draft.complain([...path, 'burst'], 'belongs to `rate`', 'say how many calls a second are let in', true)
  const zones = zonesOf(draft, typeof place === 'string' ? place.split('/')[0] : place).length
  if (queuePer === 'zone' && typeof threads === 'number' && typeof instances === 'number' && threads * instances < zones)
    draft.complain([...path, 'queue-per'], `${threads * instances} threads are not one for each of ${zones} zones`)
}

/** Buckets are of what requests use, and processor credits of sizes that have them. */
function checkBuckets(draft: Draft, path: Path, { uses, buckets, disk, credits, size = 'c5.large' }: Data): void {
  const used = mapOf(uses)
  const isUsed = (name: string): boolean =>
    used[name === 'disk' ? 'volume' : name === 'disk-iops' ? 'iops' : name] !== undefined
  const hint = 'say what one takes in `uses`'
  if (uses !== undefined && !Object.values(draft.clients).some(client => mapOf(client).to === path[1]))
    draft.complain([...path, 'uses'], 'no client sends requests to it, so nothing is used', undefined, true)
  for (const name of Object.keys(mapOf(buckets)))
    if (!isUsed(name)) draft.complain([...path, 'buckets', name], 'no request takes anything from it', hint, true)
  if (disk !== undefined && !isUsed('disk') && !isUsed('disk-iops'))
    draft.complain([...path, 'disk'], 'no request takes anything from it', hint, true)
  const type = INSTANCE_TYPES.find(({ name }) => name === size)
  if (credits !== undefined && type !== undefined && type.credits === undefined)
    draft.complain([...path, 'credits'], `${type.name} has no processor credits`, 't2 and t3 have', true)
}

/** Every partition needs its copies on different instances. */
function checkData(draft: Draft, path: Path, { instances }: Data, { n = 3, k = 2 }: Data): void {
  const at = [...path, 'data']
  if (instances === undefined)
    draft.complain(at, 'only instances hold data, and this service has none', 'state its `instances`', true)
  if (typeof n !== 'number') return
  if (typeof k === 'number' && k > n)
    draft.complain([...at, 'k'], `${k} of ${n} copies can never be up`, 'a larger `n` or a smaller `k`')
  if (typeof instances === 'number' && instances < n)
    draft.complain(
      [...at, 'n'],
      `${n} copies need ${n} instances, and there are ${instances}`,
      'more instances, or a smaller `n`',
    )
}

/** Every volume needs its copies on different hosts of one zone, and every zone a volume. */
function checkVolumes(draft: Draft, path: Path, { place, items, n = 2, k = 1, repair }: Data): void {
  const { search } = mapOf(repair)
  checkServiceName(draft, [...path, 'repair', 'search', 'via'], mapOf(search).via, ['control-plane'])
  if (typeof n !== 'number' || typeof k !== 'number') return
  if (k > n) draft.complain([...path, 'k'], `${k} of ${n} copies can never be there`, 'state a larger `n` or a smaller `k`')
  const [home] = typeof place === 'string' ? draft.placesNamed(place) : (draft.places ?? [])
  if (home === undefined) return
  const hosts = new Map<string, number>() // by zone
  for (const { id, kind, racks, hosts: each } of draft.places ?? []) {
    const zone = id.slice(0, id.lastIndexOf('/'))
    if (kind === 'datacentre' && `${id}/`.startsWith(`${home.id}/`)) hosts.set(zone, (hosts.get(zone) ?? 0) + racks * each)
  }
  const small = [...hosts].find(([, has]) => has < n)
  if (small !== undefined) {
    const message = `${n} copies need ${n} hosts, and ${small[0]} has ${small[1] === 1 ? '1 host' : `${small[1]} hosts`}`
    draft.complain([...path, 'n'], message, 'more hosts, or a smaller `n`')
  }
  if (typeof items === 'number' && items < hosts.size)
    draft.complain(
      [...path, 'items'],
      `${items} volumes are not one for each of ${hosts.size} zones`,
      'state its `place`, or more',
    )
}

/** Each instance has a volume of its own in its zone, which nothing stands in for. */
function checkDisk(draft: Draft, path: Path, service: Data, need: Data, from: readonly string[]): void {
  if (from.length > 1)
    draft.complain(path, 'volumes stand alone: no other supplier can take their place', 'write a need for each', true)
  if (need.when === 'change') draft.complain([...path, 'when'], 'volumes are needed to start or to serve', 'when: start')
  for (const key of ['hold', 'kept', 'fanout']) {
    if (need[key] !== undefined)
      draft.complain([...path, key], 'an instance cannot do without its volume', 'leave it out', true)
  }
  if (service.instances === undefined && service.kind !== 'database')
    draft.complain(path, 'only instances have volumes, and this service has none', 'state its `instances`', true)
  const stands = service.kind === 'database' ? [service.primary, service.standby] : [service.place]
  const has = new Set(zonesOf(draft, mapOf(draft.services[from[0]]).place))
  const lacks = stands
    .filter((place, i) => i === 0 || place !== undefined)
    .flatMap(place => zonesOf(draft, place))
    .find(zone => !has.has(zone))
  if (lacks !== undefined)
    draft.complain(path, `"${from[0]}" has no volumes in ${lacks}`, 'a volume serves its own zone only', true)
}

/** Zones that a place has a part in; those of the first region when it is left out. */
export function zonesOf(draft: Draft, place: unknown): string[] {
  const [home] = typeof place === 'string' ? draft.placesNamed(place) : (draft.places ?? [])
  if (home === undefined) return []
  const zones = (draft.places ?? []).filter(({ kind }) => kind === 'zone').map(({ id }) => id)
  return zones.filter(id => `${id}/`.startsWith(`${home.id}/`) || `${home.id}/`.startsWith(`${id}/`))
}

function checkSupplier(draft: Draft, path: Path, supplier: unknown, onKey: boolean): void {
  if (typeof supplier !== 'string') return
  if (Object.hasOwn(draft.services, supplier)) {
    if (draft.kindOf(supplier) === 'crew')
      draft.complain(path, `"${supplier}" is a crew; it does work and supplies nothing`, undefined, onKey)
    return
  }
  if (draft.places === undefined) return
  const matches = draft.placesNamed(supplier)
  if (matches.length === 1) return
  const hint =
    matches.length > 1
      ? `it could be ${matches.map(({ id }) => id).join(' or ')}`
      : didYouMean(supplier, [...Object.keys(draft.services), ...draft.places.map(({ id }) => id)])
  draft.complain(
    path,
    matches.length > 1 ? `"${supplier}" is ambiguous` : `there is no service or place "${supplier}"`,
    hint,
    onKey,
  )
}
