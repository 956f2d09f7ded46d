/**
 * The critical path of a recovery: from a row back through the causes to the fault, as hops that each say how long something
 * took and what held it up. Hops telescope, so their lengths add up to the time from the fault to the row, to the bit.
 */
import type { Text } from '../units/fields.ts'
import type { Seconds } from '../units/quantity.ts'
import type { EntityId } from './entities.ts'
import { type Limit, limitSpec } from './limits.ts'
import type { Hop } from './row-kinds.ts'
import { durationInWords, type Language, tell } from './story.ts'
import type { Recording, RowId } from './trace.ts'

/** One stretch of the way. */
export interface PathHop {
  /** The row in which it ends. */
  readonly row: RowId
  readonly kind: Hop
  /** What held it up; null where no limit did. */
  readonly limit: Limit | null
  /** Whose limit: a data centre, a service, a crew; 0 for nobody in particular. */
  readonly of: EntityId
  /** s */
  readonly from: Seconds
  readonly to: Seconds
  /** `to` − `from`, above 0. */
  readonly length: Seconds
  /** How many jobs of the same queue went through it meanwhile. */
  readonly jobs: number
}

export interface Path {
  /** The earliest first, without gaps from the fault to the row. */
  readonly hops: readonly PathHop[]
  /** Whether the causes of the row lead to the fault. If not, the first hop began before it, or with something else. */
  readonly isCaused: boolean
}

/**
 * How to read critical paths in a recording. The path of `row` goes back to the row `fault`; where the causes lead elsewhere, it
 * is cut off at the moment of the fault.
 *
 * Who waits in a queue waits for the jobs before: these are folded into one hop, from the row that began the queue's busy period
 * to the start of the job itself. What the job then takes is a hop of its own, unless the queue has no row for the start of a job.
 */
export function createCriticalPaths({ rows, kinds, entities }: Recording): (row: RowId, fault: RowId) => Path {
  const { time, cause, kind, subject } = rows
  const hosts = new Map<EntityId, EntityId>() // by instance
  const placed = kinds.findIndex(({ name }) => name === 'instance.placed')
  for (let row = 1; row < rows.length; row++) if (kind[row] === placed) hosts.set(subject[row], rows.a[row])

  /** What held up the hop that ends in a row. Work that follows somebody's being sent is theirs. */
  function limitOf(row: RowId): Limit | undefined {
    if (row === 0) return undefined
    const isByHand = cause[row] > 0 && kinds[kind[row]].limit !== 'crew' && kinds[kind[cause[row]]].limit === 'crew'
    return isByHand ? 'hands' : kinds[kind[row]].limit
  }

  function ownerOf(row: RowId, limit: Limit): EntityId {
    const { of } = limitSpec(limit)
    if (limit === 'hands') return subject[cause[row]]
    if (of === undefined) return subject[row]
    if (of === 'none') return 0
    return entities.above(of === 'datacentre' ? (hosts.get(subject[row]) ?? subject[row]) : subject[row], of)
  }

  /** Whether a row is of a job in the queue for `limit` of `owner`. */
  function isOfQueue(row: RowId, limit: Limit, owner: EntityId): boolean {
    return limitOf(row) === limit && ownerOf(row, limit) === owner
  }

  /** The row that began the busy period in which the job waited that `row` is of, and how many jobs went before. */
  function busySince(row: RowId, limit: Limit, owner: EntityId): { since: RowId; jobs: number } {
    const { queues } = limitSpec(limit)
    let since = cause[row]
    let jobs = queues === 'end' ? 1 : 0
    for (let job = row; ; jobs++) {
      const before = queues === 'start' ? startOf(since, subject[job]) : since
      if (!isOfQueue(before, limit, owner)) return { since, jobs }
      job = before
      since = cause[before]
    }

    /** The start of the job that ends in a row; that row itself when it is of the one who waited, who then asked for it. */
    function startOf(end: RowId, waited: EntityId): RowId {
      let start = end
      if (subject[end] === waited) return end
      while (!isOfQueue(start, limit, owner) && subject[cause[start]] === subject[end]) start = cause[start]
      return isOfQueue(start, limit, owner) ? start : cause[start]
    }
  }

  return (row, fault) => {
    const start = time[fault]
    const hops: PathHop[] = []
    let at = row
    while (at > 0 && at !== fault && time[at] > start) {
      const limit = limitOf(at) ?? null
      const of = limit === null ? 0 : ownerOf(at, limit)
      const isQueue = limit !== null && limitSpec(limit).queues !== undefined
      const { since, jobs } = isQueue ? busySince(at, limit, of) : { since: cause[at], jobs: 0 }
      const from = Math.max(start, time[since])
      const to = time[at]
      const arrived = limit === 'hands' ? Math.min(to, Math.max(from, time[since] + rows.a[since])) : from
      const add = (hop: Hop, due: Limit | null, since: Seconds, until: Seconds): void => {
        if (until > since)
          hops.push({ row: at, kind: hop, limit: due, of, from: since, to: until, length: until - since, jobs })
      }
      add(kinds[kind[at]].hop, limit, arrived, to)
      add('travel', 'travel', from, arrived)
      at = since
    }
    return { hops: hops.reverse(), isCaused: leadsTo(at, fault) }
  }

  function leadsTo(row: RowId, fault: RowId): boolean {
    let at = row
    while (at > fault) at = cause[at]
    return at === fault
  }
}

/** A hop in words, such as `waits for boot slots of us-east-1/a/dc1, with 340 others before`. */
export function tellHop(recording: Recording, hop: PathHop, language: Language): string {
  if (hop.limit === null) return tell(recording, hop.row, language)
  const { entities, rows } = recording
  const said = limitSpec(hop.limit)
    .says[language].replace('{of}', hop.of > 0 ? entities.id(hop.of) : '')
    .replace('{subject}', entities.id(rows.subject[hop.row]))
  if (hop.jobs === 0 || limitSpec(hop.limit).of === 'none') return said
  return `${said}${language === 'zh' ? `（${hop.jobs} 项）` : ` (${hop.jobs} ${hop.jobs === 1 ? 'job' : 'jobs'})`}`
}

/** What a limit is called, whose it is included. */
export function limitName({ entities }: Pick<Recording, 'entities'>, { limit, of }: { limit: Limit; of: EntityId }): Text {
  const { name } = limitSpec(limit)
  const owner = of > 0 ? entities.id(of) : ''
  return { en: name.en.replace('{of}', owner), zh: name.zh.replace('{of}', owner) }
}

/** The whole path in one line: `30 min: lose-a is over; 6 min: h3 boots`. */
export function tellPath(recording: Recording, hops: readonly PathHop[], language: Language): string {
  const [colon, stop] = language === 'zh' ? ['：', '；'] : [': ', '; ']
  return hops.map(hop => `${durationInWords(hop.length, language)}${colon}${tellHop(recording, hop, language)}`).join(stop)
}
