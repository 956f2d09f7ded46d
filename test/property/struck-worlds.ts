/** Generated worlds with a little of everything, and generated faults of every kind. */
import fc from 'fast-check'
import { stringify } from 'yaml'

/** Each world runs this long, s. */
export const HORIZON = 14_400
const ZONES = ['a', 'b', 'c']
const seconds = (max: number) => fc.integer({ min: 0, max }).map(s => `${s}s`)
const share = fc.constantFrom('10%', '50%', '100%')

/** Targets by what an effect may strike. */
const TARGETS: Readonly<Record<string, fc.Arbitrary<object>>> = {
  place: fc.oneof(
    fc.constant({ region: 'r' }),
    fc.record({ zone: fc.constantFrom(...ZONES.slice(0, 2)) }),
    fc.record({ zone: fc.constantFrom(...ZONES.slice(0, 2)), datacentre: fc.constantFrom('dc1', 'dc2') }),
  ),
  shared: fc.record({ feed: fc.subarray(['grid', 'tx-1', 'tx-2', 'bus'], { minLength: 1 }) }),
  breaker: fc.record({
    feed: fc.subarray(['utility', 'transfer', 'ups', 'distribution', 'grid', 'tx-1', 'tx-2', 'bus'], {
      minLength: 1,
      maxLength: 3,
    }),
  }),
  rack: fc.record({ region: fc.constant('r'), of: fc.constant('rack'), pick: share }),
  host: fc.record({ region: fc.constant('r'), of: fc.constant('host'), pick: share }),
  link: fc.record({ link: fc.subarray(['edge-a', 'edge-b', 'a-b'], { minLength: 1 }) }),
  instance: fc.record({
    service: fc.constantFrom('web', 'db', 'auth', 'state', 'vault'),
    of: fc.constant('instance'),
    pick: share,
  }),
  service: fc.record({ service: fc.constantFrom('web', 'db', 'auth', 'control', 'hands', 'state') }),
}
const target = (...kinds: string[]) => fc.oneof(...kinds.map(kind => TARGETS[kind]))

/** For each kind of effect, what it may strike and its own fields. */
export const KINDS: Readonly<Record<string, fc.Arbitrary<object>>> = {
  'api-deny': fc.record({ target: fc.constant({ service: 'control' }) }),
  'cache-flush': fc.record({ target: fc.constant({ client: 'readers' }), share }),
  'breaker-fault': fc.record({ target: TARGETS.breaker, mode: fc.constantFrom('open', 'stuck') }),
  'capacity-shortage': fc.record({ target: target('place', 'rack'), share }),
  'card-failure': fc.record(
    {
      target: target('place', 'rack', 'host'),
      card: fc.constantFrom('network', 'volume', 'disk', 'control'),
      firmware: fc.constantFrom('1', '2', '3'),
      delay: seconds(2000),
    },
    { requiredKeys: ['target', 'card'] },
  ),
  close: fc.record({ target: TARGETS.breaker }),
  'config-push': fc.record({ target: target('service'), errors: share, latency: seconds(3) }),
  'controller-fault': fc.record({ target: target('place') }),
  'cooling-loss': fc.record({ target: target('place'), units: fc.integer({ min: 1, max: 4 }) }, { requiredKeys: ['target'] }),
  'crew-grow': fc.record({ target: fc.constant({ service: 'hands' }), to: fc.integer({ min: 1, max: 4 }) }),
  deregister: fc.record({ target: fc.constant({ service: 'control' }) }),
  energise: fc.record({ target: target('place') }),
  'fabric-failure': fc.record({ target: fc.oneof(TARGETS.rack, fc.constant({ region: 'r', of: 'datacentre' })) }),
  'firmware-update': fc.record({
    target: target('place', 'rack', 'host'),
    card: fc.constantFrom('network', 'volume', 'disk', 'control'),
    version: fc.constantFrom('2', '3'),
    pause: seconds(600),
  }),
  'generator-fault': fc.record(
    {
      target: target('place'),
      mode: fc.constantFrom('start', 'synchronise', 'carry', 'run'),
      units: fc.integer({ min: 1, max: 4 }),
    },
    { requiredKeys: ['target', 'mode'] },
  ),
  'host-degrade': fc.record({ target: target('place', 'rack', 'host'), capacity: share, errors: share, latency: seconds(10) }),
  'host-failure': fc.record({ target: target('place', 'rack', 'host') }),
  'io-load': fc.record({
    target: fc.oneof(
      target('place', 'rack', 'host'),
      fc.constantFrom({ service: 'web' }, { service: 'web', of: 'instance', pick: '50%' }),
    ),
    times: fc.constantFrom(0, 0.5, 3),
    whose: fc.constantFrom('everybody', 'tenants'),
  }),
  'lease-cut': fc.record({ target: target('place', 'rack', 'host') }),
  'lease-limit': fc.record({ target: fc.constant({ service: 'state' }), rate: fc.constantFrom('0/s', '1/min', '2/s') }),
  'lease-timeout': fc.record({
    target: fc.constant({ service: 'state' }),
    timeout: seconds(20).map(s => (s === '0s' ? '1s' : s)),
  }),
  'link-cut': fc.record({ target: target('link') }),
  'link-degrade': fc.record({ target: target('link'), latency: seconds(2), loss: share }),
  load: fc.record({ target: fc.constant({ client: 'users' }), factor: fc.constantFrom(0, 0.5, 3) }),
  'operator-error': fc.record({ target: target('service', 'instance') }),
  'power-loss': fc.record({ target: target('place', 'rack') }),
  resize: fc.record({
    target: fc.constantFrom({ service: 'web' }, { service: 'web', of: 'instance', pick: '50%' }),
    size: fc.constantFrom('c5.large', 'c5.2xlarge', 't2.micro', 'c4.xlarge'),
  }),
  satisfy: fc.record({ target: target('service'), when: fc.constantFrom('start', 'serve') }),
  'scale-in': fc.record({ target: target('service'), to: fc.integer({ min: 1, max: 4 }) }),
  'service-impair': fc.record({ target: target('service'), errors: share, latency: seconds(3), capacity: share }),
  'service-scale': fc.record({ target: target('service'), capacity: fc.constantFrom(0, 0.1, 3) }),
  shut: fc.record({ target: target('place', 'rack', 'host') }),
  'site-closed': fc.record({ target: target('place') }),
  start: fc.record({ target: target('place') }),
  'state-loss': fc.record({
    target: fc.constantFrom({ service: 'web' }, { service: 'web', of: 'instance', pick: '50%' }),
  }),
  'utility-loss': fc.record({ target: target('place', 'shared') }),
  'utility-sag': fc.record({ target: target('place', 'shared'), sags: seconds(30), depth: share }),
  'volume-break': fc.record({ target: target('place', 'rack', 'host') }),
  'volume-cut': fc.record({ target: target('place', 'rack', 'host') }),
  'volume-grow': fc.record({ target: fc.constant({ service: 'disks' }), by: share }),
  'volume-pause': fc.record({
    target: fc.constant({ service: 'disks' }),
    searches: fc.constantFrom('all', 'futile'),
  }),
}

const faultOf = (kinds: readonly string[]) =>
  fc
    .constantFrom(...kinds)
    .chain(kind =>
      fc.record(
        { kind: fc.constant(kind), own: KINDS[kind], at: seconds(9000), lasts: seconds(4000) },
        { requiredKeys: ['kind', 'own', 'at'] },
      ),
    )
    .map(({ own, ...common }) => ({ ...common, ...own }))

/** Of a few kinds, so that faults of one kind often meet. */
const faults = fc
  .subarray(Object.keys(KINDS), { minLength: 1, maxLength: 3 })
  .chain(kinds => fc.array(faultOf(kinds), { minLength: 2, maxLength: 6 }))

export const worlds = fc.record({
  seed: fc.integer({ min: 0, max: 1e6 }),
  zones: fc.integer({ min: 2, max: 3 }),
  racks: fc.integer({ min: 1, max: 2 }),
  hosts: fc.integer({ min: 1, max: 3 }),
  begin: fc.constantFrom('up', 'up', 'dark'),
  cooling: fc.record({
    chillers: fc.record({ running: fc.integer({ min: 3, max: 4 }), start: fc.record({ odds: share }) }),
    relax: fc.constant('20m'), // or what is too warm to restart would never cool
    hold: fc.constantFrom('forever', '0s', '1s'),
    restart: fc.record({ below: fc.constantFrom('30%', '60%', '100%') }),
  }),
  stuck: fc.constantFrom('0%', '30%'),
  cpu: fc.constantFrom(24, 96),
  network: fc.constantFrom<object | undefined>(
    undefined,
    { needs: { auth: { hold: '5m' } } },
    { needs: { control: {} }, else: { loss: '30%', latency: '1s' } },
  ),
  onHostLoss: fc.constantFrom('restart', 'none'),
  instances: fc.integer({ min: 2, max: 4 }),
  load: fc.integer({ min: 10, max: 900 }),
  uses: fc.constantFrom<object | undefined>(
    undefined,
    { size: 't3.small', credits: 'standard', uses: { cpu: '10ms', network: '100kB' } },
    { size: 'c5.large', disk: { type: 'gp2', size: '20GiB' }, uses: { iops: 30, volume: '4MB' } },
  ),
  starts: fc.constantFrom<object | string>('1m', { work: { amount: '60GB', rate: '50MBps' } }),
  hold: fc.constantFrom('0s', '10m', 'forever'),
  health: fc.constantFrom({}, { sees: 'everything' }, { sees: 'everything', from: 'zone' }, { from: 'zone' }),
  api: fc.constantFrom(
    {},
    { 'queue-per': 'zone', starved: 'hold', 'call-timeout': '45s' },
    { rate: '1/s', burst: 5, 'removes-dead': '10m' },
    { 'removes-dead': 'by-hand', starved: 'hold' },
  ),
  timeout: fc.constantFrom('5s', '10m'),
  servers: fc.integer({ min: 1, max: 2 }),
  crew: fc.boolean(),
  fabric: fc.boolean(),
  repair: fc.constantFrom('20m', '1h'),
  care: fc.constantFrom<object | undefined>(
    undefined,
    { do: 'migrate', 'moves-at-once': 2, sees: '10s' },
    { do: 'migrate', dirty: '10Gbps' },
    { do: 'restart', odds: '50%' },
    { do: 'wait' },
  ),
  lineups: fc.constantFrom(1, 1, 2, 3),
  from: fc.constantFrom(undefined, 'grid', 'bus'),
  faults,
})
export type World = typeof worlds extends fc.Arbitrary<infer T> ? T : never

export function textOf(world: World): string {
  const { seed, zones, racks, hosts, begin, cooling, stuck, cpu, network, onHostLoss, instances, load, starts, uses } = world
  const { hold, health, timeout, servers, crew, fabric, repair, care, lineups, from } = world
  const power = {
    ...(from !== undefined && { from }),
    lineups: { units: lineups, needed: lineups === 3 ? 2 : 1, beta: '10%' },
    ups: { store: '60s' },
    generators: { start: { odds: '90%' }, carry: { odds: '90%' } },
  }
  const kept = { hold, kept: 'memory' }
  return stringify({
    blackstart: 1,
    name: 'generated',
    run: { seed, horizon: `${HORIZON}s`, interval: '10m', observe: { zone: ['a', 'b'], of: 'host', pick: 2 } },
    feeds: {
      grid: {},
      'tx-1': { from: 'grid' },
      'tx-2': { from: 'grid' },
      bus: { from: ['tx-1', 'tx-2'], k: 1, transfer: '100ms' },
    },
    world: {
      r: {
        zones: ZONES.slice(0, zones),
        datacentres: 2,
        racks,
        hosts,
        machine: 'plain',
        tenants: 4,
        'tenant-io': { volume: '0.02/s' },
        begin,
        boot: { slots: 2, ...(fabric && { image: { size: '10GB', bandwidth: '100MBps' } }) },
        ...(fabric && { fabric: { switch: { stuck } } }),
        power,
        cooling,
        ...(network && { network }),
      },
    },
    machines: {
      plain: {
        cpu,
        firmware: { network: '1', volume: '1', disk: '1', control: '1' },
        virtualisation: { cpu: '10%' },
        io: { volume: { by: 'domain' }, domain: { processors: 1, stalls: { odds: '1%' } } },
        boot: '5m',
        'boot-faults': { odds: stuck },
        repair,
        'on-power-return': { stuck, lost: '5%' },
      },
    },
    services: {
      web: {
        instances,
        io: { network: '0.2/s', volume: '0.1/s' },
        capacity: '100/s',
        health,
        'on-host-loss': onHostLoss,
        ...uses,
        needs: {
          db: { fanout: 0.2 },
          auth: kept,
          members: { from: 'state', hold: '8m', refresh: { timeout: '2s', retry: '3s', cost: '400ms', rejoin: 2, leave: 9 } },
        },
      },
      db: { kind: 'database', primary: 'r/a', standby: 'r/b', replay: '5m' },
      auth: { needs: { hosts: { from: 'r/a', when: 'start' } } },
      vault: { instances: 2, 'local-disk': true, needs: { disks: {} } },
      state: { instances: 2, 'starts-in': starts, needs: { auth: kept } },
      control: {
        kind: 'control-plane',
        instances: 2,
        restore: 'first',
        api: { threads: 2, takes: '2s', timeout, ...world.api },
        needs: { state: { when: 'change' }, auth: { when: 'start' } },
      },
      disks: { kind: 'volumes', items: 900, item: '10GB', tenants: '50%', repair: { search: { via: 'control' } } },
      ...(crew && { hands: { kind: 'crew', servers } }),
    },
    clients: {
      users: { to: 'web', rate: `${load}/s`, timeout: '1s', retry: { attempts: 2 } },
      readers: { to: 'web', rate: '20/s', timeout: '1s', cache: { hit: '60%', items: 3000 } },
      others: { asks: 'launch', via: 'control' },
      launches: { asks: 'launch', via: 'control', every: '200s', retry: { attempts: 2, backoff: { base: '20s' } } },
      makers: { asks: 'create-volume', via: 'control', of: 'disks', every: '300s', retry: { attempts: 2 } },
      changes: { asks: 'change', via: 'control', of: 'web', every: { exponential: { mean: '150s' } } },
    },
    plans: {
      scale: { kind: 'autoscaler', of: 'web', via: 'control', max: 8 },
      ...(care && { care: { kind: 'host-care', via: 'control', ...care } }),
      ...(crew && {
        mend: {
          kind: 'runbook',
          at: { when: { row: 'service.down' } },
          via: 'hands',
          sees: { via: 'state', blind: '20m' },
          steps: { help: { kind: 'satisfy', target: { service: 'control' } } },
        },
      }),
    },
    faults: Object.fromEntries(world.faults.map((one, i) => [`f${i + 1}`, one])),
  })
}
