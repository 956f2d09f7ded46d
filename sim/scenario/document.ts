/**
 * One YAML text → plain data in which every value knows where it was written. Strict and bounded: strangers' files may be
 * broken or hostile, and no text may run code, hang or fill the memory. Knows nothing of scenarios.
 */
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type Scalar } from 'yaml'
import { type Limits, PROBLEMS_MAX, type Problem } from './problems.ts'

/** Where something was written. */
export interface Spot {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** A path into plain data. */
export type Path = readonly (string | number)[]

interface EntrySpot {
  readonly key: Spot
  readonly value: Spot
}

/** Where the entries of maps and lists were written, whichever file they came from. */
export class Spots {
  private readonly entries = new WeakMap<object, Map<string, EntrySpot>>()

  /** Notes where one entry of a map or list was written. */
  note(container: object, key: string | number, spot: EntrySpot): void {
    const known = this.entries.get(container) ?? new Map<string, EntrySpot>()
    known.set(String(key), spot)
    this.entries.set(container, known)
  }

  /** Where an entry was written, if that is known. */
  of(container: object, key: string | number): EntrySpot | undefined {
    return this.entries.get(container)?.get(String(key))
  }

  /** The spot of the value at a path, or of its key; of the key of what is nearest above when there is nothing there. */
  find(root: unknown, path: Path, whole: Spot, wanted: 'key' | 'value' = 'value'): Spot {
    let at = root
    let spot = whole
    for (let i = 0; i < path.length; i++) {
      const entry = typeof at === 'object' && at !== null ? this.of(at, path[i]) : undefined
      if (entry === undefined) return spot
      const isLast = i === path.length - 1
      spot = isLast && wanted === 'value' ? entry.value : entry.key
      at = (at as Record<string, unknown>)[path[i]]
    }
    return spot
  }
}

/** Keys that name a part of every JavaScript object. */
const REFUSED = new Set(['__proto__', 'constructor', 'prototype'])

/** Reads one text. `data` is absent when it cannot be read at all. */
export function readDocument(
  text: string,
  file: string,
  limits: Limits,
  spots: Spots,
): { data?: unknown; problems: Problem[] } {
  const problems: Problem[] = []
  const complain = (spot: Spot, path: Path, message: string, hint?: string): void => {
    if (problems.length > PROBLEMS_MAX) return
    problems.push({ ...spot, path: path.join('.'), message, ...(hint !== undefined && { hint }) })
  }
  const top = { file, line: 1, column: 1 }
  if (byteLength(text, limits.bytes) > limits.bytes) {
    complain(top, [], `the file is larger than ${limits.bytes} bytes`, 'raise the limit with --max-bytes')
    return { problems }
  }
  const counter = new LineCounter()
  let document: Document.Parsed
  try {
    document = parseDocument(text, {
      lineCounter: counter,
      prettyErrors: false,
      version: '1.2',
      strict: true,
      uniqueKeys: false,
    })
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    complain(
      top,
      [],
      `maps and lists lie inside one another more than ${limits.depth} deep`,
      'raise the limit with --max-depth',
    )
    return { problems }
  }
  const spotOf = (offset: number): Spot => {
    const { line, col } = counter.linePos(Math.min(offset, text.length))
    return { file, line: Math.max(1, line), column: Math.max(1, col) }
  }
  let isReadable = true
  for (const { code, message, pos } of [...document.errors, ...document.warnings]) {
    if (problems.length >= PROBLEMS_MAX) break
    if (code === 'TAG_RESOLVE_FAILED') {
      complain(
        spotOf(pos[0]),
        [],
        `unknown tag ${text.slice(pos[0], pos[1]).slice(0, 40)}`,
        'tags have no meaning here: remove it',
      )
      continue
    }
    isReadable = false
    if (/call stack/i.test(message)) {
      complain(spotOf(pos[0]), [], `maps and lists lie inside one another more than ${limits.depth} deep`, 'write it flatter')
      break
    }
    complain(spotOf(pos[0]), [], message.split('\n')[0])
  }
  if (!isReadable) return { problems }
  if (document.contents === null) {
    complain(top, [], 'the file is empty', 'blackstart new FILE writes a scenario to start from')
    return { problems }
  }

  const anchors = new Map<string, Node>()
  let aliases = 0
  let values = 0
  let isBounded = true

  function refuse(spot: Spot, path: Path, message: string, option: string): undefined {
    if (isBounded) complain(spot, path, message, `raise the limit with ${option}`)
    isBounded = false
    return undefined
  }

  function convert(node: Node | null, path: Path, depth: number): unknown {
    if (!isBounded || node === null) return null
    const spot = spotOf(node.range?.[0] ?? 0)
    if (++values > limits.values) return refuse(spot, path, `the file holds more than ${limits.values} values`, '--max-values')
    if (depth > limits.depth) {
      return refuse(spot, path, `maps and lists lie inside one another more than ${limits.depth} deep`, '--max-depth')
    }
    if (isAlias(node)) {
      if (++aliases > limits.aliases)
        return refuse(spot, path, `the file uses more than ${limits.aliases} aliases`, '--max-aliases')
      const source = anchors.get(node.source)
      if (source !== undefined) return convert(source, path, depth)
      complain(spot, path, `*${node.source} refers to nothing before it`, `write &${node.source} at what is meant`)
      return null
    }
    let value: unknown
    if (isScalar(node)) value = node.value
    else if (isMap(node)) value = convertMap(node, path, depth)
    else if (isSeq(node)) {
      const list: unknown[] = []
      for (const [i, item] of node.items.entries()) {
        const child = item as Node | null
        const at = spotOf(child?.range?.[0] ?? node.range?.[0] ?? 0)
        spots.note(list, i, { key: at, value: at })
        list.push(convert(child, [...path, i], depth + 1))
      }
      value = list
    }
    if (node.anchor !== undefined) anchors.set(node.anchor, node)
    return value
  }

  function convertMap(node: { items: readonly { key: unknown; value: unknown }[] }, path: Path, depth: number): object {
    const map: Record<string, unknown> = {}
    for (const { key, value } of node.items) {
      const keyNode = key as Node | null
      const keySpot = spotOf(keyNode?.range?.[0] ?? 0)
      if (!isScalar(keyNode) || keyNode.value === null) {
        complain(keySpot, path, 'a key must be a plain word')
        continue
      }
      const name = keyText(keyNode)
      if (REFUSED.has(name)) {
        complain(keySpot, [...path, name], `"${name}" cannot be a key`)
        continue
      }
      if (Object.hasOwn(map, name)) {
        complain(keySpot, [...path, name], `"${name}" is written twice in one map`, 'remove one of the two')
        continue
      }
      const child = value as Node | null
      const range = child?.range
      const valueSpot = range != null && range[1] > range[0] ? spotOf(range[0]) : keySpot
      spots.note(map, name, { key: keySpot, value: valueSpot })
      map[name] = convert(child, [...path, name], depth + 1)
    }
    return map
  }

  const data = convert(document.contents, [], 0)
  return isBounded ? { data, problems } : { problems }
}

/** A key as it was written: `1` and `01` are different ids. */
function keyText({ source, value }: Scalar): string {
  return typeof value === 'string' ? value : (source ?? String(value))
}

/** Length in UTF-8, or anything above `enough` once it is known to be more. */
function byteLength(text: string, enough: number): number {
  if (text.length > enough) return text.length
  let bytes = text.length
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code > 0x7f) bytes += code > 0x7ff && (code < 0xd800 || code > 0xdfff) ? 2 : 1
  }
  return bytes
}
