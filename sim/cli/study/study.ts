/** `blackstart study FILE`: many runs of a scenario and its variants, and what they say with how much confidence. */
import { accessSync, constants, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { comparedForms } from '../../experiment/closed-form/index.ts'
import { seedOf } from '../../experiment/replicate.ts'
import type { HalfWidth } from '../../experiment/stopping.ts'
import { createStudy, type Study, type Variant, type VariantReport } from '../../experiment/study.ts'
import { metricNamed } from '../../metrics/index.ts'
import { limitSchema } from '../../scenario/expectations.ts'
import { limitComplaint } from '../../scenario/limit-units.ts'
import { variantNames } from '../../scenario/load.ts'
import { packageVersion, readScenario } from '../files.ts'
import type { Options } from '../options.ts'
import { type Console, type ExitCode, printJson, Refusal, reasonOf, worst, writeFileAtomically } from '../output.ts'
import { onlyFile } from '../run.ts'
import { EngineFailure, loadVariant, variantNamed } from '../simulate.ts'
import { type Journal, openJournal } from './journal.ts'
import { makeReplications, type Stop } from './replications.ts'
import { progressText, studyText, type TheoryOfCheck, type ToldReport } from './text.ts'

/** Replications before the first look at an interval: of what happens in one run of twenty, fewer may have seen nothing. */
const LOOK_FIRST = 100
/** As many as fit into memory with room to spare. */
const REPLICATIONS_MAX = 1_000_000

export async function study(options: Options, console: Console): Promise<ExitCode> {
  const file = onlyFile(options, 'study')
  const text = readScenario(file, options.limits.bytes)
  const { variants } = options
  const names = variants.length > 0 ? variants.map(variantNamed) : [null, ...variantNames(text, file, options.limits)]
  return conduct(text, file, names, options, console, report => studyText(console, report))
}

/**
 * Conducts a study of some variants of a file and prints what it came to, in words by `inWords`; what was done is printed also
 * when it ends before it is done, and says that it is partial.
 */
export async function conduct(
  text: string,
  file: string,
  names: readonly (string | null)[],
  options: Options,
  console: Console,
  inWords: (report: ToldReport) => string,
): Promise<ExitCode> {
  const twice = names.find((name, at) => names.indexOf(name) !== at)
  if (twice !== undefined) throw new Refusal(`${twice ?? 'the file as written'} is named twice`)
  const { replications: max, confidence, workers, eventsMax, secondsMax, out } = options
  if (max > REPLICATIONS_MAX) throw new Refusal(`--replications ${max}: no more than ${REPLICATIONS_MAX}`)
  const variants = names.map(name => variantOf(text, file, name, options))
  const halfWidth = halfWidthOf(options, variants)
  if (out !== undefined) refuseUnwritable(out, file)
  const min = halfWidth === undefined ? max : Math.min(LOOK_FIRST, max)
  const study = createStudy({ variants, replications: { max, min }, halfWidth, confidence })
  const journal = options.journal === undefined ? undefined : journalOf(options.journal, file, study, variants)
  const progress = progressOn(console, study, options)
  let stop: Stop | undefined
  try {
    stop = await makeReplications(study, { workers, eventsMax, secondsMax, journal, onProgress: progress.show })
  } finally {
    progress.clear()
    journal?.close()
  }

  const report = study.report()
  const told = {
    ...report,
    variants: report.variants.map((one, at) => ({ ...one, closedForms: closedFormsOf(one, variants[at]) })),
  }
  const printed = { blackstart: packageVersion(), file, ...told }
  if (options.isJson) printJson(console, printed)
  else console.out(inWords(told))
  if (out !== undefined) writeReport(out, printed)
  return stop === undefined ? report.exitCode : stoppedBy(stop)

  function stoppedBy(stop: Stop): ExitCode {
    switch (stop.kind) {
      case 'interrupted': {
        const kept = options.journal === undefined ? '' : `; ${study.progress().results} results are in ${options.journal}`
        if (!options.isQuiet) console.err(`blackstart: interrupted${kept}\n`)
        return worst([report.exitCode, 2])
      }
      case 'failed':
        throw stop.error
      case 'trouble': {
        const { variant, replication, option, message, stack } = stop.trouble
        const { scenario } = variants[variant]
        const seed = seedOf(scenario.run.seed, replication)
        if (option !== null) throw new Refusal(`${message} (seed ${seed}); raise the limit with ${option}`, file)
        throw new EngineFailure(scenario, seed, Object.assign(new Error(message), { stack }))
      }
      default:
        return stop satisfies never
    }
  }
}

function variantOf(text: string, file: string, name: string | null, options: Options): Variant {
  const { variant: _, ...others } = options
  const loaded = loadVariant(text, file, name === null ? others : { ...others, variant: name })
  if (!loaded.ok) throw new Refusal('the file is invalid', file, loaded.problems)
  const { scenario } = loaded
  const { seed = scenario.run.seed } = options
  return { name, scenario: { ...scenario, run: { ...scenario.run, seed } } }
}

/** What theory says of a variant's expectations, and whether the means of all runs agree. */
function closedFormsOf({ checks }: VariantReport, { scenario }: Variant): TheoryOfCheck[] {
  const simulated = checks.map(({ id, mean, verdict }) => ({
    id,
    verdict,
    value: mean?.value ?? null,
    interval: mean === null ? null : ([mean.low, mean.high] as const),
  }))
  return comparedForms(scenario, simulated)
}

/** How narrow an interval has to be, and whose; checked against the expectations that there are. */
function halfWidthOf({ halfWidth, of }: Options, variants: readonly Variant[]): HalfWidth | undefined {
  if (halfWidth === undefined) {
    if (of !== undefined) throw new Refusal(`--of ${of}: goes with --half-width`)
    return undefined
  }
  const expected = Object.assign({}, ...variants.map(({ scenario }) => scenario.expect)) as Variant['scenario']['expect']
  const ids = Object.keys(expected)
  if (of === undefined && ids.length !== 1) throw new Refusal(`--half-width needs --of: one of ${ids.join(', ') || 'nothing'}`)
  const id = of ?? ids[0]
  if (!Object.hasOwn(expected, id)) throw new Refusal(`--of ${id}: there is no such expectation, but ${ids.join(', ')}`)
  const metric = metricNamed(expected[id].metric)
  const unit = metric?.unit ?? 'count'
  const written = /^[\d.]+$/.test(halfWidth) ? Number(halfWidth) : halfWidth
  const parsed = limitSchema.safeParse(written)
  const complaint = limitComplaint(expected[id].metric, unit, written)
  if (!parsed.success) throw new Refusal(`--half-width ${halfWidth}: cannot be read as a value`)
  if (complaint !== undefined) throw new Refusal(`--half-width ${halfWidth}: ${complaint.message} (${complaint.hint ?? ''})`)
  const atMost = parsed.data.value
  if (!(atMost > 0)) throw new Refusal(`--half-width ${halfWidth}: must be above 0`)
  if ((unit === 'ratio' || unit === 'flag') && atMost >= 0.5) {
    throw new Refusal(`--half-width ${halfWidth}: must be below 50 %, which any interval of a share is within`)
  }
  return { of: id, atMost }
}

function journalOf(path: string, file: string, { scenarios }: Study, variants: readonly Variant[]): Journal {
  if (resolve(path) === resolve(file)) throw new Refusal(`--journal ${path} would write into the scenario itself`, path)
  const [{ name, run }] = scenarios
  return openJournal(path, {
    blackstart: packageVersion(),
    scenario: name,
    seed: run.seed,
    variants: scenarios.map(({ hash, expect }, at) => ({
      name: variants[at].name,
      scenarioHash: hash,
      checks: Object.keys(expect),
    })),
  })
}

/** Found out before hours of work, and not after. */
function refuseUnwritable(path: string, file: string): void {
  if (resolve(path) === resolve(file)) throw new Refusal(`--out ${path} would replace the scenario itself`, path)
  const there = statSync(path, { throwIfNoEntry: false })
  try {
    if (there?.isDirectory() === true) throw Object.assign(new Error(), { code: 'EISDIR' })
    accessSync(there === undefined || there.isFile() ? dirname(resolve(path)) : path, constants.W_OK)
  } catch (error) {
    throw new Refusal(`--out ${path}: cannot be written: ${reasonOf(error)}`, path)
  }
}

function writeReport(path: string, report: unknown): void {
  try {
    writeFileAtomically(path, [`${JSON.stringify(report)}\n`])
  } catch (error) {
    throw new Refusal(`--out ${path}: cannot be written: ${reasonOf(error)}`, path)
  }
}

/** One line that is written over, on a terminal only. */
function progressOn(
  console: Console,
  study: Study,
  { isQuiet, isJson }: Options,
): { show: (() => void) | undefined; clear: () => void } {
  if (!console.isTerminal || isQuiet || isJson) return { show: undefined, clear: () => {} }
  let shown = 0
  return {
    show: () => {
      if (performance.now() < shown + 200) return
      shown = performance.now()
      console.err(`\r\u001b[K${progressText(study.progress())}`)
    },
    clear: () => console.err('\r\u001b[K'),
  }
}
