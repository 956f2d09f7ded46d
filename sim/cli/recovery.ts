/** The report of recoveries in words: for each strike what was back when, and the critical path of what came last. */
import type { Milestone, Recovery, RecoveryHop, Saving } from '../experiment/recovery-report.ts'
import { durationInWords, type Language } from '../trace/story.ts'

const WORDS = {
  en: {
    strikes: 'strikes at',
    over: ', over after ',
    untouched: 'nothing fell',
    again: ', nor at the next {} strikes',
    more: 'and {} more strikes',
    never: 'not before the end',
    kept: 'never below',
    elsewhere: 'the path does not lead back to this fault alone',
    without: 'without ',
    it: ' ',
    less: '{} less',
    longer: '{} more',
    lost: 'it would never come back',
    same: 'no less',
    reached: 'reached',
    others: 'and others',
    what: {
      power: 'power for the hosts of ',
      cooling: 'cooling for all hosts of ',
      hosted: 'all instances on ',
      instances: 'instances of ',
      volumes: 'volumes of ',
      up: 'up again: ',
      served: 'served by ',
    },
  },
  zh: {
    strikes: '发生于',
    over: '，持续 ',
    untouched: '无任何影响',
    again: '，随后 {} 次亦然',
    more: '另有 {} 次',
    never: '至结束仍未恢复',
    kept: '从未低于',
    elsewhere: '路径并非仅由此故障引起',
    without: '若无 ',
    it: '：',
    less: '缩短 {}',
    longer: '延长 {}',
    lost: '将始终无法恢复',
    same: '不缩短',
    reached: '可恢复',
    others: '等',
    what: {
      power: '主机供电：',
      cooling: '制冷能力：',
      hosted: '全部实例：',
      instances: '服务实例：',
      volumes: '可用的卷：',
      up: '恢复可用：',
      served: '请求得到服务：',
    },
  },
} as const

/** Strikes that are told of: whoever wants to read all of many takes them as data. */
const TOLD = 50

/** Lines of text, each with its end, of the first strikes. `strikes` is how many there were in all, should these not be all. */
export function* recoveryLines(recoveries: readonly Recovery[], strikes: number, language: Language): Generator<string> {
  const words = WORDS[language]
  let told = 0
  let left = strikes - recoveries.length
  for (const [strike, recovery] of recoveries.entries()) {
    const { fault, milestones } = recovery
    if (isHarmless(recovery) && isHarmless(recoveries[strike - 1], fault)) continue // said already
    if (told++ === TOLD) {
      left = strikes - strike
      break
    }
    yield `\n${strikeText(recovery, language)}\n`
    if (milestones.length === 0) {
      let more = 0
      while (isHarmless(recoveries[strike + 1 + more], fault)) more++
      yield `  ${words.untouched}${more > 0 ? words.again.replace('{}', String(more)) : ''}\n`
    }
    let shown: Milestone | undefined
    for (const [at, milestone] of milestones.entries()) {
      const next = milestones[at + 1]
      const isLast = !isOfSameThing(milestone, next)
      if (!isLast && next.time === milestone.time) continue // the larger share says it all
      yield `  ${milestoneText(milestone, language)}\n`
      if (!isLast || (shown !== undefined && isSamePath(shown, milestone))) continue
      yield* pathLines(milestone, language)
      shown = milestone
    }
  }
  if (left > 0) yield `\n${words.more.replace('{}', String(left))}\n`
}

/** `lose-a strikes at 1 h, over after 30 min`. */
export function strikeText({ fault, started, ended }: Recovery, language: Language): string {
  const words = WORDS[language]
  const over = ended === null ? '' : `${words.over}${durationInWords(ended - started, language)}`
  return `${fault} ${words.strikes} ${durationInWords(started, language)}${over}`
}

/** Names of places or of a service; of many the first. */
export function namesText(of: readonly string[], language: Language): string {
  return of.length > 3 ? `${of.slice(0, 3).join(', ')} ${WORDS[language].others}` : of.join(', ')
}

/** Whether a strike, of a fault if it is given, felled nothing. */
function isHarmless(recovery: Recovery | undefined, fault = recovery?.fault): boolean {
  return recovery !== undefined && recovery.fault === fault && recovery.milestones.length === 0
}

/** `99 %  1 h 41 min  all instances on us-east-1/a`. */
function milestoneText({ what, of, share, expectation, time }: Milestone, language: Language): string {
  const words = WORDS[language]
  const value = time === null ? words.never : time === 0 ? words.kept : durationInWords(time, language)
  const shown = what === 'up' || what === 'cooling' ? '' : `${Number((share * 100).toPrecision(6))} %`
  const objective = expectation === null ? '' : ` (${expectation})`
  return `${shown.padStart(6)}  ${value.padStart(12)}  ${words.what[what]}${namesText(of, language)}${objective}`
}

/** Of several shares of one thing only the path to the largest is shown. */
function isOfSameThing({ what, of }: Milestone, next: Milestone | undefined): boolean {
  return next !== undefined && next.what === what && next.of.join() === of.join()
}

/** The very same stretches, up to the one row that the second is told of by. */
function isSamePath(one: Milestone, other: Milestone): boolean {
  return (
    one.path.length === other.path.length &&
    one.path.every(({ row, to }, i) => row === other.path[i].row && to === other.path[i].to)
  )
}

function* pathLines({ path, isCaused, savings = [] }: Milestone, language: Language): Generator<string> {
  const words = WORDS[language]
  for (const hop of path) {
    const saving = savingOf(hop, savings)
    const end = saving === undefined ? '' : ` – ${savingText(saving, language)}`
    yield `${' '.repeat(10)}${durationInWords(hop.length, language).padStart(12)}  ${hop.says[language]}${end}\n`
  }
  if (!isCaused) yield `${' '.repeat(24)}${words.elsewhere}\n`
}

function savingOf(hop: RecoveryHop, savings: readonly Saving[]): Saving | undefined {
  return savings.find(({ limit, of }) => limit === hop.limit && (of === null || of === hop.of))
}

/** `without boot slots 41 min less`. */
function savingText({ name, saved, time }: Saving, language: Language): string {
  const words = WORDS[language]
  const without = `${words.without}${name[language]}${words.it}`
  if (saved === null) return `${without}${time === null ? words.lost : words.reached}`
  if (saved === 0) return `${without}${words.same}`
  return `${without}${saved > 0 ? words.less : words.longer}`.replace('{}', durationInWords(Math.abs(saved), language))
}
