import { describe, expect, test } from 'vitest'
import { load } from '../../sim/scenario/load.ts'
import { createCriticalPaths, tellPath } from '../../sim/trace/critical-path.ts'
import { historyOf } from '../cloud.ts'
import { answered, told } from '../effects/told.ts'

/**
 * Two hosts, on each of which stand one instance of a database on volumes, of a cache without, and of a shard on local disks; the
 * volumes lie elsewhere in the zone. Hosts boot in 4 min, and instances restart within a second and start in 10 s.
 */
const world = (faults: string, more = '') => `
blackstart: 1
name: cards
run: {seed: 1, horizon: 4h}
world:
  r:
    zones: {a: {datacentres: {dc1: {racks: 2, tenants: 4}, store: {racks: 3, tenants: 0}}}}
    hosts: 1
    machine: plain
    boot: {restart: 1000/s}
machines: {plain: {boot: 4m, card-repair: 1h, on-power-return: {stuck: 0%, lost: 0%}}}
services:
  ebs: {kind: volumes, place: a/store, items: 100, item: 1GB, tenants: 50%}
  db: {place: a/dc1, instances: 2, starts-in: 10s, size: c5.9xlarge, needs: {disk: {from: ebs}}}
  cache: {place: a/dc1, instances: 2, starts-in: 10s, size: c5.large, capacity: 100/s, health: {every: 10s}}
  shard: {place: a/dc1, instances: 2, starts-in: 10s, size: c5.9xlarge, local-disk: true}${more}
clients: {users: {to: cache, rate: 100/s, timeout: 1s}}
faults: {${faults}}`

const H = 'r/a/dc1/r1/h1'
const fails = (card: string, lasts = ', lasts: 20m') =>
  `broken: {kind: card-failure, card: ${card}, target: {host: dc1/r1/h1}, at: 10m${lasts}}`
const ROWS = /^(network|volume|disk|control)-card\.|^host\.|^instance\.(down|booting|up|waiting)|^tenants\./

/** What happens to whoever stands on the host, with the instances of each service told alike. */
const happens = (faults: string, more?: string) =>
  told(historyOf(world(faults, more)), ROWS).map(line => line.replace(/\/i\d$/, '').replace(H, 'host'))

describe('a volume card that fails', () => {
  test('stalls what stands on volumes, which goes on at once when it is back; whoever has none notices nothing', () => {
    expect(happens(fails('volume'))).toEqual([
      '600 volume-card.down host',
      '600 instance.down db',
      '600 tenants.disks host',
      '1800 volume-card.up host',
      '1800 instance.up db',
      '1800 tenants.disks host',
    ])
  })

  test('twice falls once, and is back with its last reason', () => {
    const both = `${fails('volume')}, again: {kind: card-failure, card: volume, target: {datacentre: dc1}, at: 20m, lasts: 30m}`
    const history = historyOf(world(both))
    expect(told(history, /^volume-card/)).toEqual([
      `600 volume-card.down ${H}`,
      '1200 volume-card.down r/a/dc1/r2/h1',
      `3000 volume-card.up ${H}`,
      '3000 volume-card.up r/a/dc1/r2/h1',
    ])
  })

  test('without an end is replaced in its own time, and the way back names it', () => {
    const history = historyOf(world(fails('volume', '')))
    expect(told(history, /^volume-card|^fault/)).toEqual([
      '600 fault.started broken',
      `600 volume-card.down ${H}`,
      `4200 volume-card.up ${H}`,
    ])
    const [up] = history.rows('instance.up')
    const { hops } = createCriticalPaths(history.recording)(up.row, history.rows('fault.started')[0].row)
    expect(tellPath(history.recording, hops, 'en')).toBe(`1 h: the volume card of ${H} is replaced`)
  })

  test('is replaced by hands where there are any: travel and handling, one after the other', () => {
    const crew = '\n  hands: {kind: crew, servers: 1, travel: 25m, takes: 40m}'
    const all = 'broken: {kind: card-failure, card: volume, target: {datacentre: dc1}, at: 10m}'
    const history = historyOf(world(all, crew))
    expect(history.rows('volume-card.up').map(({ time }) => time / 60)).toEqual([10 + 65, 10 + 130])
  })

  test('by law takes each host by itself, again and again', () => {
    const aging = `aging: {kind: card-failure, card: volume, target: {datacentre: dc1}, each: host, every: {sequence: [30m, 50m]}, lasts: 10m}`
    const history = historyOf(world(aging))
    expect(told(history, /^volume-card/, /r1/)).toEqual(
      [30, 40, 90, 100, 130, 140, 190, 200, 230, 240].map(
        (minutes, i) => `${minutes * 60} volume-card.${i % 2 === 0 ? 'down' : 'up'} ${H}`,
      ),
    )
  })
})

describe('a network card that fails', () => {
  test('leaves the host running out of reach: probes take its instances out, and they are there at once when it is back', () => {
    expect(happens(fails('network')).filter(line => !line.includes('instance'))).toEqual([
      '600 network-card.down host',
      '600 host.cut host',
      '600 tenants.reach host',
      '1800 network-card.up host',
      '1800 host.joined host',
      '1800 tenants.reach host',
    ])
    const history = historyOf(world(fails('network')))
    expect(told(history, /^instance\.(down|up)/).map(line => line.replace(/\/i\d/, ''))).toEqual([
      '600 instance.down shard',
      '600 instance.down db',
      '600 instance.down cache',
      '1800 instance.up shard',
      '1800 instance.up db',
      '1800 instance.up cache',
    ])
    expect(history.rows('health.out').length).toBe(1)
    expect([599, 605, 1799].map(time => answered(history, time))).toEqual([100, 50, 100])
  })

  test('keeps a host from booting, which it does over the network', () => {
    const dark = 'dark: {kind: power-loss, target: {rack: dc1/r1}, at: 5m, lasts: 10m}'
    const history = historyOf(world(`${dark}, ${fails('network')}`))
    expect(told(history, /^(network-card|host)/)).toEqual([
      `600 network-card.down ${H}`,
      `1800 network-card.up ${H}`,
      `1800 host.booting ${H}`,
      `2040 host.up ${H}`,
    ])
  })
})

describe('a card of local disks that fails', () => {
  test('stops what works on them, which starts again, with nothing, once they are replaced', () => {
    expect(happens(fails('disk'))).toEqual([
      '600 disk-card.down host',
      '600 instance.down shard',
      '1800 disk-card.up host',
      expect.stringMatching(/^1800\.00\d+ instance.booting shard/),
      expect.stringMatching(/^1810\.00\d+ instance.up shard/),
    ])
  })

  test('and of volumes takes their copies out of reach, and destroys none', () => {
    const history = historyOf(world(fails('disk').replace('dc1/r1/h1', 'store/r1/h1')))
    expect(history.rows('volumes.degraded').length).toBeGreaterThan(0)
    expect(history.rows('volumes.lost')).toEqual([])
  })
})

describe('a controller that fails', () => {
  test('stops nothing that runs', () => {
    expect(happens(fails('control'))).toEqual(['600 control-card.down host', '1800 control-card.up host'])
  })

  test('keeps what has stopped from being restarted there', () => {
    const slip = 'slip: {kind: operator-error, target: {service: cache, of: instance}, at: 15m, lasts: 1m}'
    const lines = told(historyOf(world(`${fails('control')}, ${slip}`)), /^control-card|^instance/, /cache|r1/)
    expect(lines.filter(line => !line.includes('placed')).map(line => line.replace(/cache\/i\d/, 'cache'))).toEqual([
      `600 control-card.down ${H}`,
      '900 instance.down cache',
      '900 instance.down cache',
      '960 instance.waiting cache',
      expect.stringMatching(/^960\.00\d+ instance.booting cache/),
      expect.stringMatching(/^970\.00\d+ instance.up cache/),
      `1800 control-card.up ${H}`,
      expect.stringMatching(/^1800\.00\d+ instance.booting cache/),
      expect.stringMatching(/^1810\.00\d+ instance.up cache/),
    ])
  })

  test('keeps a host that loses power from booting, and what stands on it waits', () => {
    const dark = 'dark: {kind: power-loss, target: {rack: dc1/r1}, at: 15m, lasts: 1m}'
    const history = historyOf(world(`${fails('control')}, ${dark}`))
    expect(told(history, /^(control-card|host)/)).toEqual([
      `600 control-card.down ${H}`,
      `1800 control-card.up ${H}`,
      `1800 host.booting ${H}`,
      `2040 host.up ${H}`,
    ])
    expect(history.rows('tenants.up').map(({ a }) => a)).toEqual([4])
  })

  test('keeps instances there from being resized or ended', () => {
    const resized = 'moved: {kind: resize, target: {service: cache}, size: c5.xlarge, at: 15m}'
    const ended = 'ended: {kind: scale-in, target: {service: shard}, to: 1, at: 16m}'
    const both = fails('control').replace('{host: dc1/r1/h1}', '{datacentre: dc1}')
    expect(told(historyOf(world(`${both}, ${resized}, ${ended}`)), /^instance\.(down|gone)/)).toEqual([])
    const none = told(historyOf(world(`${resized}, ${ended}`)), /^instance\.(down|gone)/)
    expect(none.map(line => line.replace(/\d$/, ''))).toEqual([
      '900 instance.down cache/i',
      '900 instance.down cache/i',
      '960 instance.gone shard/i',
    ])
  })

  test('lets nothing be launched on its host: all goes where there is one', () => {
    const plane = `
  plane: {kind: control-plane, instances: 1, size: c5.large, api: {threads: 4, takes: 1s}}`
    const text = world(
      `${fails('control', ', lasts: 3h').replace('host: dc1/r1/h1', 'zone: a, of: host, except: {host: dc1/r2/h1}')}, more: {kind: load, target: {client: users}, factor: 3, at: 20m}`,
      plane,
    ).replace('faults:', 'plans: {scale: {kind: autoscaler, of: cache, via: plane, max: 6}}\nfaults:')
    const history = historyOf(text)
    const placed = history.rows('instance.placed').filter(({ time }) => time > 0)
    expect(placed.map(({ a }) => history.recording.entities.id(a))).toEqual(Array(placed.length).fill('r/a/dc1/r2/h1'))
    expect(placed.length).toBeGreaterThan(0)
    const back = historyOf(text.replace('lasts: 3h', 'lasts: 5m'))
      .rows('instance.placed')
      .filter(({ time }) => time > 1200)
    expect(back.map(({ a }) => history.recording.entities.id(a))).toContain('r/a/store/r1/h1')
  })

  test('keeps what waits for its turn to be restarted waiting, other customers’ instances too', () => {
    const dark = 'dark: {kind: power-loss, target: {rack: dc1/r1}, at: 1m, lasts: 1m}'
    const slow = world(`${dark}, ${fails('control').replace('10m', '370s')}`).replace('1000/s', '2/min')
    // Up at 6 min; the first of three instances starts after 30 s, and the controller is gone 10 s after the host is up.
    expect(
      told(historyOf(slow), /^(host|control-card|tenants)\.|^instance.booting/).map(line => line.replace(/\/i\d$/, '')),
    ).toEqual([
      `120 host.booting ${H}`,
      `360 host.up ${H}`,
      `370 control-card.down ${H}`,
      `1570 control-card.up ${H}`,
      '1600 instance.booting shard',
      '1630 instance.booting db',
      '1660 instance.booting cache',
      `1780 tenants.up ${H}`,
    ])
  })

  test('makes changes to what runs there fail, and where threads are held, wait', () => {
    const plane = (api: string) => `
  plane: {kind: control-plane, instances: 1, size: c5.large, api: {threads: 1, takes: 1s, ${api}}}`
    const clients = 'clients: {writers: {asks: change, via: plane, of: cache, every: 1m}, '
    const calls = (api: string) =>
      historyOf(
        world(fails('control').replace('{host: dc1/r1/h1}', '{datacentre: dc1}'), plane(api)).replace('clients: {', clients),
      )
        .rows(/^call\./)
        .filter(({ time }) => time >= 600 && time < 720)
        .map(({ time, kind }) => `${time} ${kind}`)
    expect(calls('starved: idle')).toEqual(['601 call.no-control', '661 call.no-control'])
    expect(calls('starved: hold, call-timeout: 40s')).toEqual(['640 call.gave-up', '700 call.gave-up'])
  })
})

describe('a file', () => {
  const problems = (text: string) => {
    const loaded = load(text, { file: 's.yaml', read: () => undefined })
    return loaded.ok ? [] : loaded.problems.map(({ line, path, message }) => `${line} ${path}: ${message}`)
  }

  test('that strikes a card which no profile has is told so, with its line', () => {
    const text = world(fails('volume')).replace(
      'boot: 4m,',
      'boot: 4m, virtualisation: {cpu: 10%}, io: {domain: {processors: 2}, volume: {by: domain}},',
    )
    expect(problems(text)).toEqual(['18 faults.broken.card: no host has a volume card: plain has none'])
    expect(problems(world(fails('volume')))).toEqual([])
  })

  test('that names a card there is not is told which there are', () => {
    const [problem] = problems(world(fails('sound')))
    expect(problem).toContain('18 faults.broken.card: must be one of network, volume, disk, control')
  })
})
