/** Whether what weak points say is what happens: every set of up to two things is made to fail in a run, and stays failed. */
import { expect, test } from 'vitest'
import { startRun } from '../../sim/experiment/run.ts'
import { weakPoints } from '../../sim/experiment/weak-points.ts'
import { availability } from '../../sim/metrics/availability.ts'
import { measure } from '../../sim/metrics/measure.ts'
import { load } from '../../sim/scenario/load.ts'
import type { Scenario } from '../../sim/scenario/schema.ts'

/** Six of nine instances carry the load; a database with a standby; names that two of three give; a licence that is kept. */
const world = (failed: readonly string[]): Scenario => {
  const faults = failed.map((part, i) =>
    part.startsWith('r/')
      ? `f${i}: {kind: power-loss, target: {zone: ${part.slice(2)}}, at: 10m}`
      : `f${i}: {kind: operator-error, target: {service: ${part}}, at: 10m}`,
  )
  const loaded = load(
    `blackstart: 1
name: weak
run: {horizon: 40m}
world: {r: {zones: [a, b, c], datacentres: 1, racks: 1, hosts: 4, tenants: 0}}
services:
  web:
    instances: 9
    capacity: 100/s
    needs: {db: {}, names: {from: [x, y, z], k: 2}, licence: {hold: forever}}
  db: {kind: database, primary: a, standby: b}
  x: {place: r}
  y: {place: r}
  z: {place: r}
  licence: {place: r}
clients: {users: {to: web, rate: 550/s}}
faults: {${faults.join(', ')}}
expect: {A: {metric: availability, of: web, at-least: 1%}}
`,
    { file: 'weak.yaml', read: () => undefined },
  )
  if (!loaded.ok) throw new Error(loaded.problems.map(({ path, message }) => `${path}: ${message}`).join('\n'))
  return loaded.scenario
}

/** Whether users are all served in the last quarter of an hour. */
function isServed(scenario: Scenario): boolean {
  const { recording, world: its } = startRun(scenario).complete()
  const question = { of: 'web', after: { kind: 'time', time: 1500 } } as const
  const { value } = measure({ ...recording, world: its }, availability, question, { warmup: 0, horizon: 2400 })
  return value === 1
}

test('users are served to the end exactly when no cut has failed', () => {
  const parts = ['r/a', 'r/b', 'r/c', 'db', 'licence', 'x', 'y', 'z']
  const { cuts } = weakPoints(world([]), 'web', { among: ['zone', 'service'], order: 2 })
  expect(cuts).toEqual([['db'], ['r/a', 'r/b'], ['r/a', 'r/c'], ['r/b', 'r/c'], ['x', 'y'], ['x', 'z'], ['y', 'z']])
  const sets = parts.flatMap((one, i) => [[one], ...parts.slice(i + 1).map(other => [one, other])])
  for (const set of [[], ...sets]) {
    const isCut = cuts.some(cut => cut.every(part => set.includes(part)))
    expect([set, isServed(world(set))]).toEqual([set, !isCut])
  }
})
