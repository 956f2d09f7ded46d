/** Why something is as it is: rows read back to what began them, and the state of a thing at a moment. */
import type { EntityId, EntityKind } from './entities.ts'
import type { Hop } from './row-kinds.ts'
import type { Recording, RowId } from './trace.ts'

/** One step on the way from a row back to what began it. */
export interface Link {
  readonly row: RowId
  /** Time since its cause, s; since the start of the run when nothing in the run caused it. */
  readonly took: number
  /** What that time was spent on. */
  readonly hop: Hop
  /** How many steps of the same kind in a row this one stands for; `took` is then their sum, and `row` the latest of them. */
  readonly folded: number
}

/**
 * The steps from `row` back to a fault, chance or the start, the latest first. Neighbouring steps of the same kind, such as a
 * queue in which each waited for the one before, are folded into one. The times add up to the moment of the row exactly.
 */
export function whyChain({ rows, kinds }: Recording, row: RowId): Link[] {
  const chain: Link[] = []
  for (let at = row; at > 0; at = rows.cause[at]) {
    const took = rows.time[at] - rows.time[rows.cause[at]]
    const last = chain[chain.length - 1]
    if (last !== undefined && rows.kind[last.row] === rows.kind[at]) {
      chain[chain.length - 1] = { ...last, took: last.took + took, folded: last.folded + 1 }
    } else chain.push({ row: at, took, hop: kinds[rows.kind[at]].hop, folded: 1 })
  }
  return chain
}

/** Parts whose state is that of the whole: the cells of a service, the steps of a plan. */
const PARTS: Partial<Record<EntityKind, EntityKind>> = { service: 'cell', plan: 'plan' }

/** Rows of what carries a thing that change its state too, by the first part of their kind's name. */
const INHERITED: Partial<Record<EntityKind, readonly string[]>> = { instance: ['host.', 'rack.'], host: ['rack.'] }

/**
 * The last row at or before `time` that says in what state `entity` is: its own, or the later one of what carries it (a rack
 * that goes dark darkens its hosts without a row for each), or of a part of it. 0 when it is as it was at the start. Measurements, and what a
 * balancer thinks of an instance, are no states.
 */
export function stateAt(recording: Recording, entity: EntityId, time: number): RowId {
  const { rows, kinds, entities } = recording
  const inherited = INHERITED[entities.kind(entity)] ?? []
  const isOwn = kinds.map(({ name, level }) => level < 3 && !name.startsWith('health.'))
  const isInherited = kinds.map(({ name, level }) => level < 3 && inherited.some(prefix => name.startsWith(prefix)))
  const host = entities.kind(entity) === 'instance' ? hostOf(recording, entity, time) : entity
  const rack = entities.parent(host)
  const part = PARTS[entities.kind(entity)]
  for (let row = lastUpTo(recording, time); row > 0; row--) {
    const subject = rows.subject[row]
    const isPart = part !== undefined && entities.parent(subject) === entity && entities.kind(subject) === part
    if ((subject === entity || isPart) && isOwn[rows.kind[row]]) return row
    if ((subject === host || subject === rack) && isInherited[rows.kind[row]]) return row
  }
  return 0
}

/**
 * What else holds at a moment of a service or a cell: of each cell the last row that says in what state it is, and what was
 * measured last, unless that is nothing.
 */
export function cellsAt({ rows, kinds, entities }: Recording, entity: EntityId, time: number): RowId[] {
  const last = new Map<string, RowId>() // by cell, and by what is told of it
  const end = lastUpTo({ rows }, time)
  for (let row = 1; row <= end; row++) {
    const subject = rows.subject[row]
    if (entities.kind(subject) !== 'cell' || (subject !== entity && entities.parent(subject) !== entity)) continue
    const { name, level } = kinds[rows.kind[row]]
    last.set(`${subject} ${level < 3 ? 'state' : name}`, row)
  }
  return [...last.values()]
    .filter(row => kinds[rows.kind[row]].level < 3 || rows.a[row] !== 0 || rows.b[row] !== 0)
    .sort((x, y) => rows.subject[x] - rows.subject[y] || x - y)
}

/** The host that an instance stands on at a moment; 0 when it stands on none. */
export function hostOf(recording: Recording, instance: EntityId, time: number): EntityId {
  const { rows, kinds } = recording
  const placed = kinds.findIndex(({ name }) => name === 'instance.placed')
  for (let row = lastUpTo(recording, time); row > 0; row--) {
    if (rows.kind[row] === placed && rows.subject[row] === instance) return rows.a[row]
  }
  return 0
}

/** The last row at or before a moment. */
export function lastUpTo({ rows }: Pick<Recording, 'rows'>, time: number): RowId {
  let low = 0
  let high = rows.length - 1
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    if (rows.time[middle] <= time) low = middle
    else high = middle - 1
  }
  return low
}
