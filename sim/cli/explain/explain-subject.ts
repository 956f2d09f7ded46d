/**
 * `blackstart explain FILE SUBJECT`: why a thing of a run is as it is at a moment, why a row was
 * written, or what decided an expectation: back to the fault.
 */
import type { Run } from '../../metrics/define.ts'
import { eachShare, PLACES } from '../../metrics/readiness.ts'
import { subjectsNamed } from '../../metrics/subjects.ts'
import { durationInWords, tell } from '../../trace/story.ts'
import type { Recording, RowId } from '../../trace/trace.ts'
import { cellsAt, lastUpTo, stateAt, whyChain } from '../../trace/why.ts'
import { parseDuration } from '../../units/parse.ts'
import type { Check } from '../../verdicts/judge.ts'
import { readScenario } from '../files.ts'
import type { Options } from '../options.ts'
import { type Console, type ExitCode, printJson, Refusal } from '../output.ts'
import { checkLine, quantity } from '../report.ts'
import { loadVariant, simulate } from '../simulate.ts'

/** What is explained: a thing, a moment, and the row that made it what it is then; 0 when none did. */
interface Asked {
  readonly entity: number
  /** s */
  readonly time: number
  readonly row: RowId
  /** How its hosts stand then, where it is a place and its state is asked for. */
  readonly hosts?: HostShares | undefined
  /** Rows that say how its cells stand then, likewise. */
  readonly cells?: readonly RowId[]
  /** The expectation that is asked about, if it is one. */
  readonly check?: Check
}

export function explainSubject(options: Options, console: Console): ExitCode {
  const [file, name] = options.positionals
  const loaded = loadVariant(readScenario(file, options.limits.bytes), file, options)
  if (!loaded.ok) throw new Refusal('the file is invalid', file, loaded.problems)
  const { scenario } = loaded
  const { recording, world, checks } = simulate(scenario, options, console).outcome
  const named = checks.find(({ id }) => id === name)
  const {
    entity,
    time,
    row,
    hosts,
    cells = [],
    check,
  } = /^row:\d+$/.test(name)
    ? rowNumbered(recording, Number(name.slice(4)))
    : named === undefined
      ? stateOf(name, momentOf(options.at, scenario.run.horizon))
      : whatDecided(named)
  const chain = whyChain(recording, row)
  const { language } = options
  if (options.isJson) {
    printJson(console, {
      file,
      subject: recording.entities.id(entity),
      time,
      ...(check && { check }),
      ...(hosts && { hosts }),
      ...(cells.length > 0 && { cells: cells.map(one => rowObject(recording, one)) }),
      state: row === 0 ? null : rowObject(recording, row),
      why: chain.map(link => ({ ...rowObject(recording, link.row), took: link.took, hop: link.hop, folded: link.folded })),
    })
    return 0
  }
  if (check !== undefined) console.out(`${checkLine(console, check)}\n`)
  console.out(`${recording.entities.id(entity)} at ${durationInWords(time, language)}: `)
  if (hosts !== undefined) console.out(`${hostsInWords(hosts, language)}\n`)
  else console.out(row === 0 ? 'as it was at the start\n' : `${tell(recording, row, language)}\n`)
  for (const one of cells) {
    const moment = durationInWords(recording.rows.time[one], language)
    console.out(`  ${moment.padStart(12)}  ${tell(recording, one, language)}\n`)
  }
  if (cells.length > 0 && chain.length > 0) console.out('\n')
  for (const { row: at, took, hop, folded } of chain) {
    const moment = durationInWords(recording.rows.time[at], language)
    const many = folded > 1 ? ` (${folded} such steps)` : ''
    const wait = took > 0 && recording.rows.cause[at] > 0 ? `  ← ${durationInWords(took, language)} ${hop}` : ''
    console.out(`  ${moment.padStart(12)}  ${tell(recording, at, language)}${many}${wait}\n`)
  }
  return 0

  function stateOf(id: string, time: number): Asked {
    const subject = subjectsNamed(recording.entities, id, [])
    if (!subject.ok) throw new Refusal(subject.because.en, file)
    const [entity] = subject.of
    const row = stateAt(recording, entity, time) || lastOf(recording, entity, time)
    const cells = cellsAt(recording, entity, time).filter(one => one !== row)
    return { entity, time, row, hosts: hostsAt({ ...recording, world }, entity, time), cells }
  }

  /** The first row that shows how an expectation turned out, or else how its subject stood at the moment that decided it. */
  function whatDecided(check: Check): Asked {
    const { id, of, at, value, verdict, rows = [] } = check
    if (rows.length > 0) return { ...rowNumbered(recording, rows[0]), check }
    // What was waited for and never came: how it stands in the end says why.
    if (typeof of === 'string' && value === null && verdict === 'fail') return { ...stateOf(of, scenario.run.horizon), check }
    if (typeof of === 'string' && at !== null) return { ...stateOf(of, at), check }
    throw new Refusal(`no one moment decided ${id}; ask about a thing: blackstart explain ${file} SUBJECT --at TIME`)
  }
}

interface HostShares {
  /** Of its hosts, those that are up, and those that have power. */
  readonly up: number
  readonly powered: number
}

/** How the hosts of a place stand at a moment: rows tell of thresholds only. Undefined for what holds none. */
function hostsAt(run: Run, entity: number, time: number): HostShares | undefined {
  const kind = run.entities.kind(entity)
  if (kind === 'host' || !PLACES.includes(kind)) return undefined
  const share = (counts: 'hosts' | 'power'): number => {
    let at = 0
    eachShare(run, [entity], counts, { from: time, to: time + 1 }, (from, _, value) => {
      if (from === time) at = value
    })
    return at
  }
  return { up: share('hosts'), powered: share('power') }
}

function hostsInWords({ up, powered }: HostShares, language: 'en' | 'zh'): string {
  const [ups, powers] = [quantity(up, 'ratio'), quantity(powered, 'ratio')]
  return language === 'zh' ? `${ups} 的主机在线，${powers} 的主机有电` : `${ups} of its hosts are up, ${powers} have power`
}

/** A row of the trace by its number, as `--trace` counts them. */
function rowNumbered({ rows }: Recording, row: number): Asked {
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
