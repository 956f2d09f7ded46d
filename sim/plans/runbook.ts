import { z } from 'zod'
import { datacentresOf } from '../effects/define.ts'
import { effects } from '../effects/index.ts'
import { whenever } from '../effects/moments.ts'
import { targetsOf } from '../effects/strikes.ts'
import type { Work } from '../models/crews.ts'
import type { EntityId } from '../trace/entities.ts'
import { defineRows } from '../trace/row-kinds.ts'
import { selected } from '../trace/selection.ts'
import type { RowId } from '../trace/trace.ts'
import { count, id, law, moment, selector } from '../units/fields.ts'
import { definePlan } from './define.ts'
import { onceSeen, sightField } from './sight.ts'

const Row = defineRows('step', {
  asked: { says: { en: '{subject} is asked for', zh: '请求执行 {subject}' }, hop: 'decide' },
  done: { says: { en: '{subject} is done', zh: '{subject} 完成' }, hop: 'work', level: 1 },
})

const PlanRow = defineRows('plan', {
  stopped: {
    says: { en: '{subject} is stopped after {a} steps', zh: '{subject} 在完成 {a} 步后停止' },
    a: 'count',
    hop: 'detect',
    limit: 'stop-rule',
    level: 1,
  },
  'rolled-back': { says: { en: '{subject} is undone', zh: '{subject} 已撤销' }, hop: 'work', level: 1 },
})

const orderShape = {
  takes: law({ about: { en: 'handling time', zh: '处理时间' } }).optional(),
  after: z.union([z.string(), z.array(z.string())]).optional(),
}
const stepShape = {
  target: selector({ about: { en: 'what it is done to', zh: '作用对象' } }),
  times: count({
    default: 1,
    min: 1,
    max: 10_000,
    source: 'once unless said so',
    about: { en: 'how often it is to be done, each time by a hand of its own', zh: '执行次数，每次占用一名人员' },
  }),
  ...orderShape,
}
/** Undoes what an earlier step did, on the same targets. */
const lift = z.strictObject({
  kind: z.literal('lift'),
  of: id({ about: { en: 'the earlier step that is undone', zh: '被解除的步骤' } }),
  ...orderShape,
})
const stepSchemas = effects.map(({ kind, fields }) => z.strictObject({ kind: z.literal(kind), ...stepShape, ...fields }))
const step = z.discriminatedUnion('kind', [lift, ...stepSchemas])

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
    sees: sightField.optional().meta({ description: 'what shows that it has to begin; seen at once when left out' }),
    steps: z.record(z.string(), step),
    stop: moment({
      about: {
        en: 'once it has begun, what stops it: nothing more is done, and what was done is undone, the last step first',
        zh: '启动后使其停止的条件：不再继续，并自最后一步起撤销已完成的步骤',
      },
    }).optional(),
    rollback: law({
      about: {
        en: 'handling time of undoing it all; the crew’s when left out',
        zh: '撤销全部步骤的处理时间；省略则按人员设定',
      },
    }).optional(),
  },
  install(cloud, plan, { at, via, sees, steps, stop, rollback }) {
    const { crews, entities, sim, trace } = cloud
    const crew = crews.crewOf(entities.find(via))
    const names = Object.keys(steps)
    const numberOf = new Map(names.map((name, number) => [name, number]))
    const predecessors = names.map(name => [steps[name].after ?? []].flat().map(one => numberOf.get(one) ?? -1))
    const entityOf = names.map(name => entities.find(`${entities.id(plan)}/${name}`))
    const left = sim.column(Uint16Array, names.length) // how often it is still to be done, by step
    names.forEach((name, number) => {
      const one = steps[name]
      left[number] = 'times' in one ? one.times : 1
    })
    /** What each step that is done was done to. */
    const struck = new Map<number, readonly EntityId[]>()
    sim.keep({
      save: () => [...struck],
      restore: saved => {
        struck.clear()
        for (const [number, targets] of saved as [number, readonly EntityId[]][]) struck.set(number, targets)
      },
    })

    const isOn = sim.column(Uint8Array, 1) // whether it has begun and has not been stopped

    const works = names.map((name, number): Work => {
      const { takes } = steps[name]
      const done = (_piece: number, row: RowId): void => {
        const finished = trace.write(sim.now, Row.done, entityOf[number], row)
        apply(number, finished)
        if (--left[number] > 0) return
        predecessors.forEach((waitsFor, next) => {
          if (waitsFor.includes(number) && waitsFor.every(one => left[one] === 0)) ask(next, finished)
        })
      }
      const inside = placesOf(number)
      return { ...(takes && { takes }), inside: () => inside, done }
    })
    const asks = works.map((work, number) => crews.register(crew, left[number], work))

    /** Data centres that a step cannot be done without entering. */
    function placesOf(number: number): readonly number[] {
      const one = steps[names[number]]
      const step = 'of' in one ? steps[one.of] : one
      if (!('target' in step) || deed(step).effect.isOnSite !== true) return []
      return datacentresOf(cloud, selected(entities, step.target))
    }

    function apply(number: number, row: RowId): void {
      const one = steps[names[number]]
      if ('of' in one) {
        const undone = numberOf.get(one.of) ?? -1
        const { effect, params } = deed(steps[one.of])
        effect.lift?.({ cloud, by: plan, targets: struck.get(undone) ?? [], row, passes: false, params })
        struck.delete(undone)
        return
      }
      const { effect, params } = deed(one)
      const purpose = effect.pickedBy?.(params) ?? `${entities.id(plan)}/${names[number]}`
      const targets = targetsOf(cloud, effect, one.target, purpose)
      effect.strike({ cloud, by: plan, targets, row, passes: false, params })
      struck.set(number, targets)
    }

    function ask(number: number, cause: RowId): void {
      for (let piece = 0; piece < left[number]; piece++)
        asks[number](piece, trace.write(sim.now, Row.asked, entityOf[number], cause))
    }

    /** All that was done is undone, the last step first. */
    function undo(_piece: number, row: RowId): void {
      const done = trace.write(sim.now, PlanRow['rolled-back'], plan, row)
      for (const [number, targets] of [...struck].reverse()) {
        const one = steps[names[number]]
        if ('of' in one) continue
        const { effect, params } = deed(one)
        effect.lift?.({ cloud, by: plan, targets, row: done, passes: false, params })
      }
      struck.clear()
    }

    if (stop !== undefined) {
      const rollBack = crews.register(crew, 1, { ...(rollback && { takes: rollback }), done: undo })
      const halt = (row: RowId): void => {
        if (isOn[0] === 0) return
        isOn[0] = 0
        const done = left.reduce((sum, times) => sum + (times === 0 ? 1 : 0), 0)
        const stopped = trace.write(sim.now, PlanRow.stopped, plan, row, done)
        for (const work of works) crews.drop(crew, work, stopped)
        if (struck.size > 0) rollBack(0, stopped)
      }
      whenever(cloud, stop, `${entities.id(plan)}/stop`, halt, () => isOn[0] === 1)
    }

    const begin = onceSeen(cloud, plan, sees, row => {
      isOn[0] = 1
      predecessors.forEach((waitsFor, number) => {
        if (waitsFor.length === 0) ask(number, row)
      })
    })
    whenever(cloud, at, entities.id(plan), begin)
  },
})

/** The effect of a step, and what the file says of it. */
function deed(one: z.output<typeof step>) {
  const { kind, target: _target, times: _times, takes: _takes, after: _after, ...params } = { target: null, times: 1, ...one }
  const effect = effects.find(one => one.kind === kind)
  if (effect === undefined) throw new Error(`no effect ${kind}`)
  return { effect, params }
}
