import { defineEffect } from './define.ts'

/**
 * Someone switches the wrong thing off. A service is down until it is put back, although its instances run; an instance loses
 * what it had in memory and starts anew once it is put back.
 */
export const operatorError = defineEffect({
  kind: 'operator-error',
  about: {
    en: 'Someone takes a whole service out of use by mistake, or some of its instances, which then have to start anew.',
    zh: '人为误操作使整个服务停用，或使其部分实例停用，后者须重新启动。',
  },
  targets: ['service', 'instance'],
  fields: {},
  strike: ({ cloud, by, targets, row }) => {
    for (const target of targets) {
      const instance = cloud.services.instanceOf(target)
      if (instance >= 0) cloud.services.remove(instance, row)
      const service = cloud.services.serviceOf(target)
      if (service < 0) continue // a crew serves nobody
      cloud.services.hold(service, row)
      for (const cell of cloud.cellsOf(service)) cloud.cells.impair(cell, by, { capacity: 0, latency: 0, errors: 0 }, row)
    }
  },
  lift: ({ cloud, by, targets, row }) => {
    for (const target of targets) {
      const instance = cloud.services.instanceOf(target)
      if (instance >= 0) cloud.services.putBack(instance, row)
      const service = cloud.services.serviceOf(target)
      if (service < 0) continue
      cloud.services.release(service, row)
      for (const cell of cloud.cellsOf(service)) cloud.cells.relieve(cell, by, row)
    }
  },
})
