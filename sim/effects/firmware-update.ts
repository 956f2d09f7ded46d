import { CARDS } from '../models/cards.ts'
import { law, oneOf, version } from '../units/fields.ts'
import { defineEffect, hostsWithin } from './define.ts'

/** Cards get another version of their firmware while their hosts run; lifting it puts back what they ran before. */
export const firmwareUpdate = defineEffect({
  kind: 'firmware-update',
  about: {
    en: 'A card of these hosts gets another version of its firmware while they run; it pauses for a moment. Lifting it rolls back. Updates to one version pick alike: 1 % lies within 10 %.',
    zh: '在主机运行中更换某块卡的固件版本，期间短暂停顿；解除即回滚。同一版本的各次更新按同一抽样选取：1 % 包含于 10 %。',
  },
  targets: ['region', 'zone', 'datacentre', 'rack', 'host'],
  fields: {
    card: oneOf(CARDS, {
      about: { en: 'which: network, volume, disk or control', zh: '哪块卡：network、volume、disk 或 control' },
    }),
    version: version({ about: { en: 'what it runs from then on', zh: '更换后的版本' } }),
    pause: law({
      default: { kind: 'constant', value: 1 },
      source: 'assumed: a live update is hardly noticed',
      about: {
        en: 'how long the card serves nothing meanwhile; 0s for not at all',
        zh: '更换期间停止服务的时长；0s 表示无停顿',
      },
    }),
  },
  pickedBy: ({ card, version }) => `firmware/${card}/${version}`,
  strike: ({ cloud, by, targets, row, params: { card, version, pause } }) => {
    for (const host of hostsWithin(cloud, targets)) cloud.firmware.put(host, card, version, by, pause, row)
  },
  lift: ({ cloud, by, targets, row, params: { card, pause } }) => {
    for (const host of hostsWithin(cloud, targets)) cloud.firmware.takeBack(host, card, by, pause, row)
  },
})
