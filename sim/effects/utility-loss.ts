import { datacentresWithin, defineEffect } from './define.ts'

/** The grid is gone: everything fed from these utilities now lives on stored energy and generators. */
export const utilityLoss = defineEffect({
  kind: 'utility-loss',
  about: {
    en: 'The utility feed is lost; UPS and generators have to carry the load.',
    zh: '市电中断，由 UPS 和发电机承担负载。',
  },
  targets: ['feed', 'datacentre', 'zone', 'region'],
  named: ['utility'],
  fields: {},
  strike: ({ cloud, targets, row }) => {
    for (const datacentre of datacentresFed(cloud, targets)) cloud.power.loseUtility(datacentre, row)
  },
  lift: ({ cloud, targets, row }) => {
    for (const datacentre of datacentresFed(cloud, targets)) cloud.power.restoreUtility(datacentre, row)
  },
})

/** Data centres within the places given, and those whose feeds are given. */
export function datacentresFed(cloud: Parameters<typeof datacentresWithin>[0], targets: readonly number[]): number[] {
  return datacentresWithin(
    cloud,
    targets.map(target => (cloud.entities.kind(target) === 'feed' ? cloud.entities.parent(target) : target)),
  )
}
