import type { EntityId } from '../trace/entities.ts'
import type { RowId } from '../trace/trace.ts'
import { defineMetric, type Measurement, type Run, type Window } from './define.ts'
import { clientsOf, eachFlow, UNASKED } from './flows.ts'

/** Requests answered in time out of requests issued; the moment is where most are lost per second in the outage that costs most. */
export const availability = defineMetric({
  name: 'availability',
  unit: 'ratio',
  about: { en: 'share of user requests answered in time', zh: '按时得到答复的用户请求比例' },
  definition: {
    en: 'User requests (not attempts) answered within the caller’s time-out, by its cache or by the service, ÷ requests issued, over the window, warm-up excluded. Vacuous when none is issued.',
    zh: '窗口内（不含预热）在调用方超时前由其缓存或服务答复的用户请求数（不是尝试数）÷ 发出的请求数。没有请求时不作判定。',
  },
  subjects: ['service', 'client'],
  needsRequests: true,
  fields: {},
  measure: (run, { of }, window) => servedShare(run, of, window),
})

/** Answered ÷ issued over the window, for all callers of the services and the clients given. */
export function servedShare(run: Run, of: readonly EntityId[], window: Window): Measurement {
  let issued = 0
  let answered = 0
  let lost = 0 // requests, since the last moment at which all were answered
  let worst = 0 // requests lost per second since then; of stretches that are as bad the longest counts
  let worstFor = 0
  let worstAt = 0
  let worstRow: RowId = 0
  let most = 0 // requests lost in any outage
  let at: number | null = null
  let shown: RowId = 0
  eachFlow(run, 'client.flow', clientsOf(run, of), window, (from, to, issuing, answering, row) => {
    issued += issuing * (to - from)
    answered += answering * (to - from)
    const losing = issuing - answering
    if (losing <= 0) {
      lost = 0
      worst = 0
      return
    }
    lost += losing * (to - from)
    if (losing > worst || (losing === worst && to - from > worstFor)) {
      worst = losing
      worstFor = to - from
      worstAt = from
      worstRow = row
    }
    if (lost > most) {
      most = lost
      at = worstAt
      shown = worstRow
    }
  })
  return issued > 0 ? { value: answered / issued, at, ...(shown > 0 && { rows: [shown] }) } : UNASKED
}
