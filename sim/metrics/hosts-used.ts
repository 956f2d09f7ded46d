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
    const placing = ['instance.placed', 'instance.moved'].map(name => kindNamed(run, name))
    const gone = kindNamed(run, 'instance.gone')
    const hostOf = new Map<EntityId, EntityId>() // by instance
    for (let row = 1; row < rows.length && rows.time[row] <= to; row++) {
      if (placing.includes(rows.kind[row])) hostOf.set(rows.subject[row], rows.a[row])
      else if (rows.kind[row] === gone) hostOf.delete(rows.subject[row])
    }
    const inside = of.length > 0 ? within(run, of) : undefined
    const meant = [...hostOf].filter(([instance, host]) => inside === undefined || inside[instance] === 1 || inside[host] === 1)
    return { value: new Set(meant.map(([, host]) => host)).size, at: null }
  },
})
