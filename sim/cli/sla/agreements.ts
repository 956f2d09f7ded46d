/** Questions to `blackstart sla` on service-level agreements: what they say, and what a month under them gives back. */
import { type Credit, creditFor, expectedCredit, settle, thresholdOf } from '../../sla/credit.ts'
import { DAY } from '../../sla/months.ts'
import { CONDITIONS, EXCLUSIONS, type Profile, profiles, type Scope, type Tier, WINDOW } from '../../sla/profiles.ts'
import { Refusal } from '../output.ts'
import { type Answer, list, percent, small, type Topic, time } from './answer.ts'
import { type Asked, named } from './asked.ts'
import { monthOf } from './month.ts'

const byName: Readonly<Record<string, Profile>> = Object.fromEntries(profiles.map(profile => [profile.name, profile]))

export const agreements: Readonly<Record<string, Topic>> = {
  profiles: {
    usage: 'profiles [NAME]',
    help: 'agreements: what they promise, how they count, what they leave out',
    options: [],
    answer: asked => {
      asked.count(0, 1)
      return asked.operands.length === 0 ? allProfiles() : oneProfile(named(asked.operands[0], 'profile', byName))
    },
  },
  credit: {
    usage:
      'credit PROFILE --down TIME [--errors SHARE] [--month YYYY-MM | --days N] [--bill MONEY --loss-per-hour MONEY] | credit PROFILE --life TIME --repair TIME',
    help: 'what a month gives back, and the loss that it does not cover; or what to expect of it',
    options: ['down', 'errors', 'month', 'days', 'bill', 'loss-per-hour', 'life', 'repair'],
    answer: asked => {
      asked.count(1)
      const profile = named(asked.operands[0], 'profile', byName)
      if (asked.has('down')) return credit(asked, profile)
      if (asked.has('life') || asked.has('repair')) return expected(asked, profile)
      return asked.wrong('--down is missing')
    },
  },
}

const SCOPES: Readonly<Record<Scope, string>> = {
  region: 'a region: only time in which more than one zone used there is down',
  instance: 'each instance for itself, on its own bill',
  service: 'the service',
}

const UPTIMES: Readonly<Record<Profile['uptime'], string>> = {
  time: '100 % less the share of time down',
  'error-rates': '100 % less the mean of the error rates of five-minute intervals; one without requests has none',
}

const KNOWN: Readonly<Record<Profile['known'], string>> = {
  published: 'published',
  commitment: 'commitment published, tiers from memory (unverified)',
  remembered: 'from memory (unverified)',
}

const tierText = ({ below, credit }: Tier): string => `<${below}% → ${credit}%`

function allProfiles(): Answer {
  const rows = profiles.map(({ name, product, tiers, scope, known }) => [
    name,
    product,
    tiers.map(tierText).join('  '),
    scope,
    known,
  ])
  return { data: { profiles: profiles.map(profileObject) }, text: list(rows) }
}

function oneProfile(profile: Profile): Answer {
  const { name, product, scope, uptime, tiers, known, source } = profile
  const rows = [
    [name, product],
    ['of', SCOPES[scope]],
    ['window', WINDOW.en],
    ['uptime', UPTIMES[uptime]],
    ...tiers.map(({ below, credit }, at) => [at === 0 ? 'credit' : '', `below ${below}%: ${credit}% of the bill`]),
    ...EXCLUSIONS.map(({ en }, at) => [at === 0 ? 'left out' : '', en]),
    ...CONDITIONS.map(({ en }, at) => [at === 0 ? 'paid' : '', en]),
    ['known', `${KNOWN[known]}: ${source}`],
  ]
  return { data: profileObject(profile), text: list(rows) }
}

function profileObject(profile: Profile): Record<string, unknown> {
  const shares = profile.tiers.map(tier => ({ below: thresholdOf(tier), credit: tier.credit / 100 }))
  return {
    ...profile,
    tiers: shares,
    window: WINDOW.en,
    exclusions: EXCLUSIONS.map(({ en }) => en),
    conditions: CONDITIONS.map(({ en }) => en),
  }
}

function credit(asked: Asked, profile: Profile): Answer {
  const { label, days } = monthOf(asked)
  const down = asked.time('down')
  const errors = asked.optionalShare('errors', 1)
  if (asked.has('errors') && profile.uptime === 'time')
    asked.wrong(`--errors is for profiles that count error rates, ${profile.name} counts time`)
  const period = days * DAY * 1000
  const counted = Math.round(down * errors * 1000)
  if (counted > period) throw new Refusal(`--down ${asked.options.sla.down}: the month has only ${days} days`)
  const found = creditFor(profile, counted, period)
  const bill = asked.amount('bill')
  const lossPerHour = asked.amount('loss-per-hour')
  if (lossPerHour !== undefined && bill === undefined) asked.wrong('--loss-per-hour needs --bill')
  const money = bill === undefined ? undefined : { bill, ...settle(found, bill, counted / 1000, lossPerHour ?? 0) }
  const rows = [
    [profile.name, `${profile.product}, ${label}`],
    ['counts', SCOPES[profile.scope]],
    ['down', errors === 1 ? time(down) : `${time(down)} with ${percent(errors)} of errors`],
    ['uptime', percent(found.uptime)],
    ['credit', outcome(profile, found)],
    ...(money === undefined
      ? []
      : [['paid back', `${round(money.paid)} of ${round(money.bill)}, on request, against future bills`]]),
    ...(money === undefined || lossPerHour === undefined
      ? []
      : [
          ['lost', round(money.loss)],
          [
            'not covered',
            `${round(money.uncovered)}${money.loss > 0 ? `, ${percent(money.uncovered / money.loss, 2)} of the loss` : ''}`,
          ],
        ]),
  ]
  return {
    data: {
      profile: profile.name,
      days,
      down,
      uptime: found.uptime,
      below: found.tier === undefined ? null : thresholdOf(found.tier),
      credit: found.credit,
      ...money,
    },
    text: list(rows),
  }
}

function outcome({ tiers }: Profile, { tier, credit }: Credit): string {
  if (tier === undefined) return `none: not below ${tiers[0].below}%`
  return `${percent(credit)} of the bill: below ${tier.below}%`
}

function expected(asked: Asked, profile: Profile): Answer {
  const { label, days } = monthOf(asked)
  const alternating = { life: asked.span('life'), repair: asked.span('repair'), window: days * DAY }
  if (alternating.window / alternating.life > 1e5) throw new Refusal(`--life ${asked.options.sla.life}: too short for a month`)
  const { odds, credit: mean, billsPerYear } = expectedCredit(profile, alternating)
  const availability = alternating.life / (alternating.life + alternating.repair)
  const rows = [
    [profile.name, `${profile.product}, ${label}, up when it begins`],
    ['availability', `${percent(availability, 9)} in the long run`],
    ['no credit', `${small(odds[0])} of months`],
    ...profile.tiers.map(({ below, credit: share }, at) => [
      `${share}% credit`,
      `${small(odds[at + 1])} of months, below ${below}%`,
    ]),
    ['on average', `${small(mean * 100)}% of a month’s bill; ${small(billsPerYear)} months’ bills a year`],
  ]
  return { data: { profile: profile.name, days, availability, odds, credit: mean, billsPerYear }, text: list(rows) }
}

const round = (money: number): string => String(Math.round(money * 100) / 100)
