/** Euler's gamma function, from basic operations only, like the other elementary functions. */
import { exp, ln } from './elementary.ts'

/** Lanczos coefficients for g = 7. Source: P. Godfrey, A note on the computation of the convergent Lanczos gamma (2001). */
const LANCZOS = [
  0.99999999999980993227684700473478, 676.520368121885098567009190444019, -1259.13921672240287047156078755283,
  771.3234287776530788486528258894, -176.61502916214059906584551354, 12.507343278686904814458936853,
  -0.13857109526572011689554707, 9.984369578019570859563e-6, 1.50563273514931155834e-7,
] as const
const LN_ROOT_TAU = 0.91893853320467274178

/** Natural logarithm of Γ(x) for x > 0, to about 14 digits of Γ for moderate x. */
export function lnGamma(x: number): number {
  if (!(x > 0)) throw new RangeError(`the gamma function is for arguments above 0 here, got ${x}`)
  if (x < 0.5) return lnGamma(x + 1) - ln(x)
  let sum: number = LANCZOS[0]
  for (let i = 1; i < LANCZOS.length; i++) sum += LANCZOS[i] / (x - 1 + i)
  const t = x + 6.5
  return LN_ROOT_TAU + (x - 0.5) * ln(t) - t + ln(sum)
}

/** Γ(x) for x > 0; Infinity above 171.6. */
export function gamma(x: number): number {
  return exp(lnGamma(x))
}
