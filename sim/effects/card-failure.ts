import { CARDS } from '../models/cards.ts'
import { law, oneOf, version } from '../units/fields.ts'
import { defineEffect, hostsWithin } from './define.ts'

const AT_ONCE = { kind: 'constant', value: 0 } as const

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
    firmware: version({
      about: {
        en: 'only cards that run this version, now or ever while it lasts; they are free of it with another version, not with a new card',
        zh: '仅限运行该固件版本（现在或持续期间内换上）的卡；换版本即解除，换卡无效',
      },
    }).optional(),
    delay: law({
      about: {
        en: 'with `firmware`: how long after the fault, or after getting the version, a card fails; at once when left out',
        zh: '与 firmware 同用：自故障发生或换上该版本起，到卡失效的时间；省略为立即',
      },
    }).optional(),
  },
  strike: ({ cloud, by, targets, row, passes, params }) => {
    const { card, firmware, delay = AT_ONCE } = params
    const hosts = hostsWithin(cloud, targets)
    if (firmware !== undefined) cloud.firmware.fail(hosts, card, firmware, by, delay, row)
    else for (const host of hosts) cloud.cards.break(host, card, row, !passes)
  },
  lift: ({ cloud, by, targets, row, params }) => {
    const { card, firmware } = params
    const hosts = hostsWithin(cloud, targets)
    if (firmware !== undefined) cloud.firmware.mend(hosts, card, firmware, by, row)
    else for (const host of hosts) cloud.cards.repair(host, card, row)
  },
})
