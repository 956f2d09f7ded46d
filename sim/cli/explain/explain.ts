/** `blackstart explain TOPIC`: fields, kinds and metrics, with defaults and where they come from; or a subject of a run. */
import { INSTANCE_TYPES } from '../../models/instance-types.ts'
import { type CatalogueField, type Topic, topics } from '../../scenario/catalogue.ts'
import { instanceForms } from '../../scenario/instance-forms.ts'
import { didYouMean } from '../../scenario/problems.ts'
import { rowKinds } from '../../trace/row-kinds.ts'
import type { Options } from '../options.ts'
import { type Console, type ExitCode, printJson, Refusal } from '../output.ts'
import { explainSubject } from './explain-subject.ts'

export function explain(options: Options, console: Console): ExitCode {
  const { positionals, isJson, language } = options
  const all = topics()
  if (positionals.length > 2) throw new Refusal('explain a TOPIC, or a FILE and a SUBJECT')
  if (positionals.length === 2) return explainSubject(options, console)
  const [topic] = positionals
  if (topic === undefined || topic === 'topics') {
    if (isJson) printJson(console, { topics: all.map(({ name, sort }) => ({ name, sort })) })
    else console.out(listOf(all, language))
    return 0
  }
  if (topic === 'rows') {
    if (isJson) printJson(console, { rows: rowKinds().map(({ name, says, a, b }) => ({ name, says, a, b })) })
    else for (const { name, says } of rowKinds()) console.out(`${name.padEnd(28)}  ${says[language]}\n`)
    return 0
  }
  if (topic === 'defaults') {
    const fields = all.flatMap(({ name, fields }) =>
      fields.filter(({ info }) => info.written !== undefined).map(field => ({ name, field })),
    )
    if (isJson) printJson(console, { defaults: fields.map(({ name, field }) => fieldObject(field, name)) })
    else for (const { name, field } of fields) console.out(`${fieldLine(field, language, `${name}.`)}\n`)
    return 0
  }
  const found = all.filter(({ name }) => name === topic)
  if (found.length > 0) {
    for (const one of found) printTopic(one)
    return 0
  }
  const type = INSTANCE_TYPES.findIndex(({ name }) => name === topic)
  if (type >= 0) {
    if (isJson) printJson(console, { ...INSTANCE_TYPES[type] })
    else console.out(`${topic} (size)  ${instanceForms[type].about[language]}\n  [${INSTANCE_TYPES[type].source}]\n`)
    return 0
  }
  const last = topic.slice(topic.lastIndexOf('.') + 1)
  const fields = all.flatMap(({ name, fields }) =>
    fields
      .filter(({ path }) => `${name}.${path}` === topic || path === topic || path.endsWith(`.${topic}`))
      .map(field => ({ name, field })),
  )
  if (fields.length > 0) {
    if (isJson) printJson(console, { fields: fields.map(({ name, field }) => fieldObject(field, name)) })
    else {
      for (const { name, field } of fields) console.out(`${fieldLine(field, language, `${name}.`)}\n`)
      const lists = fields.flatMap(({ field }) => (field.words === undefined ? [] : [field.words]))
      const words = lists.find(({ length }) => length > WORDS_MAX)
      if (words !== undefined) console.out(`  ${words.join(' | ')}\n`)
    }
    return 0
  }
  const known = [
    ...all.map(({ name }) => name),
    'rows',
    'defaults',
    ...INSTANCE_TYPES.map(({ name }) => name),
    ...all.flatMap(one => one.fields.map(({ path }) => path.slice(path.lastIndexOf('.') + 1))),
  ]
  const hint = didYouMean(topic, known) ?? didYouMean(last, known) ?? 'blackstart explain lists the topics'
  throw new Refusal(`there is no topic "${topic}" (${hint})`)

  function printTopic(one: Topic): void {
    const { name, sort, about, definition, unit, forms, fields } = one
    if (isJson) {
      printJson(console, {
        name,
        sort,
        about,
        ...(definition && { definition }),
        ...(unit !== undefined && { unit }),
        ...(forms && { forms }),
        fields: fields.map(field => fieldObject(field)),
      })
      return
    }
    console.out(`${name} (${sort}${unit === undefined ? '' : `, ${unit}`})  ${about[language]}\n`)
    if (definition !== undefined) console.out(`${definition[language]}\n`)
    const width = Math.max(0, ...(forms ?? []).map(({ written }) => written.length))
    for (const { written, about } of forms ?? []) console.out(`  ${written.padEnd(width)}  ${about[language]}\n`)
    for (const field of fields) console.out(`  ${fieldLine(field, language)}\n`)
  }
}

/** Headings of the sorts of topics, in the order in which they are listed. */
const HEADINGS: Readonly<Record<string, Readonly<Record<'en' | 'zh', string>>>> = {
  section: { en: 'Sections of a file', zh: '文件的各部分' },
  grammar: { en: 'How values are written', zh: '取值的写法' },
  service: { en: 'Kinds of service', zh: '服务类型' },
  client: { en: 'Kinds of client', zh: '客户端类型' },
  fault: { en: 'Faults', zh: '故障' },
  plan: { en: 'Plans', zh: '预案' },
  metric: { en: 'Metrics', zh: '指标' },
}

/** All topics by what sort they are, each with a line of its own. */
function listOf(all: readonly Topic[], language: 'en' | 'zh'): string {
  const width = Math.max(...all.map(({ name }) => name.length))
  const groups = [...new Set([...Object.keys(HEADINGS), ...all.map(({ sort }) => sort)])].map(sort => {
    const lines = all.filter(one => one.sort === sort).map(({ name, about }) => `  ${name.padEnd(width)}  ${about[language]}`)
    return [HEADINGS[sort]?.[language] ?? sort, ...lines].join('\n')
  })
  return `${groups.join('\n\n')}\n\nalso: rows, defaults, the name of any field\n`
}

/** More words than this are listed only where the field alone is asked about. */
const WORDS_MAX = 8

function fieldLine({ path, info, words, isRequired }: CatalogueField, language: 'en' | 'zh', prefix = ''): string {
  const about = info.about === undefined ? '' : `  ${info.about[language]}`
  const value = info.written === undefined ? (isRequired ? 'must be written' : 'may be left out') : `default ${info.written}`
  const source = info.source === undefined || info.written === undefined ? '' : ` [${info.source}]`
  const sort = words === undefined ? info.type : words.length > WORDS_MAX ? `one of ${words.length} words` : words.join(' | ')
  return `${(prefix + path).padEnd(30)}  ${sort}, ${value}${source}${about}`
}

function fieldObject({ path, info, words, isRequired }: CatalogueField, topic?: string): Record<string, unknown> {
  const { type, written, source, about } = info
  return {
    ...(topic !== undefined && { topic }),
    path,
    type,
    ...(words && { words }),
    required: isRequired,
    default: written ?? null,
    source: written === undefined ? null : (source ?? null),
    about: about ?? null,
  }
}
