import { duration, ratio } from '../units/fields.ts'
import { defineEffect } from './define.ts'

/** A link is slow or lossy: the grey failures that health checks pass through. */
export const linkDegrade = defineEffect({
  kind: 'link-degrade',
  about: { en: 'A link is slower and loses packets.', zh: '链路变慢并丢包。' },
  targets: ['link'],
  fields: {
    latency: duration({
      default: 0,
      source: 'nothing unless said so',
      about: { en: 'added latency, one way', zh: '单向增加的延迟' },
    }),
    loss: ratio({
      default: 0,
      source: 'nothing unless said so',
      about: { en: 'share of requests that are lost', zh: '请求丢失比例' },
    }),
  },
  strike: ({ cloud, by, targets, row, params }) => {
    for (const target of targets) cloud.network.degrade(cloud.network.linkOf(target), by, params.latency, params.loss, row)
  },
  lift: ({ cloud, by, targets, row }) => {
    for (const target of targets) cloud.network.relieve(cloud.network.linkOf(target), by, row)
  },
})
