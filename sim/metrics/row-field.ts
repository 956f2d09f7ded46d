import { z } from 'zod'

/** The field `row`: a kind of trace row by name, such as `ups.empty`. */
export const rowField = z
  .string()
  .regex(/^[a-z-]+\.[a-z-]+$/, { error: 'must be a kind of row such as ups.empty' })
  .meta({ description: 'a kind of trace row, such as ups.empty' })
