/** The published JSON Schema of scenario files, from the same declarations as the validator: completion and hover in editors. */
import { z } from 'zod'
import { type FieldInfo, fieldInfo } from '../units/fields.ts'
import { fileSchema } from './schema.ts'

/** JSON Schema 2020-12 of what may be written, with descriptions, defaults and where the defaults come from. */
export function publishedSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(fileSchema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const info = fieldInfo(zodSchema)
      if (info === undefined) {
        if (jsonSchema.default !== undefined && typeof jsonSchema.default === 'object') delete jsonSchema.default
        return
      }
      delete jsonSchema.default
      if (info.accepts !== undefined) {
        for (const key of Object.keys(jsonSchema)) delete jsonSchema[key]
        Object.assign(jsonSchema, info.accepts)
      }
      const description = descriptionOf(info)
      if (description !== '') jsonSchema.description = description
      const value = defaultOf(info)
      if (value !== undefined) jsonSchema.default = value
    },
  }) as Record<string, unknown>
  return { ...schema, title: 'Blackstart scenario' }
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
