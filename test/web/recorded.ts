/** Runs of shipped scenarios as the worker hands them to the page, for tests of what the page makes of them. */
import { readFileSync } from 'node:fs'
import { startRun } from '../../sim/experiment/run.ts'
import { load } from '../../sim/scenario/load.ts'
import { openRun, type Run } from '../../web/state/run.ts'
import type { FinishedRun } from '../../web/worker/protocol.ts'
import { report } from '../../web/worker/report.ts'

const read = (path: string): string => readFileSync(new URL(`../../scenarios/${path}`, import.meta.url), 'utf8')

/** What the worker would reply to `file`, with values changed as by `--set`. */
export function recorded(file: string, set: readonly (readonly [string, string])[] = []): FinishedRun {
  const text = read(file)
  const loaded = load(text, { file, read, set })
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems))
  const run = startRun(loaded.scenario)
  while (!run.step(100_000)) {
    // on to the horizon
  }
  return report(text, loaded.scenario, loaded.variants, loaded.scenario.run.seed, run.finish(), 0)
}

export function opened(file: string, set: readonly (readonly [string, string])[] = []): Run {
  return openRun(recorded(file, set))
}
