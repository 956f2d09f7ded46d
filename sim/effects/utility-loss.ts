import { defineEffect, lineupsWithin, sharedFeeds } from './define.ts'

/** The grid is gone: everything fed from these utilities now lives on stored energy and generators. */
export const utilityLoss = defineEffect({
  kind: 'utility-loss',
  about: {
    en: 'The utility, or a feed above the data centres, is lost; UPS and generators have to carry the load.',
    zh: '市电或数据中心上游的供电中断，由 UPS 和发电机承担负载。',
  },
  targets: ['feed', 'datacentre', 'zone', 'region'],
  named: ['utility', 'line-up', 'shared'],
  fields: {},
  strike: ({ cloud, targets, row }) => {
    for (const line of lineupsWithin(cloud, targets)) cloud.power.loseUtility(line, row)
    for (const feed of sharedFeeds(cloud, targets)) cloud.power.loseFeed(feed, row)
  },
  lift: ({ cloud, targets, row }) => {
    for (const line of lineupsWithin(cloud, targets)) cloud.power.restoreUtility(line, row)
    for (const feed of sharedFeeds(cloud, targets)) cloud.power.restoreFeed(feed, row)
  },
})
