import { defineEffect } from './define.ts'

/** Someone switches the wrong thing off: the service is down until it is put back, although its instances run. */
export const operatorError = defineEffect({
  kind: 'operator-error',
  about: { en: 'Someone takes a whole service out of use by mistake.', zh: '人为误操作使整个服务停用。' },
  targets: ['service'],
  fields: {},
  strike: ({ cloud, by, targets, row }) => {
    for (const target of targets) {
      const service = cloud.services.serviceOf(target)
      if (service < 0) continue // a crew serves nobody
      cloud.services.hold(service, row)
      for (const cell of cloud.cellsOf(service)) cloud.cells.impair(cell, by, { capacity: 0, latency: 0, errors: 0 }, row)
    }
  },
  lift: ({ cloud, by, targets, row }) => {
    for (const target of targets) {
      const service = cloud.services.serviceOf(target)
      if (service < 0) continue
      cloud.services.release(service, row)
      for (const cell of cloud.cellsOf(service)) cloud.cells.relieve(cell, by, row)
    }
  },
})
