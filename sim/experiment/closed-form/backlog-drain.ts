/**
 * How long a backlog lasts. While nothing is served for T, λT requests pile up; then they are worked off at C − λ, so that the
 * last of them is done T·C ÷ (C − λ) after the outage began: at four fifths of the capacity, five times as long as it lasted.
 * Source: cumulative arrivals and departures of a fluid queue (Newell, Applications of Queueing Theory, 1982).
 */
import { mean } from '../../engine/distribution.ts'
import type { Roster } from '../../scenario/roster.ts'
import type { Expectation, Fault, Scenario, Sender } from '../../scenario/schema.ts'
import { selected } from '../../trace/selection.ts'
import { formatDuration, formatRate } from '../../units/format.ts'
import { type Form, text } from './form.ts'

/** One outage of one service in one zone, under a constant rate of callers that have patience enough. */
export function backlogDrain(
  scenario: Scenario,
  { entities, running, cells }: Roster,
  faults: readonly Fault[],
  number: number,
  { metric, after, delay = 0, hold = 0 }: Expectation,
): Form | undefined {
  const { spec, service, id } = running[number]
  const [outage, another] = faults
  if (metric !== 'drain-time' || hold !== 0 || delay !== 0 || after?.kind !== 'after' || after.delay !== 0) return undefined
  if (another !== undefined || outage.at.kind !== 'time' || outage.lasts?.kind !== 'constant') return undefined
  const isStopped = outage.kind === 'operator-error' || (outage.kind === 'service-impair' && outage.capacity === 0)
  const targets = selected(entities, outage.target)
  if (!isStopped || targets.length !== 1 || targets[0] !== spec.entity) return undefined
  const senders = Object.values(scenario.clients).filter((client): client is Sender => 'to' in client && client.to === id)
  const [sender, other] = senders
  const own = cells.filter(cell => cell.service === number)
  if (sender === undefined || other !== undefined || sender.rate.kind !== 'constant' || sender.cache || own.length !== 1)
    return undefined
  if (own[0].calls.length > 0) return undefined
  const asked = sender.rate.rate
  const capacity = spec.instances * service.capacity
  const lasts = mean(outage.lasts)
  const waits = asked * lasts
  if (asked >= capacity || service.overload.queue < waits || sender.timeout < lasts + mean(service.takes)) return undefined
  const isFromEnd = after.ref.endsWith('.end')
  return {
    class: 'backlog-drain',
    value: isFromEnd ? waits / (capacity - asked) : (lasts * capacity) / (capacity - asked),
    verdict: null,
    formula: isFromEnd
      ? text(
          `λT ÷ (C − λ), with T = ${formatDuration(lasts)}, λ = ${formatRate(asked)}, C = ${formatRate(capacity)}`,
          `λT ÷ (C − λ)，其中 T = ${formatDuration(lasts)}、λ = ${formatRate(asked)}、C = ${formatRate(capacity)}`,
        )
      : text(
          `T·C ÷ (C − λ), with T = ${formatDuration(lasts)}, λ = ${formatRate(asked)}, C = ${formatRate(capacity)}`,
          `T·C ÷ (C − λ)，其中 T = ${formatDuration(lasts)}、λ = ${formatRate(asked)}、C = ${formatRate(capacity)}`,
        ),
    assumptions: [text('nobody gives up, and nobody is turned away', '无人放弃等待，也无人被拒绝')],
    leavesOut: ['capacity'],
  }
}
