import { describe, expect, test } from 'vitest'
import { builtOf, historyOf } from '../cloud.ts'
import { told } from './told.ts'

/** One zone of two racks of two hosts that boot in 5 min and take an hour to repair; its chiller restarts at once. */
const world = (faults: string, more = '') => `
blackstart: 1
name: hosts
run: {seed: 1, horizon: 4h}
world: {r: {zones: [a], racks: 2, hosts: 2, machine: plain, tenants: 0, cooling: {chillers: {units: 1, needed: 1}, resume: 40%, restart: {takes: 0s}}}}
machines: {plain: {boot: 5m, repair: 1h, on-power-return: {stuck: 0%, lost: 0%}}}
faults:
  ${faults}
${more}`

const H = 'r/a/dc1/r1/h1'

describe('host-failure', () => {
  test('of one host leaves the others up; it is repaired, then boots', () => {
    const history = historyOf(world('broken: {kind: host-failure, target: {host: r1/h1}, at: 10m}'))
    expect(told(history, /^host\./)).toEqual([
      `600 host.down ${H}`,
      `4200 host.repaired ${H}`,
      `4200 host.booting ${H}`,
      `4500 host.up ${H}`,
    ])
  })

  test('of a rack breaks every host in it', () => {
    const history = historyOf(world('broken: {kind: host-failure, target: {rack: r2}, at: 10m}'))
    expect(history.rows('host.down').map(row => row.of)).toEqual(['r/a/dc1/r2/h1', 'r/a/dc1/r2/h2'])
    expect(history.rows('host.up').map(row => row.time)).toEqual([4500, 4500])
  })

  test('that lasts is made good when it is over, and takes no repair', () => {
    const history = historyOf(world('broken: {kind: host-failure, target: {host: r1/h1}, at: 10m, lasts: 20m}'))
    expect(told(history, /^host\./)).toEqual([
      `600 host.down ${H}`,
      `1800 host.repaired ${H}`,
      `1800 host.booting ${H}`,
      `2100 host.up ${H}`,
    ])
  })

  test('twice on one host: it is down once, until the second repair', () => {
    const history = historyOf(
      world(`one: {kind: host-failure, target: {host: r1/h1}, at: 10m}
  two: {kind: host-failure, target: {rack: r1}, at: 20m}`),
    )
    expect(told(history, /^host\./, /r1\/h1/)).toEqual([
      `600 host.down ${H}`,
      `4800 host.repaired ${H}`,
      `4800 host.booting ${H}`,
      `5100 host.up ${H}`,
    ])
  })

  test('in a dark rack: power back finds it broken, and the repair boots it', () => {
    const history = historyOf(
      world(`dark: {kind: power-loss, target: {rack: r1}, at: 10m, lasts: 10m}
  broken: {kind: host-failure, target: {host: r1/h1}, at: 15m}`),
    )
    expect(history.timeOf('host.up', H)).toBe(900 + 3600 + 300)
    expect(history.timeOf('host.up', 'r/a/dc1/r1/h2')).toBe(1200 + 300)
  })
})

describe('cooling-loss', () => {
  test('shorter than the air takes to become too warm switches nobody off', () => {
    const history = historyOf(world('hot: {kind: cooling-loss, target: {zone: a}, at: 10m, lasts: 299s}'))
    expect(history.rows(/^host\./)).toHaveLength(0)
  })

  test('switches every host off when the air is too warm, and lets them start again once it is cool: 60 % of 5 min later', () => {
    const history = historyOf(world('hot: {kind: cooling-loss, target: {region: r}, at: 10m, lasts: 10m}'))
    expect(history.rows('host.shut').map(row => row.time)).toEqual(Array(4).fill(900))
    expect(history.rows('host.up').map(row => row.time)).toEqual(Array(4).fill(1200 + 180 + 300))
  })

  test('twice at once ends with the later one', () => {
    const history = historyOf(
      world(`one: {kind: cooling-loss, target: {zone: a}, at: 10m, lasts: 10m}
  two: {kind: cooling-loss, target: {datacentre: dc1}, at: 12m, lasts: 18m}`),
    )
    expect(history.rows('host.shut')).toHaveLength(4)
    expect(history.timeOf('cooling.back')).toBe(1800)
    expect(history.timeOf('host.up')).toBe(1800 + 180 + 300)
  })

  test('a broken host that is repaired while it is too warm starts once it is cool', () => {
    const history = historyOf(
      world(`broken: {kind: host-failure, target: {host: r1/h1}, at: 1m}
  hot: {kind: cooling-loss, target: {zone: a}, at: 50m, lasts: 20m}`),
    )
    expect(history.timeOf('host.repaired')).toBe(60 + 3600)
    expect(history.timeOf('host.up', H)).toBe(4200 + 180 + 300)
  })

  test('cool air does not bring back a host that is stuck: that takes its repair, once', () => {
    const history = historyOf(
      world(`dark: {kind: power-loss, target: {rack: r1}, at: 1m, lasts: 1m}
  hot: {kind: cooling-loss, target: {zone: a}, at: 10m, lasts: 15m}`).replace('stuck: 0%', 'stuck: 100%'),
    )
    expect(told(history, /^host\./, /r1\/h1/)).toEqual([
      `120 host.stuck ${H}`,
      `3720 host.repaired ${H}`,
      `3720 host.booting ${H}`,
      `4020 host.up ${H}`,
    ])
  })
})

describe('shut', () => {
  test('hosts are off for as long as it lasts, then boot', () => {
    const history = historyOf(world('shed: {kind: shut, target: {rack: r1}, at: 10m, lasts: 20m}'))
    expect(told(history, /^host\./, /h1/)).toEqual([`600 host.shut ${H}`, `1800 host.booting ${H}`, `2100 host.up ${H}`])
  })
})

describe('capacity-shortage', () => {
  const crowd = (faults: string) => world(faults).replace('racks: 2, hosts: 2', 'racks: 10, hosts: 10')
  const full = (faults: string, time: number) => {
    const { cloud } = builtOf(crowd(faults))
    cloud.sim.run(time)
    return Array.from({ length: 100 }, (_, host) => host).filter(host => cloud.pool.freeOn(host) === 0)
  }

  test('takes all that is free on a share of the hosts, and gives it back', () => {
    const shortage = 'short: {kind: capacity-shortage, target: {zone: a}, share: 100%, at: 10m, lasts: 10m}'
    expect(full(shortage, 599)).toHaveLength(0)
    expect(full(shortage, 600)).toHaveLength(100)
    expect(full(shortage, 1200)).toHaveLength(0)
  })

  test('takes the hosts of a smaller share within those of a larger one, and only within its target', () => {
    const some = full('short: {kind: capacity-shortage, target: {zone: a}, share: 20%, at: 10m}', 600)
    const more = full('short: {kind: capacity-shortage, target: {zone: a}, share: 50%, at: 10m}', 600)
    expect(some.length).toBeGreaterThan(5)
    expect(more.length).toBeGreaterThan(some.length)
    expect(more).toEqual(expect.arrayContaining(some))
    const rack = full('short: {kind: capacity-shortage, target: {rack: r2}, share: 100%, at: 10m}', 600)
    expect(rack).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19])
  })

  test('twice at once lasts until both are over', () => {
    const both = `one: {kind: capacity-shortage, target: {zone: a}, share: 100%, at: 10m, lasts: 10m}
  two: {kind: capacity-shortage, target: {zone: a}, share: 100%, at: 15m, lasts: 15m}`
    expect(full(both, 1200)).toHaveLength(100)
    expect(full(both, 1800)).toHaveLength(0)
  })

  test('a host that falls while it is taken comes back taken', () => {
    const both = `short: {kind: capacity-shortage, target: {zone: a}, share: 100%, at: 10m, lasts: 1h}
  dark: {kind: power-loss, target: {rack: r1}, at: 15m, lasts: 1m}`
    expect(full(both, 1500)).toHaveLength(100)
    expect(full(both, 4200)).toHaveLength(0)
  })
})
