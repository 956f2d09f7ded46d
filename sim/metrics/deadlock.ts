import type { EntityId } from '../trace/entities.ts'
import { flag } from '../units/fields.ts'
import { defineMetric } from './define.ts'
import { kindNamed } from './rows.ts'

/** Services that wait for each other and will never start. */
export const deadlock = defineMetric({
  name: 'deadlock',
  unit: 'count',
  about: { en: 'services that wait for each other', zh: '互相等待的服务数' },
  definition: {
    en: 'Number of services that stand in a circle of waiting (each cannot start before another of them has) and still do when the window ends. With `behind: true` those count too that are outside and wait for one in a circle.',
    zh: '窗口结束时仍处于等待环中（每个都须等环内另一个先启动）的服务数。behind: true 时，环外等待环内服务的也计入。',
  },
  subjects: ['service'],
  ofIsOptional: true,
  opens: 'start',
  fields: {
    behind: flag({
      default: false,
      source: 'definition',
      about: { en: 'whether those count too that wait for the circle', zh: '等待该环的环外服务是否计入' },
    }),
  },
  measure: (run, { of, behind }, { from, to }) => {
    const { rows } = run
    const waits = kindNamed(run, 'deadlock.waits')
    const booting = kindNamed(run, 'service.booting')
    const up = kindNamed(run, 'service.up')
    const lacks = new Map<EntityId, Map<EntityId, number>>() // the row that says so, by service and what it waits for
    for (let row = 1; row < rows.length && rows.time[row] <= to; row++) {
      const subject = rows.subject[row]
      if (rows.kind[row] === waits) lacks.set(subject, (lacks.get(subject) ?? new Map()).set(rows.a[row], row))
      else if (rows.kind[row] === booting || rows.kind[row] === up) lacks.delete(subject)
    }
    const found = [...lacks.keys()].filter(service => behind || reaches(lacks, service, service))
    const counted = found.filter(service => of.length === 0 || of.includes(service))
    const evidence = counted.flatMap(service => [...(lacks.get(service)?.values() ?? [])]).filter(row => rows.time[row] >= from)
    evidence.sort((a, b) => a - b)
    return { value: counted.length, at: evidence.length > 0 ? rows.time[evidence[0]] : null, rows: evidence }
  },
})

/** Whether following what each waits for leads from one service to another. */
function reaches(lacks: ReadonlyMap<EntityId, ReadonlyMap<EntityId, number>>, from: EntityId, to: EntityId): boolean {
  const seen = new Set<EntityId>()
  const open = [from]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const next of lacks.get(at)?.keys() ?? []) {
      if (next === to) return true
      if (seen.has(next)) continue
      seen.add(next)
      open.push(next)
    }
  }
  return false
}
