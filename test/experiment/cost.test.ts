/** What a run costs, in events and rows: as much as changes, whatever else there is. */
import { expect, test } from 'vitest'
import { startRun } from '../../sim/experiment/run.ts'
import { scenarioOf } from '../cloud.ts'

/** A world of so many racks in each of two zones, where one rack of ten hosts loses power, and whatever else is done. */
const world = (racks: number, more = '') =>
  scenarioOf(`blackstart: 1
name: cost
run: {seed: 5, horizon: 6h}
world: {r: {zones: [a, b], racks: ${racks}, hosts: 10, tenants: 5}}
services: {shop: {instances: 6, place: r/b, capacity: 100/s}}
clients: {buyers: {to: shop, rate: 200/s}}
faults: {dark: {kind: power-loss, target: {rack: r/a/dc1/r1}, at: 1h, lasts: 10m}${more}}
`)

const costOf = (scenario: ReturnType<typeof world>) => {
  const { events, recording } = startRun(scenario).complete()
  return { events, rows: recording.rows.length }
}

test('losing a rack costs the same in a world a hundred times as large', () => {
  const small = costOf(world(30))
  expect(costOf(world(3000))).toEqual(small)
  expect(small.events).toBeGreaterThan(20)
})

test('a fault that touches nothing costs its beginning, its end and their two rows', () => {
  const without = costOf(world(30))
  const none = costOf(world(30, ', idle: {kind: link-cut, target: {link: r/a-b}, at: 2h, lasts: 10m, odds: 0%}'))
  expect(none).toEqual({ events: without.events + 1, rows: without.rows })
  const idle = costOf(world(30, ', again: {kind: power-loss, target: {rack: r/a/dc1/r1}, at: 65m, lasts: 1m}'))
  expect(idle).toEqual({ events: without.events + 2, rows: without.rows + 2 })
})
