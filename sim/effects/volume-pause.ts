import { oneOf } from '../units/fields.ts'
import { defineEffect, volumesAmong } from './define.ts'

/** Someone keeps volumes from looking for room: what has found some is copied, the rest waits and asks nobody. */
export const volumePause = defineEffect({
  kind: 'volume-pause',
  about: {
    en: 'Volumes stop looking for room, and go on when it is lifted: what staff do against a storm of searches.',
    zh: '卷停止寻找空间，解除后继续：运维人员平息寻找风暴的措施。',
  },
  targets: ['service', 'cell'],
  fields: {
    searches: oneOf(['all', 'futile'], {
      default: 'all',
      source: 'simplest',
      about: {
        en: 'which searches: all of them, or only while there is no room to be found',
        zh: '停止哪些寻找：全部，或仅在没有空间时',
      },
    }),
  },
  strike: ({ cloud, targets, params }) => {
    const { pause, restrain } = cloud.volumes
    for (const pool of volumesAmong(cloud, targets)) (params.searches === 'all' ? pause : restrain)(pool)
  },
  lift: ({ cloud, targets, row, params }) => {
    const { resume, release } = cloud.volumes
    for (const pool of volumesAmong(cloud, targets)) (params.searches === 'all' ? resume : release)(pool, row)
  },
})
