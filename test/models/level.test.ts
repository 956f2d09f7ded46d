import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Simulation } from '../../sim/engine/simulation.ts'
import { onGridAfter, TICK } from '../../sim/engine/time.ts'
import { createLevels, type LevelSpec } from '../../sim/models/level.ts'

const HOUR = 3600

/** One level, and the moments at which it crossed something. */
function levelOf(spec: LevelSpec) {
  const sim = new Simulation()
  const crossings: { time: number; threshold: number; cause: number }[] = []
  const levels = createLevels(sim, [spec], (_, threshold, cause) => crossings.push({ time: sim.now, threshold, cause }))
  return { sim, levels, crossings, value: () => levels.value(0) }
}

test('R15: ten minutes of full load last 16.667 minutes at 60 %', () => {
  const { sim, levels, crossings } = levelOf({ start: 600, lo: 0, hi: 600 })
  levels.setRate(0, -0.6, 7)
  sim.run(2 * HOUR)
  expect(crossings).toEqual([{ time: 1000, threshold: 0, cause: 7 }])
})

test('R15: after 4 minutes of use and 25 of recharging at a tenth the second ride is 8.5 minutes', () => {
  const { sim, levels, crossings } = levelOf({ start: 600, lo: 0, hi: 600 })
  levels.setRate(0, -1, 1)
  sim.run(4 * 60)
  levels.setRate(0, 0.1, 2)
  sim.run(29 * 60)
  levels.setRate(0, -1, 3)
  sim.run(2 * HOUR)
  expect(crossings).toEqual([{ time: (29 + 8.5) * 60, threshold: 0, cause: 3 }])
})

test('T1: burst credits of a t3.micro last 2.667 h and refill in 24 h', () => {
  const { sim, levels, crossings } = levelOf({ start: 288, lo: 0, hi: 288 })
  levels.setRate(0, (12 - 120) / HOUR, 1)
  sim.run(3 * HOUR)
  levels.setRate(0, 12 / HOUR, 2)
  sim.run(40 * HOUR)
  expect(crossings.map(({ time }) => time)).toEqual([9600, (3 + 24) * HOUR])
})

test.each([
  [100, 1862.0689655172414], // 20 GiB: never below 100/s
  [300, 2000],
  [1002, 2702.7027027027025],
  [2250, 7200],
])('T2: a gp2 volume with a baseline of %d/s bursts for %d s', (baseline, seconds) => {
  const { sim, levels, crossings } = levelOf({ start: 5.4e6, lo: 0, hi: 5.4e6 })
  levels.setRate(0, baseline - 3000, 1)
  sim.run(3 * HOUR)
  expect(crossings[0].time - seconds).toBeGreaterThanOrEqual(-1e-9)
  expect(crossings[0].time - seconds).toBeLessThanOrEqual(TICK)
})

test('T2: 100 GiB of gp2 refill in 18 000 s', () => {
  const { sim, levels, crossings } = levelOf({ start: 0, lo: 0, hi: 5.4e6 })
  levels.setRate(0, 300, 1)
  sim.run(10 * HOUR)
  expect(crossings).toEqual([{ time: 18_000, threshold: 5.4e6, cause: 1 }])
})

test('R14: without cooling the air is 15 K warmer after 356.674944 s, on its way to 50 K', () => {
  const { sim, levels, crossings, value } = levelOf({ start: 0, thresholds: [15] })
  const [power, resistance, capacity] = [1000, 0.05, 20_000] // kW, K/kW, kJ/K
  levels.relax(0, power * resistance, resistance * capacity, 5)
  sim.run(600)
  expect(crossings).toEqual([{ time: onGridAfter(1000 * Math.log(50 / 35)), threshold: 15, cause: 5 }])
  expect(Math.abs(crossings[0].time - 356.674944)).toBeLessThan(TICK)
  expect(value()).toBeCloseTo(22.5594182, 7)
  sim.run(100_000)
  expect(value()).toBeCloseTo(50, 9)
})

test('R14: at half the load 15 K take 916.290732 s', () => {
  const { sim, levels, crossings } = levelOf({ start: 0, thresholds: [15, 25, 40] })
  levels.relax(0, 25, 1000, 1)
  sim.run(100_000)
  expect(crossings.map(({ threshold }) => threshold)).toEqual([15]) // 25 is only approached
  expect(crossings[0].time).toBeCloseTo(916.290732, 6)
})

test('the same rate again is no news: no event, and the first cause stays', () => {
  const { sim, levels, crossings } = levelOf({ start: 10, lo: 0, hi: 10 })
  levels.setRate(0, -1, 1)
  sim.run(3)
  levels.setRate(0, -1, 2)
  expect(sim.pending).toBe(1)
  sim.run(100)
  expect(sim.events).toBe(1)
  expect(crossings).toEqual([{ time: 10, threshold: 0, cause: 1 }])
})

test('a level at its bound rests there, and a threshold left behind is not crossed again', () => {
  const { sim, levels, crossings, value } = levelOf({ start: 0, lo: 0, hi: 8, thresholds: [3] })
  levels.setRate(0, 1, 1)
  sim.run(3)
  levels.setRate(0, -1, 2)
  sim.run(20)
  expect(value()).toBe(0)
  levels.setRate(0, 2, 3)
  sim.run(40)
  expect(value()).toBe(8)
  expect(crossings).toEqual([
    { time: 3, threshold: 3, cause: 1 },
    { time: 6, threshold: 0, cause: 2 },
    { time: 21.5, threshold: 3, cause: 3 },
    { time: 24, threshold: 8, cause: 3 },
  ])
})

test('a rate that changes in the instant of a crossing does not undo the crossing', () => {
  const { sim, levels, crossings, value } = levelOf({ start: 0.3, lo: 0, hi: 1 })
  const TURN = sim.on(() => levels.setRate(0, 0.1, 2))
  sim.at(3, TURN, 0) // scheduled first, so it runs first
  levels.setRate(0, -0.1, 1)
  sim.run(3)
  expect(crossings).toEqual([{ time: 3, threshold: 0, cause: 1 }])
  expect(value()).toBe(0)
  sim.run(100)
  expect(crossings[1]).toEqual({ time: 13, threshold: 1, cause: 2 })
})

test('a level stays within its bounds and crosses in order, whatever moves it', () => {
  const move = fc.record({
    after: fc.double({ min: 0, max: 50, noNaN: true }),
    kind: fc.constantFrom('linear', 'relaxing'),
    rate: fc.double({ min: -3, max: 3, noNaN: true }),
    aim: fc.double({ min: -20, max: 30, noNaN: true }),
  })
  fc.assert(
    fc.property(fc.array(move, { maxLength: 30 }), moves => {
      const { sim, levels, crossings, value } = levelOf({ start: 5, lo: 0, hi: 10, thresholds: [2.5, 7] })
      for (const [i, { after, kind, rate, aim }] of moves.entries()) {
        sim.run(sim.now + after)
        const before = value()
        if (kind === 'linear') levels.setRate(0, rate, i)
        else levels.relax(0, aim, 10, i)
        expect(value()).toBeCloseTo(before, 9) // a turn moves nothing, but for the last digit
        expect(before).toBeGreaterThanOrEqual(0)
        expect(before).toBeLessThanOrEqual(10)
        expect(sim.pending).toBeLessThanOrEqual(1)
      }
      sim.run(sim.now + 1000)
      // Between two crossings of different thresholds no further one was skipped.
      const all = [0, 2.5, 7, 10]
      for (let i = 1; i < crossings.length; i++) {
        const [from, to] = [all.indexOf(crossings[i - 1].threshold), all.indexOf(crossings[i].threshold)]
        expect(Math.abs(from - to)).toBeLessThanOrEqual(1)
      }
    }),
    { numRuns: 300 },
  )
})

test('a snapshot brings the pending crossing back', () => {
  const { sim, levels, crossings } = levelOf({ start: 100, lo: 0, hi: 100 })
  levels.setRate(0, -1, 1)
  sim.run(40)
  const saved = sim.snapshot()
  levels.setRate(0, 5, 2)
  sim.run(70)
  sim.restore(saved)
  crossings.length = 0
  sim.run(200)
  expect(crossings).toEqual([{ time: 100, threshold: 0, cause: 1 }])
})

test('a start outside the bounds and an endless rate are refused', () => {
  expect(() => levelOf({ start: 11, lo: 0, hi: 10 })).toThrow('within 0 … 10')
  expect(() => levelOf({ start: 1 }).levels.setRate(0, Infinity, 0)).toThrow('finite')
})

test('a level that is set is there at once and moves on from there; what was due that very instant has not happened', () => {
  const { sim, levels, crossings, value } = levelOf({ start: 0, lo: 0, hi: 100, thresholds: [50] })
  const SET = sim.on(() => levels.set(0, 20))
  sim.at(50, SET, 0)
  levels.setRate(0, 1, 7)
  sim.run(60)
  expect(crossings).toEqual([])
  expect(value()).toBe(30)
  sim.run(200)
  expect(crossings).toEqual([
    { time: 80, threshold: 50, cause: 7 },
    { time: 130, threshold: 100, cause: 7 },
  ])
  levels.set(0, 120)
  expect(value()).toBe(100)
})
