import { count } from '../units/fields.ts'
import { defineEffect, instancesAmong } from './define.ts'

/** What a control plane knows of instances is deleted: they run on, and break when somebody changes them. */
export const stateLoss = defineEffect({
  kind: 'state-loss',
  about: {
    en: 'What a control plane knows of instances is deleted. They run on, and break when they are changed; lifting it brings the records back, from which the broken ones are set up again.',
    zh: '控制平面中有关实例的记录被删除：实例继续运行，一经修改即失效；解除后记录恢复，失效实例随之重新配置。',
  },
  targets: ['service', 'instance'],
  fields: {
    calls: count({
      default: 1,
      min: 1,
      source: 'assumed',
      about: {
        en: 'calls of the control plane that set a broken instance up again once its record is back',
        zh: '记录恢复后，重新配置一个失效实例所需的控制平面调用次数',
      },
    }),
  },
  strike: ({ cloud, by, targets, row }) => {
    for (const instance of instancesAmong(cloud, targets)) cloud.records.lose(instance, by, row)
  },
  lift: ({ cloud, by, targets, row, params }) => {
    for (const instance of instancesAmong(cloud, targets)) cloud.records.restore(instance, by, params.calls, row)
  },
})
