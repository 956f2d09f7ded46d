import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { alike, kOfN, parallel, series } from '../../sim/sla/blocks.ts'
import { tooFew } from '../../sim/sla/common-cause.ts'
import { minimalCutSets } from '../../sim/sla/cut-sets.ts'
import { availabilityOf, BRIDGE, type Structure, withSharedRisks } from '../../sim/sla/structure.ts'
import '../seed.ts'
import { close } from './close.ts'

/** k of n parts. */
const group = (k: number, n: number): Structure => ({
  parts: n,
  works: isUp => Array.from({ length: n }, (_, part) => part).filter(isUp).length >= k,
})

describe('availability of a structure', () => {
  test('is that of the block diagram, where it is one', () => {
    const diagram: Structure = {
      parts: 7, // a balancer, two of three in the middle, two databases of which one is enough, a store
      works: isUp => isUp(0) && [1, 2, 3].filter(isUp).length >= 2 && (isUp(4) || isUp(5)) && isUp(6),
    }
    close(availabilityOf(diagram, [0.9999, 0.995, 0.995, 0.995, 0.99, 0.99, 0.999]).availability, 0.9987255496743032)
    close(availabilityOf(group(2, 3), alike(3, 0.99)).availability, 0.999702)
    close(availabilityOf(group(17, 20), alike(20, 0.9)).availability, kOfN(17, alike(20, 0.9)))
  })

  test('keeps the digits of a small unavailability', () => {
    close(availabilityOf(group(1, 5), alike(5, 0.9999)).unavailability, 1e-20)
  })

  test('that can never fail, or never work', () => {
    expect(availabilityOf({ parts: 2, works: () => true }, [0.5, 0.5])).toEqual({ availability: 1, unavailability: 0 })
    expect(availabilityOf({ parts: 2, works: () => false }, [0.5, 0.5])).toEqual({ availability: 0, unavailability: 1 })
  })

  test('refuses more parts than it could count the cases of, and parts without an availability', () => {
    expect(() => availabilityOf(group(13, 26), alike(26, 0.9))).toThrow('26 parts have too many cases, at most 25')
    expect(() => availabilityOf(BRIDGE, [0.9])).toThrow('5 parts, but 1 availabilities')
  })

  test('a risk that all parts share is the common cause of the beta-factor model', () => {
    const q = 0.0135
    const beta = 0.1
    const shared = withSharedRisks(group(4, 5), [[0, 1, 2, 3, 4]])
    const { unavailability } = availabilityOf(shared, [...alike(5, 1 - (1 - beta) * q), 1 - beta * q])
    close(unavailability, 0.002788733643371606)
    close(unavailability, tooFew(4, 5, q, beta))
  })

  test('two ways in one duct are as good as the duct', () => {
    const ways = withSharedRisks(group(1, 3), [[0, 1]])
    const duct = 0.999
    const way = 0.99
    const { availability } = availabilityOf(ways, [way, way, way, duct])
    close(availability, parallel(series(duct, parallel(way, way)), way))
  })
})

describe('minimal cut sets', () => {
  test('of the bridge', () => {
    expect(minimalCutSets(BRIDGE)).toEqual([
      [0, 1],
      [2, 3],
      [0, 3, 4],
      [1, 2, 4],
    ])
  })

  test('of a part that all others need: it alone', () => {
    const structure: Structure = { parts: 4, works: isUp => isUp(2) && (isUp(0) || isUp(1) || isUp(3)) }
    expect(minimalCutSets(structure)).toEqual([[2], [0, 1, 3]])
    expect(minimalCutSets(structure, 2)).toEqual([[2]])
  })

  test('of what never works, nothing has to fail; of what always does, nothing helps', () => {
    expect(minimalCutSets({ parts: 3, works: () => false })).toEqual([[]])
    expect(minimalCutSets({ parts: 3, works: () => true })).toEqual([])
  })

  test('of two parts among a thousand: no time is lost on what does not matter', () => {
    const asked = { count: 0 }
    const structure: Structure = {
      parts: 1000,
      works: isUp => {
        asked.count++
        return isUp(500) || isUp(501)
      },
    }
    expect(minimalCutSets(structure)).toEqual([[500, 501]])
    expect(asked.count).toBeLessThan(3000)
  })

  test('of twenty parts of which three may fail: none of three', () => {
    expect(minimalCutSets(group(17, 20))).toEqual([])
    expect(minimalCutSets(group(18, 20))).toHaveLength(1140)
  })

  test('refuses when too many cases would have to be looked at', () => {
    expect(() => minimalCutSets(group(97, 100), 3, 1000)).toThrow('the 100 parts have more than 1000 cases to look at')
  })

  test('are what trying every set of failed parts finds, in structures made by chance', () => {
    const paths = fc.array(fc.uniqueArray(fc.nat(6), { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(paths, all => {
        const structure: Structure = { parts: 7, works: isUp => all.some(path => path.every(isUp)) }
        expect(minimalCutSets(structure)).toEqual(byTryingAll(structure, 3))
      }),
    )
  })
})

/** Every set of up to `order` parts whose failure stops it, and none of whose parts could be spared. */
function byTryingAll({ parts, works }: Structure, order: number): number[][] {
  const stops = (set: readonly number[]): boolean => !works(part => !set.includes(part))
  const sets = Array.from({ length: 2 ** parts }, (_, bits) =>
    Array.from({ length: parts }, (_, part) => part).filter(part => (bits >> part) % 2 === 1),
  )
  return sets
    .filter(set => set.length <= order && stops(set) && set.every(part => !stops(set.filter(other => other !== part))))
    .sort((a, b) => a.length - b.length || (a.join() < b.join() ? -1 : 1))
}
