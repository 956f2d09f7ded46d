/** Volumes as they are written: a service that keeps data in several copies on the hosts of each zone. */
import { z } from 'zod'
import { COPIES_MAX } from '../models/volumes/placement.ts'
import { bandwidth, bytes, count, duration, flag, id, oneOf, rate, ratio } from '../units/fields.ts'

const searchSchema = z
  .strictObject({
    rate: rate({
      isPositive: true,
      default: 100,
      source: 'assumed; in calm times a place is found within milliseconds (provider’s summary of 21 April 2011)',
      about: { en: 'volumes of a zone that look for room, per time', zh: '每个可用区单位时间内寻找空间的卷数' },
    }),
    retry: duration({
      min: 0.001,
      default: 10,
      source: 'assumed',
      about: { en: 'how long a volume that found no room waits before it asks again', zh: '未找到空间的卷再次请求前的等待' },
    }),
    via: id({
      refers: 'control-plane',
      about: {
        en: 'the control plane that every search is a call of; without it hosts find each other and nobody else notices',
        zh: '每次寻找所调用的控制平面；省略则主机间自行寻找，不影响他人',
      },
    }).optional(),
  })
  .prefault({})

const repairSchema = z
  .strictObject({
    bandwidth: bandwidth({
      isPositive: true,
      default: 50e6,
      source: 'assumed',
      about: { en: 'what each host gives to copying', zh: '每台主机用于复制的带宽' },
    }),
    returned: oneOf(['reused', 'held', 'kept'], {
      default: 'reused',
      source: 'assumed',
      about: {
        en: 'what becomes of a copy that was taken for lost: it is brought up to date when it returns, takes up room until there is another, or is kept for good, in case',
        zh: '被判定丢失的副本：回来后就地更新；或占用空间直到新副本建成；或一直保留以备恢复',
      },
    }),
    search: searchSchema,
  })
  .prefault({})

export const volumesSchema = z.strictObject({
  kind: z.literal('volumes'),
  items: count({ min: 1, about: { en: 'how many volumes, shared evenly by the zones', zh: '卷的数量，平均分布于各可用区' } }),
  item: bytes({
    isPositive: true,
    default: 100e9,
    source: 'assumed',
    about: { en: 'what one volume holds', zh: '单个卷的数据量' },
  }),
  place: z.string().min(1).optional().meta({
    description: 'whose hosts hold them: a region, zone or data centre; may be left out while there is only one region',
  }),
  n: count({
    min: 1,
    max: COPIES_MAX,
    default: 2,
    source: 'volumes are mirrored within one zone (provider’s guide); two copies: assumed',
    about: { en: 'copies of a volume, on different hosts of one zone', zh: '每个卷的副本数，位于同一可用区的不同主机' },
  }),
  k: count({
    min: 1,
    max: COPIES_MAX,
    default: 1,
    source: 'assumed: the copy that is left serves while the next is made',
    about: { en: 'how many of the copies must be there for a volume to serve', zh: '卷可用所需的在线副本数' },
  }),
  spare: ratio({
    default: 0.2,
    source: 'assumed',
    about: { en: 'share of a zone’s room that is free while no copy is missing', zh: '副本齐全时可用区空闲空间的比例' },
  }).refine(spare => spare < 1, 'leaves no room for the volumes'),
  notice: duration({
    default: 30,
    source: 'assumed',
    about: { en: 'how long a copy may be away before it is taken for lost', zh: '副本失联多久后判定为丢失' },
  }),
  repair: repairSchema,
  check: bandwidth({
    isPositive: true,
    default: 400e6,
    source: 'assumed',
    about: {
      en: 'how fast a host checks, after a loss of power, the volumes that no other copy has kept alive',
      zh: '断电后主机对无其他存活副本的卷做一致性检查的速度',
    },
  }),
  lost: ratio({
    default: 0.0007,
    source: '0.07 % of the volumes of the zone on 21 April 2011 (provider’s summary)',
    about: { en: 'share of the volumes checked that cannot be made good', zh: '检查后无法修复的比例' },
  }),
  snapshots: flag({
    default: true,
    source: 'assumed: offered for every volume, taken by some customers only',
    about: {
      en: 'whether what cannot be made good is restored from snapshots, or lost for ever',
      zh: '无法修复的卷是否从快照恢复',
    },
  }),
  restore: bandwidth({
    isPositive: true,
    default: 1e9,
    source: 'assumed',
    about: { en: 'how fast a zone restores from snapshots', zh: '可用区从快照恢复的速度' },
  }),
  tenants: ratio({
    default: 0,
    source: 'nobody stands on them unless said so',
    about: {
      en: 'share of other customers’ instances in the same zones that stand on these volumes and wait for them',
      zh: '同可用区内依赖这些卷的其他客户实例比例',
    },
  }),
})
