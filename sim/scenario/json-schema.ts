/** The published JSON Schema of scenario files, from the same declarations as the validator: completion and hover in editors. */
import { z } from 'zod'
import { type FieldInfo, fieldInfo, law, moment, selector, text } from '../units/fields.ts'
import { fileSchema } from './schema.ts'

/** Forms that occur in many places, written once. */
const SHARED: Readonly<Record<string, () => z.ZodType>> = { selector, moment, law, text }

/** JSON Schema 2020-12 of what may be written, with descriptions, defaults and where the defaults come from. */
export function publishedSchema(): Record<string, unknown> {
  const shared = Object.entries(SHARED).map(([name, form]) => {
    const { $schema: _, ...schema } = jsonSchemaOf(form(), true)
    return [name, schema]
  })
  return { ...jsonSchemaOf(fileSchema, false), title: 'Blackstart scenario', $defs: Object.fromEntries(shared) }
}

/** `isShared`: the schema is itself one of the shared forms, so that at its root it is written out. */
function jsonSchemaOf(schema: z.ZodType, isShared: boolean): Record<string, unknown> {
  return z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema, path }) => {
      const info = fieldInfo(zodSchema)
      if (info === undefined) {
        if (jsonSchema.default !== undefined && typeof jsonSchema.default === 'object') delete jsonSchema.default
        return
      }
      delete jsonSchema.default
      const isReference = Object.hasOwn(SHARED, info.type) && !(isShared && path.length === 0)
      const accepts = isReference ? { $ref: `#/$defs/${info.type}` } : info.accepts
      if (accepts !== undefined) {
        for (const key of Object.keys(jsonSchema)) delete jsonSchema[key]
        Object.assign(jsonSchema, accepts)
      }
      const description = descriptionOf(info)
      if (description !== '') jsonSchema.description = description
      const value = defaultOf(info)
      if (value !== undefined) jsonSchema.default = value
    },
  }) as Record<string, unknown>
}

function descriptionOf({ about, source, written }: FieldInfo): string {
  const parts = about === undefined ? [] : [`${about.en}（${about.zh}）`]
  if (written !== undefined) parts.push(`Default ${written}${source === undefined ? '' : `: ${source}`}.`)
  return parts.join(' ')
}

/** The default as JSON, where it is a plain value. */
function defaultOf({ type, written }: FieldInfo): unknown {
  if (written === undefined || written.startsWith('{')) return undefined
  if (type === 'count' || type === 'factor') return Number(written)
  return type === 'flag' ? written === 'true' : written
}
