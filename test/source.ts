/** Source files as text, for tests about the source itself. */
import { readdirSync, readFileSync } from 'node:fs'

/** Paths of the files below a folder that end in one of these, in order, from the root of the repository. */
export function filesIn(folder: string, ...endings: string[]): string[] {
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter(entry => entry.isFile() && endings.some(ending => entry.name.endsWith(ending)))
    .map(entry => `${entry.parentPath}/${entry.name}`.replaceAll('\\', '/'))
    .filter(path => !path.includes('node_modules/'))
  return found.sort((a, b) => (a < b ? -1 : 1))
}

export function textOf(path: string): string {
  return readFileSync(path, 'utf8')
}

/** What a file imports, as written, types included. */
export function importsOf(source: string): string[] {
  const statements = source.matchAll(/^\s*(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]/gm)
  const effects = source.matchAll(/^\s*import\s*['"]([^'"]+)['"]/gm)
  const calls = source.matchAll(/\b(?:import|new URL)\(\s*['"]([^'"]+)['"]/g)
  return [...statements, ...effects, ...calls].map(match => match[1])
}

/** Characters before a slash that make it the start of a regular expression, not a division. */
const BEFORE_REGEX = /(?:^|[([{,;=:!&|?+\-*%<>~^]|\b(?:return|case|typeof|of|in))\s*$/

/** The code of a TypeScript source: comments, texts and regular expressions left out, what templates insert kept. */
export function codeOf(source: string): string {
  let code = ''
  let at = 0
  const skipTo = (end: number): void => {
    at = end < 0 ? source.length : end
  }

  function text(quote: string): void {
    at++
    while (at < source.length && source[at] !== quote) at += source[at] === '\\' ? 2 : 1
    at++
    code += quote + quote
  }

  function template(): void {
    at++
    code += '""'
    while (at < source.length && source[at] !== '`') {
      if (source[at] === '$' && source[at + 1] === '{') {
        at += 2
        code += '('
        run('}')
        code += ')'
      } else at += source[at] === '\\' ? 2 : 1
    }
    at++
  }

  function regex(): void {
    let inClass = false
    at++
    while (at < source.length && (inClass || source[at] !== '/')) {
      if (source[at] === '[') inClass = true
      if (source[at] === ']') inClass = false
      at += source[at] === '\\' ? 2 : 1
    }
    at++
    while (/[a-z]/.test(source[at] ?? '')) at++
    code += '""'
  }

  /** Reads up to a closing brace of its own, or to the end. */
  function run(until: string): void {
    let depth = 0
    while (at < source.length) {
      const char = source[at]
      if (char === '/' && source[at + 1] === '/') skipTo(source.indexOf('\n', at))
      else if (char === '/' && source[at + 1] === '*') {
        const end = source.indexOf('*/', at + 2)
        skipTo(end < 0 ? -1 : end + 2)
      } else if (char === '/' && BEFORE_REGEX.test(code.slice(-40))) regex()
      else if (char === "'" || char === '"') text(char)
      else if (char === '`') template()
      else if (char === until && depth === 0) {
        at++
        return
      } else {
        if (char === '{') depth++
        if (char === '}') depth--
        code += char
        at++
      }
    }
  }

  run('')
  return code
}
