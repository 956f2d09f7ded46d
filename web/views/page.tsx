/** The page: what stands where, the keys, and the beat that plays. */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { followRecoveries } from '../state/recovery.ts'
import {
  advance,
  fitView,
  isHelpOpen,
  isPlaying,
  language,
  mode,
  openFile,
  pan,
  panel,
  run,
  selection,
  step,
  stepChange,
  toggle,
  trouble,
  zoom,
} from '../state/store.ts'
import { LOCALES } from '../words/words.ts'
import { Header } from './header.tsx'
import { Help } from './help.tsx'
import { Inspector } from './inspector.tsx'
import { Log } from './log.tsx'
import { MapPanel } from './map-panel.tsx'
import { Promises } from './promises.tsx'
import { Recoveries } from './recoveries.tsx'
import { ScenarioPanel } from './scenario.tsx'
import { Several } from './several.tsx'
import { words } from './speak.ts'
import { Timeline, Transport } from './timeline.tsx'
import { TroubleBar } from './trouble.tsx'

export function Page() {
  const say = words()
  const isDropping = useSignal(false)
  const title = run.value?.scenario.title[language.value]
  useEffect(() => {
    document.documentElement.lang = LOCALES[language.value]
    document.title = title === undefined ? 'Blackstart' : `${title} – Blackstart`
  }, [language.value, title])
  useEffect(play, [])
  useEffect(followRecoveries, [])
  useEffect(() => {
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: files may be dropped anywhere; the button does the same
    <div
      class={`page shows-${panel.value} is-${mode.value}`}
      onDragOver={event => {
        event.preventDefault()
        isDropping.value = true
      }}
      onDragLeave={event => {
        if (event.relatedTarget === null) isDropping.value = false
      }}
      onDrop={event => {
        event.preventDefault()
        isDropping.value = false
        const file = event.dataTransfer?.files[0]
        if (file !== undefined) void openFile(file)
      }}
    >
      <Header />
      <TroubleBar />
      <div class="side left">
        <ScenarioPanel />
      </div>
      {mode.value === 'recovery' && <Recoveries />}
      {mode.value === 'several' && <Several />}
      {mode.value === 'promises' && <Promises />}
      {mode.value === 'run' && <OneRun />}
      {run.value === null && mode.value === 'run' && <p class="starting">{say.loading}</p>}
      {isDropping.value && <div class="drop">{say.dropHere}</div>}
      <Help />
    </div>
  )
}

function OneRun() {
  const say = words()
  return (
    <>
      <main class="centre">
        <MapPanel />
        <Transport />
        <Timeline />
      </main>
      <Tabs />
      <aside class="side right" aria-label={`${say.regionInspector}, ${say.regionLog}`}>
        <Inspector />
        <Log />
      </aside>
    </>
  )
}

/** On narrow pages the side shows one thing at a time. */
function Tabs() {
  const say = words()
  const tabs = [
    ['scenario', say.regionScenario],
    ['selection', say.regionInspector],
    ['log', say.regionLog],
  ] as const
  return (
    <div class="tabs" role="tablist">
      {tabs.map(([name, title]) => (
        <button
          key={name}
          type="button"
          role="tab"
          aria-selected={panel.value === name}
          onClick={() => {
            panel.value = name
          }}
        >
          {title}
        </button>
      ))}
    </div>
  )
}

/** Plays while the page plays; with motion unwanted, in a few steps a second. */
function play(): () => void {
  const calm = matchMedia('(prefers-reduced-motion: reduce)')
  let last = 0
  let frame = requestAnimationFrame(function beat(at) {
    frame = requestAnimationFrame(beat)
    if (!isPlaying.value) {
      last = at
      return
    }
    if (calm.matches && at - last < 250) return
    advance(Math.min(0.5, (at - last) / 1000))
    last = at
  })
  return () => cancelAnimationFrame(frame)
}

const KEYS: Readonly<Record<string, (event: KeyboardEvent) => void>> = {
  ' ': () => toggle(),
  ArrowLeft: event => step(-1, event.shiftKey),
  ArrowRight: event => step(1, event.shiftKey),
  '[': () => stepChange(-1),
  ']': () => stepChange(1),
  w: () => zoom(0.5),
  s: () => zoom(2),
  a: () => pan(-0.25),
  d: () => pan(0.25),
  f: () => fitView(),
  '?': () => {
    isHelpOpen.value = true
  },
  Escape: () => {
    if (trouble.value !== null) trouble.value = null
    else selection.value = null
  },
}

function onKey(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isHelpOpen.value) return
  const target = event.target as Element | null
  if (target?.closest('input, select, textarea, dialog') && event.key !== 'Escape') return
  if (event.key === ' ' && target?.closest('button') !== null && target !== document.body) return
  const act = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key]
  if (act === undefined || (mode.value !== 'run' && event.key !== '?' && event.key !== 'Escape')) return
  event.preventDefault()
  act(event)
}
