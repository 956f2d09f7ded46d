/** What a selector of a service in a place means: its share there, or the instances that stand there when the fault strikes. */
import { describe, expect, test } from 'vitest'
import { historyOf } from '../cloud.ts'

const world = (fault: string) => `
blackstart: 1
name: targets
run: {seed: 1, horizon: 1h}
world: {r: {zones: [a, b], datacentres: 1, racks: 2, hosts: 4, tenants: 0}}
services: {web: {instances: 8, capacity: 100/s}, api: {instances: 4}}
clients: {users: {to: web, rate: 200/s, timeout: 1s, retry: {attempts: 1}}}
faults: {struck: ${fault}}`

describe('a service in a place', () => {
  test('is its share there: half of the requests meet errors, of which half fail', () => {
    const history = historyOf(world('{kind: service-impair, errors: 50%, target: {service: web, zone: a}, at: 10m, lasts: 5m}'))
    expect(history.rows('client.flow', 'users').map(({ time, a, b }) => [time, a, b])).toEqual([
      [0, 200, 200],
      [600, 200, 150],
      [900, 200, 200],
    ])
  })

  test('has instances, those that stand there then', () => {
    const struck = (target: string) =>
      historyOf(world(`{kind: operator-error, target: ${target}, at: 10m, lasts: 5m}`))
        .rows('instance.down')
        .map(({ of }) => of)
    expect(struck('{service: web, zone: a, of: instance}')).toEqual(['web/i1', 'web/i3', 'web/i5', 'web/i7'])
    expect(struck('{service: [web, api], zone: b, of: instance}')).toEqual([
      'api/i2',
      'api/i4',
      'web/i2',
      'web/i4',
      'web/i6',
      'web/i8',
    ])
    expect(struck('{zone: b, of: instance, except: {service: web}}')).toEqual(['api/i2', 'api/i4'])
  })
})
