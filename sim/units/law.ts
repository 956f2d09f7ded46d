/** How long something takes, or how much of something there is, when chance has a say: the law as data. */

/** A law by its parameters; `mean`, `min`, `max` and `value` are in the unit of what is drawn (mostly seconds). */
export type Law =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'uniform'; readonly min: number; readonly max: number }
  | { readonly kind: 'exponential'; readonly mean: number }
  /** `cv` is the coefficient of variation: standard deviation ÷ mean. */
  | { readonly kind: 'lognormal'; readonly mean: number; readonly cv: number }
