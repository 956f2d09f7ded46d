import { describe, expect, test } from 'vitest'
import { cosine, exp, expm1, ln, log1p, pow } from '../../sim/engine/elementary.ts'
import { REFERENCE } from './elementary-reference.ts'

const functions: Record<string, (x: number, y: number) => number> = { ln, exp, expm1, log1p, cosine, pow }

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

  test('the ends of their ranges', () => {
    expect([ln(0), ln(-1), ln(1), ln(Infinity), ln(NaN)]).toEqual([-Infinity, NaN, 0, Infinity, NaN])
    expect([exp(0), exp(710), exp(-746), exp(-Infinity), exp(Infinity), exp(NaN)]).toEqual([1, Infinity, 0, 0, Infinity, NaN])
    expect([expm1(0), expm1(710), expm1(-50), expm1(-Infinity), expm1(NaN)]).toEqual([0, Infinity, -1, -1, NaN])
    expect([log1p(0), log1p(-1), log1p(-2), log1p(Infinity), log1p(NaN)]).toEqual([0, -Infinity, NaN, Infinity, NaN])
    expect([pow(7, 0), pow(1, 1e300), pow(0, 2), pow(0, -2), pow(-2, 2), pow(NaN, 1)]).toEqual([1, 1, 0, Infinity, NaN, NaN])
    expect([pow(2, Infinity), pow(2, -Infinity), pow(0.5, Infinity), pow(Infinity, -1)]).toEqual([Infinity, 0, 0, 0])
    expect([pow(2, 1024), pow(2, -1074), pow(2, -1080), pow(2, 10)]).toEqual([Infinity, 5e-324, 0, 1024])
    expect(pow(2, 1e10)).toBe(Infinity)
    expect(pow(0.5, 1e10)).toBe(0)
    expect(() => cosine(1.1e6)).toThrow(RangeError)
  })
})
