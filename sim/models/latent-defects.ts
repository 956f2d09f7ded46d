/**
 * Defects that lie still until a fleet is larger than it has ever been: from then on part of what a service could do goes
 * unused, however much is added, until the fleet is smaller again.
 */
import type { Simulation } from '../engine/simulation.ts'
import { defineRows } from '../trace/row-kinds.ts'
import { NO_CAUSE, type RowId, type Trace } from '../trace/trace.ts'
import type { Ratio } from '../units/quantity.ts'
import type { Cells } from './cells.ts'
import type { Services } from './services.ts'

export interface LatentDefectSpec {
  /** Number of the service whose capacity goes unused, and its cells. */
  readonly service: number
  readonly cells: readonly number[]
  /** Number of the service whose size matters, and the most of its instances that do no harm. */
  readonly of: number
  readonly above: number
  /** Share of the capacity that is left. */
  readonly capacity: Ratio
}

const Row = defineRows('latent', {
  active: {
    says: {
      en: '{subject} has more instances than ever, {a}: a latent defect shows',
      zh: '{subject} 的实例数达到前所未有的 {a}，潜在缺陷显现',
    },
    a: 'count',
    level: 1,
  },
  idle: {
    says: {
      en: '{subject} is down to {a} instances: the latent defect is gone',
      zh: '{subject} 降至 {a} 个实例，潜在缺陷消失',
    },
    a: 'count',
    level: 1,
  },
})

/** Call once services and cells have begun. */
export function beginLatentDefects(
  sim: Simulation,
  trace: Trace,
  services: Services,
  cells: Cells,
  specs: readonly LatentDefectSpec[],
): void {
  const isActive = sim.column(Uint8Array, specs.length)

  function judge(defect: number, row: RowId): void {
    const { service, cells: hit, of, above, capacity } = specs[defect]
    const instances = services.ready(of)
    const isAbove = instances > above
    if (isAbove === (isActive[defect] === 1)) return
    isActive[defect] = isAbove ? 1 : 0
    const told = trace.write(sim.now, isAbove ? Row.active : Row.idle, services.specs[of].entity, row, instances)
    const by = services.specs[service].entity
    for (const cell of hit) {
      if (isAbove) cells.impair(cell, by, { capacity, latency: 0, errors: 0 }, told)
      else cells.relieve(cell, by, told)
    }
  }

  specs.forEach((_, defect) => {
    judge(defect, NO_CAUSE)
  })
  services.watchInstances((instance, _up, row) => {
    specs.forEach(({ of }, defect) => {
      if (services.serviceOfInstance(instance) === of) judge(defect, row)
    })
  })
}
