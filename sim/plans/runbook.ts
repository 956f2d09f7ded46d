import { z } from 'zod'
import { effects } from '../effects/index.ts'
import { whenever } from '../effects/moments.ts'
import { targetsOf } from '../effects/strikes.ts'
import { defineRows } from '../trace/row-kinds.ts'
import type { RowId } from '../trace/trace.ts'
import { id, law, moment, selector } from '../units/fields.ts'
import { definePlan } from './define.ts'

const Row = defineRows('step', {
  asked: { says: { en: '{subject} is asked for', zh: '请求执行 {subject}' }, hop: 'decide' },
  done: { says: { en: '{subject} is done', zh: '{subject} 完成' }, hop: 'work', level: 1 },
})

const stepShape = {
  target: selector({ about: { en: 'what it is done to', zh: '作用对象' } }),
  takes: law({ about: { en: 'handling time', zh: '处理时间' } }).optional(),
  after: z.union([z.string(), z.array(z.string())]).optional(),
}
const stepSchemas = effects.map(({ kind, fields }) => z.strictObject({ kind: z.literal(kind), ...stepShape, ...fields }))
const step = z.discriminatedUnion('kind', stepSchemas as [(typeof stepSchemas)[number], ...typeof stepSchemas])

/**
 * Steps that people take, in order, once something has happened. A step takes its handling time after the crew has arrived and
 * has a hand free; its effect is applied when it is done.
 */
export const runbook = definePlan({
  kind: 'runbook',
  about: { en: 'Steps that a crew takes once something has happened.', zh: '事件发生后由人员执行的步骤。' },
  fields: {
    at: moment({ about: { en: 'when it begins', zh: '开始时刻' } }),
    via: id({ about: { en: 'the crew that does it', zh: '执行人员' } }),
    steps: z.record(z.string(), step),
  },
  install(cloud, plan, { at, via, steps }) {
    const { crews, entities, sim, trace } = cloud
    const crew = crews.crewOf(entities.find(via))
    const done = new Set<string>()
    sim.keep({
      save: () => [...done],
      restore: saved => {
        done.clear()
        for (const name of saved as string[]) done.add(name)
      },
    })
    const names = Object.keys(steps)
    const entityOf = new Map(names.map(name => [name, entities.find(`${entities.id(plan)}/${name}`)]))
    const predecessors = (name: string): string[] => [steps[name].after ?? []].flat()

    const asks = new Map(
      names.map(name => {
        const { kind, target, takes, after: _, ...params } = steps[name]
        const effect = effects.find(one => one.kind === kind)
        if (effect === undefined) throw new Error(`no effect ${kind}`)
        const finish = (_piece: number, row: RowId): void => {
          const finished = trace.write(sim.now, Row.done, entityOf.get(name) ?? plan, row)
          const targets = targetsOf(cloud, effect, target, `${entities.id(plan)}/${name}`)
          effect.strike({ cloud, by: plan, targets, row: finished, passes: false, params })
          done.add(name)
          for (const next of names) {
            const waitsFor = predecessors(next)
            if (waitsFor.includes(name) && waitsFor.every(one => done.has(one))) ask(next, finished)
          }
        }
        return [name, crews.register(crew, 1, takes === undefined ? { done: finish } : { takes, done: finish })]
      }),
    )

    function ask(name: string, cause: RowId): void {
      asks.get(name)?.(0, trace.write(sim.now, Row.asked, entityOf.get(name) ?? plan, cause))
    }

    whenever(cloud, at, entities.id(plan), row => {
      for (const name of names) if (predecessors(name).length === 0) ask(name, row)
    })
  },
})
