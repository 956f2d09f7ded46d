import { defineEffect, lineupsWithin } from './define.ts'

/** The automation does nothing: no start, no transfer, no return. People do its work with the step `start`. */
export const controllerFault = defineEffect({
  kind: 'controller-fault',
  about: {
    en: 'The controller of the transfer switch does nothing: generators are not asked to start, and the load stays where it is. A step that starts them does its work.',
    zh: '切换控制器失灵：不启动发电机，也不切换负载；由人工步骤（start）代行其职。',
  },
  targets: ['feed', 'datacentre', 'zone', 'region'],
  named: ['transfer', 'line-up'],
  fields: {},
  strike: ({ cloud, targets, row }) => {
    for (const line of lineupsWithin(cloud, targets)) cloud.power.controllers.strike(line, row)
  },
  lift: ({ cloud, targets, row }) => {
    for (const line of lineupsWithin(cloud, targets)) cloud.power.controllers.lift(line, row)
  },
})
