import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { PartKind } from '../../sim/experiment/structure-of.ts'
import { neededAtPeak, type WeakPointOptions, weakPoints } from '../../sim/experiment/weak-points.ts'
import { load } from '../../sim/scenario/load.ts'
import type { Scenario } from '../../sim/scenario/schema.ts'

function scenario(yaml: string, variant?: string): Scenario {
  const read = (path: string): string | undefined =>
    path.startsWith('library/') ? readFileSync(`scenarios/${path}`, 'utf8') : undefined
  const loaded = load(yaml, { file: 'weak.yaml', read, ...(variant !== undefined && { variant }) })
  if (!loaded.ok) throw new Error(loaded.problems.map(({ path, message }) => `${path}: ${message}`).join('\n'))
  return loaded.scenario
}

const shop = (services: string, clients = '', zones = '[a, b, c]'): Scenario =>
  scenario(`blackstart: 1
name: weak
world: {r: {zones: ${zones}, datacentres: 2, racks: 1, hosts: 4, tenants: 0}}
services: {${services}}
clients: {${clients}}
faults: {dark: {kind: power-loss, target: {zone: a}, at: 1h, lasts: 1h}}
expect: {A: {metric: deadlock, equals: 0}}
`)

const cutsOf = (of: Scenario, options: WeakPointOptions = {}) => weakPoints(of, 'web', options).cuts.map(cut => cut.join(' '))

describe('weak points', () => {
  test('twelve instances of which eight carry the peak bear the loss of one zone, not of one and a half', () => {
    const web = shop('web: {instances: 12, capacity: 100/s}', 'users: {to: web, rate: {diurnal: {mean: 500/s, peak: 1.6}}}')
    expect(neededAtPeak(web, 'web')).toBe(8)
    expect(weakPoints(web, 'web', { order: 2 })).toEqual({
      of: 'web',
      feat: 'serve',
      instances: 12,
      needed: 8,
      parts: { zone: 3, datacentre: 6 },
      cuts: [
        ...[
          ['r/a', 'r/b'],
          ['r/a', 'r/c'],
          ['r/b', 'r/c'],
        ],
        ...['b/dc1', 'b/dc2', 'c/dc1', 'c/dc2'].map(other => ['r/a', `r/${other}`]),
        ...['a/dc1', 'a/dc2', 'c/dc1', 'c/dc2'].map(other => ['r/b', `r/${other}`]),
        ...['a/dc1', 'a/dc2', 'b/dc1', 'b/dc2'].map(other => ['r/c', `r/${other}`]),
      ].sort(asListed),
    })
  })

  test('with one instance to spare every zone is a single point of failure; with any instance enough none is', () => {
    const web = shop('web: {instances: 9, capacity: 100/s}', 'users: {to: web, rate: 800/s}')
    expect(cutsOf(web, { order: 1, among: ['zone'] })).toEqual(['r/a', 'r/b', 'r/c'])
    expect(cutsOf(web, { needed: 1, among: ['zone'] })).toEqual(['r/a r/b r/c'])
  })

  test('so can whoever grants its leases, unless they last for ever', () => {
    const held = (hold: string) =>
      shop(`web: {instances: 12, needs: {lock: {hold: ${hold}, refresh: {}}}}, lock: {instances: 2}`)
    expect(cutsOf(held('8m'), { among: ['zone', 'service'], order: 2 })).toEqual(['lock', 'r/a r/b'])
    expect(cutsOf(held('forever'), { among: ['zone', 'service'], order: 2 })).toEqual([])
    expect(cutsOf(held('forever'), { feat: 'start', among: ['service'] })).toEqual(['lock'])
  })

  test('what it calls can bring it down: as a whole, or by all of its places', () => {
    const web = shop('web: {instances: 12, needs: {db: {}}}, db: {kind: database, primary: a, standby: b}')
    expect(cutsOf(web, { among: ['zone', 'service'] })).toEqual(['db', 'r/a r/b'])
  })

  test('a database whose failovers never work, or that has no standby, hangs on one zone', () => {
    const alone = shop('web: {instances: 12, needs: {db: {}}}, db: {kind: database, primary: a}')
    expect(cutsOf(alone, { among: ['zone'], order: 1 })).toEqual(['r/a'])
    const helpless = shop(
      'web: {instances: 12, needs: {db: {}}}, db: {kind: database, primary: a, standby: b, failover: {coverage: 0%}}',
    )
    expect(cutsOf(helpless, { among: ['zone'], order: 1 })).toEqual(['r/a'])
  })

  test('what is needed k of n takes n − k + 1 to fail; what is held for ever, or is needed only to start, none', () => {
    const needs = (more: string) =>
      shop(`web: {instances: 12, needs: {names: {from: [x, y, z]${more}}}}, x: {place: r}, y: {place: r}, z: {place: r}`)
    expect(cutsOf(needs(', k: 2'), { among: ['service'] })).toEqual(['x y', 'x z', 'y z'])
    expect(cutsOf(needs(''), { among: ['service'] })).toEqual(['x', 'y', 'z'])
    expect(cutsOf(needs(', hold: forever'), { among: ['service'] })).toEqual([])
    expect(cutsOf(needs(', when: start'), { among: ['service'] })).toEqual([])
  })

  test('services that need each other to serve fall together and stand together', () => {
    const ring = shop('web: {instances: 12, needs: {x: {}}}, x: {place: r, needs: {y: {}}}, y: {place: r, needs: {x: {}}}')
    expect(cutsOf(ring, { among: ['service'] })).toEqual(['x', 'y'])
  })

  test('to start, a ring never comes up; a proxy that answers for it breaks it, and is then what all hangs on', () => {
    const ring = (from: string) =>
      shop(`web: {instances: 12, needs: {x: {when: start}}}, proxy: {place: r},
        x: {place: r, needs: {y: {from: ${from}, k: 1, when: start}}}, y: {place: r, needs: {x: {when: start}}}`)
    expect(cutsOf(ring('y'), { feat: 'serve', among: ['service'] })).toEqual([])
    expect(cutsOf(ring('y'), { feat: 'start', among: ['service'] })).toEqual([''])
    expect(cutsOf(ring('[y, proxy]'), { feat: 'start', among: ['service'] })).toEqual(['proxy', 'x'])
  })

  test('to start, only what is kept on disk is held', () => {
    const held = (how: string) => shop(`web: {instances: 12, needs: {x: {hold: forever${how}}}}, x: {place: r}`)
    expect(cutsOf(held(''), { among: ['service'] })).toEqual([])
    expect(cutsOf(held(''), { feat: 'start', among: ['service'] })).toEqual(['x'])
    expect(cutsOf(held(', kept: disk'), { feat: 'start', among: ['service'] })).toEqual([])
  })

  test('power-restoration: the console cannot start as written; with a proxy it can, and nine services are each in its way', () => {
    const console = (variant?: string) =>
      weakPoints(scenario(readFileSync('scenarios/power-restoration.yaml', 'utf8'), variant), 'console', {
        feat: 'start',
        among: ['service'],
        order: 1,
      }).cuts.map(cut => cut.join())
    expect(console()).toEqual([''])
    expect(console('bootstrap-proxy')).toEqual(['auth', 'ddb', 'dns', 'ec2cp', 'lambda', 'net', 'pki', 'proxy', 's3'])
    expect(console('cached-for-ever')).toEqual(['auth', 'ddb', 'dns', 'ec2cp', 'lambda', 'net', 'pki', 's3'])
  })

  test('a place that is needed is there while enough of its hosts are', () => {
    const web = shop('web: {instances: 12, needs: {hosts: {from: r/b}}}')
    expect(cutsOf(web, { among: ['zone', 'datacentre'], order: 1 })).toEqual(['r/b', 'r/b/dc1', 'r/b/dc2'])
  })

  test('feeds: a data centre falls with one link of its chain, but with utility and generators only together', () => {
    const one = shop('web: {instances: 2, place: r/a}', '', '{a: {datacentres: 1}, b: {}}')
    expect(cutsOf(one, { among: ['feed'] })).toEqual([
      'r/a/dc1/transfer',
      'r/a/dc1/ups',
      'r/a/dc1/distribution',
      'r/a/dc1/cooling',
      'r/a/dc1/utility r/a/dc1/generators',
    ])
  })

  test('links: a zone is lost to users when every way from the edge is cut', () => {
    const web = shop('web: {instances: 4, place: r/a}', '', '[a, b]')
    expect(cutsOf(web, { among: ['link'] })).toEqual(['r/edge-a r/edge-b', 'r/edge-a r/a-b'])
  })

  test('down to hosts: the one that a lone instance stands on, and what is around it', () => {
    const web = shop('web: {instances: 1, place: r/b/dc2}')
    const [host, ...others] = cutsOf(web, { among: ['zone', 'datacentre', 'rack', 'host'] }).reverse()
    expect(host).toMatch(/^r\/b\/dc2\/r1\/h[1-4]$/)
    expect(others).toEqual(['r/b/dc2/r1', 'r/b/dc2', 'r/b'])
  })

  test('places that are all there is of a larger one are counted once', () => {
    const web = shop('web: {instances: 4}', '', '{a: {datacentres: 1}, b: {datacentres: 2}}')
    expect(weakPoints(web, 'web').parts).toEqual({ zone: 2, datacentre: 2 })
    expect(weakPoints(web, 'web', { among: ['datacentre'] }).parts).toEqual({ datacentre: 3 })
  })

  test('data in partitions hangs on the zones that hold two copies of three', () => {
    const text = (data: string) => `blackstart: 1
name: data
world: {home: {zones: [a, b, c], racks: 2, hosts: 4, tenants: 0}}
services: {web: {instances: 9, capacity: 100/s${data}}}
clients: {u: {to: web, rate: 200/s}}
`
    expect(cutsOf(scenario(text('')))).toEqual(['home/a home/b home/c'])
    expect(cutsOf(scenario(text(', data: {n: 3, k: 2}')))).toEqual(['home/a home/b', 'home/a home/c', 'home/b home/c'])
  })

  test('links that need a control plane hang on where it stands, unless they last for ever without', () => {
    const text = (need: string) => `blackstart: 1
name: network
world:
  one: {zones: [a, b], racks: 2, hosts: 4, tenants: 0, network: {needs: {sdn: ${need}}}}
  two: {zones: [c], racks: 2, hosts: 4, tenants: 0}
services: {sdn: {place: two, instances: 4}, web: {place: one, instances: 4}}
clients: {u: {to: web, rate: 100/s}}
`
    expect(cutsOf(scenario(text('{}')))).toEqual(['one', 'two', 'sdn', 'one/a one/b'])
    expect(cutsOf(scenario(text('{hold: forever}')))).toEqual(['one', 'one/a one/b'])
  })

  test('a full cache leaves less to be served', () => {
    const text = (cache: string) => `blackstart: 1
name: cached
world: {home: {zones: [a, b, c], racks: 2, hosts: 4, tenants: 0}}
services: {web: {instances: 9, capacity: 100/s}}
clients: {u: {to: web, rate: 5000/s${cache}}}
`
    expect(neededAtPeak(scenario(text('')), 'web')).toBe(50)
    expect(neededAtPeak(scenario(text(', cache: {hit: 90%, items: 1000}')), 'web')).toBe(5)
  })

  test('what has too little as it stands needs nothing to fail', () => {
    expect(cutsOf(shop('web: {instances: 3}', 'users: {to: web, rate: 1000/s}'))).toEqual([''])
  })

  test('a service that is not there, or is a crew, is refused', () => {
    const web = shop('web: {instances: 3}, hands: {kind: crew}')
    for (const of of ['wbe', 'hands']) expect(() => weakPoints(web, of)).toThrow(`no service ${of} that could have weak points`)
  })

  test('az-loss: 120 instances bear the loss of a zone, 90 do not', () => {
    const yaml = readFileSync('scenarios/az-loss.yaml', 'utf8')
    const among: PartKind[] = ['zone', 'service']
    expect(neededAtPeak(scenario(yaml), 'web')).toBe(72)
    expect(cutsOf(scenario(yaml), { among, order: 1 })).toEqual(['shop-db'])
    const zones = ['a', 'b', 'c'].map(zone => `us-east-1/${zone}`)
    expect(cutsOf(scenario(yaml, 'lean'), { among, order: 1 })).toEqual([...zones, 'shop-db'])
  })
})

/** The order in which cuts of two are listed: by the numbers of their parts. */
function asListed(one: readonly string[], two: readonly string[]): number {
  const zones = ['r/a', 'r/b', 'r/c']
  const parts = [...zones, ...zones.flatMap(zone => [`${zone}/dc1`, `${zone}/dc2`])]
  return parts.indexOf(one[0]) - parts.indexOf(two[0]) || parts.indexOf(one[1]) - parts.indexOf(two[1])
}
