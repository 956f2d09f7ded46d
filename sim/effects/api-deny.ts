import { controlPlanesAmong, defineEffect } from './define.ts'

/** Someone switches an API off: no call is let in, what waits and what runs goes on. */
export const apiDeny = defineEffect({
  kind: 'api-deny',
  about: {
    en: 'The API of a control plane is switched off: calls are refused until it is lifted. What runs goes on without it.',
    zh: '停用控制平面的 API：解除前拒绝所有调用，已运行者不受影响。',
  },
  targets: ['service'],
  fields: {},
  strike: ({ cloud, targets, row }) => {
    for (const api of controlPlanesAmong(cloud, targets)) cloud.controlPlanes.deny(api, row)
  },
  lift: ({ cloud, targets }) => {
    for (const api of controlPlanesAmong(cloud, targets)) cloud.controlPlanes.allow(api)
  },
})
