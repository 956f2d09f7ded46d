import { defineEffect } from './define.ts'
import { datacentresFed } from './utility-loss.ts'

/** Staff make generators hold their voltage by hand; from then on they carry. A plan's step, or a lucky fault. */
export const start = defineEffect({
  kind: 'start',
  about: { en: 'Generators are brought to hold the load by hand.', zh: '人工使发电机带载。' },
  targets: ['feed', 'datacentre', 'zone', 'region'],
  named: 'generators',
  fields: {},
  strike: ({ cloud, targets, row }) => {
    for (const datacentre of datacentresFed(cloud, targets)) cloud.power.startGenerators(datacentre, row)
  },
})
