import { factor } from '../units/fields.ts'
import { defineEffect } from './define.ts'

/**
 * Clients send more than usual, or less: a surge, or load that is shed. In a runbook a later step replaces what an earlier one
 * said of the same clients (0, then 0.1, then 0.5 lets them in step by step); what different faults and plans say multiplies.
 */
export const load = defineEffect({
  kind: 'load',
  about: {
    en: 'Clients send more than usual, less, or nothing: a surge, load that is shed, clients let in step by step.',
    zh: '客户端发送的请求比平常多、少或暂停：流量激增、削减负载、逐步放行。',
  },
  targets: ['client'],
  fields: {
    factor: factor({
      max: 1e6,
      about: {
        en: 'what their usual load is multiplied by: 3 is a surge, 0 a pause; retries under way are not taken back',
        zh: '平常负载的倍数：3 表示激增，0 表示暂停；已在途的重试不会撤回',
      },
    }),
  },
  strike: ({ cloud, by, targets, row, params }) => {
    for (const client of targets) cloud.clients.multiply(client, by, params.factor, row)
  },
  lift: ({ cloud, by, targets, row }) => {
    for (const client of targets) cloud.clients.relieve(client, by, row)
  },
})
