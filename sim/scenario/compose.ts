/**
 * One scenario out of several texts: files used underneath, then a variant's changes, then changes asked for on the command
 * line. Works on plain data, before anything is validated, and keeps track of where each value was written.
 */
import { type Path, readDocument, type Spot, type Spots } from './document.ts'
import { didYouMean, type Limits, type Problem } from './problems.ts'

/** A map of plain data. */
export type Data = Record<string, unknown>

/** Reads a file by `library/NAME.yaml` or `./path.yaml` (relative to the scenario's folder); undefined when there is none. */
export type Read = (path: string) => string | undefined

export interface Composition {
  readonly file: string
  readonly read: Read
  readonly limits: Limits
  readonly spots: Spots
  readonly problems: Problem[]
}

/** What belongs to one file alone and is not taken from files underneath. */
const OWN = ['use', 'name', 'title', 'question']
/** Values that mean something only as a whole. */
const WHOLE = new Set(['target', 'at', 'until', 'after', 'of', 'from', 'between', 'rate'])
const WHOLE_BY_CONTENT = ['uniform', 'exponential', 'exp', 'lognormal', 'diurnal']
/** Maps from ids: an entry of one of these exists because somebody wrote it. */
const NAMED = new Set(['world', 'feeds', 'machines', 'services', 'clients', 'plans', 'faults', 'expect'])
const SETTABLE = ['run', ...NAMED]

export function isMap(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The file with everything it uses merged underneath; undefined when it cannot be read. */
export function composeFile(text: string, composition: Composition): Data | undefined {
  const { file } = composition
  let files = 0
  return open(text, `./${file.slice(file.lastIndexOf('/') + 1)}`, file, [])

  function open(content: string, path: string, shown: string, chain: readonly string[]): Data | undefined {
    const { problems, spots, limits } = composition
    const { data, problems: found } = readDocument(content, shown, limits, spots)
    problems.push(...found)
    if (data === undefined) return undefined
    const top = { file: shown, line: 1, column: 1 }
    if (!isMap(data)) {
      problems.push({ ...top, path: '', message: 'a scenario is a map', hint: 'begin with blackstart: 1' })
      return undefined
    }
    if (data.use === undefined) return data
    const names = Array.isArray(data.use) ? data.use : []
    let under: Data = {}
    for (const [i, name] of names.entries()) {
      if (typeof name !== 'string') continue // the schema says so
      const used = useOf(name, path, spots.find(data, ['use', i], top), [...chain, path])
      if (used !== undefined) under = merge(under, used, spots)
    }
    for (const key of OWN) delete under[key]
    return merge(under, data, spots)
  }

  function useOf(name: string, from: string, spot: Spot, chain: readonly string[]): Data | undefined {
    const { problems, limits, read } = composition
    const complain = (message: string, hint?: string): undefined => {
      problems.push({ ...spot, path: 'use', message, ...(hint !== undefined && { hint }) })
      return undefined
    }
    const path = pathOf(name, from)
    if (path === undefined) {
      return complain(
        `${JSON.stringify(name.slice(0, 80))} leaves the library and the file's own folder`,
        'write library/NAME or ./NAME',
      )
    }
    if (chain.includes(path)) return complain(`files use each other in a circle: ${[...chain, path].join(' → ')}`)
    if (++files > limits.files) return complain(`more than ${limits.files} files are used`, 'raise the limit with --max-files')
    const content = read(path)
    if (content === undefined) return complain(`cannot read ${path}`, 'is it there?')
    const folder = file.slice(0, file.lastIndexOf('/') + 1)
    return open(content, path, path.startsWith('./') ? folder + path.slice(2) : path, chain)
  }
}

/** The path that a `use` written in the file at `from` means, or undefined when it leads outside. */
function pathOf(name: string, from: string): string | undefined {
  if (!/^[A-Za-z0-9._/-]+$/.test(name)) return undefined
  const inLibrary = name.startsWith('library/') || (name.startsWith('./') && from.startsWith('library/'))
  if (!name.startsWith('library/') && !name.startsWith('./') && !name.startsWith('../')) return undefined
  const start = name.startsWith('library/') ? [] : from.split('/').slice(0, -1)
  const parts: string[] = []
  for (const part of [...start, ...name.split('/')]) {
    if (part === '' || part === '.') continue
    if (part !== '..') parts.push(part)
    else if (parts.pop() === undefined) return undefined
  }
  if (inLibrary !== (parts[0] === 'library')) return undefined
  if (inLibrary && parts.length < 2) return undefined
  const path = /\.ya?ml$/.test(name) ? parts.join('/') : `${parts.join('/')}.yaml`
  return inLibrary ? path : `./${path}`
}

/** `over` on top of `under`: maps are merged, anything else is replaced, null removes what lies underneath. */
export function merge(under: Data, over: Data, spots: Spots): Data {
  const merged: Data = {}
  for (const key of Object.keys(under)) keep(under, key)
  for (const key of Object.keys(over)) {
    const below = merged[key]
    const value = over[key]
    keep(over, key)
    if (value === null && below !== undefined) delete merged[key]
    else if (isMap(below) && isMap(value) && !isWhole(key, below, value)) merged[key] = merge(below, value, spots)
  }
  return merged

  function keep(from: Data, key: string): void {
    merged[key] = from[key]
    const spot = spots.of(from, key)
    if (spot !== undefined) spots.note(merged, key, spot)
  }
}

function isWhole(key: string, below: Data, value: Data): boolean {
  if (WHOLE.has(key) || WHOLE_BY_CONTENT.some(one => one in value)) return true
  return 'kind' in value && value.kind !== below.kind
}

/** Applies a variant: its `set`, then its `expect`, an id at a time. */
export function applyVariant(data: Data, name: string, composition: Composition, whole: Spot): Data {
  const { spots, problems } = composition
  const variants = isMap(data.variants) ? data.variants : {}
  if (!Object.hasOwn(variants, name)) {
    const names = Object.keys(variants)
    const hint = didYouMean(name, names) ?? (names.length > 0 ? `there are ${names.join(', ')}` : 'the file has none')
    problems.push({
      ...spots.find(data, ['variants'], whole, 'key'),
      path: 'variants',
      message: `there is no variant "${name}"`,
      hint,
    })
    return data
  }
  const variant = variants[name]
  if (!isMap(variant)) return data
  let changed = data
  if (isMap(variant.set)) {
    for (const path of Object.keys(variant.set)) {
      const spot = spots.find(data, ['variants', name, 'set', path], whole)
      const key = spots.find(data, ['variants', name, 'set', path], whole, 'key')
      changed = applySet(changed, path, variant.set[path], { key, value: spot }, `variants.${name}.set.`, composition)
    }
  }
  if (isMap(variant.expect)) {
    const expect = merge(isMap(changed.expect) ? changed.expect : {}, variant.expect, spots)
    changed = copy(changed, spots)
    changed.expect = expect
  }
  return changed
}

/** Sets one value by dotted path. What is on the way must exist, except fields that have a default. */
export function applySet(
  data: Data,
  dotted: string,
  value: unknown,
  spot: { readonly key: Spot; readonly value: Spot },
  prefix: string,
  { spots, problems }: Composition,
): Data {
  const path = dotted.split('.')
  const complain = (message: string, hint?: string): Data => {
    problems.push({ ...spot.key, path: prefix + dotted, message, ...(hint !== undefined && { hint }) })
    return data
  }
  if (path.some(part => part === '' || part === '__proto__' || part === 'constructor' || part === 'prototype')) {
    return complain('is not a path', 'write services.web.instances')
  }
  if (path.length < 2 && SETTABLE.includes(path[0])) {
    return complain('cannot be set as a whole', 'write the path of a value in it, such as services.web.instances')
  }
  if (!SETTABLE.includes(path[0])) {
    return complain(
      `nothing can be set at "${path[0]}"`,
      didYouMean(path[0], SETTABLE) ?? `paths begin with ${SETTABLE.join(', ')}`,
    )
  }
  const root = copy(data, spots)
  let at: Data = root
  for (let i = 0; i < path.length - 1; i++) {
    const part = path[i]
    if (i === 1 && NAMED.has(path[0]) && !Object.hasOwn(at, part) && !isBuiltIn(path)) {
      return complain(`there is no "${part}" in ${path[0]}`, didYouMean(part, Object.keys(at)) ?? listOf(Object.keys(at)))
    }
    const below = Object.hasOwn(at, part) ? at[part] : {}
    const opened = openForChange(part, below, spots)
    if (opened === undefined) return complain(`"${path.slice(0, i + 1).join('.')}" is not a map, so nothing can be set in it`)
    if (spots.of(at, part) === undefined) spots.note(at, part, spot)
    at[part] = opened
    at = opened
  }
  const last = path[path.length - 1]
  if (path.length === 2 && NAMED.has(path[0]) && !Object.hasOwn(at, last) && !isBuiltIn(path)) {
    return complain(`there is no "${last}" in ${path[0]}`, didYouMean(last, Object.keys(at)) ?? listOf(Object.keys(at)))
  }
  at[last] = value
  spots.note(at, last, spot)
  return root
}

/** The default machine is there without being written. */
function isBuiltIn([map, id]: readonly string[]): boolean {
  return map === 'machines' && id === 'nitro'
}

/** A copy to be changed; the short forms of zones and data centres become maps so that one of them can be changed. */
function openForChange(key: string, value: unknown, spots: Spots): Data | undefined {
  if (isMap(value)) return copy(value, spots)
  if (key === 'zones' && Array.isArray(value)) {
    return Object.fromEntries(value.filter(zone => typeof zone === 'string').map(zone => [zone, {}]))
  }
  if (key === 'datacentres' && typeof value === 'number' && value >= 1 && value <= 1000) {
    return Object.fromEntries(Array.from({ length: Math.trunc(value) }, (_, i) => [`dc${i + 1}`, {}]))
  }
  return undefined
}

function copy(map: Data, spots: Spots): Data {
  return merge({}, map, spots)
}

function listOf(names: readonly string[]): string | undefined {
  return names.length === 0 ? undefined : `there are ${names.slice(0, 12).join(', ')}`
}

/** The value at a path of plain data. */
export function valueAt(data: unknown, path: Path): unknown {
  let at = data
  for (const part of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, part)) return undefined
    at = (at as Data)[part]
  }
  return at
}
