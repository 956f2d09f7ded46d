import { SWITCHED, switchesAmong } from './breaker-fault.ts'
import { defineEffect } from './define.ts'

/** Someone closes a breaker that is open, or frees a switch that is stuck, whatever keeps it so. */
export const close = defineEffect({
  kind: 'close',
  about: {
    en: 'A breaker that is open is closed by hand, and a transfer switch that is stuck is freed.',
    zh: '人工合上断开的断路器，或使卡死的切换开关恢复。',
  },
  targets: ['feed'],
  named: SWITCHED,
  isOnSite: true,
  fields: {},
  strike: ({ cloud, targets, row }) => {
    const { power } = cloud
    for (const feed of targets) power.breakers.mend(power.breakerOf(feed), row)
    for (const line of switchesAmong(cloud, targets)) power.stuck.mend(line, row)
  },
})
