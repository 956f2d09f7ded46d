import { duration } from '../units/fields.ts'
import { defineMetric } from './define.ts'
import { Return } from './series.ts'
import { eachWaiting } from './waiting.ts'

/** How long until nothing waits any more: an outage is over for its users only then. */
export const drainTime = defineMetric({
  name: 'drain-time',
  unit: 'seconds',
  about: { en: 'time until the queues are empty again', zh: '队列重新清空所需的时间' },
  definition: {
    en: 'From `after` until nothing waits in the queues of `of`, and nothing does for `hold`. 0 if nothing ever waited; fails if something still waits when the run ends.',
    zh: '自 after 起，直到 of 的队列清空并保持 hold 的时间。从无等待为 0；运行结束时仍有等待则不通过。',
  },
  subjects: [],
  needsAfter: true,
  fields: {
    hold: duration({
      default: 0,
      source: 'definition',
      about: { en: 'how long they must stay empty', zh: '须保持清空的时长' },
    }),
  },
  measure: (run, { of, hold }, window) => {
    const back = new Return(window.from, 1, hold)
    eachWaiting(run, of, 'backlog', window, (from, to, start, end) => back.piece(from, to, start > 0 || end > 0 ? 0 : 1))
    return back.measurement()
  },
})
