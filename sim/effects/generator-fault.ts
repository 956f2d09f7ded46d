import { z } from 'zod'
import { count } from '../units/fields.ts'
import { defineEffect, lineupsWithin } from './define.ts'

/** Redundant power that never picks up the load: the most frequent mechanic of published power incidents. */
export const generatorFault = defineEffect({
  kind: 'generator-fault',
  about: {
    en: 'Generators do not start, do not synchronise, do not carry the load, or stop while running.',
    zh: '发电机无法启动、无法同步、无法带载或运行中停机。',
  },
  targets: ['feed', 'datacentre', 'zone', 'region'],
  named: ['generators', 'line-up'],
  fields: {
    mode: z.enum(['start', 'synchronise', 'carry', 'run']).meta({ description: 'what fails' }),
    units: count({
      min: 1,
      about: { en: 'how many units fail; all of them when left out', zh: '失效机组数；省略则全部' },
    }).optional(),
  },
  strike: ({ cloud, targets, row, params }) => {
    for (const line of lineupsWithin(cloud, targets)) cloud.power.generatorFault(line, params.mode, row, params.units)
  },
  lift: ({ cloud, targets, row, params }) => {
    for (const line of lineupsWithin(cloud, targets)) cloud.power.clearGeneratorFault(line, params.mode, row, params.units)
  },
})
