import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { formatProblem, type LoadOptions, load, scenarioHash, variantNames } from '../../sim/scenario/load.ts'
import type { Scenario } from '../../sim/scenario/schema.ts'

const library = (path: string): string | undefined =>
  path.startsWith('library/three') ? readFileSync(`scenarios/${path}`, 'utf8') : undefined

/** A small file that is right; tests change a line of it. */
const RIGHT = `blackstart: 1
name: small
run: {horizon: 2h}
world:
  r1: {zones: [a, b], racks: 2, hosts: 4}
services:
  web: {instances: 4, needs: {db: {fanout: 0.1}}}
  db: {kind: database, primary: a, standby: b}
clients:
  users: {to: web, rate: 100/s}
faults:
  lose-a: {kind: power-loss, target: {zone: a}, at: 1h, lasts: 30m}
expect:
  A1: {metric: availability, of: web, at-least: 99.9%}
`

function problems(text: string, options: Partial<LoadOptions> = {}): string[] {
  const loaded = load(text, { file: 's.yaml', read: library, ...options })
  return loaded.ok ? [] : loaded.problems.map(formatProblem)
}

function scenario(text: string, options: Partial<LoadOptions> = {}): Scenario {
  const loaded = load(text, { file: 's.yaml', read: library, ...options })
  if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'))
  return loaded.scenario
}

/** The small file with one piece of text replaced. */
function changed(from: string, to: string): string {
  if (!RIGHT.includes(from)) throw new Error(`no ${from} in the file`)
  return RIGHT.replace(from, to)
}

describe('a right file', () => {
  test('a fault that waits for itself, ends before it strikes, or impairs what nobody asks is refused', () => {
    const text = `blackstart: 1
name: never
run: {horizon: 1h}
world: {r: {zones: [a]}}
services: {web: {instances: 2}, auth: {}}
clients: {users: {to: web, rate: 1/s}}
faults:
  loop: {kind: power-loss, target: {zone: a}, at: {after: loop.end}}
  back: {kind: power-loss, target: {zone: a}, at: 10m, until: 5m}
  dull: {kind: service-impair, target: {service: auth}, errors: 10%, at: 1m}`
    const loaded = load(text, { file: 'never.yaml', read: () => undefined })
    if (loaded.ok) throw new Error('it loaded')
    expect(loaded.problems.map(({ line, path, message }) => `${line} ${path}: ${message}`)).toEqual([
      '8 faults.loop.at: a fault cannot wait for itself',
      '9 faults.back.until: it would end before it strikes',
      '10 faults.dull.target.service: no client sends requests to "auth": service-impair would change nothing',
    ])
  })

  test('a move to a type that no image has a driver for is named with its step', () => {
    const text = `blackstart: 1
name: old
world: {r: {zones: [a], hosts: 2, racks: 1}}
services:
  web: {instances: 2, size: c4.large, image: {drivers: [ena]}}
  staff: {kind: crew}
plans:
  move:
    kind: runbook
    at: 1h
    via: staff
    steps:
      all: {kind: resize, target: {service: web}, size: c5.large}`
    const loaded = load(text, { file: 'old.yaml', read: () => undefined })
    expect(loaded.ok ? [] : loaded.problems.map(formatProblem)).toEqual([
      'old.yaml:13:57  plans.move.steps.all.size: no image of web has a driver, nvme, that c5.large needs: none would start (services.web.image: {drivers: {nvme: 50%}})',
    ])
  })

  test('single requests cannot be asked what only flows tell: whether something comes back by itself', () => {
    const text = RIGHT.replace('{horizon: 2h}', '{horizon: 2h, fidelity: request}')
    const asked = text.replace('  A1:', '  A0: {metric: metastable, of: web, equals: 0s}\n  A1:')
    expect(problems(text)).toEqual([])
    expect(problems(asked)).toEqual([
      's.yaml:14:16  expect.A0.metric: collapses are told of flows only (run: {fidelity: flow})',
    ])
    expect(problems(text.replace('at: 1h', 'at: {when: {row: flow.metastable}}'))).toEqual([
      's.yaml:12:66  faults.lose-a.at.when.row: collapses are told of flows only (run: {fidelity: flow})',
    ])
  })

  test('a fault after the end of the run is said to never strike', () => {
    const text = `blackstart: 1
name: late
run: {horizon: 1h}
world: {r: {zones: [a]}}
faults: {late: {kind: power-loss, target: {zone: a}, at: 2h}}`
    const loaded = load(text, { file: 'late.yaml', read: () => undefined })
    expect(loaded.ok && loaded.notices).toEqual([
      'late.yaml:5:58  faults.late.at: it never strikes: the run ends before its moment',
    ])
  })

  test('with several regions a service must say where it is, so that adding a region moves nobody', () => {
    const text = `blackstart: 1
name: two
world: {east: {zones: [a]}, west: {zones: [b]}}
services: {web: {instances: 2}, dns: {place: west}}`
    const loaded = load(text, { file: 'two.yaml', read: () => undefined })
    if (loaded.ok) throw new Error('it loaded')
    expect(loaded.problems.map(({ line, path, message, hint }) => ({ line, path, message, hint }))).toEqual([
      {
        line: 4,
        path: 'services.web',
        message: 'with several regions a service must say its `place`',
        hint: 'one of east, west',
      },
    ])
  })

  test('becomes a scenario in base units with its world as a tree', () => {
    const { run, world, services, clients, faults, expect: expected } = scenario(RIGHT)
    expect(run).toEqual({ seed: '1', horizon: 7200, warmup: 0, fidelity: 'flow', interval: 10 })
    expect(world.regions.map(({ name, zones }) => [name, zones.map(zone => zone.name)])).toEqual([['r1', ['a', 'b']]])
    expect(world.regions[0].zones[0].datacentres).toMatchObject([
      { name: 'dc1', racks: 2, hosts: 4, bootSlots: 120, begin: 'up' },
    ])
    expect(services.web).toMatchObject({
      kind: 'service',
      instances: 4,
      needs: { db: { from: ['db'], when: 'serve', fanout: 0.1 } },
    })
    expect(clients.users).toMatchObject({ to: 'web', rate: { kind: 'constant', rate: 100 }, attempts: 1 })
    expect(faults['lose-a']).toMatchObject({
      kind: 'power-loss',
      at: { kind: 'time', time: 3600 },
      lasts: { kind: 'constant', value: 1800 },
      odds: 1,
    })
    expect(expected.A1).toMatchObject({ metric: 'availability', of: 'web', 'at-least': 0.999, should: 'pass', line: 14 })
  })

  test('lets attributes be inherited from region to zone to data centre', () => {
    const text = changed(
      '{zones: [a, b], racks: 2, hosts: 4}',
      '{zones: {a: {racks: 3, datacentres: {dc1: {power: {ups: {store: 9.5min}}}, dc2: {}}}, b: {}}, hosts: 4, power: {ups: {recharge: 6h}}}',
    )
    const [a, b] = scenario(text).world.regions[0].zones
    expect(a.datacentres.map(({ name, racks, hosts, power }) => [name, racks, hosts, power.ups])).toEqual([
      ['dc1', 3, 4, { store: 570, recharge: 21_600, charge: 1 }],
      ['dc2', 3, 4, { store: 300, recharge: 21_600, charge: 1 }],
    ])
    expect(b.datacentres.map(({ name, racks }) => [name, racks])).toEqual([['dc1', 20]])
  })

  test('takes what it uses from the library, and wins over it', () => {
    const text = changed('services:', 'use: [library/three-zone-region]\nservices:\n  ec2-control: {api: {threads: 4}}')
    const { services } = scenario(text)
    expect(services['ec2-control']).toMatchObject({ kind: 'control-plane', instances: 12, api: { threads: 4, timeout: 600 } })
    expect(
      scenario(text.replace('{api: {threads: 4}}', 'null').replace('clients:', 'clients:\n  others: null')).services[
        'ec2-control'
      ],
    ).toBeUndefined()
  })

  test('uses files of its own folder, which are merged underneath', () => {
    const base = RIGHT.replace('name: small', 'name: base')
    const text = 'blackstart: 1\nname: over\nuse: [./parts/base]\nservices: {web: {instances: 8}}\n'
    const read = (path: string): string | undefined => (path === './parts/base.yaml' ? base : undefined)
    const { name, services } = scenario(text, { read })
    expect([name, services.web]).toMatchObject(['over', { instances: 8, needs: { db: {} } }])
  })

  describe('says who would wait for whom', () => {
    const circle = changed(
      'web: {instances: 4, needs: {db: {fanout: 0.1}}}',
      'web: {needs: {s3: {when: start}}}\n  s3: {needs: {web: {when: start}}}\n  far: {}',
    )
    const need = (written: string): readonly string[] =>
      scenario(circle.replace('{s3: {when: start}}', `{s3: ${written}}`)).notices

    test('with the line of the first need of the circle', () => {
      expect(need('{when: start}')).toEqual([
        's.yaml:8:16  services.s3.needs.web: s3, web need each other to start: from all of them down, none starts by itself (a supplier elsewhere with k: 1, a copy kept on disk, or a runbook that satisfies one of them)',
      ])
    })

    test('but not where a copy kept on disk, or enough other suppliers, break the circle', () => {
      expect(need('{when: start, hold: forever, kept: disk}')).toEqual([])
      expect(need('{from: [s3, far], k: 1, when: start}')).toEqual([])
      expect(
        scenario(circle.replace('{s3: {when: start}}', '{s3: {when: start, hold: 1h, kept: disk}}')).services.web,
      ).toMatchObject({ needs: { s3: { hold: 3600 } } })
    })

    test('also where a copy was in memory only, or one of two suppliers suffices and both lie in the circle', () => {
      expect(need('{when: start, hold: forever}')).toHaveLength(1)
      expect(need('{from: [s3, web], k: 1, when: start}')).toHaveLength(1)
      expect(need('{from: [s3, far], k: 2, when: start}')).toHaveLength(1)
    })

    test('the zone that cannot start as written can with a proxy, with caches, or by hand', () => {
      const file = 'scenarios/power-restoration.yaml'
      const text = readFileSync(file, 'utf8')
      const notices = (variant?: string): readonly string[] => {
        const loaded = load(text, { file, read: library, variant })
        return loaded.ok ? loaded.notices : ['invalid']
      }
      expect(notices()).toHaveLength(1)
      expect(notices()[0]).toContain('power-restoration.yaml:30:69  services.ddb.needs.ec2cp: ddb, ec2cp, s3 need each other')
      expect(['bootstrap-proxy', 'cached-for-ever', 'by-hand'].map(notices)).toEqual([[], [], []])
    })
  })
})

describe('variants and settings', () => {
  const text = `${RIGHT}variants:
  lean:
    set: {services.web.instances: 2, services.web.overload.queue: 5, world.r1.zones.a.racks: 7}
    expect: {A1: {should: fail, at-least: 90%}, A2: {metric: lost-writes, of: db, at-most: 0}}
  none:
    expect: {A1: null}
`
  test('change values and expectations', () => {
    const lean = scenario(text, { variant: 'lean' })
    expect(lean.services.web).toMatchObject({ instances: 2, overload: { queue: 5 } })
    expect(lean.world.regions[0].zones.map(zone => zone.datacentres[0].racks)).toEqual([7, 2])
    expect(lean.expect).toMatchObject({ A1: { should: 'fail', 'at-least': 0.9 }, A2: { metric: 'lost-writes' } })
    expect(Object.keys(scenario(text, { variant: 'none' }).expect)).toEqual([])
    expect(scenario(text).services.web).toMatchObject({ instances: 4 })
    expect(variantNames(text)).toEqual(['lean', 'none'])
  })

  test('settings come after the variant', () => {
    const { services, faults } = scenario(text, {
      variant: 'lean',
      set: [
        ['services.web.instances', '3'],
        ['faults.lose-a.target', '{zone: [a, b]}'],
      ],
    })
    expect(services.web).toMatchObject({ instances: 3 })
    expect(faults['lose-a'].target).toEqual({ zone: ['a', 'b'] })
  })

  test('what does not exist cannot be varied or set', () => {
    expect(problems(text, { variant: 'leen' })).toEqual([
      's.yaml:15:1  variants: there is no variant "leen" (did you mean "lean"?)',
    ])
    expect(problems(text, { set: [['services.wbe.instances', '3']] })).toEqual([
      '--set:1:1  services.wbe.instances: there is no "wbe" in services (did you mean "web"?)',
    ])
    expect(problems(text, { set: [['services.web.instanzes', '3']] })).toEqual([
      '--set:1:1  services.web.instanzes: unknown key (did you mean "instances"?)',
    ])
    expect(problems(text, { set: [['service.web', '3']] })).toEqual([
      '--set:1:1  service.web: nothing can be set at "service" (did you mean "services"?)',
    ])
    expect(problems(text, { set: [['run.horizon.x', '3']] })).toEqual([
      '--set:1:1  run.horizon.x: "run.horizon" is not a map, so nothing can be set in it',
    ])
    expect(problems(text, { set: [['services.__proto__.x', '3']] })).toEqual([
      '--set:1:1  services.__proto__.x: is not a path (write services.web.instances)',
    ])
    expect(problems(text.replace('services.web.instances: 2', 'services.web.instances: -2'), { variant: 'lean' })).toEqual([
      's.yaml:17:35  services.web.instances: cannot be negative, got -2',
    ])
  })
})

describe('the hash', () => {
  const hash = (text: string, options: Partial<LoadOptions> = {}): string => scenario(text, options).hash
  test('is of what is simulated, however it is written', () => {
    const same = hash(RIGHT)
    expect(same).toMatch(/^[0-9a-f]{16}$/)
    expect(hash(changed('lasts: 30m', 'lasts: 1800s'))).toBe(same)
    expect(hash(changed('name: small', 'name: small\ntitle: A title\n# a remark'))).toBe(same)
    expect(hash(changed('{horizon: 2h}', '{horizon: 2h, seed: 9}'))).toBe(same)
    expect(hash(changed('instances: 4', 'instances: 5'))).not.toBe(same)
    expect(hash(RIGHT, { set: [['services.web.instances', '5']] })).toBe(hash(changed('instances: 4', 'instances: 5')))
  })

  test('does not depend on the order of keys', () => {
    const swapped = changed('  web: {instances: 4, needs: {db: {fanout: 0.1}}}\n', '').replace(
      'standby: b}\n',
      'standby: b}\n  web: {needs: {db: {fanout: 0.1}}, instances: 4}\n',
    )
    expect(hash(swapped)).toBe(hash(RIGHT))
    expect(scenarioHash(scenario(swapped))).toBe(hash(RIGHT))
  })
})

describe('bad input', () => {
  test('every problem is reported at once, each in its place', () => {
    const text = RIGHT.replace('zones: [a, b]', 'zoens: [a, b]')
      .replace('lasts: 30m', 'lasts: 30')
      .replace('to: web', 'to: wbe')
      .replace('metric: availability', 'metric: avalability')
    expect(problems(text)).toEqual([
      's.yaml:5:8  world.r1.zoens: unknown key (did you mean "zones"?)',
      's.yaml:10:15  clients.users.to: there is no service "wbe" (did you mean "web"?)',
      's.yaml:12:64  faults.lose-a.lasts: a time needs a unit, got 30 (write 30m)',
      's.yaml:14:16  expect.A1.metric: unknown metric "avalability" (did you mean "availability"?)',
    ])
  })

  test.each([
    ['a wrong type', 'instances: 4', 'instances: four', '7:20  services.web.instances: must be a whole number, got "four"'],
    ['a list for a map', '{to: web, rate: 100/s}', '[web]', '10:10  clients.users: must be a map, got a list'],
    [
      'nothing for a map',
      'db: {kind: database, primary: a, standby: b}',
      'db:',
      '8:3  services.db: must be a map, got nothing',
    ],
    ['a negative duration', 'lasts: 30m', 'lasts: -30m', '12:64  faults.lose-a.lasts: a time cannot be negative, got -30m'],
    ['not a number', 'fanout: 0.1', 'fanout: .nan', '7:44  services.web.needs.db.fanout: must be a finite number, got NaN'],
    [
      'an infinite number',
      'fanout: 0.1',
      'fanout: .inf',
      '7:44  services.web.needs.db.fanout: must be a finite number, got Infinity',
    ],
    [
      'a horizon of a million years',
      'horizon: 2h',
      'horizon: 1000000y',
      '3:16  run.horizon: 1000000y is longer than the clock can hold (the most is 2^33 s, which is 272 years)',
    ],
    ['an unknown place', 'primary: a', 'primary: z', '8:33  services.db.primary: there is no place "z" (did you mean "a"?)'],
    [
      'a target that is nowhere',
      '{zone: a}',
      '{zone: c}',
      '12:45  faults.lose-a.target.zone: there is no zone "c" (did you mean "a"?)',
    ],
    [
      'a target of the wrong kind',
      '{zone: a}',
      '{service: web}',
      '12:38  faults.lose-a.target: power-loss cannot strike a service: the target can never match (it strikes region, zone, datacentre, rack)',
    ],
    [
      'a rack too many',
      '{zone: a}',
      '{zone: a, rack: r3}',
      '12:54  faults.lose-a.target.rack: there is no rack "r3" (racks are r1, r2 …)',
    ],
    [
      'a target that contradicts itself',
      '{zone: a}',
      '{zone: a, datacentre: b/dc1}',
      '12:38  faults.lose-a.target: the target can never match: no place is all of these',
    ],
    [
      'an unknown fault kind',
      'kind: power-loss',
      'kind: power-los',
      '12:18  faults.lose-a.kind: unknown kind "power-los" (did you mean "power-loss"?)',
    ],
    [
      'a missing key',
      '{to: web, rate: 100/s}',
      '{to: web}',
      '10:3  clients.users.rate: is missing (needs a rate such as 450/s)',
    ],
    [
      'an unknown fault',
      'of: web, at',
      'of: web, after: lose-b, at',
      '14:46  expect.A1.after: there is no fault "lose-b" (did you mean "lose-a"?)',
    ],
    [
      'a limit of the wrong unit',
      '99.9%',
      '30m',
      '14:49  expect.A1.at-least: availability comes to a share, got "30m" (write 99.9%)',
    ],
    [
      'an expectation of nothing',
      ', at-least: 99.9%',
      '',
      '14:3  expect.A1: expects nothing (add at-least, at-most, equals, between or published)',
    ],
    ['a taken id', 'users:', 'web:', '10:3  clients.web: "web" is already an id in services (ids are unique in a file)'],
    ['an odd id', 'users:', 'Users!:', '10:3  clients.Users!: ids are a-z, 0-9 and hyphens'],
    ['a duplicate key', '  r1:', '  r1: {}\n  r1:', '6:3  world.r1: "r1" is written twice in one map (remove one of the two)'],
    [
      'a tag',
      'instances: 4',
      'instances: !!js/function 4',
      '7:20  unknown tag !!js/function (tags have no meaning here: remove it)',
    ],
    ['a prototype key', 'users:', '__proto__:', '10:3  clients.__proto__: "__proto__" cannot be a key'],
    ['a constructor key', 'users:', 'constructor:', '10:3  clients.constructor: "constructor" cannot be a key'],
    ['a wrong version', 'blackstart: 1', 'blackstart: 2', '1:13  blackstart: must be 1, got 2'],
    [
      'a rate of nothing',
      '{instances: 4,',
      '{instances: 4, capacity: 0/s,',
      '7:33  services.web.capacity: must be more than 0/s',
    ],
    [
      'probes without end',
      '{instances: 4,',
      '{instances: 4, health: {every: 0s},',
      '7:39  services.web.health.every: must be at least 1s',
    ],
    ['a time-out of nothing', 'rate: 100/s', 'rate: 100/s, timeout: 0s', '10:42  clients.users.timeout: must be more than 0s'],
    [
      'more instances than there is room for',
      'instances: 4',
      'instances: 300',
      '7:20  services.web.instances: no host of r1/a has 2 processors left for all instances (fewer instances, a smaller size, fewer tenants or more hosts)',
    ],
    [
      'an instance type larger than its host',
      'instances: 4',
      'instances: 4, size: c6i.32xlarge',
      '7:29  services.web.size: c6i.32xlarge has 128 processors, and no host of r1/a more than 96 (a smaller size, or a larger machine)',
    ],
    [
      'an image that its size cannot start from',
      'instances: 4',
      'instances: 4, image: {drivers: [ena]}',
      '7:40  services.web.image.drivers: c5.large needs a driver, nvme, that images lack: its instances would never have started (an older `size`, such as c4.large)',
    ],
    [
      'a move to another sort of processor',
      'faults:',
      'faults:\n  move: {kind: resize, target: {service: web}, size: c6g.large, at: 1h}',
      '12:54  faults.move.size: images of web are built for x86, and c6g.large is Arm (a variant in which it is of that `size` from the start)',
    ],
    [
      'a move to a type larger than every host',
      'faults:',
      'faults:\n  move: {kind: resize, target: {service: web}, size: c6i.32xlarge, at: 1h}',
      '12:54  faults.move.size: c6i.32xlarge has 128 processors, and no host more than 96 (a smaller size, or a larger machine)',
    ],
    [
      'a bucket that would drain while it is filled',
      'instances: 4',
      'instances: 4, uses: {network: 1MB}, buckets: {network: {base: -10MBps}}',
      '7:71  services.web.buckets.network.base: a bandwidth cannot be negative, got -10MBps',
    ],
    [
      'a base above the most',
      'instances: 4',
      'instances: 4, uses: {network: 1MB}, buckets: {network: {base: 20MBps, max: 10MBps}}',
      '7:71  services.web.buckets.network.base: its base is above its most: it would fill while it is used up',
    ],
    [
      'what requests use where there are none',
      'primary: a',
      'primary: a, uses: {iops: 3}',
      '8:36  services.db.uses: no client sends requests to it, so nothing is used',
    ],
    [
      'a bucket that nothing is taken from',
      'instances: 4',
      'instances: 4, uses: {network: 1MB}, buckets: {iops: {base: 20/s}}',
      '7:55  services.web.buckets.iops: no request takes anything from it (say what one takes in `uses`)',
    ],
    [
      'credits of a size that has none',
      'instances: 4',
      'instances: 4, credits: standard',
      '7:23  services.web.credits: c5.large has no processor credits (t2 and t3 have)',
    ],
    [
      'more tenants than there is room for',
      'hosts: 4',
      'hosts: 4, tenants: 60',
      '5:3  world.r1: 60 tenants of 2 processors do not fit on a nitro of 96 in r1/a/dc1 (state fewer `tenants`)',
    ],
    [
      'scaling what cannot be scaled',
      'faults:',
      '  cp: {to: db, rate: 1/s}\nplans: {grow: {kind: autoscaler, of: db, via: db}}\nfaults:',
      '12:38  plans.grow.of: "db" is a database, not a service (there is web)',
    ],
    [
      'probes that ask for more than they wait for',
      '{instances: 4,',
      '{instances: 4, health: {sees: everything, timeout: 10ms},',
      '7:59  services.web.health.timeout: no probe would be answered in time: a request takes 20ms (a longer time-out)',
    ],
    [
      'caring for hosts that are none',
      'faults:',
      '  cp: {to: db, rate: 1/s}\nplans: {care: {kind: host-care, via: db, hosts: {service: db}}}\nfaults:',
      '12:49  plans.care.hosts: a service has no hosts (select region, zone, datacentre, rack, host)',
    ],
    [
      'two who care for the same hosts',
      'faults:',
      '  cp: {kind: none}\nplans: {one: {kind: host-care, via: db}, two: {kind: host-care, via: db, hosts: {rack: r1}}}\nfaults:',
      '12:9  plans.one: looks after all hosts, and so does "two" after some (say which `hosts` each looks after)',
    ],
    [
      'too many hosts',
      'hosts: 4',
      'hosts: 10000, datacentres: 1000',
      '4:1  world: the world holds 40004005 racks, hosts and instances, more than 2000000 (raise the limit with --max-entities)',
    ],
    [
      'too many data centres',
      'zones: [a, b]',
      `datacentres: 1000, zones: [${Array.from({ length: 99 }, (_, i) => `z${i}`)}]`,
      '4:1  world: the world has 99000 data centres, more than 40000 (raise the limit with --max-entities)',
    ],
    [
      'too many zones',
      'zones: [a, b]',
      `zones: [${Array.from({ length: 101 }, (_, i) => `z${i}`)}]`,
      '4:1  world: the world has 101 zones, more than 100 (raise the limit with --max-zones)',
    ],
    [
      'a hall that never is cool enough',
      'hosts: 4',
      'hosts: 4, cooling: {resume: 100%}',
      '5:3  world.r1: cooling.resume must be below 100%, or hosts would never start again',
    ],
    [
      'a switch to break where none is stated',
      'kind: power-loss, target: {zone: a}',
      'kind: fabric-failure, target: {rack: r1}',
      '12:42  faults.lose-a.target: no data centre states its network devices: fabric-failure would change nothing (state a `fabric`)',
    ],
    ['boots without a slot', 'hosts: 4', 'hosts: 4, boot: {slots: 0}', '5:57  world.r1.boot.slots: must be at least 1, got 0'],
    [
      'images from a server that gives nothing',
      'hosts: 4',
      'hosts: 4, boot: {image: {size: 1GB, bandwidth: 0MBps}}',
      '5:80  world.r1.boot.image.bandwidth: must be more than 0Bps',
    ],
    [
      'boots that always fail',
      'world:',
      'machines: {m: {boot-faults: {odds: 100%}}}\nworld:',
      '4:36  machines.m.boot-faults.odds: no boot would ever end well',
    ],
    [
      'virtualisation that leaves nothing',
      'world:',
      'machines: {m: {virtualisation: {cpu: 100%}}}\nworld:',
      '4:38  machines.m.virtualisation.cpu: nothing would be left for instances',
    ],
    [
      'tenants where virtualisation has taken the room',
      'world:',
      'machines: {nitro: {virtualisation: {cpu: 50%}}}\nworld:',
      '6:3  world.r1: 30 tenants of 2 processors do not fit on a nitro of 48 in r1/a/dc1 (state fewer `tenants`)',
    ],
    [
      'a privileged domain that is not there',
      'world:',
      'machines: {m: {io: {volume: {by: domain}}}}\nworld:',
      '4:34  machines.m.io.volume.by: there is no privileged domain to serve it (state `domain: {processors: …}`, or by: card)',
    ],
    [
      'a privileged domain larger than what virtualisation takes',
      'world:',
      'machines: {m: {cpu: 10, virtualisation: {cpu: 30%}, io: {domain: {processors: 4}}}}\nworld:',
      '4:79  machines.m.io.domain.processors: 4 processors of the privileged domain are more than virtualisation takes of 10 (raise virtualisation.cpu)',
    ],
    [
      'observing what is no host',
      'run: {horizon: 2h}',
      'run: {observe: {rack: r1}}',
      '3:16  run.observe: only hosts can be observed (say `of: host`, or name them: {host: r1/h1})',
    ],
    [
      'observing a host that is not there',
      'run: {horizon: 2h}',
      'run: {observe: {host: h9}}',
      '3:23  run.observe.host: there is no host "h9" (hosts are h1, h2 …)',
    ],
    [
      'observing more hosts than anybody looks at',
      'run: {horizon: 2h}\nworld:\n  r1: {zones: [a, b], racks: 2, hosts: 4}',
      'run: {observe: {region: r1, of: host, pick: 90%}}\nworld:\n  r1: {zones: [a, b], racks: 20, hosts: 4}',
      '3:16  run.observe: 144 hosts are too many to observe: at most 32 (pick: 32)',
    ],
    [
      'more I/O of hosts that nobody observes',
      'kind: power-loss, target: {zone: a}',
      'kind: io-load, times: 3, target: {zone: a}',
      '12:45  faults.lose-a.target: no host is observed: io-load would change nothing (run: {observe: {host: …}})',
    ],
    [
      'more chillers needed than there are',
      'hosts: 4',
      'hosts: 4, cooling: {chillers: {needed: 5}}',
      '5:3  world.r1: r1/a/dc1 needs 5 chillers and has 4',
    ],
    [
      'people called in to what is no crew',
      'kind: power-loss, target: {zone: a}',
      'kind: crew-grow, to: 2, target: {service: web}',
      '12:54  faults.lose-a.target.service: crew-grow calls in people: the target must be a crew',
    ],
    [
      'fewer chillers running than are needed',
      'hosts: 4',
      'hosts: 4, cooling: {chillers: {running: 2}}',
      '5:3  world.r1: r1/a/dc1 runs 2 chillers: it has 4 and needs 3',
    ],
    ['two zones of one name', 'zones: [a, b]', 'zones: [a, a]', '5:15  world.r1.zones: two zones have the same name'],
    [
      'a host by its whole path',
      'target: {zone: a}',
      'target: {host: r1/a/dc1/r2/h9}',
      '12:45  faults.lose-a.target.host: there is no host "r1/a/dc1/r2/h9" (hosts are h1, h2 …)',
    ],
    [
      'a share without its sign',
      'at-least: 99.9%',
      'at-least: 99.9',
      '14:49  expect.A1.at-least: availability is at most 1, got 99.9 (write 99.9%)',
    ],
    [
      'limits that nothing can keep',
      'at-least: 99.9%',
      'between: [99%, 9%]',
      '14:48  expect.A1.between: nothing lies between these: the first is above the second',
    ],
    [
      'more generators needed than there are',
      'hosts: 4',
      'hosts: 4, power: {generators: {needed: 5}}',
      '5:3  world.r1: r1/a/dc1 needs 5 generators and has 4',
    ],
  ])('%s', (_, from, to, expected) => {
    const found = problems(changed(from, to))
    expect(found).toContain(`s.yaml:${expected}`)
  })

  test('text that is not YAML', () => {
    expect(problems(RIGHT.slice(0, 150))[0]).toMatch(/^s\.yaml:7:\d+ {2}/)
    expect(problems('')).toEqual(['s.yaml:1:1  the file is empty (blackstart new FILE writes a scenario to start from)'])
    expect(problems('- a\n- b\n')).toEqual(['s.yaml:1:1  a scenario is a map (begin with blackstart: 1)'])
    expect(problems('\u0000\u0001\uFFFD').length).toBeGreaterThan(0)
    expect(problems(`${RIGHT}---\na: 1\n`).length).toBeGreaterThan(0)
  })

  test('every truncation ends in problems or a scenario, never in an exception', () => {
    for (let length = 0; length < RIGHT.length; length += 7) load(RIGHT.slice(0, length), { file: 's.yaml' })
  })

  test('a file of 50 MB is refused for its size, unread', () => {
    expect(problems(' '.repeat(50_000_000))).toEqual([
      's.yaml:1:1  the file is larger than 2000000 bytes (raise the limit with --max-bytes)',
    ])
  })

  test('a bomb of aliases is refused', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]']
    for (let i = 1; i < 12; i++)
      lines.push(
        `a${i}: &a${i} [${Array(9)
          .fill(`*a${i - 1}`)
          .join(', ')}]`,
      )
    expect(problems(lines.join('\n')).join()).toMatch(
      /^s\.yaml:\d+:\d+ .*more than 100 aliases \(raise the limit with --max-aliases\)$/,
    )
    expect(problems(changed('users:', 'users: &u {more: *u}\n  other:'))).toContain(
      's.yaml:10:20  clients.users.more: *u refers to nothing before it (write &u at what is meant)',
    )
  })

  test('depth and number of values are limited', () => {
    expect(problems(`a: ${'['.repeat(50)}${']'.repeat(50)}`)[0]).toContain(
      'more than 40 deep (raise the limit with --max-depth)',
    )
    expect(problems(`a: ${'['.repeat(20_000)}`)[0]).toContain('more than 40 deep')
    expect(problems(`a: [${'1,'.repeat(2000)}]`, { limits: { values: 1000 } })[0]).toContain(
      'more than 1000 values (raise the limit with --max-values)',
    )
  })

  test('files that use each other, or lie elsewhere, are refused', () => {
    const files: Record<string, string> = {
      './b.yaml': 'use: [./s]\n',
      './c.yaml': 'use: [./d]\n',
      './d.yaml': 'use: [../../etc/passwd]\n',
    }
    const use = (name: string): string[] => problems(`${RIGHT}use: [${name}]\n`, { read: path => files[path] })
    expect(use('./b')).toEqual(['b.yaml:1:7  use: files use each other in a circle: ./s.yaml → ./b.yaml → ./s.yaml'])
    expect(use('./c')).toEqual([
      'd.yaml:1:7  use: "../../etc/passwd" leaves the library and the file\'s own folder (write library/NAME or ./NAME)',
    ])
    for (const name of [
      '../up',
      '/etc/passwd',
      'library/../../x',
      './a/../../b',
      '"https://example.org/x"',
      '"./a\\\\..\\\\b"',
      'library/..',
      '"./%2e%2e/x"',
    ]) {
      expect(use(name)[0], name).toContain("leaves the library and the file's own folder")
    }
    expect(use('./nowhere')).toEqual(['s.yaml:15:7  use: cannot read ./nowhere.yaml (is it there?)'])
  })

  test('problems of a used file name that file', () => {
    const read = (): string => 'services:\n  cache: {instances: two}\n'
    expect(problems(`${RIGHT}use: [./part]\n`, { file: 'folder/s.yaml', read })).toEqual([
      'folder/part.yaml:2:22  services.cache.instances: must be a whole number, got "two"',
    ])
  })

  test('a world with nothing in it, references to nothing', () => {
    expect(problems('blackstart: 1\nname: x\nworld: {}\n')).toEqual(['s.yaml:3:8  world: needs at least one region'])
    expect(problems('blackstart: 1\nname: x\n')).toEqual(['s.yaml:1:1  world: is missing (needs a map)'])
  })
})

test('an expectation may be about a step of a plan, by its id or by a selector', () => {
  const text = (step: string) => `blackstart: 1
name: steps
run: {horizon: 1h}
world: {r: {zones: [a]}}
services: {web: {}, staff: {kind: crew}}
plans: {mend: {kind: runbook, at: 1m, via: staff, steps: {look: {kind: satisfy, target: {service: web}}}}}
expect:
  A: {metric: time-of, row: step.done, of: ${step}, at-most: 1h}
  B: {metric: time-of, row: service.up, after: {when: {row: step.done, of: {plan: ${step}}}}, at-most: 1h}`
  expect(problems(text('mend/look'))).toEqual([])
  expect(problems(text('mend/lok'))).toEqual([
    's.yaml:8:44  expect.A.of: there is nothing called "mend/lok" (did you mean "mend/look"?)',
    's.yaml:9:83  expect.B.after.when.of.plan: there is no plan "mend/lok" (did you mean "mend/look"?)',
  ])
})
