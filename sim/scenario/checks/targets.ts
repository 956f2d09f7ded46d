/** What effects are done to: it must be of a kind that the effect can strike. */
import { strikesFeed } from '../../effects/define.ts'
import { effects } from '../../effects/index.ts'
import { SELECTABLE } from '../../units/fields.ts'
import { type Data, isMap } from '../compose.ts'
import type { Path } from '../document.ts'
import { type Draft, hintOf, isPlaceKey, mapOf, PLACE_KEYS } from './draft.ts'
import { checkLeasesStruck, leaseSuppliers } from './leases.ts'
import { checkSelector } from './selectors.ts'

/** A target must exist and must be of a kind that the effect can strike. */
export function checkTarget(draft: Draft, path: Path, target: unknown, effectKind: unknown): void {
  if (!isMap(target)) return
  if (!checkSelector(draft, path, target)) return
  const effect = effects.find(({ kind }) => kind === effectKind)
  const kind = selectedKind(draft, target)
  if (effect === undefined || kind === undefined) return
  const allowed: readonly string[] = effect.targets
  if (!allowed.includes(kind))
    draft.complain(
      path,
      `${effect.kind} cannot strike a ${kind}: the target can never match`,
      `it strikes ${allowed.join(', ')}`,
    )
  else if (effect.kind === 'fabric-failure' && !hasFabric(draft))
    draft.complain(path, 'no data centre states its network devices: fabric-failure would change nothing', 'state a `fabric`')
  else if (effect.kind.startsWith('volume-') || [target.service ?? []].flat().some(draft.isVolumes))
    checkVolumesStruck(draft, path, effect.kind, target)
  else if (effect.kind === 'io-load') checkIoLoad(draft, path, target)
  else if (kind === 'instance') checkInstances(draft, path, target)
  else if (effect.kind === 'crew-grow') checkCrews(draft, path, target)
  else if (CONTROL_PLANE_EFFECTS.includes(effect.kind)) checkControlPlanes(draft, path, effect.kind, target)
  else if (effect.kind === 'state-loss') checkChanged(draft, path, target)
  else if (effect.kind.startsWith('lease-')) checkLeasesStruck(draft, path, effect.kind, target)
  else if (kind === 'client') checkClients(draft, path, effect.kind, target)
  else if ('capacity' in effect.fields || 'errors' in effect.fields) {
    // Only requests from clients and calls for leases can be slowed or failed in part; other calls fail when the callee is down.
    const asked = new Set(Object.values(draft.clients).map(client => (isMap(client) ? client.to : undefined)))
    if ('capacity' in effect.fields) for (const supplier of leaseSuppliers(draft)) asked.add(supplier)
    for (const service of [target.service ?? []].flat()) {
      if (typeof service === 'string' && !asked.has(service))
        draft.complain(
          [...path, 'service'],
          `no client sends requests to "${service}": ${effect.kind} would change nothing`,
          'operator-error takes it down',
        )
    }
  } else if (
    kind === 'feed' &&
    effect.named !== undefined &&
    target.feed !== undefined &&
    ![target.feed].flat().some(feed => strikesFeed(effect, String(feed), Object.hasOwn(draft.feeds, String(feed))))
  ) {
    draft.complain(
      [...path, 'feed'],
      `${effect.kind} strikes only ${effect.named.map(wordFor).join(' and ')}: the target can never match`,
      `write ${effect.named[0]}`,
    )
  }
}

function hasFabric({ world }: Draft): boolean {
  const datacentres = world?.regions.flatMap(({ zones }) => zones.flatMap(zone => zone.datacentres))
  return datacentres?.some(({ fabric }) => fabric !== undefined) ?? true
}

/** What the sorts of feeds that an effect may strike are called. */
const wordFor = (sort: string): string =>
  sort === 'shared' ? 'those of `feeds`' : sort === 'line-up' ? 'line-1, line-2 …' : sort

const CONTROL_PLANE_EFFECTS = ['api-deny', 'deregister']

/** Only control planes have an API, and instances that calls are sent to. */
function checkControlPlanes(draft: Draft, path: Path, effectKind: string, target: Data): void {
  for (const service of [target.service ?? []].flat()) {
    if (typeof service !== 'string' || draft.kindOf(service) === 'control-plane') continue
    const planes = Object.keys(draft.services).filter(id => draft.kindOf(id) === 'control-plane')
    draft.complain([...path, 'service'], `"${service}" is no control plane: ${effectKind} would change nothing`, hintOf(planes))
  }
}

/** A record that nobody uses may be lost: instances run on without. */
function checkChanged(draft: Draft, path: Path, target: Data): void {
  const changed = draft.entriesOf('clients').flatMap(([, { asks, of }]) => (asks === 'change' ? [of] : []))
  for (const service of [target.service ?? []].flat()) {
    if (typeof service !== 'string' || changed.includes(service)) continue
    const ofIt = draft
      .entriesOf('clients')
      .flatMap(([, { asks, via, of }]) => (asks === 'change' && via === service ? [of] : []))
    draft.complain(
      [...path, 'service'],
      `nobody changes "${service}": state-loss would change nothing`,
      ofIt.length > 0
        ? `the target is the service that is changed: ${ofIt.join(', ')}`
        : draft.kindOf(service) === 'control-plane'
          ? `the target is the service that is changed, of a client {asks: change, via: ${service}}`
          : `add a client {asks: change, of: ${service}}`,
    )
  }
}

/** Only clients that send requests have a load, and of these some have a cache; those who ask for launches have neither. */
function checkClients(draft: Draft, path: Path, effectKind: string, target: Data): void {
  for (const client of [target.client ?? []].flat()) {
    const [key, lacks] = effectKind === 'cache-flush' ? ['cache', 'has no cache'] : ['to', 'sends no requests']
    if (typeof client !== 'string' || mapOf(draft.clients[client])[key] !== undefined) continue
    const fitting = draft.entriesOf('clients').flatMap(([id, given]) => (given[key] === undefined ? [] : [id]))
    draft.complain([...path, 'client'], `"${client}" ${lacks}: ${effectKind} would change nothing`, hintOf(fitting))
  }
}

/** Only people can be called in. */
function checkCrews(draft: Draft, path: Path, target: Data): void {
  const crews = Object.keys(draft.services).filter(id => draft.kindOf(id) === 'crew')
  if ([target.service ?? []].flat().every(service => crews.includes(String(service)))) return
  draft.complain([...path, 'service'], 'crew-grow calls in people: the target must be a crew', hintOf(crews))
}

/** I/Os count on hosts that are observed, and only those that somebody asks for. */
function checkIoLoad(draft: Draft, path: Path, target: Data): void {
  if (mapOf(draft.data.run).observe === undefined)
    draft.complain(path, 'no host is observed: io-load would change nothing', 'run: {observe: {host: …}}')
  const asking = draft.entriesOf('services').flatMap(([id, { io }]) => (isMap(io) ? [id] : []))
  for (const service of [target.service ?? []].flat())
    if (typeof service === 'string' && !asking.includes(service))
      draft.complain([...path, 'service'], `"${service}" states no io: io-load would change nothing`, hintOf(asking))
}

/** People are no instances. */
function checkInstances(draft: Draft, path: Path, target: Data): void {
  for (const service of [target.service ?? []].flat())
    if (typeof service === 'string' && draft.kindOf(service) === 'crew')
      draft.complain([...path, 'service'], `"${service}" has no instances: the target can never match`)
}

/** Effects on volumes strike nothing else, and nothing else strikes volumes. */
function checkVolumesStruck(draft: Draft, path: Path, effectKind: string, target: Data): void {
  const own = effects.map(({ kind }) => kind).filter(kind => kind.startsWith('volume-'))
  if (!own.includes(effectKind)) draft.complain([...path, 'service'], `${effectKind} does nothing to volumes`, hintOf(own))
  else if (!Object.keys(draft.services).some(draft.isVolumes))
    draft.complain(path, `there are no volumes: ${effectKind} would change nothing`, 'add a service of kind: volumes')
  else if (target.service !== undefined && ![target.service].flat().every(draft.isVolumes))
    draft.complain(
      [...path, 'service'],
      `${effectKind} strikes only volumes`,
      hintOf(Object.keys(draft.services).filter(draft.isVolumes)),
    )
}

export function selectedKind(draft: Draft, selector: Data): string | undefined {
  if (typeof selector.of === 'string') return selector.of
  const isInPlace = selector.place !== undefined || PLACE_KEYS.some(key => selector[key] !== undefined)
  if (selector.service !== undefined && selector.instance === undefined && isInPlace) return 'cell'
  for (const key of SELECTABLE) if (!isPlaceKey(key) && selector[key] !== undefined) return key
  for (let i = PLACE_KEYS.length - 1; i >= 0; i--) if (selector[PLACE_KEYS[i]] !== undefined) return PLACE_KEYS[i]
  const [place] = [selector.place ?? []].flat()
  if (typeof place !== 'string') return undefined
  const [match] = draft.placesNamed(place)
  return match?.kind ?? (draft.hostOf(place) === undefined ? undefined : /\/h\d+$/.test(place) ? 'host' : 'rack')
}
