/** Results as Markdown, for the summary of a CI job: first what is not as it should be or changed, then the rest. */

import { formatProblem } from '../../scenario/problems.ts'
import { limitText, MARKS, questionText, valueText, verdictText } from '../report.ts'
import { type Difference, differenceText } from './baseline.ts'
import { exitCodeOf, labelOf, type Result } from './case.worker.ts'

/** Differences from the baseline by case and expectation; none without one. */
export type Differences = ReadonlyMap<Result, Readonly<Record<string, Difference>>>

/** The text. `left`: how many cases were not run, because the test was stopped. */
export function summaryText(results: readonly Result[], left: number, differences: Differences): string {
  const good = results.filter(result => exitCodeOf(result) === 0).length
  const partial = left === 0 ? '' : ` (partial: ${left} more were not run)`
  const hasBaseline = differences.size > 0
  const rows = results.flatMap(result => rowsOf(result, differences.get(result)))
  const notable = rows.filter(({ isNotable }) => isNotable)
  const others = rows.filter(({ isNotable }) => !isNotable)
  const parts = [`## Blackstart: ${good} of ${results.length} cases as they should be${partial}`]
  if (notable.length > 0) parts.push(table(notable, hasBaseline))
  if (others.length > 0) {
    const which = notable.length > 0 ? `The other ${others.length} results` : `All ${others.length} results`
    parts.push(`<details><summary>${which}</summary>\n\n${table(others, hasBaseline)}\n</details>`)
  }
  return `${parts.join('\n\n')}\n`
}

interface Row {
  readonly isNotable: boolean
  readonly cells: readonly string[]
}

const HEAD = ['', 'scenario', 'expectation', 'value', 'asked', 'verdict', 'since the baseline']

function table(rows: readonly Row[], hasBaseline: boolean): string {
  const line = (cells: readonly string[]): string => `| ${cells.slice(0, hasBaseline ? 7 : 6).join(' | ')} |`
  return [line(HEAD), line(HEAD.map(() => '---')), ...rows.map(({ cells }) => line(cells))].join('\n')
}

function rowsOf(result: Result, differences: Readonly<Record<string, Difference>> | undefined): Row[] {
  const where = cell(labelOf(result))
  switch (result.kind) {
    case 'failed':
      return [{ isNotable: true, cells: ['✗', where, 'engine failure', cell(result.message), '', 'failed', ''] }]
    case 'invalid':
      return [
        {
          isNotable: true,
          cells: ['✗', where, 'invalid', result.problems.map(one => cell(formatProblem(one))).join('<br>'), '', 'invalid', ''],
        },
      ]
    case 'judged':
      return result.checks.map(check => {
        const { id, outcome } = check
        const difference = differences?.[id]
        const link = result.links[id]
        const verdict = verdictText(check)
        const isNotable = outcome === 'unmet' || outcome === 'open' || difference?.kind === 'changed'
        const name = cell(`${id} ${questionText(check)}`)
        const change = difference === undefined ? '' : cell(differenceText(difference, check))
        return {
          isNotable,
          cells: [
            ...[MARKS[outcome], where, name, cell(valueText(check)), cell(limitText(check))],
            ...[link === undefined ? verdict : `[${verdict}](${link})`, change],
          ],
        }
      })
    default:
      return result satisfies never
  }
}

/** Text that stays within its cell and is no markup. */
function cell(text: string): string {
  return text
    .replace(/[\\`*_{}[\]<>|]/g, at => (at === '<' ? '&lt;' : at === '>' ? '&gt;' : `\\${at}`))
    .replace(/\s*\n\s*/g, ' ')
}
