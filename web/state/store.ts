/**
 * The one store of the page: the run, the playhead, the selection, the part of time that is looked at. Every view reads from
 * here and writes through the verbs below; there is no other clock.
 */
import { batch, computed, signal } from '@preact/signals'
import type { RowId } from '../../sim/trace/trace.ts'
import { type Language, preferredLanguage } from '../words/words.ts'
import type { Simulator } from '../worker/client.ts'
import {
  FILE_BYTES_MAX,
  type ProblemReport,
  type Progress,
  type RunReply,
  type RunRequest,
  type ScenarioEntry,
} from '../worker/protocol.ts'
import { type LogLines, logLines, stopFrom } from './causes.ts'
import { type BrokenLink, LINK_LENGTH_MAX, type LinkRead, type Mode, readLink, writeLink } from './links.ts'
import type { Instant } from './replay.ts'
import { openRun, type Run } from './run.ts'
import { STATE, STATES } from './states.ts'

/** What is selected: a thing, and perhaps one event of it. */
export interface Selection {
  readonly entity: number
  readonly row: RowId | null
}

/** What went wrong with the latest attempt to run something; the run before it stays. */
export type Trouble =
  /** `text` is what is wrong, to be mended at once; null for a file that comes with the page. */
  | {
      readonly kind: 'wrong'
      readonly file: string
      readonly text: string | null
      readonly problems: readonly ProblemReport[]
    }
  | { readonly kind: 'absent'; readonly file: string }
  | { readonly kind: 'link'; readonly link: BrokenLink }
  | { readonly kind: 'broken'; readonly message: string }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'too-long'; readonly bytes: number }

export type LogFilter = 'headlines' | 'everything' | 'selection'
export type Panel = 'scenario' | 'selection' | 'log'

/** Simulated seconds per real second. */
export const SPEEDS = [1, 10, 60, 300, 900, 3600] as const
/** The shortest part of time that can be looked at, s. */
const VIEW_MIN = 2

export const language = signal<Language>('en')
export const catalogue = signal<readonly ScenarioEntry[]>([])
/** What a first visit shows. */
const FIRST: RunRequest = { file: 'az-loss.yaml', text: null, variant: null, seed: null }
/** What was last asked for, whether or not it has finished. */
export const request = signal<RunRequest>(FIRST)
export const run = signal<Run | null>(null)
export const progress = signal<Progress | null>(null)
export const trouble = signal<Trouble | null>(null)
export const time = signal(0)
export const isPlaying = signal(false)
export const speed = signal<number>(300)
/** The part of time that the tracks show, s. */
export const view = signal<readonly [number, number]>([0, 1])
export const selection = signal<Selection | null>(null)
/** The service whose instances the map shows. */
export const shownService = signal(0)
export const logFilter = signal<LogFilter>('headlines')
export const mode = signal<Mode>('run')
export const panel = signal<Panel>('scenario')
export const isHelpOpen = signal(false)

/** The state of everything at the playhead. Its columns are refilled from moment to moment: read them at once. */
export const instant = computed((): { readonly now: Instant } | null => {
  const current = run.value
  return current === null ? null : { now: { ...current.replay.at(time.value) } }
})

/** Hosts at the playhead: how many in each state, and how many of each place run, which they do while what ran on them returns. */
export interface Tally {
  /** By state number. */
  readonly counts: readonly number[]
  /** By place, racks included. */
  readonly up: ReadonlyMap<number, number>
  readonly all: ReadonlyMap<number, number>
  readonly running: number
}

export const tally = computed((): Tally | null => {
  const current = run.value
  const at = instant.value
  if (current === null || at === null) return null
  const { entities } = current.recording
  const { state } = at.now
  const counts = STATES.map(() => 0)
  const up = new Map<number, number>()
  const all = new Map<number, number>()
  let running = 0
  for (const rack of current.racks) {
    const hosts = current.replay.hostsOf(rack)
    let runs = 0
    for (let i = 0; i < hosts.length; i++) {
      const is = state[hosts[i]]
      counts[is]++
      if (is === STATE.up || is === STATE.restoring || is === STATE.degraded) runs++
    }
    running += runs
    for (let place = rack; place > 0; place = entities.parent(place)) {
      up.set(place, (up.get(place) ?? 0) + runs)
      all.set(place, (all.get(place) ?? 0) + hosts.length)
    }
  }
  return { counts, up, all, running }
})

/** Lines of the log under the present filter. */
export const log = computed((): LogLines | null => {
  const current = run.value
  if (current === null) return null
  if (logFilter.value === 'headlines') return current.headlines
  if (logFilter.value === 'everything') return current.mattering
  const entity = selection.value?.entity
  if (entity === undefined) return { length: 0, row: new Uint32Array(), count: new Uint32Array() }
  const own = new Set(changesOf(current, entity))
  return logLines(current.recording, row => own.has(row))
})

let simulator: Simulator | undefined
let runs = 0

/** Starts the page: the catalogue, and the run that the address asks for; the first one where that cannot be had. */
export async function begin(using: Simulator, languages: readonly string[]): Promise<void> {
  simulator = using
  language.value = preferredLanguage(languages)
  const link = await readLink(location.hash)
  const first = link.kind === 'none' ? perform(FIRST, null) : follow(link)
  catalogue.value = await using.catalogue().catch(() => [])
  await first
  const wrong = trouble.value
  if (run.value !== null || wrong === null) return
  await perform(FIRST, null)
  trouble.value = wrong
}

export function simulatorInUse(): Simulator | undefined {
  return simulator
}

/** Runs what an address asks for and goes to its moment, if it asks for anything. */
export async function followLink(hash: string): Promise<void> {
  const link = await readLink(hash)
  if (link.kind !== 'none') await follow(link)
}

async function follow(read: Exclude<LinkRead, { kind: 'none' }>): Promise<void> {
  if (read.kind !== 'link') {
    trouble.value = { kind: 'link', link: read }
    return
  }
  const { at, mode: shown, ...wanted } = read.link
  mode.value = shown
  await perform(wanted, at)
}

/** Puts what is on show into the address, and the address on the clipboard; `too-long` when it would be cut on its way. */
export async function copyLink(): Promise<'copied' | 'in-address' | 'too-long'> {
  const { file, text, variant, seed } = request.value
  const hash = await writeLink({ file, text, variant, seed, at: time.value, mode: mode.value })
  if (location.origin.length + location.pathname.length + hash.length > LINK_LENGTH_MAX) return 'too-long'
  history.replaceState(null, '', hash)
  try {
    await navigator.clipboard.writeText(location.href)
    return 'copied'
  } catch {
    return 'in-address'
  }
}

/** Runs something and shows it once it has finished; until then, and if it fails, the run before it stays. */
export async function start(wanted: RunRequest): Promise<void> {
  if (location.hash !== '') history.replaceState(null, '', location.pathname + location.search) // it speaks of something else
  await perform(wanted, null)
}

/** Runs and shows, at a moment in s or where the run opens by itself. */
async function perform(wanted: RunRequest, at: number | null): Promise<void> {
  if (simulator === undefined) return
  const own = ++runs
  batch(() => {
    request.value = wanted
    trouble.value = null
    progress.value = { now: 0, horizon: 1 }
    isPlaying.value = false
  })
  const reply = await simulator.run(wanted, told => {
    if (own === runs) progress.value = told
  })
  if (own !== runs) return
  try {
    show(wanted, reply)
    if (at !== null && reply.kind === 'finished') jump(at)
  } catch (error) {
    trouble.value = { kind: 'broken', message: error instanceof Error ? error.message : String(error) }
  }
}

/** Shows a finished run, or says why there is none. */
function show(wanted: RunRequest, reply: RunReply): void {
  batch(() => {
    progress.value = null
    if (reply.kind !== 'finished') {
      const current = run.value
      if (current !== null) request.value = { ...wanted, ...requestOf.get(current) }
      trouble.value = reply.kind === 'wrong' ? { ...reply, file: wanted.file, text: wanted.text } : { ...reply }
      return
    }
    const opened = openRun(reply)
    requestOf.set(opened, { ...wanted, seed: reply.scenario.seed })
    const before = run.value
    const isSameScenario = before?.scenario.file === opened.scenario.file
    run.value = opened
    request.value = { ...wanted, seed: reply.scenario.seed }
    view.value = opened.interest
    time.value = opened.opening
    selection.value = opened.openingSubject === 0 ? null : { entity: opened.openingSubject, row: null }
    if (!isSameScenario || shownService.value >= opened.recording.entities.count) {
      shownService.value = opened.scenario.services.find(service => service.isCalled)?.entity ?? 0
    }
    if (logFilter.value === 'selection') logFilter.value = 'headlines'
  })
}

const requestOf = new WeakMap<Run, RunRequest>()

/** Runs a local file, unless it is too long to be one. */
export async function openFile(file: File): Promise<void> {
  if (file.size > FILE_BYTES_MAX) {
    trouble.value = { kind: 'too-long', bytes: file.size }
    return
  }
  await start({ file: file.name, text: await file.text(), variant: null, seed: null })
}

/** Asks the present run to end. */
export function cancel(): void {
  simulator?.cancel()
}

/** Moves the playhead, within the run. */
export function seek(moment: number): void {
  const horizon = run.value?.scenario.horizon ?? 0
  time.value = Math.min(horizon, Math.max(0, moment))
}

/** Moves the playhead and brings it into view. */
export function jump(moment: number): void {
  batch(() => {
    isPlaying.value = false
    seek(moment)
    const [from, to] = view.value
    if (time.value >= from && time.value <= to) return
    look(time.value - (to - from) / 3, time.value + ((to - from) * 2) / 3)
  })
}

/** Selects a thing; with a row, that event of it, and goes to its moment. */
export function select(entity: number, row: RowId | null = null): void {
  batch(() => {
    selection.value = { entity, row }
    panel.value = 'selection'
    const current = run.value
    if (row !== null && current !== null) jump(current.recording.rows.time[row])
  })
}

/** The next or previous event, or headline. */
export function step(direction: 1 | -1, headlines = false): void {
  const current = run.value
  if (current === null) return
  const stop = stopFrom(headlines ? current.headlineStops : current.eventStops, time.value, direction)
  if (stop !== undefined) jump(stop)
}

/** The next or previous change of what is selected. */
export function stepChange(direction: 1 | -1): void {
  const current = run.value
  const selected = selection.value
  if (current === null || selected === null) return
  const { rows } = current.recording
  const moments = Float64Array.from(changesOf(current, selected.entity), row => rows.time[row])
  const stop = stopFrom(moments, time.value, direction)
  if (stop === undefined) return
  batch(() => {
    selection.value = { entity: selected.entity, row: null }
    jump(stop)
  })
}

/** Rows that changed a thing: its own, and for a host its rack's; measurements only where there is nothing else. */
export function changesOf({ recording, bySubject }: Run, entity: number): RowId[] {
  const { rows, kinds, entities } = recording
  const own = [...bySubject.of(entity)]
  const kind = entities.kind(entity)
  const above = kind === 'host' ? [...bySubject.of(entities.parent(entity))] : []
  const all = [...own, ...above].sort((x, y) => x - y)
  const mattering = all.filter(row => kinds[rows.kind[row]].level < 3)
  return mattering.length > 0 ? mattering : all
}

/** Looks at a part of time, kept within the run and not shorter than sensible. */
export function look(from: number, to: number): void {
  const horizon = run.value?.scenario.horizon ?? 1
  const length = Math.min(horizon, Math.max(VIEW_MIN, to - from))
  const start = Math.min(horizon - length, Math.max(0, from))
  view.value = [start, start + length]
}

/** Makes the part looked at shorter or longer by a factor, keeping `around` where it is on the screen. */
export function zoom(factor: number, around = time.value): void {
  const [from, to] = view.value
  const inside = around >= from && around <= to ? around : (from + to) / 2
  const length = Math.max(VIEW_MIN, (to - from) * factor)
  const share = (inside - from) / (to - from)
  look(inside - share * length, inside + (1 - share) * length)
}

/** Looks at the whole run, or when doing so already, at the part in which things happen. */
export function fitView(): void {
  const current = run.value
  if (current === null) return
  const [from, to] = view.value
  if (to - from < current.scenario.horizon) look(0, current.scenario.horizon)
  else look(...current.interest)
}

/** Looks earlier or later by a share of the part looked at. */
export function pan(share: number): void {
  const [from, to] = view.value
  look(from + (to - from) * share, to + (to - from) * share)
}

/** Plays on, from the start when at the end; or pauses. */
export function toggle(): void {
  const current = run.value
  if (current === null) return
  if (!isPlaying.value && time.value >= current.scenario.horizon) time.value = 0
  isPlaying.value = !isPlaying.value
}

/** Advances the playhead by some real seconds of playing. */
export function advance(seconds: number): void {
  const current = run.value
  if (current === null || !isPlaying.value) return
  const next = time.value + seconds * speed.value
  batch(() => {
    seek(next)
    if (next >= current.scenario.horizon) isPlaying.value = false
    const [from, to] = view.value
    if (time.value > to) look(time.value, time.value + (to - from))
  })
}
