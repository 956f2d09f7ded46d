/** Addresses that open the page on one scenario, variant, seed and moment. */
import { realpathSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { deflateRawSync } from 'node:zlib'
import { packageFolder } from '../files.ts'
import type { Options } from '../options.ts'

/** What the page is to show. */
export interface Shown {
  readonly file: string
  readonly text: string
  readonly variant: string | null
  readonly seed: string
  /** s; null when no moment stands out. */
  readonly at: number | null
}

/** Longer addresses are cut by browsers, chats and logs. */
const LENGTH_MAX = 8000

/**
 * The address: a scenario that comes with the page by its path below `scenarios/`, any other by its compressed text. Undefined
 * where the page could not show the same: after `--set`, for files that use others of their own folder, and for very long ones.
 */
export function linkTo({ file, text, variant, seed, at }: Shown, { page, set }: Options): string | undefined {
  if (set.length > 0) return undefined
  const path = pathOfShipped(file)
  if (path === undefined && /^use:[^#]*\.\//m.test(text)) return undefined
  const hash = new URLSearchParams()
  if (path === undefined) hash.set('s', deflateRawSync(text, { level: 9 }).toString('base64url'))
  else hash.set('scenario', path)
  if (variant !== null) hash.set('variant', variant)
  hash.set('seed', seed)
  if (at !== null) hash.set('t', String(at))
  const link = `${page}#${String(hash).replaceAll('%2F', '/')}`
  return link.length > LENGTH_MAX ? undefined : link
}

/** The path below `scenarios/` of a file that comes with the page, with `/` between its parts. */
function pathOfShipped(file: string): string | undefined {
  const path = relative(realpathSync(join(packageFolder(), 'scenarios')), realpathSync(file)).split(sep)
  return path[0] === '..' || path[0] === '' ? undefined : path.join('/')
}
