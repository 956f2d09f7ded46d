/**
 * Who uses what cards serve. Without its volume card an instance that stands on volumes stalls, and the others notice nothing;
 * without its network card a host runs out of everybody's reach; with its disk card go the local disks, and what had them stops, to
 * start again with empty ones; without its controller a host runs what it runs and cannot be changed.
 *
 * Nothing new is put on a host while any of its cards is down.
 */
import type { RowId } from '../trace/trace.ts'
import { CARDS, type Cards } from './cards.ts'
import type { Hosts } from './hosts.ts'
import type { Pool } from './pool.ts'
import type { Barred, Services } from './services.ts'
import type { Tenants } from './tenants.ts'
import type { DiskSpec } from './volumes/disks.ts'
import type { Volumes } from './volumes/volumes.ts'

/** They depend on cards from now on. Make it before services begin. */
export function connectCards(
  cards: Cards,
  hosts: Hosts,
  pool: Pool,
  services: Services,
  tenants: Tenants,
  volumes: Volumes,
  disks: readonly Pick<DiskSpec, 'service' | 'when'>[],
): void {
  /** What the instances of each service cannot do without volumes. */
  const barredOf = services.specs.map((_, service): Barred | undefined => {
    const own = disks.filter(disk => disk.service === service)
    return own.length === 0 ? undefined : own.some(({ when }) => when === 'serve') ? 'both' : 'start'
  })

  for (const card of CARDS) cards.watch(card, (host, works) => (works ? pool.open(host) : pool.close(host)))
  cards.watch('network', hosts.setReach)
  cards.watch('volume', (host, works, row) => {
    for (const instance of services.instancesOn(host)) {
      const barred = barredOf[services.serviceOfInstance(instance)]
      if (barred !== undefined) setBarred(instance, barred, works, row)
    }
    tenants.setVolumes(host, works, row)
  })
  cards.watch('disk', (host, works, row) => {
    for (const instance of services.instancesOn(host)) {
      if (!services.specs[services.serviceOfInstance(instance)].hasLocalDisk) continue
      if (works) services.putBack(instance, row)
      else services.remove(instance, row)
    }
    if (works) volumes.join(host, row)
    else volumes.cut(host, row)
  })
  cards.watch('control', (host, works, row) => {
    hosts.setControl(host, works, row)
    for (const instance of services.instancesOn(host)) setBarred(instance, 'start', works, row)
    tenants.setControl(host, works, row)
  })

  function setBarred(instance: number, barred: Barred, works: boolean, row: RowId): void {
    if (works) services.regain(instance, barred, row)
    else services.lose(instance, barred, row)
  }
}
