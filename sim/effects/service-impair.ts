import { duration, ratio } from '../units/fields.ts'
import { cellsAmong, defineEffect } from './define.ts'

/** A service answers with errors, slowly, or with less capacity than it has. */
export const serviceImpair = defineEffect({
  kind: 'service-impair',
  about: {
    en: 'A service fails some requests, answers late, or has less capacity.',
    zh: '服务部分请求出错、响应变慢或容量下降。',
  },
  targets: ['service', 'cell'],
  fields: {
    errors: ratio({
      default: 0,
      source: 'nothing unless said so',
      about: { en: 'share of requests answered with an error', zh: '出错请求比例' },
    }),
    latency: duration({
      default: 0,
      source: 'nothing unless said so',
      about: { en: 'added to the time of every request', zh: '每个请求增加的耗时' },
    }),
    capacity: ratio({
      default: 1,
      source: 'all of it unless said so',
      about: { en: 'share of the capacity that is left', zh: '剩余容量比例' },
    }),
  },
  strike: ({ cloud, by, targets, row, params }) => {
    for (const cell of cellsAmong(cloud, targets)) cloud.cells.impair(cell, by, params, row)
    cloud.leases.scale(targets, by, params.capacity, row)
  },
  lift: ({ cloud, by, targets, row }) => {
    for (const cell of cellsAmong(cloud, targets)) cloud.cells.relieve(cell, by, row)
    cloud.leases.lift('scale', targets, by, row)
  },
})
