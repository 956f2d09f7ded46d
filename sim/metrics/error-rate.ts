import { defineMetric } from './define.ts'
import { eachFlow, UNASKED } from './flows.ts'
import { within } from './rows.ts'

/** Attempts that failed; the moment is where most fail per second. */
export const errorRate = defineMetric({
  name: 'error-rate',
  unit: 'ratio',
  about: { en: 'share of attempts that fail', zh: '失败尝试的比例' },
  definition: {
    en: 'Attempts that were refused, timed out or answered with an error ÷ attempts. A request that is tried twice counts twice. Vacuous without attempts.',
    zh: '被拒绝、超时或返回错误的尝试数 ÷ 尝试总数；一个请求尝试两次计两次。没有尝试时不作判定。',
  },
  subjects: ['service', 'cell'],
  needsRequests: true,
  fields: {},
  measure: (run, { of }, window) => {
    const inside = within(run, of)
    const cells = run.entities.all('cell').filter(cell => inside[cell] === 1)
    let attempts = 0
    let failures = 0
    let worst = 0
    let at: number | null = null
    eachFlow(run, 'cell.flow', cells, window, (from, to, arriving, failing) => {
      attempts += arriving * (to - from)
      failures += failing * (to - from)
      if (failing > worst) {
        worst = failing
        at = from
      }
    })
    return attempts > 0 ? { value: failures / attempts, at } : UNASKED
  },
})
