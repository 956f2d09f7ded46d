import { INSTANCE_TYPES } from '../models/instance-types.ts'
import { oneOf } from '../units/fields.ts'
import { defineEffect, instancesAmong } from './define.ts'

const [first, ...others] = INSTANCE_TYPES.map(({ name }) => name)

/** Instances are stopped and start again as another type: a generation move, whole or in waves. */
export const resize = defineEffect({
  kind: 'resize',
  about: {
    en: 'Instances are stopped and start again as another type, if their image has its drivers and their host has room. Lifting it moves them back.',
    zh: '实例停止后以另一类型重新启动，前提是镜像具备所需驱动且主机有空间；解除则改回原类型。',
  },
  targets: ['service', 'cell', 'instance'],
  fields: {
    size: oneOf([first, ...others], {
      about: { en: 'what they become; `explain sizes` lists them', zh: '目标类型；见 explain sizes' },
    }),
  },
  strike: ({ cloud, targets, row, params }) => {
    const instances = instancesAmong(cloud, targets).filter(cloud.services.canBeChanged)
    for (const instance of instances) cloud.resizes.resize(instance, params.size, row)
  },
  lift: ({ cloud, targets, row }) => {
    for (const instance of instancesAmong(cloud, targets)) cloud.resizes.moveBack(instance, row)
  },
})
