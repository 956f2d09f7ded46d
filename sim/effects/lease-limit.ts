import { rate } from '../units/fields.ts'
import { defineEffect } from './define.ts'

/** Admission control: those who have no lease, or are late with it, are let in one after another. */
export const leaseLimit = defineEffect({
  kind: 'lease-limit',
  about: {
    en: 'A service that grants leases lets in only so many calls of those who ask again; renewals in time always pass.',
    zh: '授予租约的服务限制放行再次请求者的速率；按时的续约始终放行。',
  },
  targets: ['service'],
  fields: {
    rate: rate({ about: { en: 'calls let in; 0/s keeps everybody waiting', zh: '放行速率；0/s 表示全部暂停' } }),
  },
  strike: ({ cloud, by, targets, row, params }) => cloud.leases.limit(targets, by, params.rate, row),
  lift: ({ cloud, by, targets, row }) => cloud.leases.lift('limit', targets, by, row),
})
