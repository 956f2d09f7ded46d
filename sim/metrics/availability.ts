import type { EntityId } from '../trace/entities.ts'
import type { RowId } from '../trace/trace.ts'
import { defineMetric, type Measurement, type Run, VACUOUS, type Window } from './define.ts'
import { clientsOf, eachFlow } from './flows.ts'

/** Requests answered in time out of requests issued; the moment is where most are lost per second. */
export const availability = defineMetric({
  name: 'availability',
  unit: 'ratio',
  about: { en: 'share of user requests answered in time', zh: '按时得到答复的用户请求比例' },
  definition: {
    en: 'User requests (not attempts) answered within the caller’s time-out, by its cache or by the service, ÷ requests issued, over the window, warm-up excluded. Vacuous when none is issued.',
    zh: '窗口内（不含预热）在调用方超时前由其缓存或服务答复的用户请求数（不是尝试数）÷ 发出的请求数。没有请求时不作判定。',
  },
  subjects: ['service', 'client'],
  fields: {},
  measure: (run, { of }, window) => servedShare(run, of, window),
})

/** Answered ÷ issued over the window, for all callers of the services and the clients given. */
export function servedShare(run: Run, of: readonly EntityId[], window: Window): Measurement {
  let issued = 0
  let answered = 0
  let worst = 0
  let at: number | null = null
  let shown: RowId = 0
  eachFlow(run, 'client.flow', clientsOf(run, of), window, (from, to, issuing, answering, row) => {
    issued += issuing * (to - from)
    answered += answering * (to - from)
    if (issuing - answering > worst) {
      worst = issuing - answering
      at = from
      shown = row
    }
  })
  return issued > 0 ? { value: answered / issued, at, ...(shown > 0 && { rows: [shown] }) } : VACUOUS
}
