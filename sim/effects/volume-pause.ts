import { defineEffect, volumesAmong } from './define.ts'

/** Someone keeps volumes from looking for room: what has found some is copied, the rest waits and asks nobody. */
export const volumePause = defineEffect({
  kind: 'volume-pause',
  about: {
    en: 'Volumes stop looking for room, and go on when it is lifted: what staff do against a storm of searches.',
    zh: '卷停止寻找空间，解除后继续：运维人员平息寻找风暴的措施。',
  },
  targets: ['service', 'cell'],
  fields: {},
  strike: ({ cloud, targets }) => {
    for (const pool of volumesAmong(cloud, targets)) cloud.volumes.pause(pool)
  },
  lift: ({ cloud, targets }) => {
    for (const pool of volumesAmong(cloud, targets)) cloud.volumes.resume(pool)
  },
})
