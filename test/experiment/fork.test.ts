/** Forks: what goes on from a snapshot is what a scenario with the same faults tells from its start. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { forkFrom, standBefore, withFaults } from '../../sim/experiment/fork.ts'
import { startRun } from '../../sim/experiment/run.ts'
import type { Fault } from '../../sim/scenario/schema.ts'
import { scenarioOf } from '../cloud.ts'
import { textOf as struckTextOf, worlds as struckWorlds } from '../property/struck-worlds.ts'
import { fileOf, textOf, worlds } from '../property/worlds.ts'

/** Not a moment at which anything was due before the run began. */
const moments = (max: number) => fc.integer({ min: 1, max }).map(s => s + 1 / 1024)

describe('a fork', () => {
  test('with nothing changed is the same run, from any moment, as often as one likes', () => {
    fc.assert(
      fc.property(worlds, moments(7000), (world, at) => {
        const scenario = scenarioOf(textOf(world))
        const whole = startRun(scenario).complete()
        const standpoint = standBefore(scenario, at)
        for (let again = 0; again < 2; again++) {
          const { fingerprint, events } = forkFrom(standpoint).complete()
          expect([fingerprint, events]).toEqual([whole.fingerprint, whole.events])
        }
      }),
      { numRuns: 20 },
    )
  })

  test('with one more fault is the run of the file that has this fault', () => {
    fc.assert(
      fc.property(worlds, moments(7000), fc.integer({ min: 1, max: 3000 }), (world, at, lasts) => {
        const extra = { kind: 'host-failure', target: { zone: 'a', of: 'host', pick: '50%' }, at: `${at}s`, lasts: `${lasts}s` }
        const file = fileOf(world)
        const written = scenarioOf(stringify({ ...file, faults: { ...file.faults, 'a-extra': extra } }))
        const { at: _, ...fault } = written.faults['a-extra']
        const fork = forkFrom(standBefore(scenarioOf(textOf(world)), at), { 'a-extra': fault }).complete()
        const whole = startRun(written).complete()
        expect([fork.fingerprint, fork.events]).toEqual([whole.fingerprint, whole.events])
      }),
      { numRuns: 20 },
    )
  })

  test('of any kind, among faults of any kind, is the run of the scenario with all of them', () => {
    fc.assert(
      fc.property(struckWorlds, moments(9000), (world, at) => {
        const struck = scenarioOf(struckTextOf(world))
        const { f1, ...others } = struck.faults
        fc.pre(f1.kind !== 'resize') // of a type that the others do not name it is refused
        const base = { ...struck, faults: others }
        const { at: _, ...fault } = f1
        const fork = forkFrom(standBefore(base, at), { f1: fault }).complete()
        const whole = startRun(withFaults(base, at, { f1: fault })).complete()
        expect([fork.fingerprint, fork.events, fork.checks]).toEqual([whole.fingerprint, whole.events, whole.checks])
      }),
      { numRuns: 60 },
    )
  })

  const scenario = scenarioOf(
    textOf({ zones: 2, racks: 1, hosts: 2, instances: 4, load: 100, seed: 1, struck: 0, at: 600, lasts: 300 }),
  )
  const zoneB = { ...scenario.faults.dark, target: { zone: 'b' } }

  test('to a type of instance that the scenario does not name is refused', () => {
    const resize = { ...zoneB, kind: 'resize', target: { service: 'web' }, size: 'c5.xlarge' }
    expect(() => forkFrom(standBefore(scenario, 500), { resize })).toThrow('web cannot become what the scenario does not name')
  })

  test('leaves others from the same moment alone, and may run beside them', () => {
    const standpoint = standBefore(scenario, 500)
    const forks = [forkFrom(standpoint), forkFrom(standpoint, { more: zoneB }), forkFrom(standpoint)]
    while (forks.map(fork => fork.step(3)).includes(false));
    const [one, two, three] = forks.map(fork => fork.finish().fingerprint)
    expect(one).toBe(startRun(scenario).complete().fingerprint)
    expect(three).toBe(one)
    expect(two).toBe(startRun(withFaults(scenario, 500, { more: zoneB })).complete().fingerprint)
    expect(two).not.toBe(one)
  })

  test('ends a fault at the first row it waits for after it struck, as a file does', () => {
    const until: Fault['until'] = { kind: 'when', row: 'rack.dark', delay: 60 }
    const { lasts: _, ...endless } = zoneB
    for (const at of [500, 650]) {
      const faults = { more: { ...endless, until } }
      const fork = forkFrom(standBefore(scenario, at), faults).complete()
      expect(fork.fingerprint).toBe(startRun(withFaults(scenario, at, faults)).complete().fingerprint)
    }
    const past = { more: { ...endless, until: { kind: 'time', time: 100 } as const } }
    const fork = forkFrom(standBefore(scenario, 500), past).complete()
    expect(fork.fingerprint).toBe(startRun(withFaults(scenario, 500, past)).complete().fingerprint)
  })

  test('is after the start and within the run, and its faults have names of their own', () => {
    expect(() => standBefore(scenario, 0)).toThrow(RangeError)
    expect(() => standBefore(scenario, 7201)).toThrow(RangeError)
    expect(() => forkFrom(standBefore(scenario, 7200), { dark: zoneB })).toThrow('something called dark already')
  })
})
