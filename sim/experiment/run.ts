/** One run of a scenario: built, stepped through in slices, recorded, judged. */

import type { DrawCounts } from '../engine/random.ts'
import type { World } from '../metrics/define.ts'
import type { Cloud } from '../models/cloud.ts'
import { instanceType } from '../models/instance-types.ts'
import { type Built, build } from '../scenario/build.ts'
import type { Roster } from '../scenario/roster.ts'
import type { Scenario } from '../scenario/schema.ts'
import { fingerprint } from '../trace/fingerprint.ts'
import { rowKinds } from '../trace/row-kinds.ts'
import type { Recording } from '../trace/trace.ts'
import type { Seconds } from '../units/quantity.ts'
import { type Check, judgeAll, type Verdict } from '../verdicts/judge.ts'

export interface RunOutcome {
  readonly recording: Recording
  readonly world: World
  readonly fingerprint: string
  /** Events handled. */
  readonly events: number
  /** Draws taken from each random stream. */
  readonly draws: readonly DrawCounts[]
  readonly checks: readonly Check[]
  readonly verdict: Verdict
  /** 0 when every expectation turned out as it should, 1 when one did not, 2 when one cannot be told. */
  readonly exitCode: 0 | 1 | 2
}

export interface Run {
  readonly horizon: Seconds
  /** The current moment, s. */
  readonly now: Seconds
  /** Runs about `eventsMax` events on; true when the horizon is reached. Slicing changes nothing. */
  step(eventsMax: number): boolean
  /** The finished run, judged. Throws when the horizon has not been reached. */
  finish(): RunOutcome
  /** Runs to the horizon and finishes. */
  complete(): RunOutcome
}

/** Builds a valid scenario and stands at its start. `seed` overrides the file's. */
export function startRun(scenario: Scenario, { seed = scenario.run.seed }: { seed?: string } = {}): Run {
  return runOf(scenario, build(scenario, seed))
}

/** The run of a cloud that was built for a scenario, wherever it stands. */
export function runOf(scenario: Scenario, built: Built): Run {
  return new CloudRun(scenario, built)
}

/** A class, since V8 keeps the getter of every object literal that has one, and with it every cloud of a thousand runs. */
class CloudRun implements Run {
  readonly horizon: Seconds
  private readonly scenario: Scenario
  private readonly cloud: Cloud
  private readonly world: World

  constructor(scenario: Scenario, { cloud, roster }: Built) {
    this.horizon = scenario.run.horizon
    this.scenario = scenario
    this.cloud = cloud
    this.world = worldOf(roster)
  }

  get now(): Seconds {
    return this.cloud.sim.now
  }

  step(eventsMax: number): boolean {
    return this.cloud.sim.runSlice(this.horizon, eventsMax)
  }

  complete(): RunOutcome {
    this.cloud.sim.run(this.horizon)
    return this.finish()
  }

  finish(): RunOutcome {
    const { scenario, world, horizon } = this
    const { sim, trace, entities, randomness } = this.cloud
    if (sim.now < horizon) throw new Error(`the run stands at ${sim.now} s of ${horizon} s`)
    const recording: Recording = { rows: trace.columns(), kinds: rowKinds(), entities }
    const judged = judgeAll(scenario, recording, world)
    return { recording, world, fingerprint: fingerprint(recording), events: sim.events, draws: randomness.draws(), ...judged }
  }
}

/** The parts of the world that no row tells, for metrics. */
function worldOf({ named, parts, places, running }: Roster): World {
  const sent = new Map(parts.map(({ id, client }) => [id, client.to]))
  return {
    clients: [...sent].map(([id, service]) => ({ entity: named(id), service: named(service) })),
    controlPlanes: running.filter(({ service }) => service.kind === 'control-plane').map(({ spec }) => spec.entity),
    prices: running.map(({ service, spec }) => ({ service: spec.entity, perHour: instanceType(service.size).price })),
    datacentres: places.datacentres.map(({ place, plan }) => ({
      entity: places.places[place].entity,
      tenants: plan.tenants,
      beginsDark: plan.begin === 'dark',
    })),
  }
}
