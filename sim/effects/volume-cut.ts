import { defineEffect, hostsWithin } from './define.ts'

/** A storage network fails: the hosts run, but what they hold cannot be reached and is soon taken for lost. */
export const volumeCut = defineEffect({
  kind: 'volume-cut',
  about: {
    en: 'The copies of volumes on these hosts cannot be reached; nothing is destroyed and the hosts run on.',
    zh: '无法访问这些主机上的卷副本；数据未毁，主机仍在运行。',
  },
  targets: ['region', 'zone', 'datacentre', 'rack', 'host'],
  fields: {},
  strike: ({ cloud, targets, row }) => {
    for (const host of hostsWithin(cloud, targets)) cloud.volumes.cut(host, row)
  },
  lift: ({ cloud, targets, row }) => {
    for (const host of hostsWithin(cloud, targets)) cloud.volumes.join(host, row)
  },
})
