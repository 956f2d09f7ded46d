/** Questions to `blackstart sla` on objectives: the time that they leave to lose, and how it is spent. */
import { BUDGETING, budgetLasts, budgetSpent, burnRate, indicator, type Slice } from '../../sla/budget.ts'
import { allowedDowntime, DAY, PERIODS } from '../../sla/months.ts'
import type { Ratio, Seconds } from '../../units/quantity.ts'
import { Refusal } from '../output.ts'
import { type Answer, list, percent, type Topic, table, time } from './answer.ts'
import type { Asked } from './asked.ts'
import { monthOf } from './month.ts'

/** The shares that the usual table has. */
const USUAL = [0.99, 0.995, 0.999, 0.9995, 0.9999, 0.99995, 0.99999]

export const objectives: Readonly<Record<string, Topic>> = {
  nines: {
    usage: 'nines [A …] [--month YYYY-MM | --days N]',
    help: 'the time that a share allows to be lost, by the real length of the month',
    options: ['month', 'days'],
    answer: nines,
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
  const month = asked.has('month') || asked.has('days') ? monthOf(asked) : undefined
  const periods = month === undefined ? PERIODS : { [month.label]: month.days }
  const columns = given.map(availability => ({ availability, allowed: allowedDowntime(availability, periods) }))
  const rows = Object.keys(periods).map(period => [period, ...columns.map(({ allowed }) => time(allowed[period]))])
  return {
    data: { periods, nines: columns },
    text: table([['', ...given.map(share => percent(share, 9))], ...rows]),
  }
}

function budget(asked: Asked): Answer {
  asked.count(1)
  const target = asked.share(0)
  if (target === 1) throw new Refusal(`${asked.operands[0]}: a target of 100% leaves no budget`)
  const window = asked.span('window', 30 * DAY)
  const allowed = (1 - target) * window
  const parts = [burnt(asked, target, window), sliced(asked, target)]
  return {
    data: {
      target,
      window,
      budget: 1 - target,
      allowed,
      exhausted: budgetLasts(burnRate(0, target), window),
      ...Object.assign({}, ...parts.map(({ data }) => data)),
    },
    text: list([
      ['budget', `${time(allowed)} of ${time(window)} with nothing but errors, or ${percent(1 - target, 9)} of all requests`],
      ...parts.flatMap(({ rows }) => rows),
    ]),
  }
}

/** A part of an answer: figures, and lines for people. */
interface Part {
  readonly data: Readonly<Record<string, unknown>>
  readonly rows: readonly (readonly string[])[]
}

const NOTHING: Part = { data: {}, rows: [] }

/** What burning at a rate does. */
function burnt(asked: Asked, target: Ratio, window: Seconds): Part {
  const burn = asked.amount('burn')
  if (asked.has('for') && burn === undefined) asked.wrong('--for needs --burn')
  if (burn === undefined) return NOTHING
  const lasts = budgetLasts(burn, window)
  const spent = asked.has('for') ? budgetSpent(burn, asked.time('for'), window) : undefined
  return {
    data: { burn, lasts, ...(spent !== undefined && { spent }) },
    rows: [
      ['burn rate', `${burn}: ${percent(Math.min(1, burn * (1 - target)), 9)} of requests fail`],
      ['lasts', time(lasts)],
      ...(spent === undefined ? [] : [['spent', `${percent(spent, 4)} of the budget in ${time(asked.time('for'))}`]]),
    ],
  }
}

/** What slices of time have spent, counted in each of the three ways. */
function sliced(asked: Asked, target: Ratio): Part {
  const { slices: given } = asked.options.sla
  if (given === undefined && asked.has('slice-target')) asked.wrong('--slice-target needs --slices')
  if (given === undefined) return NOTHING
  const slices = slicesOf(given)
  const found = BUDGETING.map(budgeting => {
    const good = indicator(slices, budgeting, asked.optionalShare('slice-target', target))
    return { budgeting, good, spent: burnRate(good, target) }
  })
  return {
    data: { slices: found },
    rows: found.map(({ budgeting, good, spent }) => [
      budgeting,
      `${percent(good)} good, ${percent(spent, 2)} of their budget spent`,
    ]),
  }
}

function slicesOf(given: string): Slice[] {
  return given.split(',').map(slice => {
    const match = /^(\d{1,15})\/(\d{1,15})$/.exec(slice.trim())
    const [good, total] = match === null ? [Number.NaN, 0] : [Number(match[1]), Number(match[2])]
    if (!(good <= total)) throw new Refusal(`--slices ${slice}: write good requests of all, such as 995/1000`)
    return { good, total }
  })
}
