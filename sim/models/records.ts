/**
 * What a control plane knows of each instance that it may change: where its backends are, what it is set to. An instance runs
 * on what it was told and never asks again, so the loss of its record does it no harm, until somebody changes it: what is then
 * written is wrong, and the instance serves no longer. Whoever's record is back is set up again by a call of the control plane.
 *
 * Of n instances whose records are lost, n·(1 − e^(−r·t)) are broken after a time t in which each is changed at a rate r.
 */
import type { Simulation } from '../engine/simulation.ts'
import type { EntityId } from '../trace/entities.ts'
import { defineRows } from '../trace/row-kinds.ts'
import type { RowId, Trace } from '../trace/trace.ts'
import type { Seconds } from '../units/quantity.ts'
import type { Call, ControlPlanes } from './control-plane.ts'
import { createModifiers, EITHER } from './modifiers.ts'
import type { Services } from './services.ts'

export interface RecordsSpec {
  readonly service: number
  /** Number of the control plane through which its instances are changed. */
  readonly via: number
}

/** Until an instance whose setting up was not let in, or waited too long, is set up again, s. Source: assumed, a workflow that looks each minute. */
const AGAIN: Seconds = 60

const Row = defineRows('record', {
  broken: {
    says: { en: '{subject} is changed without its record, and breaks', zh: '{subject} 在缺少记录时被修改，因此失效' },
  },
  rebuilt: {
    says: { en: '{subject} is set up from its record again', zh: '{subject} 已按记录重新配置' },
    hop: 'queue',
    limit: 'launches',
  },
})

export type Records = ReturnType<typeof createRecords>

export function createRecords(
  sim: Simulation,
  trace: Trace,
  services: Services,
  controlPlanes: ControlPlanes,
  specs: readonly RecordsSpec[],
) {
  const last = services.specs.length - 1
  const instances = last < 0 ? 0 : services.firstInstance(last) + services.specs[last].instancesMax
  const losses = createModifiers(sim, EITHER) // 1 while the record is away, by instance
  const lostBy = sim.column(Uint32Array, instances) // the row that took its record away first, by instance
  const isBroken = sim.column(Uint8Array, instances)
  const calls = sim.column(Uint32Array, instances) // that it takes to set it up again, by instance

  const REBUILD = sim.on((instance: number, row: number) => rebuild(instance, row))
  const asks = new Map(
    specs.map(({ service, via }) => {
      const later = ({ about, cause }: Call): void => void sim.after(AGAIN, REBUILD, about, cause)
      const ask = controlPlanes.register(via, {
        done: (call, row) => (services.canBeChanged(call.about) ? rebuilt(call.about, row) : later(call)),
        refused: later,
        gaveUp: call => {
          later(call)
          return call.cause
        },
      })
      return [service, ask] as const
    }),
  )

  function rebuild(instance: number, cause: RowId): void {
    const ask = asks.get(services.serviceOfInstance(instance))
    ask?.({ count: calls[instance], zone: services.zoneOfInstance(instance), about: instance, cause })
  }

  function rebuilt(instance: number, row: RowId): void {
    if (isBroken[instance] === 0 || losses.fold(instance) > 0) return // lost again meanwhile
    isBroken[instance] = 0
    const done = trace.write(sim.now, Row.rebuilt, services.entityOfInstance(instance), row)
    services.regain(instance, 'both', done)
  }

  return {
    /** An instance's record is gone because of the fault or plan `by`, as `row` says. */
    lose(instance: number, by: EntityId, row: RowId): void {
      if (losses.fold(instance) === 0) lostBy[instance] = row
      losses.set(instance, by, 1)
    },
    /** `by` keeps it away no longer: if nobody does, what was broken for want of it is set up again, with so many calls. */
    restore(instance: number, by: EntityId, callsEach: number, row: RowId): void {
      calls[instance] = callsEach
      if (losses.lift(instance, by) === 0 && isBroken[instance] === 1) rebuild(instance, row)
    },
    /** Somebody changes an instance: without its record that breaks it. */
    change(instance: number): void {
      if (losses.fold(instance) === 0 || isBroken[instance] === 1) return
      isBroken[instance] = 1
      const entity = services.entityOfInstance(instance)
      services.lose(instance, 'both', trace.write(sim.now, Row.broken, entity, lostBy[instance]))
    },
  }
}
