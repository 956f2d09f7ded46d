/**
 * Structures of any shape: what works depends on which parts are up, and never works less because one more is. Here is how
 * likely such a structure works when its parts are independent, bridges and shared risks included, exactly.
 */
import type { Ratio } from '../units/quantity.ts'

/** Parts are numbers from 0. More parts up must never make it stop working: it is monotone (coherent). */
export interface Structure {
  readonly parts: number
  readonly works: (isUp: (part: number) => boolean) => boolean
}

/** Beyond this many parts the cases may be too many to count. */
const PARTS_MAX = 25

/**
 * Probability that a structure works, and that it does not (kept apart, since 1 − availability loses digits), by factoring: part
 * after part is taken as up and as down, until what is left makes no difference. Throws RangeError above 25 parts, and when
 * there is not one availability for each. Source: factoring theorem (Moskowitz 1958).
 */
export function availabilityOf(
  { parts, works }: Structure,
  availabilities: readonly Ratio[],
): { availability: Ratio; unavailability: Ratio } {
  if (parts > PARTS_MAX) throw new RangeError(`${parts} parts have too many cases, at most ${PARTS_MAX}`)
  if (availabilities.length !== parts) throw new RangeError(`${parts} parts, but ${availabilities.length} availabilities`)
  const up = new Uint8Array(parts)
  let availability = 0
  let unavailability = 0
  const factor = (decided: number, probability: Ratio): void => {
    if (probability === 0) return
    if (works(part => part < decided && up[part] === 1)) availability += probability
    else if (!works(part => part >= decided || up[part] === 1)) unavailability += probability
    else {
      up[decided] = 1
      factor(decided + 1, probability * availabilities[decided])
      up[decided] = 0
      factor(decided + 1, probability * (1 - availabilities[decided]))
    }
  }
  factor(0, 1)
  return { availability, unavailability }
}

/**
 * The same structure with shared risks: each group of parts goes down together with one more part, the risk that they share. The
 * risks are numbered after the parts, in the order given.
 */
export function withSharedRisks({ parts, works }: Structure, groups: readonly (readonly number[])[]): Structure {
  const risksOf = Array.from({ length: parts }, (_, part) =>
    groups.flatMap((group, at) => (group.includes(part) ? [parts + at] : [])),
  )
  return {
    parts: parts + groups.length,
    works: isUp => works(part => isUp(part) && risksOf[part].every(isUp)),
  }
}

/** Two ways, 0–2 and 1–3, with a part 4 that joins their middles: the smallest structure that is not series and parallel. */
export const BRIDGE: Structure = {
  parts: 5,
  works: isUp => (isUp(0) && isUp(2)) || (isUp(1) && isUp(3)) || (isUp(4) && ((isUp(0) && isUp(3)) || (isUp(1) && isUp(2)))),
}
