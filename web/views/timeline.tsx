/** Transport and tracks: one axis, one playhead over everything, values at the playhead beside each lane. */
import { computed, effect, useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import type { EntityKind } from '../../sim/trace/entities.ts'
import { spanAt } from '../state/lanes.ts'
import { intervalAt, SHARES } from '../state/latencies.ts'
import type { Instant } from '../state/replay.ts'
import type { Run, StatesOf } from '../state/run.ts'
import { nameOf } from '../state/sentences.ts'
import { type Groups, lineAt, valueAt } from '../state/series.ts'
import { STATE, STATES, type StateName } from '../state/states.ts'
import {
  fitView,
  instant,
  isPlaying,
  jump,
  pan,
  run,
  SPEEDS,
  seek,
  select,
  selection,
  speed,
  step,
  tally,
  time,
  toggle,
  view,
  zoom,
} from '../state/store.ts'
import { formatCalendar } from '../words/quantities.ts'
import { count, length, moment, percentile, rate, share, stateWord, words } from './speak.ts'
import { theme } from './theme.ts'
import { decades, type Lane, layOutTracks, timeTicks } from './track-layout.ts'
import { axisTop, drawOverview, drawTracks } from './tracks.ts'

const AXIS = 20
const OVERVIEW = 28
/** Above the first lane, so that the top of its axis can be read, px. */
const TOP = 4
/** Lanes lower than this have names that cannot be clicked: they would be too close to each other. */
const BUTTON = 22

const ICONS = {
  play: 'M3 1l9 6-9 6z',
  pause: 'M3 1h3v12H3zM8 1h3v12H8z',
  previous: 'M11 1v12L4 7zM2 1h2v12H2z',
  next: 'M3 1v12l7-6zM10 1h2v12h-2z',
} as const

function Icon({ name }: { name: keyof typeof ICONS }) {
  return (
    <svg viewBox="0 0 14 14" aria-hidden="true">
      <path d={ICONS[name]} />
    </svg>
  )
}

export function Transport() {
  const say = words()
  const current = run.value
  if (current === null) return null
  const [whole, fraction] = moment(time.value, true).split('.')
  const { clock, horizon } = current.scenario
  const calendar = clock === null ? null : formatCalendar(clock, time.value)
  const [from, to] = view.value
  return (
    <div class="transport">
      <button type="button" aria-label={say.previousEvent} title={`${say.previousEvent} (←)`} onClick={() => step(-1)}>
        <Icon name="previous" />
      </button>
      <button type="button" class="play" aria-label={isPlaying.value ? say.pause : say.play} onClick={toggle}>
        <Icon name={isPlaying.value ? 'pause' : 'play'} />
      </button>
      <button type="button" aria-label={say.nextEvent} title={`${say.nextEvent} (→)`} onClick={() => step(1)}>
        <Icon name="next" />
      </button>
      <select
        aria-label={say.speed}
        value={speed.value}
        onChange={event => {
          speed.value = Number(event.currentTarget.value)
        }}
      >
        {SPEEDS.map(each => (
          <option key={each} value={each}>
            {say.speedOption(length(each))}
          </option>
        ))}
      </select>
      <output class="now" data-testid="now" data-at={time.value}>
        {whole}
        {fraction !== undefined && <span class="fine">.{fraction}</span>}
      </output>
      <span class="phase quiet" title={calendar?.date}>
        {calendar === null ? '' : `${calendar.time} · `}
        {phaseAt(current, time.value)}
      </span>
      {current.faults.length > 0 && (
        <button type="button" onClick={() => jump(current.opening)}>
          {say.toFault}
        </button>
      )}
      <button type="button" aria-label={say.zoomOut} title={`${say.zoomOut} (S)`} onClick={() => zoom(2)}>
        −
      </button>
      <button type="button" aria-label={say.zoomIn} title={`${say.zoomIn} (W)`} onClick={() => zoom(0.5)}>
        +
      </button>
      <button type="button" title="F" onClick={fitView}>
        {to - from < horizon ? say.zoomAll : say.zoomInterest}
      </button>
    </div>
  )
}

/** Which fault is on, or was the latest, in words. */
function phaseAt({ faults, recording }: Run, at: number): string {
  const say = words()
  const begun = faults.filter(fault => fault.from <= at)
  if (begun.length === 0) return say.phaseBefore
  const now = new Set(begun.filter(fault => fault.to > at).map(fault => recording.entities.id(fault.entity)))
  if (now.size > 0) return say.phaseDuring([...now].join(', '))
  const latest = begun.reduce((last, fault) => (fault.to > last.to ? fault : last))
  return say.phaseAfter(recording.entities.id(latest.entity))
}

/** The moment under the pointer, to the thousandth where a pixel is that short, else to the second. */
function toTime(event: PointerEvent | WheelEvent, [from, to]: readonly [number, number]): number {
  const box = (event.currentTarget as Element).getBoundingClientRect()
  const grain = (to - from) / box.width > 1 ? 1 : 1000
  return Math.round((from + ((event.clientX - box.left) / box.width) * (to - from)) * grain) / grain
}

const layout = computed(() => layOutTracks(run.value?.tracks ?? [], TOP))

export function Timeline() {
  const inner = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const overview = useRef<HTMLCanvasElement>(null)
  const width = useSignal(0)

  useEffect(() => {
    const element = inner.current
    if (element === null) return
    const observer = new ResizeObserver(() => {
      const gutter = Number.parseFloat(getComputedStyle(element).gridTemplateColumns)
      width.value = Math.max(0, Math.floor(element.clientWidth - (Number.isNaN(gutter) ? 0 : gutter)))
    })
    observer.observe(element)
    const stopTracks = effect(() => {
      const current = run.value
      if (current === null || width.value === 0 || canvas.current === null) return
      drawTracks(canvas.current, {
        run: current,
        layout: layout.value,
        width: width.value,
        view: view.value,
        theme: theme.value,
        selected: selection.value?.entity ?? 0,
      })
    })
    const stopOverview = effect(() => {
      const current = run.value
      if (current === null || width.value === 0 || overview.current === null) return
      drawOverview(overview.current, {
        run: current,
        width: width.value,
        height: OVERVIEW,
        view: view.value,
        theme: theme.value,
      })
    })
    return () => {
      observer.disconnect()
      stopTracks()
      stopOverview()
    }
  }, [width])

  const current = run.value
  const say = words()
  const horizon = current?.scenario.horizon ?? 1
  const [from, to] = view.value
  return (
    <section class="timeline" aria-label={say.regionTracks}>
      <div class="timeline-inner" ref={inner}>
        <div class="overview-row">
          <div class="overview-label small quiet">{say.wholeRun}</div>
          <Slider horizon={horizon} width={width.value}>
            <canvas ref={overview} />
          </Slider>
          <div class="small quiet" style={{ padding: '2px 8px 0 16px' }}>
            {say.timeAxis}
          </div>
          <Axis from={from} to={to} width={width.value} />
        </div>
        {current === null ? <div /> : <Gutter run={current} lanes={layout.value.lanes} />}
        <div
          class="plot"
          style={{ height: `${layout.value.height}px` }}
          data-testid="plot"
          onPointerDown={event => {
            if (event.button !== 0) return
            event.currentTarget.setPointerCapture(event.pointerId)
            isPlaying.value = false
            seek(toTime(event, view.value))
          }}
          onPointerMove={event => {
            if (event.currentTarget.hasPointerCapture(event.pointerId)) seek(toTime(event, view.value))
          }}
          onPointerUp={event => {
            const box = event.currentTarget.getBoundingClientRect()
            pick(toTime(event, view.value), event.clientY - box.top)
          }}
          onWheel={event => {
            if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
              event.preventDefault()
              pan((event.deltaX || event.deltaY) / 800)
            } else if (event.ctrlKey || event.metaKey || event.altKey) {
              event.preventDefault()
              zoom(event.deltaY > 0 ? 1.25 : 0.8, toTime(event, view.value))
            }
          }}
        >
          <canvas ref={canvas} />
          <Playhead from={from} to={to} width={width.value} />
        </div>
      </div>
    </section>
  )
}

/** Selects the fault under the pointer, if one is. */
function pick(at: number, y: number): void {
  const lane = layout.value.lanes.find(one => y >= one.y && y < one.y + one.height)
  if (lane?.track.kind !== 'faults') return
  const { entity, spans } = lane.track.lanes[lane.index]
  if (spans.some(({ from, to }) => at >= from && at <= to)) select(entity)
}

function Playhead({ from, to, width }: { from: number; to: number; width: number }) {
  const x = ((time.value - from) / (to - from)) * width
  if (x < 0 || x > width) return null
  return <div class="playhead" data-testid="playhead" style={{ transform: `translateX(${x}px)` }} />
}

function Axis({ from, to, width }: { from: number; to: number; width: number }) {
  const ticks = timeTicks(from, to, width / 90)
  return (
    <svg class="axis" width={width} height={AXIS} aria-hidden="true">
      {ticks.map(tick => {
        const x = ((tick - from) / (to - from)) * width
        const anchor = x < 24 ? 'start' : x > width - 24 ? 'end' : 'middle'
        return (
          <text key={tick} x={x} y={14} text-anchor={anchor}>
            {to - from < 60 ? moment(tick, true) : moment(tick)}
          </text>
        )
      })}
    </svg>
  )
}

/** The whole run as a slider. */
function Slider({ horizon, width, children }: { horizon: number; width: number; children: ComponentChildren }) {
  const say = words()
  const current = run.value
  const at = instant.value
  const up = current === null || at === null || current.hosts === 0 ? 1 : (tally.value?.running ?? 0) / current.hosts
  const seekTo = (event: PointerEvent): void => jump(toTime(event, [0, horizon]))
  return (
    <div
      class="overview"
      role="slider"
      tabIndex={0}
      aria-label={say.playhead}
      aria-valuemin={0}
      aria-valuemax={horizon}
      aria-valuenow={time.value}
      aria-valuetext={say.atMoment(moment(time.value), current === null ? '' : phaseAt(current, time.value), share(up))}
      data-testid="slider"
      onPointerDown={event => {
        event.currentTarget.setPointerCapture(event.pointerId)
        isPlaying.value = false
        seekTo(event)
      }}
      onPointerMove={event => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) seekTo(event)
      }}
      onKeyDown={event => {
        const moved =
          event.key === 'Home'
            ? 0
            : event.key === 'End'
              ? horizon
              : event.key === 'PageUp'
                ? time.value + horizon / 20
                : event.key === 'PageDown'
                  ? time.value - horizon / 20
                  : null
        if (moved === null) return
        event.preventDefault()
        event.stopPropagation()
        jump(moved)
      }}
    >
      {children}
      <div class="handle" style={{ transform: `translateX(${(time.value / horizon) * width}px)` }} />
    </div>
  )
}

/** Names of the lanes, and their values at the playhead. */
function Gutter({ run: current, lanes }: { run: Run; lanes: readonly Lane[] }) {
  const at = instant.value
  if (at === null) return null
  return (
    <div class="gutter" data-testid="gutter" data-at={at.now.time}>
      {lanes.map(lane => (
        <LaneLabel key={lane.key} run={current} lane={lane} now={at.now} />
      ))}
    </div>
  )
}

function LaneLabel({ run: current, lane, now }: { run: Run; lane: Lane; now: Instant }) {
  const say = words()
  const { recording } = current
  const { track, index, y, height } = lane
  const style = { top: `${y}px`, height: `${height}px` }
  const plain = (name: string, reading: string, entity = 0) => (
    <div class="lane-label" style={style}>
      {entity > 0 && height >= BUTTON ? (
        <button type="button" class="link name" title={name} onClick={() => select(entity)}>
          {name}
        </button>
      ) : (
        <span class="name" title={name}>
          {name}
        </span>
      )}
      <span class="reading">{reading}</span>
    </div>
  )
  const tall = (name: string, reading: string, detail: string, top: string) => (
    <>
      <div class="lane-label tall" style={style}>
        <span class="name">{name}</span>
        <span class="reading">
          {reading} <span class="of-reading quiet small">{detail}</span>
        </span>
      </div>
      <span class="lane-axis" style={{ top: `${y - 5}px` }}>
        {top}
      </span>
      {height > 44 && (
        <span class="lane-axis" style={{ top: `${y + height - 8}px` }}>
          0
        </span>
      )}
    </>
  )
  switch (track.kind) {
    case 'faults': {
      const { spans, entity } = track.lanes[index]
      const begun = spans.filter(({ from }) => from <= now.time)
      const isOn = begun.some(({ to }) => now.time < to)
      const reading = begun.length === 0 ? '' : stateWord(isOn ? 'active' : 'over')
      return plain(
        nameOf(recording, entity),
        spans.length > 1 ? `${reading} ${count(begun.length)}/${count(spans.length)}` : reading,
      )
    }
    case 'requests': {
      const issued = valueAt(track.issued, now.time)
      const answered = valueAt(track.answered, now.time)
      return tall(say.trackGoodput, rate(answered), `/ ${rate(issued)}`, rate(axisTop(track)))
    }
    case 'latency': {
      const { latencies, interval, within, extent } = track
      const told = intervalAt(latencies, interval, now.time)
      const [bottom, top] = decades(extent)
      return (
        <>
          <div class="lane-label tall" style={style}>
            <button type="button" class="link name" onClick={() => select(latencies.entity)}>
              {say.trackLatency(nameOf(recording, latencies.entity))}
            </button>
            {SHARES.map((each, line) => (
              <span key={each} class="percentile">
                <svg viewBox="0 0 16 8" aria-hidden="true">
                  <path class={`percentile-${line}`} d="M0 4h16" />
                </svg>
                {percentile(each)}
                <b>{told < 0 ? '–' : length(within[line][told])}</b>
              </span>
            ))}
          </div>
          <span class="lane-axis" style={{ top: `${y - 2}px` }}>
            {length(top)}
          </span>
          <span class="lane-axis" style={{ top: `${y + height - 11}px` }}>
            {length(bottom)}
          </span>
        </>
      )
    }
    case 'counts': {
      const zone = track.groups.entities[index]
      const kind = recording.entities.kind(zone)
      const where = kind === 'zone' ? say.zoneLabel(nameOf(recording, zone)) : nameOf(recording, zone)
      const name =
        kind === 'service'
          ? where
          : track.of === 'hosts'
            ? say.trackHosts(where)
            : say.trackInstances(nameOf(recording, track.service), where)
      const up = upIn(current, track, index, now)
      return plain(name, `${count(up)} / ${count(track.groups.sizes[index])}`, zone)
    }
    case 'backlog': {
      const value = valueAt(track.steps, now.time)
      const name =
        track.of === 'boot'
          ? say.trackBoot
          : track.of === 'restart'
            ? say.trackRestart
            : say.trackControl(nameOf(recording, track.entity))
      const unit = track.of === 'boot' ? say.unitHosts : track.of === 'restart' ? say.unitInstances : say.unitWaiting
      return tall(name, count(value), unit, count(axisTop(track)))
    }
    case 'volumes': {
      const { entity, all, serving } = track.lanes[index]
      const name = say.trackVolumes(nameOf(recording, entity))
      return tall(name, share(valueAt(serving, now.time) / all), say.serving, '')
    }
    case 'levels': {
      const { entity, level, alike } = track.lanes[index]
      return plain(withOthers(levelName(current, entity), alike), level === null ? '' : share(lineAt(level, now.time)), entity)
    }
    case 'states': {
      const { entity, level, alike } = track.lanes[index]
      const state = STATES[spanAt(track.lanes[index], now.time)?.state ?? STATE.up]
      const word = wordOf(track.of, state)
      const reading = level !== null && state === 'holding' ? `${word} ${share(lineAt(level, now.time))}` : word
      const name = laneName(track.of, nameOf(recording, entity), recording.entities.kind(entity))
      return plain(withOthers(name, alike), reading, entity)
    }
    default:
      return track satisfies never
  }
}

/** A lane's name, and how many others share it. */
const withOthers = (name: string, others: number): string => (others === 0 ? name : `${name} +${others}`)

/** A bucket goes by its service, its zone and its own name; a cache by its client. */
function levelName({ recording }: Run, entity: number): string {
  const { entities } = recording
  if (entities.kind(entity) !== 'bucket') return words().trackCache(nameOf(recording, entity))
  const cell = entities.parent(entity)
  const zone = entities.all('region').length > 1 ? entities.name(cell) : entities.name(cell).replace(/^.*\//, '')
  return `${entities.name(entities.parent(cell))}/${zone} ${entities.name(entity)}`
}

/** What a lane of states is about. */
function laneName(of: StatesOf, name: string, kind: EntityKind): string {
  const say = words()
  switch (of) {
    case 'power':
      return kind === 'feed' ? name : say.trackPower(name)
    case 'network':
      return kind === 'link' ? name : say.trackNetwork(name)
    case 'entry':
      return say.trackEntry(name)
    case 'services':
    case 'cooling':
      return name
    default:
      return of satisfies never
  }
}

function wordOf(of: StatesOf, state: StateName): string {
  const say = words()
  if (of === 'power' && state === 'up') return say.onUtility
  if (of === 'entry' && state === 'up') return say.entryOpen
  if (of === 'cooling')
    return (
      { up: say.coolingUp, degraded: say.coolingDegraded, stuck: say.coolingStuck, shut: say.coolingShut }[state as string] ??
      ''
    )
  return stateWord(state)
}

function upIn(
  current: Run,
  track: { readonly of: string; readonly service: number; readonly groups: Groups },
  index: number,
  now: Instant,
): number {
  let up = 0
  const { of } = track.groups
  if (track.of === 'instances') {
    for (const instance of current.instancesOf(track.service)) {
      if (of[instance] === index && now.state[instance] === STATE.up) up++
    }
    return up
  }
  return tally.value?.up.get(track.groups.entities[index]) ?? 0
}
