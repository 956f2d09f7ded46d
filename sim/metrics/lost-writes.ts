import { defineMetric } from './define.ts'
import { kindNamed } from './rows.ts'

/** What was promised to callers and is gone. */
export const lostWrites = defineMetric({
  name: 'lost-writes',
  unit: 'count',
  about: { en: 'acknowledged writes that are lost', zh: '已确认却丢失的写入' },
  definition: {
    en: 'Acknowledged writes that no surviving replica holds, summed over the failovers in the window.',
    zh: '窗口内各次故障切换中，已确认但存活副本均不持有的写入总数。',
  },
  subjects: ['service'],
  fields: {},
  measure: (run, { of }, { from, to }) => {
    const { rows } = run
    const promoted = kindNamed(run, 'database.promoted')
    const evidence: number[] = []
    let lost = 0
    for (let row = 1; row < rows.length && rows.time[row] <= to; row++) {
      if (rows.kind[row] !== promoted || rows.time[row] < from || !of.includes(rows.subject[row]) || rows.a[row] === 0) continue
      lost += rows.a[row]
      evidence.push(row)
    }
    return { value: lost, at: evidence.length > 0 ? rows.time[evidence[0]] : null, rows: evidence }
  },
})
