/** Generated worlds: a service over a database in a few zones, other customers, and a zone that goes dark for a while. */
import fc from 'fast-check'
import { stringify } from 'yaml'

/** Each world runs this long, s. */
export const HORIZON = 7200

export interface World {
  readonly zones: number
  readonly racks: number
  readonly hosts: number
  readonly instances: number
  readonly load: number
  readonly seed: number
  readonly struck: number
  readonly at: number
  readonly lasts: number
}

export const worlds: fc.Arbitrary<World> = fc.record({
  zones: fc.integer({ min: 2, max: 4 }),
  racks: fc.integer({ min: 1, max: 3 }),
  hosts: fc.integer({ min: 1, max: 4 }),
  instances: fc.integer({ min: 2, max: 8 }),
  load: fc.integer({ min: 10, max: 900 }),
  seed: fc.integer({ min: 0, max: 1e6 }),
  struck: fc.integer({ min: 0, max: 1 }),
  at: fc.integer({ min: 1, max: 3000 }),
  lasts: fc.integer({ min: 1, max: 3000 }),
})

export function fileOf({ zones, racks, hosts, instances, load, seed, struck, at, lasts }: World) {
  return {
    blackstart: 1,
    name: 'generated',
    run: { seed, horizon: '2h' },
    world: { r: { zones: ['a', 'b', 'c', 'd'].slice(0, zones), racks, hosts, tenants: 3, boot: { slots: 2 } } },
    services: {
      web: {
        place: 'r',
        instances,
        spread: 'zone',
        capacity: '100/s',
        needs: { db: { fanout: 0.2 } },
        health: { every: '10s' },
      },
      db: { kind: 'database', primary: 'r/a', standby: 'r/b' },
      control: { kind: 'control-plane', place: 'r', instances: 2, spread: 'zone' },
    },
    clients: {
      users: { to: 'web', rate: `${load}/s`, timeout: '1s', retry: { attempts: 2 } },
      others: { asks: 'launch', via: 'control' },
    },
    faults: { dark: { kind: 'power-loss', target: { zone: ['a', 'b'][struck] }, at: `${at}s`, lasts: `${lasts}s` } },
  }
}

export const textOf = (world: World): string => stringify(fileOf(world))
