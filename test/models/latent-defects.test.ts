import { describe, expect, test } from 'vitest'
import { historyOf } from '../cloud.ts'
import { answered } from '../effects/told.ts'

/** Four instances of 100/s, asked 300/s, with a defect that shows above three and halves what they can do. */
const world = (latent: string, faults = '', load = '300/s') => `
blackstart: 1
name: latent
run: {seed: 1, horizon: 1h}
world: {r: {zones: [a, b], racks: 1, hosts: 4, tenants: 0, machine: plain}}
machines: {plain: {boot: 5m, on-power-return: {stuck: 0%, lost: 0%}}}
services:
  web: {instances: 4, capacity: 100/s, overload: {queue: 0}${latent}}
  fleet: {instances: 4}
clients: {users: {to: web, rate: ${load}, timeout: 1s}}
faults: {${faults}}`

const fewer = 'fewer: {kind: scale-in, target: {service: web}, to: 3, at: 10m}'

describe('a latent defect', () => {
  test('shows above a size, and is gone below: less can do more', () => {
    const history = historyOf(world(', latent: {above: 3, capacity: 50%}', fewer))
    expect([599, 601].map(time => answered(history, time))).toEqual([200, 300])
    expect(history.rows(/^latent\./).map(({ time, kind, a }) => [time, kind, a])).toEqual([
      [0, 'latent.active', 4],
      [600, 'latent.idle', 3],
    ])
  })

  test('is none up to that size', () => {
    const history = historyOf(world(', latent: {above: 4, capacity: 50%}'))
    expect(history.rows(/^latent\./)).toEqual([])
    expect(answered(history, 599)).toBe(300)
  })

  test('may be of one service and show in another', () => {
    const down = 'down: {kind: host-failure, target: {zone: a, of: host}, at: 10m}'
    const history = historyOf(world(', latent: {of: fleet, above: 3, capacity: 25%}', down))
    // Half of the requests go to those of web that are dead, until that is noticed.
    expect([599, 601].map(time => answered(history, time))).toEqual([100, 150])
    expect(history.rows('latent.idle', 'fleet')).toHaveLength(1)
  })
})

describe('scale-in', () => {
  test('ends the last ones, out of rotation first, and leaves the service whole', () => {
    const history = historyOf(world('', fewer, '360/s'))
    expect(history.rows('instance.gone').map(({ time, of }) => [time, of])).toEqual([[600, 'web/i4']])
    expect([599, 601].map(time => answered(history, time))).toEqual([360, 300])
    const ready = history.rows('service.ready', 'web').map(({ time, a, b }) => [time, a, b])
    expect(ready).toEqual([
      [0, 4, 4],
      [600, 3, 3],
    ])
  })

  test('leaves nothing to come back with its host', () => {
    const dark = 'dark: {kind: power-loss, target: {region: r}, at: 20m, lasts: 1m}'
    const history = historyOf(world('', `${fewer}, ${dark}`).replace('horizon: 1h', 'horizon: 4h'))
    expect(history.rows('instance.up', 'web/i4')).toEqual([])
    expect(history.rows('instance.up', 'web/i3')).toHaveLength(1)
  })
})
