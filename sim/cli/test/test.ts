/** `blackstart test [FILES|FOLDERS]`: judges every file as written and in every variant, one seed each. */
import { accessSync, constants, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { formatProblem } from '../../scenario/problems.ts'
import { exists, scenarioFiles } from '../files.ts'
import type { Options } from '../options.ts'
import {
  type Console,
  coloured,
  type ExitCode,
  printJson,
  printProblems,
  Refusal,
  reasonOf,
  worst,
  writeFileAtomically,
} from '../output.ts'
import { checkLine } from '../report.ts'
import { type Difference, differences, differenceText, readBaseline, updateBaseline } from './baseline.ts'
import { exitCodeOf, labelOf, type Result } from './case.worker.ts'
import { casesOf, judged } from './cases.ts'
import { annotations } from './github.ts'
import { junitPieces } from './junit.ts'
import { inShard } from './shard.ts'
import { summaryText } from './summary.ts'

export async function test(options: Options, console: Console): Promise<ExitCode> {
  const { isJson, isQuiet, variant, shard, junit, summary, baseline: baselinePath, updatesBaseline } = options
  const named = options.positionals.length > 0 ? options.positionals : ['scenarios']
  const files = once(scenarioFiles(named))
  if (files.length === 0) throw new Refusal(`${named.join(', ')}: no scenario files there`)
  const taken = new Set(files.map(file => resolve(file)))
  for (const path of [junit, summary, baselinePath]) {
    if (path === undefined) continue
    refuseUnwritable(path, taken)
    taken.add(resolve(path))
  }
  if (updatesBaseline && baselinePath === undefined) throw new Refusal('--update needs --baseline FILE: what is it to update?')
  const baseline = baselinePath === undefined ? undefined : readBaseline(baselinePath, updatesBaseline)
  const isNew = baseline === undefined || Object.keys(baseline.entries).length === 0

  const all = files.flatMap(file => casesOf(file, options))
  const wanted = variant === undefined ? all : all.filter(one => one.variant === variant)
  if (wanted.length === 0) throw new Refusal(`no file has a variant "${variant ?? ''}"`)
  const own = shard === undefined ? wanted : inShard(wanted, shard)

  const results: Result[] = []
  const said = new Set<string>()
  const changes = new Map<Result, Readonly<Record<string, Difference>>>()
  for await (const result of judged(own, options, console)) {
    results.push(result)
    if (baseline !== undefined && !isNew && result.kind === 'judged') changes.set(result, differences(baseline, result))
    print(result, changes.get(result), said, options, console)
  }

  const left = own.length - results.length
  if (options.forGitHub) {
    const root = process.env.GITHUB_WORKSPACE ?? process.cwd()
    for (const line of annotations(results, root)) (isJson ? console.err : console.out)(`${line}\n`)
  }
  const codes = results.map(exitCodeOf)
  if (left > 0) codes.push(2)
  const write = (path: string | undefined, what: string, act: (path: string) => void): void => {
    if (path === undefined) return
    try {
      act(path)
    } catch (error) {
      codes.push(3)
      console.err(
        `blackstart: ${path}: ${what} cannot be written (${reasonOf(error)}); what is printed above stands without it\n`,
      )
    }
  }
  write(junit, 'the JUnit report', path => writeFileAtomically(path, junitPieces(results, left)))
  write(summary, 'the summary', path => writeFileAtomically(path, [summaryText(results, left, changes)]))
  if (baseline !== undefined && updatesBaseline) {
    if (left > 0) console.err(`blackstart: ${baseline.path}: left as it was, these results being partial\n`)
    else write(baseline.path, 'the baseline', () => updateBaseline(baseline, results, all))
  }
  if (!isJson && !isQuiet) {
    const passed = results.filter(result => exitCodeOf(result) === 0).length
    console.err(
      `${passed} of ${results.length} as they should be${shard === undefined ? '' : `, in part ${shard.index} of ${shard.count}`}\n`,
    )
  }
  if (left > 0) console.err(`blackstart: stopped: these results are partial, ${left} of ${own.length} cases were not run\n`)
  return worst(codes)
}

/** Each file once, however it was named. */
function once(files: readonly string[]): string[] {
  const seen = new Set<string>()
  return files.filter(file => !seen.has(resolve(file)) && seen.add(resolve(file)))
}

function print(
  result: Result,
  changes: Readonly<Record<string, Difference>> | undefined,
  said: Set<string>,
  { isJson }: Options,
  console: Console,
): void {
  const label = labelOf(result)
  if (result.kind === 'invalid') {
    // What is wrong with a file is wrong in each of its variants: people are told once.
    const news = result.problems.filter(problem => isJson || !said.has(formatProblem(problem)))
    for (const problem of news) said.add(formatProblem(problem))
    if (isJson || news.length > 0) printProblems(console, result.file, news, isJson)
  }
  if (result.kind !== 'invalid' && isJson)
    printJson(console, changes === undefined ? result.object : { ...result.object, baseline: changes })
  if (result.kind === 'failed') console.err(`${label}  engine failure: ${result.message}\n`)
  if (result.kind !== 'judged' || isJson) return
  for (const check of result.checks) {
    const change = changes?.[check.id]
    const since = change === undefined || change.kind === 'same' ? '' : `  [${differenceText(change, check)}]`
    const link = result.links[check.id]
    console.out(`${label}  ${checkLine(console, check)}${since}${link === undefined ? '' : `  ${link}`}\n`)
  }
  if (result.checks.length === 0) console.out(`${label}  ${coloured(console, 'grey', 'expects nothing')}\n`)
}

/** What cannot be written is better known before an hour of runs than after it. */
function refuseUnwritable(path: string, taken: ReadonlySet<string>): void {
  const refuse = (reason: string): never => {
    throw new Refusal(`${path}: cannot be written: ${reason}`, path)
  }
  const there = statSync(path, { throwIfNoEntry: false })
  if (taken.has(resolve(path)) && there?.isFile() !== false) refuse('it is one of the scenarios, or another of the reports')
  if (there?.isDirectory()) refuse('it is a folder')
  const folder = dirname(path)
  if (!exists(folder)) refuse(`there is no folder ${folder}`)
  try {
    accessSync(there === undefined ? folder : path, constants.W_OK)
  } catch {
    refuse('it may not be')
  }
}
