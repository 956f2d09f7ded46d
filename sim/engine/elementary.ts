/**
 * Elementary functions from IEEE basic operations only, so that the last digit is the same in every browser: the language
 * leaves that digit of its own `log`, `exp` and the like to whoever implements them. All are within one unit in the last
 * place. Knows nothing of chance or time.
 *
 * Source: fdlibm 5.3, whose notice reads: Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved. Developed at
 * SunSoft, a Sun Microsystems, Inc. business. Permission to use, copy, modify, and distribute this software is freely
 * granted, provided that this notice is preserved.
 */

/** One double and its two 32-bit halves. */
const double = new Float64Array(1)
const halves = new Int32Array(double.buffer)
const HIGH = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 1 : 0
const LOW = 1 - HIGH

const LN2_HIGH = 6.9314718036912381649e-1
const LN2_LOW = 1.90821492927058770002e-10
const LN2_INVERSE = 1 / (LN2_HIGH + LN2_LOW)
/** Exponent bits of 1, in the high half. */
const ONE = 0x3ff00000
const TWO_54 = 18014398509481984
/** 2 to the power of −k at place SCALES + k: a multiplication is sooner done than writing an exponent and reading the whole. */
const SCALES = 64
const SCALE = Float64Array.from({ length: 2 * SCALES + 1 }, (_, i) => powerOfTwo(SCALES - i))
const TWO_TO_MINUS_1000 = 9.332636185032189e-302

/** Natural logarithm; −∞ at 0, NaN below. */
export function ln(x: number): number {
  double[0] = x
  let high = halves[HIGH]
  let k = 0
  if (high < 0x00100000) {
    if (x === 0) return -Infinity
    if (high < 0) return NaN
    k = -54
    double[0] = x * TWO_54
    high = halves[HIGH]
  }
  if (high >= 0x7ff00000) return x
  k += (high >> 20) - 1023
  high &= 0x000fffff
  const carry = (high + 0x95f64) & 0x00100000
  k += carry >> 20
  let scaled = x // to between √½ and √2
  if (k >= -SCALES && k <= SCALES) scaled = x * SCALE[SCALES + k]
  else {
    halves[HIGH] = high | (carry ^ ONE)
    scaled = double[0]
  }
  const f = scaled - 1
  if ((0x000fffff & (2 + high)) < 3) {
    if (f === 0) return k === 0 ? 0 : k * LN2_HIGH + k * LN2_LOW
    const rest = f * f * (0.5 - 0.33333333333333333 * f)
    return k === 0 ? f - rest : k * LN2_HIGH - (rest - k * LN2_LOW - f)
  }
  const s = f / (2 + f)
  const z = s * s
  const w = z * z
  const even = w * (3.999999999940941908e-1 + w * (2.222219843214978396e-1 + w * 1.531383769920937332e-1))
  const odd =
    z * (6.66666666666673513e-1 + w * (2.857142874366239149e-1 + w * (1.818357216161805012e-1 + w * 1.479819860511658591e-1)))
  const rest = odd + even
  if (((high - 0x6147a) | (0x6b851 - high)) > 0) {
    const half = 0.5 * f * f
    return k === 0 ? f - (half - s * (half + rest)) : k * LN2_HIGH - (half - (s * (half + rest) + k * LN2_LOW) - f)
  }
  return k === 0 ? f - s * (f - rest) : k * LN2_HIGH - (s * (f - rest) - k * LN2_LOW - f)
}

/** e to the power of x; Infinity above 709.78, 0 below −745.13. */
export function exp(x: number): number {
  if (!(x <= 7.09782712893383973096e2)) return x > 0 ? Infinity : NaN
  if (x < -7.4513321910194110842e2) return 0
  const size = Math.abs(x)
  if (size < 3.725290298461914e-9) return 1 + x
  const k = wholeLn2(x, size)
  const high = x - k * LN2_HIGH
  const low = k * LN2_LOW
  const r = k === 0 ? x : high - low
  const c = expRemainder(r)
  if (k === 0) return onePlus(r, (r * c) / (2 - c))
  return timesPowerOfTwo(onePlus(high, (r * c) / (2 - c) - low), k)
}

/** e to the power of x, less 1, without loss of digits near 0. */
export function expm1(x: number): number {
  if (!(x <= 7.09782712893383973096e2)) return x > 0 ? Infinity : NaN
  if (x < -38.816242113569373) return -1
  const size = Math.abs(x)
  if (size < 5.551115123125783e-17) return x
  const k = wholeLn2(x, size)
  const high = x - k * LN2_HIGH
  const low = k * LN2_LOW
  const r = k === 0 ? x : high - low
  const lost = k === 0 ? 0 : high - r - low
  const half = 0.5 * r
  const square = r * half
  const rational =
    1 +
    square *
      (-3.33333333333331316428e-2 +
        square *
          (1.58730158725481460165e-3 +
            square * (-7.93650757867487942473e-5 + square * (4.00821782732936239552e-6 + square * -2.01099218183624371326e-7))))
  const t = 3 - rational * half
  let e = square * ((rational - t) / (6 - r * t))
  if (k === 0) return r - (r * e - square)
  e = r * (e - lost) - lost - square
  if (k === -1) return 0.5 * (r - e) - 0.5
  if (k === 1) return r < -0.25 ? -2 * (e - (r + 0.5)) : 1 + 2 * (r - e)
  if (k <= -2 || k > 56) return timesPowerOfTwo(1 - (e - r), k) - 1
  if (k < 20) return timesPowerOfTwo(1 - powerOfTwo(-k) - (e - r), k)
  return timesPowerOfTwo(r - (e + powerOfTwo(-k)) + 1, k)
}

/** Natural logarithm of 1 + x, without loss of digits near 0; −∞ at −1, NaN below. */
export function log1p(x: number): number {
  if (!(x > -1)) return x === -1 ? -Infinity : NaN
  if (x === Infinity) return x
  const size = Math.abs(x)
  if (size < 1.862645149230957e-9) return size < 5.551115123125783e-17 ? x : x - x * x * 0.5
  let k = 0
  let f = x
  let high = 1
  let c = 0
  if (x <= -0.2928932309150696 || x >= 0.41421365737915039) {
    const u = 1 + x
    double[0] = u
    high = halves[HIGH]
    k = (high >> 20) - 1023
    c = (k > 0 ? 1 - (u - x) : x - (u - 1)) / u // what adding 1 rounded away
    high &= 0x000fffff
    if (high < 0x6a09e) {
      halves[HIGH] = high | ONE
    } else {
      k++
      halves[HIGH] = high | 0x3fe00000
      high = (0x00100000 - high) >> 2
    }
    f = double[0] - 1
  }
  const half = 0.5 * f * f
  if (high === 0) {
    if (f === 0) return k === 0 ? 0 : k * LN2_HIGH + (c + k * LN2_LOW)
    const rest = half * (1 - 0.66666666666666667 * f)
    return k === 0 ? f - rest : k * LN2_HIGH - (rest - (k * LN2_LOW + c) - f)
  }
  const s = f / (2 + f)
  const z = s * s
  const rest =
    z *
    (6.66666666666673513e-1 +
      z *
        (3.999999999940941908e-1 +
          z *
            (2.857142874366239149e-1 +
              z *
                (2.222219843214978396e-1 +
                  z * (1.818357216161805012e-1 + z * (1.531383769920937332e-1 + z * 1.479819860511658591e-1))))))
  if (k === 0) return f - (half - s * (half + rest))
  return k * LN2_HIGH - (half - (s * (half + rest) + (k * LN2_LOW + c)) - f)
}

/** x to the power of y for x ≥ 0; NaN below, where only whole powers would be real. */
export function pow(x: number, y: number): number {
  if (y === 0 || x === 1) return 1
  if (!(x >= 0) || Number.isNaN(y)) return NaN
  if (x === 0 || x === Infinity) return (x === 0) === y > 0 ? 0 : Infinity
  if (y === Infinity || y === -Infinity) return x > 1 === y > 0 ? Infinity : 0
  if (y === 1) return x

  // The binary logarithm of x in two parts, the first with few enough digits to be multiplied exactly.
  let n = 0
  double[0] = x
  let high = halves[HIGH]
  if (high < 0x00100000) {
    double[0] = x * 9007199254740992
    n = -53
    high = halves[HIGH]
  }
  n += (high >> 20) - 1023
  const mantissa = high & 0x000fffff
  high = mantissa | ONE
  let nearer = 0 // whether the mantissa is nearer to 1.5 than to 1 and 2
  if (mantissa > 0x3988e) {
    if (mantissa < 0xbb67a) nearer = 1
    else {
      n++
      high -= 0x00100000
    }
  }
  halves[HIGH] = high
  const a = double[0]
  const base = nearer === 1 ? 1.5 : 1
  const above = a - base
  const inverse = 1 / (a + base)
  const s = above * inverse
  const sHigh = withoutLow(s)
  double[0] = 0
  halves[HIGH] = ((high >> 1) | 0x20000000) + 0x00080000 + (nearer << 18)
  const sumHigh = double[0]
  const sumLow = a - (sumHigh - base)
  const sLow = inverse * (above - sHigh * sumHigh - sHigh * sumLow)
  const s2 = s * s
  const series =
    s2 *
      s2 *
      (5.99999999999994648725e-1 +
        s2 *
          (4.28571428578550184252e-1 +
            s2 *
              (3.33333329818377432918e-1 +
                s2 * (2.72728123808534006489e-1 + s2 * (2.30660745775561754067e-1 + s2 * 2.06975017800338417784e-1))))) +
    sLow * (sHigh + s)
  const square = sHigh * sHigh
  const tHigh = withoutLow(3 + square + series)
  const tLow = series - (tHigh - 3 - square)
  const product = sHigh * tHigh
  const correction = sLow * tHigh + tLow * s
  const logHigh = withoutLow(product + correction)
  const logLow = correction - (logHigh - product)
  const offsetHigh = nearer === 1 ? 5.84962487220764160156e-1 : 0
  const offsetLow = nearer === 1 ? 1.35003920212974897128e-8 : 0
  const zHigh = 9.61796700954437255859e-1 * logHigh
  const zLow = -7.02846165095275826516e-9 * logHigh + logLow * 9.61796693925975554329e-1 + offsetLow
  const part1 = withoutLow(zHigh + zLow + offsetHigh + n)
  const part2 = zLow - (part1 - n - offsetHigh - zHigh)

  const yHigh = withoutLow(y)
  const pLow = (y - yHigh) * part1 + y * part2
  let pHigh = yHigh * part1
  const exponent = pLow + pHigh
  if (exponent > 1024 || (exponent === 1024 && pLow + 8.0085662595372944372e-17 > exponent - pHigh)) return Infinity
  if (exponent < -1075 || (exponent === -1075 && pLow <= exponent - pHigh)) return 0
  const whole = Math.abs(exponent) > 0.5 ? Math.round(exponent) : 0
  pHigh -= whole
  const t = withoutLow(pLow + pHigh)
  const u = t * 6.93147182464599609375e-1
  const v = (pLow - (t - pHigh)) * 6.93147180559945286227e-1 + t * -1.90465429995776804525e-9
  const z = u + v
  const w = v - (z - u)
  const c = expRemainder(z)
  return timesPowerOfTwo(onePlus(z, (z * c) / (2 - c) + (w + z * w)), whole)
}

/** Cosine of x radians, |x| ≤ 10⁶; throws RangeError beyond, since a caller with a period can reduce exactly. */
export function cosine(x: number): number {
  const size = Math.abs(x)
  if (!(size <= 1e6)) throw new RangeError(`cosine of ${x}: reduce by the period first`)
  const quarters = Math.round(size * 6.36619772367581382433e-1)
  if (quarters === 0) return cosineNear(size, 0)
  // Subtract quarters·π⁄2, with as many pieces of π⁄2 as cancellation asks for.
  let r = size - quarters * 1.57079632673412561417
  let w = quarters * 6.07710050650619224932e-11
  let rest = r - w
  if (Math.abs(rest) < size * 1.52587890625e-5) {
    const before = r
    w = quarters * 6.0771005063039659766e-11
    r = before - w
    w = quarters * 2.02226624879595063154e-21 - (before - r - w)
    rest = r - w
    if (Math.abs(rest) < size * 1.7763568394002505e-15) {
      const then = r
      w = quarters * 2.0222662487111664558e-21
      r = then - w
      w = quarters * 8.47842766036889956997e-32 - (then - r - w)
      rest = r - w
    }
  }
  const tail = r - rest - w
  const quadrant = quarters & 3
  if ((quadrant & 1) === 0) return quadrant === 0 ? cosineNear(rest, tail) : -cosineNear(rest, tail)
  return quadrant === 1 ? -sineNear(rest, tail) : sineNear(rest, tail)
}

/** cos(x + tail) for |x| ≤ π⁄4. */
function cosineNear(x: number, tail: number): number {
  const z = x * x
  const w = z * z
  const r =
    z * (4.16666666666666019037e-2 + z * (-1.38888888888741095749e-3 + z * 2.48015872894767294178e-5)) +
    w * w * (-2.75573143513906633035e-7 + z * (2.0875723212981748279e-9 + z * -1.13596475577881948265e-11))
  const half = 0.5 * z
  const rest = 1 - half
  return rest + (1 - rest - half + (z * r - x * tail))
}

/** sin(x + tail) for |x| ≤ π⁄4. */
function sineNear(x: number, tail: number): number {
  const z = x * x
  const v = z * x
  const r =
    8.33333333332248946124e-3 +
    z * (-1.98412698298579493134e-4 + z * 2.75573137070700676789e-6) +
    z * z * z * (-2.50507602534068634195e-8 + z * 1.58969099521155010221e-10)
  return x - (z * (0.5 * tail - v * r) - tail - v * -1.66666666666666324348e-1)
}

/** How many times ln 2 to take off x before a series: 0 up to half of it, then the nearest whole number. */
function wholeLn2(x: number, size: number): number {
  if (size <= 0.34657359027997264) return 0
  if (size < 1.0397207708399179) return x < 0 ? -1 : 1
  return Math.trunc(LN2_INVERSE * x + (x < 0 ? -0.5 : 0.5))
}

/** x − x²·P(x²): the part of e^x = 1 + 2x⁄(2 − …) that a polynomial gives. */
function expRemainder(x: number): number {
  const t = x * x
  return (
    x -
    t *
      (1.66666666666666019037e-1 +
        t *
          (-2.77777777770155933842e-3 +
            t * (6.61375632143793436117e-5 + t * (-1.6533902205465251539e-6 + t * 4.13813679705723846039e-8))))
  )
}

/** 1 + x + rest for |rest| < |x| < 1, without the rounding of 1 + x that costs fdlibm most of its error. */
function onePlus(x: number, rest: number): number {
  const sum = 1 + x
  return sum + (x - (sum - 1) + rest)
}

/** The number with the low half of its bits cleared. */
function withoutLow(x: number): number {
  double[0] = x
  halves[LOW] = 0
  return double[0]
}

/** 2 to the power of k for −1022 ≤ k ≤ 1023. */
function powerOfTwo(k: number): number {
  halves[LOW] = 0
  halves[HIGH] = (k + 1023) << 20
  return double[0]
}

/** y·2^k for y near 1, rounded once. */
function timesPowerOfTwo(y: number, k: number): number {
  if (k > 1023) return y * 2 * powerOfTwo(k - 1)
  if (k < -1021) return y * powerOfTwo(k + 1000) * TWO_TO_MINUS_1000
  return y * powerOfTwo(k)
}
