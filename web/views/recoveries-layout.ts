/** What stands where on the page of recoveries: milestones by what they are of, and the stretches of a path on one scale. */
import type { Milestone, Recovery, RecoveryHop, Saving } from '../worker/protocol.ts'

/** One thing that fell with a strike, and when shares of it were back. */
export interface Returned {
  readonly what: Milestone['what']
  readonly of: readonly string[]
  readonly milestones: readonly Milestone[]
}

/** Milestones of one thing together, in their order; shares that were back together are told once, by the largest. */
export function returnedOf({ milestones }: Recovery): Returned[] {
  const things: { what: Milestone['what']; of: readonly string[]; milestones: Milestone[] }[] = []
  for (const milestone of milestones) {
    const { what, of } = milestone
    const last = things[things.length - 1]
    if (last === undefined || last.what !== what || last.of.join() !== of.join())
      things.push({ what, of, milestones: [milestone] })
    else {
      if (last.milestones[last.milestones.length - 1].time === milestone.time) last.milestones.pop()
      last.milestones.push(milestone)
    }
  }
  return things
}

/** One strike after which something fell, or those of one fault in a row after which nothing did. */
export type Told = readonly [Recovery, ...Recovery[]]

/** What is told of a run, strike by strike in order. */
export function toldOf(recoveries: readonly Recovery[]): Told[] {
  const told: [Recovery, ...Recovery[]][] = []
  for (const recovery of recoveries) {
    const last = told[told.length - 1]
    const isLikeLast = last?.[0].fault === recovery.fault && last[0].milestones.length === 0 && recovery.milestones.length === 0
    if (isLikeLast) last.push(recovery)
    else told.push([recovery])
  }
  return told
}

/** The longest time to anything that came back, s, which all bars of a strike are measured by; at least 1 s. */
export function longestOf({ milestones }: Recovery): number {
  return milestones.reduce((longest, { time }) => Math.max(longest, time ?? 0), 1)
}

/** The milestone whose path is open at first: what took longest, of those that came back. */
export function slowestOf({ milestones }: Recovery): Milestone | undefined {
  const back = milestones.filter(({ path }) => path.length > 0)
  return back.reduce<Milestone | undefined>(
    (slowest, one) => ((slowest?.time ?? 0) > (one.time ?? 0) ? slowest : one),
    undefined,
  )
}

/** A stretch of a bar, as shares of its whole length. */
export interface Stretch {
  readonly hop: RecoveryHop
  readonly from: number
  readonly share: number
}

/** The stretches of a path on a bar that stands for `longest` seconds from the strike at `started`. */
export function stretchesOf(path: readonly RecoveryHop[], started: number, longest: number): Stretch[] {
  return path.map(hop => ({ hop, from: (hop.from - started) / longest, share: hop.length / longest }))
}

/** What the limit of a hop cost, where that is known. */
export function savingOf(hop: RecoveryHop, savings: readonly Saving[]): Saving | undefined {
  return savings.find(({ limit, of }) => limit === hop.limit && (of === null || of === hop.of))
}
