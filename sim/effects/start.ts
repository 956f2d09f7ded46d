import { count } from '../units/fields.ts'
import { datacentresFed, defineEffect, lineupsWithin } from './define.ts'

/** Staff bring generators to hold their voltage, or chillers to run, by hand. A plan's step, or a lucky fault. */
export const start = defineEffect({
  kind: 'start',
  about: {
    en: 'Generators are brought to hold the load by hand; or, with {feed: cooling} as the target, chillers are restarted.',
    zh: '人工使发电机带载；目标为 {feed: cooling} 时，人工重启冷水机。',
  },
  targets: ['feed', 'datacentre', 'zone', 'region'],
  named: ['generators', 'line-up', 'cooling'],
  isOnSite: true,
  fields: {
    units: count({
      min: 1,
      about: { en: 'how many chillers; all of them when left out', zh: '重启的冷水机台数；省略则全部' },
    }).optional(),
  },
  strike: ({ cloud, targets, row, params }) => {
    const { cooling, entities, power } = cloud
    const chillers = targets.filter(target => entities.name(target) === 'cooling')
    for (const datacentre of datacentresFed(cloud, chillers))
      cooling.runByHand(datacentre, params.units ?? cooling.units(datacentre), row)
    const rest = targets.filter(target => !chillers.includes(target))
    for (const line of lineupsWithin(cloud, rest)) power.startGenerators(line, row)
  },
})
