import type { Cloud } from '../models/cloud.ts'
import { WHOSE } from '../models/host-io.ts'
import type { EntityId } from '../trace/entities.ts'
import { factor, oneOf } from '../units/fields.ts'
import { defineEffect, hostsWithin } from './define.ts'

/** Some ask more I/O of their hosts than usual, or less: a noisy neighbour. Matters on hosts that are observed. */
export const ioLoad = defineEffect({
  kind: 'io-load',
  about: {
    en: 'Instances ask more I/O of their hosts than usual, or less: a noisy neighbour.',
    zh: '实例对主机的 I/O 请求比平常多或少：吵闹的邻居。',
  },
  targets: ['region', 'zone', 'datacentre', 'rack', 'host', 'service', 'instance'],
  fields: {
    times: factor({
      max: 1e6,
      about: {
        en: 'what they usually ask for is multiplied by: 20 is a flood, 0 silence',
        zh: '平常 I/O 的倍数：20 为洪泛，0 为静默',
      },
    }),
    whose: oneOf(WHOSE, {
      default: 'everybody',
      source: 'whoever stands there',
      about: {
        en: 'of a host or a place: everybody there, or other customers only',
        zh: '对主机或场所：其上所有实例，或仅其他客户',
      },
    }),
  },
  strike: ({ cloud, by, targets, row, params: { times, whose } }) => {
    cloud.hostIo.multiply(askersAmong(cloud, targets), whose, by, times, row)
  },
  lift: ({ cloud, by, targets, row, params: { whose } }) => {
    cloud.hostIo.relieve(askersAmong(cloud, targets), whose, by, row)
  },
})

/** Services and instances as they are; hosts of places, as far as they are observed. */
function askersAmong(cloud: Cloud, targets: readonly EntityId[]): EntityId[] {
  const things = targets.filter(target => ['service', 'instance'].includes(cloud.entities.kind(target)))
  return things.concat(hostsWithin(cloud, targets).filter(cloud.hostIo.isObserved).map(cloud.places.hostEntity))
}
