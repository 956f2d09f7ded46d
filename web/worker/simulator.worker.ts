/**
 * The simulation, in its own thread. Loads, runs in slices of about ten milliseconds so that it can be told to stop, and hands
 * the finished trace over. Knows nothing of how it is shown.
 */
import { expose, transfer } from 'comlink'
import { parse } from 'yaml'
import { startRun } from '../../sim/experiment/run.ts'
import { load, type Read } from '../../sim/scenario/load.ts'
import type { Progress, RunReply, RunRequest, ScenarioEntry, SimulatorApi } from './protocol.ts'
import { report, textOf, variantsOf } from './report.ts'

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
    const seed = request.seed ?? loaded.scenario.run.seed
    const running = startRun(loaded.scenario, { seed })
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
    const reply = report(text, loaded.scenario, loaded.variants, seed, running.finish(), (performance.now() - started) / 1000)
    const { rows, entities } = reply
    const columns = [rows.time, rows.kind, rows.subject, rows.cause, rows.a, rows.b, entities.kind, entities.parent]
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

expose(createSimulator())
