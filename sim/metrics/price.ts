import type { EntityId } from '../trace/entities.ts'
import { defineMetric, VACUOUS } from './define.ts'
import { kindNamed } from './rows.ts'

/** What instances cost. */
export const price = defineMetric({
  name: 'price',
  unit: 'count',
  about: { en: 'dollars an hour for instances', zh: '实例每小时费用（美元）' },
  definition: {
    en: 'Dollars an hour at list price for the instances of `of` that have been launched and not ended, whatever they do: the mean over the window. One that is resized has the price of what it becomes, from when it is stopped.',
    zh: 'of 的实例自启动至终止、无论是否在服务的目录价（美元/小时），取窗口均值。改变类型的实例自停止时起按新类型计价。',
  },
  subjects: ['service'],
  fields: {},
  measure: (run, { of }, { from, to }) => {
    const { rows, entities, world } = run
    const listed = new Map(world.prices.map(({ service, perHour }) => [service, perHour]))
    const placed = kindNamed(run, 'instance.placed')
    const gone = kindNamed(run, 'instance.gone')
    const resized = kindNamed(run, 'instance.resized')
    const paid = new Map<EntityId, number>() // dollars an hour, by instance
    let sum = 0
    let total = 0
    let since = from
    const isMeant = new Set(of)
    for (let row = 1; row < rows.length && rows.time[row] < to; row++) {
      const kind = rows.kind[row]
      if (kind !== placed && kind !== gone && kind !== resized) continue
      const instance = rows.subject[row]
      const service = entities.parent(instance)
      if (!isMeant.has(service)) continue
      const before = paid.get(instance) ?? 0
      const now = kind === gone ? 0 : kind === resized ? rows.b[row] : before > 0 ? before : (listed.get(service) ?? 0)
      if (now === before) continue
      if (rows.time[row] > since) {
        total += sum * (rows.time[row] - since)
        since = rows.time[row]
      }
      paid.set(instance, now)
      sum = [...paid.values()].reduce((all, one) => all + one, 0)
    }
    if (of.length === 0 || to <= from) return VACUOUS
    return { value: (total + sum * (to - since)) / (to - from), at: null }
  },
})
