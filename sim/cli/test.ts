/** `blackstart test [FILES|FOLDERS]`: judges every file as written and in every variant, one seed each. */
import { variantNames } from '../scenario/load.ts'
import { readScenario, scenarioFiles } from './files.ts'
import type { Options } from './options.ts'
import { type Console, coloured, type ExitCode, printJson, printProblems, Refusal, worst } from './output.ts'
import { checkLine, failureObject, runObject } from './report.ts'
import { EngineFailure, loadVariant, simulate } from './simulate.ts'

export function test(options: Options, console: Console): ExitCode {
  const files = scenarioFiles(options.positionals.length > 0 ? options.positionals : ['scenarios'])
  if (files.length === 0) throw new Refusal(`${options.positionals.join(', ') || 'scenarios'}: no scenario files there`)
  const codes: ExitCode[] = []
  for (const file of files) {
    const text = textOf(file)
    if (text === undefined) {
      codes.push(3)
      continue
    }
    const names = variantNames(text, file, options.limits)
    const variants =
      options.variant === undefined ? [undefined, ...names] : names.includes(options.variant) ? [options.variant] : []
    for (const variant of variants) codes.push(testOne(text, file, variant))
  }
  if (!options.isJson && !options.isQuiet) {
    const passed = codes.filter(code => code === 0).length
    console.err(`${passed} of ${codes.length} as they should be\n`)
  }
  if (codes.length === 0) throw new Refusal(`no file has a variant "${options.variant ?? ''}"`)
  return worst(codes)

  function textOf(file: string): string | undefined {
    try {
      return readScenario(file, options.limits.bytes)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      printProblems(console, file, error.problems, options.isJson)
      return undefined
    }
  }

  function testOne(text: string, file: string, variant: string | undefined): ExitCode {
    const label = variant === undefined ? file : `${file} · ${variant}`
    const loaded = loadVariant(text, file, options, variant)
    if (!loaded.ok) {
      printProblems(console, file, loaded.problems, options.isJson)
      return 3
    }
    try {
      const finished = simulate(loaded.scenario, options, console)
      const { checks, exitCode } = finished.outcome
      if (options.isJson) printJson(console, runObject(finished))
      else {
        for (const check of checks) console.out(`${label}  ${checkLine(console, check)}\n`)
        if (checks.length === 0) console.out(`${label}  ${coloured(console, 'grey', 'expects nothing')}\n`)
      }
      return exitCode
    } catch (error) {
      if (error instanceof Refusal) {
        printProblems(console, file, error.problems, options.isJson)
        return 3
      }
      if (!(error instanceof EngineFailure)) throw error
      if (options.isJson) printJson(console, failureObject(error))
      console.err(`${label}  engine failure: ${error.message} (seed ${error.seed}, scenario ${error.scenario.hash})\n`)
      return 4
    }
  }
}
