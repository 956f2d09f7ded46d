/** What is left when a zone goes. */
import type { Roster } from '../../scenario/roster.ts'
import type { Expectation, Fault, Scenario, Sender } from '../../scenario/schema.ts'
import { selected } from '../../trace/selection.ts'
import { type Form, peakOf, text } from './form.ts'

/** The instances left when the zones of one power loss are gone, against the peak of what is asked. Nothing is launched. */
export function staticStability(
  scenario: Scenario,
  roster: Roster,
  faults: readonly Fault[],
  number: number,
  expectation: Expectation,
): Form | undefined {
  const { entities, places, running } = roster
  const { spec, service, id } = running[number]
  const senders = Object.values(scenario.clients).filter((client): client is Sender => 'to' in client && client.to === id)
  const planes = running.filter(one => one.service.kind === 'control-plane').map(one => one.spec.entity)
  const touches = faults.filter(fault => {
    if (fault.kind === 'capacity-shortage') return false // of what could be launched
    return !(fault.kind === 'operator-error' && selected(entities, fault.target).every(target => planes.includes(target)))
  })
  const [loss, another] = touches
  if (loss === undefined || another !== undefined || loss.kind !== 'power-loss' || senders.length === 0) return undefined
  if (spec.spread.length < 2 || loss.target.pick !== undefined) return undefined
  const lost = selected(entities, loss.target)
  const homes = spec.spread.map(place => places.places[place].entity)
  if (!lost.every(target => homes.includes(target))) return undefined
  const standing = homes.map((_, i) => Math.ceil((spec.instances - i) / homes.length)) // placed in turn
  const left = standing.reduce((sum, count, i) => (lost.includes(homes[i]) ? sum : sum + count), 0)
  const peak = senders.reduce((sum, sender) => sum + peakOf(sender), 0)
  const share = Math.min(1, (left * service.capacity) / peak)
  const isScaled = Object.values(scenario.plans).some(plan => plan.enabled && plan.of === id)
  const needsOthers = Object.keys(service.needs).length > 0 || (service.kind === 'service' && service.data !== undefined)
  const { metric } = expectation
  const isGoodput = metric === 'goodput-share' && expectation.after !== undefined && senders.every(({ cache }) => !cache)
  const bounded =
    metric === 'availability' ? expectation['at-least'] : metric === 'recovery-time' ? expectation['at-most'] : undefined
  if (!isGoodput && bounded === undefined) return undefined
  if (share < 1 && isScaled) return undefined // someone may help
  return {
    class: 'static-stability',
    value: isGoodput ? share : null,
    verdict: isGoodput ? null : share < 1 ? 'fail' : 'pass',
    formula: text(
      `${left} of ${spec.instances} instances are left and carry ${Math.round(left * service.capacity)}/s of ${Math.round(peak)}/s at the peak`,
      `${spec.instances} 个实例中剩余 ${left} 个，可承载 ${Math.round(left * service.capacity)}/s，峰值需求 ${Math.round(peak)}/s`,
    ),
    assumptions: [
      text(
        'the zone goes at the peak; nothing is launched and nothing else fails',
        '可用区在峰值时丢失；不新增实例，也无其他故障',
      ),
      text('what does not fit is refused at once, and retries cost nothing', '超出容量的请求立即被拒绝，重试没有代价'),
    ],
    leavesOut: share < 1 ? ['capacity'] : needsOthers ? ['dependencies', 'detection'] : ['detection'],
  }
}
