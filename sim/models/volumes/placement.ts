/**
 * Where the copies of volumes lie: cohorts of volumes with the same hosts. A million volumes are a few thousand counts.
 *
 * Hosts stand in a ring; a cohort has its first copy at one place of the ring and the others at fixed distances, as in chained
 * declustering, but with several sets of distances, so that what one host holds is mirrored all over the zone.
 * Source: Hsiao & DeWitt, Chained Declustering (1990); scatter width: Cidon et al., Copysets (2013); distances spread evenly:
 * Hammersley points.
 */

/** Sets of distances: on how many different sets of hosts the volumes with their first copy on one host have the others. */
const SCATTER = 16
/** Cohorts of one zone; with more hosts, fewer sets of distances. */
const COHORTS_MAX = 2 ** 18
const PRIMES = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43] as const
/** Most copies that a volume may have: a set of them is a byte. */
export const COPIES_MAX = 8

export interface Placement {
  readonly cohorts: number
  /** Position in the ring of a copy: by cohort, `copies` each. Cohorts with the first copy at `p` are p, p + hosts, p + 2·hosts … */
  readonly member: Int32Array
  /** Volumes of a cohort, by cohort. */
  readonly count: Float64Array
  /** Where a position's copies begin in `copy`, by position. */
  readonly first: Int32Array
  /** Cohort × copies + which of its copies, by position. */
  readonly copy: Int32Array
}

/**
 * Spreads `items` volumes of `copies` copies over hosts, of which the racks are given by position in the ring. Copies lie on
 * different hosts, and in different racks where there are enough. Throws RangeError when there are fewer hosts than copies.
 */
export function placeCopies(racks: ArrayLike<number>, copies: number, items: number): Placement {
  const hosts = racks.length
  if (!(copies >= 1 && copies <= hosts && copies <= COPIES_MAX)) {
    throw new RangeError(`${copies} copies cannot lie on ${hosts} hosts`)
  }
  const sets = copies === 1 ? 1 : Math.max(1, Math.min(SCATTER, hosts - 1, Math.floor(COHORTS_MAX / hosts)))
  const cohorts = hosts * sets
  const member = new Int32Array(cohorts * copies)
  const count = new Float64Array(cohorts)
  const racksThere = new Set(Array.from(racks)).size
  const racksEnough = racksThere >= copies
  const step = racksEnough ? racksThere : 1 // neighbours in the ring stand in different racks, so this leads to the same rack
  for (let cohort = 0; cohort < cohorts; cohort++) {
    const set = Math.floor(cohort / hosts)
    const own = cohort * copies
    member[own] = cohort % hosts
    for (let j = 1; j < copies; j++) {
      // Racks away, and hosts away in the rack arrived at.
      const across =
        1 + Math.floor((j === 1 ? set / sets : radicalInverse(set, PRIMES[2 * j - 2])) * (step > 1 ? step - 1 : hosts - 1))
      const along = step > 1 ? Math.floor(radicalInverse(set, PRIMES[2 * j - 1]) * (hosts / step)) : 0
      let at = (member[own] + across + along * step) % hosts
      while (isTaken(member, own, j, at, racks, racksEnough)) at = (at + 1) % hosts
      member[own + j] = at
    }
    count[cohort] = Math.floor(((cohort + 1) * items) / cohorts) - Math.floor((cohort * items) / cohorts)
  }
  const first = new Int32Array(hosts + 1)
  for (const at of member) first[at + 1]++
  for (let at = 0; at < hosts; at++) first[at + 1] += first[at]
  const next = first.slice()
  const copy = new Int32Array(member.length)
  member.forEach((at, place) => {
    copy[next[at]++] = place
  })
  return { cohorts, member, count, first, copy }
}

/** Whether one of the first `j` copies lies at `at` already, or in its rack if racks are to differ. */
function isTaken(
  member: Int32Array,
  own: number,
  j: number,
  at: number,
  racks: ArrayLike<number>,
  racksDiffer: boolean,
): boolean {
  for (let i = 0; i < j; i++) {
    const other = member[own + i]
    if (other === at || (racksDiffer && racks[other] === racks[at])) return true
  }
  return false
}

/** The digits of a number mirrored at the point: 0, 1/2, 1/4, 3/4 … for base 2.   Source: van der Corput (1935), Halton (1960). */
function radicalInverse(number: number, base: number): number {
  let value = 0
  let weight = 1 / base
  for (let rest = number; rest > 0; rest = Math.floor(rest / base)) {
    value += (rest % base) * weight
    weight /= base
  }
  return value
}
