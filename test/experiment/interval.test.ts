import { describe, expect, test } from 'vitest'
import { sample } from '../../sim/engine/distribution.ts'
import { keyOf, Randomness } from '../../sim/engine/random.ts'
import { Simulation } from '../../sim/engine/simulation.ts'
import {
  batchMeans,
  betaQuantile,
  betaShare,
  meanEstimate,
  quantileRanks,
  shareEstimate,
  studentQuantile,
} from '../../sim/experiment/interval.ts'
import { createJobQueue } from '../../sim/models/queue.ts'
import { timeAverage } from '../oracle/birth-death.ts'
import { SilentTrace } from '../oracle/silent-trace.ts'

function close(actual: number, expected: number, within = 1e-10): void {
  expect(Math.abs(actual - expected) / Math.abs(expected)).toBeLessThan(within)
}

describe("Student's law", () => {
  test('of one and two degrees of freedom by its closed forms', () => {
    for (const p of [0.501, 0.6, 0.975, 0.9999]) {
      close(studentQuantile(p, 1), Math.tan(Math.PI * (p - 0.5)))
      close(studentQuantile(p, 2), (2 * p - 1) / Math.sqrt(2 * p * (1 - p)))
    }
  })

  test('next to its middle keeps its digits', () => {
    const past = 1e-9
    close(studentQuantile(0.5 + past, 1), Math.tan(Math.PI * (0.5 + past - 0.5)))
    close(studentQuantile(0.5 + past, 2), (2 * (0.5 + past) - 1) / Math.sqrt(0.5))
    expect(Math.abs(studentQuantile(0.5, 7))).toBeLessThan(1e-100)
  })

  test.each([
    // Source: tables of the distribution, and its expansion around the normal law for many degrees.
    [0.975, 4, 2.776445],
    [0.975, 9, 2.262157],
    [0.975, 19, 2.093024],
    [0.995, 29, 2.756386],
    [0.95, 120, 1.657651],
    [0.975, 1e6, 1.959966],
  ])('p = %d, %i degrees', (p, degrees, quantile) => {
    expect(studentQuantile(p, degrees)).toBeCloseTo(quantile, 5)
    expect(studentQuantile(1 - p, degrees)).toBeCloseTo(-quantile, 5)
  })
})

test('the beta law by its closed forms: powers, and the arcsine', () => {
  for (const x of [1e-6, 0.1, 0.5, 0.93]) {
    close(betaShare(x, 3, 1), x ** 3)
    close(betaShare(x, 1, 4), -Math.expm1(4 * Math.log1p(-x)))
    close(betaShare(x, 0.5, 0.5), (2 / Math.PI) * Math.asin(Math.sqrt(x)))
  }
  close(betaShare(0.5, 40_000, 40_000), 0.5, 1e-8)
  close(betaQuantile(0.3, 5, 1), 0.3 ** 0.2)
  expect(() => betaShare(NaN, 2, 3)).toThrow('beta function of NaN, 2 and 3 does not converge')
})

describe('a mean', () => {
  test('of three values', () => {
    const { value, error, low, high } = meanEstimate([1, 2, 6])
    expect(value).toBe(3)
    close(error, Math.sqrt(7 / 3))
    close((high - low) / 2, error * 4.302652729911275)
  })

  test('of values that agree is certain, of one value endless, of none an error', () => {
    expect(meanEstimate([5, 5, 5])).toEqual({ value: 5, error: 0, low: 5, high: 5 })
    expect(meanEstimate([5])).toEqual({ value: 5, error: Infinity, low: -Infinity, high: Infinity })
    expect(() => meanEstimate([])).toThrow('no values to take the mean of')
  })

  test('of values that differ in their last digits only has the error of those digits', () => {
    const { value, error } = meanEstimate([2e15 + 1, 2e15 + 2, 2e15 + 6])
    expect(value).toBe(2e15 + 3)
    close(error, Math.sqrt(7 / 3))
  })

  test('by batches leaves out what is over at the front', () => {
    const values = [99, 1, 3, 2, 2, 4, 6]
    expect(batchMeans(values, 3)).toEqual(meanEstimate([2, 2, 5]))
    expect(batchMeans(values, 7)).toEqual(meanEstimate(values))
    expect(() => batchMeans(values, 8)).toThrow('7 values do not make 8 batches')
  })
})

describe('a share', () => {
  test('of none and of all', () => {
    const none = shareEstimate(0, 20)
    expect([none.value, none.low]).toEqual([0, 0])
    close(none.high, 1 - 0.025 ** (1 / 20))
    const all = shareEstimate(20, 20)
    expect([all.value, all.high]).toEqual([1, 1])
    close(all.low, 0.025 ** (1 / 20))
  })

  test('of 5 in 20 has the error of a binomial', () => {
    const { value, error } = shareEstimate(5, 20)
    expect(value).toBe(0.25)
    close(error, Math.sqrt((0.25 * 0.75) / 20))
  })

  test.each([
    [3, 2],
    [-1, 2],
    [0, 0],
    [NaN, 2],
  ])('%d of %d is none', (hits, trials) => {
    expect(() => shareEstimate(hits, trials)).toThrow(`${hits} of ${trials} is no share`)
  })

  test('the interval contains the truth at least as often as it says, whatever the truth', () => {
    const trials = 40
    const intervals = Array.from({ length: trials + 1 }, (_, hits) => shareEstimate(hits, trials))
    for (let percent = 1; percent < 100; percent++) {
      const p = percent / 100
      let chance = (1 - p) ** trials
      let covered = 0
      intervals.forEach(({ low, high }, hits) => {
        if (low <= p && p <= high) covered += chance
        chance *= ((trials - hits) / (hits + 1)) * (p / (1 - p))
      })
      expect(covered).toBeGreaterThanOrEqual(0.95)
    }
  })
})

test.each([
  // Source: sums of the binomial law in fractions. Rank 0 and one more than there are values: open.
  [5, 0.5, 0.95, 3, 0, 6],
  [6, 0.5, 0.95, 3, 1, 6],
  [10, 0.5, 0.95, 5, 2, 9],
  [20, 0.5, 0.95, 10, 6, 15],
  [20, 0.5, 0.99, 10, 4, 17],
  [100, 0.99, 0.95, 99, 97, 101],
  [400, 0.99, 0.95, 396, 392, 400],
  [100, 0.01, 0.95, 1, 0, 4],
  [1, 0.5, 0.95, 1, 0, 2],
])(
  'of %i values the quantile %d lies at confidence %d about rank %i, between %i and %i',
  (n, p, confidence, value, low, high) => {
    expect(quantileRanks(n, p, confidence)).toEqual({ value, low, high })
  },
)

describe('coverage', () => {
  const UNITS = 5
  const LIFE = 4 // s, mean
  const REPAIR = 1
  const WARM_UP = 20
  const SAMPLE = 1
  const SAMPLES = 600

  /** Number of five units that are down, one crew: its average over each second after the warm-up. */
  function run(seed: string): number[] {
    const sim = new Simulation()
    const randomness = new Randomness(sim, seed)
    const lives = randomness.streams('life', UNITS, unit => keyOf(`u${unit}`))
    const repairs = randomness.streams('repair', UNITS, unit => keyOf(`u${unit}`))
    const averages: number[] = []
    let down = 0
    let since = 0 // last change, s
    let area = 0 // ∫ down dt since the last sample, s
    const change = (by: number): void => {
      area += down * (sim.now - since)
      since = sim.now
      down += by
    }
    const FAIL = sim.on((unit: number) => {
      change(1)
      crew.submit(unit, 0)
    })
    const crew = createJobQueue(sim, new SilentTrace(), {
      entity: 1,
      servers: 1,
      serviceTime: unit => sample({ kind: 'exponential', mean: REPAIR }, repairs.of(unit)),
      onDone: unit => {
        change(-1)
        sim.after(sample({ kind: 'exponential', mean: LIFE }, lives.of(unit)), FAIL, unit)
      },
    })
    const NEXT = sim.on(() => {
      change(0)
      if (sim.now > WARM_UP) averages.push(area / SAMPLE)
      area = 0
      sim.after(SAMPLE, NEXT, 0)
    })
    for (let unit = 0; unit < UNITS; unit++) sim.after(sample({ kind: 'exponential', mean: LIFE }, lives.of(unit)), FAIL, unit)
    sim.at(WARM_UP, NEXT, 0)
    sim.run(WARM_UP + SAMPLES * SAMPLE)
    return averages
  }

  test('the 95 % interval contains the truth in 93 to 97 % of 2 000 short runs', () => {
    const up = Array.from({ length: UNITS }, (_, down) => (UNITS - down) / LIFE)
    const truth = timeAverage(up, new Array<number>(UNITS).fill(1 / REPAIR), down => down, 1).mean
    let covered = 0
    for (let seed = 0; seed < 2000; seed++) {
      const averages = run(`${seed}`)
      expect(averages.length).toBe(SAMPLES)
      const { low, high } = batchMeans(averages)
      if (low <= truth && truth <= high) covered++
    }
    expect(covered / 2000).toBeGreaterThan(0.93)
    expect(covered / 2000).toBeLessThan(0.97)
  })

  test('without batches it would be far too narrow', () => {
    const averages = run('7')
    const one = meanEstimate(averages)
    const batched = batchMeans(averages)
    expect(one.error).toBeLessThan(batched.error / 1.5)
  })
})
