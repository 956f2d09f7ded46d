import { describe, expect, test } from 'vitest'
import { type Chance, mean, normalQuantile, quantile, sample } from '../../sim/engine/distribution.ts'
import { gamma, lnGamma } from '../../sim/engine/gamma.ts'
import { keyOf, Randomness } from '../../sim/engine/random.ts'
import { Simulation } from '../../sim/engine/simulation.ts'
import { empirical, type Weibull } from '../../sim/units/law.ts'

const DRAWS = 100_000

/** Moments of each law from its closed forms; `kurtosis` is the fourth central moment over the squared variance. */
const laws: { law: Chance; variance: number; kurtosis: number; cdf: (x: number) => number }[] = [
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
  weibull({ kind: 'weibull', shape: 0.7, mean: 900 }, 900 / gamma(1 + 1 / 0.7)),
  weibull({ kind: 'weibull', shape: 2, scale: 900 }, 900),
  weibull({ kind: 'weibull', shape: 3.5, scale: 60 }, 60),
]

/** A Weibull law by its raw moments E[xⁿ] = scaleⁿ Γ(1 + n/shape). */
function weibull(law: Weibull, scale: number) {
  const [m1, m2, m3, m4] = [1, 2, 3, 4].map(n => gamma(1 + n / law.shape))
  const variance = m2 - m1 ** 2
  return {
    law,
    variance: scale ** 2 * variance,
    kurtosis: (m4 - 4 * m3 * m1 + 6 * m2 * m1 ** 2 - 3 * m1 ** 4) / variance ** 2,
    cdf: (x: number) => -Math.expm1(-((x / scale) ** law.shape)),
  }
}

/** Source: Abramowitz & Stegun 7.1.26, to 1.5e-7. */
function normalCdf(z: number): number {
  const x = Math.abs(z) / Math.SQRT2
  const t = 1 / (1 + 0.3275911 * x)
  const poly = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
  const erf = 1 - poly * Math.exp(-x * x)
  return z < 0 ? (1 - erf) / 2 : (1 + erf) / 2
}

function drawn(law: Chance): number[] {
  const stream = new Randomness(new Simulation(), '7').stream('test/law')
  return Array.from({ length: DRAWS }, () => sample(law, stream))
}

describe.each(laws)('$law', ({ law, variance, kurtosis, cdf }) => {
  test('mean and variance lie within four standard errors', () => {
    const draws = drawn(law)
    const average = draws.reduce((sum, draw) => sum + draw, 0) / DRAWS
    expect(Math.abs(average - mean(law)) / Math.sqrt(variance / DRAWS)).toBeLessThan(4)
    const spread = draws.reduce((sum, draw) => sum + (draw - mean(law)) ** 2, 0) / DRAWS
    expect(Math.abs(spread - variance) / (variance * Math.sqrt((kurtosis - 1) / DRAWS))).toBeLessThan(4)
  })

  test('the whole distribution is the law (Kolmogorov–Smirnov, as unlikely to be missed as four standard errors)', () => {
    const sorted = Float64Array.from(drawn(law)).sort()
    let distance = 0
    sorted.forEach((x, i) => {
      distance = Math.max(distance, Math.abs(cdf(x) - i / DRAWS), Math.abs(cdf(x) - (i + 1) / DRAWS))
    })
    expect(distance * Math.sqrt(DRAWS)).toBeLessThan(Math.sqrt(-Math.log(3.2e-5) / 2))
  })

  test('its quantiles turn its cumulative distribution round', () => {
    for (const p of [0.01, 0.5, 0.99]) expect(Math.abs(cdf(quantile(law, p)) - p)).toBeLessThan(2e-7) // of normalCdf
  })

  test('a larger uniform number never gives a smaller draw', () => {
    const values = Array.from({ length: 20_000 }, (_, i) => quantile(law, (i + 0.5) / 20_000))
    expect(values.findIndex((value, i) => value < values[i - 1])).toBe(-1)
    expect(Number.isFinite(quantile(law, 2 ** -53))).toBe(true)
    expect(Number.isFinite(quantile(law, 1 - 2 ** -53))).toBe(true)
  })
})

test('two streams do not correlate, nor do extremes of the one come with extremes of the other', () => {
  const randomness = new Randomness(new Simulation(), '7')
  const [lives, repairs] = ['db/life', 'db/repair'].map(name => {
    const stream = randomness.stream(name)
    return Array.from({ length: DRAWS }, () => sample({ kind: 'exponential', mean: 1 }, stream))
  })
  const covariance = lives.reduce((sum, life, i) => sum + (life - 1) * (repairs[i] - 1), 0) / DRAWS
  expect(Math.abs(covariance) * Math.sqrt(DRAWS)).toBeLessThan(4)
  const rare = 0.02
  const limit = quantile({ kind: 'exponential', mean: 1 }, 1 - rare)
  const both = lives.filter((life, i) => life > limit && repairs[i] > limit).length
  expect(Math.abs(both - DRAWS * rare ** 2) / Math.sqrt(DRAWS * rare ** 2)).toBeLessThan(4)
})

test('a constant draws nothing, everything else exactly once', () => {
  let drawn = 0
  const stream = { next: () => ++drawn / 10, drawn: () => drawn }
  expect(sample({ kind: 'constant', value: 42 }, stream)).toBe(42)
  expect(drawn).toBe(0)
  for (const { law } of laws) sample(law, stream)
  expect(drawn).toBe(laws.length)
})

describe('a Weibull law', () => {
  test('of shape 1 is exponential, to the bit', () => {
    for (const p of [2 ** -53, 0.1, 0.5, 0.999, 1 - 2 ** -53])
      expect(quantile({ kind: 'weibull', shape: 1, scale: 180 }, p)).toBe(quantile({ kind: 'exponential', mean: 180 }, p))
  })

  test('of shape 2 has the mean scale·√π/2, of any shape 63.2 % below its scale', () => {
    expect(mean({ kind: 'weibull', shape: 2, scale: 100 }) / (50 * Math.sqrt(Math.PI))).toBeCloseTo(1, 13)
    for (const shape of [0.1, 0.5, 4, 100])
      expect(quantile({ kind: 'weibull', shape, scale: 100 }, 1 - Math.exp(-1)) / 100).toBeCloseTo(1, 12)
  })

  test('by its mean is the law by the scale that has this mean', () => {
    const scale = 360 / gamma(1 + 1 / 1.7)
    expect(quantile({ kind: 'weibull', shape: 1.7, mean: 360 }, 0.3)).toBe(
      quantile({ kind: 'weibull', shape: 1.7, scale }, 0.3),
    )
    expect(mean({ kind: 'weibull', shape: 1.7, mean: 360 })).toBe(360)
  })
})

describe('an empirical law', () => {
  const law = empirical([300, 60, 120, 90], [1, 5, 4, 0])

  test('gives each value as often as its weight says', () => {
    const draws = drawn(law)
    for (const [value, share] of [
      [60, 0.5],
      [120, 0.4],
      [300, 0.1],
    ]) {
      const found = draws.filter(draw => draw === value).length / DRAWS
      expect(Math.abs(found - share) / Math.sqrt((share * (1 - share)) / DRAWS)).toBeLessThan(4)
    }
    expect(draws.every(draw => draw !== 90)).toBe(true)
    const variance = 0.5 * 60 ** 2 + 0.4 * 120 ** 2 + 0.1 * 300 ** 2 - 108 ** 2
    const average = draws.reduce((sum, draw) => sum + draw, 0) / DRAWS
    expect(mean(law)).toBe(108)
    expect(Math.abs(average - 108) / Math.sqrt(variance / DRAWS)).toBeLessThan(4)
  })

  test('is looked up at the very edges', () => {
    expect([2 ** -53, 0.499999, 0.5, 0.899999, 0.9, 1 - 2 ** -53].map(p => quantile(law, p))).toEqual([
      60, 60, 120, 120, 300, 300,
    ])
    expect(quantile(empirical([7]), 1 - 2 ** -53)).toBe(7)
  })

  test('grows with the uniform number, whatever the order in which it was written', () => {
    const values = Array.from({ length: 1000 }, (_, i) => ((i * 617) % 1000) + 1)
    const many = empirical(values)
    const draws = Array.from({ length: 5000 }, (_, i) => quantile(many, (i + 0.5) / 5000))
    expect(draws).toEqual(draws.map((_, i) => Math.floor(i / 5) + 1))
  })

  test('without weight is refused', () => {
    expect(() => empirical([])).toThrow('no value has a weight')
    expect(() => empirical([1], [0])).toThrow('no value has a weight')
    expect(() => empirical([1, 2], [1])).toThrow('2 values have 1 weights')
  })
})

describe('a sequence', () => {
  const law = { kind: 'sequence', values: [30, 10, 20] } as const

  test('comes in its order, over and over, for each on its own', () => {
    const streams = new Randomness(new Simulation(), '7').streams('boot', 2, i => keyOf(`h${i}`))
    const [first, second] = [streams.of(0), streams.of(1)]
    const both = [first, first, second, first, second, first].map(stream => sample(law, stream))
    expect(both).toEqual([30, 10, 30, 20, 10, 30])
    expect(mean(law)).toBe(20)
  })

  test('goes on where a snapshot was taken', () => {
    const sim = new Simulation()
    const stream = new Randomness(sim, '7').stream('boot')
    sample(law, stream)
    const saved = sim.snapshot()
    expect([sample(law, stream), sample(law, stream)]).toEqual([10, 20])
    sim.restore(saved)
    expect(sample(law, stream)).toBe(10)
  })
})

test('the gamma function', () => {
  for (let n = 1, factorial = 1; n <= 20; factorial *= n++) expect(Math.abs(gamma(n) / factorial - 1)).toBeLessThan(1e-13)
  expect(Math.abs(gamma(0.5) / Math.sqrt(Math.PI) - 1)).toBeLessThan(1e-13)
  expect(Math.abs(gamma(0.1) / 9.513507698668731836 - 1)).toBeLessThan(1e-13)
  // Source: lgamma of Python's math module.
  expect(Math.abs(lnGamma(1000.5) / 5908.674175848678 - 1)).toBeLessThan(1e-14)
  expect(Math.abs(gamma(1e-20) / 1e20 - 1)).toBeLessThan(1e-13)
  expect(() => gamma(0)).toThrow('arguments above 0 here, got 0')
})

test('no variation gives the mean', () => {
  expect([quantile({ kind: 'constant', value: 90 }, 0.9), mean({ kind: 'constant', value: 90 })]).toEqual([90, 90])
  expect(quantile({ kind: 'lognormal', mean: 90, cv: 0 }, 0.9)).toBe(90)
})

test('a law that nobody knows is our bug', () => {
  expect(() => quantile({ kind: 'cauchy' } as never, 0.5)).toThrow('no such law: {"kind":"cauchy"}')
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
