import { defineMetric } from './define.ts'
import { clientsOf, eachFlow, UNASKED } from './flows.ts'

/** The mean rate of requests answered in time. */
export const goodput = defineMetric({
  name: 'goodput',
  unit: 'per-second',
  about: { en: 'user requests answered in time, per second', zh: '每秒按时得到答复的用户请求数' },
  definition: {
    en: 'User requests answered within the caller’s time-out ÷ length of the window. Vacuous when none is issued.',
    zh: '在调用方超时前得到答复的用户请求数 ÷ 窗口长度。没有请求时不作判定。',
  },
  subjects: ['service', 'client'],
  needsRequests: true,
  fields: {},
  measure: (run, { of }, window) => {
    let issued = 0
    let answered = 0
    eachFlow(run, 'client.flow', clientsOf(run, of), window, (from, to, issuing, answering) => {
      issued += issuing * (to - from)
      answered += answering * (to - from)
    })
    return issued > 0 ? { value: answered / (window.to - window.from), at: null } : UNASKED
  },
})
