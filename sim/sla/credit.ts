/**
 * What an agreement gives back for a month, and what it does not. Tiers are decided in whole milliseconds against whole
 * millionths: in floating point a month that is exactly at a threshold may land on either side.
 */
import type { Ratio, Seconds } from '../units/quantity.ts'
import { type Alternating, downLongerThan } from './alternating-renewal.ts'
import type { Profile, Tier } from './profiles.ts'

/** What a month came to under a profile. */
export interface Credit {
  readonly uptime: Ratio
  /** The tier it landed in; undefined when the promise was kept. */
  readonly tier: Tier | undefined
  /** Share of the month's bill that is given back. */
  readonly credit: Ratio
}

const MILLIONTHS = 1_000_000

/** The credit for so much time down of a period, both whole numbers of one unit. Throws RangeError when they are not. */
export function creditFor({ tiers }: Profile, down: number, period: number): Credit {
  if (!(Number.isSafeInteger(down) && Number.isSafeInteger(period) && down >= 0 && down <= period && period > 0)) {
    throw new RangeError(`time down must be whole and within the period, got ${down} of ${period}`)
  }
  const up = BigInt(period - down) * BigInt(MILLIONTHS)
  let tier: Tier | undefined
  for (const one of tiers) if (up < BigInt(millionths(one)) * BigInt(period)) tier = one
  return { uptime: 1 - down / period, tier, credit: (tier?.credit ?? 0) / 100 }
}

/** The same from seconds, rounded to milliseconds: simulated time lies on another grid. */
export function creditForSeconds(profile: Profile, down: Seconds, period: Seconds): Credit {
  return creditFor(profile, Math.round(down * 1000), Math.round(period * 1000))
}

/** A threshold in millionths, exactly: they are written in percent with at most four decimals. */
function millionths({ below }: Tier): number {
  return Math.round((below * MILLIONTHS) / 100)
}

/** A threshold as a share. */
export function thresholdOf(tier: Tier): Ratio {
  return millionths(tier) / MILLIONTHS
}

/** What is paid back, what the outage cost, and the part of that which nobody pays. In the currency of the bill. */
export interface Settlement {
  readonly paid: number
  readonly loss: number
  readonly uncovered: number
}

/** Settles a month: `bill` is that of the service under the profile, `lossPerHour` what an hour down costs its user. */
export function settle({ credit }: Credit, bill: number, down: Seconds, lossPerHour: number): Settlement {
  const paid = bill * credit
  const loss = (lossPerHour * down) / 3600
  return { paid, loss, uncovered: Math.max(0, loss - paid) }
}

/** What credits come to on average. */
export interface ExpectedCredit {
  /** Probability of no credit, and of each tier of the profile in its order. */
  readonly odds: readonly Ratio[]
  /** Share of a month's bill, on average. */
  readonly credit: Ratio
  /** Months' bills in a year, on average. */
  readonly billsPerYear: number
}

/** The credit to be expected of something that is up and down by turns, over a month that it begins up. */
export function expectedCredit({ tiers }: Profile, alternating: Alternating): ExpectedCredit {
  const reaches = tiers.map(tier =>
    downLongerThan(((MILLIONTHS - millionths(tier)) / MILLIONTHS) * alternating.window, alternating),
  )
  const odds = [1, ...reaches].map((reach, at) => Math.max(0, reach - (reaches[at] ?? 0)))
  const credit = tiers.reduce((sum, tier, at) => sum + (tier.credit / 100) * odds[at + 1], 0)
  return { odds, credit, billsPerYear: 12 * credit }
}
