import { CARDS } from '../models/cards.ts'
import { oneOf } from '../units/fields.ts'
import { defineEffect, hostsWithin } from './define.ts'

/** Cards fail, and their hosts do not. With an end they work again then; without, each is replaced, in its own time or by hands. */
export const cardFailure = defineEffect({
  kind: 'card-failure',
  about: {
    en: 'A card of these hosts fails and takes what it serves: reach, volumes, local disks, or that they can be changed. How often that happens is not published; lives given with `every` are assumed.',
    zh: '主机的某块卡故障，失去其所提供的功能：网络、卷、本地盘或变更能力。故障率未公开，以 every 给出的寿命均为假设。',
  },
  targets: ['region', 'zone', 'datacentre', 'rack', 'host'],
  fields: {
    card: oneOf(CARDS, {
      about: {
        en: 'which: network, volume, disk (the local disks) or control (the controller)',
        zh: '哪块卡：network 网络、volume 卷、disk 本地盘、control 控制',
      },
    }),
  },
  strike: ({ cloud, targets, row, passes, params }) => {
    for (const host of hostsWithin(cloud, targets)) cloud.cards.break(host, params.card, row, !passes)
  },
  lift: ({ cloud, targets, row, params }) => {
    for (const host of hostsWithin(cloud, targets)) cloud.cards.repair(host, params.card, row)
  },
})
