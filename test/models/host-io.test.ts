import { describe, expect, test } from 'vitest'
import { rowKindNamed } from '../../sim/trace/row-kinds.ts'
import { builtOf, historyOf } from '../cloud.ts'

/** Three hosts with a domain for volumes and a card for the network; two instances on the first, ten tenants on each. */
const world = (rest: string) => `
blackstart: 1
name: io
run: {seed: 3, horizon: 1h, interval: 1m, observe: {host: r1/h1}}
world: {r: {zones: [a], racks: 1, hosts: 3, machine: c3, tenants: 10, tenant-io: {network: 0.5/s, volume: 0.25/s}}}
machines:
  c3:
    cpu: 32
    virtualisation: {cpu: 20%}
    boot: 5m
    on-power-return: {stuck: 0%, lost: 0%}
    io: {volume: {by: domain, takes: 10ms}, domain: {processors: 2}}
services: {app: {instances: 2, strategy: binpack, starts-in: 1m, io: {network: 1/s, volume: 3/s}}, idle: {instances: 1}}
${rest}`

const H1 = 'r/a/dc1/r1/h1'
const asked = (history: ReturnType<typeof historyOf>, path: string) =>
  history.rows('io.asked', `${H1}/${path}`).map(({ time, a }) => [time, a])

describe('the I/O of a host that is observed', () => {
  test('is what its own instances and other customers ask for together', () => {
    const history = historyOf(world(''))
    expect(asked(history, 'network')).toEqual([[0, 7]])
    expect(asked(history, 'volume')).toEqual([[0, 8.5]])
    const served = history.rows('io.served', `${H1}/volume`)
    expect(served.map(({ time }) => time)).toEqual(Array.from({ length: 60 }, (_, i) => (i + 1) * 60))
    const count = served.reduce((sum, { b }) => sum + b, 0)
    expect(Math.abs(count - 8.5 * 3600)).toBeLessThan(4 * Math.sqrt(8.5 * 3600))
    const told = history.rows('io.latency', `${H1}/volume`).reduce((sum, { b }) => sum + b, 0)
    expect(told).toBe(count)
  })

  test('ends with the host, and returns as its instances do', () => {
    const history = historyOf(world('faults: {dark: {kind: host-failure, target: {host: r1/h1}, at: 10m30s, lasts: 10m}}'))
    const volume = asked(history, 'volume')
    expect(volume.slice(0, 2)).toEqual([
      [0, 8.5],
      [630, 0],
    ])
    const back = history.timeOf('host.up', H1)
    expect(volume.slice(2).every(([time]) => time > back)).toBe(true)
    expect(volume.at(-1)?.[1]).toBe(8.5)
    const during = history.rows('io.served', `${H1}/volume`).filter(({ time }) => time > 660 && time <= back)
    expect(during).toEqual([])
  })

  test('that was under way when it fell is lost, not answered when it is back', () => {
    const history = historyOf(
      world(`faults:
  flood: {kind: io-load, target: {service: app}, times: 200, at: 9m30s, lasts: 1m}
  dark: {kind: host-failure, target: {host: r1/h1}, at: 10m30s, lasts: 10m}`),
    )
    const slowest = (from: number, to: number): number => {
      const rows = history.rows('io.latency').filter(({ time }) => time > from && time <= to)
      return Math.max(...rows.map(({ a }) => a))
    }
    expect(slowest(0, 630)).toBeGreaterThan(10) // thousands wait by then
    expect(slowest(660, 3600)).toBeLessThan(1)
  })

  test('stops on the path whose card is dead, and goes on on the other', () => {
    const history = historyOf(
      world('faults: {dead: {kind: card-failure, card: network, target: {host: r1/h1}, at: 10m, lasts: 10m}}').replace(
        'volume: {by: domain, takes: 10ms}, domain: {processors: 2}',
        'network: {by: card}',
      ),
    )
    const spans = asked(history, 'network')
    expect(spans.slice(0, 2)).toEqual([
      [0, 7],
      [600, 0],
    ])
    expect(history.rows('io.served', `${H1}/network`).filter(({ time }) => time > 660 && time <= 1200)).toEqual([])
  })

  test('moves with an instance that moves', () => {
    const text = world('')
    const { cloud, scenario } = builtOf(text)
    cloud.sim.run(600)
    const host = cloud.services.hostOfInstance(0)
    cloud.pool.occupy(host + 1, cloud.services.cpuOfInstance(0))
    cloud.services.restartOn(0, host + 1, 0)
    cloud.sim.run(scenario.run.horizon)
    const rows = cloud.trace.columns()
    const kind = rowKindNamed('io.asked')
    const network = cloud.entities.find(`${H1}/network`)
    const levels = Array.from({ length: rows.length }, (_, row) => row)
      .filter(row => rows.kind[row] === kind && rows.subject[row] === network)
      .map(row => rows.a[row])
    expect(levels).toEqual([7, 6])
  })

  test('grows by what faults say of instances, services, tenants and the host, which multiply, and each is taken back', () => {
    const of = (target: string, times: number, at: string, lasts: string, whose = 'everybody') =>
      `{kind: io-load, target: {${target}}, times: ${times}, whose: ${whose}, at: ${at}, lasts: ${lasts}}`
    const history = historyOf(
      world(`faults:
  one: ${of('instance: app/i1', 10, '10m', '10m')}
  all: ${of('service: app', 2, '15m', '10m')}
  others: ${of('zone: a', 4, '30m', '5m', 'tenants')}
  host: ${of('host: r1/h1', 3, '40m', '5m')}
  elsewhere: ${of('host: r1/h2', 100, '50m', '5m')}`),
    )
    expect(asked(history, 'volume')).toEqual([
      [0, 8.5],
      [600, 35.5],
      [900, 68.5],
      [1200, 14.5],
      [1500, 8.5],
      [1800, 16],
      [2100, 8.5],
      [2400, 25.5],
      [2700, 8.5],
    ])
  })

  test('on a card of its own does not feel the other path, in a domain it does', () => {
    const flood = 'faults: {flood: {kind: io-load, target: {service: app}, times: 25, at: 10m, lasts: 10m}}'
    const rows = (rest: string, path: string) =>
      historyOf(world(rest).replace('network: 1/s, ', ''))
        .rows('io.served', `${H1}/${path}`)
        .map(({ a, b }) => [a, b])
    expect(rows(flood, 'network')).toEqual(rows('', 'network'))
    const [calm, flooded] = ['', flood].map(rest => rows(rest, 'volume')[14][0])
    expect(flooded).toBeGreaterThan(1.2 * calm)
  })

  test('costs nothing where nobody looks', () => {
    const text = world('').replace(', observe: {host: r1/h1}', '')
    expect(historyOf(text).rows(/^io\./)).toEqual([])
  })
})

test('binpack fills host after host, spread stands at even strides', () => {
  const hostsOf = (strategy: string) =>
    historyOf(`
blackstart: 1
name: packed
world: {r: {zones: [a], racks: 2, hosts: 3, tenants: 30}}
services: {app: {instances: 25, size: c5.xlarge, strategy: ${strategy}}}
`)
      .rows('instance.placed')
      .map(({ a }) => a)
  const counts = (strategy: string) => {
    const hosts = hostsOf(strategy)
    return [...new Set(hosts)].map(host => hosts.filter(one => one === host).length)
  }
  expect(counts('binpack')).toEqual([9, 9, 7])
  expect(counts('spread')).toHaveLength(6)
})
