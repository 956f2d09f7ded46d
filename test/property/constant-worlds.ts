/**
 * Generated worlds in which nothing is left to chance: all laws are constants, all odds are certain, all names and times are to
 * be had in more than one way. Users send nothing here: their flows keep a time raster of their own.
 */
import fc from 'fast-check'
import { stringify } from 'yaml'
import type { Scenario } from '../../sim/scenario/schema.ts'
import { scenarioOf } from '../cloud.ts'

const moment = (max: number) => fc.integer({ min: 1, max })
const place = fc.record({ zone: fc.integer({ min: 0, max: 1 }), whole: fc.boolean() })

/** Worlds with faults of these kinds. */
const worldsWith = (...kinds: string[]) =>
  fc.record({
    zones: fc.integer({ min: 2, max: 3 }),
    racks: fc.constantFrom(1, 2, 4),
    hosts: fc.integer({ min: 1, max: 4 }),
    instances: fc.integer({ min: 2, max: 6 }),
    /** Until they run, s; the store lasts 64 s. */
    generators: fc.constantFrom(10, 100),
    crew: fc.boolean(),
    hold: fc.boolean(),
    faults: fc.array(
      fc.record({
        kind: fc.constantFrom(...kinds),
        place,
        at: moment(4000),
        lasts: moment(2000),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  })
export const constantWorlds = worldsWith('power-loss', 'utility-loss', 'host-failure', 'cooling-loss')
/** How fast a hall warms depends on how many hosts run, and is seldom on the grid: no cooling is lost where time is stretched. */
export const elasticWorlds = worldsWith('power-loss', 'utility-loss', 'host-failure')
export type ConstantWorld = typeof constantWorlds extends fc.Arbitrary<infer T> ? T : never

/** How a world is written: what its things are called, and how many times as long everything takes. */
export interface Writing {
  readonly rename?: (name: string) => string
  readonly slower?: number
}

/** The world as a scenario. */
export function constantScenario(world: ConstantWorld, { rename = name => name, slower = 1 }: Writing = {}): Scenario {
  const s = (seconds: number): string => `${seconds * slower}s`
  const perSecond = (rate: number): string => `${rate / slower}/s`
  const named = <T>(entries: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(Object.entries(entries).map(([name, value]) => [rename(name), value]))
  const [region, ...zones] = ['r', 'a', 'b', 'c'].slice(0, 1 + world.zones).map(rename)
  const faults = world.faults.map(({ kind, place, at, lasts }, i) => {
    const target = place.whole ? { zone: zones[place.zone] } : { zone: zones[place.zone], datacentre: 'dc1' }
    return [`f${i + 1}`, { kind, target, at: s(at), lasts: s(lasts) }] as const
  })
  const text = stringify({
    blackstart: 1,
    name: 'constant',
    run: { seed: 5, horizon: s(8192) },
    world: {
      [region]: {
        zones,
        datacentres: 2,
        racks: world.racks,
        hosts: world.hosts,
        machine: rename('plain'),
        tenants: 3,
        boot: { slots: 2, restart: perSecond(0.25) },
        power: {
          transfer: { confirm: s(1), takes: s(8), retransfer: s(600) },
          // Powers of two, so that levels cross their thresholds on the grid.
          ups: { store: s(64), recharge: s(1024) },
          generators: { start: { odds: '100%', delay: s(world.generators) } },
          distribution: { every: s(20) },
        },
        cooling: { restart: { takes: s(120) } },
      },
    },
    machines: {
      [rename('plain')]: {
        hold: s(1 / 64),
        boot: s(360),
        repair: s(1500),
        'on-power-return': { stuck: '0%', lost: '0%' },
      },
    },
    // Where the instances of a service go is drawn by its name, so services keep theirs.
    services: {
      web: {
        instances: world.instances,
        'starts-in': s(60),
        needs: { db: { when: 'serve' }, auth: { when: 'start', hold: world.hold ? s(300) : s(0), kept: 'memory' } },
      },
      db: {
        kind: 'database',
        primary: zones[0],
        standby: zones[1],
        'starts-in': s(60),
        failover: { detect: s(30), promote: s(45) },
        replay: s(600),
      },
      auth: { 'starts-in': s(30), needs: { hosts: { from: `${region}/${zones[0]}`, when: 'start' } } },
      control: {
        kind: 'control-plane',
        instances: 2,
        'starts-in': s(60),
        api: { threads: 1, takes: s(4), timeout: s(300) },
      },
      ...(world.crew && { hands: { kind: 'crew', servers: 1, travel: s(600), takes: s(480) } }),
    },
    clients: named({ others: { asks: 'launch', via: 'control', recover: { share: '50%', after: s(120) } } }),
    faults: named(Object.fromEntries(faults)),
  })
  return scenarioOf(text)
}
