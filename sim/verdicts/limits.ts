/** What a value has to lie between: as written, or as the rule for replays of published incidents has it. */
import type { MetricUnit } from '../metrics/define.ts'

/** Both included. */
export interface Limits {
  readonly least: number
  readonly most: number
}

export interface Written {
  readonly 'at-least'?: number | undefined
  readonly 'at-most'?: number | undefined
  readonly equals?: number | undefined
  readonly tolerance?: number | undefined
  readonly between?: readonly [number, number] | undefined
  readonly point?: 'cause' | 'staff' | 'output' | undefined
  readonly published?: number | undefined
}

/** How far from `equals` is still equal unless `tolerance` says otherwise: rounding to the clock's grid, s, and of numbers. */
const GRID = 4 / 1_048_576
const ROUNDING = 1e-9

/** The limits of an expectation, or undefined when it has none. */
export function limitsOf(written: Written, unit: MetricUnit): Limits | undefined {
  const { equals, tolerance, between, point, published } = written
  const given: Limits[] = []
  if (written['at-least'] !== undefined) given.push({ least: written['at-least'], most: Infinity })
  if (written['at-most'] !== undefined) given.push({ least: -Infinity, most: written['at-most'] })
  if (between !== undefined) given.push({ least: between[0], most: between[1] })
  if (equals !== undefined) {
    const rounding = Math.max(ROUNDING * Math.abs(equals), unit === 'seconds' ? GRID : 0)
    const slack = tolerance ?? rounding
    given.push({ least: equals - slack, most: equals + slack })
  }
  if (given.length === 0) {
    return point === 'output' && published !== undefined ? acceptance(published, unit) : undefined
  }
  return {
    least: given.reduce((least, limit) => Math.max(least, limit.least), -Infinity),
    most: given.reduce((most, limit) => Math.min(most, limit.most), Infinity),
  }
}

/**
 * How close to a published value a replay has to come: times within 25 % or 10 min, whichever is larger; shares above 10 %
 * within 3 points, smaller ones within a factor of two; other amounts within 25 %; orders exactly.
 */
export function acceptance(published: number, unit: MetricUnit): Limits {
  switch (unit) {
    case 'seconds': {
      const slack = Math.max(0.25 * published, 600)
      return { least: Math.max(0, published - slack), most: published + slack }
    }
    case 'ratio':
      return published > 0.1
        ? { least: published - 0.03, most: published + 0.03 }
        : { least: published / 2, most: published * 2 }
    case 'flag':
      return { least: published, most: published }
    case 'count':
    case 'per-second':
      return { least: 0.75 * published, most: 1.25 * published }
    default:
      return unit satisfies never
  }
}

/** A limit as it is shown: the value that is to be equalled, the only bound, or both. */
export function shownLimit(
  limits: Limits | undefined,
  { equals, tolerance }: Written,
): number | readonly [number, number] | null {
  if (limits === undefined) return null
  if (equals !== undefined && tolerance === undefined) return equals
  const { least, most } = limits
  if (most === Infinity) return least
  return least === -Infinity ? most : [least, most]
}

/** On which side of its limit a value has to be. */
export type Bound = 'at-least' | 'at-most' | 'equals' | 'between'

/** How `shownLimit` is to be read; null without limits. */
export function boundOf(limits: Limits | undefined, { equals, tolerance }: Written): Bound | null {
  if (limits === undefined) return null
  if (equals !== undefined && tolerance === undefined) return 'equals'
  if (limits.most === Infinity) return 'at-least'
  return limits.least === -Infinity ? 'at-most' : 'between'
}
