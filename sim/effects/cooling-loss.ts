import { count } from '../units/fields.ts'
import { datacentresFed, defineEffect } from './define.ts'

/** Chillers stop; the air warms until hosts switch themselves off. */
export const coolingLoss = defineEffect({
  kind: 'cooling-loss',
  about: {
    en: 'Chillers stop: the air warms until hosts switch themselves off. When it is over, chillers are restarted one after another, and once the air is cool enough hosts start.',
    zh: '冷水机停机：温度上升直至主机保护性关机；故障结束后冷水机逐台重启，温度降低后主机方可启动。',
  },
  targets: ['feed', 'datacentre', 'zone', 'region'],
  named: ['cooling'],
  fields: {
    units: count({
      min: 1,
      about: { en: 'how many chillers of each data centre stop; all of them when left out', zh: '停机台数；省略则全部' },
    }).optional(),
  },
  strike: ({ cloud: { cooling }, cloud, targets, row, params }) => {
    for (const datacentre of datacentresFed(cloud, targets))
      cooling.lose(datacentre, params.units ?? cooling.units(datacentre), row)
  },
  lift: ({ cloud: { cooling }, cloud, targets, row, params }) => {
    for (const datacentre of datacentresFed(cloud, targets))
      cooling.restore(datacentre, params.units ?? cooling.units(datacentre), row)
  },
})
