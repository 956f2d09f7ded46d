import { describe, expect, test } from 'vitest'
import { createCriticalPaths } from '../../sim/trace/critical-path.ts'
import { type History, historyOf } from '../cloud.ts'

/** Two racks of one host each: switches boot in 5 min, the aggregation layer in 12 min, hosts in 4 min. */
const halls = (fabric: string, rest: string) => `
blackstart: 1
name: fabric
run: {seed: 1, horizon: 8h}
world:
  r:
    zones: [a]
    racks: 2
    hosts: 1
    machine: plain
    tenants: 3
    boot: {restart: 60/min}
    power: {distribution: {inrush-limit: 1GW}}
    fabric: {switch: {boot: 5m, stuck: 0%}, aggregation: {boot: 12m}${fabric}}
machines: {plain: {boot: 4m, on-power-return: {stuck: 0%, lost: 0%}}}
services:
  web: {instances: 2, starts-in: 10s}
${rest}`
const DARK = 'faults: {dark: {kind: power-loss, target: {zone: a}, at: 10m, lasts: 10m}}'
const told = (history: History, rows: RegExp): string[] =>
  history.rows(rows).map(({ time, kind, of }) => `${time / 60} ${kind} ${of.replace('r/a/dc1', 'dc1')}`)

describe('network devices', () => {
  test('boot when power returns, and hosts boot only when their switch and the aggregation layer are up', () => {
    const history = historyOf(halls('', DARK))
    expect(told(history, /^(fabric\.(up|booting|stuck)|host\.(booting|up))/)).toEqual([
      '20 fabric.booting dc1',
      '20 fabric.booting dc1/r1',
      '20 fabric.booting dc1/r2',
      '25 fabric.up dc1/r1',
      '25 fabric.up dc1/r2',
      '32 fabric.up dc1',
      '32 host.booting dc1/r1/h1',
      '32 host.booting dc1/r2/h1',
      '36 host.up dc1/r1/h1',
      '36 host.up dc1/r2/h1',
    ])
  })

  test('the way back names them as what held it up', () => {
    const history = historyOf(halls('', DARK))
    const { hops } = createCriticalPaths(history.recording)(
      history.rows('host.up')[0].row,
      history.rows('fault.started')[0].row,
    )
    expect(hops.map(({ limit, length }) => [limit, length])).toEqual([
      ['fault', 600],
      ['fabric', 720],
      ['boot', 240],
    ])
  })

  test('without them hosts boot as soon as they have power', () => {
    const history = historyOf(halls('', DARK).replace(/\n {4}fabric:.*/, ''))
    expect(history.rows('host.booting').map(({ time }) => time)).toEqual([1200, 1200])
    expect(history.rows(/^fabric\./)).toEqual([])
  })

  test('a rack that loses power loses its switch only; the aggregation layer has the power of any rack', () => {
    const history = historyOf(halls('', 'faults: {one: {kind: power-loss, target: {rack: r2}, at: 10m, lasts: 10m}}'))
    expect(told(history, /^(fabric|host)\./)).toEqual([
      '10 fabric.dark dc1/r2',
      '20 fabric.booting dc1/r2',
      '25 fabric.up dc1/r2',
      '25 host.booting dc1/r2/h1',
      '29 host.up dc1/r2/h1',
    ])
  })

  test('one that does not come back waits for hands, and its hosts with it', () => {
    const crew = '  hands: {kind: crew, servers: 1, travel: 25m, takes: 8m}\n'
    const history = historyOf(halls('', crew + DARK).replace('stuck: 0%}, agg', 'stuck: 100%}, agg'))
    // One pair of hands: 33 min for each switch, and it boots for 5 min.
    expect(history.rows('fabric.repaired').map(({ time }) => time / 60)).toEqual([20 + 33, 20 + 66])
    expect(history.rows('host.booting').map(({ time }) => time / 60)).toEqual([20 + 38, 20 + 71])
  })

  test('what begins dark boots its network first', () => {
    const text = halls('', 'faults: {on: {kind: energise, target: {zone: a}, at: 10m}}').replace(
      'tenants: 3',
      'tenants: 3\n    begin: dark',
    )
    const history = historyOf(text)
    expect(history.rows('fabric.up').map(({ time }) => time / 60)).toEqual([15, 15, 22])
    expect(history.rows('host.up').map(({ time }) => time / 60)).toEqual([26, 26])
  })

  test('a zone states some of it, and the rest stays as the region has it', () => {
    const text = halls('', DARK).replace('zones: [a]', 'zones: {a: {fabric: {aggregation: {boot: 1m}}}}')
    expect(
      historyOf(text)
        .rows('fabric.up')
        .map(({ time }) => time / 60),
    ).toEqual([21, 25, 25])
  })
})

describe('a switch that breaks', () => {
  const BROKEN = 'faults: {broken: {kind: fabric-failure, target: {rack: r1}, at: 10m, lasts: 10m}}'

  test('cuts off what runs behind it, which is there again when the switch has booted', () => {
    const history = historyOf(halls('', BROKEN))
    expect(told(history, /^(fabric|host|tenants|instance\.(up|down|booting))/)).toEqual([
      '10 fabric.down dc1/r1',
      '10 host.cut dc1/r1/h1',
      expect.stringMatching(/^10 instance.down web\/i[12]$/),
      '10 tenants.reach dc1/r1/h1',
      '20 fabric.repaired dc1/r1',
      '20 fabric.booting dc1/r1',
      '25 fabric.up dc1/r1',
      '25 host.joined dc1/r1/h1',
      expect.stringMatching(/^25 instance.up web\/i[12]$/),
      '25 tenants.reach dc1/r1/h1',
    ])
    expect(history.rows('tenants.reach').map(({ a }) => a)).toEqual([0, 3])
  })

  test('the aggregation layer takes all racks with it', () => {
    const history = historyOf(halls('', BROKEN.replace('rack: r1', 'datacentre: dc1')))
    expect(history.rows('host.cut').map(({ time }) => time)).toEqual([600, 600])
    expect(history.rows('service.down').map(({ time }) => time)).toEqual([600])
    expect(history.rows('host.joined').map(({ time }) => time)).toEqual([1200 + 720, 1200 + 720])
  })

  test('a host that loses power behind it boots like any other, when both are back', () => {
    const both = `${BROKEN.slice(0, -1)}, dark: {kind: power-loss, target: {rack: r1}, at: 15m, lasts: 15m}}`
    const history = historyOf(halls('', both))
    expect(told(history, /^(fabric\.up|host|tenants|instance\.(up|down))/)).toEqual([
      '10 host.cut dc1/r1/h1',
      expect.stringMatching(/^10 instance.down web\/i[12]$/),
      '10 tenants.reach dc1/r1/h1',
      '35 fabric.up dc1/r1',
      '35 host.booting dc1/r1/h1',
      '39 host.up dc1/r1/h1',
      expect.stringMatching(/^39\.0\d+ tenants.up dc1\/r1\/h1$|^39\.\d+ instance.up/),
      expect.anything(),
    ])
    expect(history.rows('tenants.up').map(({ a }) => a)).toEqual([3])
  })

  test('hosts that boot behind it have to begin again', () => {
    const late = `${DARK.slice(0, -1)}, broken: {kind: fabric-failure, target: {rack: r1}, at: 34m, lasts: 10m}}`
    const history = historyOf(halls('', late))
    expect(told(history, /^host\.(booting|up)/)).toEqual([
      '32 host.booting dc1/r1/h1',
      '32 host.booting dc1/r2/h1',
      '36 host.up dc1/r2/h1',
      '49 host.booting dc1/r1/h1',
      '53 host.up dc1/r1/h1',
    ])
  })

  test('volumes behind it cannot be reached, and nothing is lost', () => {
    const disks = '  ebs: {kind: volumes, items: 100, item: 1GB, n: 2}\n'
    const history = historyOf(halls('', disks + BROKEN))
    expect(history.rows('volumes.degraded')[0]).toMatchObject({ time: 600, a: 100 })
    expect(history.rows('volumes.mirrored')).toHaveLength(1)
    expect(history.rows(/^volumes\.lost/)).toEqual([])
  })
})
