import { expect, test } from 'vitest'
import { historyOf } from '../cloud.ts'

/** The start-up graph of a region, s: everything waits for hosts, then for each other. */
const GRAPH = `
blackstart: 1
name: start-up
run: {seed: 1, horizon: 2h}
world:
  r: {zones: [a], racks: 1, hosts: 4, machine: plain, tenants: 0, begin: dark}
  far: {zones: [z], racks: 1, hosts: 1, machine: plain, tenants: 0}
machines: {plain: {boot: 5m, on-power-return: {stuck: 0%, lost: 0%}}}
services:
  dns: {place: r, starts-in: 30s, needs: {hosts: {from: r/a, when: start}}}
  pki: {place: r, starts-in: 20s, needs: {dns: {when: start}}}
  net: {place: r, starts-in: 120s, needs: {dns: {when: start}}}
  auth: {place: r, starts-in: 60s, needs: {dns: {when: start}, pki: {when: start}}}
  ec2cp: {place: r, starts-in: 180s, needs: {net: {when: start}, auth: {when: start}, via-s3: VIA-S3, via-ddb: VIA-DDB}}
  s3: {place: r, starts-in: 300s, needs: {auth: {when: start}, ec2cp: {when: start}}}
  ddb: {place: r, starts-in: 240s, needs: {auth: {when: start}, ec2cp: {when: start}}}
  lambda: {place: r, starts-in: 90s, needs: {ec2cp: {when: start}, s3: {when: start}}}
  console: {place: r, starts-in: 60s, needs: {auth: {when: start}, ddb: {when: start}, lambda: {when: start}}}
  proxy: {place: far}
faults: {power: {kind: energise, target: {region: r}, at: 1m}}`

const graph = (s3: string, ddb: string) => historyOf(GRAPH.replace('VIA-S3', s3).replace('VIA-DDB', ddb))

/** Longest paths, counted from "hosts ready". */
const FINISH = { dns: 30, pki: 50, net: 150, auth: 110, ec2cp: 330, s3: 630, ddb: 570, lambda: 720, console: 780 }

test('a circle of start-needs never starts, and the run says who waits for whom', () => {
  const history = graph('{from: s3, when: start}', '{from: ddb, when: start}')
  const ready = history.timeOf('place.ready', 'r/a')
  const up = history.rows('service.up').map(row => `${row.of} ${row.time - ready}`)
  expect(up).toEqual(['dns 30', 'pki 50', 'auth 110', 'net 150'])
  const waits = history.rows('deadlock.waits').map(row => `${row.of} → ${history.recording.entities.id(row.a)}`)
  expect(waits.sort((a, b) => (a < b ? -1 : 1))).toEqual([
    'console → ddb',
    'console → lambda',
    'ddb → ec2cp',
    'ec2cp → ddb',
    'ec2cp → s3',
    'lambda → ec2cp',
    'lambda → s3',
    's3 → ec2cp',
  ])
  const knot = history.rows('deadlock.waits').filter(row => row.of === 'ec2cp')
  expect(knot.map(row => row.time - ready)).toEqual([150, 150])
  expect(history.whyOf(knot[0].row).slice(0, 2)).toEqual(['deadlock.waits', 'service.up'])
})

test.each([
  [
    'a proxy serves the two edges from another region',
    '{from: [s3, proxy], k: 1, when: start}',
    '{from: [ddb, proxy], k: 1, when: start}',
  ],
  [
    'the two edges are cached for ever on disk',
    '{from: s3, when: start, hold: forever, kept: disk}',
    '{from: ddb, when: start, hold: forever, kept: disk}',
  ],
])('the finish times are the longest paths when %s', (_, s3, ddb) => {
  const history = graph(s3, ddb)
  const ready = history.timeOf('place.ready', 'r/a')
  const finish = Object.fromEntries(Object.keys(FINISH).map(id => [id, history.timeOf('service.up', id) - ready]))
  expect(finish).toEqual(FINISH)
  expect(history.rows('deadlock.waits')).toHaveLength(0)
})

test('what is held only in memory does not survive the loss of power', () => {
  const held = (kept: string) => `{from: s3, when: start, hold: forever, kept: ${kept}}`
  const history = graph(held('memory'), held('memory'))
  expect(history.rows('service.up', 'ec2cp')).toHaveLength(0)
})

test('a serve-need that is held lasts exactly its hold', () => {
  const history = historyOf(`
blackstart: 1
name: hold
run: {horizon: 1h}
world: {r: {zones: [a], racks: 1, hosts: 1, tenants: 0}}
services: {auth: {}, api: {needs: {auth: {hold: 5m}}}, web: {needs: {api: {}}}}
faults: {slip: {kind: operator-error, target: {service: auth}, at: 10m, lasts: 20m}}`)
  expect(history.rows(/^service\.(up|down)$/).map(row => `${row.time} ${row.kind} ${row.of}`)).toEqual([
    '600 service.down auth',
    '900 service.down api',
    '900 service.down web',
    '1800 service.up auth',
    '1800 service.up api',
    '1800 service.up web',
  ])
})

/** What `auth` gives is held for an hour; it goes at 10 min, and the host of `web` at 15 min, for a minute. */
const held = (kept: string, clients: string) =>
  historyOf(`
blackstart: 1
name: held
run: {seed: 1, horizon: 1h}
world: {r: {zones: [a], racks: 1, hosts: 1, machine: plain, tenants: 0, boot: {restart: 60/min}}}
machines: {plain: {boot: 5m, on-power-return: {stuck: 0%, lost: 0%}}}
services: {auth: {}, web: {instances: 1, starts-in: 1m, needs: {auth: {hold: 1h, kept: ${kept}}}}}
clients: {${clients}}
faults:
  slip: {kind: operator-error, target: {service: auth}, at: 10m, lasts: 40m}
  dark: {kind: power-loss, target: {zone: a}, at: 15m, lasts: 1m}`)
const BACK = 960 + 300 + 1 + 60

test('what is held in memory is lost with the last instance, what is on disk is not', () => {
  const turns = (kept: string) =>
    held(kept, '')
      .rows(/^service\.(up|down)$/, 'web')
      .map(row => `${row.time} ${row.kind}`)
  expect(turns('disk')).toEqual(['900 service.down', `${BACK} service.up`])
  expect(turns('memory')).toEqual(['900 service.down', '3000 service.up'])
})

test('so it is for a call that every request makes', () => {
  const first = (kept: string) => {
    const flows = held(kept, 'users: {to: web, rate: 50/s}').rows('client.flow', 'users')
    expect(flows.filter(row => row.time < 900).at(-1)?.b).toBe(50)
    return flows.find(row => row.time > 900 && row.b > 0)?.time
  }
  expect(first('disk')).toBe(BACK)
  expect(first('memory')).toBe(3000)
})

test('a service that begins dark on hosts that are up starts at once, one instance after the other', () => {
  const history = historyOf(`
blackstart: 1
name: cold
run: {seed: 1, horizon: 1h}
world: {r: {zones: [a], racks: 1, hosts: 2, tenants: 0, boot: {restart: 60/min}}}
services: {web: {instances: 3, starts-in: 1m, begin: dark, needs: {auth: {when: start}}}, auth: {begin: dark, starts-in: 10s}}`)
  expect(history.timeOf('service.up', 'auth')).toBe(10)
  expect(history.rows('instance.up').flatMap(row => (row.of.startsWith('web/') ? [row.time] : []))).toEqual([71, 72, 73])
  expect(history.rows('service.ready', 'web').map(row => row.a)).toEqual([0, 1, 2, 3])
})
