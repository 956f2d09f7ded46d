/**
 * Those who send requests, as faults and people see them: they send more than usual, or less, or nothing for a while. A client
 * may be sent for by several parts of the traffic; whatever is done to it is done to all of them.
 */
import type { Simulation } from '../engine/simulation.ts'
import type { EntityId } from '../trace/entities.ts'
import type { RowId } from '../trace/trace.ts'
import type { Ratio } from '../units/quantity.ts'
import { createModifiers, PRODUCT } from './modifiers.ts'
import type { Traffic } from './traffic/traffic.ts'

export type Clients = ReturnType<typeof createClients>

/** `parts` are the clients of the traffic, by number. */
export function createClients(sim: Simulation, traffic: Traffic, parts: readonly { readonly entity: EntityId }[]) {
  const load = createModifiers(sim, PRODUCT)

  function setLoad(client: EntityId, value: number, row: RowId): void {
    parts.forEach(({ entity }, part) => {
      if (entity === client) traffic.setLoad(part, value, row)
    })
  }

  return {
    /** From now on a client sends `times` its usual load, as far as `by` is concerned; what others say of it multiplies. */
    multiply: (client: EntityId, by: EntityId, times: number, row: RowId): void =>
      setLoad(client, load.set(client, by, times), row),
    /** A client's cache loses a share of what it holds. */
    flush(client: EntityId, share: Ratio, row: RowId): void {
      parts.forEach(({ entity }, part) => {
        if (entity === client) traffic.flush(part, share, row)
      })
    },
    /** Takes back what `by` said of a client's load. */
    relieve: (client: EntityId, by: EntityId, row: RowId): void => setLoad(client, load.lift(client, by), row),
  }
}
