import { oneOf } from '../units/fields.ts'
import { defineEffect, lineupsWithin } from './define.ts'

/** Feeds that have a breaker. */
export const SWITCHED = ['utility', 'transfer', 'ups', 'distribution', 'shared']

/** A breaker opens, and nothing passes; or a switch is stuck where it is. People close and free them with the step `close`. */
export const breakerFault = defineEffect({
  kind: 'breaker-fault',
  about: {
    en: 'A breaker opens and nothing passes; or a transfer switch is stuck and moves in neither direction. It is over when the fault is, or when a step closes it.',
    zh: '断路器断开，电力不通；或切换开关卡死，不能切换。故障结束或由人工步骤（close）合闸后恢复。',
  },
  targets: ['feed'],
  named: SWITCHED,
  fields: {
    mode: oneOf(['open', 'stuck'], {
      default: 'open',
      source: 'a breaker that opened is what published incidents tell of most',
      about: { en: 'open: nothing passes; stuck: a transfer switch does not move', zh: 'open：不通电；stuck：切换开关不动' },
    }),
  },
  strike: ({ cloud, targets, row, params }) => {
    if (params.mode === 'stuck') for (const line of switchesAmong(cloud, targets)) cloud.power.stuck.strike(line, row)
    else for (const feed of targets) cloud.power.breakers.strike(cloud.power.breakerOf(feed), row)
  },
  lift: ({ cloud, targets, row, params }) => {
    if (params.mode === 'stuck') for (const line of switchesAmong(cloud, targets)) cloud.power.stuck.lift(line, row)
    else for (const feed of targets) cloud.power.breakers.lift(cloud.power.breakerOf(feed), row)
  },
})

/** Line-ups whose transfer switches are among the targets: nothing else can be stuck. */
export function switchesAmong(cloud: Parameters<typeof lineupsWithin>[0], targets: readonly number[]): number[] {
  return lineupsWithin(
    cloud,
    targets.filter(target => cloud.entities.name(target) === 'transfer'),
  )
}
