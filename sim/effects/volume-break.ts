import { defineEffect, hostsWithin } from './define.ts'

/** Disks die, the hosts do not: what these hosts hold is destroyed. Volumes without another copy are lost or restored. */
export const volumeBreak = defineEffect({
  kind: 'volume-break',
  about: {
    en: 'The copies of volumes on these hosts are destroyed; the hosts run on.',
    zh: '这些主机上的卷副本被毁；主机仍在运行。',
  },
  targets: ['region', 'zone', 'datacentre', 'rack', 'host'],
  fields: {},
  strike: ({ cloud, targets, row }) => {
    for (const host of hostsWithin(cloud, targets)) cloud.volumes.destroy(host, row)
  },
})
