import { oneOf } from '../units/fields.ts'
import { defineMetric, VACUOUS } from './define.ts'
import { kindNamed, within } from './rows.ts'
import { Extract, takeField } from './series.ts'

const STATES = ['degraded', 'stuck', 'dark', 'checking', 'restoring', 'lost'] as const

/** How many volumes are in some trouble. */
export const volumesIn = defineMetric({
  name: 'volumes-in',
  unit: 'ratio',
  about: {
    en: 'share of volumes that lack copies, are stuck, dark, being checked or restored, or lost',
    zh: '处于某种异常状态的卷的比例',
  },
  definition: {
    en: 'Volumes in one `state` ÷ all. The highest in the window unless `take` says otherwise.',
    zh: '处于 state 状态的卷数 ÷ 总数。默认取窗口内最高值，可用 take 指定。',
  },
  subjects: ['service', 'cell'],
  fields: {
    state: oneOf(STATES, {
      about: {
        en: 'serving with too few copies; without room for one and blocked; without copies that are there; being checked; being restored; lost for ever',
        zh: '副本不足但可用；无空间而阻塞；副本不在线；检查中；恢复中；永久丢失',
      },
    }),
    take: takeField('highest'),
  },
  measure: (run, { of, state, take }, { from, to }) => {
    const { rows, entities } = run
    const inside = within(run, of)
    const ready = kindNamed(run, 'volumes.ready')
    const wanted = kindNamed(run, `volumes.${state}`)
    const counts = new Float64Array(entities.count) // by cell
    const known = new Float64Array(entities.count)
    let some = 0
    let all = 0
    let since = from
    const extract = new Extract(take)
    for (let row = 1; row < rows.length && rows.time[row] < to; row++) {
      const cell = rows.subject[row]
      const kind = rows.kind[row]
      if (inside[cell] === 0 || (kind !== ready && kind !== wanted)) continue
      if (rows.time[row] > since) {
        if (all > 0) extract.piece(since, rows.time[row], some / all)
        since = rows.time[row]
      }
      all += rows.b[row] - known[cell]
      known[cell] = rows.b[row]
      if (kind !== wanted) continue
      some += rows.a[row] - counts[cell]
      counts[cell] = rows.a[row]
    }
    if (all === 0) return VACUOUS
    extract.piece(since, to, some / all)
    return extract.measurement()
  },
})
