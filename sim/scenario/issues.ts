/** What the schema finds wrong, in the words of someone who writes YAML. */
import type { z } from 'zod'
import { nameOf } from '../units/parse.ts'
import { valueAt } from './compose.ts'
import type { Path } from './document.ts'
import { didYouMean, nearestTo } from './problems.ts'

/** A problem before it has a place. */
export interface Finding {
  readonly path: Path
  readonly message: string
  readonly hint?: string | undefined
  /** Whether the key is what is wrong, rather than the value. */
  readonly onKey?: boolean
}

/** Separates what the error map knows from the message; no file can hold it. */
const MARK = '\u0000'

/** Asked by zod for each message: adds the keys or words that would have been right. */
export function errorMap(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === 'unrecognized_keys') {
    const shape = shapeOf(issue.inst)
    return `unknown key${MARK}${shape === undefined ? '' : Object.keys(shape).join(MARK)}`
  }
  if (issue.code === 'invalid_union' && 'discriminator' in issue) {
    const options = optionsOf(issue.inst)
    return `unknown kind${MARK}${options.join(MARK)}`
  }
  return undefined
}

/** Everything that zod complains of, in reading order of the schema. */
export function findingsOf(issues: readonly z.core.$ZodIssue[], data: unknown, base: Path = []): Finding[] {
  const findings = issues.flatMap(issue => findingsOfOne(issue, data, base))
  const meant = new Set<string>() // keys that are missing because they are misspelt
  for (const { onKey, path, hint } of findings) {
    const word = /^did you mean "(.*)"\?$/.exec(hint ?? '')?.[1]
    if (onKey === true && word !== undefined) meant.add([...path.slice(0, -1), word].join('.'))
  }
  return findings.filter(({ message, path }) => !(message === 'is missing' && meant.has(path.join('.'))))
}

function findingsOfOne(issue: z.core.$ZodIssue, data: unknown, base: Path): Finding[] {
  const path = [...base, ...(issue.path as (string | number)[])]
  const value = valueAt(data, path)
  switch (issue.code) {
    case 'unrecognized_keys': {
      const allowed = issue.message
        .split(MARK)
        .slice(1)
        .filter(key => key !== '')
      return issue.keys.map(key => ({
        path: [...path, key],
        message: 'unknown key',
        hint: didYouMean(key, allowed) ?? (allowed.length === 0 ? undefined : `known are ${shortList(allowed)}`),
        onKey: true,
      }))
    }
    case 'invalid_union': {
      if (issue.errors.length > 0) return findingsOf(likeliest(issue.errors, value), data, path)
      const options = issue.message.split(MARK).slice(1)
      if (value === undefined || value === null) return [{ path, message: 'is missing', hint: `one of ${shortList(options)}` }]
      if (typeof value !== 'string') return [{ path, message: `must be one of ${shortList(options)}, got ${nameOf(value)}` }]
      const hint = didYouMean(value, options) ?? `known are ${shortList(options)}`
      return [{ path, message: `unknown ${String(path[path.length - 1])} ${nameOf(value)}`, hint }]
    }
    case 'invalid_key': {
      const [inner] = issue.issues
      return [{ path, message: inner === undefined ? 'is not an id' : inner.message, onKey: true }]
    }
    case 'invalid_value': {
      const words = issue.values.map(String)
      if (value === undefined)
        return [
          {
            path,
            message: 'is missing',
            hint: words.length === 1 ? `write ${String(path[path.length - 1])}: ${words[0]}` : `one of ${shortList(words)}`,
          },
        ]
      const near = typeof value === 'string' ? nearestTo(value, words) : undefined
      const message =
        words.length === 1
          ? `must be ${words[0]}, got ${nameOf(value)}`
          : `must be one of ${shortList(words)}, got ${nameOf(value)}`
      return [{ path, message, hint: near === undefined ? undefined : `did you mean "${near}"?` }]
    }
    case 'invalid_type': {
      const wanted = NAMES[issue.expected] ?? issue.expected
      return [
        value === undefined
          ? { path, message: 'is missing', hint: `needs ${wanted}` }
          : { path, message: `must be ${wanted}, got ${nameOf(value)}` },
      ]
    }
    case 'custom': {
      const hint = issue.params?.hint
      return [{ path, message: issue.message, hint: typeof hint === 'string' ? hint : undefined }]
    }
    case 'too_small': {
      const isMany = issue.origin === 'array' || issue.origin === 'map'
      const least = issue.minimum === 1 ? 'one' : String(issue.minimum)
      return [{ path, message: isMany ? `needs at least ${least}` : 'is too short or too small' }]
    }
    case 'too_big':
      return [{ path, message: issue.origin === 'array' ? 'has too many' : 'is too long or too large' }]
    default:
      return [{ path, message: issue.message }]
  }
}

const NAMES: Readonly<Record<string, string>> = {
  object: 'a map',
  record: 'a map',
  array: 'a list',
  tuple: 'a list',
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
  int: 'a whole number',
}

/** Of several forms that a value may have, the complaints of the one it comes nearest to. */
function likeliest(branches: readonly (readonly z.core.$ZodIssue[])[], value: unknown): readonly z.core.$ZodIssue[] {
  const isContainer = typeof value === 'object' && value !== null
  const isOfOtherKind = (issue: z.core.$ZodIssue): boolean =>
    issue.code === 'invalid_union' &&
    issue.errors.length === 0 &&
    issue.path.length === 1 &&
    valueAt(value, issue.path as Path) === undefined
  const misses = (issue: z.core.$ZodIssue): boolean =>
    isOfOtherKind(issue) ||
    (issue.path.length === 0 &&
      (issue.code === 'invalid_type' || issue.code === 'invalid_value' || (issue.code === 'custom' && isContainer)))
  const near = branches.filter(issues => !issues.some(misses))
  const weight = (issues: readonly z.core.$ZodIssue[]): number => {
    let sum = 0
    for (const issue of issues) sum += issue.code === 'unrecognized_keys' ? issue.keys.length : 1
    return sum
  }
  let best = near[0] ?? branches[0]
  for (const issues of near) if (weight(issues) < weight(best)) best = issues
  return best
}

function shortList(words: readonly string[]): string {
  return words.length <= 14 ? words.join(', ') : `${words.slice(0, 14).join(', ')} …`
}

function shapeOf(schema: unknown): object | undefined {
  return (schema as { _zod?: { def?: { shape?: object } } } | undefined)?._zod?.def?.shape
}

/** The words that tell the options of a discriminated union apart. */
function optionsOf(schema: unknown): string[] {
  const def = (schema as { _zod?: { def?: { options?: readonly unknown[]; discriminator?: string } } } | undefined)?._zod?.def
  const key = def?.discriminator
  if (def?.options === undefined || key === undefined) return []
  return def.options.flatMap(option => {
    const values = (option as { _zod: { propValues?: Record<string, Set<unknown>> } })._zod.propValues?.[key]
    return values === undefined ? [] : [...values].filter(value => typeof value === 'string')
  })
}
