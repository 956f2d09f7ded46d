/**
 * Live migration by pre-copy: the memory of an instance is copied while it runs, then again what it wrote to meanwhile, until so
 * little is left that it can stand still for the last copy. Nothing restarts. Where rounds do not shrink, or not enough, it is
 * stopped and copied. Moves off one host each have their share of the bandwidth, whether or not others use theirs.
 *
 * Requests that come in the pause are lost, though in truth most would only be late.
 */

import { CARDS } from '../models/cards.ts'
import type { Cloud } from '../models/cloud.ts'
import { TENANT_CPU, TENANT_MEMORY } from '../models/tenants.ts'
import type { EntityId } from '../trace/entities.ts'
import { defineRows } from '../trace/row-kinds.ts'
import type { RowId } from '../trace/trace.ts'
import type { Ratio, Seconds } from '../units/quantity.ts'

export interface MigrationSpec {
  /** Of one move, B/s. */
  readonly bandwidth: number
  /** Memory that an instance writes to, B/s. */
  readonly dirty: number
  /** The longest pause that is meant to be, s. */
  readonly pause: Seconds
}

/** Rounds of copying after which no more is tried. Source: hypervisors stop at about 30 (from memory, unverified). */
const ROUNDS_MAX = 30

/** In place of an instance's number: one of the other customers', who are counted and not known. */
export const OTHER = -1

const Row = defineRows('migration', {
  begins: {
    says: { en: '{subject} begins to move to {a}, its first copy takes {b}', zh: '{subject} 开始迁移至 {a}，首轮复制需 {b}' },
    a: 'entity',
    b: 'seconds',
    hop: 'queue',
    limit: 'launches',
    level: 2,
  },
  paused: {
    says: { en: '{subject} stands still for {a} after {b} rounds of copying', zh: '{subject} 在 {b} 轮复制后暂停 {a}' },
    a: 'seconds',
    b: 'count',
    hop: 'work',
    limit: 'migration',
    level: 2,
  },
  stopped: {
    says: {
      en: '{subject} writes too fast to be copied while it runs: it is stopped for {a}',
      zh: '{subject} 写入过快，无法在运行中迁移：停机 {a} 完成复制',
    },
    a: 'seconds',
    b: 'count',
    hop: 'work',
    limit: 'migration',
    level: 2,
  },
  done: {
    says: { en: '{subject} has moved to {a}', zh: '{subject} 已迁移至 {a}' },
    a: 'entity',
    hop: 'work',
    limit: 'migration',
  },
  'no-room': { says: { en: '{subject} finds no host with room', zh: '{subject} 没有可容纳的主机' } },
  broken: { says: { en: '{subject} does not get away to {a}', zh: '{subject} 未能迁移至 {a}' }, a: 'entity' },
})

/** One move under way. Replaced, never changed, so that a copy of the map is a snapshot. */
interface Move {
  readonly from: number
  readonly to: number
  readonly instance: number
  /** Processors kept for it where it goes. */
  readonly cpu: number
  /** What the round under way takes, s. */
  readonly round: Seconds
  readonly rounds: number
  readonly isPaused: boolean
}

/** Who is told what became of a move. */
type Settled = (from: number, moved: boolean, row: RowId) => void

/** How things on a host are moved to another of its zone. Made while the model is built. */
export function createMigrations(cloud: Cloud, { bandwidth, dirty, pause }: MigrationSpec, settled: Settled) {
  const { hosts, places, pool, services, sim, tenants, trace } = cloud
  const shrink: Ratio = dirty / bandwidth
  let moves = new Map<number, Move>()
  let count = 0
  sim.keep({
    save: () => ({ moves: new Map(moves), count }),
    restore: saved => {
      const from = saved as { moves: typeof moves; count: number }
      moves = new Map(from.moves)
      count = from.count
    },
  })

  const COPIED = sim.on((number: number, row: RowId) => {
    const move = moves.get(number)
    if (move !== undefined) copy(number, move, move.round * shrink, row)
  })
  const ARRIVED = sim.on((number: number, row: RowId) => {
    const move = moves.get(number)
    if (move !== undefined) arrive(number, move, row)
  })

  const subjectOf = ({ instance, from }: Pick<Move, 'instance' | 'from'>): EntityId =>
    instance === OTHER ? places.hostEntity(from) : services.entityOfInstance(instance)
  const cpuOf = (instance: number): number => (instance === OTHER ? TENANT_CPU : services.cpuOfInstance(instance))
  const memoryOf = (instance: number): number =>
    instance === OTHER ? TENANT_MEMORY : services.specs[services.serviceOfInstance(instance)].memory

  /** Begins to move an instance, or one of the other customers', off a host. */
  function begin(from: number, instance: number, cause: RowId): void {
    const subject = subjectOf({ instance, from })
    const cpu = cpuOf(instance)
    const to = pool.place(places.zoneOfHost[from], cpu)
    if (to < 0) {
      settled(from, false, trace.write(sim.now, Row['no-room'], subject, cause))
      return
    }
    const first = memoryOf(instance) / bandwidth
    const row = trace.write(sim.now, Row.begins, subject, cause, places.hostEntity(to), first)
    copy(count++, { from, to, instance, cpu, round: first, rounds: -1, isPaused: false }, first, row)
  }

  /** So much is left to be copied, s: another round, or in the pause. */
  function copy(number: number, move: Move, left: Seconds, cause: RowId): void {
    if (!canMove(move)) {
      giveUp(number, move, cause)
      return
    }
    const rounds = move.rounds + 1
    const isShort = left <= pause
    if (!isShort && shrink < 1 && rounds < ROUNDS_MAX) {
      moves.set(number, { ...move, round: left, rounds })
      sim.after(left, COPIED, number, cause)
      return
    }
    const row = trace.write(sim.now, isShort ? Row.paused : Row.stopped, subjectOf(move), cause, left, rounds)
    moves.set(number, { ...move, round: left, rounds, isPaused: true })
    if (move.instance !== OTHER) services.lose(move.instance, 'serve', row)
    sim.after(left, ARRIVED, number, row)
  }

  function arrive(number: number, move: Move, cause: RowId): void {
    const { from, to, instance } = move
    if (!canMove(move)) {
      giveUp(number, move, cause)
      return
    }
    moves.delete(number)
    const row = trace.write(sim.now, Row.done, subjectOf(move), cause, places.hostEntity(to))
    if (instance === OTHER) tenants.move(from, to, row)
    else {
      services.move(instance, to, row)
      services.regain(instance, 'serve', row)
    }
    settled(from, true, row)
  }

  function giveUp(number: number, { from, to, instance, cpu, isPaused }: Move, cause: RowId): void {
    moves.delete(number)
    pool.occupy(to, -cpu)
    const row = trace.write(sim.now, Row.broken, subjectOf({ instance, from }), cause, places.hostEntity(to))
    if (isPaused && instance !== OTHER) services.regain(instance, 'serve', row)
    settled(from, false, row)
  }

  /** Both hosts run and can be told what to do, and it still runs where it did. What has local disks cannot leave them. */
  function canMove({ from, to, instance, cpu }: Move): boolean {
    if (!hosts.isUp(from) || !hosts.isUp(to) || !isWhole(cloud, from) || !isWhole(cloud, to)) return false
    if (instance === OTHER) return tenants.tenantsOn(from) > 0
    if (services.specs[services.serviceOfInstance(instance)].hasLocalDisk) return false
    return cpu === cpuOf(instance) && services.hostOfInstance(instance) === from && services.instanceRuns(instance)
  }

  return { begin }
}

/** Whether a host can be reached and all its cards work: who is on it lacks nothing for its sake, and it can be told what to do. */
export function isWhole({ cards, hosts }: Cloud, host: number): boolean {
  return hosts.stateOf(host) !== 'cut' && CARDS.every(card => cards.works(host, card))
}
