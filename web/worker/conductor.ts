/**
 * Several runs of a scenario and its variants: this thread hands replications out and folds what comes back; threads of the same
 * script make them. How many threads there are, and which is first, changes nothing in the report.
 */
import { type Remote, wrap } from 'comlink'
import { comparedForms } from '../../sim/experiment/closed-form/index.ts'
import { type Replication, replicate } from '../../sim/experiment/replicate.ts'
import { type Assignment, createStudy, type Study, type Variant } from '../../sim/experiment/study.ts'
import type { Scenario } from '../../sim/scenario/schema.ts'
import { loadSource, sourceOf } from './library.ts'
import type { CheckSummary, SimulatorApi, StudyNews, StudyReply, StudyRequest, Theory } from './protocol.ts'

/** Of all intervals. */
const CONFIDENCE = 0.95
/** Between two pieces of news, ms; a report, which takes longer the more there is, may take a tenth of the time. */
const NEWS = 200
const REPORT_SHARE = 10

export interface Conductor {
  study(request: StudyRequest, onNews: (news: StudyNews) => void): Promise<StudyReply>
  /** Ends the present study; what is done is reported. */
  stop(): void
}

export function createConductor(): Conductor {
  let stop = (): void => {}

  async function study(request: StudyRequest, onNews: (news: StudyNews) => void): Promise<StudyReply> {
    const begun = performance.now()
    const loaded = variantsOf(request)
    if (loaded.kind !== 'variants') return loaded
    const replications = { max: request.replications, min: request.replications }
    const study = createStudy({ variants: loaded.variants, replications, confidence: CONFIDENCE })
    const stopped = new Promise<void>(resolve => {
      stop = resolve
    })
    const threads = Array.from({ length: Math.max(1, request.threads) }, () => startThread())
    const news = newsOf(study, onNews)
    let trouble: string | null = null
    try {
      await Promise.race([stopped, Promise.all(threads.map(({ api, death }) => Promise.race([make(study, api, news), death])))])
    } catch (error) {
      trouble = error instanceof Error ? error.message : String(error)
    } finally {
      for (const { worker } of threads) worker.terminate()
    }
    const report = study.report()
    const theories = report.variants.map(({ checks }, at) => theoriesOf(study.scenarios[at], checks))
    return { kind: 'studied', report, theories, trouble, wall: (performance.now() - begun) / 1000 }
  }

  return { study, stop: () => stop() }
}

type Variants = { readonly kind: 'variants'; readonly variants: readonly Variant[] } | StudyReply

function variantsOf(request: StudyRequest): Variants {
  const text = sourceOf(request)
  if (text === undefined) return { kind: 'absent', file: request.file }
  const variants: Variant[] = []
  for (const name of request.variants) {
    const loaded = loadSource(request, text, name)
    if (!loaded.ok) return { kind: 'wrong', problems: loaded.problems }
    const { scenario } = loaded
    const { seed = scenario.run.seed } = request.seed === null ? {} : { seed: request.seed }
    variants.push({ name, scenario: { ...scenario, run: { ...scenario.run, seed } } })
  }
  return { kind: 'variants', variants }
}

/** What theory says, next to the means of several runs. */
function theoriesOf(scenario: Scenario, checks: readonly CheckSummary[]): Theory[] {
  const simulated = checks.map(({ id, mean, verdict }) => ({
    ...{ id, verdict, value: mean?.value ?? null },
    interval: mean === null ? null : ([mean.low, mean.high] as const),
  }))
  return comparedForms(scenario, simulated)
}

interface Thread {
  readonly worker: Worker
  readonly api: Remote<SimulatorApi>
  /** Rejects when the thread breaks. */
  readonly death: Promise<never>
}

/** One more thread of the script that this one runs. */
function startThread(): Thread {
  const worker = new Worker(self.location.href, { type: 'module' })
  const death = new Promise<never>((_, reject) => {
    worker.addEventListener('error', event => reject(new Error(event.message || 'a worker did not start')))
  })
  death.catch(() => {}) // nobody may be waiting
  return { worker, api: wrap<SimulatorApi>(worker), death }
}

/** Makes replications in one thread until there are none left. */
async function make(study: Study, api: Remote<SimulatorApi>, tell: () => void): Promise<void> {
  await api.prepare(study.scenarios)
  for (let next = study.next(); next !== undefined; next = study.next()) {
    study.add(next.variant, await api.replicate(next))
    tell()
  }
}

/** Tells how far a study is, now and then, and what it says so far, less often. */
function newsOf(study: Study, onNews: (news: StudyNews) => void): () => void {
  let told = performance.now()
  let reported = -Infinity
  let took = 0
  return () => {
    const now = performance.now()
    if (now - told < NEWS || study.isDone) return
    told = now
    const isReportDue = study.progress().done > 0 && now - reported > took * REPORT_SHARE
    onNews({ progress: study.progress(), report: isReportDue ? study.report() : null })
    if (!isReportDue) return
    reported = performance.now()
    took = reported - now
  }
}

/** What a thread does that makes replications. */
export function createReplicator(): Pick<SimulatorApi, 'prepare' | 'replicate'> {
  let scenarios: readonly Scenario[] = []
  return {
    prepare: given => {
      scenarios = given
    },
    replicate: ({ variant, replication }: Assignment): Replication => replicate(scenarios[variant], replication),
  }
}
