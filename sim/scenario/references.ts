/**
 * What a schema cannot know: whether the things named exist and can be what they are used as. Reads the composed data as it was
 * written, valid or not, so that wrong names are reported together with wrong values.
 */
import type { z } from 'zod'
import { effects } from '../effects/index.ts'
import { mean } from '../engine/distribution.ts'
import { metrics } from '../metrics/index.ts'
import { complaints } from '../metrics/measure.ts'
import { plans } from '../plans/index.ts'
import { rowKindNamed, rowKinds } from '../trace/row-kinds.ts'
import { fieldInfo, ID, law, SELECTABLE } from '../units/fields.ts'
import { parseDuration, parseRatio } from '../units/parse.ts'
import { type Data, isMap } from './compose.ts'
import type { Path } from './document.ts'
import { LIMIT_KEYS } from './expectations.ts'
import type { Finding } from './issues.ts'
import { limitComplaint } from './limit-units.ts'
import { linksOf, type PlaceName, placesOf, rackIn } from './place-names.ts'
import { didYouMean, type Limits, nearestTo } from './problems.ts'
import { defaultMachine, worldSchema } from './schema.ts'
import { resolveWorld, sizeOf, type WorldSpec } from './world.ts'

/** Feeds, queues and what else comes with a data centre, as a rule of thumb for what it costs. */
const ENTITIES_PER_DATACENTRE = 50

/** A shorter mean would be as good as for ever, and would never let the run end, s. */
const EVERY_MIN = 1
const everyLaw = law()

const FEEDS = ['utility', 'transfer', 'generators', 'ups', 'distribution', 'cooling']
const QUEUES = ['boot-slots', 'restarts']
const PLACE_KEYS = ['region', 'zone', 'datacentre', 'rack', 'host'] as const

/** Everything in the data that refers to nothing, or to the wrong sort of thing. */
export function checkReferences(data: Data, limits: Limits): Finding[] {
  const findings: Finding[] = []
  const complain = (path: Path, message: string, hint?: string, onKey = false): void => {
    findings.push({ path, message, hint, onKey })
  }
  const entriesOf = (key: string): [string, Data][] =>
    Object.entries(mapOf(data[key])).filter((entry): entry is [string, Data] => isMap(entry[1]))
  const services = mapOf(data.services)
  const clients = mapOf(data.clients)
  const planMap = mapOf(data.plans)
  const faults = mapOf(data.faults)
  const world = readWorld()
  const places = world === undefined ? undefined : placesOf(world)
  const kindOf = (service: string): unknown => mapOf(services[service]).kind ?? 'service'

  uniqueIds()
  if (world !== undefined) checkSize(world)
  checkMachines()
  for (const [id, service] of entriesOf('services')) checkService(['services', id], service)
  for (const [id, client] of entriesOf('clients')) {
    checkServiceName(['clients', id, 'to'], client.to, ['service', 'control-plane'])
    checkServiceName(['clients', id, 'via'], client.via, ['control-plane'])
  }
  for (const [id, plan] of entriesOf('plans')) checkPlan(['plans', id], plan)
  for (const [id, fault] of entriesOf('faults')) {
    const path = ['faults', id]
    if (fault.every !== undefined || fault.at === undefined) checkRecurrence(path, fault)
    for (const key of ['each', 'beta', 'via'])
      if (fault[key] !== undefined && fault.every === undefined)
        complain([...path, key], `belongs to a fault that strikes again and again`, 'say how often with `every`', true)
    checkMoment([...path, 'at'], fault.at)
    checkMoment([...path, 'until'], fault.until)
    checkTarget([...path, 'target'], fault.target, fault.kind)
    if (isMap(fault.at) && typeof fault.at.after === 'string' && fault.at.after.replace(/\.(start|end)$/, '') === id)
      complain([...path, 'at'], 'a fault cannot wait for itself')
    const [at, until] = [fault.at, fault.until].map(moment => parseDuration(moment))
    if (at.ok && until.ok && until.value <= at.value) complain([...path, 'until'], 'it would end before it strikes')
    if (fault.lasts !== undefined && fault.until !== undefined && fault.every === undefined)
      complain([...path, 'until'], 'a fault has either `lasts` or `until`', undefined, true)
  }
  for (const [id, expectation] of entriesOf('expect')) checkExpectation(['expect', id], expectation)
  return findings

  /** Services, clients, plans, faults and regions share one space of ids: streams, links and traces are named by them. */
  function uniqueIds(): void {
    const owners = new Map<string, string>()
    for (const map of ['world', 'services', 'clients', 'plans', 'faults']) {
      for (const id of Object.keys(mapOf(data[map]))) {
        const owner = owners.get(id)
        if (owner !== undefined) complain([map, id], `"${id}" is already an id in ${owner}`, 'ids are unique in a file', true)
        else owners.set(id, map)
      }
    }
  }

  /** The world as far as it is valid on its own, unless it is too large to be laid out. */
  function readWorld(): WorldSpec | undefined {
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

  function checkSize({ regions }: WorldSpec): void {
    let total = 0
    for (const region of regions) {
      for (const zone of region.zones) {
        for (const { name, racks, hosts, power, cooling } of zone.datacentres) {
          total += racks * (hosts + 1)
          if (cooling.resume >= 1)
            complain(
              ['world', region.name],
              'cooling.resume must be below 100%, or hosts would never start again',
              undefined,
              true,
            )
          for (const [what, { units, needed }] of [
            ['generators', power.generators],
            ['chillers', cooling.chillers],
          ] as const) {
            if (needed <= units) continue
            const id = `${region.name}/${zone.name}/${name}`
            complain(['world', region.name], `${id} needs ${needed} ${what} and has ${units}`, undefined, true)
          }
        }
      }
    }
    for (const [, service] of entriesOf('services')) total += typeof service.instances === 'number' ? service.instances : 1
    for (const [, plan] of entriesOf('plans')) total += typeof plan.max === 'number' && plan.enabled !== false ? plan.max : 1
    if (total > limits.entities) {
      complain(
        ['world'],
        `the world holds ${total} racks, hosts and instances, more than ${limits.entities}`,
        'raise the limit with --max-entities',
        true,
      )
    }
  }

  function checkMachines(): void {
    const known = ['nitro', ...Object.keys(mapOf(data.machines))]
    const look = (path: Path, place: unknown): void => {
      if (!isMap(place)) return
      const { machine } = place
      if (typeof machine === 'string' && !known.includes(machine)) {
        complain(
          [...path, 'machine'],
          `there is no machine "${machine}"`,
          didYouMean(machine, known) ?? `there are ${known.join(', ')}`,
        )
      }
      for (const below of ['zones', 'datacentres']) {
        for (const [name, inner] of Object.entries(mapOf(place[below]))) look([...path, below, name], inner)
      }
    }
    for (const [name, region] of entriesOf('world')) look(['world', name], region)
  }

  function checkService(path: Path, service: Data): void {
    for (const key of ['place', 'primary', 'standby']) checkPlace([...path, key], service[key])
    const regions = (places ?? []).filter(({ kind }) => kind === 'region').map(({ id }) => id)
    if (regions.length > 1 && service.place === undefined && service.kind !== 'database' && service.kind !== 'crew') {
      // A default that depends on how many regions there are would move when one is added.
      complain(path, 'with several regions a service must say its `place`', `one of ${regions.join(', ')}`, true)
    }
    if (service.kind === 'database' && service.standby !== undefined && service.standby === service.primary) {
      complain(
        [...path, 'standby'],
        'the standby is where the primary is',
        'a standby elsewhere survives the loss of the place',
      )
    }
    if (service.kind === 'volumes') checkVolumes(path, service)
    for (const [name, need] of Object.entries(mapOf(service.needs))) {
      if (!isMap(need)) continue
      const from = [need.from ?? name].flat()
      from.forEach((supplier, i) => {
        const where =
          need.from === undefined
            ? [...path, 'needs', name]
            : Array.isArray(need.from)
              ? [...path, 'needs', name, 'from', i]
              : [...path, 'needs', name, 'from']
        checkSupplier(where, supplier, need.from === undefined)
      })
      if (from.some(isVolumes)) checkDisk([...path, 'needs', name], service, need, from as string[])
      if (typeof need.k === 'number' && need.k > from.length)
        complain([...path, 'needs', name, 'k'], `${need.k} of ${from.length} can never be up`)
    }
  }

  /** Every volume needs its copies on different hosts of one zone, and every zone a volume. */
  function checkVolumes(path: Path, { place, items, n = 2, k = 1, repair }: Data): void {
    const { search } = mapOf(repair)
    checkServiceName([...path, 'repair', 'search', 'via'], mapOf(search).via, ['control-plane'])
    if (typeof n !== 'number' || typeof k !== 'number') return
    if (k > n) complain([...path, 'k'], `${k} of ${n} copies can never be there`, 'state a larger `n` or a smaller `k`')
    const [home] = typeof place === 'string' ? placesNamed(place) : (places ?? [])
    if (home === undefined) return
    const hosts = new Map<string, number>() // by zone
    for (const { id, kind, racks, hosts: each } of places ?? []) {
      const zone = id.slice(0, id.lastIndexOf('/'))
      if (kind === 'datacentre' && `${id}/`.startsWith(`${home.id}/`)) hosts.set(zone, (hosts.get(zone) ?? 0) + racks * each)
    }
    const small = [...hosts].find(([, has]) => has < n)
    if (small !== undefined) {
      const message = `${n} copies need ${n} hosts, and ${small[0]} has ${small[1] === 1 ? '1 host' : `${small[1]} hosts`}`
      complain([...path, 'n'], message, 'more hosts, or a smaller `n`')
    }
    if (typeof items === 'number' && items < hosts.size)
      complain([...path, 'items'], `${items} volumes are not one for each of ${hosts.size} zones`, 'state its `place`, or more')
  }

  /** Each instance has a volume of its own in its zone, which nothing stands in for. */
  function checkDisk(path: Path, service: Data, need: Data, from: readonly string[]): void {
    if (from.length > 1)
      complain(path, 'volumes stand alone: no other supplier can take their place', 'write a need for each', true)
    if (need.when === 'change') complain([...path, 'when'], 'volumes are needed to start or to serve', 'when: start')
    for (const key of ['hold', 'kept', 'fanout']) {
      if (need[key] !== undefined) complain([...path, key], 'an instance cannot do without its volume', 'leave it out', true)
    }
    if (service.instances === undefined && service.kind !== 'database')
      complain(path, 'only instances have volumes, and this service has none', 'state its `instances`', true)
    const stands = service.kind === 'database' ? [service.primary, service.standby] : [service.place]
    const has = new Set(zonesOf(mapOf(services[from[0]]).place))
    const lacks = stands
      .filter((place, i) => i === 0 || place !== undefined)
      .flatMap(zonesOf)
      .find(zone => !has.has(zone))
    if (lacks !== undefined)
      complain(path, `"${from[0]}" has no volumes in ${lacks}`, 'a volume serves its own zone only', true)
  }

  /** Zones that a place has a part in; those of the first region when it is left out. */
  function zonesOf(place: unknown): string[] {
    const [home] = typeof place === 'string' ? placesNamed(place) : (places ?? [])
    if (home === undefined) return []
    const zones = (places ?? []).filter(({ kind }) => kind === 'zone').map(({ id }) => id)
    return zones.filter(id => `${id}/`.startsWith(`${home.id}/`) || `${home.id}/`.startsWith(`${id}/`))
  }

  function checkSupplier(path: Path, supplier: unknown, onKey: boolean): void {
    if (typeof supplier !== 'string') return
    if (Object.hasOwn(services, supplier)) {
      if (kindOf(supplier) === 'crew')
        complain(path, `"${supplier}" is a crew; it does work and supplies nothing`, undefined, onKey)
      return
    }
    if (places === undefined) return
    const matches = placesNamed(supplier)
    if (matches.length === 1) return
    const hint =
      matches.length > 1
        ? `it could be ${matches.map(({ id }) => id).join(' or ')}`
        : didYouMean(supplier, [...Object.keys(services), ...places.map(({ id }) => id)])
    complain(
      path,
      matches.length > 1 ? `"${supplier}" is ambiguous` : `there is no service or place "${supplier}"`,
      hint,
      onKey,
    )
  }

  function placesNamed(name: string): readonly PlaceName[] {
    return (places ?? []).filter(({ id }) => id === name || id.endsWith(`/${name}`))
  }

  function checkPlace(path: Path, name: unknown): void {
    if (typeof name !== 'string' || places === undefined) return
    const matches = placesNamed(name)
    if (matches.length === 1) return
    if (matches.length > 1) complain(path, `"${name}" is ambiguous`, `it could be ${matches.map(({ id }) => id).join(' or ')}`)
    else complain(path, `there is no place "${name}"`, placeHint(name))
  }

  function placeHint(name: string, kinds: readonly string[] = ['region', 'zone', 'datacentre']): string | undefined {
    const candidates = (places ?? []).filter(({ kind }) => kinds.includes(kind))
    const names = new Set(
      candidates.flatMap(({ id }) => [id, id.slice(id.lastIndexOf('/') + 1), id.slice(id.indexOf('/') + 1)]),
    )
    return didYouMean(name, names) ?? hintOf(new Set(candidates.map(({ id }) => id.slice(id.indexOf('/') + 1))))
  }

  function checkServiceName(path: Path, name: unknown, kinds: readonly string[]): void {
    if (typeof name !== 'string' || !ID.test(name)) return
    const fitting = Object.keys(services).filter(service => kinds.includes(String(kindOf(service))))
    if (!Object.hasOwn(services, name)) {
      complain(path, `there is no ${wordsFor(kinds)} "${name}"`, didYouMean(name, fitting) ?? hintOf(fitting))
    } else if (!fitting.includes(name)) {
      complain(path, `"${name}" is a ${String(kindOf(name))}, not a ${wordsFor(kinds)}`, hintOf(fitting))
    }
  }

  function checkPlan(path: Path, plan: Data): void {
    const definition = plans.find(({ kind }) => kind === plan.kind)
    if (definition === undefined) return
    for (const [key, schema] of Object.entries(definition.fields)) {
      const info = fieldInfo(schema as z.core.$ZodType)
      if (info?.type === 'moment') checkMoment([...path, key], plan[key])
      if (info?.type !== 'id') continue
      const via = definition.kind === 'runbook' ? 'crew' : 'control-plane'
      checkServiceName([...path, key], plan[key], key === 'via' ? [via] : ['service', 'control-plane'])
    }
    if (definition.kind === 'autoscaler' && typeof plan.of === 'string' && plan.enabled !== false) checkScaled(path, plan.of)
    const steps = mapOf(plan.steps)
    for (const [name, step] of Object.entries(steps)) {
      if (!ID.test(name)) complain([...path, 'steps', name], 'ids are a-z, 0-9 and hyphens', undefined, true)
      if (!isMap(step)) continue
      if (step.kind === 'lift') checkLifted([...path, 'steps', name], steps, step)
      else checkTarget([...path, 'steps', name, 'target'], step.target, step.kind)
      for (const earlier of [step.after ?? []].flat()) {
        if (typeof earlier === 'string' && !Object.hasOwn(steps, earlier)) {
          complain([...path, 'steps', name, 'after'], `there is no step "${earlier}"`, didYouMean(earlier, Object.keys(steps)))
        }
      }
    }
    const circle = stepsInCircle(steps)
    if (circle !== undefined) complain([...path, 'steps', circle, 'after'], 'steps wait for each other in a circle')
  }

  /** A step can be undone that comes before, and whose effect knows how. */
  function checkLifted(path: Path, steps: Data, { of, after }: Data): void {
    if (typeof of !== 'string') return
    const lifted = steps[of]
    if (!isMap(lifted)) complain([...path, 'of'], `there is no step "${of}"`, didYouMean(of, Object.keys(steps)))
    else if (![after ?? []].flat().includes(of))
      complain([...path, 'after'], `has to name "${of}", which it undoes`, undefined, true)
    else if (effects.find(({ kind }) => kind === lifted.kind)?.lift === undefined)
      complain([...path, 'of'], `${lifted.kind} cannot be undone`)
    else if (lifted.times !== undefined && lifted.times !== 1)
      complain([...path, 'of'], 'what is done several times cannot be undone')
  }

  /** A utilisation exists only where there are instances and someone who uses them. */
  function checkScaled(path: Path, id: string): void {
    const service = services[id]
    if (!isMap(service)) return
    if (service.instances === undefined)
      complain([...path, 'of'], `"${id}" has no instances to add to`, 'state its `instances`')
    else if (!entriesOf('clients').some(([, client]) => client.to === id)) {
      complain(
        [...path, 'of'],
        `no client calls "${id}", so it has no utilisation to go by`,
        'scale a service that a client calls',
      )
    }
  }

  function checkMoment(path: Path, moment: unknown): void {
    if (!isMap(moment)) return
    if (typeof moment.after === 'string') checkFault([...path, 'after'], moment.after)
    if (!isMap(moment.when)) return
    const { row, of } = moment.when
    if (typeof row === 'string') checkRow([...path, 'when', 'row'], row)
    if (of !== undefined) checkSelector([...path, 'when', 'of'], of)
  }

  function checkFault(path: Path, reference: string): void {
    const id = reference.replace(/\.(start|end)$/, '')
    if (Object.hasOwn(faults, id)) return
    complain(path, `there is no fault "${id}"`, didYouMean(id, Object.keys(faults)) ?? hintOf(Object.keys(faults)))
  }

  function checkRow(path: Path, row: string): void {
    if (rowKindNamed('place.ready') < 0 || rowKindNamed(row) >= 0) return // kinds are known once the models are loaded
    const names = rowKinds().map(({ name }) => name)
    complain(path, `no row is called "${row}"`, didYouMean(row, names) ?? 'blackstart explain rows lists them')
  }

  /** A target must exist and must be of a kind that the effect can strike. */
  function checkTarget(path: Path, target: unknown, effectKind: unknown): void {
    if (!isMap(target)) return
    if (!checkSelector(path, target)) return
    const effect = effects.find(({ kind }) => kind === effectKind)
    const kind = selectedKind(target)
    if (effect === undefined || kind === undefined) return
    const allowed: readonly string[] = effect.targets
    if (!allowed.includes(kind))
      complain(path, `${effect.kind} cannot strike a ${kind}: the target can never match`, `it strikes ${allowed.join(', ')}`)
    else if (effect.kind.startsWith('volume-') || [target.service ?? []].flat().some(isVolumes))
      checkVolumesStruck(path, effect.kind, target)
    else if ('capacity' in effect.fields || 'errors' in effect.fields) {
      // Only requests from clients can be slowed or failed in part; a call to another service fails when that is down.
      const asked = new Set(Object.values(clients).map(client => (isMap(client) ? client.to : undefined)))
      for (const service of [target.service ?? []].flat()) {
        if (typeof service === 'string' && !asked.has(service))
          complain(
            [...path, 'service'],
            `no client sends requests to "${service}": ${effect.kind} would change nothing`,
            'operator-error takes it down',
          )
      }
    } else if (
      kind === 'feed' &&
      effect.named !== undefined &&
      target.feed !== undefined &&
      ![target.feed].flat().some(feed => effect.named?.includes(String(feed)))
    ) {
      complain(
        [...path, 'feed'],
        `${effect.kind} strikes only ${effect.named.join(' and ')}: the target can never match`,
        `write ${effect.named[0]}`,
      )
    }
  }

  function isVolumes(id: unknown): boolean {
    return typeof id === 'string' && kindOf(id) === 'volumes'
  }

  /** Effects on volumes strike nothing else, and nothing else strikes volumes. */
  function checkVolumesStruck(path: Path, effectKind: string, target: Data): void {
    const own = effects.map(({ kind }) => kind).filter(kind => kind.startsWith('volume-'))
    if (!own.includes(effectKind)) complain([...path, 'service'], `${effectKind} does nothing to volumes`, hintOf(own))
    else if (!Object.keys(services).some(isVolumes))
      complain(path, `there are no volumes: ${effectKind} would change nothing`, 'add a service of kind: volumes')
    else if (target.service !== undefined && ![target.service].flat().every(isVolumes))
      complain([...path, 'service'], `${effectKind} strikes only volumes`, hintOf(Object.keys(services).filter(isVolumes)))
  }

  function selectedKind(selector: Data): string | undefined {
    if (typeof selector.of === 'string') return selector.of
    for (const key of SELECTABLE) if (!isPlaceKey(key) && selector[key] !== undefined) return key
    for (let i = PLACE_KEYS.length - 1; i >= 0; i--) if (selector[PLACE_KEYS[i]] !== undefined) return PLACE_KEYS[i]
    const [place] = [selector.place ?? []].flat()
    if (typeof place !== 'string') return undefined
    const [match] = placesNamed(place)
    return match?.kind ?? (hostOf(place) === undefined ? undefined : /\/h\d+$/.test(place) ? 'host' : 'rack')
  }

  /** What strikes again and again must end in between, and its members must be there to fail by themselves. */
  function checkRecurrence(path: Path, fault: Data): void {
    const { kind, target, every, lasts, until, odds, each, beta, via } = fault
    if (every === undefined) {
      if (Object.keys(fault).some(key => nearestTo(key, ['at', 'every']) !== undefined)) return // misspelt, not missing
      complain([...path, 'at'], 'is missing', 'needs a time such as 30m, or `every` to strike again and again')
      return
    }
    const parsed = everyLaw.safeParse(every)
    if (parsed.success && mean(parsed.data) < EVERY_MIN)
      complain([...path, 'every'], 'its mean must be at least 1s', 'what strikes more often is better said as a share')
    if (lasts === undefined && via === undefined)
      complain([...path, 'every'], 'it must end before it can strike again', 'add `lasts`, or `via` and a crew', true)
    if (until !== undefined)
      complain([...path, 'until'], 'a fault with `every` ends again and again', 'say how long with `lasts`', true)
    const share = parseRatio(odds)
    if (share.ok && share.value > 0 && share.value < 1)
      complain([...path, 'odds'], 'with `every` it strikes or it does not: 0% or 100%', 'for fewer strikes a longer `every`')
    if (beta !== undefined && each === undefined)
      complain([...path, 'beta'], 'only members have causes in common', 'say which with `each`', true)
    checkServiceName([...path, 'via'], via, ['crew'])
    checkMembers([...path, 'each'], kind, target, each)
  }

  /** Whether the targets of a fault can be told apart by a kind of place, or are made of such places. */
  function checkMembers(path: Path, effectKind: unknown, target: unknown, each: unknown): void {
    const effect = effects.find(({ kind }) => kind === effectKind)
    const struck = isMap(target) ? selectedKind(target) : undefined
    const level = (PLACE_KEYS as readonly unknown[]).indexOf(each)
    if (effect === undefined || struck === undefined || level < 0) return
    const narrowest = struck === 'feed' ? PLACE_KEYS.indexOf('datacentre') : (PLACE_KEYS as readonly string[]).indexOf(struck)
    if (narrowest < 0)
      complain(path, `a ${struck} does not lie in a ${String(each)}`, 'leave `each` out: all targets fail as one')
    else if (level > narrowest && struck === 'feed')
      complain(path, `a feed does not lie in a ${String(each)}`, 'each: datacentre')
    else if (level > narrowest && !(effect.targets as readonly unknown[]).includes(each))
      complain(path, `${effect.kind} cannot strike a ${String(each)}`, `it strikes ${effect.targets.join(', ')}`)
  }

  /** Whether all things named exist, and some place is all that it is said to be. */
  function checkSelector(path: Path, selector: unknown): boolean {
    if (!isMap(selector)) return false
    const before = findings.length
    for (const key of SELECTABLE) {
      for (const [i, name] of [selector[key] ?? []].flat().entries()) {
        if (typeof name === 'string') checkNamed(Array.isArray(selector[key]) ? [...path, key, i] : [...path, key], key, name)
      }
    }
    for (const [i, name] of [selector.place ?? []].flat().entries()) {
      const at = Array.isArray(selector.place) ? [...path, 'place', i] : [...path, 'place']
      if (typeof name !== 'string' || places === undefined) continue
      if (!places.some(({ id }) => id === name) && hostOf(name) === undefined) {
        complain(
          at,
          `there is no place with the id "${name}"`,
          placesNamed(name)[0] === undefined ? placeHint(name) : `write ${placesNamed(name)[0].id}`,
        )
      }
    }
    if (findings.length === before && places !== undefined && !matchesAnywhere(selector)) {
      complain(path, 'the target can never match: no place is all of these')
    }
    if (isMap(selector.except)) checkSelector([...path, 'except'], { of: selector.of, ...selector.except })
    return findings.length === before
  }

  function checkNamed(path: Path, key: (typeof SELECTABLE)[number], name: string): void {
    const missing = (candidates: readonly string[]): void => {
      if (candidates.some(candidate => candidate === name || candidate.endsWith(`/${name}`))) return
      const short = candidates.map(candidate => candidate.slice(candidate.lastIndexOf('/') + 1))
      complain(path, `there is no ${key} "${name}"`, didYouMean(name, [...new Set([...short, ...candidates])]) ?? hintOf(short))
    }
    switch (key) {
      case 'region':
      case 'zone':
      case 'datacentre':
        if (places !== undefined && !placesNamed(name).some(({ kind }) => kind === key)) {
          complain(path, `there is no ${key} "${name}"`, placeHint(name, [key]))
        }
        break
      case 'rack':
      case 'host':
        if (places !== undefined && !places.some(place => rackIn(place, name, key))) {
          complain(path, `there is no ${key} "${name}"`, key === 'rack' ? 'racks are r1, r2 …' : 'hosts are h1, h2 …')
        }
        break
      case 'feed':
        missing(FEEDS)
        break
      case 'queue':
        missing(QUEUES)
        break
      case 'service':
        missing(Object.keys(services))
        break
      case 'client':
        missing(Object.keys(clients))
        break
      case 'plan':
        missing(Object.keys(planMap))
        break
      case 'link':
        if (world !== undefined) missing(linksOf(world))
        break
      case 'cell':
      case 'instance':
        break // made while the scenario is wired
      default:
        key satisfies never
    }
  }

  /** Whether one place fulfils every place key; other keys are taken as fulfilled. */
  function matchesAnywhere(selector: Data): boolean {
    const given = PLACE_KEYS.filter(key => selector[key] !== undefined)
    if (given.length < 2 && (given.length === 0 || selector.place === undefined)) return true
    const namesOf = (key: string): string[] => [selector[key] ?? []].flat().filter(name => typeof name === 'string')
    return (places ?? [])
      .filter(({ kind }) => kind === 'datacentre')
      .some(place => {
        const [region, zone] = place.id.split('/')
        const ids = { region, zone: `${region}/${zone}`, datacentre: place.id }
        const fits = given.every(key =>
          namesOf(key).some(name =>
            key === 'rack' || key === 'host' ? rackIn(place, name, key) : ids[key] === name || ids[key].endsWith(`/${name}`),
          ),
        )
        const under =
          selector.place === undefined ||
          namesOf('place').some(name => `${place.id}/`.startsWith(`${name}/`) || name.startsWith(`${place.id}/`))
        return fits && under
      })
  }

  /** The data centre that a whole id of a rack or host lies in. */
  function hostOf(id: string): PlaceName | undefined {
    return places?.find(
      place =>
        place.kind === 'datacentre' &&
        id.startsWith(`${place.id}/`) &&
        rackIn(place, id.slice(place.id.length + 1), 'rack or host'),
    )
  }

  function checkExpectation(path: Path, expectation: Data): void {
    const { metric, of, after } = expectation
    const measured = metrics.find(({ name }) => name === metric)
    if (measured !== undefined) {
      for (const { key, message, hint } of complaints(measured, expectation)) complain([...path, key], message, hint)
    }
    if (typeof of === 'string') checkSubject([...path, 'of'], of)
    else if (of !== undefined) checkSelector([...path, 'of'], of)
    if (typeof after === 'string') {
      if (!isTime(after)) checkFault([...path, 'after'], after)
    } else checkMoment([...path, 'after'], after)
    if (typeof expectation.row === 'string') checkRow([...path, 'row'], expectation.row)
    for (const [i, row] of [expectation.rows ?? []].flat().entries())
      if (typeof row === 'string') checkRow([...path, 'rows', i], row)
    const judged = ['at-least', 'at-most', 'equals', 'between', 'published'].filter(
      key => expectation[key] !== undefined && expectation[key] !== null,
    )
    if (judged.length === 0) complain(path, 'expects nothing', 'add at-least, at-most, equals, between or published', true)
    if (expectation.tolerance !== undefined && expectation.equals === undefined)
      complain([...path, 'tolerance'], 'belongs to `equals`', undefined, true)
    if (measured === undefined) return
    for (const key of LIMIT_KEYS) {
      const value = expectation[key]
      const values = Array.isArray(value) ? value : [value]
      values.forEach((one, i) => {
        const wrong = limitComplaint(measured.name, measured.unit, one)
        if (wrong !== undefined) complain(Array.isArray(value) ? [...path, key, i] : [...path, key], wrong.message, wrong.hint)
      })
    }
  }

  function checkSubject(path: Path, id: string): void {
    const own = [services, clients, planMap, faults].flatMap(map => Object.keys(map))
    if (own.includes(id) || places === undefined) return
    const [first, ...rest] = id.split('/')
    if (Object.hasOwn(services, first) && rest.length > 0) return // a cell or an instance
    if (placesNamed(id).length > 0 || hostOf(id) !== undefined) return
    const last = rest[rest.length - 1]
    if ([...FEEDS, ...QUEUES].includes(last) && placesNamed(id.slice(0, -last.length - 1)).length > 0) return
    if (QUEUES.includes(id) || FEEDS.includes(id)) return
    complain(path, `there is nothing called "${id}"`, didYouMean(id, [...own, ...places.map(place => place.id)]))
  }
}

/** A step that comes round to itself, or undefined. */
function stepsInCircle(steps: Data): string | undefined {
  const before = (name: string): string[] => [mapOf(steps[name]).after ?? []].flat().filter(one => typeof one === 'string')
  const done = new Set<string>()
  let left = Object.keys(steps)
  for (;;) {
    const next = left.filter(name => before(name).some(one => Object.hasOwn(steps, one) && !done.has(one)))
    if (next.length === left.length) return left[0]
    for (const name of left) if (!next.includes(name)) done.add(name)
    left = next
  }
}

function isPlaceKey(key: string): boolean {
  return (PLACE_KEYS as readonly string[]).includes(key)
}

/** `1h` is a time and not a fault; faults may be called anything that is an id. */
function isTime(text: string): boolean {
  return /^\d+(\.\d+)?\s*[a-z]+$/.test(text)
}

function mapOf(value: unknown): Data {
  return isMap(value) ? value : {}
}

function hintOf(names: Iterable<string>): string | undefined {
  const list = [...names]
  if (list.length === 0) return undefined
  return `there ${list.length === 1 ? 'is' : 'are'} ${list.slice(0, 12).join(', ')}${list.length > 12 ? ' …' : ''}`
}

function wordsFor(kinds: readonly string[]): string {
  return kinds.length > 1 ? 'service' : kinds[0]
}
