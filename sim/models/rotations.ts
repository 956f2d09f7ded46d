/**
 * Which instances of a control plane calls are sent to. An instance that dies stays in rotation until it is noticed, or for good
 * where only people take it out; one that is up is in. Calls are spread evenly, so d of the rotation dead is the chance that a
 * call meets nobody, and 1/(1 − d) the tries it needs.
 */
import type { EventId } from '../engine/calendar.ts'
import { NO_EVENT } from '../engine/calendar.ts'
import type { Simulation } from '../engine/simulation.ts'
import { defineRows } from '../trace/row-kinds.ts'
import type { RowId, Trace } from '../trace/trace.ts'
import type { Ratio, Seconds } from '../units/quantity.ts'
import type { Services } from './services.ts'

export interface RotationSpec {
  readonly service: number
  /** From the death of an instance until calls go elsewhere, s; Infinity where that is done by hand. */
  readonly removesDead: Seconds
}

const Row = defineRows('rotation', {
  dead: {
    says: {
      en: 'calls to {subject} go to {b} instances, {a} of them dead',
      zh: '{subject} 的调用发往 {b} 个实例，其中 {a} 个已失效',
    },
    a: 'count',
    b: 'count',
  },
})

export function createRotations(sim: Simulation, trace: Trace, services: Services, specs: readonly RotationSpec[]) {
  const last = services.specs.length - 1
  const instances = last < 0 ? 0 : services.firstInstance(last) + services.specs[last].instancesMax
  const isIn = sim.column(Uint8Array, instances)
  const isDead = sim.column(Uint8Array, instances) // of those in rotation
  const removal = sim.column(Float64Array, instances).fill(NO_EVENT) // pending, by instance
  const members = sim.column(Int32Array, specs.length)
  const dead = sim.column(Int32Array, specs.length)
  const written = sim.column(Int32Array, specs.length)
  const changedBy = sim.column(Uint32Array, specs.length) // last row that changed `dead`
  const rotationOf = new Map(specs.map(({ service }, rotation) => [service, rotation]))

  const REMOVE = sim.on((instance: number, row: number) => {
    removal[instance] = NO_EVENT
    remove(instance, row)
  })

  /** Call once services have begun: everything that is up is in. */
  function begin(): void {
    for (let rotation = 0; rotation < specs.length; rotation++) {
      for (const instance of instancesOf(rotation)) {
        if (!services.instanceIsUp(instance)) continue
        isIn[instance] = 1
        members[rotation]++
      }
    }
    services.watchInstances(changed)
    sim.onSettle(() => {
      for (let rotation = 0; rotation < specs.length; rotation++) write(rotation)
    })
  }

  function instancesOf(rotation: number): number[] {
    const { service } = specs[rotation]
    const first = services.firstInstance(service)
    return Array.from({ length: services.specs[service].instancesMax }, (_, i) => first + i)
  }

  function changed(instance: number, up: boolean, row: RowId): void {
    const rotation = rotationOf.get(services.serviceOfInstance(instance))
    if (rotation === undefined) return
    if (up) rise(rotation, instance, row)
    else if (isIn[instance] === 1 && isDead[instance] === 0) fall(rotation, instance, row)
  }

  function rise(rotation: number, instance: number, row: RowId): void {
    if (removal[instance] !== NO_EVENT) sim.cancel(removal[instance] as EventId)
    removal[instance] = NO_EVENT
    if (isIn[instance] === 0) members[rotation]++
    isIn[instance] = 1
    setDead(rotation, instance, 0, row)
  }

  function fall(rotation: number, instance: number, row: RowId): void {
    const { removesDead } = specs[rotation]
    setDead(rotation, instance, 1, row)
    if (removesDead === 0) remove(instance, row)
    else if (removesDead < Infinity) removal[instance] = sim.after(removesDead, REMOVE, instance, row)
  }

  function remove(instance: number, row: RowId): void {
    const rotation = rotationOf.get(services.serviceOfInstance(instance)) ?? -1
    setDead(rotation, instance, 0, row)
    isIn[instance] = 0
    members[rotation]--
  }

  function setDead(rotation: number, instance: number, is: 0 | 1, row: RowId): void {
    if (isDead[instance] === is) return
    isDead[instance] = is
    dead[rotation] += is === 1 ? 1 : -1
    changedBy[rotation] = row
    sim.unsettle()
  }

  function write(rotation: number): void {
    if (dead[rotation] === written[rotation]) return
    written[rotation] = dead[rotation]
    const { entity } = services.specs[specs[rotation].service]
    trace.write(sim.now, Row.dead, entity, changedBy[rotation], dead[rotation], members[rotation])
  }

  /** Someone takes an instance out, dead or not; nothing happens to one that is in no rotation. */
  function takeOut(instance: number, row: RowId): void {
    if (isIn[instance] === 0) return
    if (removal[instance] !== NO_EVENT) sim.cancel(removal[instance] as EventId)
    removal[instance] = NO_EVENT
    remove(instance, row)
  }

  /** Someone takes all dead instances out. */
  function deregister(rotation: number, row: RowId): void {
    for (const instance of instancesOf(rotation)) if (isDead[instance] === 1) takeOut(instance, row)
  }

  return {
    begin,
    takeOut,
    deregister,
    /** Share of the rotation that is dead: the chance that a call meets nobody. */
    deadShare: (rotation: number): Ratio => (dead[rotation] === 0 ? 0 : dead[rotation] / members[rotation]),
  }
}
