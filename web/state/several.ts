/** Several runs of the scenario on show: what is to be made, how far it is, and what it came to. */
import { computed, signal } from '@preact/signals'
import type { FinishedStudy, NoRun, StudyProgress, StudyReport, StudyRequest } from '../worker/protocol.ts'
import { jump, mode, request, run, simulatorInUse, start } from './store.ts'

/** Of each variant. */
export const REPLICATIONS_MAX = 10_000
/** More threads than this bring nothing that a reader notices, and each holds a scenario in memory. */
const THREADS_MAX = 8

export const replications = signal(100)
/** Variants to leave out; null is the file as written. */
const leftOut = signal<ReadonlySet<string | null>>(new Set())

/** A study of the scenario named in its request: while it runs, what it says so far. */
export interface Shown {
  readonly request: StudyRequest
  readonly progress: StudyProgress | null
  readonly report: StudyReport | null
  readonly end: FinishedStudy | NoRun | null
}

const latest = signal<Shown | null>(null)
let stop = (): void => {}

/** The latest study, when it is one of the scenario on show. */
export const shownStudy = computed((): Shown | null => {
  const { file, text } = request.value
  const shown = latest.value
  return shown !== null && shown.request.file === file && shown.request.text === text ? shown : null
})

/** Whether runs are being made, of whatever scenario. */
export const isStudying = computed(() => latest.value !== null && latest.value.end === null)

/** Every variant of the scenario on show, and whether it takes part. */
export const candidates = computed((): readonly { readonly name: string | null; readonly isIn: boolean }[] => {
  const names = [null, ...(run.value?.scenario.variants ?? []).map(({ name }) => name)]
  return names.map(name => ({ name, isIn: names.length === 1 || !leftOut.value.has(name) }))
})

export function toggleVariant(name: string | null): void {
  const next = new Set(leftOut.value)
  if (!next.delete(name)) next.add(name)
  leftOut.value = next
}

/** Makes the runs that were asked for, and shows what they say as they come in. */
export async function startStudy(): Promise<void> {
  const simulator = simulatorInUse()
  const variants = candidates.value.filter(({ isIn }) => isIn).map(({ name }) => name)
  if (simulator === undefined || variants.length === 0) return
  const { file, text, seed } = request.value
  const wanted: StudyRequest = {
    file,
    text,
    seed: baseOf(seed),
    variants,
    replications: replications.value,
    threads: Math.min(THREADS_MAX, navigator.hardwareConcurrency || 1, replications.value * variants.length),
  }
  stop()
  const own: Shown = { request: wanted, progress: null, report: null, end: null }
  const isCurrent = (): boolean => latest.value?.request === wanted
  latest.value = own
  const study = simulator.study(wanted, ({ progress, report }) => {
    const now = latest.value
    if (isCurrent() && now?.end === null) latest.value = { ...now, progress, report: report ?? now.report }
  })
  stop = study.stop
  const end = await study.reply
  if (isCurrent()) latest.value = { ...own, report: end.kind === 'studied' ? end.report : null, end }
}

/** Ends the runs; those that are done stay, and say that they are not all. */
export function stopStudy(): void {
  stop()
}

/** The seed that all replications share: that of a replication goes back to it. */
export function baseOf(seed: string | null): string | null {
  return seed?.replace(/#\d+$/, '') ?? null
}

/** Shows one of the runs by itself, at the moment that decided an expectation. */
export async function openReplication(variant: string | null, seed: string, id: string): Promise<void> {
  const { file, text } = request.value
  mode.value = 'run'
  await start({ file, text, variant, seed })
  const opened = run.value
  if (opened?.scenario.seed !== seed || opened.scenario.variant !== variant) return
  const at = opened.checks.find(check => check.id === id)?.at ?? null
  if (at !== null) jump(at)
}
