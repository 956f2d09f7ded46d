import { duration, ratio } from '../units/fields.ts'
import { defineEffect, lineupsWithin, sharedFeeds } from './define.ts'

/** The grid dips and recovers: whoever holds for longer than the dip notices nothing. */
export const utilitySag = defineEffect({
  kind: 'utility-sag',
  about: { en: 'The utility voltage sags for a moment; stored energy rides through it.', zh: '市电瞬时跌落，由储能渡过。' },
  targets: ['feed', 'datacentre', 'zone', 'region'],
  named: ['utility', 'line-up', 'shared'],
  fields: {
    sags: duration({
      default: 0.2,
      source: 'assumed: ten cycles; voltage sags last from half a cycle to a minute (IEEE 1159)',
      about: { en: 'how long the voltage is low', zh: '电压跌落时长' },
    }),
    depth: ratio({
      default: 1,
      source: 'assumed: the worst; sags leave 10–90 % of the voltage (IEEE 1159)',
      about: {
        en: 'share of the voltage that is missing; equipment bears 20 % for 10 s and 30 % for half a second',
        zh: '电压跌落的幅度；设备可承受 20 % 持续 10 秒、30 % 持续半秒',
      },
    }),
  },
  strike: ({ cloud, targets, row, params }) => {
    for (const line of lineupsWithin(cloud, targets)) cloud.power.sagUtility(line, params.sags, row, params.depth)
    for (const feed of sharedFeeds(cloud, targets)) cloud.power.sagFeed(feed, params.sags, row, params.depth)
  },
})
