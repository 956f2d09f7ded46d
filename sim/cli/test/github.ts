/** Results as annotations on lines of files, in the words that GitHub's runners read. */
import { relative } from 'node:path'
import { answerText, questionText, verdictText } from '../report.ts'
import { labelOf, type Result } from './case.worker.ts'

/** A step shows ten annotations of a level and drops the others without a word. */
const SHOWN_MAX = 10

interface Annotation {
  readonly level: 'error' | 'warning'
  readonly file: string
  readonly line: number
  readonly column?: number
  readonly title: string
  readonly message: string
}

/** The lines, the gravest first; what is too much for GitHub is counted in a notice. */
export function annotations(results: readonly Result[], root: string): string[] {
  const found = [...results.filter(isFailed), ...results.filter(isInvalid), ...results.filter(isJudged)].flatMap(annotationsOf)
  return (['error', 'warning'] as const).flatMap(level => {
    const lines = found.filter(one => one.level === level).map(one => lineOf(one, root))
    const all = [...new Set(lines)] // what is wrong with a file is wrong in each of its variants
    const left = all.length - SHOWN_MAX
    const more = left > 0 ? [`::notice title=blackstart::and ${left} more ${level}s: see the log`] : []
    return [...all.slice(0, SHOWN_MAX), ...more]
  })
}

const isFailed = ({ kind }: Result): boolean => kind === 'failed'
const isInvalid = ({ kind }: Result): boolean => kind === 'invalid'
const isJudged = ({ kind }: Result): boolean => kind === 'judged'

function annotationsOf(result: Result): Annotation[] {
  const { file } = result
  switch (result.kind) {
    case 'failed':
      return [{ level: 'error', file, line: 1, title: `${labelOf(result)}: engine failure`, message: result.message }]
    case 'invalid':
      return result.problems.map(({ file, line, column, path, message, hint }) => ({
        level: 'error',
        file,
        line,
        column,
        title: path === '' ? 'invalid scenario' : path,
        message: hint === undefined ? message : `${message} (${hint})`,
      }))
    case 'judged':
      return result.checks.flatMap(check => {
        const { id, outcome, line } = check
        if (outcome !== 'unmet' && outcome !== 'open') return []
        const title = `${id} ${verdictText(check)}${result.variant === null ? '' : ` in ${result.variant}`}`
        const link = result.links[id]
        const message = `${questionText(check)}: ${answerText(check)}${link === undefined ? '' : `\n${link}`}`
        return [{ level: outcome === 'unmet' ? 'error' : 'warning', file, line, title, message }]
      })
    default:
      return result satisfies never
  }
}

function lineOf({ level, file, line, column, title, message }: Annotation, root: string): string {
  const place = [`file=${property(pathFrom(root, file))}`, `line=${line}`, ...(column === undefined ? [] : [`col=${column}`])]
  return `::${level} ${[...place, `title=${property(title)}`].join(',')}::${data(message)}`
}

/** Paths in annotations are those of the repository; what lies outside stays as it is. */
function pathFrom(root: string, file: string): string {
  const path = relative(root, file).replaceAll('\\', '/')
  return path.startsWith('../') ? file : path
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
