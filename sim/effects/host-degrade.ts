import { duration, ratio } from '../units/fields.ts'
import { defineEffect, hostsWithin } from './define.ts'

/**
 * Hosts run on, but slowly or with errors (fail-slow). What stands on them is as bad, and where a service's instances differ its
 * callers get the mean of those in rotation: exact while requests are spread evenly and none waits. A queue is one in front of
 * all of a zone's instances, which is too kind to the slow ones; so is a latency that only some of them add.
 */
export const hostDegrade = defineEffect({
  kind: 'host-degrade',
  about: {
    en: 'Hosts run on, but slowly or with errors, and so does what stands on them.',
    zh: '主机仍在运行，但变慢或出错，其上的实例亦然。',
  },
  targets: ['region', 'zone', 'datacentre', 'rack', 'host'],
  fields: {
    capacity: ratio({
      default: 0.3,
      source: 'assumed: fail-slow hosts of published studies are slower by small factors up to hundreds',
      about: { en: 'share of their capacity that is left', zh: '剩余容量比例' },
    }),
    errors: ratio({
      default: 0,
      source: 'nothing unless said so',
      about: { en: 'share of requests there that are answered with an error', zh: '其上出错请求比例' },
    }),
    latency: duration({
      default: 0,
      source: 'nothing unless said so',
      about: { en: 'added to the time of every request there', zh: '其上每个请求增加的耗时' },
    }),
  },
  strike: ({ cloud, by, targets, row, params }) => {
    for (const host of hostsWithin(cloud, targets)) cloud.degraded.degrade(host, by, params, row)
  },
  lift: ({ cloud, by, targets, row }) => {
    for (const host of hostsWithin(cloud, targets)) cloud.degraded.relieve(host, by, row)
  },
})
