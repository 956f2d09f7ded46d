/** Questions to `blackstart sla` on promises: what they allow, what they give back, and how a budget is spent. */
import { BUDGETING, budgetLasts, budgetSpent, burnRate, indicator, type Slice } from '../../sla/budget.ts'
import { type Credit, creditFor, expectedCredit, settle, thresholdOf } from '../../sla/credit.ts'
import { allowedDowntime, DAY, daysIn, type Period } from '../../sla/months.ts'
import { CONDITIONS, EXCLUSIONS, type Profile, profiles, type Scope, type Tier, WINDOW } from '../../sla/profiles.ts'
import type { Seconds } from '../../units/quantity.ts'
import { Refusal } from '../output.ts'
import { type Answer, list, percent, small, type Topic, table, time } from './answer.ts'
import { type Asked, named } from './asked.ts'

const byName: Readonly<Record<string, Profile>> = Object.fromEntries(profiles.map(profile => [profile.name, profile]))

/** The shares that the usual table has. */
const USUAL = [0.99, 0.995, 0.999, 0.9995, 0.9999, 0.99995, 0.99999]

export const promises: Readonly<Record<string, Topic>> = {
  nines: {
    usage: 'nines [A …] [--month YYYY-MM | --days N]',
    help: 'the time that a share allows to be lost, by the real length of the month',
    options: ['month', 'days'],
    answer: nines,
  },
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
  budget: {
    usage: 'budget TARGET [--window TIME] [--burn RATE --for TIME] [--slices GOOD/ALL,… [--slice-target SHARE]]',
    help: 'the error budget of an objective, and how it is spent',
    options: ['window', 'burn', 'for', 'slices', 'slice-target'],
    answer: budget,
  },
}

function nines(asked: Asked): Answer {
  const given = asked.operands.length === 0 ? USUAL : asked.shares()
  const own = asked.has('month') || asked.has('days') ? monthOf(asked) : undefined
  const columns = given.map(share => {
    const allowed: Partial<Record<Period | 'asked', Seconds>> =
      own === undefined ? allowedDowntime(share) : { asked: (1 - share) * own.days * DAY }
    return { availability: share, allowed }
  })
  const periods = Object.keys(columns[0].allowed) as (Period | 'asked')[]
  const rows = periods.map(period => [
    period === 'asked' ? (own?.label ?? '') : period,
    ...columns.map(({ allowed }) => time(allowed[period] ?? 0)),
  ])
  return {
    data:
      own === undefined
        ? { nines: columns }
        : { days: own.days, nines: columns.map(({ availability, allowed }) => ({ availability, allowed: allowed.asked })) },
    text: table([['', ...given.map(share => percent(share, 9))], ...rows]),
  }
}

/** The month asked about: `2026-02` by the calendar, or a number of days. */
function monthOf(asked: Asked): { label: string; days: number } {
  const { month } = asked.options.sla
  if (month === undefined) {
    const days = asked.optionalWhole('days', 30, 28, 31)
    return { label: `${days} days`, days }
  }
  if (asked.has('days')) asked.wrong('--month has its own days')
  const match = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(month)
  if (match === null) throw new Refusal(`--month ${month}: write year and month, such as 2026-02`)
  const days = daysIn(Number(match[1]), Number(match[2]))
  return { label: `${month}, ${days} days`, days }
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
  const money = bill === undefined ? undefined : { bill, ...settle(found, bill, down, lossPerHour ?? 0) }
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

function budget(asked: Asked): Answer {
  asked.count(1)
  const target = asked.share(0)
  if (target === 1) throw new Refusal(`${asked.operands[0]}: a target of 100% leaves no budget`)
  const window = asked.span('window', 30 * DAY)
  const allowed = (1 - target) * window
  const rows = [
    ['budget', `${time(allowed)} of ${time(window)} with nothing but errors, or ${percent(1 - target, 9)} of all requests`],
  ]
  const data: Record<string, unknown> = {
    target,
    window,
    budget: 1 - target,
    allowed,
    exhausted: budgetLasts(burnRate(0, target), window),
  }
  const burn = asked.amount('burn')
  if (asked.has('for') && burn === undefined) asked.wrong('--for needs --burn')
  if (burn !== undefined) {
    rows.push(['burn rate', `${burn}: ${percent(Math.min(1, burn * (1 - target)), 9)} of requests fail`])
    if (burn > 0) rows.push(['lasts', time(budgetLasts(burn, window))])
    Object.assign(data, { burn, lasts: burn > 0 ? budgetLasts(burn, window) : null })
    if (asked.has('for')) {
      const spent = budgetSpent(burn, asked.time('for'), window)
      rows.push(['spent', `${percent(spent, 4)} of the budget in ${time(asked.time('for'))}`])
      Object.assign(data, { spent })
    }
  }
  const { slices: given } = asked.options.sla
  if (given === undefined && asked.has('slice-target')) asked.wrong('--slice-target needs --slices')
  if (given !== undefined) {
    const slices = slicesOf(given)
    const found = BUDGETING.map(way => {
      const good = indicator(slices, way, asked.optionalShare('slice-target', target))
      return { budgeting: way, good, spent: burnRate(good, target) }
    })
    rows.push(
      ...found.map(({ budgeting, good, spent }) => [
        budgeting,
        `${percent(good)} good, ${percent(spent, 2)} of their budget spent`,
      ]),
    )
    Object.assign(data, { slices: found })
  }
  return { data, text: list(rows) }
}

function slicesOf(given: string): Slice[] {
  return given.split(',').map(slice => {
    const match = /^(\d{1,15})\/(\d{1,15})$/.exec(slice.trim())
    const [good, total] = match === null ? [Number.NaN, 0] : [Number(match[1]), Number(match[2])]
    if (!(good <= total)) throw new Refusal(`--slices ${slice}: write good requests of all, such as 995/1000`)
    return { good, total }
  })
}

const round = (money: number): string => String(Math.round(money * 100) / 100)
