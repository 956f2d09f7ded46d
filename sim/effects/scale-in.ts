import { count } from '../units/fields.ts'
import { defineEffect } from './define.ts'

/** Instances are ended on purpose, the ones launched last first; they are taken out of rotation before. */
export const scaleIn = defineEffect({
  kind: 'scale-in',
  about: {
    en: 'Instances of a service are ended on purpose until so many are left, those launched last first.',
    zh: '有意终止服务的实例直至剩余指定数量，最后启动的先终止。',
  },
  targets: ['service'],
  fields: { to: count({ min: 1, about: { en: 'instances that are left', zh: '保留的实例数' } }) },
  strike: ({ cloud, targets, row, params }) => {
    const { balancer, controlPlanes, services } = cloud
    for (const target of targets) {
      const service = services.serviceOf(target)
      if (service < 0) continue // a crew has none
      for (const instance of services.present(service).slice(params.to).filter(services.canBeChanged)) {
        balancer.takeOut(instance, row)
        controlPlanes.takeOut(instance, row)
        services.end(instance, row)
      }
    }
  },
})
