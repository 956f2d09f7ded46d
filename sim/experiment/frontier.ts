/**
 * What variants cost and what they give: instance-hours against availability. Until there is money, an hour of any instance costs
 * the same; what plans launch later is not counted.
 */
import { isRunning, type Scenario } from '../scenario/schema.ts'
import type { Ratio } from '../units/quantity.ts'
import { pairedCheck } from './paired.ts'
import type { CheckSummary, Interval, Sample } from './sample.ts'

export interface FrontierRow {
  readonly variant: string | null
  /** Instances of all services, replicas of databases included, × horizon, h. */
  readonly instanceHours: number
  /** The same, as a multiple of the first variant's; null when that has no instances. */
  readonly cost: number | null
  /** The expectation that is shown: the first of metric `availability` that all variants have. */
  readonly id: string
  readonly availability: Interval | null
  /**
   * Whether another variant costs no more and is more available beyond doubt (their paired interval lies above 0), or costs less
   * and is no less available beyond doubt.
   */
  readonly dominated: boolean
}

interface Candidate {
  readonly name: string | null
  readonly scenario: Scenario
  readonly samples: readonly Sample[]
}

/** One row for each variant, the cheapest first; none when not all of them measure the same availability. */
export function frontierOf(
  candidates: readonly Candidate[],
  reports: readonly { readonly checks: readonly CheckSummary[] }[],
  confidence: Ratio,
): FrontierRow[] {
  const isShared = (id: string): boolean => candidates.every(({ scenario }) => scenario.expect[id]?.metric === 'availability')
  const id = Object.keys(candidates[0].scenario.expect).find(isShared)
  if (id === undefined) return []
  const hours = candidates.map(({ scenario }) => instanceHours(scenario))
  const sampleOf = ({ samples }: Candidate): Sample | undefined => samples.find(sample => sample.id === id)

  function dominates(one: number, other: number): boolean {
    const [better, worse] = [sampleOf(candidates[one]), sampleOf(candidates[other])]
    if (hours[one] > hours[other] || better === undefined || worse === undefined) return false
    const low = pairedCheck(worse, better, confidence).difference?.low ?? -Infinity
    return low > 0 || (low === 0 && hours[one] < hours[other])
  }

  return candidates
    .map(({ name }, at) => ({
      variant: name,
      instanceHours: hours[at],
      cost: hours[0] > 0 ? hours[at] / hours[0] : null,
      id,
      availability: reports[at].checks.find(check => check.id === id)?.mean ?? null,
      dominated: candidates.some((_, other) => other !== at && dominates(other, at)),
    }))
    .sort((a, b) => a.instanceHours - b.instanceHours)
}

/** Hours of instances that a run pays for. */
export function instanceHours({ services, run }: Scenario): number {
  const instances = Object.values(services).reduce((sum, service) => {
    if (!isRunning(service)) return sum
    if (service.kind === 'database') return sum + (service.standby === undefined ? 1 : 2)
    return sum + (service.instances ?? 0)
  }, 0)
  return (instances * run.horizon) / 3600
}
