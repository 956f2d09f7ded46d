import { expect, test } from 'vitest'
import { lifted } from '../../sim/experiment/lifts.ts'
import { startRun } from '../../sim/experiment/run.ts'
import { load } from '../../sim/scenario/load.ts'
import { createCriticalPaths, tellPath } from '../../sim/trace/critical-path.ts'
import { type History, historyOf, scenarioOf } from '../cloud.ts'

/** An index of four instances reads 240 GB at 10 MB/s each: 6000 s with all four. Placement waits for it. */
const world = (faults: string) => `
blackstart: 1
name: restart
run: {seed: 1, horizon: 8h}
world: {r: {zones: [a, b, c, d], racks: 1, hosts: 1, machine: plain, tenants: 0, boot: {restart: 1/s}}}
machines: {plain: {boot: 5m, on-power-return: {stuck: 0%, lost: 0%}}}
services:
  index: {instances: 4, starts-in: {work: {amount: 240GB, rate: 10MBps}}}
  placement: {starts-in: {work: {amount: 3000, rate: 5/s}}, needs: {index: {when: start}}}
clients: {}
faults: {${faults}}`

/** Everything of index and placement is removed by mistake, and put back after five minutes. */
const SLIP = 'slip: {kind: operator-error, target: {service: [index, placement], of: instance}, at: 10m, lasts: 5m}'
const story = (history: History) =>
  history.rows(/^service\.(down|read|up|waiting)$/).map(({ time, kind, of }) => `${time} ${kind} ${of}`)

test('all instances together read what their service needs, and then placement reads its own', () => {
  const history = historyOf(world(SLIP))
  expect(story(history)).toEqual([
    '600 service.down index',
    '600 service.down placement',
    '900 service.waiting placement',
    '6901 service.read index',
    '6901 service.up index',
    '7501 service.read placement',
    '7501 service.up placement',
  ])
  const [, up] = history.rows('service.up')
  const [struck] = history.rows('fault.started')
  const { hops } = createCriticalPaths(history.recording)(up.row, struck.row)
  expect(tellPath(history.recording, hops, 'en')).toBe(
    '5 min: slip lasts; 1 s: waits for restarts in r/a/dc1 (1 job); 1 h 40 min: index is read and checked; 10 min: placement is read and checked',
  )
})

test('without the reading of one, only the other is left', () => {
  const scenario = scenarioOf(`${world(SLIP)}\nexpect: {T: {metric: outage, of: placement, at-most: 1h}}`)
  const without = (owner: string) => startRun(lifted(scenario, 'reading', owner) ?? scenario).complete().checks[0].value
  expect(without('index')).toBe(901) // five minutes, a second's wait for the restart, ten minutes of its own
  expect(without('placement')).toBe(6301)
})

test('people have no instances to remove', () => {
  const text = world('slip: {kind: operator-error, target: {service: hands, of: instance}, at: 10m, lasts: 5m}')
  const loaded = load(text.replace('  placement:', '  hands: {kind: crew}\n  placement:'), {
    file: 's.yaml',
    read: () => undefined,
  })
  expect(loaded.ok ? [] : loaded.problems.map(({ line, path, message }) => `${line} ${path}: ${message}`)).toEqual([
    '12 faults.slip.target.service: "hands" has no instances: the target can never match',
  ])
})

test('with half of the instances it takes twice as long', () => {
  const history = historyOf(world(`${SLIP}, dark: {kind: power-loss, target: {zone: [a, b]}, at: 5m}`))
  expect(story(history)).toContain('12901 service.read index')
})

test('who goes while it is being read leaves the rest to the others', () => {
  // Half is read by 3901; the other half by two takes 6000.
  const history = historyOf(world(`${SLIP}, dark: {kind: power-loss, target: {zone: [a, b]}, at: 3901s}`))
  expect(story(history)).toContain('9901 service.read index')
})

test('what was read is gone with the last who read it', () => {
  const history = historyOf(world(`${SLIP}, dark: {kind: power-loss, target: {region: r}, at: 3901s, lasts: 1s}`))
  const starts = history.rows('instance.booting').map(({ time }) => time)
  const again = starts[starts.length - 1]
  expect(again).toBeGreaterThan(3901)
  expect(story(history)).toContain(`${again + 6000} service.read index`)
})

test('an instance that joins others which serve reads its own part', () => {
  const slip = 'slip: {kind: operator-error, target: {service: index, of: instance, pick: 1}, at: 10m, lasts: 5m}'
  const history = historyOf(world(slip))
  expect(story(history)).toEqual([])
  expect(history.rows('service.ready', 'index').map(({ time, a }) => [time, a])).toEqual([
    [0, 4],
    [600, 3],
    [6901, 4],
  ])
})

test('a database replays so much of its log at such a rate', () => {
  const text = world('dark: {kind: power-loss, target: {zone: a}, at: 10m, lasts: 10m}').replace(
    'placement:',
    'db: {kind: database, primary: a, starts-in: 1m, replay: {work: {amount: 300GB, rate: 100MBps}}}\n  placement:',
  )
  const history = historyOf(text)
  expect(history.timeOf('database.up', 'db') - history.timeOf('database.replaying', 'db')).toBe(3000)
})
