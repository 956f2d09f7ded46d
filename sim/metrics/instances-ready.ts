import { defineMetric, VACUOUS } from './define.ts'
import { eachShare } from './readiness.ts'
import { Extract, takeField } from './series.ts'

/** How much of what is wanted is there. */
export const instancesReady = defineMetric({
  name: 'instances-ready',
  unit: 'ratio',
  about: { en: 'share of instances that are up', zh: '在线实例比例' },
  definition: {
    en: 'Of a service: its instances that are up ÷ those wanted, 0 while the service is down. Of a place: all instances on it that are up, other customers’ included ÷ all. The lowest in the window unless `take` says otherwise.',
    zh: '对于服务：在线实例数 ÷ 需要的实例数，服务不可用时为 0。对于位置：其上（含其他客户）在线实例数 ÷ 总数。默认取窗口内最低值，可用 take 指定。',
  },
  subjects: ['service', 'region', 'zone', 'datacentre', 'rack', 'host'],
  fields: { take: takeField('lowest') },
  measure: (run, { of, take }, window) => {
    if (of.length === 0) return VACUOUS
    const extract = new Extract(take)
    eachShare(run, of, 'instances', window, (from, to, share) => extract.piece(from, to, share))
    return extract.measurement()
  },
})
