import type { RowId } from '../trace/trace.ts'
import { ratio } from '../units/fields.ts'
import { defineMetric } from './define.ts'
import { clientsOf, eachFlow, UNASKED } from './flows.ts'

/** Length of the stretches that are judged as a whole, s. */
const MINUTE = 60

/** The time in which most users were not served, minute by minute; the moment is where it was longest without a break. */
export const downtime = defineMetric({
  name: 'downtime',
  unit: 'seconds',
  about: { en: 'time in which users were mostly not served', zh: '用户大多得不到服务的时间' },
  definition: {
    en: 'Total length of the minutes, counted from the start of the window, in which answered in time ÷ issued is less than `below`. Minutes without requests are not down; the last one may be shorter.',
    zh: '从窗口起点起逐分钟统计，按时答复 ÷ 发出低于 below 的各分钟总时长。没有请求的分钟不算中断；最后一分钟可能较短。',
  },
  subjects: ['service', 'client'],
  needsRequests: true,
  fields: {
    below: ratio({
      default: 0.5,
      source: 'definition',
      about: { en: 'the share below which it counts as down', zh: '视为中断的比例' },
    }),
  },
  measure: (run, { of, below }, window) => {
    let down = 0
    let total = 0
    let at: number | null = null
    let shown: RowId = 0
    let since = 0 // start of the minutes down that follow each other, and the row that told of it
    let told: RowId = 0
    let longest = 0
    let isDown = false
    let low: RowId = 0 // told last of too little in the minute that is being summed
    let minute = window.from // start of the minute that is being summed
    let count = 1
    let issued = 0
    let answered = 0
    const close = (end: number): void => {
      total += issued
      const wasDown = isDown
      isDown = issued > 0 && answered < below * issued
      if (isDown) {
        down += end - minute
        if (!wasDown) {
          since = minute
          told = low
        }
        if (end - since > longest) {
          longest = end - since
          at = since
          shown = told
        }
      }
      minute = end
      issued = 0
      answered = 0
    }
    eachFlow(run, 'client.flow', clientsOf(run, of), window, (from, to, issuing, answering, row) => {
      if (answering < below * issuing) low = row
      let start = from
      while (start < to) {
        const end = window.from + count * MINUTE
        const until = to < end ? to : end
        issued += issuing * (until - start)
        answered += answering * (until - start)
        start = until
        if (until < end) continue
        close(end)
        // Whole minutes over which the rates hold are alike: a year has half a million.
        const alike = Math.floor((to - end) / MINUTE)
        count += 1 + alike
        if (alike === 0) continue
        issued = issuing * alike * MINUTE
        answered = answering * alike * MINUTE
        start = window.from + (count - 1) * MINUTE
        close(start)
      }
    })
    if (minute < window.to) close(window.to)
    return total > 0 ? { value: down, at, ...(shown > 0 && { rows: [shown] }) } : UNASKED
  },
})
