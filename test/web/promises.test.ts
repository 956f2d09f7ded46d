import { describe, expect, test } from 'vitest'
import { copiesRows, IMPLIED, ladderOf, STEPS, shareAt, stepOf } from '../../web/views/promises-layout.ts'
import { opened } from './recorded.ts'

describe('the slider', () => {
  test('goes from nothing in common to everything, by even factors', () => {
    expect([shareAt(0), shareAt(STEPS)]).toEqual([0, 1])
    expect(shareAt(STEPS / 2)).toBeCloseTo(0.01, 12)
    expect(shareAt(300) / shareAt(200)).toBeCloseTo(shareAt(200) / shareAt(100), 9)
  })

  test('stands where its share is', () => {
    for (const step of [0, 1, 57, 200, 399, 400]) expect(stepOf(shareAt(step))).toBeCloseTo(step === 1 ? 1 : step, 9)
    expect(stepOf(0)).toBe(0)
  })

  test('at the implied shares the published table is true, line by line', () => {
    const [, three] = copiesRows(0.99, IMPLIED.zone, [])
    expect(three.availability).toBeCloseTo(0.9999, 12)
    expect([three.cost, three.published]).toEqual([3, 1 - 1e-4])
    expect(IMPLIED.zone).toBeCloseTo(0.0099, 3) // ((1 − β) 0.01)³ + 0.01 β = 0.0001
    expect(IMPLIED.region).toBeCloseTo(0.0999, 3) // ((1 − β) 0.0001)² + 0.0001 β = 0.00001
    expect(IMPLIED.coverage).toBeCloseTo(0.9, 3)
  })

  test('at its end copies are as good as one, at its start they are independent', () => {
    const [one, three, six] = copiesRows(0.99, 1, [])
    expect([one, three, six].map(row => row.availability)).toEqual([0.99, 0.99, 0.99].map(each => expect.closeTo(each, 12)))
    const free = copiesRows(0.99, 0, [{ zones: 3, needed: 2, regions: 1 }])
    expect(1 - free[1].availability).toBeCloseTo(1e-6, 12)
    expect(free[3].availability).toBeCloseTo(0.999702, 12) // two of three, each 0.99
    expect([free[3].cost, free[3].published]).toEqual([1.5, null])
  })
})

describe('the ladder of nines', () => {
  test('has this run between the goals', () => {
    const ladder = ladderOf([1, 0.99949])
    expect(ladder.map(({ uptime, credit }) => [uptime, credit])).toEqual([
      ...[0.99, 0.995, 0.999].map(goal => [goal, null]),
      [0.99949, 1],
      ...[0.9995, 0.9999, 0.99999].map(goal => [goal, null]),
      [1, 0],
    ])
  })
})

describe('the loss of a zone', () => {
  const { credits, copies } = opened('az-loss.yaml')

  test('earns nothing for the region, since only one zone was down, and counts for instances', () => {
    const [region, instance] = credits
    expect([region.scope, region.credit, region.uptime]).toEqual(['region', 0, 1])
    expect(region.because?.en).toMatch(/one zone alone was down for .*, which does not count/)
    expect([instance.scope, instance.service]).toEqual(['instance', 'web'])
    expect(instance.uptime).toBeLessThan(0.9996)
    expect(instance.because?.zh).toMatch(/120 个实例中 40 个/)
  })

  test('leaves two zones of three, which carry the peak', () => {
    // 32 000/s ÷ (40 × 450/s) = 1.8
    expect(copies).toEqual([{ service: 'web', zones: 3, needed: 2 }])
  })
})
