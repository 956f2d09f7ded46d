import { duration, ratio } from '../units/fields.ts'
import { cellsAmong, defineEffect } from './define.ts'

/** A bad configuration reaches every instance of a service at once; lifting it is the rollback. */
export const configPush = defineEffect({
  kind: 'config-push',
  about: {
    en: 'A bad configuration reaches every instance of a service at once, until it is rolled back.',
    zh: '错误配置同时下发到服务的所有实例，直至回滚。',
  },
  targets: ['service', 'cell'],
  fields: {
    errors: ratio({
      default: 0.3,
      source: 'assumed',
      about: { en: 'share of requests that fail with it', zh: '因此失败的请求比例' },
    }),
    latency: duration({
      default: 0,
      source: 'nothing unless said so',
      about: { en: 'added to the time of every request', zh: '每个请求增加的耗时' },
    }),
  },
  strike: ({ cloud, by, targets, row, params }) => {
    for (const cell of cellsAmong(cloud, targets)) cloud.cells.impair(cell, by, { capacity: 1, ...params }, row)
  },
  lift: ({ cloud, by, targets, row }) => {
    for (const cell of cellsAmong(cloud, targets)) cloud.cells.relieve(cell, by, row)
  },
})
