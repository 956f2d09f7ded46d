/** Scenario files on disk: reading them, the library that is shipped, and what a file may use. */
import { closeSync, openSync, readdirSync, readFileSync, readSync, realpathSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Read } from '../scenario/load.ts'
import { Refusal } from './output.ts'

/** The folder of the package: the nearest above this file with a package.json. */
export function packageFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!exists(join(folder, 'package.json'))) {
    const parent = dirname(folder)
    if (parent === folder) throw new Error('no package.json above the command')
    folder = parent
  }
  return folder
}

/** The version in the package.json. */
export function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(join(packageFolder(), 'package.json'), 'utf8')) as { version: string }
  return version
}

/** The text of a scenario file; `-` is standard input. No more than `bytesMax` and a little is ever read. */
export function readScenario(file: string, bytesMax: number): string {
  try {
    return readUpTo(file === '-' ? 0 : file, bytesMax)
  } catch (error) {
    throw new Refusal(`${file}: ${reason(error)}`, file, [
      { file, line: 1, column: 1, path: '', message: `cannot be read: ${reason(error)}` },
    ])
  }
}

/** Reads what a scenario file uses: from the library shipped, or from the file's own folder and nowhere else. */
export function readerFor(file: string, bytesMax: number): Read {
  const own = file === '-' ? process.cwd() : dirname(resolve(file))
  const library = join(packageFolder(), 'scenarios')
  return path => {
    const root = path.startsWith('library/') ? join(library, 'library') : own
    const wanted = join(path.startsWith('library/') ? library : own, path)
    try {
      // Links may lead elsewhere: what counts is where the file really is.
      const real = realpathSync(wanted)
      if (relative(realpathSync(root), real).split(sep)[0] === '..') return undefined
      return readUpTo(real, bytesMax)
    } catch {
      return undefined
    }
  }
}

/** Scenario files among files and folders, in order: folders are searched, hidden ones left out, and `library` if not wanted. */
export function scenarioFiles(
  paths: readonly string[],
  which: 'with library' | 'without library' = 'without library',
): string[] {
  return paths.flatMap(path => {
    if (!exists(path)) throw new Refusal(`${path}: there is no such file or folder`, path)
    return statSync(path).isDirectory() ? inFolder(path, which) : [path]
  })
}

function inFolder(folder: string, which: 'with library' | 'without library'): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  return entries.flatMap(entry => {
    if (entry.name.startsWith('.') || entry.name === 'node_modules') return []
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return entry.name === 'library' && which === 'without library' ? [] : inFolder(path, which)
    return /\.ya?ml$/.test(entry.name) ? [path] : []
  })
}

/** At most one byte more than allowed: enough for the loader to see that it is too much. */
function readUpTo(file: string | number, bytesMax: number): string {
  const handle = typeof file === 'number' ? file : openSync(file, 'r')
  try {
    const chunks: Buffer[] = []
    let length = 0
    while (length <= bytesMax) {
      const chunk = Buffer.alloc(Math.min(1 << 16, bytesMax + 1 - length))
      const count = readSync(handle, chunk)
      if (count === 0) break
      chunks.push(chunk.subarray(0, count))
      length += count
    }
    return new TextDecoder().decode(Buffer.concat(chunks)).padEnd(length > bytesMax ? bytesMax + 1 : 0)
  } finally {
    if (typeof file !== 'number') closeSync(handle)
  }
}

export function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined
}

function reason(error: unknown): string {
  const code = (error as { code?: string }).code
  if (code === 'ENOENT') return 'there is no such file'
  if (code === 'EISDIR') return 'it is a folder'
  if (code === 'EACCES') return 'it may not be read'
  return error instanceof Error ? error.message : String(error)
}
