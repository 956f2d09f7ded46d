import type { Cloud } from '../models/cloud.ts'
import { count, law } from '../units/fields.ts'
import { defineEffect } from './define.ts'

/** Escalation: more people are called in. */
export const crewGrow = defineEffect({
  kind: 'crew-grow',
  about: {
    en: 'More people are called in; they work once they have arrived. When it is over they leave, each after what they are at.',
    zh: '召集增援：到场后参与工作；结束后完成手头工作即离开。',
  },
  targets: ['service'],
  fields: {
    to: count({ min: 1, about: { en: 'how many they are then in all', zh: '增援后的总人数' } }),
    travel: law({
      about: {
        en: 'until those called in are there; as for every task of the crew when left out',
        zh: '增援到场时间；省略则同该团队的路程',
      },
    }).optional(),
  },
  strike: ({ cloud, by, targets, row, params }) => {
    for (const crew of crewsAmong(cloud, targets)) cloud.crews.call(crew, by, params.to, params.travel, row)
  },
  lift: ({ cloud, by, targets, row }) => {
    for (const crew of crewsAmong(cloud, targets)) cloud.crews.dismiss(crew, by, row)
  },
})

function crewsAmong({ crews }: Cloud, targets: readonly number[]): number[] {
  return targets.map(target => crews.crewOf(target)).filter(crew => crew >= 0)
}
