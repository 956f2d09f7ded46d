/** One replication: a run under a seed of its own, of which only what it came to is kept. */
import type { Scenario } from '../scenario/schema.ts'
import type { Verdict } from '../verdicts/judge.ts'
import { startRun } from './run.ts'

/** What one run came to: plain data, the same wherever it was made. */
export interface Replication {
  readonly replication: number
  readonly seed: string
  /** Of the whole trace. */
  readonly fingerprint: string
  /** Events handled. */
  readonly events: number
  /** In the order of the scenario's expectations. */
  readonly checks: readonly {
    readonly id: string
    /** In the metric's unit; null when vacuous or when what was waited for never happened. */
    readonly value: number | null
    readonly verdict: Verdict
  }[]
}

/** The seed of a replication: the first is the scenario's own run. Variants share it, and with it all draws. */
export function seedOf(seed: string, replication: number): string {
  return replication === 0 ? seed : `${seed}#${replication}`
}

/** Events between two calls of `watch`. */
const SLICE = 20_000

/** Makes one replication. `watch` hears now and then, and at the end, how many events were handled; it ends the run by throwing. */
export function replicate(scenario: Scenario, replication: number, watch: (events: number) => void = () => {}): Replication {
  const seed = seedOf(scenario.run.seed, replication)
  const run = startRun(scenario, { seed })
  for (let handled = SLICE; !run.step(SLICE); handled += SLICE) watch(handled)
  const { fingerprint, events, checks } = run.finish()
  watch(events)
  return {
    replication,
    seed,
    fingerprint,
    events,
    // What is not finite would not survive JSON, and a journal's results have to be those of a run.
    checks: checks.map(({ id, value, verdict }) => ({ id, value: Number.isFinite(value) ? value : null, verdict })),
  }
}
