/** Clients: whom they ask, what for, and how often. */
import { mean } from '../../engine/distribution.ts'
import { law } from '../../units/fields.ts'
import type { Data } from '../compose.ts'
import type { Path } from '../document.ts'
import { type Draft, isOfFlows, mapOf } from './draft.ts'
import { checkPlace, checkServiceName } from './names.ts'
import { zonesOf } from './services.ts'

/** Calls are simulated one by one: with a shorter mean a run would hardly end, s. */
const EVERY_MIN = 0.001
const everyLaw = law()

export function checkClient(draft: Draft, path: Path, client: Data): void {
  if (client.cache !== undefined && !isOfFlows(draft))
    draft.complain([...path, 'cache'], 'caches answer flows only', 'run: {fidelity: flow}', true)
  checkServiceName(draft, [...path, 'to'], client.to, ['service', 'control-plane'])
  checkServiceName(draft, [...path, 'via'], client.via, ['control-plane'])
  const changeable = client.asks === 'create-volume' ? ['volumes'] : ['service', 'control-plane', 'database']
  checkServiceName(draft, [...path, 'of'], client.of, changeable)
  checkPlace(draft, [...path, 'place'], client.place)
  const regions = (draft.places ?? []).filter(({ kind }) => kind === 'region').map(({ id }) => id)
  if (client.asks === 'launch') {
    if (client.every !== undefined && client.place === undefined && regions.length > 1)
      draft.complain(path, 'with several regions launches must say their `place`', `one of ${regions.join(', ')}`, true)
    if (client.every === undefined && client.place !== undefined)
      draft.complain([...path, 'place'], 'belongs to launches with `every`', 'say how often with `every`', true)
  }
  if (client.asks === 'create-volume' && draft.isVolumes(client.of) && typeof client.place === 'string') {
    const has = zonesOf(draft, mapOf(draft.services[String(client.of)]).place)
    const asked = zonesOf(draft, client.place)
    if (asked.length > 0 && !asked.some(zone => has.includes(zone)))
      draft.complain([...path, 'place'], `"${String(client.of)}" has no volumes in ${client.place}`)
  }
  const every = everyLaw.safeParse(client.every)
  if (client.every !== undefined && every.success && mean(every.data) < EVERY_MIN)
    draft.complain([...path, 'every'], 'its mean must be at least 1ms', 'fewer calls, each for more')
  if (client.asks === 'change') checkOneWay(draft, path, client)
}

/** The instances of a service are changed through one control plane, which knows of each. */
function checkOneWay(draft: Draft, path: Path, { of, via }: Data): void {
  for (const [id, other] of draft.entriesOf('clients')) {
    if (other.asks !== 'change' || other.of !== of || other.via === via) continue
    if (path[1] === id || Object.keys(draft.clients).indexOf(id) > Object.keys(draft.clients).indexOf(String(path[1]))) continue
    draft.complain(
      [...path, 'via'],
      `"${id}" changes "${String(of)}" through "${String(other.via)}"`,
      'one control plane knows of its instances',
    )
  }
}
