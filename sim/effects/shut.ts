import { defineEffect, hostsWithin } from './define.ts'

/** Hosts are switched off on purpose, to shed load or heat; they start again when it is over. */
export const shut = defineEffect({
  kind: 'shut',
  about: {
    en: 'Hosts are switched off on purpose, to shed load or heat; when it is over, or a later step lifts it, they boot.',
    zh: '有意关闭主机以减载或降温；结束后或由后续步骤解除时重新启动。',
  },
  targets: ['region', 'zone', 'datacentre', 'rack', 'host'],
  fields: {},
  strike: ({ cloud, targets, row }) => {
    for (const host of hostsWithin(cloud, targets)) cloud.hosts.setShut(host, true, row)
  },
  lift: ({ cloud, targets, row }) => {
    for (const host of hostsWithin(cloud, targets)) cloud.hosts.setShut(host, false, row)
  },
})
