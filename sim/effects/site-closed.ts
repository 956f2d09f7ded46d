import { datacentresWithin, defineEffect } from './define.ts'

/** The fire service, water, smoke: machines may run on, but nobody may go to them. */
export const siteClosed = defineEffect({
  kind: 'site-closed',
  about: {
    en: 'Nobody may enter: what crews have to do there (mend hosts, start chillers and generators, switch power) waits, and what they were at begins anew once people may enter again. Machines run on.',
    zh: '人员禁止进入：需现场进行的工作（修复主机、启动冷水机与发电机、送电操作）等待，进行中的工作在恢复进入后重新开始；设备继续运行。',
  },
  targets: ['region', 'zone', 'datacentre'],
  fields: {},
  strike: ({ cloud, targets, row }) => {
    for (const datacentre of datacentresWithin(cloud, targets)) cloud.crews.close(datacentre, row)
  },
  lift: ({ cloud, targets, row }) => {
    for (const datacentre of datacentresWithin(cloud, targets)) cloud.crews.open(datacentre, row)
  },
})
