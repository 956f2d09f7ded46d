/**
 * What a plan sees its beginning through: a status page, a monitor. While that is down itself nobody sees anything, until people
 * find out by other ways or it is back, whichever comes first.
 */
import { z } from 'zod'
import { type EventId, NO_EVENT } from '../engine/calendar.ts'
import { sample } from '../engine/distribution.ts'
import type { Cloud } from '../models/cloud.ts'
import type { EntityId } from '../trace/entities.ts'
import { defineRows } from '../trace/row-kinds.ts'
import type { RowId } from '../trace/trace.ts'
import { id, law } from '../units/fields.ts'

const Row = defineRows('plan', {
  blind: {
    says: { en: '{subject} is not begun: nobody sees it while {a} is down', zh: '{subject} 未启动：{a} 不可用，无人发现' },
    a: 'entity',
    level: 1,
  },
  saw: {
    says: { en: '{subject}: people have found out', zh: '{subject}：人员已发现' },
    hop: 'detect',
    limit: 'blindness',
    level: 1,
  },
})

export const sightField = z.strictObject({
  via: id({ refers: 'service', about: { en: 'the service that shows it', zh: '用于观察的服务' } }),
  blind: law({
    about: {
      en: 'how long people need to find out by other ways while that is down',
      zh: '其不可用时，人员经其他途径发现所需时间',
    },
  }),
})

type Sight = z.output<typeof sightField>

/** `act`, put off while nobody sees why; at once without anything that could hide it. */
export function onceSeen(
  cloud: Cloud,
  plan: EntityId,
  sees: Sight | undefined,
  act: (row: RowId) => void,
): (row: RowId) => void {
  if (sees === undefined) return act
  const { entities, randomness, services, sim, trace } = cloud
  const via = entities.find(sees.via)
  const service = services.serviceOf(via)
  const draws = randomness.stream(`${entities.id(plan)}/blind`)
  const found = sim.column(Float64Array, 1).fill(NO_EVENT) // when people find out by other ways
  const blind = sim.column(Uint32Array, 1) // the row since which nobody sees it
  const see = (): void => {
    found[0] = NO_EVENT
    act(trace.write(sim.now, Row.saw, plan, blind[0]))
  }
  const FOUND = sim.on(see)
  services.watchServices((which, up) => {
    if (which !== service || !up || found[0] === NO_EVENT) return
    sim.cancel(found[0] as EventId)
    see()
  })
  return row => {
    if (services.isUp(service)) {
      act(row)
      return
    }
    blind[0] = trace.write(sim.now, Row.blind, plan, row, via)
    found[0] = sim.after(sample(sees.blind, draws), FOUND, 0)
  }
}
