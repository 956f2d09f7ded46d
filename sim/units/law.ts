/** How long something takes, or how much of something there is, when chance has a say: the law as data. */

/** A law by its parameters; means, bounds, scales and values are in the unit of what is drawn (mostly seconds). */
export type Law =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'uniform'; readonly min: number; readonly max: number }
  | { readonly kind: 'exponential'; readonly mean: number }
  /** `cv` is the coefficient of variation: standard deviation ÷ mean. */
  | { readonly kind: 'lognormal'; readonly mean: number; readonly cv: number }
  | Weibull
  | Empirical
  /**
   * These values in this order, then again from the first: the n-th draw of a stream gives the n-th value. Everybody who has a
   * stream of their own goes through the list on their own.
   */
  | { readonly kind: 'sequence'; readonly values: readonly number[] }
  | Work

/**
 * So much to be done at so much a second: for one alone it takes amount ÷ rate. `of` says in what the two are given: bytes, or
 * things that are counted.
 */
export interface Work {
  readonly kind: 'work'
  readonly of: 'bytes' | 'things'
  readonly amount: number
  /** Per second, above 0: what one alone can do. */
  readonly rate: number
}

/** Wear: with `shape` above 1 failure grows likelier with age, below 1 it grows rarer. `scale` is the 63.2 % point. */
export type Weibull =
  | { readonly kind: 'weibull'; readonly shape: number; readonly scale: number }
  | { readonly kind: 'weibull'; readonly shape: number; readonly mean: number }

/** One of some values, each as likely as its weight among all weights. Made by `empirical`. */
export interface Empirical {
  readonly kind: 'empirical'
  /** Ascending. */
  readonly values: readonly number[]
  /** Above 0, by value. */
  readonly weights: readonly number[]
  /** Sum of the weights up to and including each value. */
  readonly sums: readonly number[]
}

/** The law of values that were observed, all equally likely without weights. Throws RangeError when nothing has weight. */
export function empirical(values: readonly number[], weights: readonly number[] = values.map(() => 1)): Empirical {
  if (weights.length !== values.length) throw new RangeError(`${values.length} values have ${weights.length} weights`)
  const order = values.map((_, i) => i).filter(i => weights[i] > 0)
  if (order.length === 0) throw new RangeError('no value has a weight above 0')
  order.sort((a, b) => values[a] - values[b] || a - b)
  let sum = 0
  return {
    kind: 'empirical',
    values: order.map(i => values[i]),
    weights: order.map(i => weights[i]),
    sums: order.map(i => {
      sum += weights[i]
      return sum
    }),
  }
}
