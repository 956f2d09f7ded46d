import { datacentresWithin, defineEffect } from './define.ts'

/** Everything in the place is dark at once: the fault lies below the stored energy. */
export const powerLoss = defineEffect({
  kind: 'power-loss',
  about: {
    en: 'Power is gone below the UPS: racks are dark at once. When it is back, racks are energised in steps.',
    zh: 'UPS 以下失去供电：机架立即断电；恢复后分批送电。',
  },
  targets: ['region', 'zone', 'datacentre', 'rack'],
  fields: {},
  strike: ({ cloud, targets, row }) => {
    for (const datacentre of datacentresWithin(cloud, targets)) cloud.power.cutOutput(datacentre, row)
    for (const rack of racksAmong(cloud, targets)) cloud.power.cutRack(rack, row)
  },
  lift: ({ cloud, targets, row }) => {
    for (const datacentre of datacentresWithin(cloud, targets)) cloud.power.restoreOutput(datacentre, row)
    for (const rack of racksAmong(cloud, targets)) cloud.power.restoreRack(rack, row)
  },
})

function racksAmong(cloud: Parameters<typeof datacentresWithin>[0], targets: readonly number[]): number[] {
  const { racks } = cloud.places
  return racks.map((_, rack) => rack).filter(rack => targets.includes(cloud.places.rackEntity(rack)))
}
