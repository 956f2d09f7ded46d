import type { EntityId } from '../trace/entities.ts'
import type { Recording, RowId } from '../trace/trace.ts'
import type { Seconds } from '../units/quantity.ts'
import { defineMetric } from './define.ts'
import { kindNamed, within } from './rows.ts'

/** A time in which a cell of a service was metastable. */
export interface Episode {
  readonly of: EntityId
  readonly from: Seconds
  /** Infinity when it was not over when the run ended. */
  readonly to: Seconds
  /** The row that says so. */
  readonly row: RowId
}

/** All such times, in the order in which they began. */
export function metastableIn(recording: Recording): Episode[] {
  const { rows } = recording
  const begins = kindNamed(recording, 'flow.metastable')
  const ends = ['flow.recovered', 'flow.overloaded'].map(name => kindNamed(recording, name))
  const episodes: Episode[] = []
  const open = new Map<EntityId, number>() // the one that is not over, by cell
  for (let row = 1; row < rows.length; row++) {
    const of = rows.subject[row]
    if (rows.kind[row] === begins) {
      open.set(of, episodes.length)
      episodes.push({ of, from: rows.time[row], to: Infinity, row })
    }
    const at = ends.includes(rows.kind[row]) ? open.get(of) : undefined
    if (at !== undefined) episodes[at] = { ...episodes[at], to: rows.time[row] }
  }
  return episodes
}

/** How long a service was kept down by nothing but its own failing. */
export const metastable = defineMetric({
  name: 'metastable',
  unit: 'seconds',
  about: { en: 'time for which a service does not come back though its load would fit', zh: '负载可承受却无法自行恢复的时长' },
  definition: {
    en: 'Time within the window for which this is so of some cell of the service: its capacity is there and carries its usual load (first attempts that come to it now, with full caches), all that arrives with retries and misses exceeds it, and fewer than 90 % of those are answered in time that would be without a queue. Counted from when that has lasted three times as long as a request with all its attempts may take, until requests are answered again or that load no longer fits. 0 if it never does.',
    zh: '窗口内服务的某个单元处于以下状态的时间：容量足以承担平常负载（当前分到该单元的首次尝试，缓存已填满），但含重试和缓存未命中的到达量超出容量，按时答复少于无排队时的 90 %。持续达到单个请求全部尝试最长耗时的三倍后开始计时，直到重新应答或该负载不再能承受。从未发生为 0。',
  },
  subjects: ['service', 'cell'],
  ofIsOptional: true,
  fields: {},
  measure: (run, { of }, { from, to }) => {
    const inside = within(run, of)
    const found = metastableIn(run).filter(
      episode => (of.length === 0 || inside[episode.of] === 1) && episode.from < to && episode.to > from,
    )
    let value = 0
    let counted = from // up to here
    for (const episode of found) {
      const end = Math.min(to, episode.to)
      value += Math.max(0, end - Math.max(counted, episode.from))
      counted = Math.max(counted, end)
    }
    return { value, at: found.length > 0 ? Math.max(from, found[0].from) : null, rows: found.map(({ row }) => row) }
  },
})
