/** Questions to `blackstart sla` on things put together: in a row, side by side, k of n, with crews, with a standby. */
import { alike, kOfN, parallel, series } from '../../sla/blocks.ts'
import { unavailableTogether } from '../../sla/common-cause.ts'
import { kOfNRepaired, type Repairable } from '../../sla/repairable.ts'
import { standby } from '../../sla/standby.ts'
import { availabilityOf, BRIDGE } from '../../sla/structure.ts'
import type { Ratio } from '../../units/quantity.ts'
import { type Answer, availabilityLines, list, type Topic, time } from './answer.ts'

export const structures: Readonly<Record<string, Topic>> = {
  series: {
    usage: 'series A B …',
    help: 'all of them are needed',
    options: [],
    answer: asked => {
      asked.count(1, 1000)
      const availability = series(...asked.shares())
      return worth(availability, 1 - availability)
    },
  },
  parallel: {
    usage: 'parallel A B …',
    help: 'one of them is enough, and they fail independently',
    options: [],
    answer: asked => {
      asked.count(1, 1000)
      const missing = asked.shares().map(share => 1 - share)
      return worth(parallel(...asked.shares()), series(...missing))
    },
  },
  'k-of-n': {
    usage: 'k-of-n K N A [--beta SHARE] | k-of-n K N A1 … AN',
    help: 'K of N are enough; with a common cause if you say so',
    options: ['beta'],
    answer: asked => {
      asked.count(3, 1002)
      const n = asked.whole(1)
      const k = asked.whole(0, 1, n)
      const given = asked.shares(2)
      if (given.length !== 1 && given.length !== n) asked.wrong(`${given.length} availabilities for ${n} parts`)
      if (given.length === 1) {
        const unavailability = unavailableTogether(n, 1 - given[0], asked.optionalShare('beta', 0), k)
        return worth(1 - unavailability, unavailability)
      }
      if (asked.has('beta')) asked.wrong('--beta is for parts that are alike')
      const missing = kOfN(
        n - k + 1,
        given.map(share => 1 - share),
      )
      return worth(kOfN(k, given), missing)
    },
  },
  bridge: {
    usage: 'bridge A | bridge A1 A2 B1 B2 MIDDLE',
    help: 'two ways, A1–B1 and A2–B2, joined in the middle',
    options: [],
    answer: asked => {
      asked.count(1, 5)
      const given = asked.shares()
      if (given.length !== 1 && given.length !== 5) asked.wrong(`${given.length} availabilities for 5 parts`)
      const { availability, unavailability } = availabilityOf(BRIDGE, given.length === 1 ? alike(5, given[0]) : given)
      return worth(availability, unavailability)
    },
  },
  repaired: {
    usage: 'repaired K N --life TIME --repair TIME [--crews N]',
    help: 'K of N that fail and are repaired by so many crews',
    options: ['life', 'repair', 'crews'],
    answer: asked => {
      asked.count(2)
      const n = asked.whole(1, 1, 300)
      const k = asked.whole(0, 1, n)
      const group = kOfNRepaired({
        k,
        n,
        life: asked.span('life'),
        repair: asked.span('repair'),
        crews: asked.optionalWhole('crews', n),
      })
      return lived(group)
    },
  },
  standby: {
    usage: 'standby --life TIME --repair TIME --failover TIME [--coverage SHARE --manual TIME]',
    help: 'a primary and its standby, one of them repaired at a time',
    options: ['life', 'repair', 'failover', 'coverage', 'manual'],
    answer: asked => {
      asked.count(0)
      const coverage = asked.optionalShare('coverage', 1)
      const pair = standby({
        life: asked.span('life'),
        repair: asked.span('repair'),
        failover: asked.span('failover'),
        coverage,
        manual: asked.span('manual', coverage === 1 ? 1 : undefined),
      })
      const { shares } = pair
      const { data, text } = lived(pair)
      const parts = [
        ['failing over', shares.failingOver],
        ['not noticed', shares.unnoticed],
        ['both down', shares.neither],
      ] as const
      const lines = parts.map(([name, share]) => [`  ${name}`, `${time(share * YEAR)} a year`])
      return { data: { ...data, shares }, text: `${text}\nof the time down\n${list(lines)}` }
    },
  },
}

const YEAR = 365 * 86_400

function worth(availability: Ratio, unavailability: Ratio): Answer {
  return { data: { availability, unavailability }, text: list(availabilityLines(availability, unavailability)) }
}

function lived(one: Repairable): Answer {
  const { availability, unavailability, frequency, meanOutage, meanTimeToFailure } = one
  const lines = [
    ...availabilityLines(availability, unavailability),
    ['failures in 365 days', String(Number((frequency * YEAR).toPrecision(6)))],
    ['mean outage', Number.isNaN(meanOutage) ? 'there is none to speak of' : time(meanOutage)],
    ['mean time to failure', time(meanTimeToFailure)],
  ]
  return { data: { availability, unavailability, frequency, meanOutage, meanTimeToFailure }, text: list(lines) }
}
