/**
 * Whether the instances of all services find room on the hosts of their places, before anything is built. Places them as the
 * simulation does: services in order of their ids, each over its places in turn, on hosts at even strides or filled one after the
 * other.
 */
import { instanceType } from '../models/instance-types.ts'
import { TENANT_CPU } from '../models/tenants.ts'
import type { Finding } from './issues.ts'
import { placesCalled } from './place-names.ts'
import { checkResizes } from './resizes.ts'
import type { RunningService, Scenario } from './schema.ts'
import { isRunning } from './services.ts'

/** A region, zone or data centre, and the interval of hosts within. */
interface Extent {
  readonly id: string
  readonly kind: 'region' | 'zone' | 'datacentre'
  readonly firstHost: number
  endHost: number
}

/** The services that do not fit, and the data centres whose other customers do not. */
export function checkPlacement(scenario: Scenario): Finding[] {
  const { world, services } = scenario
  const findings: Finding[] = []
  const extents: Extent[] = []
  const rooms: { cpu: number; whole: number; first: number; hosts: number }[] = []
  let hosts = 0
  const open = (id: string, kind: Extent['kind']): Extent => {
    const extent = { id, kind, firstHost: hosts, endHost: hosts }
    extents.push(extent)
    return extent
  }
  for (const region of world.regions) {
    const inRegion = open(region.name, 'region')
    for (const zone of region.zones) {
      const inZone = open(`${region.name}/${zone.name}`, 'zone')
      for (const datacentre of zone.datacentres) {
        const extent = open(`${region.name}/${zone.name}/${datacentre.name}`, 'datacentre')
        const { machine, tenants } = datacentre
        const cpu = machine.cpu - tenants * TENANT_CPU
        if (cpu < 0) {
          const message = `${tenants} tenants of ${TENANT_CPU} processors do not fit on a ${machine.name} of ${machine.cpu} in ${extent.id}`
          findings.push({ path: ['world', region.name], message, hint: 'state fewer `tenants`', onKey: true })
        }
        const count = datacentre.racks * datacentre.hosts
        rooms.push({ cpu, whole: machine.cpu, first: hosts, hosts: count })
        hosts += count
        extent.endHost = hosts
      }
      inZone.endHost = hosts
    }
    inRegion.endHost = hosts
  }
  if (findings.length > 0) return findings
  findings.push(...checkResizes(scenario, Math.max(0, ...rooms.map(({ whole }) => whole))))

  const free = new Int32Array(hosts)
  let next = 0
  for (const { cpu, hosts: count } of rooms) {
    free.fill(cpu, next, next + count)
    next += count
  }
  for (const [id, service] of Object.entries(services)) {
    if (!isRunning(service)) continue
    const { cpu } = instanceType(service.size)
    const isPlaced = service.kind === 'database' || service.instances !== undefined
    const small = (isPlaced ? spreadOf(service) : []).find(extent => largestIn(extent) < cpu)
    if (small !== undefined) {
      const message = `${service.size} has ${cpu} processors, and no host of ${small.id} more than ${largestIn(small)}`
      findings.push({ path: ['services', id, 'size'], message, hint: 'a smaller size, or a larger machine' })
      continue
    }
    const full = place(service)
    if (full === undefined) continue
    const key = service.kind === 'database' ? 'primary' : 'instances'
    const message = `no host of ${full.id} has ${cpu} processors left for all instances`
    findings.push({
      path: ['services', id, key],
      message,
      hint: 'fewer instances, a smaller size, fewer tenants or more hosts',
    })
  }
  return findings

  /** Places all instances of a service; the place where one did not fit, if any. */
  function place(service: RunningService): Extent | undefined {
    const spread = spreadOf(service)
    const count = service.kind === 'database' ? spread.length : (service.instances ?? 0)
    const { cpu } = instanceType(service.size)
    const packs = 'strategy' in service && service.strategy === 'binpack'
    const packed: number[] = [] // where the last one found room, by place
    for (let i = 0; i < count && spread.length > 0; i++) {
      const at = i % spread.length
      const share = Math.ceil((count - at) / spread.length)
      const found = occupy(
        spread[at],
        packs ? (packed[at] ?? 0) : strideOf(spread[at], Math.floor(i / spread.length), share),
        cpu,
      )
      if (found < 0) return spread[at]
      packed[at] = found
    }
    return undefined
  }

  /** Processors of the largest host in a place. */
  function largestIn({ firstHost, endHost }: Extent): number {
    const within = rooms.filter(({ first, hosts: count }) => first < endHost && first + count > firstHost)
    return Math.max(0, ...within.map(({ whole }) => whole))
  }

  function strideOf({ firstHost, endHost }: Extent, i: number, n: number): number {
    return Math.floor((i * (endHost - firstHost)) / n)
  }

  /** The first host with room, counted in its place from `from` on; −1 when there is none. */
  function occupy({ firstHost, endHost }: Extent, from: number, cpu: number): number {
    const size = endHost - firstHost
    for (let step = 0; step < size; step++) {
      const at = (from + step) % size
      if (free[firstHost + at] < cpu) continue
      free[firstHost + at] -= cpu
      return at
    }
    return -1
  }

  function spreadOf(service: RunningService): Extent[] {
    if (service.kind === 'database') {
      return [service.primary, service.standby].flatMap(name => (name === undefined ? [] : extentNamed(name)))
    }
    const [home] = service.place === undefined ? extents : extentNamed(service.place)
    if (home === undefined || home.kind !== 'region') return home === undefined ? [] : [home]
    return extents.filter(({ id, kind }) => kind === 'zone' && id.startsWith(`${home.id}/`))
  }

  function extentNamed(name: string): Extent[] {
    return placesCalled(extents, name).slice(0, 1)
  }
}
