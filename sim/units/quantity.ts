/** Units as plain numbers with names. Everything inside is in seconds, bytes, watts, ratios and rates per second. */

/** Seconds. */
export type Seconds = number
/** A share between 0 and 1. */
export type Ratio = number
/** Per second. */
export type PerSecond = number
/** Watts. */
export type Watts = number
/** Bytes. */
export type Bytes = number
