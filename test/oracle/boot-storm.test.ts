import { describe, expect, test } from 'vitest'
import { sample } from '../../sim/engine/distribution.ts'
import { keyOf, Randomness } from '../../sim/engine/random.ts'
import { Simulation } from '../../sim/engine/simulation.ts'
import { TICK } from '../../sim/engine/time.ts'
import { createJobQueue, type JobQueueSpec } from '../../sim/models/queue.ts'
import { lastOfEqualBoots, lastOfExponentialBoots, meanBoots } from '../../sim/sla/boot.ts'
import type { Law } from '../../sim/units/law.ts'
import { historyOf } from '../cloud.ts'
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
    expect(up[9999]).toBe(lastOfEqualBoots(HOSTS, 500, 180))
  })

  test('through 500 slots, exponential with mean 180 s: the last after 4642.7 s on average', () => {
    const slots = 500
    const mean = 180
    const runs = 64
    const { mean: expected, deviation } = lastOfExponentialBoots(HOSTS, slots, mean)
    expect(expected).toBeCloseTo(4642.70822, 4)
    let sum = 0
    for (let run = 0; run < runs; run++) sum += boot({ kind: 'exponential', mean }, `${run}`, { servers: slots })[HOSTS - 1]
    const error = deviation / Math.sqrt(runs)
    expect(Math.abs(sum / runs - expected) / error).toBeLessThan(4)
    expect((1.96 * error) / expected).toBeLessThan(0.02)
  })
})

describe('10 000 hosts of a data centre boot when its power returns', () => {
  const storm = (boot: string, law: string, faults = '') =>
    historyOf(`blackstart: 1
name: storm
run: {seed: 7, horizon: 8h}
world:
  r: {zones: [a], datacentres: 1, racks: 100, hosts: 100, machine: plain, tenants: 0, boot: ${boot}, power: {distribution: {inrush-limit: 1GW}}}
machines: {plain: {boot: ${law}, ${faults}on-power-return: {stuck: 0%, lost: 0%}}}
faults: {dark: {kind: power-loss, target: {zone: a}, at: 0s, lasts: 10m}}`)
      .rows('host.up')
      .map(({ time }) => time - 600)

  test('each copies 1 GB from a server of 100 Gb/s: the last after exactly 800 s', () => {
    const up = storm('{slots: 10000, image: {size: 1GB, bandwidth: 100Gbps}}', '0s')
    expect([up.length, up[0], up[9999]]).toEqual(
      [HOSTS, 0.08, lastOfEqualBoots(HOSTS, HOSTS, 0, 0.08)].map(one => expect.closeTo(one, 5)),
    )
    expect(lastOfEqualBoots(HOSTS, HOSTS, 0, 0.08)).toBe(800)
  })

  test('a slot is held until the image is there: few slots and a slow server add up, many overlap', () => {
    // One at a time: 1 s of firmware and 1 s of copying each. All at once: 1 s, then the copies one after the other.
    const one = storm('{slots: 1, image: {size: 1GB, bandwidth: 1GBps}}', '1s')
    expect([one[0], one[99], one[9999]]).toEqual([2, 200, 20_000])
    const many = storm('{slots: 10000, image: {size: 1GB, bandwidth: 1GBps}}', '1s')
    expect([many[0], many[99], many[9999]]).toEqual([2, 101, 10_001])
  })

  test('through 500 slots, 180 s each: the last after exactly an hour', () => {
    expect(storm('{slots: 500}', '180s')[9999]).toBe(lastOfEqualBoots(HOSTS, 500, 180))
  })

  test('three boots in ten fail: each host boots 1/(1 − p) times on average', () => {
    const [hosts, slots, p] = [HOSTS, 500, 0.3]
    const up = storm('{slots: 500}', '10s', `boot-faults: {odds: ${p}}, `)
    expect(up).toHaveLength(hosts)
    // The slots are full until the last few hosts: as much was booted as went through them.
    const boots = (up[hosts - 1 - slots] / 10) * slots + slots
    const deviation = Math.sqrt(p * hosts) / (1 - p)
    expect(Math.abs(boots - hosts * meanBoots(p))).toBeLessThan(4 * deviation + slots)
  })
})
