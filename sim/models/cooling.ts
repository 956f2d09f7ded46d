/**
 * Cooling of data centres: without it the air warms at a steady rate, and at the trip temperature hosts switch themselves off
 * to protect themselves; with it back the air cools again, and below the warning temperature they may start.
 */

import { type EventId, NO_EVENT } from '../engine/calendar.ts'
import type { Simulation } from '../engine/simulation.ts'
import { onGridAfter } from '../engine/time.ts'
import type { EntityId } from '../trace/entities.ts'
import { defineRows } from '../trace/row-kinds.ts'
import type { RowId, Trace } from '../trace/trace.ts'
import type { Hosts } from './hosts.ts'
import type { Places } from './places.ts'

export interface CoolingSpec {
  /** Entity of the data centre's cooling. */
  readonly entity: EntityId
  /** Warming without cooling, K/s. */
  readonly warming: number
  /** Cooling down once it works again, K/s. */
  readonly recovery: number
  /** Above the inlet temperature of normal running: hosts switch off at `trip`, may start below `restart`, K. */
  readonly trip: number
  readonly restart: number
}

/** A dense hall. Source: 1–5 K/min without cooling, protective power-off at 35–45 °C inlet (operators' rule of thumb). */
export const DENSE_HALL = { warming: 3 / 60, recovery: 1 / 60, trip: 15, restart: 5 }

const Row = defineRows('cooling', {
  lost: { says: { en: '{subject} stops', zh: '{subject} 停止制冷' }, level: 1 },
  tripped: {
    says: { en: 'the air at {subject} is {a} too warm: hosts switch off', zh: '{subject} 温度过高 {a}，主机保护性关机' },
    a: 'kelvin',
    hop: 'cool',
    level: 1,
  },
  back: { says: { en: '{subject} works again', zh: '{subject} 恢复制冷' }, hop: 'lasts', level: 1 },
  cool: {
    says: { en: 'the air at {subject} is cool enough to start hosts', zh: '{subject} 温度已降，可启动主机' },
    hop: 'cool',
    limit: 'cooling',
    level: 1,
  },
})

export type Cooling = ReturnType<typeof createCooling>

export function createCooling(sim: Simulation, trace: Trace, places: Places, hosts: Hosts, specs: readonly CoolingSpec[]) {
  const reasons = sim.column(Uint8Array, specs.length) // to be without cooling, by data centre
  const warmth = sim.column(Float64Array, specs.length) // above normal, K, at the moment `since`
  const since = sim.column(Float64Array, specs.length)
  const tripped = sim.column(Uint8Array, specs.length)
  const crossing = sim.column(Float64Array, specs.length)
  const datacentreOf = new Map(specs.map((spec, datacentre) => [spec.entity, datacentre]))

  const CROSSED = sim.on((datacentre: number, cause: number) => {
    crossing[datacentre] = NO_EVENT
    const { entity, trip } = specs[datacentre]
    const hot = reasons[datacentre] > 0
    tripped[datacentre] = hot ? 1 : 0
    const row = trace.write(sim.now, hot ? Row.tripped : Row.cool, entity, cause, hot ? trip : 0)
    const { firstHost, endHost } = places.places[places.datacentres[datacentre].place]
    for (let host = firstHost; host < endHost; host++) hosts.setShut(host, hot, row)
  })

  function lose(datacentre: number, cause: RowId): void {
    reasons[datacentre]++
    if (reasons[datacentre] === 1) turn(datacentre, trace.write(sim.now, Row.lost, specs[datacentre].entity, cause))
  }

  function restore(datacentre: number, cause: RowId): void {
    reasons[datacentre]--
    if (reasons[datacentre] === 0) turn(datacentre, trace.write(sim.now, Row.back, specs[datacentre].entity, cause))
  }

  /** Warmth is a linear level: it turns here, and the one threshold ahead of it is armed. */
  function turn(datacentre: number, row: RowId): void {
    const { warming, recovery, trip, restart } = specs[datacentre]
    const hot = reasons[datacentre] > 0
    const before = hot ? -recovery : warming
    warmth[datacentre] = Math.min(trip, Math.max(0, warmth[datacentre] + before * (sim.now - since[datacentre])))
    since[datacentre] = sim.now
    sim.cancel(crossing[datacentre] as EventId)
    crossing[datacentre] = NO_EVENT
    if (hot === (tripped[datacentre] === 1)) return
    const away = hot ? (trip - warmth[datacentre]) / warming : (warmth[datacentre] - restart) / recovery
    crossing[datacentre] = sim.at(onGridAfter(sim.now + Math.max(0, away)), CROSSED, datacentre, row)
  }

  return {
    lose,
    restore,
    /** Data centre number of a cooling's entity, or −1. */
    datacentreOf: (entity: EntityId): number => datacentreOf.get(entity) ?? -1,
  }
}
