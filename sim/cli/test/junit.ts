/** Results as JUnit XML, which CI systems read: a suite for each case, a test case for each expectation. */

import { formatProblem } from '../../scenario/problems.ts'
import type { Check } from '../../verdicts/judge.ts'
import { packageVersion } from '../files.ts'
import { answerText, questionText, verdictText } from '../report.ts'
import { type Case, labelOf, type Result } from './case.worker.ts'

/** The document, piece by piece. Nothing in it but `time` changes from one run of the same files to the next. */
export function* junitPieces(results: readonly Result[], left: number): Generator<string> {
  const suites = results.map(result => ({ result, wall: result.kind === 'judged' ? result.wall : 0, cases: casesOf(result) }))
  const wall = suites.reduce((sum, suite) => sum + suite.wall, 0)
  const name = left > 0 ? `blackstart (partial: ${left} cases were not run)` : 'blackstart'
  yield '<?xml version="1.0" encoding="UTF-8"?>\n'
  yield `<testsuites${attributes({ name, ...counts(suites.flatMap(({ cases }) => cases)), time: wall.toFixed(3) })}>\n`
  for (const { result, wall, cases } of suites) {
    const { file } = result
    yield `  <testsuite${attributes({ name: labelOf(result), file, ...counts(cases), time: wall.toFixed(3) })}>\n`
    yield propertiesOf(result)
    const share = (wall / Math.max(1, cases.length)).toFixed(3)
    for (const { name, line, body } of cases) {
      const shown = attributes({ classname: labelOf(result), name, file, line, time: share })
      yield body === undefined ? `    <testcase${shown}/>\n` : `    <testcase${shown}>${element(body)}</testcase>\n`
    }
    yield '  </testsuite>\n'
  }
  yield '</testsuites>\n'
}

interface Body {
  readonly tag: 'failure' | 'error' | 'skipped'
  readonly message: string
  readonly type?: string
  readonly text?: string
}

interface TestCase {
  readonly name: string
  readonly line: number
  readonly body?: Body
}

function casesOf(result: Result): TestCase[] {
  switch (result.kind) {
    case 'judged':
      return result.checks.map(check => {
        const body = bodyOf(check, result.seed, result.links[check.id])
        return { name: `${check.id} ${questionText(check)}`, line: check.line, ...(body && { body }) }
      })
    case 'invalid': {
      const [{ line, message }] = result.problems
      const text = result.problems.map(formatProblem).join('\n')
      return [{ name: 'the file is valid', line, body: { tag: 'error', type: 'invalid', message, text } }]
    }
    case 'failed':
      return [{ name: 'the run ends', line: 1, body: { tag: 'error', type: 'engine failure', message: result.message } }]
    default:
      return result satisfies never
  }
}

/** What is said of an expectation that did not simply turn out well. JUnit has no word for inconclusive: it is skipped. */
function bodyOf(check: Check, seed: string, link: string | undefined): Body | undefined {
  const { outcome, verdict, because, at } = check
  const message = `${verdictText(check)}: ${answerText(check)}`
  if (outcome === 'unmet') {
    const moment = at === null ? [] : [`at ${at} s`]
    return {
      tag: 'failure',
      type: verdict,
      message,
      text: [`seed ${seed}`, ...moment, ...(link === undefined ? [] : [link])].join('\n'),
    }
  }
  if (outcome === 'open') return { tag: 'skipped', message }
  const reason = because === undefined ? '' : `; ${because.en}`
  return outcome === 'shown' ? { tag: 'skipped', message: `only shown: ${message}${reason}` } : undefined
}

function propertiesOf(result: Result): string {
  const shown: Record<string, string> = { blackstart: packageVersion(), scenario: result.file, ...variantOf(result) }
  if (result.kind === 'judged') {
    Object.assign(shown, { seed: result.seed, scenarioHash: result.scenarioHash, fingerprint: result.fingerprint })
  }
  const lines = Object.entries(shown).map(([name, value]) => `      <property${attributes({ name, value })}/>\n`)
  return `    <properties>\n${lines.join('')}    </properties>\n`
}

function variantOf({ variant }: Case): Record<string, string> {
  return variant === null ? {} : { variant }
}

function counts(cases: readonly TestCase[]): Record<string, number> {
  const count = (tag: Body['tag']): number => cases.filter(({ body }) => body?.tag === tag).length
  return { tests: cases.length, failures: count('failure'), errors: count('error'), skipped: count('skipped') }
}

function element({ tag, message, type, text = '' }: Body): string {
  const shown = attributes({ message, ...(type !== undefined && { type }) })
  return text === '' ? `<${tag}${shown}/>` : `<${tag}${shown}>${escaped(text)}</${tag}>`
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escaped(String(value)).replace(/[\t\n\r]/g, at => `&#${at.charCodeAt(0)};`)}"`)
    .join('')
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Text that XML can hold: markup escaped, characters that it forbids replaced. */
function escaped(text: string): string {
  return text
    .replace(/[&<>"]/g, at => ENTITIES[at])
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
}
