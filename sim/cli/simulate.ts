/** Loading and running one scenario for a command, with its limits and its progress. */
import { differenceInWords, firstDifference } from '../experiment/determinism.ts'
import { type Run, type RunOutcome, startRun } from '../experiment/run.ts'
import { type Loaded, load, type Problem } from '../scenario/load.ts'
import type { Scenario } from '../scenario/schema.ts'
import { readerFor } from './files.ts'
import type { Options } from './options.ts'
import { type Console, Refusal } from './output.ts'

/** A run that ended, and the wall time it took, s. */
export interface Finished {
  readonly scenario: Scenario
  readonly seed: string
  readonly outcome: RunOutcome
  readonly wall: number
}

/** The engine broke: a bug of ours, with what is needed to see it again. */
export class EngineFailure extends Error {
  readonly scenario: Scenario
  readonly seed: string

  constructor(scenario: Scenario, seed: string, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause })
    this.scenario = scenario
    this.seed = seed
  }
}

/** Events between two looks at the clock. */
const SLICE = 20_000

/** A variant as the command line names it: `-` and `base` are the file as written. */
export function variantNamed(name: string): string | null {
  return name === '-' || name === 'base' ? null : name
}

/** Loads one variant of a text; the one that the options name when none is given. */
export function loadVariant(text: string, file: string, options: Options, variant?: string): Loaded {
  const { limits, set } = options
  const asked = variant ?? options.variant
  const named = asked === undefined ? null : variantNamed(asked)
  return load(text, { file, read: readerFor(file, limits.bytes), variant: named ?? undefined, set, limits })
}

/** Runs a scenario to its horizon. Throws a Refusal at a limit and an EngineFailure when the engine breaks. */
export function simulate(scenario: Scenario, options: Options, console: Console): Finished {
  const seed = options.seed ?? scenario.run.seed
  const { eventsMax, secondsMax, isQuiet, isJson } = options
  const begun = performance.now()
  const elapsed = (): number => (performance.now() - begun) / 1000
  const shows = console.isTerminal && !isQuiet && !isJson
  const refuse = (message: string, option: string): never => {
    const problem: Problem = {
      file: scenario.file,
      line: 1,
      column: 1,
      path: 'run',
      message,
      hint: `raise the limit with ${option}`,
    }
    throw new Refusal(message, scenario.file, [problem])
  }
  let shown = 0
  try {
    const run = startRun(scenario, { seed })
    for (let events = 0; !run.step(SLICE); events += SLICE) {
      if (events > eventsMax) refuse(`the run took more than ${eventsMax} events`, '--max-events')
      if (elapsed() > secondsMax) refuse(`the run took longer than ${secondsMax} s`, '--max-seconds')
      if (shows && elapsed() > shown + 0.2) {
        shown = elapsed()
        console.err(`\r${Math.floor((100 * run.now) / run.horizon)} % of ${scenario.name}`)
      }
    }
    if (shown > 0) console.err('\r\u001b[K')
    return { scenario, seed, outcome: run.finish(), wall: elapsed() }
  } catch (error) {
    if (shown > 0) console.err('\r\u001b[K')
    if (error instanceof Refusal) throw error
    throw new EngineFailure(scenario, seed, error)
  }
}

/**
 * Makes a finished run twice more and compares. `begin` stands in for the simulator in tests. Throws an EngineFailure that names
 * the first row that is not the same.
 */
export function checkDeterminism(
  { scenario, seed, outcome }: Finished,
  begin: () => Pick<Run, 'step' | 'finish'> = () => startRun(scenario, { seed }),
): void {
  const difference = firstDifference(outcome, begin)
  if (difference !== undefined) throw new EngineFailure(scenario, seed, `not deterministic: ${differenceInWords(difference)}`)
}
