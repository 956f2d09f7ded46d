/** `blackstart explain FILE SUBJECT`: the state of one thing at a moment of a run, or one row of it, and why, back to the fault. */
import { subjectsNamed } from '../metrics/subjects.ts'
import { durationInWords, tell } from '../trace/story.ts'
import type { Recording, RowId } from '../trace/trace.ts'
import { lastUpTo, stateAt, whyChain } from '../trace/why.ts'
import { parseDuration } from '../units/parse.ts'
import { readScenario } from './files.ts'
import type { Options } from './options.ts'
import { type Console, type ExitCode, printJson, Refusal } from './output.ts'
import { loadVariant, simulate } from './simulate.ts'

export function explainSubject(options: Options, console: Console): ExitCode {
  const [file, name] = options.positionals
  const loaded = loadVariant(readScenario(file, options.limits.bytes), file, options)
  if (!loaded.ok) throw new Refusal('the file is invalid', file, loaded.problems)
  const { scenario } = loaded
  const { recording } = simulate(scenario, options, console).outcome
  const { entity, time, row } = /^row:\d+$/.test(name) ? rowNumbered(recording, Number(name.slice(4))) : stateOf(name)
  const chain = whyChain(recording, row)
  const { language } = options
  if (options.isJson) {
    printJson(console, {
      file,
      subject: recording.entities.id(entity),
      time,
      state: row === 0 ? null : rowObject(recording, row),
      why: chain.map(link => ({ ...rowObject(recording, link.row), took: link.took, hop: link.hop, folded: link.folded })),
    })
    return 0
  }
  console.out(`${recording.entities.id(entity)} at ${durationInWords(time, language)}: `)
  console.out(row === 0 ? 'as it was at the start\n' : `${tell(recording, row, language)}\n`)
  for (const { row: at, took, hop, folded } of chain) {
    const moment = durationInWords(recording.rows.time[at], language)
    const many = folded > 1 ? ` (${folded} such steps)` : ''
    const wait = took > 0 && recording.rows.cause[at] > 0 ? `  ← ${durationInWords(took, language)} ${hop}` : ''
    console.out(`  ${moment.padStart(12)}  ${tell(recording, at, language)}${many}${wait}\n`)
  }
  return 0

  /** The thing of a name, and the row that made it what it is at the moment asked about. */
  function stateOf(id: string): { entity: number; time: number; row: RowId } {
    const subject = subjectsNamed(recording.entities, id, [])
    if (!subject.ok) throw new Refusal(subject.because.en, file)
    const [entity] = subject.of
    const time = momentOf(options.at, scenario.run.horizon)
    return { entity, time, row: stateAt(recording, entity, time) || lastOf(recording, entity, time) }
  }
}

/** A row of the trace by its number, as `--trace` counts them. */
function rowNumbered({ rows }: Recording, row: number): { entity: number; time: number; row: RowId } {
  if (row > 0 && row < rows.length) return { entity: rows.subject[row], time: rows.time[row], row }
  throw new Refusal(`there is no row ${row}: the run wrote rows 1 to ${rows.length - 1}`)
}

/** The last row of a thing, measurements included: how many instances a service has, what a client gets. */
function lastOf(recording: Recording, entity: number, time: number): RowId {
  for (let row = lastUpTo(recording, time); row > 0; row--) if (recording.rows.subject[row] === entity) return row
  return 0
}

/** The moment asked for, s; the end of the run when none was. */
function momentOf(given: string | undefined, horizon: number): number {
  if (given === undefined) return horizon
  const parsed = parseDuration(given)
  if (!parsed.ok) throw new Refusal(`--at ${given}: ${parsed.message}, write a time such as 1h5m`)
  if (parsed.value > horizon) throw new Refusal(`--at ${given}: the run ends at ${durationInWords(horizon, 'en')}`)
  return parsed.value
}

function rowObject(recording: Recording, row: RowId): Record<string, unknown> {
  const { rows, kinds, entities } = recording
  return {
    row,
    time: rows.time[row],
    kind: kinds[rows.kind[row]].name,
    subject: entities.id(rows.subject[row]),
    says: tell(recording, row, 'en'),
  }
}
