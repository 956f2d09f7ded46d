import { controlPlanesAmong, defineEffect } from './define.ts'

/** Someone takes the dead instances of a control plane out of rotation: no call is sent to them any more. */
export const deregister = defineEffect({
  kind: 'deregister',
  about: {
    en: 'Dead instances of a control plane are taken out of rotation, so that no call is sent to them any more.',
    zh: '将控制平面的失效实例移出轮转，调用不再发往它们。',
  },
  targets: ['service'],
  fields: {},
  strike: ({ cloud, targets, row }) => {
    for (const api of controlPlanesAmong(cloud, targets)) cloud.controlPlanes.deregister(api, row)
  },
})
