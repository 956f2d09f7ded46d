import { describe, expect, test } from 'vitest'
import { historyOf } from '../cloud.ts'
import { answered, told } from './told.ts'

/** Four instances in two zones serve 100/s each and are asked 200/s; what cannot be served at once is refused. */
const world = (faults: string) => `
blackstart: 1
name: services
run: {seed: 1, horizon: 1h}
world: {r: {zones: [a, b], racks: 1, hosts: 4, tenants: 0}}
services:
  web: {instances: 4, spread: zone, capacity: 100/s, overload: {queue: 0}, needs: {auth: {}}}
  auth: {}
clients: {users: {to: web, rate: 200/s, timeout: 1s}}
faults:
  ${faults}`

const flows = (faults: string) => {
  const history = historyOf(world(faults))
  return [599, 601, 1201].map(time => answered(history, time))
}

describe('service-impair', () => {
  test.each([
    ['half of the requests end in an error', 'errors: 50%', 100],
    ['an answer that comes later than its caller waits is none', 'latency: 2s', 0],
    ['an answer that is late, yet in time, is one', 'latency: 500ms', 200],
    ['a quarter of 400/s is left', 'capacity: 25%', 100],
  ])('%s', (_, what, during) => {
    expect(flows(`grey: {kind: service-impair, target: {service: web}, ${what}, at: 10m, lasts: 10m}`)).toEqual([
      200,
      during,
      200,
    ])
  })

  test('of one cell leaves the other zone’s requests alone', () => {
    expect(flows('grey: {kind: service-impair, target: {cell: r/a}, errors: 50%, at: 10m, lasts: 10m}')).toEqual([
      200, 150, 200,
    ])
  })

  test('two at once: errors compose, and lifting one leaves the other', () => {
    const history = historyOf(
      world(`one: {kind: service-impair, target: {service: web}, errors: 50%, at: 10m, lasts: 10m}
  two: {kind: service-impair, target: {service: web}, errors: 50%, at: 15m, lasts: 10m}`),
    )
    expect([601, 901, 1201, 1501].map(time => answered(history, time))).toEqual([100, 50, 100, 200])
  })
})

test('config-push: three requests in ten fail everywhere at once, until the rollback', () => {
  const [before, during, after] = flows('bad: {kind: config-push, target: {service: web}, at: 10m, lasts: 10m}')
  expect([before, after]).toEqual([200, 200])
  expect(during).toBeCloseTo(140, 9)
})

describe('operator-error', () => {
  test('takes the service out of use although its instances run', () => {
    const history = historyOf(world('slip: {kind: operator-error, target: {service: web}, at: 10m, lasts: 10m}'))
    expect(told(history, /^(service\.(up|down)|instance\.down)/)).toEqual(['600 service.down web', '1200 service.up web'])
    expect([599, 601, 1201].map(time => answered(history, time))).toEqual([200, 0, 200])
  })

  test('of what a service calls on every request fails all of its requests', () => {
    expect(flows('slip: {kind: operator-error, target: {service: auth}, at: 10m, lasts: 10m}')).toEqual([200, 0, 200])
  })

  test('twice at once ends with the later one', () => {
    const history = historyOf(
      world(`one: {kind: operator-error, target: {service: auth}, at: 10m, lasts: 10m}
  two: {kind: operator-error, target: {service: auth}, at: 15m, lasts: 10m}`),
    )
    expect(told(history, /^service\.(up|down)/, /auth/)).toEqual(['600 service.down auth', '1500 service.up auth'])
  })

  test('of a crew is no error of a service: nothing happens', () => {
    const text = world('slip: {kind: operator-error, target: {service: hands}, at: 10m, lasts: 10m}')
    expect(historyOf(text.replace('  auth: {}', '  auth: {}\n  hands: {kind: crew}')).rows('service.down')).toHaveLength(0)
  })
})

describe('satisfy', () => {
  const ring = `
blackstart: 1
name: ring
run: {seed: 1, horizon: 1h}
world: {r: {zones: [a], racks: 1, hosts: 1, tenants: 0}}
services:
  first: {begin: dark, starts-in: 60s, needs: {second: {when: start}, light: {when: start}}}
  second: {begin: dark, starts-in: 30s, needs: {first: {when: start}}}
  light: {}
faults:
  by-hand: {kind: satisfy, target: {service: first}, at: 10m}`

  test('what a service lacks is put in by hand: it starts, and then the one that waits for it', () => {
    const history = historyOf(ring)
    expect(told(history, /^service.up/)).toEqual(['660 service.up first', '690 service.up second'])
  })
})

test('what a service lacks to serve is put in by hand, until its supplier has come and gone again', () => {
  const history = historyOf(`
blackstart: 1
name: by-hand
run: {seed: 1, horizon: 3h}
world: {r: {zones: [a], racks: 1, hosts: 1, tenants: 0}}
services: {store: {}, page: {needs: {store: {}}}}
faults:
  out: {kind: operator-error, target: {service: store}, at: 10m, lasts: 50m}
  again: {kind: operator-error, target: {service: store}, at: 90m}
  other-place: {kind: satisfy, when: serve, target: {service: page}, at: 30m}`)
  expect(told(history, /^service\.(up|down)$/, /page/)).toEqual([
    '600 service.down page',
    '1800 service.up page',
    '5400 service.down page',
  ])
})
