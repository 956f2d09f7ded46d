/** Results of runs, for people and for machines. */

import { type ClosedForm, type Comparison, comparedForms, type Reason } from '../experiment/closed-form/index.ts'
import { unhappened } from '../experiment/unhappened.ts'
import type { MetricUnit } from '../metrics/define.ts'
import { type Episode, metastableIn } from '../metrics/metastable.ts'
import type { Scenario } from '../scenario/schema.ts'
import { durationInWords, numberInWords, tell } from '../trace/story.ts'
import type { Recording } from '../trace/trace.ts'
import type { Text } from '../units/fields.ts'
import type { Check } from '../verdicts/judge.ts'
import { packageVersion } from './files.ts'
import { type Console, coloured } from './output.ts'
import type { EngineFailure, Finished } from './simulate.ts'

/** One run as the object that `--json` prints. Seconds, bytes and ratios, unrounded. */
export function runObject({ scenario, seed, outcome, wall }: Finished): Record<string, unknown> {
  const { recording, events, fingerprint, checks, verdict } = outcome
  return {
    ...identity(scenario, seed),
    horizon: scenario.run.horizon,
    events,
    rows: recording.rows.length,
    wall: Math.round(wall * 1000) / 1000,
    fingerprint,
    checks: checks.map(({ rows: _, ...check }) => check),
    metrics: Object.fromEntries(checks.map(({ id, value }) => [id, value])),
    closedForms: comparedForms(scenario, checks),
    metastable: metastableIn(recording).map(({ of, from, to }) => ({
      of: recording.entities.id(of),
      from,
      to: to === Infinity ? null : to,
    })),
    verdict,
    notices: [...scenario.notices, ...unhappened(scenario, recording).map(({ en }) => en)],
  }
}

/** A failure of the engine, for `--json`. */
export function failureObject({ scenario, seed, message }: EngineFailure): Record<string, unknown> {
  return { ...identity(scenario, seed), error: message }
}

/** What is needed to see the same run again. */
function identity(scenario: Scenario, seed: string): Record<string, unknown> {
  return {
    blackstart: packageVersion(),
    file: scenario.file,
    scenario: scenario.name,
    variant: scenario.variant,
    scenarioHash: scenario.hash,
    seed,
  }
}

const BADGES = { true: { en: 'agrees', zh: '一致' }, false: { en: 'differs', zh: '不一致' }, null: { en: '', zh: '' } } as const
const REASONS: Readonly<Record<Reason, Text>> = {
  capacity: { en: 'capacity', zh: '容量' },
  correlation: { en: 'correlation', zh: '相关性' },
  dependencies: { en: 'what it needs', zh: '所依赖的服务与数据' },
  detection: { en: 'detection', zh: '故障发现' },
  'one-run': { en: 'one run only', zh: '仅一次运行' },
}

/** `closed form 99.9708 %: 2 of 3 places … (one run only)`, and what it takes for granted. */
export function closedFormLines(form: ClosedForm & Comparison, unit: MetricUnit, language: 'en' | 'zh'): string[] {
  const says = form.value === null ? (form.verdict ?? '') : quantity(form.value, unit)
  const badge = BADGES[`${form.agrees}`][language]
  const reason = form.reason === null ? '' : REASONS[form.reason][language]
  const name = language === 'zh' ? '闭式解' : 'closed form'
  const taken = language === 'zh' ? '假定' : 'taken for granted'
  const granted = form.assumptions.map(one => one[language]).join('; ')
  return [
    `${name} ${says}: ${form.formula[language]} (${[badge, reason].filter(word => word !== '').join(': ')})`,
    ...(granted === '' ? [] : [`  ${taken}: ${granted}`]),
  ]
}

/**
 * What did not come back by itself: `! 40 s  web/home/a does not come back by itself: …; to the end`. A line each, and one for
 * cells of a service that went and came together.
 */
export function metastableLines(console: Console, recording: Recording, language: 'en' | 'zh'): string[] {
  const { entities } = recording
  const alike = new Map<string, Episode[]>()
  for (const episode of metastableIn(recording)) {
    const key = `${entities.parent(episode.of)} ${episode.from} ${episode.to}`
    alike.set(key, [...(alike.get(key) ?? []), episode])
  }
  return [...alike.values()].map(([{ from, to, row }, ...others]) => {
    const length = durationInWords(to - from, language)
    const until = to === Infinity ? { en: 'to the end', zh: '直至结束' } : { en: `for ${length}`, zh: `持续 ${length}` }
    const ids = others.map(({ of }) => entities.id(of)).join(', ')
    const also = others.length === 0 ? { en: '', zh: '' } : { en: `, and so for ${ids}`, zh: `；${ids} 亦然` }
    const moment = durationInWords(from, language)
    return `${coloured(console, 'red', '!')} ${moment}  ${tell(recording, row, language)}; ${until[language]}${also[language]}`
  })
}

/** How one check turned out, in one line. */
export function checkLine(console: Console, check: Check): string {
  const { id, outcome } = check
  const colour = outcome === 'met' ? 'green' : outcome === 'unmet' ? 'red' : 'yellow'
  return `${coloured(console, colour, MARKS[outcome])} ${id}  ${verdictText(check)}  ${questionText(check)}: ${answerText(check)}`
}

export const MARKS = { met: '✓', unmet: '✗', open: '?', shown: '·' } as const

/** `fail`, or `pass (should fail)`. */
export function verdictText({ verdict, should }: Pick<Check, 'verdict' | 'should'>): string {
  return `${verdict}${should === 'pass' ? '' : ` (should ${should})`}`
}

/** `availability of web`. */
export function questionText({ metric, of }: Pick<Check, 'metric' | 'of'>): string {
  return `${metric}${of === null ? '' : ` of ${typeof of === 'string' ? of : JSON.stringify(of)}`}`
}

/** `99.1 %, asked at least 99.9 %`, with the interval over several runs, and what is published where something is. */
export function answerText(check: Check): string {
  const { published, interval, unit } = check
  const around = interval === null ? '' : ` (${quantity(interval[0], unit)} to ${quantity(interval[1], unit)})`
  return `${valueText(check)}${around}${askedText(check)}${published === undefined ? '' : `, published ${quantity(published, unit)}`}`
}

/** `99.1 %`, or why there is no value. */
export function valueText({ value, verdict, unit }: Pick<Check, 'value' | 'verdict' | 'unit'>): string {
  if (value === null) return verdict === 'vacuous' ? 'nothing to measure' : 'never'
  return quantity(value, unit)
}

const BOUNDS = { 'at-least': 'at least ', 'at-most': 'at most ', equals: 'exactly ', between: '' } as const

function askedText(check: Check): string {
  const limit = limitText(check)
  return limit === '' ? '' : `, asked ${limit}`
}

/** `at least 99.9 %`; empty without a limit. */
export function limitText({ limit, bound, unit }: Pick<Check, 'limit' | 'bound' | 'unit'>): string {
  if (limit === null || bound === null) return ''
  const asked = typeof limit === 'number' ? quantity(limit, unit) : `${quantity(limit[0], unit)} to ${quantity(limit[1], unit)}`
  return `${BOUNDS[bound]}${asked}`
}

/** A share in percent to six digits, or to as many more as tell it from the whole; what rounding leaves of that is all of it. */
function percent(share: number): string {
  const isWhole = Math.abs(1 - share) < 1e-12
  for (let digits = 6; digits < 15; digits++) {
    const rounded = Number((share * 100).toPrecision(digits))
    if ((rounded === 100) === isWhole) return String(rounded)
  }
  return String(share * 100)
}

/** A value in the metric's unit, in words. */
export function quantity(value: number, unit: MetricUnit): string {
  switch (unit) {
    case 'flag':
      return value === 0 ? 'no' : 'yes'
    case 'seconds':
      return durationInWords(value, 'en')
    case 'ratio':
      return `${percent(value)} %`
    case 'per-second':
      return `${numberInWords(value)}/s`
    case 'count':
      return numberInWords(value)
    default:
      return unit satisfies never
  }
}
