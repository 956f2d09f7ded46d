/** Leases: who may hold them and who may grant them, and what may be done to those who grant. */
import { mean } from '../../engine/distribution.ts'
import { law } from '../../units/fields.ts'
import { formatDuration } from '../../units/format.ts'
import { parseDuration } from '../../units/parse.ts'
import { type Data, isMap } from '../compose.ts'
import type { Path } from '../document.ts'
import { type Draft, hintOf, mapOf } from './draft.ts'

const costLaw = law()

/** Services that grant leases, by id. */
export function leaseSuppliers(draft: Draft): string[] {
  const suppliers = draft
    .entriesOf('services')
    .flatMap(([, { needs }]) =>
      Object.entries(mapOf(needs)).flatMap(([name, need]) =>
        isMap(need) && need.refresh !== undefined ? [need.from ?? name].flat().slice(0, 1) : [],
      ),
    )
  return [...new Set(suppliers.filter(one => typeof one === 'string'))]
}

/** Effects on leases change nothing where there are none; their terms are those of the service that grants them. */
export function checkLeasesStruck(draft: Draft, path: Path, effectKind: string, target: Data): void {
  const suppliers = leaseSuppliers(draft)
  if (suppliers.length === 0)
    draft.complain(path, `there are no leases: ${effectKind} would change nothing`, 'a need with `refresh` is a lease')
  else
    for (const service of [target.service ?? []].flat()) {
      if (typeof service !== 'string' || suppliers.includes(service)) continue
      draft.complain(
        [...path, 'service'],
        `"${service}" grants no leases: ${effectKind} would change nothing`,
        hintOf(suppliers),
      )
    }
}

/** Each instance has a lease of its own, from one service that can be asked for it, and renews it before it runs out. */
export function checkLease(draft: Draft, path: Path, service: Data, need: Data, name: string): void {
  const at = [...path, 'refresh']
  if (service.instances === undefined && service.kind !== 'database')
    draft.complain(at, 'only instances hold leases, and this service has none', 'state its `instances`', true)
  const from = [need.from ?? name].flat()
  const [supplier] = from
  if (from.length > 1) draft.complain(path, 'a lease comes from one supplier', 'write a need for each', true)
  else if (typeof supplier === 'string' && draft.isVolumes(supplier))
    draft.complain(at, `"${supplier}" has no instances to answer calls`, 'leases come from a service', true)
  else if (typeof supplier === 'string' && !Object.hasOwn(draft.services, supplier) && draft.placesNamed(supplier).length === 1)
    draft.complain(at, `"${supplier}" is a place, which answers no calls`, 'leases come from a service', true)
  if (need.when !== undefined && need.when !== 'serve')
    draft.complain([...path, 'when'], 'an instance without its lease cannot serve', 'leave it out', true)
  for (const key of ['kept', 'fanout'])
    if (need[key] !== undefined) draft.complain([...path, key], 'has no meaning for leases', 'leave it out', true)
  const { every = '4m', timeout = '1s', cost } = mapOf(need.refresh)
  const [heldFor, renewedEvery, patience] = [need.hold ?? '0s', every, timeout].map(parseDuration)
  if (need.hold !== 'forever' && heldFor.ok && renewedEvery.ok && renewedEvery.value >= heldFor.value)
    draft.complain(
      need.hold === undefined ? path : [...at, ...(mapOf(need.refresh).every === undefined ? [] : ['every'])],
      `a lease that is good for ${formatDuration(heldFor.value)} runs out before it is renewed after ${formatDuration(renewedEvery.value)}`,
      'state a longer `hold`',
      need.hold === undefined,
    )
  if (need.hold !== 'forever' && need.hold !== undefined && heldFor.ok && patience.ok && patience.value >= heldFor.value)
    draft.complain(
      [...at, 'timeout'],
      `a lease that is good for ${formatDuration(heldFor.value)} runs out before a call for it gives up after ${formatDuration(patience.value)}`,
      'a shorter `timeout`, or a longer `hold`',
    )
  const work = costLaw.safeParse(cost)
  if (work.success && patience.ok && mean(work.data) > patience.value)
    draft.complain(
      [...at, 'cost'],
      `takes ${formatDuration(mean(work.data))} of one instance on average, longer than the time-out`,
      'a longer `timeout`, or less work',
    )
}
