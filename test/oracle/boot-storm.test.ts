import { describe, expect, test } from 'vitest'
import { sample } from '../../sim/engine/distribution.ts'
import { keyOf, Randomness } from '../../sim/engine/random.ts'
import { Simulation } from '../../sim/engine/simulation.ts'
import { TICK } from '../../sim/engine/time.ts'
import { createJobQueue, type JobQueueSpec } from '../../sim/models/queue.ts'
import type { Law } from '../../sim/units/law.ts'
import { SilentTrace } from './silent-trace.ts'

const HOSTS = 10_000

/** When each of 10 000 hosts is up if all want to boot at `from`, s, earliest first. */
function boot(law: Law, seed: string, limits: Partial<JobQueueSpec>, from = 0): Float64Array {
  const sim = new Simulation()
  const times = new Randomness(sim, seed).streams('boot', HOSTS, host => keyOf(`h${host}`))
  const up = new Float64Array(HOSTS)
  let count = 0
  const slots = createJobQueue(sim, new SilentTrace(), {
    entity: 1,
    servers: Infinity,
    serviceTime: host => sample(law, times.of(host)),
    onDone: () => {
      up[count++] = sim.now
    },
    ...limits,
  })
  sim.run(from)
  for (let host = 0; host < HOSTS; host++) slots.submit(host, 0)
  sim.run(100_000)
  expect(count).toBe(HOSTS)
  return up
}

describe('10 000 hosts boot', () => {
  test('released at 200 a minute, booting 3 min: up from 3.005 to 53 min, half of them by 28 min', () => {
    const up = boot({ kind: 'constant', value: 180 }, '7', { every: 60 / 200 }, 0.3)
    const minutes = (time: number): number => time * 60
    const close = (time: number, exact: number): void => expect(Math.abs(time - exact)).toBeLessThanOrEqual(2 * TICK)
    close(up[0], minutes(3.005))
    close(up[4999], minutes(28))
    close(up[8999], minutes(48))
    close(up[9999], minutes(53))
    close(up.reduce((sum, time) => sum + time, 0) / HOSTS, minutes(28.0025))
  })

  test('through 500 slots, 180 s each: the last after exactly an hour', () => {
    const up = boot({ kind: 'constant', value: 180 }, '7', { servers: 500 })
    expect([up[0], up[499], up[500], up[9999]]).toEqual([180, 180, 360, 3600])
  })

  test('through 500 slots, exponential with mean 180 s: the last after 4642.7 s on average', () => {
    const slots = 500
    const mean = 180
    const runs = 64
    let expected = ((HOSTS - slots) * mean) / slots // slots stay full
    let variance = (HOSTS - slots) * (mean / slots) ** 2
    for (let left = 1; left <= slots; left++) {
      expected += mean / left // then the remaining ones finish one by one
      variance += (mean / left) ** 2
    }
    expect(expected).toBeCloseTo(4642.70822, 4)
    let sum = 0
    for (let run = 0; run < runs; run++) sum += boot({ kind: 'exponential', mean }, `${run}`, { servers: slots })[HOSTS - 1]
    const error = Math.sqrt(variance / runs)
    expect(Math.abs(sum / runs - expected) / error).toBeLessThan(4)
    expect((1.96 * error) / expected).toBeLessThan(0.02)
  })
})
