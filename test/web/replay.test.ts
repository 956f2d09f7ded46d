import { describe, expect, test } from 'vitest'
import { createReplay } from '../../web/state/replay.ts'
import { countsByColumn, hostsBy, valueAt } from '../../web/state/series.ts'
import { HOST_STATE_COUNT, STATE } from '../../web/state/states.ts'
import { opened } from './recorded.ts'

const run = opened('az-loss.yaml')
const { recording, replay, scenario } = run

/** The state at a moment, folded from the start by a replay of its own. */
function fresh(moment: number) {
  const { state, since, where, measures } = createReplay(recording, scenario).at(moment)
  return { state, since, where, measures }
}

describe('a moment of a run', () => {
  test('is the same by whichever way it is reached', () => {
    const moments = [3600, 0, 5400, 5399.5, 21_600, 3658, 3600, 9000, 1, 7000]
    for (const moment of moments) {
      const { state, since, where, measures } = replay.at(moment)
      expect({ state, since, where, measures }, `at ${moment} s`).toEqual(fresh(moment))
    }
  })

  test('is dark in zone a from the instant the power fails, and only there', () => {
    const { entities } = recording
    const hosts = entities.all('host')
    const inA = (host: number): boolean => entities.name(entities.above(host, 'zone')) === 'a'
    const { state } = replay.at(3600)
    expect(hosts.filter(host => state[host] === STATE.dark).length).toBe(800)
    expect(hosts.every(host => (state[host] === STATE.dark) === inA(host))).toBe(true)
    const before = replay.at(3599.999)
    expect(hosts.every(host => before.state[host] === STATE.up)).toBe(true)
  })

  test('shows hosts that are up while what ran on them is not', () => {
    const { state } = replay.at(6600)
    const hosts = recording.entities.all('host')
    expect(hosts.filter(host => state[host] === STATE.restoring).length).toBeGreaterThan(100)
  })
})

describe('what tracks draw', () => {
  test('counts every host in every column', () => {
    const groups = hostsBy(recording, 'zone')
    const columns = 333
    const counts = countsByColumn(replay.changes, replay.initial, groups, 0, scenario.horizon, columns)
    for (let at = 0; at < counts.length; at += HOST_STATE_COUNT) {
      expect(counts.subarray(at, at + HOST_STATE_COUNT).reduce((sum, one) => sum + one, 0)).toBe(800)
    }
  })

  test('shows a dip shorter than a pixel', () => {
    const groups = hostsBy(recording, 'zone')
    const counts = countsByColumn(replay.changes, replay.initial, groups, 0, 1e7, 10)
    expect(counts[STATE.up]).toBe(0)
  })

  test('reads steps at a moment', () => {
    const steps = { time: [0, 10, 20], value: [1, 5, 2] }
    expect([-1, 0, 9.9, 10, 25].map(moment => valueAt(steps, moment))).toEqual([0, 1, 1, 5, 2])
  })
})

describe('hosts that are not well', () => {
  const moved = opened('hosts/failing-host.yaml')
  const { entities } = moved.recording
  const host = entities.find('home/a/dc1/r1/h1')

  test('are degraded while they run on, and down while they are repaired', () => {
    const states = [599, 600, 1000, 9299, 9300].map(moment => moved.replay.at(moment).state[host])
    // Nothing stands on it when it is back, so nothing is awaited.
    expect(states).toEqual([STATE.up, STATE.degraded, STATE.down, STATE.booting, STATE.up])
  })

  test('are left by instances, which then stand elsewhere', () => {
    const instance = entities.find('app/i2')
    const before = moved.replay.at(700).where[instance]
    const after = moved.replay.at(800).where[instance]
    expect(entities.id(before)).toBe('home/a/dc1/r1/h2')
    expect(after).not.toBe(before)
  })
})
