/** `blackstart fmt FILE…`: scenario files in their canonical layout. Nothing that is simulated changes. */
import { canonicalText } from '../scenario/canonical.ts'
import { readDocument, Spots } from '../scenario/document.ts'
import { layOut } from '../scenario/layout.ts'
import { readScenario, scenarioFiles } from './files.ts'
import type { Options } from './options.ts'
import {
  type Console,
  type ExitCode,
  printJson,
  printProblems,
  Refusal,
  reasonOf,
  worst,
  writeFileAtomically,
} from './output.ts'

export function fmt(options: Options, console: Console): ExitCode {
  const { positionals, onlyChecks, isJson, isQuiet } = options
  if (positionals.length === 0) throw new Refusal('no file given: blackstart fmt FILE…')
  if (positionals.includes('-')) return formatStream(options, console)
  const codes = scenarioFiles(positionals, 'with library').map((file): ExitCode => {
    try {
      const text = readScenario(file, options.limits.bytes)
      if (!positionals.includes(file) && !isScenario(text)) return 0 // a folder may hold other YAML
      const formatted = formattedText(text, file, options)
      const isChanged = formatted !== text
      if (isChanged && !onlyChecks) write(file, formatted)
      if (isJson) printJson(console, { file, changed: isChanged })
      else if (isChanged && onlyChecks) console.out(`${file}\n`)
      else if (isChanged && !isQuiet) console.err(`wrote ${file}\n`)
      return isChanged && onlyChecks ? 1 : 0
    } catch (error) {
      if (!(error instanceof Refusal) || error.problems.length === 0) throw error
      printProblems(console, file, error.problems, isJson)
      return 3
    }
  })
  return worst(codes)
}

/** Whether a text says that it is a scenario; what is no YAML may have meant to be one. */
function isScenario(text: string): boolean {
  return /^(blackstart|"blackstart"|'blackstart')\s*:/m.test(text)
}

/** `fmt -`: from standard input to standard output, for editors. */
function formatStream(options: Options, console: Console): ExitCode {
  if (options.positionals.length > 1) throw new Refusal('- stands for standard input, and alone')
  const text = readScenario('-', options.limits.bytes)
  const formatted = formattedText(text, '-', options)
  if (!options.onlyChecks) console.out(formatted)
  return options.onlyChecks && formatted !== text ? 1 : 0
}

/** The text laid out. Throws a Refusal when it is no valid YAML, and an error of ours when the layout would change what it says. */
function formattedText(text: string, file: string, { limits }: Options): string {
  const before = readDocument(text, file, limits, new Spots())
  if (before.problems.length > 0) throw new Refusal('the file is no valid YAML', file, before.problems)
  if (!isScenario(text))
    throw new Refusal(`${file}: it does not begin with \`blackstart: 1\`, so it is no scenario and is left as it is`)
  const formatted = layOut(text)
  const after = readDocument(formatted, file, limits, new Spots())
  if (after.problems.length > 0 || canonicalText(after.data) !== canonicalText(before.data)) {
    throw new Error(`the layout of ${file} would change what it says; it was left as it is`)
  }
  return formatted
}

function write(file: string, text: string): void {
  try {
    writeFileAtomically(file, [text])
  } catch (error) {
    throw new Refusal(`${file}: cannot be written: ${reasonOf(error)}`, file)
  }
}
