/** `blackstart explain TOPIC`: fields, kinds and metrics, with defaults and where they come from; or a subject of a run. */
import { type CatalogueField, type Topic, topics } from '../scenario/catalogue.ts'
import { didYouMean } from '../scenario/problems.ts'
import { rowKinds } from '../trace/row-kinds.ts'
import { explainSubject } from './explain-subject.ts'
import type { Options } from './options.ts'
import { type Console, type ExitCode, printJson, Refusal } from './output.ts'

export function explain(options: Options, console: Console): ExitCode {
  const { positionals, isJson, language } = options
  const all = topics()
  if (positionals.length > 2) throw new Refusal('explain a TOPIC, or a FILE and a SUBJECT')
  if (positionals.length === 2) return explainSubject(options, console)
  const [topic] = positionals
  if (topic === undefined || topic === 'topics') {
    const lines = sorts(all).map(([sort, names]) => `${sort}: ${names.join(', ')}`)
    if (isJson) printJson(console, { topics: all.map(({ name, sort }) => ({ name, sort })) })
    else console.out(`${lines.join('\n')}\nalso: rows, defaults, the name of any field\n`)
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
  const last = topic.slice(topic.lastIndexOf('.') + 1)
  const fields = all.flatMap(({ name, fields }) =>
    fields
      .filter(({ path }) => `${name}.${path}` === topic || path === topic || path.endsWith(`.${topic}`))
      .map(field => ({ name, field })),
  )
  if (fields.length > 0) {
    if (isJson) printJson(console, { fields: fields.map(({ name, field }) => fieldObject(field, name)) })
    else for (const { name, field } of fields) console.out(`${fieldLine(field, language, `${name}.`)}\n`)
    return 0
  }
  const known = [
    ...all.map(({ name }) => name),
    'rows',
    'defaults',
    ...all.flatMap(one => one.fields.map(({ path }) => path.slice(path.lastIndexOf('.') + 1))),
  ]
  const hint = didYouMean(topic, known) ?? didYouMean(last, known) ?? 'blackstart explain lists the topics'
  throw new Refusal(`there is no topic "${topic}" (${hint})`)

  function printTopic(one: Topic): void {
    const { name, sort, about, definition, unit, fields } = one
    if (isJson) {
      printJson(console, {
        name,
        sort,
        about,
        ...(definition && { definition }),
        ...(unit !== undefined && { unit }),
        fields: fields.map(field => fieldObject(field)),
      })
      return
    }
    console.out(`${name} (${sort}${unit === undefined ? '' : `, ${unit}`})  ${about[language]}\n`)
    if (definition !== undefined) console.out(`${definition[language]}\n`)
    for (const field of fields) console.out(`  ${fieldLine(field, language)}\n`)
  }
}

function sorts(all: readonly Topic[]): [string, string[]][] {
  const bySort = new Map<string, string[]>()
  for (const { name, sort } of all) bySort.set(sort, [...(bySort.get(sort) ?? []), name])
  return [...bySort]
}

function fieldLine({ path, info, isRequired }: CatalogueField, language: 'en' | 'zh', prefix = ''): string {
  const about = info.about === undefined ? '' : `  ${info.about[language]}`
  const value = info.written === undefined ? (isRequired ? 'must be written' : 'may be left out') : `default ${info.written}`
  const source = info.source === undefined || info.written === undefined ? '' : ` [${info.source}]`
  return `${(prefix + path).padEnd(30)}  ${info.type}, ${value}${source}${about}`
}

function fieldObject({ path, info, isRequired }: CatalogueField, topic?: string): Record<string, unknown> {
  const { type, written, source, about } = info
  return {
    ...(topic !== undefined && { topic }),
    path,
    type,
    required: isRequired,
    default: written ?? null,
    source: written === undefined ? null : (source ?? null),
    about: about ?? null,
  }
}
