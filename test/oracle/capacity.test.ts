import { describe, expect, test } from 'vitest'
import { type EventId, NO_EVENT } from '../../sim/engine/calendar.ts'
import { sample } from '../../sim/engine/distribution.ts'
import { keyOf, Randomness } from '../../sim/engine/random.ts'
import { Simulation } from '../../sim/engine/simulation.ts'
import { meanEstimate } from '../../sim/experiment/interval.ts'
import { createLevels } from '../../sim/models/level.ts'
import { createJobQueue } from '../../sim/models/queue.ts'
import { anyOf } from '../../sim/sla/blocks.ts'
import { poissonAbove } from '../../sim/sla/queueing.ts'
import type { Law } from '../../sim/units/law.ts'
import { timeAverage } from './birth-death.ts'
import { SilentTrace } from './silent-trace.ts'

describe('100 calls a second of 250 ms, a sandbox for each', () => {
  const RATE = 100
  const SERVICE = 0.25

  /** Shares of a run's time with more than 35 and more than 40 sandboxes busy, after ten seconds. */
  function busy(law: Law, seconds: number, seed: string): [above35: number, above40: number] {
    const sim = new Simulation()
    const randomness = new Randomness(sim, seed)
    const [arrivals, services] = [randomness.stream('arrivals'), randomness.stream('services')]
    const above: [number, number] = [0, 0] // time, s
    let since = 0
    const account = (running = sandboxes.running()): void => {
      if (running > 35) above[0] += sim.now - since
      if (running > 40) above[1] += sim.now - since
      since = sim.now
    }
    const sandboxes = createJobQueue(sim, new SilentTrace(), {
      entity: 1,
      servers: Infinity,
      serviceTime: () => sample(law, services),
      onDone: () => account(sandboxes.running() + 1), // until now it ran too
    })
    const ARRIVE = sim.on(() => {
      account()
      sandboxes.submit(0, 0)
      sim.after(sample({ kind: 'exponential', mean: 1 / RATE }, arrivals), ARRIVE, 0)
    })
    sim.at(0, ARRIVE, 0)
    const warmUp = 10
    sim.run(warmUp)
    account()
    above[0] = above[1] = 0
    sim.run(warmUp + seconds)
    account()
    return [above[0] / seconds, above[1] / seconds]
  }

  test('more than 35 are busy for 2.246 % of the time, more than 40 for 0.204 %', () => {
    const seconds = 3000
    const up = new Array<number>(150).fill(RATE)
    const down = up.map((_, i) => (i + 1) / SERVICE)
    const measured = busy({ kind: 'exponential', mean: SERVICE }, seconds, '7')
    for (const [i, count, exact] of [
      [0, 35, 0.0224580857],
      [1, 40, 0.00203559928],
    ]) {
      const { mean, error } = timeAverage(up, down, n => (n > count ? 1 : 0), seconds)
      expect(mean).toBeCloseTo(exact, 10)
      expect(mean / poissonAbove(RATE * SERVICE, count)).toBeCloseTo(1, 9)
      expect(Math.abs(measured[i] - mean) / error).toBeLessThan(4)
      expect((1.96 * error) / mean).toBeLessThan(0.5)
    }
  })

  test.each<Law>([
    { kind: 'constant', value: SERVICE },
    { kind: 'weibull', shape: 0.7, mean: SERVICE },
    { kind: 'lognormal', mean: SERVICE, cv: 1 },
  ])('of the law of their length only the mean counts: $kind', law => {
    const runs = Array.from({ length: 40 }, (_, seed) => busy(law, 75, `${seed}`)[0])
    const { value, error } = meanEstimate(runs)
    expect(Math.abs(value - poissonAbove(RATE * SERVICE, 35)) / error).toBeLessThan(4)
    expect((1.96 * error) / value).toBeLessThan(0.2)
  })
})

test.each([
  [600, 0.36787944117],
  [300, 0.60653065971],
])('a sandbox kept for %i s meets a call every ten minutes cold with probability %d', (keep, probability) => {
  const sim = new Simulation()
  const pauses = new Randomness(sim, '7').stream('arrivals')
  const calls = 40_000
  let cold = 0
  let called = 0
  let expiry: EventId = NO_EVENT
  const EXPIRE = sim.on(() => {
    expiry = NO_EVENT
  })
  const CALL = sim.on(() => {
    if (called++ > 0 && expiry === NO_EVENT) cold++ // the first finds nothing by design
    sim.cancel(expiry)
    expiry = sim.after(keep, EXPIRE, 0)
    if (called <= calls) sim.after(sample({ kind: 'exponential', mean: 600 }, pauses), CALL, 0)
  })
  sim.at(0, CALL, 0)
  sim.run(1200 * calls)
  expect(Math.exp(-keep / 600)).toBeCloseTo(probability, 11)
  const error = Math.sqrt((probability * (1 - probability)) / calls)
  expect(called).toBe(calls + 1)
  expect(Math.abs(cold / calls - probability) / error).toBeLessThan(4)
  expect((1.96 * error) / probability).toBeLessThan(0.02)
})

describe('a request to many at once', () => {
  /** When the first and the last of `width` calls, exponential with mean 1 s, are done; for each of many requests. */
  function fanOut(width: number, requests: number): { first: Float64Array; last: Float64Array } {
    const sim = new Simulation()
    const services = new Randomness(sim, '7').streams('call', requests * width, call => keyOf(`c${call}`))
    const first = new Float64Array(requests).fill(Infinity)
    const last = new Float64Array(requests)
    const calls = createJobQueue(sim, new SilentTrace(), {
      entity: 1,
      servers: Infinity,
      serviceTime: call => sample({ kind: 'exponential', mean: 1 }, services.of(call)),
      onDone: call => {
        const request = Math.floor(call / width)
        first[request] = Math.min(first[request], sim.now)
        last[request] = sim.now
      },
    })
    for (let call = 0; call < requests * width; call++) calls.submit(call, 0)
    sim.run(1000)
    return { first, last }
  }
  const average = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length

  test('takes 5.187 times as long as one call when all of a hundred have to answer', () => {
    const requests = 2000
    const { last } = fanOut(100, requests)
    let [exact, variance] = [0, 0] // one after the other they finish: i left take 1/i
    for (let left = 1; left <= 100; left++) {
      exact += 1 / left
      variance += 1 / left ** 2
    }
    expect(exact).toBeCloseTo(5.187377517639621, 12)
    const error = Math.sqrt(variance / requests)
    expect(Math.abs(average(last) - exact) / error).toBeLessThan(4)
    expect((1.96 * error) / exact).toBeLessThan(0.02)
    // One call in a hundred takes longer than ln 100: most requests meet one.
    const slow = last.filter(time => time > Math.log(100)).length / requests
    const chance = anyOf(100, 0.01)
    expect(chance).toBeCloseTo(0.633967659, 9)
    expect(Math.abs(slow - chance) / Math.sqrt((chance * (1 - chance)) / requests)).toBeLessThan(4)
  })

  test('takes half as long when the first of two answers is enough', () => {
    const requests = 40_000
    const error = 0.5 / Math.sqrt(requests)
    expect(Math.abs(average(fanOut(2, requests).first) - 0.5) / error).toBeLessThan(4)
    expect((1.96 * error) / 0.5).toBeLessThan(0.01)
  })
})

describe('an hour without consumers, 800 messages a second for 1000 a second of capacity', () => {
  test('leaves 2 880 000 messages, gone five hours after it began', () => {
    const sim = new Simulation()
    const emptied: number[] = []
    const levels = createLevels(sim, [{ start: 0, lo: 0 }], () => emptied.push(sim.now))
    levels.setRate(0, 800, 1)
    sim.run(3600)
    expect(levels.value(0)).toBe(2_880_000)
    levels.setRate(0, 800 - 1000, 2)
    sim.run(30_000)
    expect(emptied).toEqual([18_000])
  })

  test('message by message, at a thousandth of the rates: the oldest waited an hour, and the last was served at 18 000 s', () => {
    const sim = new Simulation()
    const served: number[] = []
    const waits: number[] = []
    const queue = createJobQueue(sim, new SilentTrace(), {
      entity: 1,
      servers: 0,
      serviceTime: () => 1,
      onStart: (message, cause) => {
        waits.push(sim.now - message * 1.25)
        return cause
      },
      onDone: () => served.push(sim.now),
    })
    const ARRIVE = sim.on((message: number) => {
      queue.submit(message, 0)
      sim.at((message + 1) * 1.25, ARRIVE, message + 1)
    })
    sim.at(0, ARRIVE, 0)
    const REPAIRED = sim.on(() => {
      expect(queue.waiting()).toBe(2880)
      expect(queue.age()).toBe(3600)
      queue.setServers(1, 0)
    })
    sim.at(3600, REPAIRED, 0)
    sim.run(20_000)
    expect(waits[0]).toBe(3600)
    expect(Math.max(...waits)).toBe(3600)
    const caughtUp = waits.findIndex((wait, i) => i > 0 && wait === 0)
    expect(served[caughtUp - 1]).toBe(18_000)
  })
})
