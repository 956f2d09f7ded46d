/** The map with its keyboard, its legend that counts, and the choice of whose instances it marks. */
import { effect, useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { nameOf } from '../state/sentences.ts'
import { HOST_STATE_COUNT, STATES } from '../state/states.ts'
import { instant, run, select, selection, shownService, tally } from '../state/store.ts'
import { Glyph } from './glyph.tsx'
import { createMap, type MapProps, type MapView } from './map.ts'
import { count, stateWord, words } from './speak.ts'
import { theme } from './theme.ts'

const ARROWS: Readonly<Record<string, readonly [-1 | 0 | 1, -1 | 0 | 1]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

export function MapPanel() {
  const place = useRef<HTMLDivElement>(null)
  const view = useRef<MapView | null>(null)
  const size = useSignal<readonly [number, number]>([0, 0])
  const hovered = useSignal(0)

  useEffect(() => {
    const element = place.current
    if (element === null) return
    const map = createMap(element)
    view.current = map
    const around = element.parentElement ?? element
    const observer = new ResizeObserver(() => {
      size.value = [Math.floor(around.clientWidth), Math.floor(around.clientHeight)]
    })
    observer.observe(around)
    const stop = effect(() => {
      const current = run.value
      const at = instant.value
      const [width, height] = size.value
      if (current === null || at === null || width === 0 || height === 0) return
      const entity = selection.value?.entity ?? 0
      map.update({
        run: current,
        now: at.now,
        width,
        height,
        theme: theme.value,
        service: shownService.value,
        selected: entity,
        label: labelling(),
      })
      element.dataset.at = String(at.now.time)
    })
    return () => {
      stop()
      observer.disconnect()
      map.destroy()
    }
  }, [size])

  /** Names and counts of boxes at this instant. */
  function labelling(): MapProps['label'] {
    const current = run.value
    const say = words()
    const { up, all } = tally.value ?? { up: new Map<number, number>(), all: new Map<number, number>() }
    return ({ entity, kind }) => {
      const name = current?.recording.entities.name(entity) ?? ''
      const isHurt = up.get(entity) !== all.get(entity)
      const isTold = isHurt || kind !== 'datacentre'
      return {
        name: kind === 'zone' ? say.zoneLabel(name) : name,
        detail: isTold ? say.upOf(count(up.get(entity) ?? 0), count(all.get(entity) ?? 0)) : '',
        isHurt,
      }
    }
  }

  const current = run.value
  const say = words()
  return (
    <section class="map-panel" aria-label={say.regionMap}>
      <Hovered entity={hovered.value} />
      <div class="map-scroll">
        <div
          class="map"
          ref={place}
          role="application"
          aria-label={`${say.regionMap}. ${say.mapHint}`}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys move the selection
          tabIndex={0}
          data-testid="map"
          onPointerDown={event => {
            const box = event.currentTarget.getBoundingClientRect()
            const entity = view.current?.layout()?.at(event.clientX - box.left, event.clientY - box.top) ?? 0
            if (entity > 0) select(entity)
          }}
          onPointerMove={event => {
            const box = event.currentTarget.getBoundingClientRect()
            hovered.value = view.current?.layout()?.at(event.clientX - box.left, event.clientY - box.top) ?? 0
          }}
          onPointerLeave={() => {
            hovered.value = 0
          }}
          onKeyDown={event => {
            const arrow = ARROWS[event.key]
            const layout = view.current?.layout()
            if (arrow === undefined || layout === undefined || event.ctrlKey || event.metaKey || event.altKey) return
            event.preventDefault()
            event.stopPropagation()
            const from = selection.value?.entity ?? 0
            select(layout.beside(from, ...arrow))
          }}
        />
      </div>
      {current !== null && (
        <div class="map-foot small">
          <Legend />
          <Marked />
        </div>
      )}
    </section>
  )
}

/** What is under the pointer, before it is clicked. */
function Hovered({ entity }: { entity: number }) {
  const current = run.value
  const at = instant.value
  if (current === null || at === null || entity <= 0 || entity >= current.recording.entities.count) return null
  const isHost = current.recording.entities.kind(entity) === 'host'
  const state = STATES[at.now.state[entity]]
  return (
    <p class="map-hover small">
      {isHost && <Glyph state={state} />} {nameOf(current.recording, entity)} {isHost && stateWord(state)}
    </p>
  )
}

/** What the colours mean, and how many hosts are in each state now. */
function Legend() {
  const at = instant.value
  const counted = tally.value
  if (counted === null || at === null) return null
  const { counts, running } = counted
  return (
    <ul class="legend" data-testid="legend" data-at={at.now.time} data-up={running}>
      {STATES.slice(0, HOST_STATE_COUNT).map((state, number) =>
        counts[number] === 0 && number > 4 ? null : (
          <li key={state} class={counts[number] === 0 ? 'none' : ''}>
            <Glyph state={state} />
            <span>{stateWord(state)}</span>
            <b>{count(counts[number])}</b>
          </li>
        ),
      )}
    </ul>
  )
}

/** Whose instances are marked on their hosts. */
function Marked() {
  const current = run.value
  if (current === null) return null
  const say = words()
  const services = current.scenario.services.filter(({ entity }) =>
    current.instancesOf(entity).some(instance => current.placed(instance)),
  )
  if (services.length === 0) return null
  return (
    <label>
      <span class="wide">{say.showOnHosts} </span>
      <select
        aria-label={say.showOnHosts}
        value={shownService.value}
        onChange={event => {
          shownService.value = Number(event.currentTarget.value)
        }}
      >
        <option value={0}>{say.noService}</option>
        {services.map(({ entity }) => (
          <option key={entity} value={entity}>
            {nameOf(current.recording, entity)}
          </option>
        ))}
      </select>
    </label>
  )
}
