import { describe, expect, test } from 'vitest'
import { lifted } from '../../sim/experiment/lifts.ts'
import { build } from '../../sim/scenario/build.ts'
import { rowKinds } from '../../sim/trace/row-kinds.ts'
import { History, historyOf, scenarioOf } from '../cloud.ts'

/** One instance that serves what it is asked, and what a request uses of it. */
const world = (service: string, { rate = '100/s', horizon = '8h', faults = '{}', run = '' } = {}) => `
blackstart: 1
name: buckets
run: {seed: 1, horizon: ${horizon}${run}}
world: {r: {zones: [a], datacentres: 1, racks: 1, hosts: 2, tenants: 0}}
services: {web: {instances: 1, capacity: 100/s, ${service}}}
clients: {users: {to: web, rate: ${rate}, timeout: 5s, retry: {attempts: 1}}}
faults: ${faults}`

const quiet = (at: string, lasts: string, factor = 0) =>
  `{quiet: {kind: load, target: {client: users}, at: ${at}, lasts: ${lasts}, factor: ${factor}}}`

describe('buckets', () => {
  // 288 credits of a minute of one processor; 120 spent and 12 earned an hour.
  test('T1: a t3.micro at full speed spends its credits in 288/108 h and has them again after a day', () => {
    const spent = world('size: t3.micro, credits: standard, uses: {cpu: 20ms}, overload: {queue: 0}', {
      horizon: '40h',
      faults: quiet('10h', '30h'),
    })
    const history = historyOf(spent)
    expect(history.timeOf('bucket.empty')).toBe(9600)
    expect(history.rows('bucket.full').map(({ time }) => time)).toEqual([36_000 + 86_400])
    expect(history.rows('bucket.empty')[0].a).toBeCloseTo(0.1, 12) // a tenth of each processor
  })

  test.each([
    [20, 1862.06897],
    [100, 2000],
    [334, 2702.7027],
    [750, 7200],
  ])('T2: a gp2 of %d GiB at 3000 operations a second has none left after %d s', (size, seconds) => {
    const disk = world(`size: c5.9xlarge, disk: {type: gp2, size: ${size}GiB}, uses: {iops: 30}`)
    expect(historyOf(disk).timeOf('bucket.empty')).toBeCloseTo(seconds, 4)
  })

  test('T2: a gp2 of 100 GiB is full again 18 000 s after it was empty', () => {
    const disk = world('size: c5.9xlarge, disk: {type: gp2, size: 100GiB}, uses: {iops: 30}', { faults: quiet('2000s', '6h') })
    const history = historyOf(disk)
    expect(history.timeOf('bucket.empty')).toBe(2000)
    expect(history.timeOf('bucket.full')).toBe(20_000)
  })

  test('volumes of a small size give the most for half an hour, then the base', () => {
    // 593.75 MB/s is the 4750 Mb/s of a c5.large; 81.25 MB/s are left.
    const history = historyOf(world('size: c5.large, uses: {volume: 5.9375MB}'))
    expect(history.timeOf('bucket.empty')).toBe(1800)
    expect(history.rows('bucket.empty')[0].a).toBeCloseTo(650 / 4750, 12)
    const flows = history.rows('client.flow', 'users')
    expect(flows[0].b).toBe(100)
    // What waits is late by the time it is served.
    expect(flows[flows.length - 1].b).toBe(0)
  })

  test('a larger size never runs out, and its most is a ceiling from the start', () => {
    const history = historyOf(world('size: c5.4xlarge, uses: {volume: 5.9375MB}'))
    expect(history.rows('bucket.empty')).toEqual([])
    expect(history.rows('client.flow', 'users').map(({ b }) => b)).toEqual([100])
    const twice = historyOf(world('size: c5.4xlarge, uses: {volume: 11.875MB}, overload: {queue: 0}'))
    expect(twice.rows('client.flow', 'users').map(({ b }) => b)).toEqual([50])
  })

  test('the tightest of several counts, and a fault takes its share of what is less than that', () => {
    const uses = 'size: c5.large, overload: {queue: 0}, uses: {cpu: 40ms, volume: 11.875MB}'
    expect(historyOf(world(uses)).rows('client.flow', 'users')[0].b).toBeCloseTo(50, 9)
    const impair = '{weak: {kind: service-impair, target: {service: web}, capacity: 80%, at: 10m}}'
    expect(historyOf(world(uses, { faults: impair, horizon: '20m' })).rows('client.flow', 'users')).toHaveLength(1)
    const weak = impair.replace('80%', '20%')
    const flows = historyOf(world(uses, { faults: weak, horizon: '20m' })).rows('client.flow', 'users')
    expect(flows.map(({ time, b }) => [time, b])).toEqual([
      [0, 50],
      [600, 20],
    ])
  })

  test('a load below the base never drains, and one between them drains by what is above it', () => {
    expect(historyOf(world('size: c5.large, uses: {network: 900kB}')).rows('bucket.draining')).toEqual([])
    // Network of a c5.large: 0.75 and up to 10 Gb/s for half an hour; 1.25 Gb/s take (10 − 0.75)/(1.25 − 0.75) times as long.
    expect(historyOf(world('size: c5.large, uses: {network: 1.5625MB}', { horizon: '12h' })).timeOf('bucket.empty')).toBe(
      33_300,
    )
  })

  test('unlimited credits go on for money: the bucket is in debt, and the debt is paid first', () => {
    const history = historyOf(world('size: t3.micro, uses: {cpu: 20ms}', { horizon: '60h', faults: quiet('4h', '60h') }))
    expect(history.timeOf('bucket.empty')).toBe(9600)
    expect(history.rows('client.flow', 'users').map(({ time, b }) => [time, b])).toEqual([
      [0, 100],
      [14_400, 0],
    ])
    // 4800 s at 1.8 processors above what is earned, then a day's earnings, at 0.2 a second.
    expect(history.timeOf('bucket.full')).toBe(14_400 + (4800 * 1.8) / 0.2 + 86_400)
  })

  test('own allowances stand in for those of the size', () => {
    const own = 'uses: {network: 1MB}, buckets: {network: {base: 50MBps, max: 100MBps, burst: 10m}}'
    expect(historyOf(world(own)).timeOf('bucket.empty')).toBe(600)
    const half = own.replace('burst: 10m', 'burst: 10m, start: 50%')
    expect(historyOf(world(half)).timeOf('bucket.empty')).toBe(300)
    const none = own.replace('burst: 10m', 'burst: 10m, start: 0%')
    expect(historyOf(world(`${none}, overload: {queue: 0}`)).rows('client.flow', 'users')[0].b).toBe(50)
    expect(historyOf(world(own.replace('10m', 'forever'))).rows('bucket.empty')).toEqual([])
  })

  test('what was used up comes back, and with it the capacity', () => {
    const own = 'uses: {network: 1MB}, overload: {queue: 0}, buckets: {network: {base: 50MBps, max: 100MBps, burst: 10m}}'
    // Empty at 600 s; half the load for 100 s changes nothing, none for 100 s fills 100 s of 50 MB/s, which last 100 s.
    const faults = `{half: {kind: load, target: {client: users}, at: 700s, lasts: 100s, factor: 0.5},
      none: {kind: load, target: {client: users}, at: 800s, lasts: 100s, factor: 0}}`
    const flows = historyOf(world(own, { faults, horizon: '20m' })).rows('client.flow', 'users')
    expect(flows.map(({ time, b }) => [time, b])).toEqual([
      [0, 100],
      [600, 50],
      [700, 50],
      [800, 0],
      [900, 100],
      [1000, 50],
    ])
  })

  test('once empty it stays so under the same load, whatever rounding makes of the base', () => {
    for (let kilobytes = 700; kilobytes < 740; kilobytes++) {
      const own = `uses: {network: ${kilobytes}.${kilobytes}kB}, buckets: {network: {base: 41.3MBps, max: 100MBps, burst: 1m}}`
      const history = historyOf(world(`${own}, overload: {queue: 0}`, { horizon: '1h' }))
      expect(
        history.rows(/^bucket/).map(({ kind }) => kind),
        `${kilobytes}`,
      ).toEqual(['bucket.draining', 'bucket.empty', 'bucket.steady'])
    }
  })

  test('lifting the limit is a burst without end', () => {
    const scenario = scenarioOf(world('size: c5.large, uses: {volume: 5.9375MB, network: 100MB}'))
    const endless = lifted(scenario, 'burst', 'web')
    if (endless === undefined) throw new Error('it cannot be lifted')
    const { cloud } = build(endless, '1')
    cloud.sim.run(28_800)
    const history = new History({ rows: cloud.trace.columns(), kinds: rowKinds(), entities: cloud.entities }, 0)
    expect(history.rows(/^bucket\./)).toEqual([])
    expect(historyOf(world('size: c5.large, uses: {volume: 5.9375MB, network: 100MB}')).rows('bucket.empty')).not.toEqual([])
  })

  test('single requests empty it too, within an interval of the flow', () => {
    const own = 'takes: 1ms, uses: {network: 1MB}, buckets: {network: {base: 50MBps, max: 150MBps, burst: 6m}}'
    const run = ', fidelity: request, interval: 1s'
    // 36 000 MB at 50 MB/s above the base; the count of 72 000 requests is off by 268.
    const history = historyOf(world(own, { run, horizon: '20m', rate: '100/s' }))
    expect(Math.abs(history.timeOf('bucket.empty') - 720)).toBeLessThan(3 * 2 * 2.68 + 1)
    const late = history.rows('client.flow', 'users').filter(({ time }) => time > 900)
    expect(late.reduce((sum, { b }) => sum + b, 0) / late.length).toBeLessThan(5)
    // What they took before anybody counted is paid back first; after a rest all are answered again.
    const rested = historyOf(world(own, { run, horizon: '40m', faults: quiet('20m', '10m') }))
    const again = rested.rows('client.flow', 'users').filter(({ time }) => time > 1860 && time < 2100)
    expect(again.every(({ a, b }) => a === b && b > 0)).toBe(true)
  })
})
