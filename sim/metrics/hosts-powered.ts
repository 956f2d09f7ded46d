import { defineMetric, VACUOUS } from './define.ts'
import { eachShare } from './readiness.ts'
import { Extract, takeField } from './series.ts'

/** How much of a place has power. */
export const hostsPowered = defineMetric({
  name: 'hosts-powered',
  unit: 'ratio',
  about: { en: 'share of hosts that have power', zh: '通电主机比例' },
  definition: {
    en: 'Hosts of a place in racks that have power ÷ all its hosts. The lowest in the window unless `take` says otherwise.',
    zh: '位置内位于通电机架的主机数 ÷ 主机总数。默认取窗口内最低值，可用 take 指定。',
  },
  subjects: ['region', 'zone', 'datacentre', 'rack'],
  fields: { take: takeField('lowest') },
  measure: (run, { of, take }, window) => {
    if (of.length === 0) return VACUOUS
    const extract = new Extract(take)
    eachShare(run, of, 'power', window, (from, to, share) => extract.piece(from, to, share))
    return extract.measurement()
  },
})
