/** The recoveries of a run in two or three lines for each strike: when what was back, and what took longest on the slowest way. */
import type { Milestone, Recovery, RecoveryHop } from '../experiment/recovery-report.ts'
import { durationInWords, type Language } from '../trace/story.ts'
import { namesText, strikeText } from './recovery.ts'

const WORDS = {
  en: {
    power: 'power',
    cooling: 'cooling',
    hosted: 'instances on {}',
    volumes: '{}',
    up: '{} up',
    served: '{} served',
    longest: 'longest: ',
    never: 'not before the end',
    more: '{} more strikes: --recovery tells of them',
    gap: ' · ',
    list: ' / ',
  },
  zh: {
    power: '供电',
    cooling: '制冷',
    hosted: '{} 上的实例',
    volumes: '{}',
    up: '{} 可用',
    served: '{} 服务',
    longest: '耗时最长：',
    never: '至结束未恢复',
    more: '另有 {} 次故障：见 --recovery',
    gap: ' · ',
    list: ' / ',
  },
} as const

/** Strikes that are told of. */
const TOLD = 4

/** Lines of text, each with its end, of the first strikes with which anything fell; `strikes` is how many there were in all. */
export function* summaryLines(recoveries: readonly Recovery[], strikes: number, language: Language): Generator<string> {
  const words = WORDS[language]
  const felling = recoveries.filter(({ milestones }) => milestones.some(({ fell }) => fell !== null))
  for (const recovery of felling.slice(0, TOLD)) {
    const { milestones } = recovery
    yield `${strikeText(recovery, language)}\n`
    const parts = [...partsOf(milestones, language)]
    if (parts.length > 0) yield `     ${parts.join(words.gap)}\n`
    const longest = longestOf(milestones)
    if (longest !== undefined)
      yield `     ${words.longest}${durationInWords(longest.length, language)} ${longest.says[language]}\n`
  }
  const left = strikes - recoveries.length + Math.max(0, felling.length - TOLD)
  if (left > 0) yield `${words.more.replace('{}', String(left))}\n`
}

/** `instances on us-east-1/a 50/80/99 % 1 h 2 min / 1 h 20 min / 1 h 39 min`; of what never fell, nothing. */
function* partsOf(milestones: readonly Milestone[], language: Language): Generator<string> {
  const words = WORDS[language]
  for (const what of ['power', 'cooling', 'hosted', 'volumes', 'up', 'served'] as const) {
    const things = new Map<string, Milestone[]>()
    for (const milestone of milestones) {
      if (milestone.what !== what || milestone.fell === null) continue
      const name = namesText(milestone.of, language)
      const others = things.get(name)
      if (others === undefined) things.set(name, [milestone])
      else others.push(milestone)
    }
    for (const [name, ofThing] of things) {
      const shares = ofThing.map(({ share }) => Number((share * 100).toPrecision(6))).join('/')
      const times = ofThing.map(({ time }) => (time === null ? words.never : durationInWords(time, language)))
      const objective = ofThing[0].expectation === null ? '' : ` (${ofThing[0].expectation})`
      const isShared = what === 'hosted' || what === 'volumes'
      yield `${words[what].replace('{}', name)}${isShared ? ` ${shares} %` : ''} ${times.join(words.list)}${objective}`
    }
  }
}

/** The longest stretch of the way back to what took longest, how long the fault itself lasted left out. */
function longestOf(milestones: readonly Milestone[]): RecoveryHop | undefined {
  const slowest = milestones.reduce<Milestone | undefined>(
    (most, one) => ((one.time ?? 0) > (most?.time ?? 0) && one.path.length > 0 ? one : most),
    undefined,
  )
  const hops = (slowest?.path ?? []).filter(({ limit }) => limit !== 'fault')
  return hops.reduce<RecoveryHop | undefined>((most, hop) => (hop.length > (most?.length ?? 0) ? hop : most), undefined)
}
