import { defineMetric } from './define.ts'
import { takeField } from './series.ts'
import { waiting } from './waiting.ts'

/** How long the one in front has waited. */
export const queueAge = defineMetric({
  name: 'queue-age',
  unit: 'seconds',
  about: { en: 'how long the oldest has waited', zh: '最早一项已等待的时间' },
  definition: {
    en: 'How long the job or request that has waited longest in the queues of `of` has waited: the most in the window unless `take` says otherwise. 0 when nobody ever waits.',
    zh: 'of 的队列中等待最久的一项已等待的时间：默认取窗口内最大值，可用 take 指定。从无等待为 0。',
  },
  subjects: [],
  fields: { take: takeField('highest') },
  measure: (run, { of, take }, window) => waiting(run, of, 'age', take, window),
})
