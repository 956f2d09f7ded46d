import { describe, expect, test } from 'vitest'
import { cosine, exp, expm1, ln, log1p, pow } from '../../sim/engine/elementary.ts'
import { Randomness } from '../../sim/engine/random.ts'
import { Simulation } from '../../sim/engine/simulation.ts'
import { REFERENCE } from './elementary-reference.ts'
import { exact, unitsAbove } from './exact.ts'

const functions: Record<string, (x: number, y: number) => number> = { ln, exp, expm1, log1p, cosine, pow }

/** 2 to the power of −k or its negative, by two numbers in (0, 1). */
const tiny = (u: number, v: number, k: number): number => (v < 0.5 ? -1 : 1) * 2 ** (-k * u)

/**
 * Arguments from all over the range of each function and from where it takes another way, by two numbers in (0, 1); and how far
 * off it may be there, in units of the last place: a little more than was found in 8000 of them.
 */
const FAMILIES: [name: string, from: string, within: number, argumentsOf: (u: number, v: number) => [x: number, y?: number]][] =
  [
    ['ln', 'all sizes', 0.55, u => [2 ** (2098 * u - 1074)]],
    ['ln', 'about 1', 0.85, u => [0.5 + 1.5 * u]],
    ['ln', 'next to powers of two', 0.65, (u, v) => [2 ** Math.round(40 * v - 20) * (1 + tiny(u, (v * 7) % 1, 52) / 2)]],
    ['ln', 'next to 1', 0.75, (u, v) => [1 + tiny(u, v, 52) / 2]],
    ['exp', '−745 to 709', 0.75, u => [1454 * u - 745]],
    ['exp', '−2 to 2', 0.65, u => [4 * u - 2]],
    ['exp', 'next to 0', 0.65, (u, v) => [tiny(u, v, 60)]],
    ['expm1', '−60 to 709', 0.8, u => [769 * u - 60]],
    ['expm1', '−2 to 2', 0.8, u => [4 * u - 2]],
    ['expm1', '−40 to 60', 0.8, u => [100 * u - 40]],
    ['expm1', 'next to 0', 0.8, (u, v) => [tiny(u, v, 60)]],
    ['log1p', 'all sizes', 0.65, u => [2 ** (1024 * u)]],
    ['log1p', 'next to powers of two', 0.75, (u, v) => [2 ** Math.round(50 * v) - 1 + tiny(u, (v * 7) % 1, 52)]],
    ['log1p', '−1 to 2', 0.75, u => [3 * u - 1]],
    ['log1p', 'next to 0', 0.75, (u, v) => [tiny(u, v, 60)]],
    ['log1p', 'next to −1', 0.75, u => [2 ** (-53 * u) - 1]],
    ['cosine', 'up to a million', 0.75, u => [1e6 * u]],
    ['cosine', 'the first turns', 0.75, u => [14 * u - 7]],
    ['cosine', 'next to its zeros', 0.55, u => [(Math.round(3e5 * u) + 0.5) * Math.PI]],
    ['pow', 'all sizes', 0.65, (u, v) => powers(2 ** (2098 * u - 1074), v)],
    ['pow', 'about 1', 0.65, (u, v) => powers(0.25 + 2 * u, v)],
    ['pow', 'next to 1, with huge exponents', 0.65, (u, v) => powers(1 + tiny(u, v, 50) / 2 ** 20, (v * 7) % 1)],
    ['pow', 'small exponents', 0.65, (u, v) => [100 * u, 4 * v - 2]],
  ]

/** x with an exponent that makes the power anything from the least double to the greatest. */
function powers(x: number, v: number): [x: number, y: number] {
  return [x, (2098.5 * v - 1074.6) / Math.log2(x)]
}

/** Distance between neighbouring doubles at x. */
function ulp(x: number): number {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, Math.abs(x))
  view.setBigUint64(0, view.getBigUint64(0) + 1n)
  return view.getFloat64(0) - Math.abs(x)
}

describe('elementary functions', () => {
  test.each(Object.keys(REFERENCE))('%s is within one unit in the last place of the true value', name => {
    for (const [[x, y], nearest, above] of REFERENCE[name]) {
      const off = (functions[name](x, y) - nearest) / ulp(nearest) - above
      expect(Math.abs(off), `${name}(${x}${y === undefined ? '' : `, ${y}`})`).toBeLessThan(1)
    }
  })

  test('the exact functions are those of the reference', () => {
    for (const name of Object.keys(REFERENCE)) {
      for (const [[x, y], nearest, above] of REFERENCE[name]) {
        expect(Math.abs(unitsAbove(nearest, exact[name](x, y)) + above), `${name}(${x}, ${y})`).toBeLessThan(0.003)
      }
    }
  })

  test.each(FAMILIES)('%s, %s: within %d units in the last place of the exact value', (name, from, within, argumentsOf) => {
    const chance = new Randomness(new Simulation(), '7').stream(`${name} ${from}`)
    for (let i = 0; i < 500; i++) {
      const [x, y = 0] = argumentsOf(chance.next(), chance.next())
      const off = unitsAbove(functions[name](x, y), exact[name](x, y))
      if (!(Math.abs(off) < within)) expect.fail(`${name}(${x}, ${y}) is ${off} units in the last place above the exact value`)
    }
  })

  test('the cosine at the doubles below a million that come nearest to its zeros', () => {
    // Source: mpmath, over all multiples of π⁄2. The first is nearer to its zero than 2⁻⁷² of itself.
    const nearest: [x: number, cosine: number][] = [
      [321307.9594422229, -4.4296008345961295e-17],
      [871790.3905748408, -4.0474943290166061e-16],
      [413441.44719405076, -2.2756539951781543e-16],
      [505574.93494587863, 4.994268073815922e-16],
    ]
    for (const [x, value] of nearest) {
      expect(Math.abs(cosine(x) / value - 1)).toBeLessThan(2 ** -52)
      expect(Math.abs(unitsAbove(cosine(x), exact.cosine(x, 0)))).toBeLessThan(0.75)
    }
  })

  test('the ends of their ranges', () => {
    expect([ln(0), ln(-1), ln(1), ln(Infinity), ln(NaN)]).toEqual([-Infinity, NaN, 0, Infinity, NaN])
    expect([exp(0), exp(710), exp(-746), exp(-Infinity), exp(Infinity), exp(NaN)]).toEqual([1, Infinity, 0, 0, Infinity, NaN])
    expect([expm1(0), expm1(710), expm1(-50), expm1(-Infinity), expm1(NaN)]).toEqual([0, Infinity, -1, -1, NaN])
    expect([log1p(0), log1p(-1), log1p(-2), log1p(Infinity), log1p(NaN)]).toEqual([0, -Infinity, NaN, Infinity, NaN])
    expect([pow(7, 0), pow(1, 1e300), pow(0, 2), pow(0, -2), pow(-2, 2), pow(NaN, 1)]).toEqual([1, 1, 0, Infinity, NaN, NaN])
    expect([pow(2, Infinity), pow(2, -Infinity), pow(0.5, Infinity), pow(Infinity, -1)]).toEqual([Infinity, 0, 0, 0])
    expect([pow(2, 1024), pow(2, -1074), pow(2, -1080), pow(2, 10)]).toEqual([Infinity, 5e-324, 0, 1024])
    expect(() => cosine(1.1e6)).toThrow('cosine of 1100000: reduce by the period first')
    expect(() => cosine(NaN)).toThrow(RangeError)
  })

  test('the last arguments before a result leaves the range of doubles, and the first after', () => {
    expect([exp(709.782712893384), exp(709.7827128933841)]).toEqual([1.7976931348622732e308, Infinity])
    expect([exp(-745.1332191019411), exp(-745.1332191019412)]).toEqual([5e-324, 0])
    expect([expm1(709.782712893384), expm1(709.7827128933841), expm1(Infinity)]).toEqual([
      1.7976931348622732e308,
      Infinity,
      Infinity,
    ])
    // (2⁵¹²(1 − 2⁻⁵³))² and (2⁻²¹⁵(1 ± 2⁻⁵³))⁵: their binary logarithms are 1024 and −1075, to the last digit of a double.
    expect([pow(1.3407807929942596e154, 2), pow(2 ** 512, 2)]).toEqual([1.7976931348623155e308, Infinity])
    expect([pow(1.89911354915196e-65, 5), pow(2 ** -215, 5), pow(1.8991135491519595e-65, 5)]).toEqual([5e-324, 0, 0])
    expect([pow(10, 308), pow(10, 309), pow(10, 5000), pow(10, -323), pow(10, -324), pow(10, -5000)]).toEqual([
      1e308,
      Infinity,
      Infinity,
      1e-323,
      0,
      0,
    ])
  })

  test('powers of 0, of 1 and of what is infinite', () => {
    expect([pow(0, 0.5), pow(0, -0.5), pow(Infinity, 0.5), pow(Infinity, -0.5)]).toEqual([0, Infinity, Infinity, 0])
    expect([pow(1, NaN), pow(1, Infinity), pow(NaN, 0), pow(0, 0), pow(2, NaN)]).toEqual([1, 1, 1, 1, NaN])
    const [below, above] = [1 - 2 ** -53, 1 + 2 ** -52]
    expect([Infinity, -Infinity].map(y => [pow(below, y), pow(above, y)])).toEqual([
      [0, Infinity],
      [Infinity, 0],
    ])
  })

  test('of huge exponents whatever the base', () => {
    expect([pow(2, 1e10), pow(2, -1e10), pow(0.5, 1e10), pow(0.5, -1e10)]).toEqual([Infinity, 0, 0, Infinity])
    const most = Number.MAX_VALUE
    expect([pow(1e300, 1e10), pow(1e300, -1e10), pow(5e-324, 1e10), pow(5e-324, -1e10)]).toEqual([Infinity, 0, 0, Infinity])
    expect([pow(most, most), pow(most, -most), pow(5e-324, most), pow(5e-324, -most)]).toEqual([Infinity, 0, 0, Infinity])
    expect([pow(1 + 2 ** -52, most), pow(1 + 2 ** -52, -most), pow(1 - 2 ** -53, most)]).toEqual([Infinity, 0, 0])
  })

  test('the logarithm of every power of two', () => {
    for (let k = -1074; k < 1024; k++)
      expect(Math.abs(unitsAbove(ln(2 ** k), exact.ln(2 ** k, 0))), `2^${k}`).toBeLessThan(0.55)
  })

  test('a number to the power of 1 is itself', () => {
    const chance = new Randomness(new Simulation(), '7').stream('power of one')
    const numbers = Array.from({ length: 500 }, () => 2 ** (2000 * chance.next() - 1000))
    expect(numbers.map(x => pow(x, 1))).toEqual(numbers)
  })
})
