import { defineMetric } from './define.ts'
import { takeField } from './series.ts'
import { waiting } from './waiting.ts'

/** How many wait. */
export const backlog = defineMetric({
  name: 'backlog',
  unit: 'count',
  about: { en: 'how many wait', zh: '等待的数量' },
  definition: {
    en: 'Jobs or requests that wait in the queues of `of`: the most in the window unless `take` says otherwise. 0 when nobody ever waits.',
    zh: 'of 的队列中等待的作业或请求数：默认取窗口内最大值，可用 take 指定。从无等待为 0。',
  },
  subjects: [],
  fields: { take: takeField('highest') },
  measure: (run, { of, take }, window) => waiting(run, of, 'backlog', take, window),
})
