import { defineMetric } from './define.ts'
import { kindNamed } from './rows.ts'

/** How long a service is down when it goes down. */
export const outage = defineMetric({
  name: 'outage',
  unit: 'seconds',
  about: { en: 'how long a service is down', zh: '服务中断时长' },
  definition: {
    en: 'From the first moment in the window at which the service is down until it is up again. 0 if it is never down; fails if it stays down. A service that clients ask is down when none of its instances is up; calls of its that fail show in its availability instead.',
    zh: '自窗口内服务首次不可用起，到再次可用为止的时长。从未不可用为 0；未恢复则不通过。',
  },
  subjects: ['service'],
  fields: {},
  measure: (run, { of }, { from, to }) => {
    const { rows } = run
    const down = kindNamed(run, 'service.down')
    const up = kindNamed(run, 'service.up')
    let fell = 0 // the row
    for (let row = 1; row < rows.length && rows.time[row] <= to; row++) {
      const kind = rows.kind[row]
      if ((kind !== down && kind !== up) || !of.includes(rows.subject[row])) continue
      if (kind === down) fell = row
      else if (fell > 0 && rows.time[row] <= from) fell = 0
      else if (fell > 0) {
        const since = rows.time[fell] > from ? rows.time[fell] : from
        return { value: rows.time[row] - since, at: since, rows: [fell, row] }
      }
    }
    if (fell === 0) return { value: 0, at: null }
    return { value: null, failed: true, at: rows.time[fell], rows: [fell] }
  },
})
