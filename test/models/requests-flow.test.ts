/** Single requests and flows of them, held against each other where both may be believed. */
import { describe, expect, test } from 'vitest'
import { Randomness } from '../../sim/engine/random.ts'
import { Simulation } from '../../sim/engine/simulation.ts'
import { createRequestTraffic } from '../../sim/models/requests/requests.ts'
import { createTraffic, type Traffic } from '../../sim/models/traffic/traffic.ts'
import { Entities } from '../../sim/trace/entities.ts'
import { NO_CAUSE, Trace } from '../../sim/trace/trace.ts'

const FIDELITIES = ['flow', 'request'] as const
type Fidelity = (typeof FIDELITIES)[number]

/** A service of 1000/s whose callers try three times, with a patience of 1 s and up to 0.1 s before they try again. */
function serviceOf(fidelity: Fidelity, rate: number, queueLimit = 1e6): { sim: Simulation; traffic: Traffic } {
  const sim = new Simulation()
  const trace = new Trace()
  sim.keep(trace)
  const randomness = new Randomness(sim, '5')
  const entities = new Entities()
  const service = entities.add('service', 's')
  const cell = entities.add('cell', 's-a', service)
  const client = {
    entity: entities.add('client', 'c'),
    service: 0,
    rate: { kind: 'constant', rate } as const,
    timeout: 1,
    attempts: 3,
    backoff: { base: 0.1, cap: 0.1 },
    jitter: 'full' as const,
  }
  const callee = { cells: [{ entity: cell }], queueLimit, takes: 0.001, capacity: 1000 }
  const traffic =
    fidelity === 'flow'
      ? createTraffic(sim, trace, { clients: [client], services: [callee], horizon: 1000 })
      : createRequestTraffic(sim, trace, randomness, entities, {
          clients: [client],
          services: [{ ...callee, work: { kind: 'exponential', mean: 0.001 }, discipline: 'fifo' }],
          interval: 10,
        })
  traffic.setCell(0, { serving: 1, dead: 0 }, NO_CAUSE)
  return { sim, traffic }
}

/** Requests answered well in the seconds after a stop of so long, per second, long after it is over. */
function afterStop(fidelity: Fidelity, rate: number, stop: number, queueLimit?: number): number {
  const { sim, traffic } = serviceOf(fidelity, rate, queueLimit)
  sim.run(10)
  traffic.setFactor(0, 0, NO_CAUSE)
  sim.run(10 + stop)
  traffic.setFactor(0, 1, NO_CAUSE)
  const before = countsAt(sim, traffic, 100)
  return (countsAt(sim, traffic, 200).good - before.good) / 100
}

/** Counts at a moment: flows count when something changes, so something does. */
function countsAt(sim: Simulation, traffic: Traffic, moment: number) {
  sim.run(moment)
  traffic.setErrors(0, 1e-12, NO_CAUSE)
  sim.run(moment)
  traffic.setErrors(0, 0, NO_CAUSE)
  sim.run(moment)
  return traffic.countsOf(0)
}

describe('single requests and flows', () => {
  test.each([
    [400, 1.83],
    [600, 1.34],
    [800, 1.06],
  ])('at %i/s of 1000/s tip over on the same side: a stop of about %f s is too long', (rate, tipping) => {
    for (const fidelity of FIDELITIES) {
      expect([fidelity, afterStop(fidelity, rate, tipping * 0.9) > 0.97 * rate]).toEqual([fidelity, true])
      expect([fidelity, afterStop(fidelity, rate, tipping * 1.1) < 0.03 * rate]).toEqual([fidelity, true])
    }
  })

  test('both come back from any stop when a short queue refuses what does not fit', () => {
    for (const fidelity of FIDELITIES) expect(afterStop(fidelity, 600, 30, 200) / 600).toBeCloseTo(1, 1)
  })

  test('serve what the capacity allows when more is asked and refused at once', () => {
    // R2: with instant refusal and three attempts 1200/s get 1000/s, and 2224/s are sent.
    for (const fidelity of FIDELITIES) {
      const { sim, traffic } = serviceOf(fidelity, 1200, 100)
      const before = countsAt(sim, traffic, 50)
      const after = countsAt(sim, traffic, 150)
      expect(Math.abs((after.good - before.good) / 100 - 1000)).toBeLessThan(3 * Math.sqrt(1000 / 100) + 1)
      expect(Math.abs((after.sent - before.sent) / 100 / 2223.80957 - 1)).toBeLessThan(0.02)
    }
  })

  test('answer as much after a stop that nobody notices but the queue', () => {
    // 600/s for 0.5 s at nothing, then at 1000/s: 300 wait, and the last of them is served in time.
    const answered = FIDELITIES.map(fidelity => {
      const { sim, traffic } = serviceOf(fidelity, 600)
      sim.run(10)
      traffic.setFactor(0, 0, NO_CAUSE)
      sim.run(10.5)
      traffic.setFactor(0, 1, NO_CAUSE)
      return countsAt(sim, traffic, 300).good
    })
    expect(answered[0]).toBeCloseTo(180_000, -1)
    expect(Math.abs(answered[1] - answered[0])).toBeLessThan(4 * Math.sqrt(180_000))
  })
})
