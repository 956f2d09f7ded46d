import { duration } from '../units/fields.ts'
import { defineEffect } from './define.ts'

/** Who asks for a lease is given more time, so that a slow answer is an answer. */
export const leaseTimeout = defineEffect({
  kind: 'lease-timeout',
  about: {
    en: 'Calls for the leases that a service grants give up later.',
    zh: '延长对某服务所授租约的调用超时。',
  },
  targets: ['service'],
  fields: {
    timeout: duration({
      min: 0.001,
      about: { en: 'when a call gives up, if that is later than it would', zh: '调用超时（仅在长于原值时生效）' },
    }),
  },
  strike: ({ cloud, by, targets, row, params }) => cloud.leases.raiseTimeout(targets, by, params.timeout, row),
  lift: ({ cloud, by, targets, row }) => cloud.leases.lift('timeout', targets, by, row),
})
