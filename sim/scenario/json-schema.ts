/** The published JSON Schema of scenario files, from the same declarations as the validator: completion and hover in editors. */
import { z } from 'zod'
import { type FieldInfo, fieldInfo, law, moment, selector, text } from '../units/fields.ts'
import { fileSchema } from './schema.ts'

/** Forms that occur in many places, written once. */
const SHARED: Readonly<Record<string, () => z.ZodType>> = { selector, moment, law, text }

/** Maps from ids whose entries may be partial in a file that uses others: what is left out comes from underneath. */
const NAMED = ['feeds', 'services', 'clients', 'plans', 'faults', 'expect']

type Schema = Record<string, unknown>

/** An object with an entry for each id. */
interface MapSchema extends Schema {
  additionalProperties: Schema
}

/** JSON Schema 2020-12 of what may be written, with descriptions, defaults and where the defaults come from. */
export function publishedSchema(): Schema {
  const defined: Schema = {}
  for (const [name, form] of Object.entries(SHARED)) {
    const { $schema: _, ...schema } = jsonSchemaOf(form(), true)
    defined[name] = schema
  }
  const file = jsonSchemaOf(fileSchema, false)
  const properties = file.properties as Record<string, MapSchema>
  const complete: Schema = {}
  for (const name of NAMED) {
    const options = optionsOf(properties[name].additionalProperties)
    complete[`^${name}$`] = { additionalProperties: completeEntry(options) }
    properties[name].additionalProperties = partialEntry(options)
  }
  // Variants change expectations in the same words, and take away what they do not want.
  defined.expectation = { anyOf: (properties.expect.additionalProperties.anyOf as Schema[]).map(withNulls) }
  const expectation = { $ref: '#/$defs/expectation' }
  properties.expect.additionalProperties = expectation
  const { expect } = properties.variants.additionalProperties.properties as Record<string, MapSchema>
  expect.additionalProperties = expectation
  return {
    ...file,
    title: 'Blackstart scenario',
    required: ['blackstart', 'name'], // a building block has no world
    ...implies({ not: { required: ['use'] } }, { patternProperties: complete }), // as `properties` they would be proposed twice
    $defs: defined,
  }
}

/** The forms that an entry of a map may have. */
function optionsOf(entry: Schema): readonly Schema[] {
  const options = (entry.oneOf ?? entry.anyOf) as readonly Schema[] | undefined
  return options === undefined ? [entry] : options.flatMap(optionsOf)
}

/** An entry of which any part may be left out, or null, which takes away what lies underneath. */
function partialEntry(options: readonly Schema[]): Schema {
  return { anyOf: [...options.map(({ required: _, ...option }) => option), { type: 'null' }] }
}

/** An option whose every part may be null; what tells it from others, and what it has no say about, stays. */
function withNulls(option: Schema): Schema {
  if (option.properties === undefined) return option
  const properties: Record<string, Schema> = {}
  for (const [key, schema] of Object.entries(option.properties as Record<string, Schema>)) properties[key] = orNull(schema)
  return { ...option, properties }
}

function orNull(schema: Schema): Schema {
  if (schema.const !== undefined || Object.keys(schema).length === 0) return schema
  if (schema.anyOf !== undefined) return { ...schema, anyOf: [...(schema.anyOf as Schema[]), { type: 'null' }] }
  if (schema.enum !== undefined) return { ...schema, type: ['string', 'null'], enum: [...(schema.enum as unknown[]), null] }
  const { description, default: value, ...rest } = schema
  const told = { ...(description !== undefined && { description }), ...(value !== undefined && { default: value }) }
  return { ...told, anyOf: [rest, { type: 'null' }] }
}

/** `consequence` holds of what `condition` holds of. */
function implies(condition: Schema, consequence: Schema): Schema {
  // biome-ignore lint/suspicious/noThenProperty: a word of JSON Schema
  return { if: condition, then: consequence }
}

/** What has to be written where nothing lies underneath: by the word that tells forms apart, or else by any one form. */
function completeEntry(options: readonly Schema[]): Schema {
  const requiredOf = ({ required = [] }: Schema): readonly string[] => required as readonly string[]
  const told = options.map(({ properties }) =>
    Object.entries(properties as Record<string, Schema>).find(([, { const: word }]) => word !== undefined),
  )
  if (told.includes(undefined)) return { anyOf: options.map(option => ({ required: requiredOf(option) })) }
  const always = requiredOf(options[0]).filter(key => options.every(option => requiredOf(option).includes(key)))
  const byWord = options.flatMap((option, i) => {
    const [key, { const: word }] = told[i] as [string, Schema]
    const needed = requiredOf(option).filter(one => !always.includes(one))
    return needed.length === 0
      ? []
      : [implies({ properties: { [key]: { const: word } }, required: [key] }, { required: needed })]
  })
  return { required: always, allOf: byWord }
}

/** `isShared`: the schema is itself one of the shared forms, so that at its root it is written out. */
function jsonSchemaOf(schema: z.ZodType, isShared: boolean): Schema {
  return z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema, path }) => {
      const info = fieldInfo(zodSchema)
      if (jsonSchema.prefixItems !== undefined) pairToList(jsonSchema)
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
  }) as Schema
}

/** Pairs of the same: editors that know an older JSON Schema read `items: false` as a list of nothing. */
function pairToList(schema: Schema): void {
  const [first] = schema.prefixItems as Schema[]
  delete schema.prefixItems
  schema.items = first
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
