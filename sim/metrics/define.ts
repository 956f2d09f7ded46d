/**
 * What a metric is: a named number, folded from the rows of a trace, with its unit and its definition in both languages.
 * Metrics see what happened and what the world is made of; never live state, and never a file.
 */
import type { z } from 'zod'
import type { EntityId, EntityKind } from '../trace/entities.ts'
import type { Recording, RowId } from '../trace/trace.ts'
import type { Text } from '../units/fields.ts'
import type { Seconds } from '../units/quantity.ts'

/** The parts of the world that do not change and that no row tells. */
export interface World {
  /** Who sends requests to whom. */
  readonly clients: readonly { readonly entity: EntityId; readonly service: EntityId }[]
  /** Services through whose API things are changed. */
  readonly controlPlanes: readonly EntityId[]
  /** What an instance of a service costs that is of the size written, dollars an hour. */
  readonly prices: readonly { readonly service: EntityId; readonly perHour: number }[]
  readonly datacentres: readonly {
    readonly entity: EntityId
    /** Other customers' instances on each host. */
    readonly tenants: number
    /** Whether nothing here has power when the run begins. */
    readonly beginsDark: boolean
  }[]
}

/** A finished run, as metrics get it. */
export interface Run extends Recording {
  readonly world: World
}

/** The part of a run that is measured, s. */
export interface Window {
  readonly from: Seconds
  readonly to: Seconds
}

/** What a metric came to. */
export interface Measurement {
  /** In the metric's unit; null when there was nothing to measure (vacuous), or when `failed`. */
  readonly value: number | null
  /** What was waited for did not happen before the run ended: longer than anything. */
  readonly failed?: true
  /** The moment that decided it, s. */
  readonly at: Seconds | null
  /** Rows that show it. */
  readonly rows?: readonly RowId[]
  /** What stands behind the number, in words, where it does not speak for itself. */
  readonly because?: Text
}

/** Nothing happened that could be measured. */
export const VACUOUS: Measurement = { value: null, at: null }

/** Seconds, a share of 1, per second, how many, or yes (1) and no (0). */
export type MetricUnit = 'seconds' | 'ratio' | 'per-second' | 'count' | 'flag'

/** Parameters by name, in base units, and `of`: the entities that are measured. */
export type ParamsOf<Shape extends z.ZodRawShape> = z.output<z.ZodObject<Shape>> & { readonly of: readonly EntityId[] }

export interface Metric<Shape extends z.ZodRawShape = z.ZodRawShape> {
  readonly name: string
  readonly unit: MetricUnit
  /** In a few words. */
  readonly about: Text
  /** Exactly. */
  readonly definition: Text
  /** Kinds of entities that `of` may name; empty when any will do. */
  readonly subjects: readonly EntityKind[]
  /** Whether `of` may be left out, which then means everything. */
  readonly ofIsOptional?: true
  /** Whether it means nothing of a service that no client sends requests to. */
  readonly needsRequests?: true
  /** Whether it means nothing without `after`. */
  readonly needsAfter?: true
  /** Where the window opens without `after`: after the warm-up, unless it is a moment that is looked for. */
  readonly opens?: 'start'
  /** Its own keys of an expectation, next to `of`, `after`, `delay`, `for` and the limits. */
  readonly fields: Shape
  readonly measure: (run: Run, params: ParamsOf<Shape>, window: Window) => Measurement
}

/** Checks a metric's types; the value is returned as it is. */
export function defineMetric<Shape extends z.ZodRawShape>(metric: Metric<Shape>): Metric {
  return metric as unknown as Metric
}
