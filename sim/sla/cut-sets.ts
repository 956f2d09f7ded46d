/** What brings a structure down: the smallest sets of parts that stop it when they fail together. */
import type { Structure } from './structure.ts'

/**
 * All minimal cut sets of at most `order` parts, smaller ones first, each in ascending order; those of one part are the single
 * points of failure. One empty set when nothing has to fail.
 *
 * A cut has to hit every path, so sets grow only by parts of one minimal path that is still whole: parts that never matter are
 * never looked at. Throws RangeError when the structure would have to be asked more than `askedMax` times whether it works.
 */
export function minimalCutSets(structure: Structure, order = 3, askedMax = 1_000_000): number[][] {
  const { parts } = structure
  let asked = 0
  const works: Structure['works'] = isUp => {
    if (asked++ >= askedMax) throw new RangeError(`the ${parts} parts have more than ${askedMax} cases to look at`)
    return structure.works(isUp)
  }
  const failed = new Uint8Array(parts)
  const isUp = (part: number): boolean => failed[part] === 0
  const cuts: number[][] = []
  let sets = new Map<string, readonly number[]>([['', []]])
  for (let size = 0; size <= order && sets.size > 0; size++) {
    const larger = new Map<string, readonly number[]>()
    for (const set of sets.values()) {
      if (cuts.some(cut => cut.every(part => set.includes(part)))) continue
      for (const part of set) failed[part] = 1
      if (!works(isUp)) cuts.push([...set])
      else if (size < order) {
        for (const part of minimalPath(parts, works, isUp)) {
          const grown = [...set, part].sort((a, b) => a - b)
          larger.set(grown.join(), grown)
        }
      }
      for (const part of set) failed[part] = 0
    }
    sets = larger
  }
  return cuts.sort((a, b) => a.length - b.length || compare(a, b))
}

/** Parts that keep it working alone, none of them to spare, out of those that are up. */
function minimalPath(parts: number, works: Structure['works'], isUp: (part: number) => boolean): number[] {
  const kept = Uint8Array.from({ length: parts }, (_, part) => (isUp(part) ? 1 : 0))
  for (let part = 0; part < parts; part++) {
    if (kept[part] === 0) continue
    kept[part] = 0
    if (!works(other => kept[other] === 1)) kept[part] = 1
  }
  return [...kept.keys()].filter(part => kept[part] === 1)
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i] - b[i]
  return 0
}
