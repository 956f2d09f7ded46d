import { defineMetric } from './define.ts'
import { kindNamed } from './rows.ts'

/** Services that wait for each other and will never start. */
export const deadlock = defineMetric({
  name: 'deadlock',
  unit: 'count',
  about: { en: 'services that wait for each other', zh: '互相等待的服务数' },
  definition: {
    en: 'Number of services that wait, in a circle, for services which cannot start before them, and that are still waiting when the window ends.',
    zh: '窗口结束时仍处于循环等待（所等服务又在等待自己）的服务数。',
  },
  subjects: ['service'],
  ofIsOptional: true,
  opens: 'start',
  fields: {},
  measure: (run, { of }, { from, to }) => {
    const { rows } = run
    const waits = kindNamed(run, 'deadlock.waits')
    const booting = kindNamed(run, 'service.booting')
    const up = kindNamed(run, 'service.up')
    const knot = new Map<number, number>() // row in which it was found to wait, by service
    for (let row = 1; row < rows.length && rows.time[row] <= to; row++) {
      const subject = rows.subject[row]
      if (of.length > 0 && !of.includes(subject)) continue
      if (rows.kind[row] === waits && rows.time[row] >= from) knot.set(subject, row)
      else if (rows.kind[row] === booting || rows.kind[row] === up) knot.delete(subject)
    }
    const evidence = [...knot.values()]
    return { value: knot.size, at: evidence.length > 0 ? rows.time[evidence[0]] : null, rows: evidence }
  },
})
