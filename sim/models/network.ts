/**
 * Links between zones, and from each region's edge (where its users come in) to its zones. Routes follow the shortest
 * latency over links that are whole, ties by the order of the ends; they are worked out anew only when a link changes.
 * What lies between regions is not modelled: it always carries everything, and at once.
 */
import type { Simulation } from '../engine/simulation.ts'
import type { EntityId } from '../trace/entities.ts'
import { defineRows } from '../trace/row-kinds.ts'
import type { RowId, Trace } from '../trace/trace.ts'
import type { Ratio, Seconds } from '../units/quantity.ts'
import { createModifiers, EITHER, SUM } from './modifiers.ts'

export interface LinkSpec {
  readonly entity: EntityId
  /** The two ends: numbers of nodes, zones first, then the edges of the regions. */
  readonly ends: readonly [number, number]
  /** One way, s. */
  readonly latency: Seconds
}

const Row = defineRows('link', {
  cut: { says: { en: '{subject} is cut', zh: '{subject} 被切断' }, level: 1 },
  restored: { says: { en: '{subject} is whole again', zh: '{subject} 恢复' }, hop: 'lasts', level: 1 },
  degraded: {
    says: { en: '{subject} is {a} slower and loses {b}', zh: '{subject} 延迟增加 {a}，丢包 {b}' },
    a: 'seconds',
    b: 'ratio',
    level: 1,
  },
})

export type Network = ReturnType<typeof createNetwork>

export function createNetwork(sim: Simulation, trace: Trace, nodes: number, specs: readonly LinkSpec[]) {
  const cuts = sim.column(Uint8Array, specs.length) // reasons to be cut, by link
  const slower = sim.column(Float64Array, specs.length) // added latency, s, by link
  const passes = sim.column(Float64Array, specs.length).fill(1) // share of packets that get through, by link
  const latency = sim.column(Float64Array, nodes * nodes) // of the best route, s; Infinity without one
  const through = sim.column(Float64Array, nodes * nodes) // share that gets through on the best route
  const slowing = createModifiers(sim, SUM)
  const losses = createModifiers(sim, EITHER)
  const watchers: ((row: RowId) => void)[] = []
  const linkOf = new Map(specs.map((spec, link) => [spec.entity, link]))
  route()
  const joined = Uint8Array.from(latency, seconds => (seconds < Infinity ? 1 : 0)) // whether links ever led from node to node

  /** Shortest routes between all nodes: zones and edges are few, so every pair through every node. */
  function route(): void {
    latency.fill(Infinity)
    through.fill(0)
    for (let node = 0; node < nodes; node++) {
      latency[node * nodes + node] = 0
      through[node * nodes + node] = 1
    }
    specs.forEach(({ ends: [a, b], latency: base }, link) => {
      if (cuts[link] > 0) return
      latency[a * nodes + b] = latency[b * nodes + a] = base + slower[link]
      through[a * nodes + b] = through[b * nodes + a] = passes[link]
    })
    for (let via = 0; via < nodes; via++) {
      for (let a = 0; a < nodes; a++) {
        for (let b = 0; b < nodes; b++) {
          const detour = latency[a * nodes + via] + latency[via * nodes + b]
          if (detour >= latency[a * nodes + b]) continue
          latency[a * nodes + b] = detour
          through[a * nodes + b] = through[a * nodes + via] * through[via * nodes + b]
        }
      }
    }
  }

  function changed(row: RowId): void {
    route()
    for (const watch of watchers) watch(row)
  }

  /** One more reason for a link to be cut. */
  function cut(link: number, cause: RowId): void {
    cuts[link]++
    if (cuts[link] === 1) changed(trace.write(sim.now, Row.cut, specs[link].entity, cause))
  }

  function restore(link: number, cause: RowId): void {
    cuts[link]--
    if (cuts[link] === 0) changed(trace.write(sim.now, Row.restored, specs[link].entity, cause))
  }

  /** Adds latency (s) and loss to a link on behalf of a fault. */
  function degrade(link: number, by: EntityId, added: Seconds, loss: Ratio, cause: RowId): void {
    modify(link, slowing.set(link, by, added), losses.set(link, by, loss), cause)
  }

  /** Takes a fault's degradation away. */
  function relieve(link: number, by: EntityId, cause: RowId): void {
    modify(link, slowing.lift(link, by), losses.lift(link, by), cause)
  }

  function modify(link: number, added: Seconds, loss: Ratio, cause: RowId): void {
    slower[link] = added
    passes[link] = 1 - loss
    const kind = added === 0 && loss === 0 ? Row.restored : Row.degraded
    changed(trace.write(sim.now, kind, specs[link].entity, cause, added, loss))
  }

  return {
    cut,
    restore,
    degrade,
    relieve,
    /** Link number of an entity, or −1. */
    linkOf: (entity: EntityId): number => linkOf.get(entity) ?? -1,
    reaches: (a: number, b: number): boolean => latency[a * nodes + b] < Infinity || joined[a * nodes + b] === 0,
    /** Whether none of the other nodes of a node's region can be reached from it; false where there is only one. */
    isApart: (node: number): boolean => {
      let others = 0
      for (let other = 0; other < nodes; other++) {
        if (other === node || joined[node * nodes + other] === 0) continue
        if (latency[node * nodes + other] < Infinity) return false
        others++
      }
      return others > 1
    },
    /** One way, s. */
    latency: (a: number, b: number): Seconds => (joined[a * nodes + b] === 0 ? 0 : latency[a * nodes + b]),
    /** Share of packets that get through. */
    through: (a: number, b: number): Ratio => (joined[a * nodes + b] === 0 ? 1 : through[a * nodes + b]),
    watch: (watcher: (row: RowId) => void) => void watchers.push(watcher),
  }
}
