/**
 * Folds over values that hold for a while: what a share was at its lowest, when it came back, how long it was down. Rows are
 * turned into pieces (a value from one moment to another) by others; here are only numbers.
 */

import type { RowId } from '../trace/trace.ts'
import { oneOf } from '../units/fields.ts'
import type { Ratio, Seconds } from '../units/quantity.ts'
import { type Measurement, VACUOUS } from './define.ts'

/** The most of what may be asked of a series. */
export const TAKES = ['lowest', 'highest', 'mean', 'first', 'last'] as const
export type Take = (typeof TAKES)[number]

/** The field `take`: which number of a series is meant. */
export function takeField<Default extends Take>(by: Default) {
  return oneOf(TAKES, {
    default: by,
    source: 'definition',
    about: { en: 'which value in the window: lowest, highest, mean, first or last', zh: '取窗口内的哪个值' },
  })
}

/** Collects pieces that follow each other without gaps, and knows the value asked for. Within a piece values are linear. */
export class Extract {
  private area = 0
  private length: Seconds = 0
  private best = 0
  private bestAt: Seconds = -1
  private first = 0
  private firstAt: Seconds = -1
  private last = 0
  private lastAt: Seconds = -1
  private readonly take: Take

  constructor(take: Take) {
    this.take = take
  }

  /** The value went from `start` to `end` between `from` and `to`. A piece of no length is only a moment. */
  piece(from: Seconds, to: Seconds, start: number, end: number = start): void {
    this.area += ((start + end) / 2) * (to - from)
    this.length += to - from
    this.consider(from, start)
    this.consider(to, end)
    if (this.firstAt < 0) {
      this.first = start
      this.firstAt = from
    }
    this.last = end
    this.lastAt = to
  }

  measurement(): Measurement {
    if (this.firstAt < 0) return VACUOUS
    switch (this.take) {
      case 'lowest':
      case 'highest':
        return { value: this.best, at: this.bestAt }
      case 'mean':
        return { value: this.length > 0 ? this.area / this.length : this.first, at: null }
      case 'first':
        return { value: this.first, at: this.firstAt }
      case 'last':
        return { value: this.last, at: this.lastAt }
      default:
        return this.take satisfies never
    }
  }

  private consider(at: Seconds, value: number): void {
    if (this.bestAt >= 0 && (this.take === 'lowest' ? value >= this.best : value <= this.best)) return
    this.best = value
    this.bestAt = at
  }
}

/**
 * Watches for a share to fall below a threshold and to be back at it for `hold`. Zero when it never falls; failed when it is
 * not back, or has not been back for long enough, when the pieces end. Pieces may leave gaps, over which nothing is known: these
 * neither end a hold nor count towards it.
 */
export class Return {
  /** When it fell for the last time, s, and the row that told; null when it never did. */
  fall: { readonly at: Seconds; readonly row: RowId } | null = null
  private isBack = true
  private backAt: Seconds = 0
  private backRow: RowId = 0
  private held: Seconds = 0 // since it was back
  private done = false
  private seen = false
  private readonly from: Seconds
  private readonly to: Ratio
  private readonly hold: Seconds

  /** Measured from the moment `from`; it is back at `to` or more. */
  constructor(from: Seconds, to: Ratio, hold: Seconds) {
    this.from = from
    this.to = to
    this.hold = hold
  }

  /** `row` told of the share; 0 when it is not known. */
  piece(from: Seconds, to: Seconds, share: Ratio, row: RowId = 0): void {
    if (this.done) return
    this.seen = true
    if (share < this.to) {
      if (this.isBack) this.fall = { at: from, row }
      this.isBack = false
      return
    }
    if (this.fall === null) return
    if (!this.isBack) {
      this.isBack = true
      this.backAt = from
      this.backRow = row
      this.held = 0
    }
    this.held += to - from
    if (this.held >= this.hold) this.done = true
  }

  measurement(): Measurement {
    if (!this.seen) return VACUOUS
    if (this.fall === null) return { value: 0, at: this.from }
    if (!this.done) return { value: null, failed: true, at: null }
    return { value: this.backAt - this.from, at: this.backAt, ...(this.backRow > 0 && { rows: [this.backRow] }) }
  }
}
