import { defineEffect, hostsWithin } from './define.ts'

/** Hosts break. With an end they are made good then; without, each takes its own repair time or waits for hands. */
export const hostFailure = defineEffect({
  kind: 'host-failure',
  about: { en: 'Hosts break and have to be repaired.', zh: '主机损坏，需要维修。' },
  targets: ['region', 'zone', 'datacentre', 'rack', 'host'],
  fields: {},
  strike: ({ cloud, targets, row, passes }) => {
    for (const host of hostsWithin(cloud, targets)) cloud.hosts.break(host, row, !passes)
  },
  lift: ({ cloud, targets, row }) => {
    for (const host of hostsWithin(cloud, targets)) cloud.hosts.repair(host, row)
  },
})
