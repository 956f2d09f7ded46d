import { datacentresWithin, defineEffect } from './define.ts'

/** Power comes to places that began dark: racks are energised in steps. */
export const energise = defineEffect({
  kind: 'energise',
  about: { en: 'Power comes to a place that began dark.', zh: '为初始断电的场所送电。' },
  targets: ['region', 'zone', 'datacentre'],
  isOnSite: true,
  fields: {},
  strike: ({ cloud, targets, row }) => {
    for (const datacentre of datacentresWithin(cloud, targets)) cloud.power.energise(datacentre, row)
  },
})
