import type { EntityId } from '../trace/entities.ts'
import { defineMetric } from './define.ts'
import { kindNamed, within } from './rows.ts'

/** How many hosts it takes. */
export const hostsUsed = defineMetric({
  name: 'hosts-used',
  unit: 'count',
  about: { en: 'how many hosts hold instances', zh: '承载实例的主机数' },
  definition: {
    en: 'Hosts on which at least one instance of `of` (of any service when left out) has its place at the end of the window, whether it is up or not; other customers’ instances do not count.',
    zh: '窗口结束时至少承载 of 的一个实例的主机数（省略 of 则为任意服务），不论实例是否在线；其他客户的实例不计。',
  },
  subjects: ['service', 'region', 'zone', 'datacentre'],
  ofIsOptional: true,
  opens: 'start',
  fields: {},
  measure: (run, { of }, { to }) => {
    const { rows } = run
    const placed = kindNamed(run, 'instance.placed')
    const ended = kindNamed(run, 'instance.gone')
    const inside = of.length > 0 ? within(run, of) : undefined
    const hostOf = new Map<EntityId, EntityId>() // by instance
    for (let row = 1; row < rows.length && rows.time[row] <= to; row++) {
      const instance = rows.subject[row]
      if (rows.kind[row] === ended) hostOf.delete(instance)
      else if (rows.kind[row] === placed && (inside === undefined || inside[instance] === 1 || inside[rows.a[row]] === 1))
        hostOf.set(instance, rows.a[row])
    }
    return { value: new Set(hostOf.values()).size, at: null }
  },
})
