import { expect, test } from 'vitest'
import { load } from '../../sim/scenario/load.ts'
import { historyOf } from '../cloud.ts'
import { answered, told } from '../effects/told.ts'

/** Controllers of a region's network, which rebuild 720 GB of configuration at 100 MB/s when all are gone. */
const world = (network: string, faults: string) => `
blackstart: 1
name: static
run: {seed: 1, horizon: 6h}
world:
  r:
    zones: [a, b]
    racks: 1
    hosts: 2
    tenants: 0
    network: ${network}
  far: {zones: [z], racks: 1, hosts: 2, tenants: 0}
services:
  sdn: {place: far, starts-in: {work: {amount: 720GB, rate: 100MBps}}}
  spare: {place: far}
  web: {place: r, instances: 4, capacity: 100/s}
clients: {users: {to: web, rate: 200/s}}
faults: {${faults}}`
const GONE = 'gone: {kind: operator-error, target: {service: sdn, of: instance}, at: 10m, lasts: 30m}'
const ROWS = /^link\.|^service\.(down|read|up)$/

test('links go on as they were for so long, then are cut until what they need is rebuilt', () => {
  const history = historyOf(world('{needs: {sdn: {hold: 2m}}}', GONE))
  expect(told(history, ROWS)).toEqual([
    '600 service.down sdn',
    '720 link.cut r/edge-a',
    '720 link.cut r/edge-b',
    '720 link.cut r/a-b',
    '9600 service.read sdn',
    '9600 service.up sdn',
    '9600 link.restored r/edge-a',
    '9600 link.restored r/edge-b',
    '9600 link.restored r/a-b',
  ])
  expect([719, 721, 9599, 9700].map(time => answered(history, time))).toEqual([200, 0, 0, 200])
  const [cut] = history.rows('link.cut')
  expect(history.whyOf(cut.row)).toEqual(['link.cut', 'service.down', 'instance.down', 'fault.started'])
})

test('or lose a share of what they carry', () => {
  const history = historyOf(world('{needs: {sdn: {hold: 2m}}, else: {loss: 25%, latency: 10ms}}', GONE))
  const degraded = history.rows('link.degraded')
  expect(degraded.map(({ time, of, a, b }) => [time, of, a, b])).toEqual([
    [720, 'r/edge-a', 0.01, 0.25],
    [720, 'r/edge-b', 0.01, 0.25],
    [720, 'r/a-b', 0.01, 0.25],
  ])
  expect([719, 730, 9599, 9700].map(time => answered(history, time))).toEqual([200, 150, 150, 200])
})

test('nothing is noticed when it is back in time, or when another holds', () => {
  const short = GONE.replace('sdn, of: instance', 'sdn').replace('30m', '119s')
  expect(told(historyOf(world('{needs: {sdn: {hold: 2m}}}', short)), /^link\./)).toEqual([])
  expect(told(historyOf(world('{needs: {sdn: {from: [sdn, spare], k: 1}}}', GONE)), /^link\./)).toEqual([])
  expect(told(historyOf(world('{needs: {sdn: {hold: forever}}}', GONE)), /^link\./)).toEqual([])
})

test('a link that is cut for two reasons is whole when both are gone', () => {
  const cut = ', dig: {kind: link-cut, target: {link: edge-a}, at: 5m, lasts: 3h}'
  expect(told(historyOf(world('{needs: {sdn: {hold: 2m}}}', GONE + cut)), /^link\./)).toEqual([
    '300 link.cut r/edge-a',
    '720 link.cut r/edge-b',
    '720 link.cut r/a-b',
    '9600 link.restored r/edge-b',
    '9600 link.restored r/a-b',
    '11100 link.restored r/edge-a',
  ])
})

test('what begins without its control plane begins without links', () => {
  const history = historyOf(
    world('{needs: {sdn: {hold: 2m}}}', '').replace('sdn: {place: far', 'sdn: {place: far, begin: dark'),
  )
  expect(told(history, /^link\./).slice(0, 4)).toEqual([
    '0 link.cut r/edge-a',
    '0 link.cut r/edge-b',
    '0 link.cut r/a-b',
    '7200 link.restored r/edge-a',
  ])
})

test.each([
  ['{needs: {sdm: {hold: 2m}}}', '11 world.r.network.needs.sdm: there is no service or place "sdm"'],
  ['{needs: {sdn: {from: [sdn, spare], k: 3}}}', '11 world.r.network.needs.sdn.k: 3 of 2 can never be up'],
  ['{needs: {sdn: {when: start}}}', '11 world.r.network.needs.sdn.when: unknown key'],
  ['{needs: {sdn: {}}, else: cutt}', '11 world.r.network.else: must be cut, got "cutt"'],
])('%s is a problem with its line', (network, problem) => {
  const loaded = load(world(network, GONE), { file: 's.yaml', read: () => undefined })
  expect(loaded.ok ? [] : loaded.problems.map(({ line, path, message }) => `${line} ${path}: ${message}`)).toEqual([problem])
})
