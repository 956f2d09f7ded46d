/**
 * Large restarts: what a service has to read and check before it serves again. Instances that start while none serves share it,
 * whatever their number is meanwhile; with the last of them gone, what was read is gone too. How long that takes follows from
 * how much there is and from how many read it.
 *
 *     n instances at a rate of r read an amount of A in A ÷ (n·r); with half of them it takes twice as long.
 */
import type { Simulation } from '../engine/simulation.ts'
import type { EntityId } from '../trace/entities.ts'
import { defineRows } from '../trace/row-kinds.ts'
import { NO_CAUSE, type RowId, type Trace } from '../trace/trace.ts'
import type { Law } from '../units/law.ts'
import { createDrains } from './drain.ts'

const Row = defineRows('service', {
  read: {
    says: { en: '{subject} has been read and checked', zh: '{subject} 读取与校验完毕' },
    hop: 'work',
    limit: 'reading',
    level: 1,
  },
})

/** `read` is called when all is read, with the row that says so. */
export function createReading(
  sim: Simulation,
  trace: Trace,
  specs: readonly { readonly entity: EntityId; readonly startsIn: Law }[],
  read: (service: number, row: RowId) => void,
) {
  const readers = sim.column(Int32Array, specs.length)
  const since = sim.column(Uint32Array, specs.length) // the row that began it, by service
  const drains = createDrains(sim, specs.length, service => {
    const row = trace.write(sim.now, Row.read, specs[service].entity, since[service])
    change(service, -readers[service])
    read(service, row)
  })

  function change(service: number, by: number): void {
    readers[service] += by
    const { startsIn } = specs[service]
    if (startsIn.kind === 'work') drains.setSpeed(service, readers[service] * startsIn.rate)
  }

  /** One more instance reads; the first begins. */
  function join(service: number, amount: number, row: RowId): void {
    if (readers[service] === 0) {
      since[service] = row
      drains.submit(service, service, amount)
    }
    change(service, 1)
  }

  /** One instance less. */
  function leave(service: number): void {
    change(service, -1)
    if (readers[service] > 0) return
    drains.withdraw(service)
    since[service] = NO_CAUSE
  }

  return { join, leave }
}
