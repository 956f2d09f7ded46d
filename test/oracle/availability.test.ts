import { describe, expect, test } from 'vitest'
import { sample } from '../../sim/engine/distribution.ts'
import { keyOf, Randomness } from '../../sim/engine/random.ts'
import { Simulation } from '../../sim/engine/simulation.ts'
import { createJobQueue } from '../../sim/models/queue.ts'
import type { Law } from '../../sim/units/law.ts'
import { timeAverage } from './birth-death.ts'
import { SilentTrace } from './silent-trace.ts'

const HOUR = 3600
const YEAR = 8760 * HOUR
const exponential = (mean: number): Law => ({ kind: 'exponential', mean })

describe('a unit that fails after 8760 h and is repaired in 4 h', () => {
  const UNITS = 1000
  const HORIZON = 100 * YEAR
  const sim = new Simulation()
  const randomness = new Randomness(sim, '7')
  const lives = randomness.streams('life', UNITS, unit => keyOf(`h${unit}`))
  const repairs = randomness.streams('repair', UNITS, unit => keyOf(`h${unit}`))
  const life = exponential(8760 * HOUR)
  const repair = exponential(4 * HOUR)
  const up = new Float64Array(UNITS) // s, by unit
  const down = new Float64Array(UNITS)
  const since = new Float64Array(UNITS)
  const isUp = new Uint8Array(UNITS).fill(1)
  let failures = 0
  const account = (unit: number): void => {
    ;(isUp[unit] === 1 ? up : down)[unit] += sim.now - since[unit]
    since[unit] = sim.now
  }
  const FAIL = sim.on((unit: number) => {
    account(unit)
    failures++
    isUp[unit] = 0
    sim.after(sample(repair, repairs.of(unit)), REPAIRED, unit)
  })
  const REPAIRED = sim.on((unit: number) => {
    account(unit)
    isUp[unit] = 1
    sim.after(sample(life, lives.of(unit)), FAIL, unit)
  })
  for (let unit = 0; unit < UNITS; unit++) sim.after(sample(life, lives.of(unit)), FAIL, unit)
  sim.run(HORIZON)
  for (let unit = 0; unit < UNITS; unit++) account(unit)

  test('up-time and downtime of every unit make the horizon to the bit', () => {
    expect(up.every((time, unit) => time + down[unit] === HORIZON)).toBe(true)
  })

  test('is available 99.9543587 % of the time', () => {
    const total = UNITS * HORIZON
    const measured = down.reduce((sum, time) => sum + time, 0) / total
    const { mean, error } = timeAverage([1 / (8760 * HOUR)], [1 / (4 * HOUR)], failed => failed, total)
    expect(1 - mean).toBeCloseTo(0.999543587, 9)
    expect(Math.abs(measured - mean) / error).toBeLessThan(4)
    expect((1.96 * error) / mean).toBeLessThan(0.01)
  })

  test('fails 0.999543587 times a year', () => {
    const years = (UNITS * HORIZON) / YEAR
    const cycle = 8764 / 8760 // years
    const error = Math.sqrt((8760 ** 2 + 4 ** 2) / 8760 ** 2 / cycle ** 3 / years) // of a renewal process
    expect(Math.abs(failures / years - 0.999543587) / error).toBeLessThan(4)
    expect(1.96 * error).toBeLessThan(0.01)
  })
})

describe.each([
  { needed: 2, of: 3, crews: 3, unavailability: 0.000292147635, perYear: 0.510142182, systems: 100, years: 200 },
  { needed: 2, of: 3, crews: 1, unavailability: 0.000588003563, perYear: 0.509991209, systems: 100, years: 200 },
  { needed: 1, of: 2, crews: 2, unavailability: 9.80296049e-5, perYear: 0.171747868, systems: 250, years: 200 },
  { needed: 1, of: 2, crews: 1, unavailability: 0.000196039992, perYear: 0.171731033, systems: 250, years: 200 },
  { needed: 95, of: 100, crews: 2, unavailability: 0.0169488608, perYear: 15.8653096, systems: 2, years: 250 },
  { needed: 95, of: 100, crews: 100, unavailability: 0.00050754969, perYear: 2.31639877, systems: 2, years: 250 },
])(
  '$needed of $of with $crews crews, life 1000 h, repair 10 h',
  ({ needed, of, crews, unavailability, perYear, systems, years }) => {
    const sim = new Simulation()
    const randomness = new Randomness(sim, '7')
    const trace = new SilentTrace()
    const units = systems * of
    const lives = randomness.streams('life', units, unit => keyOf(`u${unit}`))
    const repairs = randomness.streams('repair', units, unit => keyOf(`u${unit}`))
    const life = exponential(1000 * HOUR)
    const repair = exponential(10 * HOUR)
    const failed = new Int32Array(systems)
    const downSince = new Float64Array(systems)
    let downtime = 0
    let outages = 0
    const FAIL = sim.on((unit: number) => {
      const system = Math.floor(unit / of)
      if (++failed[system] === of - needed + 1) {
        downSince[system] = sim.now
        outages++
      }
      hands[system].submit(unit, 0)
    })
    const hands = Array.from({ length: systems }, (_, system) =>
      createJobQueue(sim, trace, {
        entity: 1 + system,
        servers: crews,
        serviceTime: unit => sample(repair, repairs.of(unit)),
        onDone: unit => {
          if (failed[system]-- === of - needed + 1) downtime += sim.now - downSince[system]
          sim.after(sample(life, lives.of(unit)), FAIL, unit)
        },
      }),
    )
    for (let unit = 0; unit < units; unit++) sim.after(sample(life, lives.of(unit)), FAIL, unit)
    const horizon = years * YEAR
    sim.run(horizon)
    for (let system = 0; system < systems; system++) {
      if (failed[system] > of - needed) downtime += horizon - downSince[system]
    }

    test('is down as long and as often as the birth–death chain says', () => {
      const up = Array.from({ length: of }, (_, i) => (of - i) / (1000 * HOUR))
      const down = up.map((_, i) => Math.min(i + 1, crews) / (10 * HOUR))
      const total = systems * horizon
      const { mean, error } = timeAverage(up, down, i => (i > of - needed ? 1 : 0), total)
      expect(mean / unavailability).toBeCloseTo(1, 8)
      expect(Math.abs(downtime / total - mean) / error).toBeLessThan(4)
      expect((1.96 * error) / mean).toBeLessThan(0.1)

      // Their number is the time spent one failure short of an outage times the failure rate there, plus a Poisson scatter
      // around that; the two may go together, so their errors add at most.
      const short = timeAverage(up, down, i => (i === of - needed ? 1 : 0), total)
      const expected = perYear * years * systems
      expect((short.mean * up[of - needed] * total) / expected).toBeCloseTo(1, 6)
      const scatter = Math.sqrt(expected) + (short.error / short.mean) * expected
      expect(Math.abs(outages - expected) / scatter).toBeLessThan(4)
      expect((1.96 * scatter) / expected).toBeLessThan(0.1)
    })
  },
)
