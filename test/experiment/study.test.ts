import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { normalQuantile, sample } from '../../sim/engine/distribution.ts'
import { Randomness } from '../../sim/engine/random.ts'
import { Simulation } from '../../sim/engine/simulation.ts'
import { quantileRanks } from '../../sim/experiment/interval.ts'
import { type Replication, replicate, seedOf } from '../../sim/experiment/replicate.ts'
import { nextLook } from '../../sim/experiment/stopping.ts'
import { createStudy, type Study, type StudyOptions, type StudyReport, type Variant } from '../../sim/experiment/study.ts'
import { load } from '../../sim/scenario/load.ts'

const TEXT = `blackstart: 1
name: pair
run: {seed: s, horizon: 10h}
world: {r1: {zones: [a, b], racks: 1, hosts: 4, tenants: 0}}
services: {web: {instances: 4, capacity: 100/s}}
clients: {users: {to: web, rate: 300/s}}
faults: {lose-a: {kind: power-loss, target: {zone: a}, at: 1h, lasts: 1h, odds: 40%}}
expect:
  A1: {metric: availability, of: web, at-least: 90%}
  R1: {metric: recovery-time, of: web, to: 99%, after: lose-a, at-most: 2h}
variants:
  wide: {set: {services.web.instances: 8}}
`

function variantsOf(text: string, ...names: (string | null)[]): Variant[] {
  return names.map(name => {
    const loaded = load(text, { file: 'pair.yaml', ...(name !== null && { variant: name }) })
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems))
    return { name, scenario: loaded.scenario }
  })
}

/** A result made up: its values in order of the expectations; Infinity for what never happened, NaN for nothing to measure. */
function made(replication: number, values: readonly number[], { ids = ['A1', 'R1'], fails = false } = {}): Replication {
  return {
    replication,
    seed: seedOf('s', replication),
    fingerprint: `${replication}`,
    events: 10,
    checks: values.map((value, i) => ({
      id: ids[i],
      value: Number.isFinite(value) ? value : null,
      verdict: Number.isNaN(value) ? 'vacuous' : fails || value === Infinity ? 'fail' : 'pass',
    })),
  }
}

function studyOf(options: Partial<StudyOptions> = {}): Study {
  return createStudy({
    variants: variantsOf(TEXT, null),
    replications: { max: 20, min: 20 },
    confidence: 0.95,
    ...options,
  })
}

/** The report of a study of made-up values, by replication. */
function reportOf(rows: readonly (readonly number[])[], options: Partial<StudyOptions> = {}): StudyReport {
  const study = studyOf({ replications: { max: rows.length, min: 1 }, ...options })
  for (const [replication, values] of rows.entries()) study.add(0, made(replication, values))
  return study.report()
}

describe('the order in which results come does not matter', () => {
  const options: StudyOptions = {
    variants: variantsOf(TEXT, null, 'wide'),
    replications: { max: 30, min: 5 },
    halfWidth: { of: 'A1', atMost: 0.025 },
    confidence: 0.9,
  }
  const scenarios = createStudy(options).scenarios
  const results = scenarios.map(scenario => Array.from({ length: 30 }, (_, i) => replicate(scenario, i)))
  const inOrder = createStudy(options)
  for (let i = 0; i < 30; i++) for (const variant of [0, 1]) inOrder.add(variant, results[variant][i])
  const expected = JSON.stringify(inOrder.report())

  test('the example stops before its last replication, at a look', () => {
    const { replications, partial, halfWidth } = inOrder.report()
    expect({ replications, partial, reached: halfWidth?.reached }).toEqual({ replications: 19, partial: false, reached: true })
  })

  test('not when results are shuffled', () => {
    const all = results.flatMap((of, variant) => of.map(result => ({ variant, result })))
    fc.assert(
      fc.property(fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length }), shuffled => {
        const study = createStudy(options)
        for (const { variant, result } of shuffled) study.add(variant, result)
        expect(JSON.stringify(study.report())).toBe(expected)
      }),
      { numRuns: 50 },
    )
  })

  test('not how many are made at once, nor which of these ends first', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.infiniteStream(fc.nat()), (workers, picks) => {
        const study = createStudy(options)
        const under: { variant: number; replication: number }[] = []
        for (;;) {
          while (under.length < workers) {
            const assignment = study.next()
            if (assignment === undefined) break
            under.push(assignment)
          }
          if (under.length === 0) break
          const [{ variant, replication }] = under.splice(picks.next().value % under.length, 1)
          study.add(variant, results[variant][replication])
        }
        expect(JSON.stringify(study.report())).toBe(expected)
      }),
      { numRuns: 50 },
    )
  })

  test('not that some come twice, and some from a journal first', () => {
    const study = createStudy(options)
    for (const i of [3, 0, 17, 3]) study.add(1, results[1][i])
    for (let one = study.next(); one !== undefined; one = study.next()) {
      expect(one.variant === 1 && [3, 0, 17].includes(one.replication)).toBe(false)
      study.add(one.variant, results[one.variant][one.replication])
      study.add(one.variant, results[one.variant][one.replication])
    }
    expect(JSON.stringify(study.report())).toBe(expected)
  })

  test('JSON keeps every number', () => {
    expect(JSON.parse(expected)).toEqual(inOrder.report())
  })
})

describe('replications', () => {
  test('the first is the run of the file, the others have seeds of their own, and variants share them', () => {
    const study = studyOf({ variants: variantsOf(TEXT.replace('{set: {', '{set: {run.seed: other, '), null, 'wide') })
    expect(study.scenarios.map(scenario => scenario.run.seed)).toEqual(['s', 's'])
    expect(study.scenarios.map(scenario => replicate(scenario, 0).seed)).toEqual(['s', 's'])
    expect(replicate(study.scenarios[0], 7).seed).toBe('s#7')
    expect([study.next(), study.next(), study.next()]).toEqual([
      { variant: 0, replication: 0 },
      { variant: 1, replication: 0 },
      { variant: 0, replication: 1 },
    ])
  })

  test('a study that is stopped tells what is whole up to there, and that it is partial', () => {
    const study = studyOf({ variants: variantsOf(TEXT, null, 'wide') })
    for (const [variant, replication] of [
      [0, 0],
      [1, 0],
      [0, 1],
      [0, 3],
      [1, 3],
    ]) {
      study.add(variant, made(replication, [0.9, NaN]))
    }
    const { partial, replications, replicationsMax } = study.report()
    expect({ partial, replications, replicationsMax }).toEqual({ partial: true, replications: 1, replicationsMax: 20 })
    expect(study.progress().results).toBe(5)
  })

  test('none at all is a report too', () => {
    const { verdict, exitCode, replications, variants, frontier } = studyOf({
      variants: variantsOf(TEXT, null, 'wide'),
    }).report()
    expect({ verdict, exitCode, replications }).toEqual({ verdict: 'vacuous', exitCode: 2, replications: 0 })
    expect(variants[0].checks.map(check => check.mean)).toEqual([null, null])
    expect(frontier.map(row => row.availability)).toEqual([null, null])
  })

  test.each([
    [{ replications: { max: 0, min: 0 } }, 'replications must be a whole number above 0, got 0'],
    [{ replications: { max: 1.5, min: 1 } }, 'got 1.5'],
    [{ replications: { max: 5, min: 6 } }, 'at least 6 of at most 5'],
    [{ halfWidth: { of: 'A1', atMost: 0 } }, 'half a width must be above 0'],
    [{ halfWidth: { of: 'A1', atMost: NaN } }, 'half a width must be above 0'],
    [{ confidence: 1 }, 'confidence must lie between 0 and 1'],
    [{ variants: [] }, 'a study needs a variant'],
  ])('%j is refused', (options, message) => {
    expect(() => studyOf(options)).toThrow(message)
  })
})

describe('what an expectation comes to', () => {
  const ofR1 = (values: readonly number[]): StudyReport['variants'][number]['checks'][number] =>
    reportOf(values.map(value => [0.95, value])).variants[0].checks[1]

  test('mean and quantiles of ten values', () => {
    const { mean, median, p10, p90, deviation, n } = ofR1([10, 20, 30, 40, 50, 60, 70, 80, 90, 100])
    expect({ n, value: mean?.value, median: median?.value, p10: p10?.value, p90: p90?.value }).toEqual({
      n: 10,
      value: 55,
      median: 50,
      p10: 10,
      p90: 90,
    })
    expect(deviation).toBeCloseTo(30.2765, 4) // √(8250/9)
    expect((mean?.high ?? 0) - 55).toBeCloseTo((2.262157 * 30.2765) / Math.sqrt(10), 3)
    // P(Bin(10, ½) ≤ 1) = 11/1024 ≤ 2.5 %: the 2nd and the 9th. Of the 10 % quantile nothing bounds from below.
    expect(median).toEqual({ value: 50, low: 20, high: 90 })
    expect(p10?.low).toBe(null)
  })

  test('pass when the interval is within, fail when outside, inconclusive across', () => {
    const verdictOf = (values: readonly number[]): string => ofR1(values).verdict
    expect(verdictOf([7000, 7010, 6990])).toBe('pass')
    expect(verdictOf([7300, 7310, 7290])).toBe('fail')
    expect(verdictOf([7100, 7300, 7000])).toBe('inconclusive')
    expect(verdictOf([7100])).toBe('inconclusive')
    expect(verdictOf([NaN, NaN])).toBe('vacuous')
  })

  test('what never happened has no mean, is longer than anything, and fails', () => {
    const check = ofR1([60, Infinity, 30, NaN, 90])
    expect(check).toMatchObject({ n: 4, never: 1, vacuous: 1, mean: null, verdict: 'fail', outcome: 'unmet' })
    expect(check.median?.value).toBe(60)
    expect(check.p90?.value).toBe(null)
    expect(check.failures).toEqual({ count: 1, first: [{ replication: 1, seed: 's#1' }] })
    expect(check.kept?.value).toBe(0.75)
  })

  test('shares that are all 1 are not certain, unless all histories are the same', () => {
    const rows = Array.from({ length: 20 }, () => [1, NaN])
    expect(reportOf(rows).variants[0].checks[0].mean).toEqual({ value: 1, low: expect.closeTo(0.025 ** (1 / 20), 10), high: 1 })
    const study = studyOf()
    for (let i = 0; i < 20; i++) study.add(0, { ...made(i, [1, NaN]), fingerprint: 'the same' })
    expect(study.report().variants[0].checks[0].mean).toEqual({ value: 1, low: 1, high: 1 })
  })

  test('at least 100 % is asked of every run', () => {
    const text = TEXT.replace('at-least: 90%', 'at-least: 100%')
    const verdictOf = (values: readonly number[]): string => {
      const study = studyOf({ variants: variantsOf(text, null), replications: { max: values.length, min: 1 } })
      for (const [i, value] of values.entries()) study.add(0, made(i, [value, NaN], { fails: value < 1 }))
      return study.report().variants[0].checks[0].verdict
    }
    expect(verdictOf([1, 1, 1])).toBe('pass')
    expect(verdictOf([1, 1, 1, 1, 1, 0.9999999])).toBe('fail')
  })

  test('should: fail is green when it fails', () => {
    const text = TEXT.replace('at-least: 90%', 'at-least: 90%, should: fail')
    const study = studyOf({ variants: variantsOf(text, null), replications: { max: 3, min: 1 } })
    for (let i = 0; i < 3; i++) study.add(0, made(i, [0.5 + i / 1000, 60 + i], { fails: true }))
    expect(study.report()).toMatchObject({ verdict: 'pass', exitCode: 0 })
  })
})

describe('it stops at a half width', () => {
  test('looked at only at numbers fixed beforehand', () => {
    const looks: number[] = []
    for (let at = nextLook(0, { min: 10, max: 60 }); at < 60; at = nextLook(at, { min: 10, max: 60 })) looks.push(at)
    expect(looks).toEqual([10, 13, 17, 22, 28, 35, 44, 55])
    expect(nextLook(55, { min: 10, max: 60 })).toBe(60)
  })

  test('when the interval of the mean is narrow enough, and not before', () => {
    // ±1 about 50: the half width after n is t·√(n/(n−1))/√n; 0.5 is reached from n = 18 on, the next look is at 20.
    const study = studyOf({ replications: { max: 1000, min: 10 }, halfWidth: { of: 'R1', atMost: 0.5 } })
    let made_ = 0
    for (let one = study.next(); one !== undefined; one = study.next()) {
      study.add(0, made(one.replication, [0.95, 50 + (one.replication % 2 === 0 ? 1 : -1)]))
      made_++
    }
    expect(made_).toBe(22)
    expect(study.report()).toMatchObject({ replications: 22, partial: false, halfWidth: { reached: true } })
  })

  test('or at the most replications, and says that it is not', () => {
    const report = reportOf(
      [0, 1, 2, 3].map(i => [0.95, 60 * i]),
      { replications: { max: 4, min: 2 }, halfWidth: { of: 'R1', atMost: 1 } },
    )
    expect(report).toMatchObject({ replications: 4, partial: false, halfWidth: { reached: false } })
  })
})

describe('variants under common random numbers', () => {
  const N = 4000
  /** x shared, noise of its own: correlation ρ = 0.8, so pairing divides the variance of the difference by 1/(1 − ρ) = 5. */
  function pairs(): { a: number[]; b: number[] } {
    const draws = new Randomness(new Simulation(), '11').stream('pairs')
    const normal = (): number => normalQuantile(draws.next())
    const [a, b]: [number[], number[]] = [[], []]
    for (let i = 0; i < N; i++) {
      const shared = 2 * normal()
      a.push(100 + shared + normal())
      b.push(103 + shared + normal())
    }
    return { a, b }
  }

  test('the difference, the correlation and the variance reduction of a known pair', () => {
    const study = studyOf({ variants: variantsOf(TEXT, null, 'wide'), replications: { max: N, min: N } })
    const { a, b } = pairs()
    for (let i = 0; i < N; i++) {
      study.add(1, made(i, [0.95, b[i]]))
      study.add(0, made(i, [0.95, a[i]]))
    }
    const [{ first, second, checks }] = study.report().pairs
    const { difference, correlation, varianceReduction, secondBetter, firstBetter, better } = checks[1]
    expect([first, second, better]).toEqual([null, 'wide', 'lower'])
    // Five standard errors: √2/√4000 for the mean, (1 − ρ²)/√4000 for the correlation, which 1/(1 − ρ) magnifies 25 times.
    expect(Math.abs((difference?.value ?? 0) - 3)).toBeLessThan((5 * Math.SQRT2) / Math.sqrt(N))
    expect(Math.abs((correlation ?? 0) - 0.8)).toBeLessThan((5 * 0.36) / Math.sqrt(N))
    expect(Math.abs((varianceReduction ?? 0) - 5)).toBeLessThan((25 * 5 * 0.36) / Math.sqrt(N))
    // N(3, 2) is below 0 with probability Φ(−3/√2) = 0.01695.
    expect(Math.abs((secondBetter?.value ?? 0) - 0.01695)).toBeLessThan(5 * Math.sqrt(0.01695 / N))
    expect((secondBetter?.value ?? 0) + (firstBetter?.value ?? 0)).toBeCloseTo(1, 12)
  })

  test('every pair, or those with a baseline, the baseline first', () => {
    const text = `${TEXT}  wider: {set: {services.web.instances: 16}}\n`
    const named = ({ pairs }: StudyReport): string[] => pairs.map(({ first, second }) => `${first}-${second}`)
    const variants = variantsOf(text, null, 'wide', 'wider')
    expect(named(studyOf({ variants }).report())).toEqual(['null-wide', 'null-wider', 'wide-wider'])
    expect(named(studyOf({ variants, baseline: 1 }).report())).toEqual(['wide-null', 'wide-wider'])
  })

  test('dearer and no better is dominated; what cannot be told is not', () => {
    const frontier = (wide: (i: number) => number): unknown => {
      const study = studyOf({ variants: variantsOf(TEXT, null, 'wide') })
      for (let i = 0; i < 20; i++) {
        study.add(0, made(i, [0.9 + i / 1000, NaN]))
        study.add(1, made(i, [0.9 + i / 1000 + wide(i), NaN]))
      }
      return study
        .report()
        .frontier.map(({ variant, instanceHours, cost, dominated }) => [variant, instanceHours, cost, dominated])
    }
    expect(frontier(() => 0)).toEqual([
      [null, 40, 1, false],
      ['wide', 80, 2, true],
    ])
    expect(frontier(i => (i % 2 === 0 ? 0.01 : -0.011))).toEqual([
      [null, 40, 1, false],
      ['wide', 80, 2, false],
    ])
  })
})

test('of 2 000 studies that stop at a half width, as many are right as should be', () => {
  const STUDIES = 2000
  const variants = variantsOf(TEXT, null)
  let covered = 0
  let replications = 0
  for (let seed = 0; seed < STUDIES; seed++) {
    const draws = new Randomness(new Simulation(), `${seed}`).stream('values')
    const study = studyOf({ variants, replications: { max: 1000, min: 30 }, halfWidth: { of: 'R1', atMost: 0.1 } })
    for (let one = study.next(); one !== undefined; one = study.next()) {
      study.add(0, made(one.replication, [NaN, sample({ kind: 'weibull', shape: 2, scale: 1 }, draws)]))
    }
    const { mean, done } = study.progress()
    const [low, high] = [mean?.low ?? -Infinity, mean?.high ?? Infinity]
    expect((high - low) / 2).toBeLessThanOrEqual(0.1)
    if (low <= Math.sqrt(Math.PI) / 2 && Math.sqrt(Math.PI) / 2 <= high) covered++
    replications += done
  }
  expect(replications / STUDIES).toBeGreaterThan(60) // (1.96 × 0.463 / 0.1)² = 82 without looking
  expect(covered / STUDIES).toBeGreaterThan(0.93)
  expect(covered / STUDIES).toBeLessThan(0.97)
})

test('in 2 000 studies intervals contain the truth as often as they should', () => {
  const STUDIES = 2000
  const N = 60
  const QUANTILES = [
    ['p10', 0.1],
    ['median', 0.5],
    ['p90', 0.9],
  ] as const
  const variants = variantsOf(TEXT, null)
  const covered = { mean: 0, p10: 0, median: 0, p90: 0 }
  for (let seed = 0; seed < STUDIES; seed++) {
    const draws = new Randomness(new Simulation(), `${seed}`).stream('values')
    const study = studyOf({ variants, replications: { max: N, min: N } })
    for (let i = 0; i < N; i++) study.add(0, made(i, [NaN, sample({ kind: 'weibull', shape: 2, scale: 1 }, draws)]))
    const check = study.report().variants[0].checks[1]
    const contains = (of: keyof typeof covered, truth: number): void => {
      if ((check[of]?.low ?? -Infinity) <= truth && truth <= (check[of]?.high ?? Infinity)) covered[of]++
    }
    contains('mean', Math.sqrt(Math.PI) / 2)
    for (const [of, p] of QUANTILES) contains(of, Math.sqrt(-Math.log(1 - p)))
  }
  expect(covered.mean / STUDIES).toBeGreaterThan(0.93)
  expect(covered.mean / STUDIES).toBeLessThan(0.97)
  for (const [of, p] of QUANTILES) {
    const { low, high } = quantileRanks(N, p)
    let exact = 0 // as many of the values below the quantile as leave it between the two
    for (let k = low; k < high; k++) exact += binomial(N, k, p)
    expect(exact).toBeGreaterThanOrEqual(0.95)
    expect(Math.abs(covered[of] / STUDIES - exact)).toBeLessThan(4 * Math.sqrt((exact * (1 - exact)) / STUDIES))
  }
})

function binomial(n: number, k: number, p: number): number {
  let chance = (1 - p) ** n
  for (let i = 0; i < k; i++) chance *= ((n - i) / (i + 1)) * (p / (1 - p))
  return chance
}
