/**
 * Circles of waiting, found while the run goes on: services that can never start because each lacks something which only
 * others among them could give. The loader names such circles before the run; here is what became of them.
 */
import type { Simulation } from '../engine/simulation.ts'
import type { EntityId } from '../trace/entities.ts'
import { defineRows } from '../trace/row-kinds.ts'
import type { RowId, Trace } from '../trace/trace.ts'
import type { Needs } from './needs.ts'

const Row = defineRows('deadlock', {
  waits: {
    says: { en: '{subject} waits for {a}, which cannot start before it', zh: '{subject} 等待 {a}，而后者又在等待前者' },
    a: 'entity',
    level: 1,
  },
})

/** `isWaiting` tells of a service, by number, whether it has nothing up and waits for what it needs to start. */
export function createDeadlocks(
  sim: Simulation,
  trace: Trace,
  needs: () => Needs,
  services: readonly EntityId[],
  isWaiting: (service: number) => boolean,
) {
  const cause = sim.column(Uint32Array, 1) // last row that may have closed a circle; 0 is none since the last look
  const named = sim.column(Uint8Array, services.length) // whether its waiting has been told, by service

  /** Something has happened that may have closed a circle: look when the instant is over. */
  function suspect(row: RowId): void {
    cause[0] = row
    sim.unsettle()
  }

  /** Tells, once, of every service in the largest set of which none can start, as soon as it lacks nothing else. */
  function look(): void {
    const because = cause[0]
    if (because === 0) return
    cause[0] = 0
    const stuck = new Map<EntityId, number>()
    services.forEach((entity, service) => {
      if (isWaiting(service)) stuck.set(entity, service)
    })
    for (let shrunk = true; shrunk; ) {
      shrunk = false
      for (const entity of [...stuck.keys()]) {
        if (!needs().couldBeMet(entity, 'start', supplier => !stuck.has(supplier))) continue
        stuck.delete(entity)
        shrunk = true
      }
    }
    for (const [entity, service] of stuck) {
      const lacks = needs().lacking(entity, 'start')
      if (named[service] === 1 || lacks.some(supplier => !stuck.has(supplier))) continue
      named[service] = 1
      for (const supplier of lacks) trace.write(sim.now, Row.waits, entity, because, supplier)
    }
  }

  return {
    suspect,
    look,
    /** A service may start after all; should it wait again, that is told again. */
    free: (service: number): void => {
      named[service] = 0
    },
  }
}
