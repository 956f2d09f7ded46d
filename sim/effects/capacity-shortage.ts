import { ratio } from '../units/fields.ts'
import { defineEffect, hostsWithin } from './define.ts'

/** Others have taken the free capacity: a share of the hosts, ranked by a keyed draw, has nothing left to give. */
export const capacityShortage = defineEffect({
  kind: 'capacity-shortage',
  about: { en: 'Other customers have taken a share of the free capacity.', zh: '其他客户占用了一部分空闲容量。' },
  targets: ['region', 'zone', 'datacentre', 'rack'],
  fields: { share: ratio({ about: { en: 'share of the hosts that have nothing left', zh: '已无空闲容量的主机比例' } }) },
  strike: ({ cloud, targets, params }) => {
    for (const host of chosen(cloud, targets, params.share)) cloud.pool.take(host)
  },
  lift: ({ cloud, targets, params }) => {
    for (const host of chosen(cloud, targets, params.share)) cloud.pool.giveBack(host)
  },
})

/** The same hosts at every call, and 10 % of them within 20 %: each host's rank is one draw of its own. */
function chosen(cloud: Parameters<typeof hostsWithin>[0], targets: readonly number[], share: number): number[] {
  const { places, entities, randomness } = cloud
  return hostsWithin(cloud, targets).filter(
    host => randomness.rank('pool/taken', entities.key(places.hostEntity(host))) < share,
  )
}
