/**
 * The simulation, in its own thread. Loads, runs in slices of about ten milliseconds so that it can be told to stop, and hands
 * the finished trace over; or makes several runs, in more threads of this same script. Knows nothing of how it is shown.
 */
import { expose, transfer } from 'comlink'
import { startRun } from '../../sim/experiment/run.ts'
import { createConductor, createReplicator } from './conductor.ts'
import { catalogue, loadSource, sourceOf } from './library.ts'
import type { Progress, RunReply, RunRequest, SimulatorApi } from './protocol.ts'
import { recoveries } from './recoveries.ts'
import { report } from './report.ts'

/** Work between two looks at the messages, ms. */
const SLICE = 10
const EVENTS_AT_ONCE = 2000
/** Between two reports of progress, ms. */
const PROGRESS = 100

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
  const conductor = createConductor()
  let current = 0 // number of the run that is wanted; the others end

  async function run(request: RunRequest, onProgress: (progress: Progress) => void): Promise<RunReply> {
    const own = ++current
    const started = performance.now()
    const text = sourceOf(request)
    if (text === undefined) return { kind: 'absent', file: request.file }
    const loaded = loadSource(request, text, request.variant)
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
    recoveries,
    study: conductor.study,
    stopStudy: conductor.stop,
    ...createReplicator(),
  }
}

expose(createSimulator())
