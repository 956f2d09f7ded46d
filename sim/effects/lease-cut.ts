import { defineEffect, hostsWithin } from './define.ts'

/** A blip of the network: instances serve on, but cannot reach whoever renews their leases. */
export const leaseCut = defineEffect({
  kind: 'lease-cut',
  about: {
    en: 'Instances on these hosts cannot reach whoever renews their leases; when they can again, all ask at once.',
    zh: '这些主机上的实例无法联系租约的续约方；恢复后同时请求续约。',
  },
  targets: ['region', 'zone', 'datacentre', 'rack', 'host'],
  fields: {},
  strike: ({ cloud, targets, row }) => cloud.leases.cut(hostsWithin(cloud, targets), row),
  lift: ({ cloud, targets, row }) => cloud.leases.join(hostsWithin(cloud, targets), row),
})
