/**
 * Elementary functions to some seventy digits, in whole numbers only: series and nothing else, slow, and with none of the
 * tricks of those that they check.
 */

/** The number whole·2^power. */
export interface Exact {
  readonly whole: bigint
  readonly power: number
}

/** Fixed-point numbers here are multiples of 2⁻²⁵⁶. */
const BITS = 256
const ONE = 1n << BigInt(BITS)
const LN2 = 2n * inverseTangent(3n, 1n) // ln 2 = 2 artanh ⅓
const PI = 16n * inverseTangent(5n, -1n) - 4n * inverseTangent(239n, -1n) // Source: J. Machin (1706).

/** What each function really comes to at doubles within its range. */
export const exact: Record<string, (x: number, y: number) => Exact> = {
  ln: x => fixed(ln(exactly(x))),
  exp: x => exp(toFixed(exactly(x))),
  expm1(x) {
    const { whole, power } = exp(toFixed(exactly(x)))
    return fixed(shifted(whole, power + BITS) - ONE)
  },
  log1p: x => fixed(ln(fixed(toFixed(exactly(x)) + ONE))),
  pow: (x, y) => exp(toFixed(times(exactly(y), fixed(ln(exactly(x)))))),
  cosine: x => fixed(cosine(toFixed(exactly(x)))),
}

/** How far `actual` lies above the exact number, in units of the last place that a double near it has. */
export function unitsAbove(actual: number, { whole, power }: Exact): number {
  const unit = Math.max(bitsOf(whole) - 1 + power - 52, -1074)
  const off = toPower(exactly(actual), unit - 30) - toPower({ whole, power }, unit - 30)
  return Number(off) / 2 ** 30
}

/** The double itself. */
function exactly(x: number): Exact {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, x)
  const bits = view.getBigUint64(0)
  const exponent = Number((bits >> 52n) & 0x7ffn)
  const fraction = bits & 0xfffffffffffffn
  const size = exponent === 0 ? fraction : fraction | (1n << 52n)
  return { whole: x < 0 ? -size : size, power: Math.max(exponent, 1) - 1075 }
}

const fixed = (whole: bigint): Exact => ({ whole, power: -BITS })
const toFixed = (x: Exact): bigint => toPower(x, -BITS)
const times = (x: Exact, y: Exact): Exact => ({ whole: x.whole * y.whole, power: x.power + y.power })
const toPower = ({ whole, power }: Exact, wanted: number): bigint => shifted(whole, power - wanted)
const shifted = (whole: bigint, by: number): bigint => (by >= 0 ? whole << BigInt(by) : whole >> BigInt(-by))

function bitsOf(whole: bigint): number {
  return (whole < 0n ? -whole : whole).toString(2).length
}

/** ln m + k·ln 2, with m between ⅔ and 4⁄3, by ln m = 2 artanh((m − 1)⁄(m + 1)). */
function ln({ whole, power }: Exact): bigint {
  let k = bitsOf(whole) + power
  let m = shifted(whole, BITS - bitsOf(whole)) // from ½ to 1
  if (3n * m < 2n * ONE) {
    k--
    m *= 2n
  }
  const s = ((m - ONE) * ONE) / (m + ONE)
  let sum = 0n
  for (let power = s, n = 1n; power !== 0n; power = (((power * s) / ONE) * s) / ONE, n += 2n) sum += power / n
  return 2n * sum + BigInt(k) * LN2
}

/** e^r·2^k with |r| at most ½ ln 2, by Taylor's series. */
function exp(x: bigint): Exact {
  const k = (2n * x + (x < 0n ? -LN2 : LN2)) / (2n * LN2)
  const r = x - k * LN2
  let sum = 0n
  for (let term = ONE, n = 1n; term !== 0n; term = (term * r) / ONE / n++) sum += term
  return { whole: sum, power: Number(k) - BITS }
}

/** Taylor's series within the period. */
function cosine(x: bigint): bigint {
  const r = x % (2n * PI)
  let sum = 0n
  for (let term = ONE, n = 0n; term !== 0n; n += 2n) {
    sum += term
    term = (((-term * r) / ONE) * r) / ONE / ((n + 1n) * (n + 2n))
  }
  return sum
}

/** artanh 1⁄x for sign 1, arctan 1⁄x for sign −1. */
function inverseTangent(x: bigint, sign: bigint): bigint {
  let sum = 0n
  for (let power = ONE / x, n = 1n; power !== 0n; power = (sign * power) / (x * x), n += 2n) sum += power / n
  return sum
}
