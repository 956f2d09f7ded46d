import { ratio } from '../units/fields.ts'
import { defineEffect, volumesAmong } from './define.ts'

/** More disks on the hosts that are there. */
export const volumeGrow = defineEffect({
  kind: 'volume-grow',
  about: {
    en: 'Room for volumes is added, evenly on all hosts of a zone; it stays.',
    zh: '在可用区各主机上均匀增加卷的存储空间；不会收回。',
  },
  targets: ['service', 'cell'],
  fields: {
    by: ratio({
      about: {
        en: 'how much, as a share of the room that volumes and their copies take',
        zh: '增加量，占卷及其副本所需空间的比例',
      },
    }),
  },
  strike: ({ cloud, targets, row, params }) => {
    for (const pool of volumesAmong(cloud, targets)) cloud.volumes.grow(pool, params.by, row)
  },
})
