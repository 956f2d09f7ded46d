/**
 * The simulation, in its own thread. Loads, runs in slices of about ten milliseconds so that it can be told to stop, and hands
 * the finished trace over. Knows nothing of how it is shown.
 */
import { expose, transfer } from 'comlink'
import { parse } from 'yaml'
import { startRun } from '../../sim/experiment/run.ts'
import { load, type Read } from '../../sim/scenario/load.ts'
import type { Expectation, Scenario } from '../../sim/scenario/schema.ts'
import type { Entities } from '../../sim/trace/entities.ts'
import type { TraceColumns } from '../../sim/trace/trace.ts'
import type { Check } from '../../sim/verdicts/judge.ts'
import type {
  CheckReport,
  FinishedRun,
  Progress,
  RunReply,
  RunRequest,
  ScenarioEntry,
  ScenarioReport,
  SimulatorApi,
  Text,
  VariantEntry,
} from './protocol.ts'

const SHIPPED = '../../scenarios/'
const files = import.meta.glob('../../scenarios/**/*.yaml', { query: '?raw', import: 'default', eager: true }) as Record<
  string,
  string
>

/** Work between two looks at the messages, ms. */
const SLICE = 10
const EVENTS_AT_ONCE = 2000
/** Between two reports of progress, ms. */
const PROGRESS = 100

const shipped = (path: string): string | undefined => files[`${SHIPPED}${path}`]

/** Reads what a scenario uses: the library, and files beside a shipped scenario. A local file brings none with it. */
function readerFor(request: RunRequest): Read {
  const folder = request.file.includes('/') ? request.file.slice(0, request.file.lastIndexOf('/') + 1) : ''
  return path => {
    if (path.startsWith('library/')) return shipped(path)
    return request.text === null ? shipped(folder + path.replace(/^\.\//, '')) : undefined
  }
}

/** Messages that have arrived meanwhile are handled before this resolves; a timer would wait at least 4 ms each time. */
const channel = new MessageChannel()
const resting: (() => void)[] = []
channel.port1.onmessage = () => resting.shift()?.()
function breathe(): Promise<void> {
  return new Promise(resolve => {
    resting.push(resolve)
    channel.port2.postMessage(null)
  })
}

function createSimulator(): SimulatorApi {
  let current = 0 // number of the run that is wanted; the others end

  async function run(request: RunRequest, onProgress: (progress: Progress) => void): Promise<RunReply> {
    const own = ++current
    const started = performance.now()
    const text = request.text ?? shipped(request.file)
    if (text === undefined) return { kind: 'broken', message: `no scenario ${request.file}` }
    const loaded = load(text, {
      file: request.file,
      read: readerFor(request),
      ...(request.variant !== null && { variant: request.variant }),
    })
    if (!loaded.ok) return { kind: 'wrong', problems: loaded.problems }
    const { scenario } = loaded
    const seed = request.seed ?? scenario.run.seed
    const running = startRun(scenario, { seed })
    let told = started
    for (let finished = false; !finished; ) {
      const until = performance.now() + SLICE
      while (!finished && performance.now() < until) finished = running.step(EVENTS_AT_ONCE)
      await breathe()
      if (own !== current) return { kind: 'cancelled' }
      if (performance.now() - told > PROGRESS) {
        told = performance.now()
        onProgress({ now: running.now, horizon: running.horizon })
      }
    }
    const { recording, fingerprint, events, checks } = running.finish()
    const rows = copied(recording.rows)
    const table = recording.entities.table()
    const reply: FinishedRun = {
      kind: 'finished',
      scenario: describe(scenario, seed, variantsOf(text, loaded.variants), recording.entities),
      rows,
      kinds: recording.kinds.slice(),
      entities: table,
      checks: checks.map(check => reportOf(check, scenario.expect[check.id])),
      fingerprint,
      events,
      wall: (performance.now() - started) / 1000,
    }
    const columns = [rows.time, rows.kind, rows.subject, rows.cause, rows.a, rows.b, table.kind, table.parent]
    return transfer(
      reply,
      columns.map(column => column.buffer),
    )
  }

  return {
    catalogue,
    run: (request, onProgress) =>
      run(request, onProgress).catch(
        (error: unknown): RunReply => ({ kind: 'broken', message: error instanceof Error ? error.message : String(error) }),
      ),
    cancel: () => {
      current++
    },
  }
}

function catalogue(): ScenarioEntry[] {
  return Object.keys(files)
    .map(path => path.slice(SHIPPED.length))
    .filter(file => !file.startsWith('library/'))
    .sort((a, b) => Number(a.includes('/')) - Number(b.includes('/')) || (a < b ? -1 : 1))
    .map(file => {
      const text = files[`${SHIPPED}${file}`]
      const given = parse(text) as { name: string; title?: unknown; variants?: Record<string, unknown> }
      return { file, title: textOf(given.title, given.name), variants: variantsOf(text, Object.keys(given.variants ?? {})) }
    })
}

/** Variants with their titles. The text has been read without complaint before, so it can be read again. */
function variantsOf(text: string, names: readonly string[]): VariantEntry[] {
  const given =
    (parse(text, { maxAliasCount: 100 }) as { variants?: Record<string, { title?: unknown } | null> }).variants ?? {}
  return names.map(name => ({ name, title: textOf(given[name]?.title, name) }))
}

function textOf(given: unknown, otherwise: string): Text {
  if (typeof given === 'string') return { en: given, zh: given }
  const { en, zh } = (given ?? {}) as Partial<Text>
  return { en: en ?? zh ?? otherwise, zh: zh ?? en ?? otherwise }
}

function describe(scenario: Scenario, seed: string, variants: VariantEntry[], entities: Entities): ScenarioReport {
  const { file, name, title, question, variant, run, world, services, clients, notices } = scenario
  const called = new Set(Object.values(clients).flatMap(client => ('to' in client ? [client.to] : [])))
  return {
    file,
    name,
    title: title ?? { en: name, zh: name },
    question: question ?? null,
    variant,
    variants,
    seed,
    horizon: run.horizon,
    warmup: run.warmup,
    clock: run.clock ?? null,
    datacentres: world.regions.flatMap(region =>
      region.zones.flatMap(zone =>
        zone.datacentres.map(({ name: datacentre, tenants, begin, power }) => ({
          entity: entities.find(`${region.name}/${zone.name}/${datacentre}`),
          tenants,
          begin,
          ups: power.ups,
        })),
      ),
    ),
    services: Object.keys(services).map(id => {
      const spec = services[id]
      const begin = 'begin' in spec ? spec.begin : undefined
      return { entity: entities.find(id), begin: begin ?? 'up', isCalled: called.has(id) }
    }),
    notices,
  }
}

const COMPARATORS = ['at-least', 'at-most', 'equals', 'between'] as const

function reportOf(check: Check, expectation: Expectation): CheckReport {
  const { id, metric, of, verdict, value, limit, at, unit, should, outcome, line, because, published } = check
  return {
    id,
    metric,
    of: typeof of === 'string' ? of : of === null ? '' : selected(of),
    verdict,
    should,
    value,
    comparator: COMPARATORS.find(key => expectation[key] !== undefined) ?? null,
    limit,
    unit,
    at,
    outcome,
    published: published ?? null,
    because: because ?? null,
    line,
  }
}

/** A selector in a few words: `zone a, host`. */
function selected(selector: object): string {
  return Object.entries(selector)
    .filter(([, value]) => typeof value === 'string' || Array.isArray(value))
    .map(([key, value]) => (key === 'of' ? String(value) : `${key} ${String(value)}`))
    .join(', ')
}

function copied(rows: TraceColumns): TraceColumns {
  const { length, time, kind, subject, cause, a, b } = rows
  return {
    length,
    time: time.slice(),
    kind: kind.slice(),
    subject: subject.slice(),
    cause: cause.slice(),
    a: a.slice(),
    b: b.slice(),
  }
}

expose(createSimulator())
