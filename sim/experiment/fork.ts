/**
 * Forks: a run is stopped just before an instant, and any number of others go on from there, each as it was or with more faults
 * that strike at that instant. The same history comes from a scenario that contains these faults with `at` that instant.
 */
import { prepareFault } from '../effects/faults.ts'
import type { Snapshot } from '../engine/simulation.ts'
import { onGrid, TICK } from '../engine/time.ts'
import { build, faultSpec } from '../scenario/build.ts'
import { scenarioHash } from '../scenario/load.ts'
import { typesOf } from '../scenario/resizes.ts'
import { type Fault, isRunning, type Scenario } from '../scenario/schema.ts'
import { naturalOrder } from '../trace/entities.ts'
import { NO_CAUSE, type TraceColumns } from '../trace/trace.ts'
import type { Seconds } from '../units/quantity.ts'
import { type Run, runOf } from './run.ts'

/** A fault that strikes at the moment of a fork. */
export type StrikingFault = Omit<Fault, 'at'>

/** Where forks begin: all that has happened before an instant. */
export interface Standpoint {
  readonly scenario: Scenario
  readonly seed: string
  /** The instant that is next, s. */
  readonly at: Seconds
  readonly state: Snapshot
  readonly rows: TraceColumns
}

/** Runs a scenario up to the instant `at`, s, of which nothing has happened yet. Throws RangeError outside the run. */
export function standBefore(scenario: Scenario, at: Seconds, { seed = scenario.run.seed }: { seed?: string } = {}): Standpoint {
  const instant = onGrid(at)
  if (!(instant > 0 && instant <= scenario.run.horizon)) {
    throw new RangeError(`a fork must be after 0 s and not after ${scenario.run.horizon} s, got ${at}`)
  }
  const { sim, trace } = build(scenario, seed).cloud
  sim.run(instant - TICK)
  return { scenario, seed, at: instant, state: sim.snapshot(), rows: trace.columns() }
}

/**
 * A run that goes on from a standpoint, with `faults` striking first of all at its instant, in order of their ids. (In a file,
 * another fault of that very instant with an id that comes earlier would strike before them.) Throws RangeError for a fault that
 * makes instances of a type that the scenario does not name: what a service may become is laid out before its run begins.
 */
export function forkFrom(standpoint: Standpoint, faults: Readonly<Record<string, StrikingFault>> = {}): Run {
  const { scenario, seed, at, state, rows } = standpoint
  const whole = withFaults(scenario, at, faults)
  for (const [id, service] of Object.entries(scenario.services)) {
    if (!isRunning(service) || typesOf(whole, id, service).length === typesOf(scenario, id, service).length) continue
    throw new RangeError(`${id} cannot become what the scenario does not name`)
  }
  const built = build(scenario, seed)
  const { cloud, roster } = built
  const { sim, trace, entities } = cloud
  trace.adopt(rows)
  sim.restore(state)
  const strikes = Object.keys(faults)
    .sort(naturalOrder)
    .map(id => {
      if (entities.find(id) >= 0) throw new Error(`the scenario has something called ${id} already`)
      return prepareFault(cloud, faultSpec(roster, entities.add('fault', id), struckAt(faults[id], at)))
    })
  if (strikes.length > 0) {
    sim.now = at // nothing waits before it
    sim.events += strikes.length
  }
  for (const strike of strikes) strike(NO_CAUSE)
  return runOf(whole, built)
}

/** The scenario that has the same history as a fork, from its start. */
export function withFaults(scenario: Scenario, at: Seconds, faults: Readonly<Record<string, StrikingFault>>): Scenario {
  const struck = Object.fromEntries(Object.entries(faults).map(([id, fault]) => [id, struckAt(fault, at)]))
  const all: Record<string, Fault> = { ...scenario.faults, ...struck }
  const ids = Object.keys(all).sort(naturalOrder)
  const whole = { ...scenario, faults: Object.fromEntries(ids.map(id => [id, all[id]])) }
  return { ...whole, hash: scenarioHash(whole) }
}

function struckAt(fault: StrikingFault, at: Seconds): Fault {
  return { ...fault, at: { kind: 'time', time: at } } as Fault
}
