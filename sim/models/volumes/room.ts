/** Room for copies: how many fit on the hosts that are there, and where volumes may go that need a new one. */
import type { Simulation } from '../../engine/simulation.ts'
import type { Layout } from './layout.ts'

export type Room = ReturnType<typeof createRoom>

/** `present` tells of each node whether it is there, `there` of each cohort which of its copies are, as bits. */
export function createRoom(sim: Simulation, layout: Layout, present: Uint8Array, there: Uint8Array) {
  const { pools, nodes, cohorts, firstNode, firstCohort, poolOfNode, poolOfCohort, nodeOf } = layout
  const holds = sim.column(Float64Array, nodes) // copies, by node
  const fits = sim.column(Float64Array, nodes) // copies that it has room for, by node
  const free = sim.column(Float64Array, pools.length) // copies that fit on hosts that are there and are not spoken for, by pool
  const turn = sim.column(Uint32Array, pools.length) // where the search for a home begins next, by pool
  const isHomeless = sim.column(Uint8Array, pools.length) // whether no cohort has all its hosts, by pool

  for (let c = 0; c < cohorts; c++) hold(c, layout.countOf(c))
  fits.set(holds)
  pools.forEach(({ items, spec }, pool) => {
    add(pool, Math.floor((items * spec.n) / (1 - spec.spare)) - items * spec.n)
  })

  /** The hosts of a cohort hold so many more volumes. */
  function hold(c: number, volumes: number): void {
    const { n } = pools[poolOfCohort[c]].spec
    for (let j = 0; j < n; j++) {
      const node = nodeOf(c, j)
      holds[node] += volumes
      if (present[node] === 1) free[poolOfNode[node]] -= volumes
    }
  }

  /** So many more copies fit on the hosts of a pool, on each as many. */
  function add(pool: number, copies: number): void {
    const [from, end] = [firstNode[pool], firstNode[pool + 1]]
    for (let node = from; node < end; node++) {
      const upTo = (at: number): number => Math.floor(((at - from) * copies) / (end - from))
      const more = upTo(node + 1) - upTo(node)
      fits[node] += more
      if (present[node] === 1) free[pool] += more
    }
  }

  /**
   * A cohort of the pool that volumes of cohort `c` may join, of which these copies (bits) are good: all its hosts are there,
   * and best the first of them holds a copy already. They take turns. −1 when there is none.
   */
  function homeFor(pool: number, c: number, copies: number): number {
    if (isHomeless[pool] === 1) return -1
    const { n } = pools[pool].spec
    const first = firstCohort[pool]
    const many = firstCohort[pool + 1] - first
    const size = firstNode[pool + 1] - firstNode[pool]
    for (let j = 0; j < n; j++) {
      if ((copies & (1 << j)) === 0) continue
      const at = nodeOf(c, j) - firstNode[pool]
      const home = firstWhole(many / size, step => first + ((turn[pool] + step) % (many / size)) * size + at, n)
      if (home < 0) continue
      turn[pool] = (turn[pool] + 1) % many
      return home
    }
    const home = firstWhole(many, step => first + ((turn[pool] + step) % many), n)
    if (home < 0) isHomeless[pool] = 1
    else turn[pool] = home + 1 - first
    return home
  }

  /** The first of so many cohorts of which all `n` hosts are there, or −1. */
  function firstWhole(steps: number, cohortAt: (step: number) => number, n: number): number {
    for (let step = 0; step < steps; step++) if (there[cohortAt(step)] === (1 << n) - 1) return cohortAt(step)
    return -1
  }

  return {
    hold,
    add,
    /** So many fewer copies fit on a node. */
    retire: (node: number, copies: number): void => {
      fits[node] -= copies
      if (present[node] === 1) free[poolOfNode[node]] -= copies
    },
    homeFor,
    /** Copies that fit into a pool. */
    in: (pool: number): number => free[pool],
    /** So many more copies are spoken for; fewer, if negative. */
    reserve: (pool: number, copies: number): void => {
      free[pool] -= copies
    },
    /** A node has come: what is free on it counts. */
    came: (node: number): void => {
      free[poolOfNode[node]] += fits[node] - holds[node]
      isHomeless[poolOfNode[node]] = 0
    },
    /** A node has gone. */
    went: (node: number): void => {
      free[poolOfNode[node]] -= fits[node] - holds[node]
    },
  }
}
