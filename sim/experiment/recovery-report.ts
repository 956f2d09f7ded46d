/**
 * How long everything that a fault touched took to come back, and what held it up: for every fault of a run the time to power,
 * to shares of the instances, to each service's objective, each with its critical path; and what each limit on a path would
 * have saved, found by running again without it. Plain data, in both languages, for a terminal or a page.
 */
import type { Run } from '../metrics/define.ts'
import { kindNamed } from '../metrics/rows.ts'
import type { Scenario } from '../scenario/schema.ts'
import { createCriticalPaths, limitName, type PathHop, tellHop } from '../trace/critical-path.ts'
import type { EntityId } from '../trace/entities.ts'
import { type Limit, limitSpec } from '../trace/limits.ts'
import type { Hop } from '../trace/row-kinds.ts'
import type { Recording, RowId } from '../trace/trace.ts'
import type { Text } from '../units/fields.ts'
import type { Seconds } from '../units/quantity.ts'
import { lifted } from './lifts.ts'
import { milestonesOf, type Reached } from './milestones.ts'
import type { RunOutcome } from './run.ts'

/** One stretch of a critical path. */
export interface RecoveryHop {
  readonly kind: Hop
  readonly limit: Limit | null
  /** Id of the data centre, service, crew or plan whose limit it is. */
  readonly of: string | null
  /** What the limit is called. */
  readonly name: Text | null
  /** Id of what the row is about in which it ends. */
  readonly subject: string
  /** s */
  readonly from: Seconds
  readonly to: Seconds
  readonly length: Seconds
  /** Jobs of the same queue that went through it meanwhile. */
  readonly jobs: number
  readonly row: RowId
  readonly says: Text
}

/** What a limit on the path cost: the same run without it, under the same chance. */
export interface Saving {
  readonly limit: Limit
  /** Whose; null for what is lifted in every data centre. */
  readonly of: string | null
  readonly name: Text
  /** What the milestone takes then, s; null when it is not reached even so. */
  readonly time: Seconds | null
  /** How much less that is, s; below 0 when it is more, null when the milestone is reached in one of the two runs at most. */
  readonly saved: Seconds | null
}

export interface Milestone extends Reached {
  /** The earliest first; the lengths add up to the time exactly. */
  readonly path: readonly RecoveryHop[]
  /** Whether the path leads back to this strike, and not to something else that happened meanwhile. */
  readonly isCaused: boolean
  readonly savings?: readonly Saving[]
}

/** One strike of a fault, and the way back. */
export interface Recovery {
  readonly fault: string
  /** Which strike of this fault it is, from 0 on. */
  readonly strike: number
  /** s */
  readonly started: Seconds
  /** s; null when it has no end, or none before the run ends. */
  readonly ended: Seconds | null
  readonly milestones: readonly Milestone[]
}

/** Each strike is looked for through all rows: so many of both together, and so many strikes of however long a run. */
const ROWS_READ_MAX = 1e8
const STRIKES_ALWAYS = 50

/** The recoveries of a run, in order of the strikes: of the first ones, where a fault recurs very often in a very long run. */
export function recoveriesOf(
  scenario: Scenario,
  { recording, world }: Pick<RunOutcome, 'recording' | 'world'>,
  most = Infinity,
): Recovery[] {
  const run: Run = { ...recording, world }
  const { rows, entities } = recording
  const pathOf = createCriticalPaths(recording)
  const strikes = new Map<EntityId, number>()
  return strikesOf(recording, most).map(({ row, ended }) => {
    const fault = rows.subject[row]
    const strike = strikes.get(fault) ?? 0
    strikes.set(fault, strike + 1)
    const milestones = milestonesOf(scenario, run, row).map((reached): Milestone => {
      if (reached.row === null) return { ...reached, path: [], isCaused: true }
      const { hops, isCaused } = pathOf(reached.row, row)
      return { ...reached, path: hops.map(hop => plainHop(recording, hop)), isCaused }
    })
    return { fault: entities.id(fault), strike, started: rows.time[row], ended, milestones }
  })
}

/** How often faults struck in a run, whether all of it was looked at or not. */
export function strikesIn({ rows, kinds }: Recording): number {
  const started = kindNamed({ kinds }, 'fault.started')
  return rows.kind.reduce((count, kind) => (kind === started ? count + 1 : count), 0)
}

/** Rows of the first strikes of all faults, and when each was over. */
function strikesOf(recording: Recording, asked: number): { row: RowId; ended: Seconds | null }[] {
  const { rows } = recording
  const started = kindNamed(recording, 'fault.started')
  const ended = kindNamed(recording, 'fault.ended')
  const open = new Map<string, { row: RowId; ended: Seconds | null }>() // by fault and member struck
  const strikes: { row: RowId; ended: Seconds | null }[] = []
  const most = Math.min(asked, Math.max(STRIKES_ALWAYS, Math.floor(ROWS_READ_MAX / rows.length)))
  for (let row = 1; row < rows.length; row++) {
    const key = `${rows.subject[row]} ${rows.b[row]}`
    if (rows.kind[row] === started && strikes.length < most) {
      const strike = { row, ended: null }
      strikes.push(strike)
      open.set(key, strike)
    } else if (rows.kind[row] === ended) {
      const strike = open.get(key)
      if (strike !== undefined) strike.ended = rows.time[row]
      open.delete(key)
    }
  }
  return strikes
}

function plainHop(recording: Recording, hop: PathHop): RecoveryHop {
  const { rows, entities } = recording
  const { kind, limit, of, from, to, length, jobs, row } = hop
  return {
    kind,
    limit,
    of: of > 0 ? entities.id(of) : null,
    name: limit === null ? null : limitName(recording, { limit, of }),
    subject: entities.id(rows.subject[row]),
    from,
    to,
    length,
    jobs,
    row,
    says: { en: tellHop(recording, hop, 'en'), zh: tellHop(recording, hop, 'zh') },
  }
}

/**
 * The recoveries with what each limit on a path cost. `runAgain` runs a scenario to its end under the same seed; it is called
 * once for each limit that can be lifted, and then each milestone is looked up in what came out.
 */
export function withSavings(
  scenario: Scenario,
  recoveries: readonly Recovery[],
  runAgain: (scenario: Scenario) => Pick<RunOutcome, 'recording' | 'world'>,
): Recovery[] {
  const known = new Map<string, ReadonlyMap<string, Milestone> | undefined>()

  /** The milestones of the run without a limit; undefined for what cannot be lifted. */
  function without(limit: Limit, owner: string | null): ReadonlyMap<string, Milestone> | undefined {
    const key = `${limit} ${owner ?? ''}`
    if (!known.has(key)) {
      const other = lifted(scenario, limit, owner ?? '')
      known.set(key, other === undefined ? undefined : byKey(recoveriesOf(other, runAgain(other))))
    }
    return known.get(key)
  }

  return recoveries.map(recovery => {
    const milestones = recovery.milestones.map(milestone => {
      const savings = new Map<string, Saving>()
      for (const { limit, of, name } of milestone.path) {
        if (limit === null || name === null) continue
        const owner = isEverywhere(limit) ? null : of
        const others = without(limit, owner)
        if (others === undefined) continue
        const time = timeInstead(milestone, others.get(keyOf(recovery, milestone)))
        const saved = time === null || milestone.time === null ? null : milestone.time - time
        savings.set(`${limit} ${owner ?? ''}`, { limit, of: owner, name, time, saved })
      }
      return { ...milestone, savings: [...savings.values()] }
    })
    return { ...recovery, milestones }
  })
}

/** Whether a limit is a way of working that all data centres share, and not one owner's own. */
function isEverywhere(limit: Limit): boolean {
  const { of } = limitSpec(limit)
  return of === 'datacentre' || of === 'none'
}

/**
 * What a milestone takes in another run, s. It takes nothing where nothing was touched, or where it fell only when it was back
 * in the first run: that is another outage.
 */
function timeInstead({ time }: Milestone, other: Milestone | undefined): Seconds | null {
  if (other === undefined || other.fell === null) return 0
  return time !== null && other.fell >= time ? 0 : other.time
}

function byKey(recoveries: readonly Recovery[]): Map<string, Milestone> {
  return new Map(recoveries.flatMap(one => one.milestones.map(milestone => [keyOf(one, milestone), milestone] as const)))
}

function keyOf({ fault, strike }: Recovery, { what, of, share }: Milestone): string {
  const isOfService = what !== 'power' && what !== 'hosted' // else of all that fell, which may then be less
  return [fault, strike, what, share, ...(isOfService ? of : [])].join(' ')
}
