import type { EntityId } from '../trace/entities.ts'
import type { RowId } from '../trace/trace.ts'
import { duration, ratio } from '../units/fields.ts'
import { defineMetric, type Run } from './define.ts'
import { clientsOf, eachFlow, UNASKED } from './flows.ts'
import { metastableIn } from './metastable.ts'
import { within } from './rows.ts'
import { Return } from './series.ts'

/** How long until users are served again. */
export const recoveryTime = defineMetric({
  name: 'recovery-time',
  unit: 'seconds',
  about: { en: 'time until users are served again', zh: '恢复到为用户提供服务所需的时间' },
  definition: {
    en: 'From `after` until answered in time ÷ issued is at least `to` and stays so for `hold`; time in which nothing is issued does not count. 0 if it never fell below; fails if it never returned. Vacuous when `after` does not happen or nothing is issued.',
    zh: '自 after 起，直到按时答复 ÷ 发出达到 to 并保持 hold 的时间；没有请求的时段不计入 hold。从未低于 to 为 0；始终未恢复则不通过。after 未发生或没有请求时不作判定。',
  },
  subjects: ['service', 'client'],
  needsRequests: true,
  needsAfter: true,
  fields: {
    to: ratio({ default: 0.99, source: 'assumed', about: { en: 'the share that counts as back', zh: '视为恢复的比例' } }),
    hold: duration({ default: 60, source: 'definition', about: { en: 'how long it must stay so', zh: '须保持的时长' } }),
  },
  measure: (run, { of, to, hold }, window) => {
    const back = new Return(window.from, to, hold)
    eachFlow(run, 'client.flow', clientsOf(run, of), window, (from, until, issuing, answering, row) => {
      if (issuing > 0) back.piece(from, until, answering / issuing, row)
    })
    const measurement = back.measurement()
    if (measurement.failed === true) return { ...measurement, rows: whyNever(run, of, back) }
    return measurement.value === null ? UNASKED : measurement
  },
})

/** What keeps users from being served to the end: a service that does not come back by itself, else what made it fall. */
function whyNever(run: Run, of: readonly EntityId[], { fall }: Return): RowId[] {
  const services = run.world.clients.filter(({ entity }) => of.includes(entity)).map(({ service }) => service)
  const inside = within(run, [...of, ...services])
  const held = metastableIn(run).filter(episode => episode.to === Infinity && inside[episode.of] === 1)
  return held.length > 0 ? held.map(({ row }) => row) : fall !== null && fall.row > 0 ? [fall.row] : []
}
