import { describe, expect, test } from 'vitest'
import { downLongerThan } from '../../sim/sla/alternating-renewal.ts'
import { alike, downtimeOf, kOfN, series } from '../../sim/sla/blocks.ts'
import { budgetLasts, budgetSpent, burnRate, indicator } from '../../sim/sla/budget.ts'
import { impliedBeta, unavailableTogether } from '../../sim/sla/common-cause.ts'
import { creditFor, creditForSeconds, expectedCredit, settle } from '../../sim/sla/credit.ts'
import { impliedCoverage, impliedShares, PUBLISHED, twoRegions, worthOf } from '../../sim/sla/independence.ts'
import { allowedDowntime, daysIn } from '../../sim/sla/months.ts'
import { type Profile, profileNamed, profiles } from '../../sim/sla/profiles.ts'
import { twoState } from '../../sim/sla/repairable.ts'
import { rolloutDays, slipsThrough, zonesChanged } from '../../sim/sla/rollout.ts'
import { alongRequest, servingPlane, targets } from '../../sim/sla/targets.ts'
import { allClose, close } from './close.ts'

function profile(name: string): Profile {
  const found = profileNamed(name)
  if (found === undefined) throw new Error(`no profile ${name}`)
  return found
}

const MONTH = 30 * 24 * 60 * 60_000 // ms

describe('nines in months as they are', () => {
  test.each([
    [0.99, [24192, 25056, 25920, 26784, 26298, 315360]],
    [0.995, [12096, 12528, 12960, 13392, 13149, 157680]],
    [0.999, [2419.2, 2505.6, 2592, 2678.4, 2629.8, 31536]],
    [0.9995, [1209.6, 1252.8, 1296, 1339.2, 1314.9, 15768]],
    [0.9999, [241.92, 250.56, 259.2, 267.84, 262.98, 3153.6]],
    [0.99995, [120.96, 125.28, 129.6, 133.92, 131.49, 1576.8]],
    [0.99999, [24.192, 25.056, 25.92, 26.784, 26.298, 315.36]],
  ])('%d', (availability, seconds) => {
    allClose(Object.values(allowedDowntime(availability)), seconds)
  })

  test.each([
    [0.99671, 28.8204],
    [0.99741, 22.6884],
    [0.99749, 21.9876],
    [0.99982, 1.5768],
    [0.99995, 0.438],
  ])('hours a year at %d, the labels of tiers', (availability, hours) => {
    close(downtimeOf(availability, 8760), hours)
  })

  test('months have the days that the calendar gives them', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map(month => daysIn(2026, month))).toEqual([
      31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31,
    ])
    expect([2028, 2000, 2100].map(year => daysIn(year, 2))).toEqual([29, 29, 28])
  })
})

describe('credits of a month of 30 days', () => {
  test.each([
    [4.32, 0.9999, [0, 0, 0, 0]],
    [4.33, 0.9998997685185185, [10, 0, 0, 0]],
    [21.6, 0.9995, [10, 0, 0, 0]],
    [21.7, 0.9994976851851852, [10, 10, 0, 0]],
    [60, 0.9986111111111111, [10, 10, 10, 0]],
    [216, 0.995, [10, 10, 10, 0]],
    [432, 0.99, [10, 10, 10, 10]],
    [432.01, 0.9899997685185186, [30, 25, 25, 30]],
    [2160, 0.95, [30, 25, 25, 30]],
    [2160.01, 0.9499997685185186, [100, 100, 100, 100]],
  ])('%d min down', (minutes, uptime, credits) => {
    const names = ['ec2-region', 'rds-multi-az', 's3-standard', 'ec2-instance']
    const found = names.map(name => creditFor(profile(name), Math.round(minutes * 60_000), MONTH))
    expect(found.map(({ credit }) => Math.round(credit * 100))).toEqual(credits)
    for (const one of found) close(one.uptime, uptime)
  })

  test('one millisecond decides at every threshold of every profile', () => {
    for (const one of profiles) {
      one.tiers.forEach(({ below }, at) => {
        const allowed = Number((BigInt(Math.round((100 - below) * 10_000)) * BigInt(MONTH)) / 1_000_000n)
        expect([one.name, creditFor(one, allowed, MONTH).tier]).toEqual([one.name, one.tiers[at - 1]])
        expect([one.name, creditFor(one, allowed + 1, MONTH).tier]).toEqual([one.name, one.tiers[at]])
      })
    }
  })

  test('time off the millisecond, as the clock of a simulation has it, is rounded to it', () => {
    const onGrid = Math.round(259.2 * 2 ** 20 + 1) / 2 ** 20 // just above, on the grid of 2⁻²⁰ s
    expect(onGrid).toBeGreaterThan(259.2)
    expect(creditForSeconds(profile('ec2-region'), onGrid, 30 * 86_400).tier).toBeUndefined()
    expect(creditForSeconds(profile('ec2-region'), 259.201, 30 * 86_400).tier).toEqual({ below: 99.99, credit: 10 })
  })

  test('an hour of errors alone, or six hours with a fifth of errors, in five-minute intervals', () => {
    const s3 = profile('s3-standard')
    close(creditFor(s3, 12 * 300_000, MONTH).uptime, 0.9986111111111111)
    const fifth = creditFor(s3, (72 * 300_000) / 5, MONTH)
    close(fifth.uptime, 0.9983333333333333)
    expect(fifth.credit).toBe(0.1)
  })

  test('time down that is not whole or not within the month is refused', () => {
    for (const down of [-1, 0.5, MONTH + 1, Number.NaN])
      expect(() => creditFor(profile('elb'), down, MONTH)).toThrow(RangeError)
  })

  test('a credit of 100 on a bill of 1000 leaves 4900 of the 5000 that an hour costs', () => {
    const credit = creditFor(profile('ec2-region'), 3_600_000, MONTH)
    expect(settle(credit, 1000, 3600, 5000)).toEqual({ paid: 100, loss: 5000, uncovered: 4900 })
    expect(settle(credit, 1000, 3600, 50).uncovered).toBe(0)
  })

  test('profiles are told apart by name, and each tier gives more than the one before', () => {
    expect(new Set(profiles.map(({ name }) => name)).size).toBe(profiles.length)
    for (const { tiers } of profiles) {
      for (let at = 1; at < tiers.length; at++) {
        expect(tiers[at].below).toBeLessThan(tiers[at - 1].below)
        expect(tiers[at].credit).toBeGreaterThan(tiers[at - 1].credit)
      }
    }
  })
})

describe('credits to be expected, up and down by turns over 43 200 min', () => {
  test.each([
    // failures a month, mean minutes down, then odds, credit in percent and bills a year of two profiles
    [
      0.1,
      60,
      'ec2-region',
      [0.9111429107005533, 0.08875896756472805, 9.812173471851085e-5, 8.316317543255091e-17],
      0.8905333276888442,
      0.1068639993226613,
    ],
    [
      0.1,
      60,
      'rds-multi-az',
      [0.932457864276663, 0.06744401398861836, 9.812173471851085e-5, 8.316317543255091e-17],
      0.6768931832541548,
      0.08122718199049858,
    ],
    [
      1 / 3,
      30,
      'ec2-region',
      [0.7489620156624521, 0.25103707049725016, 9.138402976653031e-7, 4.7885036792345806e-30],
      2.510398120181432,
      0.30124777442177186,
    ],
    [
      1 / 3,
      30,
      'rds-multi-az',
      [0.8458346836023456, 0.15416440255735675, 9.138402976653031e-7, 4.7885036792345806e-30],
      1.5416668715810091,
      0.1850000245897211,
    ],
    [
      1,
      5,
      'ec2-region',
      [0.6238567400458157, 0.37614325995418424, 1.2966643136248768e-32, 1.128651538990749e-173],
      3.7614325995418425,
      0.4513719119450211,
    ],
    [
      1,
      5,
      'rds-multi-az',
      [0.9622670952702794, 0.037732904729720546, 1.2966643136248768e-32, 1.128651538990749e-173],
      0.37732904729720546,
      0.04527948567566465,
    ],
  ] as const)('%d outages a month of %d min under %s', (perMonth, minutes, name, odds, percent, bills) => {
    const expected = expectedCredit(profile(name), { life: 43_200 / perMonth, repair: minutes, window: 43_200 })
    allClose(expected.odds, odds)
    close(expected.credit * 100, percent)
    close(expected.billsPerYear, bills)
  })

  test.each([
    [0.1, 60, 0.9998611303985557, 0.9048374180359595],
    [1 / 3, 30, 0.999768572089794, 0.7165313105737893],
    [1, 5, 0.999884272653628, 0.36787944117144233],
  ])('%d outages a month of %d min: the long run, and months without any', (perMonth, minutes, steady, none) => {
    const alternating = { life: 43_200 / perMonth, repair: minutes, window: 43_200 }
    close(twoState(alternating.life, alternating.repair).availability, steady)
    close(1 - downLongerThan(0, alternating), none)
    expect(downLongerThan(43_200, alternating)).toBe(0)
  })

  test('a promise of 100 % pays whenever there was an outage at all', () => {
    const { odds } = expectedCredit(profile('route53'), { life: 43_200, repair: 5, window: 43_200 })
    close(odds[0], 0.36787944117144233)
  })
})

describe('error budgets', () => {
  test('an hour at 14.4 times and six hours at 6 times of a budget of 30 days', () => {
    close(budgetSpent(14.4, 1, 720), 0.02)
    close(budgetSpent(6, 6, 720), 0.05)
  })

  test('a total outage uses up 99.9 % of 30 days in 43.2 min', () => {
    close(burnRate(0, 0.999), 1000)
    close(budgetLasts(burnRate(0, 0.999), 43_200), 43.2)
  })

  test('one bad minute at the peak, one quiet bad minute: three ways to count rank them differently', () => {
    const good = { good: 100, total: 100 }
    const peak = [...Array(98).fill(good), { good: 5000, total: 10_000 }, { good: 0, total: 0 }]
    const quiet = [...Array(98).fill(good), { good: 0, total: 1 }, { good: 0, total: 0 }]
    const ways = ['occurrences', 'time-slices', 'ratio-slices'] as const
    expect(ways.map(way => indicator(peak, way, 0.99))).toEqual([14_800 / 19_800, 0.99, 99.5 / 100])
    expect(ways.map(way => indicator(quiet, way, 0.99))).toEqual([9800 / 9801, 0.99, 0.99])
    expect(ways.map(way => indicator([], way, 0.99))).toEqual([1, 1, 1])
  })
})

describe('the published table of one, three and six times the cost', () => {
  const zone = 0.99

  test.each([
    ['one zone', { zones: 1 }, 0.99, 1],
    ['two, each for the full load', { zones: 2 }, 0.9999, 2],
    ['three, each for the full load', { zones: 3 }, 0.999999, 3],
    ['three at half the load each', { zones: 3, needed: 2 }, 0.999702, 1.5],
    ['two regions of three at half the load each', { zones: 3, needed: 2, regions: 2 }, 1 - 0.000298 ** 2, 3],
    ['three that are one', { zones: 3, betaZone: 1 }, 0.99, 3],
  ])('%s', (_, copies, availability, cost) => {
    const worth = worthOf({ zone, betaZone: 0, ...copies })
    close(worth.availability, availability)
    close(worth.unavailability, 1 - availability)
    close(worth.cost, cost)
  })

  test('three zones under a regional layer of 99.99 %', () => {
    close(series(worthOf({ zone, zones: 3, betaZone: 0 }).availability, 0.9999), 0.9998990001)
  })

  test('two regions of 99.99 %: independent, and with a failover that works nine times in ten', () => {
    close(1 - unavailableTogether(2, 1e-4, 0), 0.99999999)
    close(1 - twoRegions(1e-4, 0.9), 0.999989991)
  })

  test('what zones and regions must share for it to be true', () => {
    const shares = impliedShares()
    close(shares.zone, 0.00990294155910869)
    close(shares.region, 0.09991898541671866)
    close(shares.coverage, 0.9000900090009001)
    close(impliedBeta(2, 1e-2, 1e-4), 0) // two zones reach it only with nothing shared
    expect(impliedBeta(2, 1e-2, 2e-2)).toBe(1)
    close(impliedCoverage(1e-4, 1e-5), shares.coverage)
  })

  test('with these shares the table comes out, row by row', () => {
    const { zone: betaZone, region: betaRegion } = impliedShares()
    for (const { zones, regions, unavailability, cost } of PUBLISHED) {
      const worth = worthOf({ zone, zones, regions, betaZone: zones > 1 ? betaZone : 0, betaRegion })
      close(worth.unavailability, unavailability)
      expect(worth.cost).toBe(cost)
    }
  })

  test('k of n with a common cause falls to the binomial when nothing is shared', () => {
    close(1 - unavailableTogether(3, 0.01, 0, 2), kOfN(2, alike(3, 0.99)))
  })
})

describe('published targets along a request', () => {
  const named = (name: string) => {
    const found = targets.find(one => one.name === name)
    if (found === undefined) throw new Error(`no targets ${name}`)
    return found
  }

  test.each([
    ['ec2', 'control', 262.8],
    ['ec2', 'zone', 262.8],
    ['ec2', 'zones', 52.56],
    ['ebs', 'service', 5.256],
    ['cloudfront', 'control', 525.6],
    ['iam', 'service', 26.28],
    ['kms', 'control', 52.56],
    ['route53', 'service', 0],
  ] as const)('%s, %s plane: minutes a year', (name, plane, minutes) => {
    close(downtimeOf(named(name).planes[plane] ?? 0, 525_600), minutes)
  })

  test('a request through names, edge, machines and a database, and one that has to change something on the way', () => {
    const hops = ['route53', 'cloudfront', 'ec2', 'rds'].map(name => ({
      targets: named(name),
      plane: servingPlane(named(name)),
    }))
    const { serving, changing } = alongRequest(hops)
    close(serving, 0.9999 * 0.9999 * 0.9999)
    close(changing, 0.9999 * 0.9999 * 0.9999 * 0.9995 * 0.999 * 0.9995 * 0.9995)
  })
})

describe('changes that go out in waves', () => {
  const waves = [1, 2, 4, 8, 16, 7] // 38 regions

  test('38 regions of three zones take 18 days, and four days have touched five zones', () => {
    expect(rolloutDays(waves, 3)).toBe(18)
    expect([1, 2, 3, 4].map(day => zonesChanged(waves, 3, day))).toEqual([1, 2, 3, 5])
    expect(zonesChanged(waves, 3, 18)).toBe(114)
  })

  test('three stages that each notice four of five let one in 125 through', () => {
    close(slipsThrough(3, 0.8), 0.008)
  })
})
