import { defineMetric } from './define.ts'
import { kindNamed, within } from './rows.ts'

/** What nobody gets back. */
export const lostVolumes = defineMetric({
  name: 'lost-volumes',
  unit: 'count',
  about: { en: 'volumes that are lost for ever', zh: '永久丢失的卷' },
  definition: {
    en: 'Volumes lost in the window: no good copy is left, and they are not restored from snapshots.',
    zh: '窗口内丢失的卷数：没有可用副本，也不从快照恢复。',
  },
  subjects: ['service', 'cell'],
  fields: {},
  measure: (run, { of }, { from, to }) => {
    const { rows, entities } = run
    const inside = within(run, of)
    const lost = kindNamed(run, 'volumes.lost')
    const before = new Float64Array(entities.count) // lost so far, by cell
    const evidence: number[] = []
    let sum = 0
    for (let row = 1; row < rows.length && rows.time[row] <= to; row++) {
      const cell = rows.subject[row]
      if (rows.kind[row] !== lost || inside[cell] === 0) continue
      if (rows.time[row] >= from) {
        sum += rows.a[row] - before[cell]
        evidence.push(row)
      }
      before[cell] = rows.a[row]
    }
    return { value: sum, at: evidence.length > 0 ? rows.time[evidence[0]] : null, rows: evidence }
  },
})
