import { type Credit, creditForSeconds } from '../sla/credit.ts'
import { DAY } from '../sla/months.ts'
import { type Profile, profileNamed, profiles } from '../sla/profiles.ts'
import { durationInWords } from '../trace/story.ts'
import { count, oneOf, type Text } from '../units/fields.ts'
import { formatRatio } from '../units/format.ts'
import type { Ratio, Seconds } from '../units/quantity.ts'
import { defineMetric, type Measurement, type Run, VACUOUS, type Window } from './define.ts'
import { errorTime, instancesDown, serviceDown } from './unavailable.ts'

const NAMES = profiles.map(({ name }) => name) as [string, ...string[]]

/** What an agreement would give back for the month in which the run took place. */
export const slaCredit = defineMetric({
  name: 'sla-credit',
  unit: 'ratio',
  about: { en: 'what an agreement gives back of the month’s bill', zh: '服务等级协议退还的当月费用比例' },
  definition: {
    en: 'The month’s uptime with the rest of the month up, and the credit of the tier it lands in, as a share of the bill. A promise on a region counts only time in which more than one of its zones that are used has no instance up; one on instances counts each instance’s own time down and averages their credits; one on a service counts its time down, or the mean of its error rates by five minutes. Nothing is rounded to whole minutes. Vacuous when there is nothing that the promise is about.',
    zh: '假定当月其余时间正常，计算当月可用率及其所落档位的赔付比例。区域级承诺仅计入所用可用区中一个以上同时无实例在线的时间；实例级承诺按每个实例自身的中断时间计算并取平均；服务级承诺计入服务不可用时间，或每五分钟错误率的平均值。不按整分钟取整。若无承诺所涉对象则不作判定。',
  },
  subjects: ['service', 'client'],
  fields: {
    profile: oneOf(NAMES, {
      about: { en: 'which agreement; blackstart sla profiles lists them', zh: '采用哪份协议；见 blackstart sla profiles' },
    }),
    days: count({
      default: 30,
      min: 28,
      max: 31,
      source: 'assumed',
      about: { en: 'length of the month', zh: '当月天数' },
    }),
    take: oneOf(['credit', 'uptime'], {
      default: 'credit',
      source: 'definition',
      about: { en: 'the share given back, or the month’s uptime', zh: '取赔付比例或当月可用率' },
    }),
  },
  measure: (run, { of, profile: name, days, take }, window) => {
    const profile = profileNamed(name)
    if (profile === undefined) throw new Error(`no agreement ${name}: the loader lets only known ones pass`)
    const services = of.map(subject => run.world.clients.find(({ entity }) => entity === subject)?.service ?? subject)
    const month = days * DAY
    const within = { from: window.from, to: Math.min(window.to, window.from + month) }
    const { answer, uptime } = JUDGES[profile.scope](run, profile, services, within, month)
    return take === 'credit' || answer.value === null ? answer : { ...answer, value: uptime }
  },
})

interface Judged {
  /** With the credit as its value. */
  readonly answer: Measurement
  readonly uptime: Ratio
}

type Judge = (run: Run, profile: Profile, services: readonly number[], window: Window, month: Seconds) => Judged

const JUDGES: Readonly<Record<Profile['scope'], Judge>> = { region: ofRegion, instance: ofInstances, service: ofService }

function ofRegion(run: Run, profile: Profile, services: readonly number[], window: Window, month: Seconds): Judged {
  const { each, zones, oneZone, moreZones, moreAt } = instancesDown(run, services, window)
  if (each.length === 0) return NO_INSTANCES
  const credit = creditForSeconds(profile, moreZones, month)
  const one = oneZone > 0 ? `one zone alone was down for ${inWords(oneZone)}, which does not count; ` : ''
  const oneZh = oneZone > 0 ? `单个可用区不可用 ${inWordsZh(oneZone)}，不计入；` : ''
  const more = zones < 2 ? 'only one zone is used' : `more than one zone at once for ${inWords(moreZones)}`
  const moreZh = zones < 2 ? '仅使用一个可用区' : `一个以上可用区同时不可用 ${inWordsZh(moreZones)}`
  return judged(credit, moreAt, {
    en: `of the region: ${one}${more}. ${outcome(credit).en}`,
    zh: `区域级：${oneZh}${moreZh}。${outcome(credit).zh}`,
  })
}

function ofInstances(run: Run, profile: Profile, services: readonly number[], window: Window, month: Seconds): Judged {
  const { each, at } = instancesDown(run, services, window)
  if (each.length === 0) return NO_INSTANCES
  const credits = each.map(down => creditForSeconds(profile, down, month))
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
  const total = each.reduce((sum, down) => sum + down, 0)
  const struck = each.filter(down => down > 0).length
  const paid = credits.filter(({ credit }) => credit > 0).length
  const uptime = mean(credits.map(one => one.uptime))
  const credit = mean(credits.map(one => one.credit))
  return {
    uptime,
    answer: {
      value: credit,
      at,
      because: {
        en: `of each instance: ${struck} of ${each.length} were down, for ${inWords(total)} together; ${paid} fell below ${profile.tiers[0].below}%. Uptime ${percent(uptime)} on average, ${percent(credit)} of the bill is given back`,
        zh: `实例级：${each.length} 个实例中 ${struck} 个曾中断，合计 ${inWordsZh(total)}；${paid} 个低于 ${profile.tiers[0].below}%。平均可用率 ${percent(uptime)}，退还费用的 ${percent(credit)}`,
      },
    },
  }
}

function ofService(run: Run, profile: Profile, services: readonly number[], window: Window, month: Seconds): Judged {
  const byTime = profile.uptime === 'time'
  const found = byTime ? serviceDown(run, services, window) : errorTime(run, services, window)
  if (found === null) {
    const because = { en: 'nobody asks it directly, so there are no error rates', zh: '没有直接请求，无错误率可计' }
    return { uptime: 1, answer: { ...VACUOUS, because } }
  }
  const credit = creditForSeconds(profile, found.down, month)
  const counted = byTime
    ? { en: `down for ${inWords(found.down)}`, zh: `不可用 ${inWordsZh(found.down)}` }
    : { en: `error rates worth ${inWords(found.down)} of nothing but errors`, zh: `错误率相当于全错 ${inWordsZh(found.down)}` }
  return judged(credit, found.at, {
    en: `of the service: ${counted.en}. ${outcome(credit).en}`,
    zh: `服务级：${counted.zh}。${outcome(credit).zh}`,
  })
}

const NO_INSTANCES: Judged = {
  uptime: 1,
  answer: { ...VACUOUS, because: { en: 'it has no instances on hosts', zh: '它没有运行在主机上的实例' } },
}

function judged({ uptime, credit }: Credit, at: Seconds | null, because: Text): Judged {
  return { uptime, answer: { value: credit, at, because } }
}

function outcome({ uptime, tier }: Credit): Text {
  const share = percent(uptime)
  if (tier === undefined)
    return { en: `Uptime ${share}: the promise is kept, nothing is given back`, zh: `可用率 ${share}：承诺达成，无赔付` }
  const { below, credit } = tier
  return {
    en: `Uptime ${share}, below ${below}%: ${credit}% of the bill is given back`,
    zh: `可用率 ${share}，低于 ${below}%：退还费用的 ${credit}%`,
  }
}

const inWords = (seconds: Seconds): string => durationInWords(seconds, 'en')
const inWordsZh = (seconds: Seconds): string => durationInWords(seconds, 'zh')

/** Cut off, not rounded, so that what is below a threshold looks so. */
const percent = (share: Ratio): string => formatRatio(Math.floor(Number((share * 1e7).toPrecision(13))) / 1e7)
