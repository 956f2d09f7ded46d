/** Draws the lanes of the timeline on one canvas. The playhead is not part of it: scrubbing redraws nothing here. */
import { scaleLinear, scaleLog } from 'd3'
import type { Span, StateLane, VolumeLane } from '../state/lanes.ts'
import type { LatencyTrack, Run, Track } from '../state/run.ts'
import { countsByColumn } from '../state/series.ts'
import { HOST_STATE_COUNT, STATE } from '../state/states.ts'
import type { Theme } from './theme.ts'
import { decades, extentsByColumn, type Lane, logTicks, roundUp, type TrackLayout, timeTicks } from './track-layout.ts'

export interface TracksProps {
  readonly run: Run
  readonly layout: TrackLayout
  /** Width of the plot, px. */
  readonly width: number
  readonly view: readonly [number, number]
  readonly theme: Theme
  readonly selected: number
}

/** Order in which states are stacked, from the ground up. */
const STACK = [
  STATE.up,
  STATE.degraded,
  STATE.restoring,
  STATE.booting,
  STATE.waiting,
  STATE.cut,
  STATE.stuck,
  STATE.down,
  STATE.shut,
  STATE.lost,
  STATE.dark,
]

/** The top of a quantitative lane's axis. */
export function axisTop(track: Track): number {
  if (track.kind === 'requests') return roundUp(Math.max(...maxima(track.issued.value), ...maxima(track.answered.value)))
  if (track.kind === 'backlog') return roundUp(Math.max(...maxima(track.steps.value)))
  return 1
}

function maxima(values: readonly number[]): [number] {
  let most = 0
  for (const value of values) if (value > most) most = value
  return [most]
}

export function drawTracks(canvas: HTMLCanvasElement, props: TracksProps): void {
  const { layout, width, view, theme, run } = props
  const scale = Math.max(1, devicePixelRatio)
  canvas.width = Math.round(width * scale)
  canvas.height = Math.round(layout.height * scale)
  canvas.style.width = `${width}px`
  canvas.style.height = `${layout.height}px`
  const context = canvas.getContext('2d') as CanvasRenderingContext2D
  context.setTransform(scale, 0, 0, scale, 0, 0)
  const x = scaleLinear(view, [0, width])
  context.strokeStyle = theme.line
  context.lineWidth = 1
  context.beginPath()
  for (const tick of timeTicks(view[0], view[1], width / 90)) {
    const at = Math.round(x(tick)) + 0.5
    context.moveTo(at, 0)
    context.lineTo(at, layout.height)
  }
  context.stroke()

  const counts = new Map<Track, Uint32Array>()
  const columns = Math.round(width * scale)
  for (const lane of layout.lanes) {
    const { track, index } = lane
    switch (track.kind) {
      case 'faults':
        drawFault(context, lane, track.lanes[index], x, props)
        break
      case 'requests':
        drawRequests(context, lane, track, props, columns)
        break
      case 'counts': {
        let all = counts.get(track)
        if (all === undefined) {
          all = countsByColumn(run.replay.changes, run.replay.initial, track.groups, view[0], view[1], columns)
          counts.set(track, all)
        }
        drawCounts(context, lane, all.subarray(index * columns * HOST_STATE_COUNT), track.groups.sizes[index], columns, props)
        break
      }
      case 'backlog':
        drawBacklog(context, lane, track, props, columns)
        break
      case 'latency':
        drawLatency(context, lane, track, x, props)
        break
      case 'volumes':
        drawVolumes(context, lane, track.lanes[index], props, columns)
        break
      case 'levels':
        drawLevel(context, lane, track.lanes[index], x, props)
        break
      case 'states':
        drawStates(context, lane, track.lanes[index].spans, x, props)
        drawCharge(context, lane, track.lanes[index], x, props)
        break
      default:
        track satisfies never
    }
  }
}

type X = (time: number) => number

/** What is selected has an outline where that leaves something to be seen of it, px. */
const OUTLINED = 6

/** Every strike of a fault. */
function drawFault(
  context: CanvasRenderingContext2D,
  { y, height }: Lane,
  { spans, entity }: StateLane,
  x: X,
  props: TracksProps,
): void {
  const { theme, selected, width } = props
  const bars = spans
    .map(({ from, to }) => ({ left: Math.max(-2, x(from)), right: Math.min(width + 2, Math.max(x(to), x(from) + 2)) }))
    .filter(({ left, right }) => right >= 0 && left <= width)
  context.fillStyle = theme.states[STATE.active]
  for (const { left, right } of bars) context.fillRect(left, y + 1, right - left, height - 2)
  if (selected === entity) {
    context.strokeStyle = theme.accent
    context.fillStyle = theme.accent
    context.lineWidth = 2
    for (const { left, right } of bars) {
      if (right - left > OUTLINED) context.strokeRect(left, y + 1, right - left, height - 2)
      else context.fillRect(left, y + height - 3, right - left, 3)
    }
  }
}

function drawRequests(
  context: CanvasRenderingContext2D,
  { y, height }: Lane,
  track: Extract<Track, { kind: 'requests' }>,
  { view, theme, width }: TracksProps,
  columns: number,
): void {
  const top = axisTop(track)
  const up = scaleLinear([0, top], [y + height, y])
  const issued = extentsByColumn(track.issued, view[0], view[1], columns)
  const answered = extentsByColumn(track.answered, view[0], view[1], columns)
  const each = width / columns
  gridline(context, theme, width, y, y + height)
  const area = (value: Float64Array, colour: string): void => {
    context.fillStyle = colour
    context.beginPath()
    context.moveTo(0, y + height)
    for (let c = 0; c < columns; c++) {
      context.lineTo(c * each, up(value[c]))
      context.lineTo((c + 1) * each, up(value[c]))
    }
    context.lineTo(width, y + height)
    context.fill()
  }
  area(issued.high, theme.states[STATE.down])
  area(answered.low, theme.states[STATE.up])
  context.strokeStyle = theme.ink
  context.lineWidth = 1
  context.beginPath()
  for (let c = 0; c < columns; c++) {
    context.lineTo(c * each, up(issued.high[c]) - 0.5)
    context.lineTo((c + 1) * each, up(issued.high[c]) - 0.5)
  }
  context.stroke()
}

function drawCounts(
  context: CanvasRenderingContext2D,
  { y, height }: Pick<Lane, 'y' | 'height'>,
  counts: Uint32Array,
  size: number,
  columns: number,
  { theme, width }: Pick<TracksProps, 'theme' | 'width'>,
): void {
  const each = width / columns
  for (let from = 0; from < columns; ) {
    const at = from * HOST_STATE_COUNT
    let to = from + 1
    while (to < columns && isSame(counts, at, to * HOST_STATE_COUNT)) to++
    let bottom = y + height
    for (const state of STACK) {
      const count = counts[at + state]
      if (count === 0) continue
      const part = (count / Math.max(1, size)) * height
      context.fillStyle = theme.states[state]
      context.fillRect(from * each, bottom - part, (to - from) * each, part)
      bottom -= part
    }
    from = to
  }
}

function isSame(counts: Uint32Array, a: number, b: number): boolean {
  for (let s = 0; s < HOST_STATE_COUNT; s++) if (counts[a + s] !== counts[b + s]) return false
  return true
}

function drawBacklog(
  context: CanvasRenderingContext2D,
  { y, height }: Lane,
  track: Extract<Track, { kind: 'backlog' }>,
  { view, theme, width }: TracksProps,
  columns: number,
): void {
  const up = scaleLinear([0, axisTop(track)], [y + height, y])
  const { high } = extentsByColumn(track.steps, view[0], view[1], columns)
  const each = width / columns
  gridline(context, theme, width, y, y + height)
  context.fillStyle = theme.states[STATE.waiting]
  for (let c = 0; c < columns; c++) {
    if (high[c] > 0) context.fillRect(c * each, up(high[c]), each, y + height - up(high[c]))
  }
}

/** Volumes by state, stacked; of each column what is least well is drawn last, so that it shows. */
function drawVolumes(
  context: CanvasRenderingContext2D,
  { y, height }: Lane,
  { all, parts }: VolumeLane,
  { view, theme, width }: TracksProps,
  columns: number,
): void {
  const each = width / columns
  const counts = parts.map(({ steps }) => extentsByColumn(steps, view[0], view[1], columns).high)
  for (let c = 0; c < columns; c++) {
    let top = y
    for (let part = parts.length - 1; part >= 0; part--) {
      const room = part === 0 ? y + height - top : Math.min(y + height - top, (counts[part][c] / all) * height)
      if (room <= 0) continue
      context.fillStyle = theme.states[parts[part].state]
      context.fillRect(c * each, top, each, room)
      top += room
    }
  }
}

/** How dark the band below each line is, in the order of shares: what is rarer is fainter. */
const BANDS = [0.55, 0.3, 0.16]

/** Percentiles on a logarithmic axis: a line for each, with what lies below it filled; nothing where nothing was answered. */
function drawLatency(
  context: CanvasRenderingContext2D,
  { y, height }: Lane,
  { latencies: { ends }, interval, within, extent }: LatencyTrack,
  x: X,
  { theme, width, view }: TracksProps,
): void {
  const up = scaleLog(decades(extent), [y + height, y]).clamp(true)
  for (const tick of logTicks(decades(extent))) gridline(context, theme, width, up(tick), up(tick))
  context.save()
  context.clip(box(0, y - 1, width, height + 2))
  const floor = up.range()[0]
  for (let line = within.length - 1; line >= 0; line--) {
    const values = within[line]
    const area = new Path2D()
    const edge = new Path2D()
    for (let i = 0; i < ends.length; i++) {
      if (ends[i] + interval < view[0] || ends[i] > view[1]) continue
      const from = x(ends[i])
      const to = x(ends[i] + interval)
      const top = up(values[i])
      area.rect(from, top, to - from, floor - top)
      const isNext = i > 0 && ends[i] - ends[i - 1] < interval * 1.5
      if (isNext) edge.lineTo(from, top)
      else edge.moveTo(from, top)
      edge.lineTo(to, top)
    }
    context.globalAlpha = BANDS[line]
    context.fillStyle = theme.latency
    context.fill(area)
    context.globalAlpha = 1
    context.strokeStyle = theme.ink
    context.lineWidth = line === 0 ? 1.5 : 1
    context.setLineDash(DASHES[line])
    context.stroke(edge)
  }
  context.setLineDash([])
  context.restore()
}

/** Lines by share: whole, in long and in short dashes. */
const DASHES: readonly number[][] = [[], [6, 3], [2, 2]]

function drawStates(
  context: CanvasRenderingContext2D,
  { y, height }: Lane,
  spans: readonly Span[],
  x: X,
  { theme, width }: TracksProps,
): void {
  for (const span of spans) {
    const left = Math.max(0, x(span.from))
    const right = Math.min(width, Math.max(x(span.to), x(span.from) + 1))
    if (right < 0 || left > width) continue
    context.fillStyle = theme.states[span.state]
    context.fillRect(left, y, right - left, height)
  }
}

/** The charge of the store, as a line that leaves the top only while the store is not full. */
function drawCharge(
  context: CanvasRenderingContext2D,
  { y, height }: Lane,
  { level }: StateLane,
  x: X,
  { theme, width }: TracksProps,
): void {
  if (level === null || level.value.every(charge => charge === 1)) return
  const { time, value } = level
  context.strokeStyle = theme.ink
  context.lineWidth = 1.25
  context.beginPath()
  for (let i = 0; i < time.length; i++) context.lineTo(x(time[i]), y + 1 + (1 - value[i]) * (height - 2))
  context.save()
  context.clip(box(0, y, width, height))
  context.stroke()
  context.restore()
}

/** What is left of what can be used up, as an area below its line; and where nothing is, that. */
function drawLevel(context: CanvasRenderingContext2D, lane: Lane, { level, spans }: StateLane, x: X, props: TracksProps): void {
  if (level === null) return
  const { y, height } = lane
  const { theme, width } = props
  const { time, value } = level
  context.fillStyle = theme.panel
  context.fillRect(0, y, width, height)
  drawStates(
    context,
    lane,
    spans.filter(({ state }) => state !== STATE.up),
    x,
    props,
  )
  const left = new Path2D()
  left.moveTo(x(time[0]), y + height)
  for (let i = 0; i < time.length; i++) left.lineTo(x(time[i]), y + (1 - value[i]) * height)
  left.lineTo(x(time[time.length - 1]), y + height)
  context.save()
  context.clip(box(0, y, width, height))
  context.fillStyle = theme.states[STATE.up]
  context.fill(left)
  context.restore()
}

function box(x: number, y: number, width: number, height: number): Path2D {
  const path = new Path2D()
  path.rect(x, y, width, height)
  return path
}

function gridline(context: CanvasRenderingContext2D, theme: Theme, width: number, top: number, bottom: number): void {
  context.strokeStyle = theme.line
  context.lineWidth = 1
  context.beginPath()
  for (const y of [top, bottom]) {
    context.moveTo(0, Math.round(y) + 0.5)
    context.lineTo(width, Math.round(y) + 0.5)
  }
  context.stroke()
}

/** The whole run on one strip: all hosts by state, faults as bands, and the part looked at. */
export function drawOverview(
  canvas: HTMLCanvasElement,
  {
    run,
    width,
    height,
    view,
    theme,
  }: { run: Run; width: number; height: number; view: readonly [number, number]; theme: Theme },
): void {
  const scale = Math.max(1, devicePixelRatio)
  canvas.width = Math.round(width * scale)
  canvas.height = Math.round(height * scale)
  canvas.style.width = `${width}px`
  canvas.style.height = `${height}px`
  const context = canvas.getContext('2d') as CanvasRenderingContext2D
  context.setTransform(scale, 0, 0, scale, 0, 0)
  const { horizon } = run.scenario
  const x = scaleLinear([0, horizon], [0, width])
  context.fillStyle = theme.panel
  context.fillRect(0, 0, width, height)
  drawAllHosts(context, run, width, height - 4, theme)
  context.fillStyle = theme.states[STATE.active]
  for (const { from, to } of run.faults) context.fillRect(x(from), height - 4, Math.max(2, x(to) - x(from)), 4)
  const [from, to] = view
  if (to - from < horizon) {
    context.fillStyle = theme.ground
    context.globalAlpha = 0.66
    context.fillRect(0, 0, x(from), height)
    context.fillRect(x(to), 0, width - x(to), height)
    context.globalAlpha = 1
    context.strokeStyle = theme.ink
    context.strokeRect(x(from) + 0.5, 0.5, Math.max(2, x(to) - x(from) - 1), height - 1)
  }
}

/** All hosts of the run by state, as one band. */
function drawAllHosts(context: CanvasRenderingContext2D, run: Run, width: number, height: number, theme: Theme): void {
  const track = run.tracks.find(one => one.kind === 'counts' && one.of === 'hosts')
  if (track?.kind !== 'counts') return
  const { groups } = track
  const { horizon } = run.scenario
  const counts = countsByColumn(run.replay.changes, run.replay.initial, groups, 0, horizon, width)
  const part = width * HOST_STATE_COUNT
  for (let group = 1; group < groups.entities.length; group++) {
    for (let i = 0; i < part; i++) counts[i] += counts[group * part + i]
  }
  const size = groups.sizes.reduce((sum, one) => sum + one, 0)
  drawCounts(context, { y: 0, height }, counts, size, width, { theme, width })
}
