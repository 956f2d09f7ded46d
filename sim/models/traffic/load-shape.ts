/**
 * How many requests users send, as a function of time, followed in steps of about one per cent. The level of a step is the
 * mean of the curve over it, so that no request is gained or lost by stepping.
 */
import { cosine } from '../../engine/elementary.ts'
import { onGrid, TICK } from '../../engine/time.ts'
import type { PerSecond, Ratio, Seconds } from '../../units/quantity.ts'

export type LoadShape =
  | { readonly kind: 'constant'; readonly rate: PerSecond }
  /** mean · (1 + (peak − 1) · cos(2π(t − at) / period)): `peak` is the ratio of peak to mean, 1 to 2. */
  | {
      readonly kind: 'diurnal'
      readonly mean: PerSecond
      readonly peak: Ratio
      /** A moment of the peak. */
      readonly at: Seconds
      /** 24 h unless told. */
      readonly period?: Seconds
    }

type Diurnal = Extract<LoadShape, { kind: 'diurnal' }>

const DAY = 86_400
const TURN = 6.283185307179586 // 2π
const STEP = 0.01
/** Near zero the steps are this share of the mean, or there would be no end of them. */
const STEP_MIN = 0.001
const BISECTIONS = 48

/** Throws RangeError when the rate of the shape would be negative, or is not a number. */
export function checkShape(shape: LoadShape): void {
  if (shape.kind === 'constant') {
    if (!(shape.rate >= 0)) throw new RangeError(`a rate must be at least 0 /s, got ${shape.rate}`)
    return
  }
  const { mean, peak, period = DAY } = shape
  if (!(mean >= 0)) throw new RangeError(`a mean rate must be at least 0 /s, got ${mean}`)
  if (!(peak >= 1 && peak <= 2)) throw new RangeError(`a peak must be 1 to 2 times the mean, got ${peak}`)
  if (!(period >= 1)) throw new RangeError(`a period must be at least 1 s, got ${period}`)
}

/** The rate at one moment, /s. */
export function rateAt(shape: LoadShape, time: Seconds): PerSecond {
  if (shape.kind === 'constant') return shape.rate
  return shape.mean * (1 + (shape.peak - 1) * cosine(TURN * phaseAt(shape, time)))
}

/** When the step that begins at `from` ends, s, on the grid; Infinity when the rate never changes. */
export function stepEnd(shape: LoadShape, from: Seconds): Seconds {
  if (shape.kind === 'constant' || shape.peak === 1 || shape.mean === 0) return Infinity
  const { mean, period = DAY } = shape
  const phase = phaseAt(shape, from)
  let turningPoint = from + (phase < 0.5 ? 0.5 - phase : 1 - phase) * period
  if (turningPoint - from < 2 * TICK) turningPoint += period / 2
  const start = rateAt(shape, from)
  const step = Math.max(STEP * start, STEP_MIN * mean)
  if (Math.abs(rateAt(shape, turningPoint) - start) <= step) return onGrid(turningPoint)
  let low = from
  let high = turningPoint
  for (let i = 0; i < BISECTIONS; i++) {
    const middle = (low + high) / 2
    if (Math.abs(rateAt(shape, middle) - start) < step) low = middle
    else high = middle
  }
  return Math.max(from + TICK, onGrid(high))
}

/** The mean rate between two moments, /s. */
export function meanRate(shape: LoadShape, from: Seconds, to: Seconds): PerSecond {
  if (shape.kind === 'constant') return shape.rate
  if (to === Infinity) return rateAt(shape, from)
  const { mean, peak, period = DAY } = shape
  const start = TURN * phaseAt(shape, from)
  const width = (TURN * (to - from)) / period
  return mean * (1 + ((peak - 1) * (sine(start + width) - sine(start))) / width)
}

/** Where in the period a moment lies, 0 to 1; the peak is at 0. */
function phaseAt({ at, period = DAY }: Diurnal, time: Seconds): Ratio {
  const turns = (time - at) / period
  return turns - Math.floor(turns)
}

function sine(angle: number): number {
  return cosine(angle - TURN / 4)
}
