/**
 * What a plan is: something that someone or something wants, and the way there through a control plane or through people who
 * may be down, slow or busy themselves.
 */
import type { z } from 'zod'
import type { Text } from '../effects/define.ts'
import type { Cloud } from '../models/cloud.ts'
import type { EntityId } from '../trace/entities.ts'

export interface Plan<Shape extends z.ZodRawShape = z.ZodRawShape> {
  readonly kind: string
  readonly about: Text
  readonly fields: Shape
  /** Puts the plan to work. `plan` is its entity, whose name is its id in the file. */
  readonly install: (cloud: Cloud, plan: EntityId, params: z.output<z.ZodObject<Shape>>) => void
}

/** Checks a plan's types; the value is returned as it is. */
export function definePlan<Shape extends z.ZodRawShape>(plan: Plan<Shape>): Plan {
  return plan as unknown as Plan
}
