import { describe, expect, test } from 'vitest'
import { mean, normalQuantile, quantile, sample } from '../../sim/engine/distribution.ts'
import { Randomness } from '../../sim/engine/random.ts'
import { Simulation } from '../../sim/engine/simulation.ts'
import type { Law } from '../../sim/units/law.ts'

const DRAWS = 100_000

/** Moments of each law from its closed forms; `kurtosis` is the fourth central moment over the squared variance. */
const laws: { law: Law; variance: number; kurtosis: number; cdf: (x: number) => number }[] = [
  { law: { kind: 'uniform', min: 60, max: 600 }, variance: 540 ** 2 / 12, kurtosis: 1.8, cdf: x => (x - 60) / 540 },
  { law: { kind: 'exponential', mean: 180 }, variance: 180 ** 2, kurtosis: 9, cdf: x => -Math.expm1(-x / 180) },
  ...[0.3, 0.5, 1].map(cv => {
    const w = 1 + cv ** 2
    const sigma = Math.sqrt(Math.log(w))
    return {
      law: { kind: 'lognormal', mean: 360, cv } as const,
      variance: (360 * cv) ** 2,
      kurtosis: w ** 4 + 2 * w ** 3 + 3 * w ** 2 - 3,
      cdf: (x: number) => normalCdf((Math.log(x / 360) + sigma ** 2 / 2) / sigma),
    }
  }),
]

/** Source: Abramowitz & Stegun 7.1.26, to 1.5e-7. */
function normalCdf(z: number): number {
  const x = Math.abs(z) / Math.SQRT2
  const t = 1 / (1 + 0.3275911 * x)
  const poly = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
  const erf = 1 - poly * Math.exp(-x * x)
  return z < 0 ? (1 - erf) / 2 : (1 + erf) / 2
}

describe.each(laws)('$law', ({ law, variance, kurtosis, cdf }) => {
  const stream = new Randomness(new Simulation(), '7').stream('test/law')
  const draws = Array.from({ length: DRAWS }, () => sample(law, stream))
  const average = draws.reduce((sum, draw) => sum + draw, 0) / DRAWS

  test('mean and variance lie within four standard errors', () => {
    expect(Math.abs(average - mean(law)) / Math.sqrt(variance / DRAWS)).toBeLessThan(4)
    const spread = draws.reduce((sum, draw) => sum + (draw - mean(law)) ** 2, 0) / DRAWS
    expect(Math.abs(spread - variance) / (variance * Math.sqrt((kurtosis - 1) / DRAWS))).toBeLessThan(4)
  })

  test('the whole distribution is the law (Kolmogorov–Smirnov, as unlikely to be missed as four standard errors)', () => {
    const sorted = Float64Array.from(draws).sort()
    let distance = 0
    sorted.forEach((x, i) => {
      distance = Math.max(distance, Math.abs(cdf(x) - i / DRAWS), Math.abs(cdf(x) - (i + 1) / DRAWS))
    })
    expect(distance * Math.sqrt(DRAWS)).toBeLessThan(Math.sqrt(-Math.log(3.2e-5) / 2))
  })

  test('a larger uniform number never gives a smaller draw', () => {
    const values = Array.from({ length: 20_000 }, (_, i) => quantile(law, (i + 0.5) / 20_000))
    expect(values.findIndex((value, i) => value < values[i - 1])).toBe(-1)
    expect(Number.isFinite(quantile(law, 2 ** -53))).toBe(true)
    expect(Number.isFinite(quantile(law, 1 - 2 ** -53))).toBe(true)
  })
})

test('a constant draws nothing, everything else exactly once', () => {
  let drawn = 0
  const stream = { next: () => ++drawn / 10 }
  expect(sample({ kind: 'constant', value: 42 }, stream)).toBe(42)
  expect(drawn).toBe(0)
  for (const { law } of laws) sample(law, stream)
  expect(drawn).toBe(laws.length)
})

test('no variation gives the mean', () => {
  expect(quantile({ kind: 'lognormal', mean: 90, cv: 0 }, 0.9)).toBe(90)
})

test('normal quantiles', () => {
  // Source: the inverse normal distribution of Python's statistics module.
  const reference: [number, number][] = [
    [1e-17, -8.4937932241096],
    [1e-10, -6.361340902404056],
    [0.001, -3.090232306167813],
    [0.07, -1.4757910281791702],
    [0.075, -1.4395314709384557],
    [0.3, -0.5244005127080407],
    [0.5, 0],
    [0.95, 1.6448536269514715],
    [1 - 1e-12, 7.0344869100478356],
  ]
  for (const [p, z] of reference) expect(Math.abs(normalQuantile(p) - z)).toBeLessThanOrEqual(1e-15 * Math.abs(z))
})
