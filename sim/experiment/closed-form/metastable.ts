/**
 * Whether a service comes back by itself. With m attempts at each of λ requests a second, and work wasted on answers that come
 * too late, mλ arrive while it is down; it stays so if they are more than it can carry, C, though λ are not: C/m < λ < C. With a
 * cache that empties, all requests arrive and not the misses alone. A queue too short to make an answer late keeps it safe.
 * Source: Bronson et al., Metastable failures in distributed systems (2021).
 */
import { mean } from '../../engine/distribution.ts'
import type { Roster } from '../../scenario/roster.ts'
import type { Expectation, Scenario, Sender } from '../../scenario/schema.ts'
import { formatRate } from '../../units/format.ts'
import { type Form, peakOf, text } from './form.ts'

export function metastability(
  scenario: Scenario,
  { running, cells }: Roster,
  number: number,
  { metric, 'at-least': atLeast, 'at-most': atMost, equals }: Expectation,
): Form | undefined {
  const { spec, service, id } = running[number]
  const senders = Object.values(scenario.clients).filter((client): client is Sender => 'to' in client && client.to === id)
  if (metric !== 'metastable' || senders.length === 0) return undefined
  const capacity = spec.instances * service.capacity
  const usual = senders.reduce((sum, sender) => sum + peakOf(sender), 0)
  const worst = senders.reduce((sum, { rate, attempts }) => sum + attempts * (rate.kind === 'constant' ? rate.rate : NaN), 0)
  if (worst === 0) return undefined
  const wait = (service.overload.queue * cells.filter(cell => cell.service === number).length) / capacity
  const isEverLate = senders.some(({ timeout }) => wait + mean(service.takes) > timeout)
  const isSafe = worst < capacity || (usual < capacity && !isEverLate)
  if (isSafe) {
    return {
      class: 'metastable',
      value: 0,
      verdict: null,
      formula: isEverLate
        ? text(
            `${formatRate(worst)} with all attempts and misses are less than C = ${formatRate(capacity)}: it comes back by itself`,
            `含全部尝试和未命中共 ${formatRate(worst)}，低于 C = ${formatRate(capacity)}：可自行恢复`,
          )
        : text(
            `a queue that is worked off within the time-outs makes no answer late: it comes back by itself`,
            '队列在超时内即可处理完，不会出现迟到的答复：可自行恢复',
          ),
      assumptions: [ALL_BACK],
      leavesOut: ['capacity'],
    }
  }
  const isHelped = Object.values(scenario.plans).some(({ enabled }) => enabled)
  const [limit] = [atLeast, atMost, equals].filter(bound => bound !== undefined)
  if (!(usual < capacity && worst >= capacity) || isHelped || limit === undefined) return undefined
  return {
    class: 'metastable',
    value: null,
    verdict: atLeast === undefined ? 'fail' : 'pass',
    formula: text(
      `it would not come back by itself: ${formatRate(usual)} usually, ${formatRate(worst)} with all attempts and misses, and C = ${formatRate(capacity)} lies between`,
      `无法自行恢复：C = ${formatRate(capacity)} 介于平常负载 ${formatRate(usual)} 与含全部尝试和未命中的 ${formatRate(worst)} 之间`,
    ),
    assumptions: [
      ALL_BACK,
      text(
        'what struck lasted until every answer was late, and nobody sheds load',
        '故障持续到所有答复都已迟到，且无人削减负载',
      ),
    ],
    leavesOut: ['capacity'],
  }
}

const ALL_BACK = text('all instances are back, and clients send what they usually do', '所有实例已恢复，客户端按平常速率发送')
