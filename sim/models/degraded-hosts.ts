/**
 * Hosts that run on, but badly: slower, later, or with errors. Knows nothing of what stands on them, of who notices, or of how
 * they are made well; a host that has been repaired is.
 */
import type { Simulation } from '../engine/simulation.ts'
import type { EntityId } from '../trace/entities.ts'
import { defineRows, rowKindNamed } from '../trace/row-kinds.ts'
import type { RowId, Trace } from '../trace/trace.ts'
import type { Impairment } from './cells.ts'
import { createModifiers, EITHER, PRODUCT, SUM } from './modifiers.ts'
import type { Places } from './places.ts'

const Row = defineRows('host', {
  degraded: {
    says: {
      en: '{subject} runs on at {a} of its capacity; {b} of what it answers are errors',
      zh: '{subject} 仍在运行，但容量降至 {a}，{b} 的应答为错误',
    },
    a: 'ratio',
    b: 'ratio',
    level: 2,
  },
  well: { says: { en: '{subject} is well again', zh: '{subject} 恢复正常' }, hop: 'lasts', level: 2 },
})

/** `isDegraded` is false when the host is well again. */
type DegradedWatcher = (host: number, isDegraded: boolean, row: RowId) => void

export type DegradedHosts = ReturnType<typeof createDegradedHosts>

export function createDegradedHosts(sim: Simulation, trace: Trace, places: Places) {
  const capacity = createModifiers(sim, PRODUCT)
  const latency = createModifiers(sim, SUM)
  const errors = createModifiers(sim, EITHER)
  const reasons = sim.column(Uint16Array, places.hosts) // faults that degrade it, by host
  const degraded = sim.column(Uint32Array, 1) // how many hosts are
  const watchers: DegradedWatcher[] = []
  trace.watch(rowKindNamed('host.repaired'), (row, subject) => makeWell(places.hostOf(subject), row))

  /** One more fault degrades a host, or the same one differently. */
  function degrade(host: number, fault: EntityId, how: Impairment, cause: RowId): void {
    if (reasons[host]++ === 0) degraded[0]++
    capacity.set(host, fault, how.capacity)
    latency.set(host, fault, how.latency)
    errors.set(host, fault, how.errors)
    tell(host, cause)
  }

  /** One fault less; nothing where the host has been repaired meanwhile. */
  function relieve(host: number, fault: EntityId, cause: RowId): void {
    if (reasons[host] === 0) return
    for (const modifiers of [capacity, latency, errors]) modifiers.lift(host, fault)
    reasons[host]--
    if (reasons[host] === 0) degraded[0]--
    tell(host, cause)
  }

  function makeWell(host: number, cause: RowId): void {
    if (reasons[host] === 0) return
    for (const modifiers of [capacity, latency, errors]) modifiers.clear(host)
    reasons[host] = 0
    degraded[0]--
    tell(host, cause)
  }

  function tell(host: number, cause: RowId): void {
    const isDegraded = reasons[host] > 0
    const { capacity: share, errors: fails } = of(host)
    const entity = places.hostEntity(host)
    const row = isDegraded
      ? trace.write(sim.now, Row.degraded, entity, cause, share, fails)
      : trace.write(sim.now, Row.well, entity, cause)
    for (const watch of watchers) watch(host, isDegraded, row)
  }

  function of(host: number): Impairment {
    return { capacity: capacity.fold(host), latency: latency.fold(host), errors: errors.fold(host) }
  }

  return {
    degrade,
    relieve,
    of,
    isDegraded: (host: number): boolean => host >= 0 && reasons[host] > 0,
    /** How many hosts are degraded. */
    count: (): number => degraded[0],
    watch: (watcher: DegradedWatcher) => void watchers.push(watcher),
  }
}
