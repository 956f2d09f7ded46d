/**
 * Places and what is in them by name, read off a world before it is built: what a selector or a reference may mean. Racks and
 * hosts are counted, not listed, since there may be a million.
 */
import type { WorldSpec } from './world.ts'

/** A place by its whole id, down to data centres; racks and hosts are only counted. */
export interface PlaceName {
  readonly id: string
  readonly kind: 'region' | 'zone' | 'datacentre'
  readonly racks: number
  readonly hosts: number
}

/** Regions, zones and data centres of a world. */
export function placesOf({ regions }: WorldSpec): PlaceName[] {
  return regions.flatMap(region => [
    { id: region.name, kind: 'region' as const, racks: 0, hosts: 0 },
    ...region.zones.flatMap(zone => [
      { id: `${region.name}/${zone.name}`, kind: 'zone' as const, racks: 0, hosts: 0 },
      ...zone.datacentres.map(({ name, racks, hosts }) => ({
        id: `${region.name}/${zone.name}/${name}`,
        kind: 'datacentre' as const,
        racks,
        hosts,
      })),
    ]),
  ])
}

/** The places that a name may mean: the one with this id, else all whose ids end in it. Racks and hosts are nobody's place. */
export function placesCalled<Place extends { readonly id: string }>(places: readonly Place[], name: string): readonly Place[] {
  const exact = places.find(({ id }) => id === name)
  return exact === undefined ? places.filter(({ id }) => id.endsWith(`/${name}`)) : [exact]
}

/** `edge-a` and `a-b` of each region. */
export function linksOf({ regions }: WorldSpec): string[] {
  return regions.flatMap(({ name, zones }) =>
    zones.flatMap((a, i) => [`${name}/edge-${a.name}`, ...zones.slice(i + 1).map(b => `${name}/${a.name}-${b.name}`)]),
  )
}

/** Whether a data centre has the rack or host that a name such as `r3`, `h2`, `r3/h2` or a longer path ends in. */
export function rackIn({ kind, id, racks, hosts }: PlaceName, name: string, what: 'rack' | 'host' | 'rack or host'): boolean {
  if (kind !== 'datacentre') return false
  const match = /^(?:(.*?)\/)??(?:r([1-9]\d*)(?:\/h([1-9]\d*))?|h([1-9]\d*))$/.exec(name)
  if (match === null) return false
  const [, above, rack, hostInRack, hostAlone] = match
  const host = hostInRack ?? hostAlone
  if (what === 'rack' && host !== undefined) return false
  if (what === 'host' && host === undefined) return false
  if (above !== undefined && above !== '' && id !== above && !id.endsWith(`/${above}`)) return false
  return (rack === undefined || Number(rack) <= racks) && (host === undefined || Number(host) <= hosts)
}
