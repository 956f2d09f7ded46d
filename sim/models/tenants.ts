/**
 * Other customers' instances: they fill the hosts, fall with them, and compete for the same restarts. One batch a host.
 */
import type { Simulation } from '../engine/simulation.ts'
import { defineRows } from '../trace/row-kinds.ts'
import type { RowId, Trace } from '../trace/trace.ts'
import type { Bytes } from '../units/quantity.ts'
import type { Hosts } from './hosts.ts'
import type { Places } from './places.ts'
import type { Pool } from './pool.ts'
import { NO_JOB } from './queue.ts'
import type { Restarts } from './restarts.ts'

/** Processors an average instance of another customer takes: a c5.large. Source: EC2 instance catalogue (assumed mix). */
export const TENANT_CPU = 2
/** Its memory, B. */
export const TENANT_MEMORY: Bytes = 4 * 1024 * 1024 * 1024

const Row = defineRows('tenants', {
  up: {
    says: { en: "{a} other customers' instances on {subject} are back", zh: '{subject} 上其他客户的 {a} 个实例已恢复' },
    a: 'count',
    hop: 'queue',
    limit: 'restarts',
    level: 3,
  },
  reach: {
    says: {
      en: "{a} other customers' instances on {subject} can be reached",
      zh: '{subject} 上其他客户有 {a} 个实例可访问',
    },
    a: 'count',
    level: 3,
  },
  moved: {
    says: {
      en: "{b} other customers' instances stand on {subject} now, {a} of them run",
      zh: '{subject} 上现有其他客户的 {b} 个实例，其中 {a} 个在运行',
    },
    a: 'count',
    b: 'count',
    level: 3,
  },
  disks: {
    says: {
      en: "{a} other customers' instances on {subject} have their volumes",
      zh: '{subject} 上其他客户有 {a} 个实例的卷可用',
    },
    a: 'count',
    level: 3,
  },
})

type TenantWatcher = (host: number, count: number, up: boolean, row: RowId) => void

export type Tenants = ReturnType<typeof createTenants>

export function createTenants(sim: Simulation, trace: Trace, places: Places, hosts: Hosts, pool: Pool, restarts: Restarts) {
  const up = sim.column(Uint16Array, places.hosts)
  const lacking = sim.column(Uint16Array, places.hosts) // instances whose volumes do not serve, by host
  const standing = sim.column(Uint16Array, places.hosts) // instances that stand on volumes, by host
  const isVolumeless = sim.column(Uint8Array, places.hosts) // whether it has no way to volumes, by host
  const isCut = sim.column(Uint8Array, places.hosts) // whether its host is out of reach, by host
  const isBack = sim.column(Uint8Array, places.hosts) // whether those that have their volumes run, by host
  const job = sim.column(Int32Array, places.hosts).fill(NO_JOB)
  const watchers: TenantWatcher[] = []
  const upWatchers: ((host: number, row: RowId) => void)[] = []
  const present = sim.column(Uint16Array, places.hosts) // instances there, whether they run or not, by host
  const planned = (host: number): number => places.datacentres[places.datacentreOfHost[host]].plan.tenants
  for (let host = 0; host < places.hosts; host++) present[host] = planned(host)
  const tenantsOn = (host: number): number => present[host]

  const ableOn = (host: number): number => {
    if (isCut[host] === 1) return 0
    const without = isVolumeless[host] === 1 ? standing[host] : 0
    return Math.max(0, tenantsOn(host) - Math.max(lacking[host], without))
  }

  restarts.onTenants((host, cause) => {
    job[host] = NO_JOB
    isBack[host] = 1
    up[host] = ableOn(host)
    const row = trace.write(sim.now, Row.up, places.hostEntity(host), cause, up[host])
    tell(host, up[host], true, row)
    for (const watch of upWatchers) watch(host, row)
  }, tenantsOn)

  /** They were there before us: call before anything else takes its place on the hosts. */
  function occupy(): void {
    for (let host = 0; host < places.hosts; host++) {
      pool.occupy(host, tenantsOn(host) * TENANT_CPU)
      isBack[host] = hosts.isUp(host) ? 1 : 0
      up[host] = isBack[host] * tenantsOn(host)
    }
  }

  /** From now on they fall and return with their hosts. */
  function begin(): void {
    hosts.watch((host, isUp, row) => {
      if (isUp) {
        if (tenantsOn(host) > 0) job[host] = restarts.submitTenants(host, row)
        else if (planned(host) > 0) trace.write(sim.now, Row.moved, places.hostEntity(host), row, 0, 0) // they are elsewhere
        return
      }
      if (job[host] !== NO_JOB) restarts.withdraw(host, job[host], row)
      job[host] = NO_JOB
      isBack[host] = 0
      const lost = up[host]
      up[host] = 0
      if (lost > 0) tell(host, lost, false, row)
      for (const watch of upWatchers) watch(host, row)
    })
    hosts.watchReach((host, reaches, row) => {
      isCut[host] = reaches ? 0 : 1
      follow(host, Row.reach, row)
    })
  }

  /** One of those on a host stands on another from now on, where its processors are already occupied. */
  function move(from: number, to: number, row: RowId): void {
    present[from]--
    present[to]++
    pool.occupy(from, -TENANT_CPU)
    for (const host of [from, to]) {
      if (isBack[host] === 1) up[host] = ableOn(host)
      const told = trace.write(sim.now, Row.moved, places.hostEntity(host), row, up[host], present[host])
      for (const watch of upWatchers) watch(host, told)
    }
  }

  /** So many more instances on a host (fewer, if negative) lack a volume that serves. */
  function lack(host: number, more: number): void {
    lacking[host] += more
  }

  /** One more of a host's instances stands on volumes. Call while the model is being built. */
  function stand(host: number): void {
    standing[host]++
  }

  /** A host's way to all volumes went or came. */
  function setVolumes(host: number, works: boolean, row: RowId): void {
    isVolumeless[host] = works ? 0 : 1
    stallOrGoOn(host, row)
  }

  /** A host can no longer be told to restart those that wait for it, or can again. */
  function setControl(host: number, works: boolean, row: RowId): void {
    const runs = hosts.isUp(host) || isCut[host] === 1
    if (works && runs && isBack[host] === 0 && tenantsOn(host) > 0) job[host] = restarts.submitTenants(host, row)
    else if (!works && job[host] !== NO_JOB) {
      restarts.withdraw(host, job[host], row)
      job[host] = NO_JOB
    }
  }

  /** Those on a host that lack their volumes stall, and go on when they have them. They ask for no others. */
  function stallOrGoOn(host: number, row: RowId): void {
    follow(host, Row.disks, row)
  }

  function follow(host: number, kind: number, row: RowId): void {
    const now = ableOn(host)
    if (isBack[host] === 0 || now === up[host]) return
    up[host] = now
    const told = trace.write(sim.now, kind, places.hostEntity(host), row, now)
    for (const watch of upWatchers) watch(host, told)
  }

  function tell(host: number, count: number, isUp: boolean, row: RowId): void {
    for (const watch of watchers) watch(host, count, isUp, row)
  }

  return {
    occupy,
    begin,
    move,
    lack,
    stand,
    setVolumes,
    setControl,
    stallOrGoOn,
    tenantsOn,
    upOn: (host: number): number => up[host],
    watch: (watcher: TenantWatcher) => void watchers.push(watcher),
    /** Calls whenever more or fewer of those on a host may be up, for whatever reason. */
    watchUp: (watcher: (host: number, row: RowId) => void) => void upWatchers.push(watcher),
  }
}
