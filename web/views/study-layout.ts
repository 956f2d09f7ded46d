/** Axes, dots and intervals of several runs, and where their labels go: pure, in shares of an axis or px. */
import { scaleLinear } from 'd3'
import type { CheckSummary, FrontierRow, Interval, Theory } from '../worker/protocol.ts'
import { timeTicks } from './track-layout.ts'

/** A common axis of values. `nines` is that of availabilities: as much room from 99 % to 99.9 % as from there to 99.99 %. */
export interface Axis {
  readonly kind: 'linear' | 'nines'
  readonly from: number
  readonly to: number
  readonly ticks: readonly number[]
  /** Where a value is, from 0 to 1; what lies beyond the axis is at its end. */
  readonly place: (value: number) => number
}

/** Room beside the outermost values, as a share of what they span. */
const ROOM = 0.06
/** Ticks of an axis, about. */
const TICKS = 4
/** 1 on an axis of nines is one nine beyond the highest value below it; no axis goes further than this. */
const NINES_MAX = 9

/** Values in seconds have ticks that people count in. */
export function axisOf(values: readonly number[], kind: Axis['kind'], unit: CheckSummary['unit']): Axis {
  return kind === 'nines' ? ninesAxis(values) : linearAxis(values, unit)
}

function linearAxis(values: readonly number[], unit: CheckSummary['unit']): Axis {
  const finite = values.filter(Number.isFinite)
  const least = finite.length === 0 ? 0 : Math.min(...finite)
  const most = finite.length === 0 ? 1 : Math.max(...finite)
  const span = most - least || Math.abs(most) / 2 || 1
  const room = most > least ? span * ROOM : span
  // What cannot be below nothing or above all has no ticks there, but a dot at the end is drawn whole.
  const isPositive = least >= 0
  const isShare = (unit === 'ratio' || unit === 'flag') && isPositive && most <= 1
  const isAll = unit === 'flag' && isShare
  const [low, high] = isAll ? [-1, 2] : isPositive && most === 0 ? [-1, 1] : [least - room, most + room]
  const edge = ((isShare ? Math.min(high, 1) : high) - (isPositive ? Math.max(low, 0) : low)) * (ROOM / 2)
  const from = isPositive ? Math.max(low, -edge) : low
  const to = isShare ? Math.min(high, 1 + edge) : high
  const scale = scaleLinear([from, to], [0, 1]).clamp(true)
  const ticks = unit === 'seconds' ? timeTicks(Math.max(0, from), to, TICKS) : scale.ticks(TICKS)
  const isTick = (tick: number): boolean => tick >= (isPositive ? 0 : from) && tick <= (isShare ? 1 : to)
  return { kind: 'linear', from, to, ticks: ticks.filter(isTick), place: value => scale(value) }
}

function ninesAxis(values: readonly number[]): Axis {
  const finite = values.filter(value => value < 1).map(ninesOf)
  const most = finite.length === 0 ? 3 : Math.max(...finite)
  const isAll = values.some(value => value >= 1)
  const least = Math.min(most, ...finite)
  const room = (most - least) * ROOM || 0.3
  const [low, high] = [Math.max(0, least - room), Math.min(NINES_MAX, isAll ? most + 1 : most + room)]
  const scale = scaleLinear([low, high], [0, 1]).clamp(true)
  return {
    kind: 'nines',
    from: 1 - 10 ** -low,
    to: 1 - 10 ** -high,
    ticks: ninesTicks(low, high),
    place: value => scale(value >= 1 ? high : ninesOf(value)),
  }
}

/** How many nines: 3 for 99.9 %. */
export function ninesOf(availability: number): number {
  return availability >= 1 ? Infinity : -Math.log10(1 - Math.max(0, availability))
}

/** 90 %, 99 %, 99.9 % …; where there are fewer than two, 95 %, 99.5 % … as well; else every digit. */
function ninesTicks(low: number, high: number): number[] {
  const of = (digits: readonly number[]): number[] => {
    const ticks: number[] = []
    for (let power = Math.floor(low); power <= Math.ceil(high); power++) {
      for (const digit of digits) {
        const nines = power - Math.log10(digit)
        if (nines >= low - 1e-9 && nines <= high + 1e-9) ticks.push(Number((1 - digit * 10 ** -power).toFixed(12)))
      }
    }
    return ticks
  }
  for (const digits of [[1], [5, 1]]) {
    const ticks = of(digits)
    if (ticks.length >= 2) return ticks
  }
  return of([9, 8, 7, 6, 5, 4, 3, 2, 1])
}

/** Those of an axis's ticks that have room for their labels, from the left; all in px. */
export function roomyTicks({ ticks, place }: Axis, width: number, widthOf: (tick: number) => number): number[] {
  let end = -Infinity
  return ticks.filter(tick => {
    const long = widthOf(tick)
    const left = Math.min(width - long, Math.max(0, place(tick) * width - long / 2))
    if (left < end) return false
    end = left + long + BESIDE
    return true
  })
}

/** As much of a small text as has room, px. */
export function cutText(text: string, room: number): string {
  if (widthOfText(text) <= room) return text
  const characters = [...text]
  while (characters.length > 1 && widthOfText(`${characters.join('')}…`) > room) characters.pop()
  return `${characters.join('').trimEnd()}…`
}

/** About, of a small text, px: Chinese characters are as wide as high. */
export function widthOfText(text: string): number {
  return [...text].reduce((sum, character) => sum + (character > '\u2e80' ? 11 : 6.2), 0)
}

/** What one expectation measures in every variant that has it. */
export interface Compared {
  readonly id: string
  readonly metric: string
  readonly of: CheckSummary['of']
  readonly rows: readonly ComparedRow[]
  readonly axis: Axis
}

export interface ComparedRow {
  readonly variant: string | null
  readonly check: CheckSummary
  /** What theory says of it, where it says anything. */
  readonly theory: Theory | null
}

/** The expectations of all variants, in the order in which they first come, each with an axis that all its rows share. */
export function comparedOf(
  variants: readonly { readonly name: string | null; readonly checks: readonly CheckSummary[] }[],
  theories: readonly (readonly Theory[])[] = [],
): Compared[] {
  const found = new Map<string, ComparedRow[]>()
  variants.forEach(({ name, checks }, at) => {
    for (const check of checks) {
      const row = { variant: name, check, theory: theories[at]?.find(({ id }) => id === check.id) ?? null }
      const key = `${check.id}\n${check.metric}`
      const rows = found.get(key)
      if (rows === undefined) found.set(key, [row])
      else rows.push(row)
    }
  })
  return [...found.values()].map(rows => {
    const checks = rows.map(({ check }) => check)
    const [{ id, metric, of, unit }] = checks
    return { id, metric, of, rows, axis: axisOf(rows.flatMap(valuesOf), isOfNines(checks) ? 'nines' : 'linear', unit) }
  })
}

/**
 * About how many runs would tell on which side of its limit a mean lies, when it stays where it is: intervals shrink with the
 * root of their number. Null where it can be told, or never.
 */
export function runsToTell({ verdict, across, n, mean, limit }: CheckSummary): number | null {
  if (verdict !== 'inconclusive' || across !== 'mean' || mean === null || limit === null) return null
  const limits = typeof limit === 'number' ? [limit] : limit
  const distance = Math.min(...limits.map(one => Math.abs(mean.value - one)))
  const half = Math.max((mean.high ?? NaN) - mean.value, mean.value - (mean.low ?? NaN))
  const runs = Math.round(n * (half / distance) ** 2)
  return Number.isFinite(runs) && runs > n && n > 1 ? runs : null
}

/** Availabilities that somebody wants nines of. */
function isOfNines(checks: readonly CheckSummary[]): boolean {
  return checks.some(({ unit, bound, limit }) => unit === 'ratio' && bound === 'at-least' && Number(limit) >= 0.9)
}

/** All that is drawn of an expectation. */
function valuesOf({ check: { mean, p10, p90, limit }, theory }: ComparedRow): number[] {
  const limits = limit === null ? [] : typeof limit === 'number' ? [limit] : limit
  return [theory?.value, mean?.value, mean?.low, mean?.high, p10?.value, p90?.value, ...limits].filter(
    value => typeof value === 'number',
  )
}

/** A point of the frontier with its label beside it, px. */
export interface FrontierPoint {
  readonly row: FrontierRow
  readonly x: number
  readonly y: number
  readonly low: number
  readonly high: number
  readonly labelX: number
  readonly labelY: number
  readonly anchor: 'start' | 'end'
  /** As long as the label may be. */
  readonly room: number
}

export interface FrontierLayout {
  readonly points: readonly FrontierPoint[]
  readonly x: Axis
  readonly y: Axis
}

/** Room of one line of label, px, and its distance from the dot. */
const LINE = 14
const BESIDE = 8
/** A label that is cut is not cut shorter than this, px. */
const SHORT = 60
/** Lines to move a label by until it has room, nearest first. */
const LINES = [0, 1, -1, 2, -2, 3, -3, 4, -4, 5, -5, 6, -6]

/** Costs to the right, availability upwards. `widthOf` measures a label, px. */
export function layOutFrontier(
  rows: readonly FrontierRow[],
  width: number,
  height: number,
  widthOf: (row: FrontierRow) => number,
): FrontierLayout {
  const known = rows.filter(({ availability }) => availability !== null)
  const costs = known.map(costOf)
  const x = { ...axisOf(costs, 'linear', 'count'), ticks: [...new Set(costs)].sort((a, b) => a - b) }
  const values = known.flatMap(({ availability: one }) =>
    one === null ? [] : [one.value, one.low ?? one.value, one.high ?? one.value],
  )
  const y = axisOf(values, values.some(value => value >= 0.9) ? 'nines' : 'linear', 'ratio')
  const up = (value: number): number => height - y.place(value) * height
  const placed: Box[] = []
  const dots = known.map(row => {
    const { value, low, high } = row.availability as Interval
    return { row, x: x.place(costOf(row)) * width, y: up(value), low: up(low ?? value), high: up(high ?? value) }
  })
  for (const dot of dots) placed.push({ left: dot.x - 5, right: dot.x + 5, top: dot.y - 5, bottom: dot.y + 5 })
  const points = dots.map((dot): FrontierPoint => {
    const whole = widthOf(dot.row)
    const places = LINES.flatMap(lines =>
      (['start', 'end'] as const).map(anchor => {
        const labelX = anchor === 'start' ? dot.x + BESIDE : dot.x - BESIDE
        const labelY = dot.y + lines * LINE
        const room = Math.min(whole, anchor === 'start' ? width - labelX : labelX)
        const left = anchor === 'start' ? labelX : labelX - room
        return { anchor, labelX, labelY, room, left, right: left + room, top: labelY - LINE / 2, bottom: labelY + LINE / 2 }
      }),
    )
    const isFree = (one: (typeof places)[number]): boolean =>
      one.top >= -LINE && one.bottom <= height + LINE / 2 && !placed.some(other => overlap(one, other))
    const found =
      places.find(one => one.room === whole && isFree(one)) ?? places.find(one => one.room >= SHORT && isFree(one)) ?? places[0]
    placed.push(found)
    const { anchor, labelX, labelY, room } = found
    return { ...dot, anchor, labelX, labelY, room }
  })
  return { points, x, y }
}

/** As a multiple of the first variant's, or in hours where that has none. */
export function costOf({ cost, instanceHours }: FrontierRow): number {
  return cost ?? instanceHours
}

interface Box {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

function overlap(one: Box, other: Box): boolean {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom
}
