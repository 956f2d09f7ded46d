/** One case of `test`: a file as written or in one of its variants, run once and judged. May be done in any thread. */
import type { Problem } from '../../scenario/problems.ts'
import type { Check } from '../../verdicts/judge.ts'
import { readScenario } from '../files.ts'
import type { Options } from '../options.ts'
import { type Console, type ExitCode, Refusal } from '../output.ts'
import { defineWork } from '../pool.ts'
import { failureObject, runObject } from '../report.ts'
import { EngineFailure, loadVariant, simulate } from '../simulate.ts'
import { linkTo } from './link.ts'

export interface Case {
  readonly file: string
  /** Null: as written. */
  readonly variant: string | null
}

/** How a case turned out, as plain data. */
export type Result = Case & (Judged | Invalid | Failed)

export interface Judged {
  readonly kind: 'judged'
  readonly exitCode: ExitCode
  readonly checks: readonly Check[]
  readonly seed: string
  readonly scenarioHash: string
  readonly fingerprint: string
  /** Wall time, s. */
  readonly wall: number
  /** Where the page shows what went wrong, by expectation; nothing for those that turned out as they should. */
  readonly links: Readonly<Record<string, string>>
  /** As `--json` prints it. */
  readonly object: Readonly<Record<string, unknown>>
}

/** The file cannot be run. */
export interface Invalid {
  readonly kind: 'invalid'
  readonly problems: readonly Problem[]
}

/** The engine broke. */
export interface Failed {
  readonly kind: 'failed'
  readonly message: string
  readonly object: Readonly<Record<string, unknown>>
}

/** The case in words: `az-loss.yaml · lean`. */
export function labelOf({ file, variant }: Case): string {
  return variant === null ? file : `${file} · ${variant}`
}

export function exitCodeOf(result: Result): ExitCode {
  return result.kind === 'judged' ? result.exitCode : result.kind === 'invalid' ? 3 : 4
}

/** Runs one case. Never throws for what a file can bring about. */
export function judgeCase({ file, variant }: Case, options: Options, console: Console): Result {
  try {
    const text = readScenario(file, options.limits.bytes)
    const loaded = loadVariant(text, file, options, variant ?? undefined)
    if (!loaded.ok) return { file, variant, kind: 'invalid', problems: loaded.problems }
    const finished = simulate(loaded.scenario, options, console)
    const { seed, outcome, wall } = finished
    const checks = outcome.checks.map(({ rows: _, ...check }) => check)
    const links: Record<string, string> = {}
    for (const { id, outcome: turned, at } of checks) {
      if (turned !== 'unmet' && turned !== 'open') continue
      const link = linkTo({ file, text, variant, seed, at }, options)
      if (link !== undefined) links[id] = link
    }
    const { fingerprint, exitCode } = outcome
    const scenarioHash = loaded.scenario.hash
    return {
      ...{ file, variant, kind: 'judged', exitCode, checks, seed, scenarioHash, fingerprint, wall, links },
      object: runObject(finished),
    }
  } catch (error) {
    if (error instanceof Refusal) return { file, variant, kind: 'invalid', problems: problemsOf(error, file) }
    if (!(error instanceof EngineFailure)) throw error
    const { message, seed, scenario } = error
    return {
      ...{ file, variant, kind: 'failed', message: `${message} (seed ${seed}, scenario ${scenario.hash})` },
      object: failureObject(error),
    }
  }
}

/** At least one problem, so that there is something to show. */
function problemsOf({ problems, message }: Refusal, file: string): readonly Problem[] {
  return problems.length > 0 ? problems : [{ file, line: 1, column: 1, path: '', message }]
}

const silent: Console = { out: () => undefined, err: () => undefined, isTerminal: false, hasColour: false }

export const cases = defineWork<Case, Result, Options>(import.meta.url, (one, options) => judgeCase(one, options, silent))
