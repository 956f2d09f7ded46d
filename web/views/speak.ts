/** The page's words in the language of the moment, and the few words that depend on what a thing is. Read inside views only. */
import type { EntityKind } from '../../sim/trace/entities.ts'
import type { Hop } from '../../sim/trace/row-kinds.ts'
import type { RowId } from '../../sim/trace/trace.ts'
import type { Run } from '../state/run.ts'
import type { StateName } from '../state/states.ts'
import { language, run } from '../state/store.ts'
import { formatInterval, type IntervalText } from '../words/intervals.ts'
import { formatLength, formatMoment, formatNumber, formatRate, formatShare } from '../words/quantities.ts'
import { dictionaries, type Words } from '../words/words.ts'
import type { CheckReport, Interval } from '../worker/protocol.ts'

export const words = (): Words => dictionaries[language.value]

const capital = <Name extends string>(name: Name): Capitalize<Name> =>
  (name[0].toUpperCase() + name.slice(1)) as Capitalize<Name>

export const stateWord = (state: StateName): string => words()[`state${capital(state)}`]
export const kindWord = (kind: EntityKind): string => words()[`kind${capital(kind)}`]

const HOPS: Readonly<Record<Hop, keyof Words>> = {
  'at-once': 'hopAtOnce',
  detect: 'hopDetect',
  decide: 'hopDecide',
  queue: 'hopQueue',
  travel: 'hopTravel',
  work: 'hopWork',
  boot: 'hopBoot',
  charge: 'hopCharge',
  cool: 'hopCool',
  need: 'hopNeed',
  lasts: 'hopLasts',
}

/** What the time before a row was spent on. */
export const hopWord = (hop: Hop): string => words()[HOPS[hop]] as string

export const count = (value: number, digits = 0): string => formatNumber(value, language.value, digits)
export const length = (seconds: number): string => formatLength(seconds, language.value)
export const rate = (perSecond: number): string => formatRate(perSecond, language.value)
export const share = (value: number): string => formatShare(value, language.value)
/** A percentile's name: p50, p99, p99.9. */
export const percentile = (of: number): string => `p${count(of * 100, 1)}`
export const moment = formatMoment

/** A value of an expectation in its unit. */
export function measured(value: number, unit: CheckReport['unit']): string {
  switch (unit) {
    case 'seconds':
      return length(value)
    case 'ratio':
      return share(value)
    case 'per-second':
      return rate(value)
    case 'count':
      return count(value, 2)
    case 'flag':
      return value === 0 ? words().no : words().yes
    default:
      return unit satisfies never
  }
}

/** What is asked of a value: `at least 99.9 %`. */
export function asked(bound: CheckReport['comparator'], limit: CheckReport['limit'], unit: CheckReport['unit']): string {
  if (bound === null || limit === null) return ''
  const say = words()
  const word = { 'at-least': say.atLeast, 'at-most': say.atMost, equals: say.equals, between: say.between }[bound]
  const ends = new Set((typeof limit === 'number' ? [limit] : limit).map(one => measured(one, unit)))
  return `${word} ${[...ends].join(' – ')}`
}

/** A value of several runs and what may lie around it. */
export const around = (interval: Interval, unit: CheckReport['unit'], isDifference = false): IntervalText =>
  formatInterval(interval, unit, language.value, isDifference)

/** Name of a variant; null is the file as written. */
export function variantWord(name: string | null): string {
  if (name === null) return words().asWritten
  return run.value?.scenario.variants.find(variant => variant.name === name)?.title[language.value] ?? name
}

/** The state that a row brings its subject into, for the sign in front of it. */
export function stateOfRow({ recording: { rows, kinds } }: Run, row: RowId): StateName {
  const { name } = kinds[rows.kind[row]]
  if (name === 'service.ready') return rows.a[row] < rows.b[row] ? 'degraded' : 'up'
  if (name === 'client.flow') return rows.b[row] < rows.a[row] ? 'degraded' : 'up'
  if (name === 'cell.flow') return rows.b[row] > 0 ? 'degraded' : 'up'
  return signOf(name)
}

/** The first that fits. What fits none is told without judging it. */
const SIGNS: readonly (readonly [RegExp, StateName])[] = [
  [/^fault\.(started|common)$/, 'active'],
  [/^fault\.ended$/, 'over'],
  [/^host\.lost$|^volumes\.lost$/, 'lost'],
  [/^(rack|feed|grid|fabric)\.dark$|^ups\.empty$/, 'dark'],
  [/^flow\.metastable$/, 'metastable'],
  [/^lease\.overdue$|^bucket\.empty$/, 'overloaded'],
  [/^cooling\.tripped$|\.shut$/, 'shut'],
  [/^cooling\.lost$/, 'degraded'],
  [/^site\.closed$/, 'closed'],
  [/^host\.cut$|^link\.cut$/, 'cut'],
  [/^(transfer|host|fabric|volumes)\.stuck$|^cooling\.warm$/, 'stuck'],
  [/^rack\.energised$|^crew\.outside$/, 'waiting'],
  [/^volumes\.dark$|^breaker\.opened$|^database\.uncovered$/, 'down'],
  [/[.-](down|lost|failed|refused-load|tripped|refused|denied|expired|broken|retired|stays-put|gave-up)$|\.no-/, 'down'],
  [/\.(booting|copying|starting|started|promoting|replaying|begins|called)$/, 'booting'],
  [/\.(waiting|waits|asked|asking|throttled|checking|paused|updating)$/, 'waiting'],
  [/\.(unready|degraded|sag|out|doubtful|wants|dead|blind|active)$|^cooling\.stopped$/, 'degraded'],
  [/^ups\.holding$|^bucket\.draining$/, 'holding'],
  [/^(ups\.recharging|host\.up|bucket\.filling|volumes\.restoring)$/, 'restoring'],
  [/^(transfer\.to-generators|generators\.carrying)$/, 'generating'],
  [/^(host|instance)\.gone$/, 'absent'],
  [
    /\.(up|live|back|closed|opened|in|in-time|joined|ready|recovered|repaired|rebuilt|restored|reach|disks|mirrored|promoted)$/,
    'up',
  ],
  [/\.(cool|restartable|full|idle|works|freed|moved|to-utility|granted|done|emptied|well|grown|shrunk|read|saw|room)$/, 'up'],
]

const signs = new Map<string, StateName>()
/** The sign of rows of a kind. */
export function signOf(kind: string): StateName {
  let sign = signs.get(kind)
  if (sign === undefined) {
    sign = SIGNS.find(([pattern]) => pattern.test(kind))?.[1] ?? 'standby'
    signs.set(kind, sign)
  }
  return sign
}
