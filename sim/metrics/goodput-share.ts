import { servedShare } from './availability.ts'
import { defineMetric } from './define.ts'

/** Availability by another name, for windows in which something is broken on purpose. */
export const goodputShare = defineMetric({
  name: 'goodput-share',
  unit: 'ratio',
  about: { en: 'goodput as a share of what was offered', zh: '有效吞吐占提供负载的比例' },
  definition: {
    en: 'User requests answered within the caller’s time-out ÷ requests issued, in the window from `after` + `delay`, `for` so long.',
    zh: '自 after + delay 起、长度为 for 的窗口内，按时得到答复的用户请求数 ÷ 发出的请求数。',
  },
  subjects: ['service', 'client'],
  needsRequests: true,
  fields: {},
  measure: (run, { of }, window) => servedShare(run, of, window),
})
