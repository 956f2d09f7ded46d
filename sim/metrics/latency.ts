import { BUCKETS, bucketOf, timeWithin } from '../trace/buckets.ts'
import { oneOf, ratio } from '../units/fields.ts'
import { defineMetric } from './define.ts'
import { kindNamed, within } from './rows.ts'

/** What a share of the answers took at most. */
export const latency = defineMetric({
  name: 'latency',
  unit: 'seconds',
  about: { en: 'what a share of the answers took at most', zh: '一定比例的答复所用的最长时间' },
  definition: {
    en: 'The time within which the share `percentile` of all answers came that came in time, waiting included, over the window. Known to a sixteenth of an octave (6 %), evenly spread within. Services: only runs with `fidelity: request` know it. Of a host: what its instances’ I/Os took in it; only hosts that `run.observe` names know it.',
    zh: '窗口内按时到达的答复中，比例 percentile 的答复所用时间（含排队）的上限。精度为十六分之一倍频程（6%），区间内按均匀分布。服务：仅 fidelity: request 的运行可得。主机：其实例的 I/O 在主机内的用时，仅 run.observe 所列主机可得。',
  },
  subjects: ['service', 'cell', 'host'],
  needsRequests: true,
  fields: {
    percentile: ratio({
      default: 0.99,
      source: 'what most objectives are stated for',
      about: { en: 'share of the answers', zh: '答复比例' },
    }),
    path: oneOf(['network', 'volume'], {
      about: { en: 'of a host: which I/O; both when left out', zh: '主机：哪类 I/O；省略则两类合计' },
    }).optional(),
  },
  measure: (run, { of, percentile, path }, { from, to }) => {
    const { rows, entities } = run
    const kinds = ['cell.latency', 'io.latency'].map(name => kindNamed(run, name))
    const inside = within(run, of)
    const counts = new Float64Array(BUCKETS)
    for (let row = 1; row < rows.length && rows.time[row] <= to; row++) {
      if (!kinds.includes(rows.kind[row]) || rows.time[row] <= from || inside[rows.subject[row]] === 0) continue
      if (path !== undefined && entities.name(rows.subject[row]) !== path) continue
      counts[bucketOf(rows.a[row])] += rows.b[row]
    }
    const value = timeWithin(counts, percentile)
    if (value !== null) return { value, at: null }
    return {
      value: null,
      at: null,
      because: {
        en: 'no answers were timed: that takes run.fidelity: request, or run.observe for a host',
        zh: '没有答复计时：需设定 run.fidelity: request，主机则需 run.observe',
      },
    }
  },
})
