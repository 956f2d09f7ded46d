import { duration, oneOf, ratio } from '../units/fields.ts'
import { defineMetric, VACUOUS } from './define.ts'
import { COUNTED, eachShare } from './readiness.ts'
import { Return } from './series.ts'

/** How long until so much is there. */
export const timeTo = defineMetric({
  name: 'time-to',
  unit: 'seconds',
  about: { en: 'time until a share is up', zh: '达到某一在线比例所需的时间' },
  definition: {
    en: 'From `after` (else the start of the run) until the share of what is counted is at least `to` and stays so for `hold`. Of a service its instances are counted, or its volumes, of a place its hosts that are up, unless `counts` says otherwise. 0 if it never fell below; fails if it never got there.',
    zh: '自 after（未给出则自运行开始）起，直到计数对象的比例达到 to 并保持 hold 的时间。服务按实例或卷计，位置按在线主机计，可用 counts 指定。从未低于 to 为 0；始终未达到则不通过。',
  },
  subjects: ['service', 'cell', 'region', 'zone', 'datacentre', 'rack', 'host'],
  opens: 'start',
  fields: {
    to: ratio({ default: 1, source: 'definition', about: { en: 'the share that counts as there', zh: '目标比例' } }),
    hold: duration({ default: 0, source: 'definition', about: { en: 'how long it must stay so', zh: '须保持的时长' } }),
    counts: oneOf(COUNTED, {
      default: 'hosts',
      source: 'definition',
      about: {
        en: 'of a place: all instances on it, hosts that are up, or hosts that have power',
        zh: '对于位置：其上所有实例、在线主机或通电主机',
      },
    }),
  },
  measure: (run, { of, to, hold, counts }, window) => {
    if (of.length === 0) return VACUOUS
    const back = new Return(window.from, to, hold)
    eachShare(run, of, counts, window, (from, until, share, row) => back.piece(from, until, share, row))
    return back.measurement()
  },
})
