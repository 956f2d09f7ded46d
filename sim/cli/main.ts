#!/usr/bin/env node
/** The command `blackstart`: which command, what it came to, and the exit code. */
import { realpathSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { didYouMean } from '../scenario/problems.ts'
import { check } from './check.ts'
import { explain } from './explain/explain.ts'
import { packageVersion } from './files.ts'
import { fmt } from './fmt.ts'
import { create } from './new.ts'
import { type OptionName, type Options, optionHelp, parseOptions } from './options.ts'
import { type Console, type ExitCode, printJson, printProblems, Refusal } from './output.ts'
import { failureObject } from './report.ts'
import { run } from './run.ts'
import { schema } from './schema.ts'
import { EngineFailure } from './simulate.ts'
import { SLA_OPTION_NAMES } from './sla/options.ts'
import { sla, slaTopics } from './sla.ts'
import { compare } from './study/compare.ts'
import { study } from './study/study.ts'
import { test } from './test/test.ts'

interface Command {
  readonly usage: string
  readonly help: string
  readonly options: readonly OptionName[]
  /** Lines on what may be asked of it, where that is a choice. */
  readonly topics?: () => string
  readonly act: (options: Options, console: Console) => ExitCode | Promise<ExitCode>
}

const COMMON: readonly OptionName[] = ['json', 'quiet', 'help']
const LOADING: readonly OptionName[] = [
  'variant',
  'set',
  'max-bytes',
  'max-depth',
  'max-aliases',
  'max-values',
  'max-files',
  'max-zones',
  'max-entities',
]
const RUNNING: readonly OptionName[] = ['seed', ...LOADING, 'max-events', 'max-seconds']

const REPORTING: readonly OptionName[] = ['workers', 'shard', 'junit', 'github', 'summary', 'baseline', 'update', 'page']

const STUDYING: readonly OptionName[] = [
  ...RUNNING,
  'replications',
  'half-width',
  'of',
  'confidence',
  'workers',
  'journal',
  'out',
]

const COMMANDS: Readonly<Record<string, Command>> = {
  run: {
    usage: 'run FILE',
    help: 'run a scenario and judge its expectations',
    options: [...RUNNING, 'trace', 'check-determinism', 'recovery', 'savings', 'lang', ...COMMON],
    act: run,
  },
  check: { usage: 'check FILE', help: 'is the file right? Nothing is run', options: [...LOADING, ...COMMON], act: check },
  test: {
    usage: 'test [FILES|FOLDERS]',
    help: 'judge files as written and in every variant; scenarios/ by default',
    options: [...REPORTING, ...RUNNING, ...COMMON],
    act: test,
  },
  study: {
    usage: 'study FILE',
    help: 'run a scenario and its variants many times: means, shares and quantiles with intervals',
    options: [...STUDYING, ...COMMON],
    act: study,
  },
  compare: {
    usage: 'compare FILE A B',
    help: 'two variants under the same chance: how they differ; - is the file as written',
    options: [...STUDYING.filter(name => name !== 'variant'), ...COMMON],
    act: compare,
  },
  explain: {
    usage: 'explain TOPIC | FILE SUBJECT',
    help: 'fields, kinds and metrics with their sources; or why a thing, a check or a row (row:N) of a run is as it is',
    options: ['at', 'lang', ...RUNNING, ...COMMON],
    act: explain,
  },
  fmt: {
    usage: 'fmt FILES|FOLDERS',
    help: 'lay files out: keys in order, comments in columns; nothing that is simulated changes',
    options: ['check', 'max-bytes', 'max-depth', 'max-aliases', 'max-values', ...COMMON],
    act: fmt,
  },
  sla: {
    usage: 'sla TOPIC …',
    help: 'availability by formula, what promises give back, weak points; nothing is run',
    options: [...SLA_OPTION_NAMES, 'of', 'seed', ...LOADING, ...COMMON],
    topics: slaTopics,
    act: sla,
  },
  schema: { usage: 'schema', help: 'print the JSON Schema of scenario files', options: COMMON, act: schema },
  new: { usage: 'new FILE', help: 'write a small scenario to start from', options: COMMON, act: create },
}

const LATER = ['hunt', 'import', 'export']

/** Runs one command line. */
export async function main(args: readonly string[], console: Console): Promise<ExitCode> {
  const isJson = args.includes('--json')
  try {
    return await dispatch(args, console)
  } catch (error) {
    if (error instanceof Refusal) {
      const problems =
        error.problems.length > 0
          ? error.problems
          : [{ file: error.file, line: 1, column: 1, path: '', message: error.message }]
      if (isJson) printProblems(console, error.file, problems, true)
      else if (error.problems.length > 0) printProblems(console, error.file, error.problems, false)
      else console.err(`blackstart: ${error.message}\n`)
      return 3
    }
    if (error instanceof EngineFailure) {
      if (isJson) printJson(console, failureObject(error))
      const { scenario, seed, cause } = error
      const variant = scenario.variant === null ? '' : ` --variant ${scenario.variant}`
      console.err(`blackstart: engine failure: ${error.message}\n`)
      console.err(
        `to see it again: blackstart run ${scenario.file}${variant} --seed ${seed}   (scenario ${scenario.hash}, version ${packageVersion()})\n`,
      )
      if (cause instanceof Error && cause.stack !== undefined) console.err(`${cause.stack}\n`)
      return 4
    }
    console.err(`blackstart: a bug of ours: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
    return 4
  }
}

function dispatch(args: readonly string[], console: Console): ExitCode | Promise<ExitCode> {
  const { positionals, ...given } = parseOptions(args)
  const [name, ...operands] = positionals
  if (given.wantsVersion) {
    console.out(`${packageVersion()}\n`)
    return 0
  }
  if (name === undefined) {
    if (!given.wantsHelp) throw new Refusal(`no command given\n${help()}`)
    console.out(help())
    return 0
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (command === undefined) {
    if (LATER.includes(name)) throw new Refusal(`${name} is not yet in this version`)
    const hint = didYouMean(name, Object.keys(COMMANDS)) ?? `commands are ${Object.keys(COMMANDS).join(', ')}`
    throw new Refusal(`there is no command "${name}" (${hint})`)
  }
  if (given.wantsHelp) {
    const choice = command.topics === undefined ? '' : `\n${command.topics()}\n`
    console.out(`blackstart ${command.usage}\n  ${command.help}\n${choice}\n${optionHelp(command.options)}\n`)
    return 0
  }
  const foreign = given.given.find(option => !command.options.includes(option))
  if (foreign !== undefined) throw new Refusal(`${name} has no --${foreign} (${homesOf(foreign)})`)
  return command.act({ ...given, positionals: operands }, console)
}

/** `--trace belongs to run`. */
function homesOf(option: OptionName): string {
  const homes = Object.keys(COMMANDS).filter(name => COMMANDS[name].options.includes(option))
  return homes.length === 0 ? 'it stands alone' : `--${option} belongs to ${homes.join(', ')}`
}

function help(): string {
  const width = Math.max(...Object.values(COMMANDS).map(({ usage }) => usage.length))
  const lines = Object.values(COMMANDS).map(one => `  blackstart ${one.usage.padEnd(width)}  ${one.help}`)
  return `blackstart ${packageVersion()}: rehearse losing a piece of the cloud and getting it back

${lines.join('\n')}

${optionHelp(['seed', 'variant', 'set', 'trace', 'json', 'quiet', 'help', 'version'])}

blackstart COMMAND --help lists all options of a command

exit code: 0 as it should be, 1 not, 2 cannot be told, 3 invalid file or command line, 4 a bug of ours
`
}

/** Whether this file is what node was asked to run, through whatever link. */
function isMain(): boolean {
  const [, script] = process.argv
  return script !== undefined && pathToFileURL(realpathSync(script)).href === import.meta.url
}

if (isMain()) {
  const streams: Console = {
    out: text => void process.stdout.write(text),
    err: text => void process.stderr.write(text),
    isTerminal: process.stderr.isTTY === true,
    hasColour: process.stdout.isTTY === true && (process.env.NO_COLOR ?? '') === '',
  }
  process.stdout.on('error', error => {
    const { code, message } = error as { code?: string; message: string }
    if (code === 'EPIPE') process.exit(0) // whoever read has seen enough
    process.stderr.write(`blackstart: the results cannot be printed (${message}); what was printed is partial\n`)
    process.exit(3)
  })
  process.exitCode = await main(process.argv.slice(2), streams)
}
