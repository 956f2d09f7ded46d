/** What a study came to, for people: each expectation with its interval, pairs of variants, cost against availability. */

import type { ClosedForm, Comparison } from '../../experiment/closed-form/index.ts'
import type { PairedCheck } from '../../experiment/paired.ts'
import type { CheckSummary, Interval, Quantile } from '../../experiment/sample.ts'
import type { PairReport, Progress, StudyReport, VariantReport } from '../../experiment/study.ts'
import type { MetricUnit } from '../../metrics/define.ts'
import { durationInWords, numberInWords } from '../../trace/story.ts'
import { type Console, coloured } from '../output.ts'
import { closedFormLines, limitText, MARKS, quantity, questionText, verdictText } from '../report.ts'

/** What theory says of an expectation, and whether the runs agree. */
export type TheoryOfCheck = ClosedForm & Comparison

/** A report with what theory says beside it. */
export type ToldReport = Omit<StudyReport, 'variants'> & {
  readonly variants: readonly (VariantReport & { readonly closedForms: readonly TheoryOfCheck[] })[]
}

/** The whole report of `study`. */
export function studyText(console: Console, report: ToldReport): string {
  const { variants } = report
  const lines = [headline(report)]
  if (report.replications === 0) return `${lines[0]}\n`
  for (const { name, checks, closedForms } of variants) {
    if (variants.length > 1 || name !== null) lines.push(nameText(name))
    for (const check of checks) {
      lines.push(...checkLines(console, check))
      for (const form of closedForms.filter(({ id }) => id === check.id))
        lines.push(...closedFormLines(form, check.unit, 'en').map(line => `    ${line}`))
    }
    if (checks.length === 0) lines.push('  expects nothing')
  }
  if (report.pairs.length > 0) lines.push('', ...pairLines(report))
  if (report.frontier.length > 1) lines.push('', ...frontierLines(report))
  lines.push('', `${report.verdict}${report.partial ? '  partial' : ''}`)
  return `${lines.join('\n')}\n`
}

/** The report of `compare`: only what two variants have to do with each other. */
export function compareText(report: ToldReport): string {
  const lines = [headline(report)]
  if (report.replications === 0) return `${lines[0]}\n`
  lines.push(...pairLines(report))
  if (report.frontier.length > 1) lines.push('', ...frontierLines(report))
  return `${lines.join('\n')}\n`
}

/** `312/1000  A1 99.953 % ± 0.004 %`. */
export function progressText({ done, max, id, unit, mean }: Progress): string {
  const shown = id === null || unit === null || mean === null ? '' : `  ${id} ${intervalText(mean, unit)}`
  return `${done}/${max}${shown}`
}

function headline({
  scenario,
  replications,
  replicationsMax,
  partial,
  seed,
  confidence,
  halfWidth,
  variants,
}: ToldReport): string {
  if (replications === 0) return `${scenario}  PARTIAL: no replication was completed`
  const how = partial
    ? `PARTIAL: the first ${replications} of ${replicationsMax} replications`
    : `${replications} ${replications === 1 ? 'replication' : 'replications'}`
  const seeds = replications > 1 ? `seeds ${seed}, ${seed}#1 … ${seed}#${replications - 1}` : `seed ${seed}`
  const narrow = halfWidth === null || halfWidth.reached ? '' : `; the interval of ${halfWidth.of} is wider than asked`
  const [{ warmup }] = variants
  const left = warmup > 0 ? `, the first ${durationInWords(warmup, 'en')} of each left out` : ''
  return `${scenario}  ${how}, ${seeds}${left}, ${Number((confidence * 100).toPrecision(6))} % intervals${narrow}`
}

function checkLines(console: Console, check: CheckSummary): string[] {
  const { id, outcome, mean, unit, n, never, vacuous, kept, failures, across } = check
  const colour = outcome === 'met' ? 'green' : outcome === 'unmet' ? 'red' : 'yellow'
  const measured =
    n === 0 ? 'nothing to measure' : mean === null ? `never in ${never} of ${n}` : `mean ${intervalText(mean, unit)}`
  const limit = limitText(check)
  const asked = limit === '' ? '' : `, asked ${limit}${across === 'every' ? ' every time' : ''}`
  const lines = [
    `${coloured(console, colour, MARKS[outcome])} ${id}  ${verdictText(check)}  ${questionText(check)}: ${measured}${asked}`,
  ]
  const more: string[] = []
  if (n > 1 && unit !== 'flag' && check.p10?.value !== check.p90?.value) {
    const { p10, median, p90 } = check
    more.push(quantileText('p10', p10, unit), quantileText('median', median, unit), quantileText('p90', p90, unit))
  }
  if (kept !== null) more.push(`kept in ${n - failures.count} of ${n} ${endsText(kept)}`)
  if (vacuous > 0) more.push(`no window in ${vacuous}`)
  if (more.length > 0) lines.push(`    ${more.join('; ')}`)
  if (failures.count > 0) {
    const seeds = failures.first.map(({ seed }) => seed).join(', ')
    lines.push(`    fails with --seed ${seeds}${failures.count > failures.first.length ? ' …' : ''}`)
  }
  return lines
}

/** Every pair of a few variants; of many, those with the first. */
function pairLines({ pairs, variants }: ToldReport): string[] {
  const shown = variants.length > PAIRED_MAX ? pairs.filter(({ first }) => first === variants[0].name) : pairs
  const rows = shown.flatMap(({ first, second, checks }) => checks.map(check => pairRow(first, second, check)))
  if (rows.length === 0) return ['The variants have no expectation in common.']
  return [
    'Variants compared replication by replication, under the same chance (common random numbers)',
    ...table([['difference', 'of', 'mean', 'correlation', 'variance', 'better'], ...rows]),
    ...(shown.length < pairs.length ? ['  compare FILE A B shows another pair, --json all of them'] : []),
  ]
}

/** Variants of which every pair is shown. */
const PAIRED_MAX = 3

function pairRow(first: PairReport['first'], second: PairReport['second'], check: PairedCheck): string[] {
  const { id, unit, n, difference, correlation, varianceReduction, secondBetter, firstBetter } = check
  const better: string[] = []
  if (secondBetter !== null && secondBetter.value > 0) better.push(`${nameText(second)} in ${shareText(secondBetter)}`)
  if (firstBetter !== null && firstBetter.value > 0) better.push(`${nameText(first)} in ${shareText(firstBetter)}`)
  const nothing = n === 0 ? 'nothing to measure' : 'never in some'
  return [
    `${nameText(second)} − ${nameText(first)}`,
    id,
    difference === null ? nothing : intervalText(difference, unit, 'points'),
    correlation === null ? '–' : correlation.toFixed(2).replace('-', '−'),
    varianceReduction === null ? '–' : `÷ ${numberInWords(varianceReduction)}`,
    better.length > 0 ? better.join(', ') : secondBetter === null ? '–' : 'as good every time',
  ]
}

function frontierLines({ frontier }: StudyReport): string[] {
  const rows = frontier.map(({ variant, instanceHours, cost, availability, dominated }) => [
    nameText(variant),
    `${numberInWords(instanceHours)} h`,
    cost === null ? '–' : `× ${numberInWords(cost)}`,
    availability === null ? '–' : intervalText(availability, 'ratio'),
    dominated ? 'dominated: another is no dearer and no worse' : '',
  ])
  return [
    `What it costs and what it gives`,
    ...table([['variant', 'instances', 'cost', `availability (${frontier[0].id})`, ''], ...rows]),
  ]
}

/** `100 % (96.4 % to 100 %)`. */
function shareText(share: Interval): string {
  return `${percent(share.value, 0.01)} ${endsText(share)}`
}

function endsText({ low, high }: Interval): string {
  return `(${percent(low ?? 0, 0.01)} to ${percent(high ?? 1, 0.01)})`
}

/** Columns side by side, two spaces between them. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0].map((_, column) => Math.max(...rows.map(row => row[column].length)))
  return rows.map(row => `  ${row.map((cell, column) => cell.padEnd(widths[column])).join('  ')}`.trimEnd())
}

function nameText(name: string | null): string {
  return name ?? 'as written'
}

/** `99.953 % ± 0.004 %`; from where to where when the value is not in the middle. `sign` stands for percent. */
export function intervalText({ value, low, high }: Interval, unit: MetricUnit, sign = '%'): string {
  const isShare = unit === 'ratio' || unit === 'flag'
  if (low === null || high === null) return `${isShare ? percent(value, 0, sign) : quantity(value, unit)}, of one run only`
  const half = (high - low) / 2
  const shown = (of: number): string => (isShare ? percent(of, half, sign) : quantity(of, unit))
  if (half === 0 || !/[1-9]/.test(shown(half))) return shown(value)
  const isInTheMiddle = Math.abs(high + low - 2 * value) <= 1e-6 * half
  return isInTheMiddle ? `${shown(value)} ± ${shown(half)}` : `${shown(value)} (${shown(low)} to ${shown(high)})`
}

/** `median 99.95 % (99.94 % to 99.96 %)`; with one end only where too few values lie beyond it. */
function quantileText(name: string, quantile: Quantile | null, unit: MetricUnit): string {
  const { value, low, high } = quantile ?? { value: null, low: null, high: null }
  if (value === null) return `${name} never`
  const within = ((high ?? value) - (low ?? value)) / 2
  const shown = (of: number): string => (unit === 'ratio' ? percent(of, within) : quantity(of, unit))
  const [least, most] = [low === null ? '' : shown(low), high === null ? '' : shown(high)]
  if (least === '' && most === '') return `${name} ${shown(value)}`
  const ends =
    least === '' ? `at most ${most}` : most === '' ? `at least ${least}` : least === most ? '' : `${least} to ${most}`
  return `${name} ${shown(value)}${ends === '' ? '' : ` (${ends})`}`
}

/** A share in percent, with as many decimals as tell two digits of `within`, the half-width of its interval. */
function percent(share: number, within: number, sign = '%'): string {
  const decimals = within > 0 ? Math.min(DECIMALS, Math.max(0, 1 - Math.floor(Math.log10(100 * within)))) : DECIMALS
  const text = within > 0 ? (share * 100).toFixed(decimals) : String(Number((share * 100).toFixed(decimals)))
  return `${text.replace('-', '−')} ${sign}`
}

const DECIMALS = 7
