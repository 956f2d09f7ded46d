/** When the last host of a data centre is up that lost power as a whole. */
import type { Roster } from '../../scenario/roster.ts'
import type { Expectation, Fault } from '../../scenario/schema.ts'
import { lastOfEqualBoots, lastOfExponentialBoots } from '../../sla/boot.ts'
import { selected } from '../../trace/selection.ts'
import { formatDuration } from '../../units/format.ts'
import { type Form, text } from './form.ts'

/**
 * All hosts of one data centre, from the end of its only loss of power: in rounds of as many as there are slots where every boot
 * takes as long, and on average where boots are exponential. Racks have power at once, and no boot needs anything else.
 */
export function bootStorm(
  { entities, places }: Roster,
  [fault, another]: readonly Fault[],
  expectation: Expectation,
  faultIds: readonly string[],
): Form | undefined {
  const { metric, of, after, counts, to = 1, hold = 0, delay = 0 } = expectation
  if (metric !== 'time-to' || counts !== 'hosts' || to !== 1 || hold !== 0 || delay !== 0) return undefined
  if (fault?.kind !== 'power-loss' || another !== undefined || fault.every !== undefined) return undefined
  if (after?.kind !== 'after' || after.delay !== 0 || after.ref !== `${faultIds[0]}.end`) return undefined
  const meant = places.datacentres.filter(({ place }) => {
    const id = entities.id(places.places[place].entity)
    return typeof of === 'string' && (`/${id}`.endsWith(`/${of}`) || `/${id}/`.includes(`/${of}/`))
  })
  const [datacentre, more] = meant
  if (datacentre === undefined || more !== undefined) return undefined
  const struck = selected(entities, fault.target)
  const { entity } = places.places[datacentre.place]
  const isStruck = struck.some(target => {
    let at = entity
    while (at > 0 && at !== target) at = entities.parent(at)
    return at === target
  })
  const { racks, hosts: each, machine, power, image, bootSlots, fabric } = datacentre.plan
  const { inrushLimit, inrushFactor } = power.distribution
  const isPlain = machine.stuck + machine.lost + machine.bootFaults.odds === 0 && fabric === undefined
  if (!isStruck || !isPlain || racks * each * machine.power * inrushFactor > inrushLimit) return undefined
  const hosts = racks * each
  const common = {
    verdict: null,
    assumptions: [text('all racks have power at once, and every host comes back', '所有机架同时通电，且主机全部恢复')],
    leavesOut: [],
  }
  const { boot } = machine
  if (boot.kind === 'constant') {
    const copy = image.size / image.bandwidth
    const [en, zh] = copy > 0 ? [`, images in ${formatDuration(copy)} each`, `，镜像各 ${formatDuration(copy)}`] : ['', '']
    return {
      class: 'boot-rounds',
      value: lastOfEqualBoots(hosts, bootSlots, boot.value, copy),
      formula: text(
        `${hosts} hosts in rounds of ${bootSlots}, ${formatDuration(boot.value)} each${en}`,
        `${hosts} 台主机每轮 ${bootSlots} 台，每轮 ${formatDuration(boot.value)}${zh}`,
      ),
      ...common,
    }
  }
  if (boot.kind !== 'exponential' || image.size > 0) return undefined
  return {
    class: 'boot-storm',
    value: lastOfExponentialBoots(hosts, bootSlots, boot.mean).mean,
    formula: text(
      `(N − c)·B/c + B·(1 + 1/2 + … + 1/c) for N = ${hosts} hosts, c = ${bootSlots} slots, B = ${formatDuration(boot.mean)}`,
      `(N − c)·B/c + B·(1 + 1/2 + … + 1/c)，N = ${hosts} 台主机，c = ${bootSlots} 个名额，B = ${formatDuration(boot.mean)}`,
    ),
    ...common,
  }
}
