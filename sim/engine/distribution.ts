/**
 * Draws from laws. One draw takes at most one uniform number and grows with it, so that runs which share their streams but
 * not their laws stay comparable: whoever was slow under one law is slow under the other. A sequence is the exception: it
 * leaves nothing to chance, but takes its number all the same.
 */
import type { Empirical, Law, Weibull } from '../units/law.ts'
import { exp, ln, log1p, pow } from './elementary.ts'
import { gamma } from './gamma.ts'
import type { Draws } from './random.ts'

/** A law that leaves something to chance at each draw, or nothing ever. */
export type Chance = Exclude<Law, { readonly kind: 'sequence' }>

/** A value from `law`, in the law's unit, not rounded, drawn by `individual` of many. A constant and work draw nothing. */
export function sample(law: Law, draws: Draws, individual = 0): number {
  if (law.kind === 'exponential') return -law.mean * ln(1 - draws.next(individual)) // as below: most draws are of this law
  if (law.kind === 'constant') return law.value
  if (law.kind === 'work') return law.amount / law.rate
  if (law.kind === 'sequence') {
    const draw = draws.drawn(individual)
    draws.next(individual)
    return law.values[draw % law.values.length]
  }
  return quantile(law, draws.next(individual))
}

/** The value below which a draw falls with probability `p`, 0 < p < 1; grows with p. */
export function quantile(law: Chance, p: number): number {
  switch (law.kind) {
    case 'constant':
      return law.value
    case 'uniform':
      return law.min + (law.max - law.min) * p
    case 'exponential':
      return -law.mean * ln(1 - p)
    case 'lognormal': {
      const variance = log1p(law.cv * law.cv) // of the logarithm
      return law.mean * exp(Math.sqrt(variance) * normalQuantile(p) - variance / 2)
    }
    case 'weibull':
      return scaleOf(law) * pow(-ln(1 - p), 1 / law.shape)
    case 'empirical':
      return law.values[firstAbove(law, p)]
    case 'work':
      return law.amount / law.rate
    default:
      throw new Error(`no such law: ${JSON.stringify(law satisfies never)}`)
  }
}

/** Expected value. */
export function mean(law: Law): number {
  switch (law.kind) {
    case 'constant':
      return law.value
    case 'uniform':
      return (law.min + law.max) / 2
    case 'weibull':
      return 'mean' in law ? law.mean : law.scale * gamma(1 + 1 / law.shape)
    case 'empirical':
      return law.values.reduce((sum, value, i) => sum + value * law.weights[i], 0) / law.sums[law.sums.length - 1]
    case 'sequence':
      return law.values.reduce((sum, value) => sum + value, 0) / law.values.length
    case 'work':
      return law.amount / law.rate
    default:
      return law.mean
  }
}

function scaleOf(law: Weibull): number {
  return 'mean' in law ? law.mean / gamma(1 + 1 / law.shape) : law.scale
}

/** The first value with more than the share `p` of all weight on it and those below. */
function firstAbove({ sums }: Empirical, p: number): number {
  let low = 0
  let high = sums.length - 1
  const weight = p * sums[high]
  while (low < high) {
    const middle = (low + high) >> 1
    if (sums[middle] > weight) high = middle
    else low = middle + 1
  }
  return low
}

/**
 * The value below which a standard normal variable falls with probability `p`, to about 16 digits.
 * Source: M. J. Wichura, Algorithm AS 241 (PPND16), Applied Statistics 37 (1988) 477–484.
 */
export function normalQuantile(p: number): number {
  const q = p - 0.5
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q
    return (
      (q *
        (((((((2.509080928730122e3 * r + 3.34305755835881281e4) * r + 6.7265770927008700853e4) * r + 4.5921953931549871457e4) *
          r +
          1.3731693765509461125e4) *
          r +
          1.9715909503065514427e3) *
          r +
          1.3314166789178437745e2) *
          r +
          3.387132872796366608)) /
      (((((((5.226495278852854561e3 * r + 2.8729085735721942674e4) * r + 3.930789580009271061e4) * r +
        2.1213794301586595867e4) *
        r +
        5.3941960214247511077e3) *
        r +
        6.871870074920579083e2) *
        r +
        4.2313330701600911252e1) *
        r +
        1)
    )
  }
  const tail = Math.sqrt(-ln(q < 0 ? p : 1 - p))
  const size = tail <= 5 ? nearTail(tail - 1.6) : farTail(tail - 5)
  return q < 0 ? -size : size
}

function nearTail(r: number): number {
  return (
    (((((((7.7454501427834140764e-4 * r + 2.27238449892691845833e-2) * r + 2.4178072517745061177e-1) * r +
      1.27045825245236838258) *
      r +
      3.64784832476320460504) *
      r +
      5.7694972214606914055) *
      r +
      4.6303378461565452959) *
      r +
      1.42343711074968357734) /
    (((((((1.05075007164441684324e-9 * r + 5.475938084995344946e-4) * r + 1.51986665636164571966e-2) * r +
      1.4810397642748007459e-1) *
      r +
      6.8976733498510000455e-1) *
      r +
      1.6763848301838038494) *
      r +
      2.05319162663775882187) *
      r +
      1)
  )
}

function farTail(r: number): number {
  return (
    (((((((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r + 1.2426609473880784386e-3) * r +
      2.6532189526576123093e-2) *
      r +
      2.9656057182850489123e-1) *
      r +
      1.7848265399172913358) *
      r +
      5.4637849111641143699) *
      r +
      6.6579046435011037772) /
    (((((((2.04426310338993978564e-15 * r + 1.4215117583164458887e-7) * r + 1.8463183175100546818e-5) * r +
      7.868691311456132591e-4) *
      r +
      1.48753612908506148525e-2) *
      r +
      1.3692988092273580531e-1) *
      r +
      5.9983220655588793769e-1) *
      r +
      1)
  )
}
