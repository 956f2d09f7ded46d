/** The scenarios that come with the page, and how anything that is asked for is read. */
import { parse } from 'yaml'
import { type Loaded, load, type Read } from '../../sim/scenario/load.ts'
import type { ScenarioEntry } from './protocol.ts'
import { entryOf, type Titled, textOf } from './report.ts'

const SHIPPED = '../../scenarios/'
const files = import.meta.glob('../../scenarios/**/*.yaml', { query: '?raw', import: 'default', eager: true }) as Record<
  string,
  string
>

const shipped = (path: string): string | undefined =>
  Object.hasOwn(files, `${SHIPPED}${path}`) ? files[`${SHIPPED}${path}`] : undefined

/** A scenario by its path below `scenarios/`, or the text of a local file. */
export interface Source {
  readonly file: string
  readonly text: string | null
}

/** The text of what is asked for; undefined when nothing of that name comes with the page. */
export function sourceOf({ file, text }: Source): string | undefined {
  return text ?? shipped(file)
}

/** Loads one variant of it; null is the file as written. */
export function loadSource(source: Source, text: string, variant: string | null): Loaded {
  return load(text, { file: source.file, read: readerFor(source), ...(variant !== null && { variant }) })
}

/** Reads what a scenario uses: the library, and files beside a shipped scenario. A local file brings none with it. */
function readerFor({ file, text }: Source): Read {
  const folder = file.includes('/') ? file.slice(0, file.lastIndexOf('/') + 1) : ''
  return path => {
    if (path.startsWith('library/')) return shipped(path)
    return text === null ? shipped(folder + path.replace(/^\.\//, '')) : undefined
  }
}

/** All but the library, those in folders last. */
export function catalogue(): ScenarioEntry[] {
  return Object.keys(files)
    .map(path => path.slice(SHIPPED.length))
    .filter(file => !file.startsWith('library/'))
    .sort((a, b) => Number(a.includes('/')) - Number(b.includes('/')) || (a < b ? -1 : 1))
    .map(file => {
      const given = parse(files[`${SHIPPED}${file}`]) as { name: string; title?: unknown; variants?: Titled }
      const { name, title, variants = {} } = given
      return { file, title: textOf(title, name), variants: Object.keys(variants).map(each => entryOf(variants, each)) }
    })
}
