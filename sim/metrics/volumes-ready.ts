import { defineMetric, VACUOUS } from './define.ts'
import { eachShare } from './readiness.ts'
import { Extract, takeField } from './series.ts'

/** How many volumes serve. */
export const volumesReady = defineMetric({
  name: 'volumes-ready',
  unit: 'ratio',
  about: { en: 'share of volumes that serve', zh: '可用卷的比例' },
  definition: {
    en: 'Volumes with enough good copies that are there, and that are not stuck, being checked or restored ÷ all. The lowest in the window unless `take` says otherwise; told when it changes by 1/256, and at the latest after a minute.',
    zh: '有足够可用副本、且未卡住、未在检查或恢复中的卷数 ÷ 总数。默认取窗口内最低值，可用 take 指定；变化达 1/256 时记录，最迟一分钟。',
  },
  subjects: ['service', 'cell'],
  fields: { take: takeField('lowest') },
  measure: (run, { of, take }, window) => {
    if (of.length === 0) return VACUOUS
    const extract = new Extract(take)
    eachShare(run, of, 'instances', window, (from, to, share) => extract.piece(from, to, share))
    return extract.measurement()
  },
})
