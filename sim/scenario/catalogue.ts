/** Everything a scenario file may say, as topics for help: each field with its default and where that comes from. */
import { z } from 'zod'
import { effects } from '../effects/index.ts'
import { metrics } from '../metrics/index.ts'
import { plans } from '../plans/index.ts'
import { type FieldInfo, fieldInfo, lawForms, type Text } from '../units/fields.ts'
import { CLIENT_FORMS } from './clients.ts'
import { feedSchema } from './feeds.ts'
import { type Form, grammars } from './grammar.ts'
import { instanceForms } from './instance-forms.ts'
import { machineSchema } from './machines.ts'
import { fileSchema } from './schema.ts'
import { SERVICE_KINDS } from './services.ts'
import { worldSchema } from './world.ts'

/** One field: its dotted path below its topic, what is known of it, and whether it must be written. */
export interface CatalogueField {
  readonly path: string
  readonly info: Partial<FieldInfo> & { readonly type: string }
  /** All that may be written, where that is one of some words. */
  readonly words?: readonly string[]
  readonly isRequired: boolean
}

export interface Topic {
  readonly name: string
  /** What sort of thing it is: `fault`, `metric`, `service` … */
  readonly sort: string
  readonly about: Text
  /** A metric's exact definition. */
  readonly definition?: Text
  readonly unit?: string
  /** Ways of writing it. */
  readonly forms?: readonly Form[]
  readonly fields: readonly CatalogueField[]
}

const text = (en: string, zh: string): Text => ({ en, zh })

/** All topics, by name. */
export function topics(): readonly Topic[] {
  const file = fileSchema.shape
  const region = worldSchema.valueType
  const world = fieldsOf(region)
  const part = (name: string): CatalogueField[] =>
    world
      .filter(({ path }) => path.startsWith(`${name}.`))
      .map(field => ({ ...field, path: field.path.slice(name.length + 1) }))
  const variant = file.variants.unwrap() as z.ZodRecord<z.ZodString, z.ZodType>
  return [
    { name: 'run', sort: 'section', about: text('How long, from which seed.', '时长与随机种子。'), fields: fieldsOf(file.run) },
    {
      name: 'world',
      sort: 'section',
      about: text(
        'Regions, zones and data centres; attributes are inherited downwards.',
        '区域、可用区与数据中心；属性向下继承。',
      ),
      fields: world,
    },
    {
      name: 'power',
      sort: 'section',
      about: text('The power chain of a data centre.', '数据中心的供电链。'),
      fields: part('power'),
    },
    {
      name: 'feeds',
      sort: 'section',
      about: text(
        'Shared sources of power above the data centres: grids, transformers, buses. A data centre names the one it is on with power.from.',
        '数据中心上游的共用电源：电网、变压器、母线。数据中心以 power.from 指明由哪一路供电。',
      ),
      fields: fieldsOf(feedSchema),
    },
    {
      name: 'cooling',
      sort: 'section',
      about: text(
        'The chillers of a data centre, how fast it warms, and who restarts chillers when.',
        '数据中心的冷水机、升温速度及冷水机重启条件。',
      ),
      fields: part('cooling'),
    },
    {
      name: 'boot',
      sort: 'section',
      about: text('How fast a data centre comes back.', '数据中心的恢复速度。'),
      fields: part('boot'),
    },
    { name: 'machine', sort: 'section', about: text('The profile of a host.', '主机配置。'), fields: fieldsOf(machineSchema) },
    ...Object.entries(SERVICE_KINDS).map(([name, { schema, about }]) => ({
      name,
      sort: 'service',
      about,
      fields: fieldsOf(schema),
    })),
    ...Object.entries(CLIENT_FORMS).map(([name, { schema, about }]) => ({
      name,
      sort: 'client',
      about,
      fields: fieldsOf(schema),
    })),
    ...effects.map(({ kind, about, fields }) => ({
      name: kind,
      sort: 'fault',
      about,
      fields: fieldsOf(z.strictObject(fields)),
    })),
    ...plans.map(({ kind, about, fields }) => ({ name: kind, sort: 'plan', about, fields: fieldsOf(z.strictObject(fields)) })),
    ...metrics.map(({ name, about, definition, unit, fields }) => ({
      name,
      sort: 'metric',
      about,
      definition,
      unit,
      fields: fieldsOf(z.strictObject(fields)),
    })),
    {
      name: 'fault',
      sort: 'section',
      about: text('What every fault may state.', '所有故障的公共字段。'),
      fields: commonOf(file.faults, ['target', 'at', 'lasts', 'until', 'odds', 'every', 'each', 'beta', 'via']),
    },
    {
      name: 'expectation',
      sort: 'section',
      about: text('What every expectation may state.', '所有期望的公共字段。'),
      fields: commonOf(file.expect, [
        'of',
        'after',
        'delay',
        'for',
        'at-least',
        'at-most',
        'equals',
        'tolerance',
        'between',
        'should',
        'because',
        'point',
        'published',
        'grade',
        'source',
        'fitted',
      ]),
    },
    {
      name: 'variant',
      sort: 'section',
      about: text('What a variant changes.', '变体所作的修改。'),
      fields: fieldsOf(variant.valueType),
    },
    ...grammars.map(({ name, about, forms }) => ({
      name,
      sort: 'grammar',
      about,
      forms,
      fields: name === 'law' ? fieldsOf(z.strictObject(lawForms)) : [],
    })),
    {
      name: 'sizes',
      sort: 'grammar',
      about: text(
        'Instance types. "Up to" is for a while, the rest of the time the base; the name alone (explain c5.large) gives the source.',
        '实例类型。“最高”只能维持一段时间，其余时间为基线；explain c5.large 给出数据来源。',
      ),
      forms: instanceForms,
      fields: [],
    },
  ]
}

/** The fields that all options of a map of kinds share, from its first. */
function commonOf(map: z.ZodType, keys: readonly string[]): CatalogueField[] {
  const record = unwrapped(map)
  const [first] = record instanceof z.ZodRecord ? (record.valueType as z.ZodDiscriminatedUnion).options : []
  return first === undefined ? [] : fieldsOf(first as z.ZodType).filter(({ path }) => keys.includes(path))
}

/** The fields of a schema, those of maps inside it by dotted path. */
function fieldsOf(schema: z.ZodType, prefix = ''): CatalogueField[] {
  const object = unwrapped(schema)
  if (!(object instanceof z.ZodObject)) return []
  return Object.entries(object.shape as z.ZodRawShape).flatMap(([key, value]) => {
    const field = value as z.ZodType
    const path = `${prefix}${key}`
    const info = infoOf(field)
    const words = wordsOf(field)
    const isRequired = field.safeParse(undefined).success === false
    if (info !== undefined) return [{ path, info, isRequired, ...(words && { words }) }]
    const inner = unwrapped(field)
    if (inner instanceof z.ZodObject) return fieldsOf(inner, `${path}.`)
    if (inner instanceof z.ZodRecord && unwrapped(inner.valueType as z.ZodType) instanceof z.ZodObject) {
      return fieldsOf(inner.valueType as z.ZodType, `${path}.ID.`)
    }
    if (inner instanceof z.ZodLiteral) return []
    const description = descriptionOf(field)
    const about = description === undefined ? {} : { about: text(description, description) }
    const written = field instanceof z.ZodDefault ? { written: JSON.stringify(field.parse(undefined)) } : {}
    return [
      {
        path,
        info: { type: words === undefined ? 'value' : 'word', ...about, ...written },
        isRequired,
        ...(words && { words }),
      },
    ]
  })
}

/** What the helpers know of a field, under whatever wraps it. */
function infoOf(schema: z.ZodType): FieldInfo | undefined {
  const info = fieldInfo(schema)
  if (info !== undefined) return info
  const inner = innerOf(schema)
  return inner === undefined ? undefined : infoOf(inner)
}

/** The words of a field that accepts nothing else. */
function wordsOf(field: z.ZodType): readonly string[] | undefined {
  const plain = unwrapped(field)
  return plain instanceof z.ZodEnum ? plain.options.map(String) : undefined
}

function descriptionOf(schema: z.ZodType): string | undefined {
  const inner = innerOf(schema)
  return schema.description ?? (inner === undefined ? undefined : descriptionOf(inner))
}

function unwrapped(schema: z.ZodType): z.ZodType {
  const inner = innerOf(schema)
  return inner === undefined ? schema : unwrapped(inner)
}

function innerOf(schema: z.ZodType): z.ZodType | undefined {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return schema.unwrap() as z.ZodType
  }
  return schema instanceof z.ZodPipe ? (schema.in as z.ZodType) : undefined
}
