import { defineEffect, lineupsWithin } from './define.ts'

/** The grid is gone: everything fed from these utilities now lives on stored energy and generators. */
export const utilityLoss = defineEffect({
  kind: 'utility-loss',
  about: {
    en: 'The utility feed is lost; UPS and generators have to carry the load.',
    zh: '市电中断，由 UPS 和发电机承担负载。',
  },
  targets: ['feed', 'datacentre', 'zone', 'region'],
  named: ['utility', 'line-up'],
  fields: {},
  strike: ({ cloud, targets, row }) => {
    for (const line of lineupsWithin(cloud, targets)) cloud.power.loseUtility(line, row)
  },
  lift: ({ cloud, targets, row }) => {
    for (const line of lineupsWithin(cloud, targets)) cloud.power.restoreUtility(line, row)
  },
})
