/**
 * How many volumes of each zone are in which state, and the rows that tell it. A count is told when it has changed by so much
 * that a curve shows it, and at the latest a minute after it changed.
 */
import { type EventId, NO_EVENT } from '../../engine/calendar.ts'
import type { Simulation } from '../../engine/simulation.ts'
import { defineRows } from '../../trace/row-kinds.ts'
import { NO_CAUSE, type RowId, type Trace } from '../../trace/trace.ts'
import type { Ratio, Seconds } from '../../units/quantity.ts'
import type { Pool } from './layout.ts'

/** What volumes can be, each a count of its zone. The first two serve. */
export const VOLUME_STATES = ['mirrored', 'degraded', 'stuck', 'dark', 'checking', 'restoring', 'lost'] as const
export type VolumeState = (typeof VOLUME_STATES)[number]
export const [MIRRORED, DEGRADED, STUCK, DARK, CHECKING, RESTORING, LOST] = [0, 1, 2, 3, 4, 5, 6]

const Row = defineRows('volumes', {
  ready: {
    says: { en: '{a} of {b} volumes of {subject} serve', zh: '{subject} 有 {a}/{b} 个卷可用' },
    a: 'count',
    b: 'count',
    hop: 'work',
    limit: 'volumes',
    level: 3,
  },
  mirrored: {
    says: { en: 'all volumes of {subject} that are left have all their copies again', zh: '{subject} 现存各卷副本均已补齐' },
    hop: 'work',
    limit: 'volumes',
    level: 1,
  },
  degraded: {
    says: { en: '{a} volumes of {subject} lack copies', zh: '{subject} 有 {a} 个卷副本不足' },
    a: 'count',
    b: 'count',
    hop: 'work',
    limit: 'volumes',
    level: 3,
  },
  stuck: {
    says: {
      en: '{a} volumes of {subject} are stuck: they find no room for a copy',
      zh: '{subject} 有 {a} 个卷卡住：找不到放置副本的空间',
    },
    a: 'count',
    b: 'count',
    hop: 'queue',
    limit: 'volumes',
  },
  dark: {
    says: { en: '{a} volumes of {subject} have too few copies that are there', zh: '{subject} 有 {a} 个卷的副本不在线' },
    a: 'count',
    b: 'count',
  },
  checking: {
    says: { en: '{a} volumes of {subject} are being checked', zh: '{subject} 有 {a} 个卷正在做一致性检查' },
    a: 'count',
    b: 'count',
    hop: 'work',
    limit: 'volumes',
    level: 3,
  },
  restoring: {
    says: { en: '{a} volumes of {subject} are being restored from snapshots', zh: '{subject} 有 {a} 个卷正从快照恢复' },
    a: 'count',
    b: 'count',
    hop: 'work',
    limit: 'volumes',
    level: 3,
  },
  room: {
    says: { en: 'there is room for {a} more copies in {subject}', zh: '{subject} 新增可容纳 {a} 个副本的空间' },
    a: 'count',
    hop: 'queue',
    limit: 'room',
  },
  lost: {
    says: { en: '{a} volumes of {subject} are lost for ever', zh: '{subject} 已永久丢失 {a} 个卷' },
    a: 'count',
    b: 'count',
    hop: 'work',
    limit: 'volumes',
    level: 1,
  },
})

/** What rows tell of each zone: all states but the first, by number, and in its place how many serve. */
const TOLD = VOLUME_STATES.map((state, now) => (now === MIRRORED ? Row.ready : Row[state]))
const STATES = VOLUME_STATES.length

/** A count is told at once when it has changed by this share of a zone's volumes, or when nothing or everything is left. */
const STEP: Ratio = 1 / 256
/** And otherwise after this long, s. */
const PATIENCE: Seconds = 60

/** So much of the volumes of a zone serve now; `because` is the row that says so, written if it was not yet. */
type ShareWatcher = (pool: number, ready: Ratio, because: () => RowId) => void

export type Counts = ReturnType<typeof createCounts>

export function createCounts(sim: Simulation, trace: Trace, pools: readonly Pool[]) {
  const counts = sim.column(Float64Array, pools.length * STATES) // volumes, by pool and state
  const told = sim.column(Float64Array, pools.length * STATES) // what the last rows said, by pool and state
  const wasWhole = sim.column(Uint8Array, pools.length).fill(1) // whether no copy was missing, by pool
  const hasChanged = sim.column(Uint8Array, pools.length)
  const changedBy = sim.column(Uint32Array, pools.length) // last row that changed a count, by pool
  const reminder = sim.column(Float64Array, pools.length).fill(NO_EVENT) // to tell what is not told yet, by pool
  const watchers: ShareWatcher[] = []

  const REMIND = sim.on((pool: number) => {
    reminder[pool] = NO_EVENT
    for (let now = LOST; now >= MIRRORED; now--) {
      if (told[pool * STATES + now] !== tells(pool, now)) write(pool, now, changedBy[pool])
    }
  })

  /** Call once the counts are what they are at the start. */
  function begin(): void {
    pools.forEach((_, pool) => {
      told[pool * STATES] = -1
      changed(pool, NO_CAUSE)
    })
    sim.onSettle(() => {
      for (let pool = 0; pool < pools.length; pool++) if (hasChanged[pool] === 1) settle(pool)
    })
  }

  /** So many volumes of a zone are in one state and not in another any more. */
  function move(pool: number, from: number, to: number, volumes: number): void {
    counts[pool * STATES + from] -= volumes
    counts[pool * STATES + to] += volumes
  }

  /** Counts of a zone have changed because of the row `cause`. */
  function changed(pool: number, cause: RowId): void {
    hasChanged[pool] = 1
    changedBy[pool] = cause
    sim.unsettle()
  }

  function settle(pool: number): void {
    hasChanged[pool] = 0
    const { items } = pools[pool]
    let row = changedBy[pool] // why as many serve as do: the trouble rather than the copies that are missing
    let isLate = false
    for (let now = LOST; now >= MIRRORED; now--) {
      const value = tells(pool, now)
      const by = Math.abs(value - told[pool * STATES + now])
      if (by >= STEP * items || (by > 0 && (value === 0 || value === items))) {
        const written = write(pool, now, now === MIRRORED ? row : changedBy[pool])
        if (now > DEGRADED) row = written
      } else if (by > 0) isLate = true
    }
    if (isLate && reminder[pool] === NO_EVENT) reminder[pool] = sim.after(PATIENCE, REMIND, pool)
    if (!isLate) {
      sim.cancel(reminder[pool] as EventId)
      reminder[pool] = NO_EVENT
    }
    const isWhole = counts[pool * STATES + MIRRORED] + counts[pool * STATES + LOST] === items
    if (isWhole && wasWhole[pool] === 0) trace.write(sim.now, Row.mirrored, pools[pool].entity, changedBy[pool])
    wasWhole[pool] = isWhole ? 1 : 0
    const because = (): RowId => {
      if (row === changedBy[pool]) row = write(pool, MIRRORED, row)
      return row
    }
    for (const watch of watchers) watch(pool, tells(pool, MIRRORED) / items, because)
  }

  /** What rows of a state tell; of the first, how many serve. */
  function tells(pool: number, now: number): number {
    return counts[pool * STATES + now] + (now === MIRRORED ? counts[pool * STATES + DEGRADED] : 0)
  }

  function write(pool: number, now: number, cause: RowId): RowId {
    const value = tells(pool, now)
    told[pool * STATES + now] = value
    return trace.write(sim.now, TOLD[now], pools[pool].entity, cause, value, pools[pool].items)
  }

  return {
    begin,
    move,
    changed,
    /** Puts volumes into a state at the start. */
    add: (pool: number, now: number, volumes: number): void => {
      counts[pool * STATES + now] += volumes
    },
    count: (pool: number, state: VolumeState): number => counts[pool * STATES + VOLUME_STATES.indexOf(state)],
    /** Tells of room for so many more copies; `since` is the row from which on those who go on now have waited for it. */
    tellRoom: (pool: number, copies: number, since: RowId): RowId =>
      trace.write(sim.now, Row.room, pools[pool].entity, since, copies),
    /** Calls when the share of a zone's volumes that serve may have changed. */
    watch: (watcher: ShareWatcher) => void watchers.push(watcher),
  }
}
