/**
 * Weak points of a scenario, read off its world without running it: which things, failing together, leave a service with less
 * than it needs. Single points of failure are the cuts of one. What it takes to work is said where the structure is made.
 */
import type { LoadShape } from '../models/traffic/load-shape.ts'
import { isRunning, type Scenario } from '../scenario/schema.ts'
import { minimalCutSets } from '../sla/cut-sets.ts'
import type { PerSecond } from '../units/quantity.ts'
import { type Feat, type PartKind, structureOf } from './structure-of.ts'

export interface WeakPointOptions {
  /** What the service is to do: serve on, or start from dark. */
  readonly feat?: Feat
  /** Kinds of parts that may fail. */
  readonly among?: readonly PartKind[]
  /** Most parts that fail together. */
  readonly order?: number
  /** Instances needed, in place of what its clients ask for. */
  readonly needed?: number
  readonly seed?: string
}

export interface WeakPoints {
  /** Id of the service. */
  readonly of: string
  readonly feat: Feat
  readonly instances: number
  readonly needed: number
  /** Parts that might fail, by kind. */
  readonly parts: Readonly<Partial<Record<PartKind, number>>>
  /** Ids of the parts of each minimal cut, smaller cuts first; one empty cut when it has too little as it stands. */
  readonly cuts: readonly (readonly string[])[]
}

const AMONG: readonly PartKind[] = ['region', 'zone', 'datacentre', 'service']

/** Finds them. Throws RangeError when the service is unknown or does not run, or when there are too many sets to look at. */
export function weakPoints(
  scenario: Scenario,
  of: string,
  {
    feat = 'serve',
    among = AMONG,
    order = 3,
    needed = neededAtPeak(scenario, of),
    seed = scenario.run.seed,
  }: WeakPointOptions = {},
): WeakPoints {
  const { parts, works, instances } = structureOf(scenario, of, feat, among, needed, seed)
  const counts: Partial<Record<PartKind, number>> = {}
  for (const { kind } of parts) counts[kind] = (counts[kind] ?? 0) + 1
  const cuts = minimalCutSets({ parts: parts.length, works }, order).map(cut => cut.map(part => parts[part].id))
  return { of, feat, instances, needed, parts: counts, cuts }
}

/** Services that weak points can be asked of: those that run on hosts. */
export function servicesWithWeakPoints({ services }: Scenario): string[] {
  return Object.keys(services).filter(id => isRunning(services[id]))
}

/** Instances that carry the peaks of all clients of a service together; at least 1, and 1 for a database. */
export function neededAtPeak({ services, clients }: Scenario, of: string): number {
  const service = services[of]
  if (service === undefined || !isRunning(service) || service.kind === 'database') return 1
  let rate = 0
  for (const client of Object.values(clients)) {
    if ('to' in client && client.to === of) rate += peakOf(client.rate) * (1 - (client.cache?.hit ?? 0)) // caches are full
  }
  return Math.max(1, Math.ceil(rate / service.capacity))
}

function peakOf(shape: LoadShape): PerSecond {
  return shape.kind === 'constant' ? shape.rate : shape.mean * shape.peak
}
