/** `blackstart run FILE`: one run, judged. */
import { resolve } from 'node:path'
import { comparedForms } from '../experiment/closed-form/index.ts'
import { type Recovery, recoveriesOf, strikesIn, withSavings } from '../experiment/recovery-report.ts'
import { unhappened } from '../experiment/unhappened.ts'
import type { Recording } from '../trace/trace.ts'
import { formatDuration } from '../units/format.ts'
import { readScenario } from './files.ts'
import type { Options } from './options.ts'
import { type Console, type ExitCode, printJson, Refusal, reasonOf, writeFileAtomically } from './output.ts'
import { recoveryLines } from './recovery.ts'
import { summaryLines } from './recovery-summary.ts'
import { checkLine, closedFormLines, metastableLines, runObject } from './report.ts'
import { checkDeterminism, type Finished, loadVariant, simulate } from './simulate.ts'

/** Strikes that are looked at for the summary: a run of many is not to take longer for it. */
const SUMMED_UP = 20

export function run(options: Options, console: Console): ExitCode {
  const file = onlyFile(options, 'run')
  const loaded = loadVariant(readScenario(file, options.limits.bytes), file, options)
  if (!loaded.ok) throw new Refusal('the file is invalid', file, loaded.problems)
  const { scenario, notices } = loaded
  if (!options.isQuiet) for (const notice of notices) console.err(`note: ${notice}\n`)
  const finished = simulate(scenario, options, console)
  const { outcome, seed, wall } = finished
  if (options.trace !== undefined) writeTrace(options.trace, file, outcome.recording)
  const { checksDeterminism } = options
  if (checksDeterminism) checkDeterminism(finished)
  const recoveries = options.tellsRecovery ? recoveriesIn(finished, options, console) : undefined
  if (options.isJson) {
    printJson(console, {
      ...runObject(finished),
      ...(checksDeterminism && { deterministic: true }),
      ...(recoveries && { recoveries }),
    })
  } else {
    const variant = scenario.variant === null ? '' : ` · ${scenario.variant}`
    console.out(`${scenario.name}${variant}  ${formatDuration(scenario.run.horizon)}, seed ${seed}\n`)
    const forms = comparedForms(scenario, outcome.checks)
    for (const check of outcome.checks) {
      console.out(`${checkLine(console, check)}\n`)
      if (check.because !== undefined) console.out(`     ${check.because[options.language]}\n`)
      const form = forms.find(({ id }) => id === check.id)
      if (form === undefined) continue
      for (const line of closedFormLines(form, check.unit, options.language)) console.out(`     ${line}\n`)
    }
    const { events, recording, fingerprint, verdict } = outcome
    for (const line of metastableLines(console, recording, options.language)) console.out(`${line}\n`)
    if (recoveries === undefined && !options.isQuiet) {
      for (const line of summaryLines(recoveriesOf(scenario, outcome, SUMMED_UP), strikesIn(recording), options.language))
        console.out(line)
    }
    if (!options.isQuiet) for (const one of unhappened(scenario, recording)) console.err(`note: ${one[options.language]}\n`)
    console.out(
      `${verdict}  ${events} events, ${recording.rows.length} rows, ${wall.toFixed(2)} s, fingerprint ${fingerprint}\n`,
    )
    if (checksDeterminism) console.out(`deterministic: ${recording.rows.length} rows three times\n`)
    if (recoveries === undefined) return outcome.exitCode
    for (const line of recoveryLines(recoveries, strikesIn(recording), options.language)) console.out(line)
  }
  return outcome.exitCode
}

/** The recoveries of a run, with what each limit cost where that is asked for: then it is run again without each. */
function recoveriesIn({ scenario, outcome }: Finished, options: Options, console: Console): Recovery[] {
  const recoveries = recoveriesOf(scenario, outcome)
  if (!options.tellsSavings) return recoveries
  return withSavings(scenario, recoveries, without => simulate(without, options, console).outcome)
}

function writeTrace(path: string, scenario: string, recording: Recording): void {
  if (resolve(path) === resolve(scenario)) throw new Refusal(`--trace ${path} would replace the scenario itself`, path)
  try {
    writeFileAtomically(path, traceLines(recording))
  } catch (error) {
    throw new Refusal(`${path}: the trace cannot be written: ${reasonOf(error)}`, path)
  }
}

/** The one file that a command is about. */
export function onlyFile({ positionals }: Options, command: string): string {
  if (positionals.length === 1) return positionals[0]
  const wrong = positionals.length === 0 ? 'no file given' : `one file, not ${positionals.length}`
  throw new Refusal(`${wrong}: blackstart ${command} FILE`)
}

/** Every row as text: time, kind, subject, cause, a, b, with tabs between; the row's number is its line below the header. */
export function* traceLines({ rows, kinds, entities }: Recording): Generator<string> {
  yield 'time\tkind\tsubject\tcause\ta\tb\n'
  let piece = ''
  for (let row = 1; row < rows.length; row++) {
    const kind = kinds[rows.kind[row]]
    const a = kind.a === 'entity' && rows.a[row] > 0 ? entities.id(rows.a[row]) : rows.a[row] // nobody is 0
    const b = kind.b === 'entity' && rows.b[row] > 0 ? entities.id(rows.b[row]) : rows.b[row]
    piece += `${rows.time[row]}\t${kind.name}\t${entities.id(rows.subject[row])}\t${rows.cause[row]}\t${a}\t${b}\n`
    if (piece.length > 1 << 16) {
      yield piece
      piece = ''
    }
  }
  yield piece
}
