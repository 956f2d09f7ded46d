import { describe, expect, test } from 'vitest'
import { builtOf, historyOf } from '../cloud.ts'

const world = (service: string, faults: string, { hosts = 2, horizon = '2h', load = '100/s' } = {}) => `
blackstart: 1
name: resize
run: {seed: 3, horizon: ${horizon}}
world: {r: {zones: [a], datacentres: 1, racks: 1, hosts: ${hosts}, machine: plain, tenants: 0, boot: {restart: 1000000/s}}}
machines: {plain: {cpu: 8, boot: 5m, on-power-return: {stuck: 0%, lost: 0%}}}
services: {web: {instances: 4, starts-in: 60s, ${service}}}
clients: {users: {to: web, rate: ${load}, timeout: 1s, retry: {attempts: 1}}}
faults: {${faults}}`

/** Instances that serve, to the second: restarts follow one another within microseconds. */
const readyOf = (text: string): number[][] => {
  const bySecond = new Map(
    historyOf(text)
      .rows('service.ready', 'web')
      .map(({ time, a }) => [Math.round(time), a]),
  )
  return [...bySecond]
}

describe('resize', () => {
  test('instances are stopped, start again as the other type, and nobody is sent to them meanwhile', () => {
    const text = world(
      'size: c5.large',
      'move: {kind: resize, target: {service: web, of: instance, pick: 2}, size: c5.xlarge, at: 10m}',
    )
    expect(readyOf(text)).toEqual([
      [0, 4],
      [600, 2],
      [660, 4],
    ])
    expect(
      historyOf(text)
        .rows('client.flow', 'users')
        .map(({ b }) => b),
    ).toEqual([100])
  })

  test('they take the processors of the type that they are', () => {
    const text = world('size: c5.large', 'move: {kind: resize, target: {service: web}, size: c5.xlarge, at: 10m, lasts: 10m}', {
      horizon: '1h',
    })
    const { cloud } = builtOf(text)
    const free = () => cloud.pool.freeOn(0) + cloud.pool.freeOn(1)
    cloud.sim.run(599)
    expect(free()).toBe(16 - 4 * 2)
    cloud.sim.run(900)
    expect(free()).toBe(16 - 4 * 4)
    cloud.sim.run(3600)
    expect(free()).toBe(16 - 4 * 2)
    expect(cloud.services.ready(0)).toBe(4)
  })

  test('where the host has no room it stays down and says so, until it is moved back', () => {
    const text = world('size: c5.large', 'move: {kind: resize, target: {service: web}, size: c5.2xlarge, at: 10m, lasts: 10m}')
    const history = historyOf(text)
    expect(history.rows('instance.no-room').map(({ time, a }) => [time, a])).toEqual(Array(4).fill([600, 8]))
    expect(readyOf(text).map(([, a]) => a)).toEqual([4, 0, 4])
  })

  test('without a driver for volumes it does not boot, without one for the network nobody reaches it', () => {
    const move = 'move: {kind: resize, target: {service: web}, size: c5.large, at: 10m}'
    const half = historyOf(world('size: c4.large, image: {drivers: {ena: 75%, nvme: 50%}}', move))
    expect(half.rows('instance.no-nvme')).toHaveLength(2)
    expect(half.rows('instance.no-ena')).toHaveLength(1)
    // Images are of different ages: who lacks the commoner one lacks the rarer one too.
    const [{ of }] = half.rows('instance.no-ena')
    expect(half.rows('instance.no-nvme').map(row => row.of)).toContain(of)
    const rose = half.rows('instance.up').map(row => row.of)
    expect(rose).toHaveLength(2)
    expect(half.rows('instance.no-nvme').filter(row => rose.includes(row.of))).toEqual([])
  })

  test('one that is stuck stays so when its host comes back, and serves again once it is moved back', () => {
    const faults = `move: {kind: resize, target: {service: web}, size: c5.large, at: 10m, lasts: 60m},
      dark: {kind: power-loss, target: {zone: a}, at: 20m, lasts: 5m}`
    const text = world('size: c4.large, image: {drivers: {ena: 100%, nvme: 50%}}', faults)
    const ready = readyOf(text)
    expect(ready.filter(([time, a]) => time >= 600 && time < 4200 && a > 2)).toEqual([])
    expect(ready[ready.length - 1]).toEqual([4260, 4])
  })

  test('one that is of that type already runs on', () => {
    const move = 'move: {kind: resize, target: {service: web}, size: c5.large, at: 10m}'
    expect(historyOf(world('size: c5.large', move)).rows('instance.down')).toEqual([])
  })

  test('lifting a second move leads back to what the first one made', () => {
    const faults = `first: {kind: resize, target: {service: web}, size: c5.xlarge, at: 10m},
      second: {kind: resize, target: {service: web}, size: m5.large, at: 20m, lasts: 10m}`
    const { cloud } = builtOf(world('size: c5.large', faults))
    cloud.sim.run(7200)
    expect(cloud.pool.freeOn(0) + cloud.pool.freeOn(1)).toBe(16 - 4 * 4)
  })

  test('one that is ended gives back the processors that it has', () => {
    const faults = `move: {kind: resize, target: {service: web}, size: c5.xlarge, at: 10m},
      fewer: {kind: scale-in, target: {service: web}, to: 1, at: 20m}`
    const { cloud } = builtOf(world('size: c5.large', faults))
    cloud.sim.run(7200)
    expect(cloud.pool.freeOn(0) + cloud.pool.freeOn(1)).toBe(16 - 4)
  })

  test('a cell may use what its instances may on average', () => {
    // A c4.large has 500 Mb/s to its volumes, a c5.large up to 4750: 62.5 and 593.75 MB/s at 1 MB a request.
    const uses = 'size: c4.large, capacity: 1000/s, uses: {volume: 1MB}, overload: {queue: 0}'
    const one = 'move: {kind: resize, target: {service: web, of: instance, pick: 2}, size: c5.large, at: 10m}'
    const flows = historyOf(world(uses, one, { load: '4000/s', horizon: '20m' })).rows('client.flow', 'users')
    expect(flows[0].b).toBeCloseTo(4 * 62.5, 9)
    expect(flows[flows.length - 1].b).toBeCloseTo(2 * 62.5 + 2 * 593.75, 9)
    const all = one.replace(', of: instance, pick: 2', '')
    const after = historyOf(world(uses, all, { load: '4000/s' }))
    expect(after.rows('bucket.empty')).toHaveLength(1)
    const last = after.rows('client.flow', 'users')
    expect(last[last.length - 1].b).toBeCloseTo(4 * 81.25, 9)
  })
})
