/** Whole clouds whose zones fail again and again, against birth–death and Markov chains: what counts is what a service has of it. */
import { describe, expect, test } from 'vitest'
import { meanEstimate } from '../../sim/experiment/interval.ts'
import { sharesDown } from '../../sim/sla/common-cause.ts'
import { kOfNRepaired, twoState } from '../../sim/sla/repairable.ts'
import { historyOf } from '../cloud.ts'
import { chainAverage } from './chain.ts'

const HOUR = 3600
const YEAR = 8760 * HOUR
const YEARS = 250
const SEEDS = 8

interface Case {
  readonly n: number
  readonly k: number
  readonly life: string
  readonly repair: string
  readonly beta?: number
  /** One for each zone when left out. */
  readonly crews?: number
  readonly every?: string
}

/** `n` zones of one host, and a service that needs `k` of them. */
const world = ({ n, k, life, repair, beta = 0, crews }: Case) => {
  const zones = Array.from({ length: n }, (_, i) => `z${i + 1}`).join(', ')
  const hands = crews === undefined ? '' : `, hands: {kind: crew, servers: ${crews}, travel: 0s}`
  return `
blackstart: 1
name: recurring
run: {horizon: ${YEARS}y}
world: {r: {zones: [${zones}], racks: 1, hosts: 1, machine: plain, tenants: 0}}
machines: {plain: {boot: 0s, on-power-return: {stuck: 0%, lost: 0%}}}
services: {shop: {needs: {zones: {from: [${zones}], k: ${k}}}}${hands}}
faults:
  dark: {kind: power-loss, target: {region: r}, each: zone, every: ${life}, lasts: ${repair}, beta: ${beta}${crews === undefined ? '' : ', via: hands'}}`
}

/** What a service went through in `SEEDS` runs: the share of time down in each, and all its outages. */
function lived(of: Case): { shares: number[]; outages: number } {
  const shares: number[] = []
  let outages = 0
  for (let seed = 1; seed <= SEEDS; seed++) {
    const history = historyOf(world(of), String(seed))
    let down = 0
    for (const { kind, time } of history.rows(/^service\.(down|up)$/, 'shop')) {
      down += kind === 'service.down' ? YEARS * YEAR - time : time - YEARS * YEAR
      if (kind === 'service.down') outages++
    }
    shares.push(down / (YEARS * YEAR))
  }
  return { shares, outages }
}

const exponential = (hours: number) => `{exponential: {mean: ${hours}h}}`
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

/** The chain of how many zones are down, with a way from anywhere to all of them; times in h. */
const rates = (n: number, life: number, repair: number, beta: number, crews: number) =>
  Array.from({ length: n + 1 }, (_, from) =>
    Array.from({ length: n + 1 }, (_, to) => {
      const alone = to === from + 1 ? ((n - from) * (1 - beta)) / life : 0
      const back = to === from - 1 ? Math.min(from, crews) / repair : 0
      return alone + back + (to === n && from < n ? beta / life : 0)
    }),
  )

describe('a service that needs', () => {
  test.each([
    { n: 1, k: 1, life: 8760, repair: 4, unavailability: 4 / 8764 },
    { n: 3, k: 2, life: 1000, repair: 10, unavailability: 0.000292147635 },
    { n: 2, k: 1, life: 1000, repair: 10, unavailability: 9.80296049e-5 },
    { n: 3, k: 2, life: 1000, repair: 10, crews: 1, unavailability: 0.000588003563 },
    { n: 2, k: 1, life: 1000, repair: 10, crews: 1, unavailability: 0.000196039992 },
    { n: 2, k: 1, life: 1000, repair: 10, beta: 0.1, unavailability: 0.000583565043 },
  ])(
    '$k of $n zones, life $life h, repair $repair h, crews $crews, beta $beta, is down $unavailability of the time',
    ({ n, k, life, repair, crews, beta = 0, unavailability }) => {
      const chain = rates(n, life, repair, beta, crews ?? n)
      const time = (SEEDS * YEARS * YEAR) / HOUR
      const { mean, error } = chainAverage(chain, down => (n - down < k ? 1 : 0), time)
      expect(mean / unavailability).toBeCloseTo(1, 8)
      const { shares, outages } = lived({
        n,
        k,
        life: exponential(life),
        repair: exponential(repair),
        beta,
        ...(crews !== undefined && { crews }),
      })
      expect(Math.abs(sum(shares) / SEEDS - mean) / error).toBeLessThan(4)
      expect(error / mean).toBeLessThan(0.15)
      const frequency =
        beta > 0
          ? (sharesDown({ n, life, repair, beta, crews: n })[0] * beta + sharesDown({ n, life, repair, beta, crews: n })[1]) /
            life
          : (n === 1 ? twoState(life, repair) : kOfNRepaired({ k, n, life, repair, crews: crews ?? n })).frequency
      expect(Math.abs(outages - frequency * time) / Math.sqrt(frequency * time)).toBeLessThan(4)
    },
  )
})

test('with repairs of any law, and lives of any law, two of three are down as often as the means say', () => {
  const { shares } = lived({
    n: 3,
    k: 2,
    life: '{weibull: {shape: 2, mean: 1000h}}',
    repair: '{lognormal: {mean: 10h, cv: 2}}',
  })
  const { value, error } = meanEstimate(shares)
  expect(Math.abs(value - 0.000292147635) / error).toBeLessThan(4)
  expect(error / value).toBeLessThan(0.15)
})

test('whatever beta is, each zone fails as often', () => {
  const YEARS_OF_FIVE = 5 * YEARS
  for (const beta of [0, 0.3, 1]) {
    const history = historyOf(world({ n: 5, k: 1, life: exponential(1000), repair: exponential(10), beta }), '5')
    const strikes = history.rows('fault.started').length
    const expected = (YEARS_OF_FIVE * 8760) / 1010
    // Strikes come one by one with the share 1 − β and five at a time with β.
    const deviation = Math.sqrt(expected * (1 - beta + 5 * beta))
    expect(Math.abs(strikes - expected) / deviation).toBeLessThan(4)
  }
})

test('losses of all zones at once that last as long for all are as rare as the beta-factor model says', () => {
  const of: Case = { n: 3, k: 1, life: exponential(990), repair: '10h', beta: 0.1 }
  const { value, error } = meanEstimate(lived(of).shares)
  expect(Math.abs(value - 0.001000729) / error).toBeLessThan(4) // ((1 − β)q)³ + βq, q = 0.01
  expect(error / value).toBeLessThan(0.05)
})
