import { factor } from '../units/fields.ts'
import { cellsAmong, defineEffect } from './define.ts'

/** More, or larger, instances are put to work for a service, wherever it has some; it says nothing of where they come from. */
export const serviceScale = defineEffect({
  kind: 'service-scale',
  about: {
    en: 'A service can do so many times as much, for its clients and for those whose leases it renews.',
    zh: '服务的处理能力变为若干倍，对客户端请求和租约续约均有效。',
  },
  targets: ['service', 'cell'],
  fields: { capacity: factor({ max: 1000, about: { en: 'how many times as much', zh: '倍数' } }) },
  strike: ({ cloud, by, targets, row, params: { capacity } }) => {
    for (const cell of cellsAmong(cloud, targets)) cloud.cells.impair(cell, by, { capacity, latency: 0, errors: 0 }, row)
    cloud.leases.scale(targets, by, capacity, row)
  },
  lift: ({ cloud, by, targets, row }) => {
    for (const cell of cellsAmong(cloud, targets)) cloud.cells.relieve(cell, by, row)
    cloud.leases.lift('scale', targets, by, row)
  },
})
