/**
 * Who holds what: the volumes of every service and zone as pools, their hosts as nodes, and their cohorts, all numbered through.
 * Fixed before the first event.
 */
import type { Places } from '../places.ts'
import { type Placement, placeCopies } from './placement.ts'
import type { PoolSpec, VolumesSpec } from './spec.ts'

/** The volumes of one service in one zone, as one of all. */
export interface Pool extends PoolSpec {
  readonly spec: VolumesSpec
  /** Number of the service in the list given. */
  readonly volumes: number
}

export type Layout = ReturnType<typeof layOutVolumes>

export function layOutVolumes(places: Places, specs: readonly VolumesSpec[]) {
  const pools = specs.flatMap((spec, volumes): Pool[] => spec.pools.map(pool => ({ ...pool, spec, volumes })))
  const placements: Placement[] = []
  const firstNode = [0] // node: a host as one pool knows it, in the order of the ring; by pool
  const firstCohort = [0] // by pool
  const hostOfNode: number[] = []
  const nodesOfHost = new Map<number, number[]>()
  pools.forEach(({ spec, hosts, items }, pool) => {
    const ring = ringOf(places, hosts)
    const racks = ring.map(host => places.rackOfHost[host])
    placements.push(placeCopies(racks, spec.n, items))
    for (const host of ring) {
      const nodes = nodesOfHost.get(host) ?? []
      nodes.push(hostOfNode.length)
      nodesOfHost.set(host, nodes)
      hostOfNode.push(host)
    }
    firstNode.push(hostOfNode.length)
    firstCohort.push(firstCohort[pool] + placements[pool].cohorts)
  })
  const poolOfNode = new Uint32Array(hostOfNode.length)
  const poolOfCohort = new Uint32Array(firstCohort[pools.length])
  pools.forEach((_, pool) => {
    poolOfNode.fill(pool, firstNode[pool], firstNode[pool + 1])
    poolOfCohort.fill(pool, firstCohort[pool], firstCohort[pool + 1])
  })

  return {
    pools,
    nodes: hostOfNode.length,
    cohorts: firstCohort[pools.length],
    firstNode,
    firstCohort,
    hostOfNode,
    poolOfNode,
    poolOfCohort,
    /** What a host is to each pool that it holds copies of. */
    nodesOf: (host: number): readonly number[] => nodesOfHost.get(host) ?? [],
    /** Volumes of a cohort. */
    countOf: (cohort: number): number => {
      const pool = poolOfCohort[cohort]
      return placements[pool].count[cohort - firstCohort[pool]]
    },
    /** Where copy `j` of a cohort's volumes lies. */
    nodeOf: (cohort: number, j: number): number => {
      const pool = poolOfCohort[cohort]
      return firstNode[pool] + placements[pool].member[(cohort - firstCohort[pool]) * pools[pool].spec.n + j]
    },
    /** Calls with every cohort that has a copy on a node, and which one. */
    eachCopy: (node: number, act: (cohort: number, j: number) => void): void => {
      const pool = poolOfNode[node]
      const { first, copy } = placements[pool]
      const { n } = pools[pool].spec
      const at = node - firstNode[pool]
      for (let i = first[at]; i < first[at + 1]; i++) act(firstCohort[pool] + Math.floor(copy[i] / n), copy[i] % n)
    },
  }
}

/** Hosts in the order of the ring: neighbours stand in different racks. */
function ringOf(places: Places, hosts: readonly number[]): number[] {
  const seen = new Map<number, number>()
  const slots = hosts.map(host => {
    const rack = places.rackOfHost[host]
    const slot = seen.get(rack) ?? 0
    seen.set(rack, slot + 1)
    return { host, slot }
  })
  return slots.sort((a, b) => a.slot - b.slot || a.host - b.host).map(({ host }) => host)
}
