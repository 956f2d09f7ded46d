import { expect, test } from 'vitest'
import type { VolumeState } from '../../sim/models/volumes/counts.ts'
import { builtOf, historyOf } from '../cloud.ts'

/** Ten racks of one host, so that 9000 volumes of two copies are 100 on each ordered pair of hosts. */
const world = (volumes: string, faults: string) => `
blackstart: 1
name: mirroring
run: {seed: 1, horizon: 60h}
world: {r: {zones: [a], racks: 10, hosts: 1, machine: plain, tenants: 0, boot: {slots: 100}}}
machines: {plain: {boot: 5m, on-power-return: {stuck: 0%, lost: 0%}}}
services:
  ebs: {kind: volumes, items: 9000, item: 10GB, repair: {bandwidth: 100MBps, search: {rate: 1000000/s}}, ${volumes}}
faults: {${faults}}`

const RACK = 'dark: {kind: power-loss, target: {rack: r1}, at: 10m}'
const TWO = 'dark: {kind: power-loss, target: {rack: [r1, r2]}, at: 10m}'

/** Volumes of the one zone by state, at a moment. */
function countsAt(text: string, time: number): Partial<Record<VolumeState, number>> & { room: number } {
  const { cloud } = builtOf(text)
  cloud.sim.run(time)
  const counts: Partial<Record<VolumeState, number>> = {}
  for (const state of ['mirrored', 'degraded', 'stuck', 'dark', 'checking', 'restoring', 'lost'] as const) {
    const count = cloud.volumes.count(0, state)
    if (count > 0) counts[state] = count
  }
  return { ...counts, room: cloud.volumes.room(0) }
}

test('m volumes of s bytes are copied again in m·s ÷ B', () => {
  const history = historyOf(world('spare: 20%', RACK))
  // 2·900 lay on the host that is gone, a tenth of what they are is on it; nine hosts give 100 MB/s each.
  expect(history.rows('volumes.degraded')[0]).toMatchObject({ time: 600, a: 1800 })
  const took = history.timeOf('volumes.mirrored') - 630
  const exact = (1800 * 10e9) / (9 * 100e6)
  expect(took).toBeGreaterThanOrEqual(exact)
  expect(took - exact).toBeLessThan(1e-3) // the search of the first hundred
})

test('when room is short by x, exactly x are stuck', () => {
  // 18 000 copies fill 90 %: 2000 more would fit, 200 on each host. Without two of them there is room for 1600.
  expect(countsAt(world('spare: 10%', TWO), 601)).toEqual({ mirrored: 5600, degraded: 3200, dark: 200, room: 1600 })
  expect(countsAt(world('spare: 10%', TWO), 175_000)).toEqual({ mirrored: 7200, stuck: 1600, dark: 200, room: 0 })
})

test('without room all are stuck; with enough of it none', () => {
  expect(countsAt(world('spare: 0%', RACK), 3600)).toEqual({ mirrored: 7200, stuck: 1800, room: 0 })
  expect(countsAt(world('spare: 50%', TWO), 100_000)).toMatchObject({ mirrored: 8800, dark: 200 })
})

test('ten hosts that return at once check 900 volumes each, in 900·s ÷ check', () => {
  const lost = 'dark: {kind: power-loss, target: {zone: a}, at: 10m, lasts: 5m}'
  const history = historyOf(world('check: 100MBps, lost: 0%', lost))
  const back = history.rows('host.up')[0].time
  expect(history.rows('host.up').at(-1)?.time).toBe(back)
  expect(history.rows('volumes.checking').at(-1)).toMatchObject({ a: 0, time: back + (900 * 10e9) / 100e6 })
  // The last to be checked, 100 on each host, have their other copies made anew by all ten.
  expect(history.timeOf('volumes.mirrored')).toBe(back + (900 * 10e9) / 100e6 + (1000 * 10e9) / (10 * 100e6))
})

test('of 9000 checked, 1 % cannot be made good: 90 are lost, or restored at s ÷ bandwidth each', () => {
  const lost = 'dark: {kind: power-loss, target: {zone: a}, at: 10m, lasts: 5m}'
  expect(countsAt(world('lost: 1%, snapshots: false', lost), 200_000)).toMatchObject({ mirrored: 8910, lost: 90 })
  expect(countsAt(world('lost: 1%', lost), 200_000)).toMatchObject({ mirrored: 9000 })
})
