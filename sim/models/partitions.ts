/**
 * Data in partitions: a request is about one of them, whose copies lie on instances of different zones, and it fails when too
 * few of these are up. Partitions are many and spread evenly, so what is lost of them follows from how many instances are up.
 */
import type { Ratio } from '../units/quantity.ts'

export interface DataSpec {
  /** Copies of each partition, and how many of them a request needs. */
  readonly n: number
  readonly k: number
}

/** Instances of a service in one zone. */
export interface Holders {
  readonly up: number
  readonly all: number
}

/**
 * Share of the partitions of which fewer than k copies are up. With n zones or more, copies lie in n different ones, all sets of
 * n zones and all instances of a zone being equally likely; with fewer, on n different instances, wherever they are.
 */
export function shareLost({ n, k }: DataSpec, zones: readonly Holders[]): Ratio {
  const up = zones.length >= n ? copiesUpInZones(n, zones) : copiesUp(n, sumOf(zones))
  let lost = 0
  for (let copies = 0; copies < k; copies++) lost += up[copies]
  return Math.min(1, lost)
}

/** Chance of each number of copies up, one in each of n zones drawn without replacement. */
function copiesUpInZones(n: number, zones: readonly Holders[]): number[] {
  // sets[j][i]: sum, over all sets of j of the zones seen so far, of the chance that i of their copies are up.
  const sets = Array.from({ length: n + 1 }, () => new Array<number>(n + 1).fill(0))
  sets[0][0] = 1
  for (const { up, all } of zones) {
    const chance = all > 0 ? up / all : 0
    for (let j = n; j > 0; j--)
      for (let i = j; i >= 0; i--) sets[j][i] += sets[j - 1][i] * (1 - chance) + (i > 0 ? sets[j - 1][i - 1] * chance : 0)
  }
  const count = sets[n].reduce((sum, one) => sum + one, 0)
  return sets[n].map(one => one / count)
}

/** The same for n instances drawn without replacement. Source: hypergeometric law, one draw after another. */
function copiesUp(n: number, { up, all }: Holders): number[] {
  const chance = new Array<number>(n + 1).fill(0)
  chance[0] = 1
  for (let drawn = 0; drawn < Math.min(n, all); drawn++) {
    for (let i = drawn + 1; i >= 0; i--) {
      const stays = chance[i] * (1 - Math.max(0, up - i) / (all - drawn))
      chance[i] = stays + (i > 0 ? (chance[i - 1] * Math.max(0, up - i + 1)) / (all - drawn) : 0)
    }
  }
  return chance
}

function sumOf(zones: readonly Holders[]): Holders {
  return zones.reduce((sum, zone) => ({ up: sum.up + zone.up, all: sum.all + zone.all }), { up: 0, all: 0 })
}
