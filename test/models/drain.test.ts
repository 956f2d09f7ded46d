import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Simulation } from '../../sim/engine/simulation.ts'
import { TICK } from '../../sim/engine/time.ts'
import { createDrains } from '../../sim/models/drain.ts'

/** One drain, and when each job was done. */
function drainOf(): { sim: Simulation; drains: ReturnType<typeof createDrains>; done: [job: number, time: number][] } {
  const sim = new Simulation()
  const done: [number, number][] = []
  const drains = createDrains(sim, 1, (_, job) => void done.push([job, sim.now]))
  return { sim, drains, done }
}

test('amounts flow through in the order given, one after the other', () => {
  const { sim, drains, done } = drainOf()
  drains.setSpeed(0, 4)
  for (const [job, amount] of [8, 2, 6].entries()) drains.submit(0, job, amount)
  sim.run(100)
  expect(done).toEqual([
    [0, 2],
    [1, 2.5],
    [2, 4],
  ])
})

test('what has flowed stays done when the speed changes, also to nothing and back', () => {
  const { sim, drains, done } = drainOf()
  drains.setSpeed(0, 1)
  drains.submit(0, 0, 10)
  sim.run(4)
  drains.setSpeed(0, 0)
  sim.run(50)
  drains.setSpeed(0, 3)
  sim.run(100)
  expect(done).toEqual([[0, 52]])
})

test('who leaves the line lets the others move up; who leaves the front has done nothing', () => {
  const { sim, drains, done } = drainOf()
  drains.setSpeed(0, 1)
  for (let job = 0; job < 3; job++) drains.submit(0, job, 10)
  sim.run(5)
  drains.withdraw(0)
  drains.withdraw(1)
  expect(drains.load(0)).toBe(10)
  sim.run(100)
  expect(done).toEqual([[2, 15]])
  drains.submit(0, 0, 10)
  sim.run(200)
  expect(done[1]).toEqual([0, 110])
})

test('a hundred thousand small amounts end when their sum has flowed, to a step of the clock', () => {
  const { sim, drains, done } = drainOf()
  drains.setSpeed(0, 7)
  for (let job = 0; job < 100_000; job++) drains.submit(0, job, 0.1)
  sim.run(10_000)
  expect(Math.abs(done[99_999][1] - 10_000 / 7)).toBeLessThanOrEqual(2 * TICK)
})

test('however the speed changes, the last is done when the integral of the speed is the sum', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 8 }),
      fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 5 })), { maxLength: 12 }),
      (amounts, steps) => {
        const { sim, drains, done } = drainOf()
        for (const [job, amount] of amounts.entries()) drains.submit(0, job, amount)
        const sum = amounts.reduce((a, b) => a + b, 0)
        let flowed = 0
        let expected: number | undefined
        let now = 0
        for (const [length, speed] of [...steps, [1000, 1] as const]) {
          drains.setSpeed(0, speed)
          if (expected === undefined && flowed + length * speed >= sum) expected = now + (sum - flowed) / speed
          flowed += length * speed
          now += length
          sim.run(now)
        }
        expect(done.map(([job]) => job)).toEqual(amounts.map((_, job) => job))
        expect(Math.abs((done.at(-1)?.[1] ?? NaN) - (expected ?? NaN))).toBeLessThanOrEqual(TICK)
      },
    ),
  )
})
