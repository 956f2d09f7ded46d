/** Lanes of the timeline and ticks of its axis: pure, in px and s. */
import type { Track } from '../state/run.ts'

/** One strip of the timeline. A track of several zones or data centres has a lane for each. */
export interface Lane {
  readonly key: string
  readonly track: Track
  /** Which group or lane of the track; 0 for tracks with one lane. */
  readonly index: number
  readonly y: number
  readonly height: number
  /** The first lane of its track has a hairline above. */
  readonly isFirst: boolean
}

export interface TrackLayout {
  readonly lanes: readonly Lane[]
  readonly height: number
}

const HEIGHTS = {
  faults: 16,
  requests: 64,
  latency: 76,
  levels: 22,
  volumes: 36,
  hosts: 22,
  instances: 16,
  backlog: 32,
  states: 13,
} as const
const BETWEEN_TRACKS = 8
const BETWEEN_LANES = 2

/** Stacks the lanes of all tracks, from `top` down. */
export function layOutTracks(tracks: readonly Track[], top: number): TrackLayout {
  const lanes: Lane[] = []
  let y = top
  for (const track of tracks) {
    const count = laneCount(track)
    if (count === 0) continue
    const height = track.kind === 'counts' ? HEIGHTS[track.of] : HEIGHTS[track.kind]
    for (let index = 0; index < count; index++) {
      lanes.push({ key: `${lanes.length}`, track, index, y, height, isFirst: index === 0 })
      y += height + (index < count - 1 ? BETWEEN_LANES : BETWEEN_TRACKS)
    }
  }
  return { lanes, height: y }
}

function laneCount(track: Track): number {
  switch (track.kind) {
    case 'counts':
      return track.groups.entities.length
    case 'faults':
    case 'levels':
    case 'volumes':
    case 'states':
      return track.lanes.length
    case 'requests':
    case 'backlog':
    case 'latency':
      return 1
    default:
      return track satisfies never
  }
}

/** Distances between ticks that people can count in, s. */
const DISTANCES = [
  0.1, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800,
  2_592_000,
]

/** Moments for the ticks of an axis that has room for about `most`, s. */
export function timeTicks(from: number, to: number, most: number): number[] {
  const distance = DISTANCES.find(each => (to - from) / each <= most) ?? Math.ceil((to - from) / most)
  const ticks: number[] = []
  for (let tick = Math.ceil(from / distance); tick * distance <= to + distance * 1e-9; tick++) ticks.push(tick * distance)
  return ticks
}

/** The upper end of an axis from 0 that holds `most`: 1, 2, 2.5, 4 or 5 times a power of ten. */
export function roundUp(most: number): number {
  if (!(most > 0)) return 1
  let power = 1
  while (power * 10 <= most) power *= 10
  while (power > most) power /= 10
  return (
    [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].map(factor => factor * power).find(value => value >= most * (1 - 1e-9)) ?? power * 10
  )
}

/** Whole powers of ten around what is shown on a logarithmic axis; all values are above 0. */
export function decades([least, most]: readonly [number, number]): readonly [number, number] {
  const low = Math.floor(Math.log10(least) + 1e-9)
  const high = Math.ceil(Math.log10(most) - 1e-9)
  return [Number(`1e${low}`), Number(`1e${Math.max(high, low + 1)}`)]
}

/** Powers of ten within a logarithmic axis; where there are few, also two and five times one, and then everything between. */
export function logTicks([from, to]: readonly [number, number]): number[] {
  const within = (digits: readonly number[]): number[] => {
    const ticks: number[] = []
    for (let power = Math.floor(Math.log10(from) + 1e-9); 10 ** power <= to; power++) {
      for (const digit of digits) {
        const tick = Number(`${digit}e${power}`)
        if (tick >= from * (1 - 1e-9) && tick <= to * (1 + 1e-9)) ticks.push(tick)
      }
    }
    return ticks
  }
  return [[1], [1, 2, 5], [1, 2, 3, 4, 5, 6, 7, 8, 9]].map(within).find(ticks => ticks.length > 1) ?? [from]
}

/**
 * Steps as two values for each pixel column, the lowest and the highest in it, so that nothing is too short to be seen.
 * `steps.value` holds from its time on; before the first it is 0.
 */
export function extentsByColumn(
  steps: { readonly time: readonly number[]; readonly value: readonly number[] },
  from: number,
  to: number,
  columns: number,
): { readonly low: Float64Array; readonly high: Float64Array } {
  const low = new Float64Array(columns)
  const high = new Float64Array(columns)
  const { time, value } = steps
  let next = 0
  let now = 0
  while (next < time.length && time[next] <= from) now = value[next++]
  for (let column = 0; column < columns; column++) {
    const start = from + ((to - from) * column) / columns
    const end = from + ((to - from) * (column + 1)) / columns
    while (next < time.length && time[next] <= start) now = value[next++]
    let least = now
    let most = now
    while (next < time.length && time[next] < end) {
      now = value[next++]
      least = Math.min(least, now)
      most = Math.max(most, now)
    }
    low[column] = least
    high[column] = most
  }
  return { low, high }
}
