/** The world itself: how large it is, whether sets of units can ever suffice, and whether its machines exist. */
import { isMap } from '../compose.ts'
import type { Path } from '../document.ts'
import { didYouMean } from '../problems.ts'
import type { WorldSpec } from '../world.ts'
import { type Draft, mapOf } from './draft.ts'
import { checkNeeds } from './services.ts'

export function checkSize(draft: Draft, { regions }: WorldSpec): void {
  let total = 0
  for (const region of regions) {
    for (const zone of region.zones) {
      for (const { name, racks, hosts, power, cooling } of zone.datacentres) {
        total += racks * (hosts + 1)
        if (cooling.resume >= 1)
          draft.complain(
            ['world', region.name],
            'cooling.resume must be below 100%, or hosts would never start again',
            undefined,
            true,
          )
        if (cooling.restart.below <= 0)
          draft.complain(
            ['world', region.name],
            'cooling.restart.below must be more than 0%, or chillers could never be restarted',
            undefined,
            true,
          )
        const id = `${region.name}/${zone.name}/${name}`
        for (const [what, { units, needed }] of [
          ['line-ups', power.lineups],
          ['generators', power.generators],
          ['chillers', cooling.chillers],
        ] as const) {
          if (needed <= units) continue
          draft.complain(['world', region.name], `${id} needs ${needed} ${what} and has ${units}`, undefined, true)
        }
        const { units, needed, running } = cooling.chillers
        if (running > units || (running < needed && needed <= units)) {
          const message = `${id} runs ${running} chillers: it has ${units} and needs ${needed}`
          draft.complain(['world', region.name], message, undefined, true)
        }
      }
    }
  }
  for (const [, service] of draft.entriesOf('services')) total += typeof service.instances === 'number' ? service.instances : 1
  for (const [, plan] of draft.entriesOf('plans'))
    total += typeof plan.max === 'number' && plan.enabled !== false ? plan.max : 1
  if (total > draft.limits.entities) {
    draft.complain(
      ['world'],
      `the world holds ${total} racks, hosts and instances, more than ${draft.limits.entities}`,
      'raise the limit with --max-entities',
      true,
    )
  }
}

/** What the links of a region need. */
export function checkNetworks(draft: Draft): void {
  for (const [name, region] of draft.entriesOf('world')) {
    checkNeeds(draft, ['world', name, 'network'], mapOf(region.network).needs, at =>
      draft.complain(at, 'volumes hold data; a link needs services or places', undefined, true),
    )
  }
}

export function checkMachines(draft: Draft): void {
  const known = ['nitro', ...Object.keys(mapOf(draft.data.machines))]
  const look = (path: Path, place: unknown): void => {
    if (!isMap(place)) return
    const { machine } = place
    if (typeof machine === 'string' && !known.includes(machine)) {
      draft.complain(
        [...path, 'machine'],
        `there is no machine "${machine}"`,
        didYouMean(machine, known) ?? `there are ${known.join(', ')}`,
      )
    }
    for (const below of ['zones', 'datacentres']) {
      for (const [name, inner] of Object.entries(mapOf(place[below]))) look([...path, below, name], inner)
    }
  }
  for (const [name, region] of draft.entriesOf('world')) look(['world', name], region)
}
