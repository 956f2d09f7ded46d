import { describe, expect, test } from 'vitest'
import { Randomness } from '../../sim/engine/random.ts'
import { Simulation } from '../../sim/engine/simulation.ts'
import { onGridAfter } from '../../sim/engine/time.ts'
import { addPowerFeeds, createPower, type PoweredDatacentre, type PowerSpec } from '../../sim/models/power/power.ts'
import { Entities } from '../../sim/trace/entities.ts'
import { rowKinds } from '../../sim/trace/row-kinds.ts'
import { causesOf, Trace } from '../../sim/trace/trace.ts'

const MINUTE = 60
const HOUR = 3600

const SPEC: PowerSpec = {
  lineups: { units: 1, needed: 1, beta: 0 },
  utility: { isolates: Infinity },
  transfer: { confirm: 1, takes: 8, retransfer: 10 * MINUTE },
  ups: { store: 9.5 * MINUTE, recharge: 6 * HOUR, charge: 1 },
  generators: {
    units: 4,
    needed: 3,
    start: { odds: 1, delay: 10 },
    carry: { odds: 1 },
    run: { life: { kind: 'constant', value: 1e9 }, repair: { kind: 'constant', value: HOUR } },
    overload: { trip: 60 },
    beta: 0.1,
  },
  distribution: { inrushLimit: 400_000, inrushFactor: 3, every: 20 },
}

interface Overrides {
  utility?: PowerSpec['utility']
  lineups?: Partial<PowerSpec['lineups']>
  transfer?: Partial<PowerSpec['transfer']>
  ups?: Partial<PowerSpec['ups']>
  generators?: Partial<PowerSpec['generators']>
  distribution?: Partial<PowerSpec['distribution']>
  racks?: number
  watts?: number
  begin?: 'up' | 'dark'
  seed?: string
  datacentres?: number
}

/** Data centres of 40 racks of 10 kW (unless told otherwise), and what happened as `[minute, row, subject]`. */
function powered({ racks = 40, watts = 10_000, begin = 'up', seed = '1', datacentres = 1, ...overrides }: Overrides = {}) {
  const sim = new Simulation()
  const trace = new Trace()
  sim.keep(trace)
  const entities = new Entities()
  const spec: PowerSpec = {
    lineups: { ...SPEC.lineups, ...overrides.lineups },
    utility: { ...SPEC.utility, ...overrides.utility },
    transfer: { ...SPEC.transfer, ...overrides.transfer },
    ups: { ...SPEC.ups, ...overrides.ups },
    generators: { ...SPEC.generators, ...overrides.generators },
    distribution: { ...SPEC.distribution, ...overrides.distribution },
  }
  const rackEntities: number[] = []
  const list: PoweredDatacentre[] = []
  for (let d = 1; d <= datacentres; d++) {
    const datacentre = entities.add('datacentre', `dc${d}`)
    const first = rackEntities.length
    for (let r = 1; r <= racks; r++) rackEntities.push(entities.add('rack', `r${r}`, datacentre))
    const feeds = addPowerFeeds(entities, datacentre, spec.lineups.units)
    list.push({ datacentre, feeds, racks: { first, count: racks }, wattsPerRack: watts, hostsPerRack: 20, begin, spec })
  }
  const power = createPower(sim, trace, new Randomness(sim, seed), entities, list, rack => rackEntities[rack])
  const at = (time: number, act: () => void) => sim.at(time, sim.on(act), 0)
  const name = (row: number) => rowKinds()[trace.kind[row]].name
  const all = () => Array.from({ length: trace.length - 1 }, (_, i) => i + 1)
  const rows = (kind: string) => all().filter(row => name(row) === kind)
  const times = (kind: string) => rows(kind).map(row => trace.time[row])
  /** What happened to feeds, in order, without the racks. */
  const story = () =>
    all()
      .filter(row => !name(row).startsWith('rack.'))
      .map(row => [trace.time[row], name(row)])
  const why = (row: number) => causesOf(trace.columns(), row).map(name)
  const poweredCount = () => power.powered.reduce((sum, one) => sum + one, 0)
  return { sim, trace, entities, power, at, rows, times, story, why, poweredCount, name }
}

type World = ReturnType<typeof powered>

function outage({ at, power }: World, from: number, to: number): void {
  at(from, () => power.loseUtility(0, 0))
  at(to, () => power.restoreUtility(0, 0))
}

describe('an outage that the generators carry', () => {
  test('is held by the UPS, carried, and handed back after the utility is stable', () => {
    const world = powered()
    outage(world, 100, 1000)
    world.sim.run(2 * HOUR)
    const full = 119 + (19 / 570) * 6 * HOUR // 19 s of store at the recharge rate
    expect(world.story()).toEqual(
      [
        [100, 'utility.lost'],
        [100, 'ups.holding'],
        [101, 'generators.starting'],
        [111, 'generators.started'],
        [119, 'transfer.to-generators'],
        [119, 'generators.carrying'],
        [119, 'ups.recharging'],
        [full, 'ups.full'],
        [1000, 'utility.back'],
        [1600, 'transfer.to-utility'],
        [1600, 'generators.stopped'],
      ].sort((a, b) => Number(a[0]) - Number(b[0])),
    )
    expect(world.poweredCount()).toBe(40)
    expect(world.trace.a[world.rows('ups.holding')[0]]).toBe(570)
    expect(world.trace.a[world.rows('generators.started')[0]]).toBe(4)
  })

  test('says why, step by step', () => {
    const world = powered()
    outage(world, 100, 1000)
    world.sim.run(2 * HOUR)
    expect(world.why(world.rows('ups.full')[0])).toEqual([
      'ups.full',
      'ups.recharging',
      'generators.carrying',
      'transfer.to-generators',
      'generators.started',
      'generators.starting',
      'utility.lost',
    ])
    expect(world.why(world.rows('generators.stopped')[0])).toEqual([
      'generators.stopped',
      'transfer.to-utility',
      'utility.back',
    ])
  })

  test('lost again while the switch waits to return, the utility is not missed', () => {
    const world = powered()
    outage(world, 100, 1000)
    outage(world, 1300, 1500)
    world.sim.run(2 * HOUR)
    expect(world.rows('ups.holding')).toHaveLength(1)
    expect(world.times('transfer.to-utility')).toEqual([2100])
  })

  test('shorter than the confirmation, it starts no generator', () => {
    const world = powered()
    outage(world, 100, 100.5)
    world.sim.run(HOUR)
    expect(world.story().map(([, row]) => row)).toEqual([
      'utility.lost',
      'ups.holding',
      'utility.back',
      'ups.recharging',
      'ups.full',
    ])
  })

  test('over before the switch has moved, it stays on the utility and stops the generators later', () => {
    const world = powered()
    outage(world, 100, 115)
    world.sim.run(HOUR)
    expect(world.rows('generators.carrying')).toEqual([])
    expect(world.times('generators.stopped')).toEqual([715])
  })
})

describe('generators that run but carry nothing', () => {
  test('a second outage 33 minutes after the first empties a part-charged UPS after 7 minutes 17.5 seconds', () => {
    const world = powered({ generators: { carry: { odds: 0 } } })
    outage(world, 0, 3 * MINUTE)
    outage(world, 33 * MINUTE, 63 * MINUTE)
    world.sim.run(33 * MINUTE - 1)
    expect(world.rows('rack.dark')).toEqual([])
    expect(world.rows('generators.refused-load')).toHaveLength(1)
    world.sim.run(3 * HOUR)
    // 570 s − 180 s used + 1800 s of recharging at 570 s in 6 h
    const rest = 570 - 180 + (1800 * 570) / (6 * HOUR)
    expect(rest).toBe(437.5)
    expect(world.times('rack.dark')).toEqual(Array(40).fill(33 * MINUTE + rest))
    expect(world.trace.a[world.rows('rack.dark')[0]]).toBe(20)
    expect(world.why(world.rows('rack.dark')[0])).toEqual([
      'rack.dark',
      'feed.dark',
      'ups.empty',
      'ups.holding',
      'utility.lost',
    ])
  })

  test('thirty-three minutes between the end of one and the start of the next leave 7 minutes 22.25 seconds', () => {
    const world = powered({ generators: { carry: { odds: 0 } } })
    outage(world, 0, 3 * MINUTE)
    outage(world, 36 * MINUTE, 66 * MINUTE)
    world.sim.run(3 * HOUR)
    expect(world.times('feed.dark')).toEqual([36 * MINUTE + 442.25])
  })

  test('a generator fault that ends while load waits lets them carry; racks return in steps', () => {
    const world = powered()
    const { at, power } = world
    at(0, () => power.generatorFault(0, 'synchronise', 0))
    outage(world, 0, 2 * HOUR)
    at(20 * MINUTE, () => power.clearGeneratorFault(0, 'synchronise', 0))
    world.sim.run(HOUR)
    expect(world.times('feed.dark')).toEqual([570])
    expect(world.times('feed.live')).toEqual([20 * MINUTE + 8])
    // 400 kW ÷ (10 kW × 3) = 13 racks in a step
    const steps = [...new Set(world.times('rack.energised'))]
    expect(steps.map(time => time - 20 * MINUTE - 8)).toEqual([0, 20, 40, 60])
  })

  test('started by hand they hold and carry, whatever kept them from it', () => {
    const world = powered()
    const { at, power } = world
    at(0, () => power.generatorFault(0, 'carry', 0))
    outage(world, 0, 2 * HOUR)
    at(20 * MINUTE, () => power.startGenerators(0, 0))
    world.sim.run(3 * HOUR)
    expect(world.times('feed.dark')).toEqual([570])
    expect(world.times('generators.carrying')).toEqual([20 * MINUTE + 8])
    expect(world.poweredCount()).toBe(40)
    expect(world.rows('feed.dark')).toHaveLength(1)
  })

  test('started by hand while they stand still, they need their start and their transfer', () => {
    const world = powered()
    const { at, power } = world
    at(0, () => power.generatorFault(0, 'start', 0))
    outage(world, 0, 2 * HOUR)
    at(MINUTE, () => power.startGenerators(0, 0))
    world.sim.run(3 * HOUR)
    expect(world.trace.a[world.rows('generators.failed')[0]]).toBe(4)
    expect(world.times('generators.carrying')).toEqual([MINUTE + 18])
    expect(world.rows('feed.dark')).toEqual([])
  })

  test('that stop while they carry leave the UPS alone again', () => {
    const world = powered()
    outage(world, 0, 2 * HOUR)
    world.at(HOUR, () => world.power.generatorFault(0, 'run', 0))
    world.sim.run(4 * HOUR)
    // 19 s used at the start are recharged within 12 min
    expect(world.times('feed.dark')).toEqual([HOUR + 570])
    expect(world.why(world.rows('feed.dark')[0])).toEqual(['feed.dark', 'ups.empty', 'ups.holding', 'generators.failed'])
    expect(world.times('transfer.to-utility')).toEqual([2 * HOUR])
    expect(world.poweredCount()).toBe(40)
  })

  test('that stop when the utility is back but not yet trusted hand over to it at once', () => {
    const world = powered()
    outage(world, 0, HOUR)
    world.at(HOUR + 60, () => world.power.generatorFault(0, 'run', 0))
    world.sim.run(4 * HOUR)
    expect(world.times('transfer.to-utility')).toEqual([HOUR + 60])
    expect(world.rows('ups.holding')).toHaveLength(1)
  })
})

describe('two line-ups', () => {
  test('share the load: with neither utility nor generators both hold twice as long as one would', () => {
    const world = powered({ lineups: { units: 2 }, generators: { units: 0, needed: 1 } })
    for (const line of [0, 1]) world.at(0, () => world.power.loseUtility(line, 0))
    world.sim.run(HOUR)
    expect(world.rows('ups.holding').map(row => world.trace.a[row])).toEqual([1140, 1140])
    expect(world.times('ups.empty')).toEqual([1140, 1140])
    expect(world.times('feed.dark')).toEqual([1140])
  })

  test('while one holds on stored energy the other is empty: it carries all, and lasts half as long', () => {
    const world = powered({ lineups: { units: 2 }, generators: { units: 0, needed: 1 } })
    world.at(0, () => world.power.loseUtility(0, 0))
    world.at(600, () => world.power.loseUtility(1, 0))
    world.at(2 * HOUR, () => world.power.restoreUtility(0, 0))
    world.sim.run(3 * HOUR)
    // The first drains by half a second each second; the second too, for 540 s, and then by a whole one.
    expect(world.times('ups.empty')).toEqual([1140, 1140 + 570 - 270])
    expect(world.times('feed.dark')).toEqual([1440])
    expect(world.times('feed.live')).toEqual([2 * HOUR])
    expect(world.poweredCount()).toBe(40)
    expect(world.why(world.rows('feed.dark')[0])).toEqual([
      'feed.dark',
      'ups.empty',
      'ups.empty',
      'ups.holding',
      'utility.lost',
    ])
  })

  test('of three two are needed: the loss of one overloads nobody, and the loss of two is darkness', () => {
    const world = powered({ lineups: { units: 3, needed: 2 }, ups: { store: 0 }, generators: { units: 0, needed: 1 } })
    for (const line of [0, 1]) {
      world.at(100 * (line + 1), () => world.power.loseUtility(line, 0))
      world.at(1000 * (line + 1), () => world.power.restoreUtility(line, 0))
    }
    world.sim.run(HOUR)
    expect([world.times('feed.dark'), world.times('feed.live')]).toEqual([[200], [1000]])
  })

  test('on generators, half of the units bear half of the load, and trip when they have to carry all of it', () => {
    const world = powered({ lineups: { units: 2 }, ups: { store: 60 }, generators: { units: 2, needed: 2 } })
    for (const line of [0, 1]) world.at(0, () => world.power.loseUtility(line, 0))
    world.at(HOUR, () => world.power.generatorFault(0, 'run', 0, 1))
    world.at(2 * HOUR, () => world.power.generatorFault(1, 'run', 0))
    world.sim.run(3 * HOUR)
    // The store of the second bridges 120 s at half load; then one unit has to carry what two are made for.
    expect(world.times('ups.empty')).toEqual([2 * HOUR + 120, 2 * HOUR + 120 + 60 + 60])
    expect(world.times('generators.tripped')).toEqual([2 * HOUR + 120 + 60])
    expect(world.times('feed.dark')).toEqual([2 * HOUR + 240])
  })
})

describe('units that fail one by one', () => {
  const lasting = { run: { life: { kind: 'constant', value: 1e9 }, repair: { kind: 'constant', value: HOUR / 2 } } } as const

  test('of four the fourth is not missed, and without the third the rest are overloaded and trip one after another', () => {
    const world = powered()
    outage(world, 0, 4 * HOUR)
    world.at(HOUR, () => world.power.generatorFault(0, 'run', 0, 1))
    world.at(HOUR + 600, () => world.power.generatorFault(0, 'run', 0, 1))
    world.sim.run(3 * HOUR)
    expect(world.times('generators.failed')).toEqual([HOUR, HOUR + 600])
    expect(world.times('generators.tripped')).toEqual([HOUR + 660, HOUR + 720])
    expect(world.rows('generators.tripped').map(row => world.trace.a[row])).toEqual([1, 0])
    expect(world.times('feed.dark')).toEqual([HOUR + 720 + 570])
    expect(world.why(world.rows('feed.dark')[0])).toEqual([
      'feed.dark',
      'ups.empty',
      'ups.holding',
      'generators.tripped',
      'generators.tripped',
      'generators.failed',
    ])
  })

  test('two units bear two thirds of the load, and a load shed within the minute is no longer too much', () => {
    const world = powered({ racks: 6 })
    outage(world, 0, 4 * HOUR)
    world.at(HOUR, () => world.power.generatorFault(0, 'run', 0, 2))
    for (const rack of [0, 1]) world.at(HOUR + 59, () => world.power.cutRack(rack, 0))
    world.sim.run(3 * HOUR)
    expect(world.rows('generators.tripped')).toEqual([])
    expect(world.poweredCount()).toBe(4)
  })

  test('a unit that refuses load while the rest suffice does not stop them, nor does one that never starts', () => {
    for (const mode of ['start', 'synchronise', 'carry'] as const) {
      const world = powered()
      world.at(0, () => world.power.generatorFault(0, mode, 0, 1))
      outage(world, 100, 1000)
      world.sim.run(2 * HOUR)
      expect(world.times('generators.carrying'), mode).toEqual([119])
    }
  })

  test('what fails while running is repaired, and then asked again by the load that waits', () => {
    const life = { kind: 'constant', value: HOUR } as const
    const world = powered({ generators: { run: { ...lasting.run, life } } })
    outage(world, 0, 4 * HOUR)
    world.sim.run(2 * HOUR)
    expect(world.times('generators.failed')).toEqual([1, 1, 1, 1].map(() => HOUR + 11))
    expect(world.times('feed.dark')).toEqual([HOUR + 11 + 570])
    expect(world.times('generators.starting')).toEqual([1, 1.5 * HOUR + 11])
    expect(world.times('generators.carrying')).toEqual([19, 1.5 * HOUR + 29])
  })

  test('A11: at a mean life of 1505.757 h, 1.581 % of units fail within a day', () => {
    const mean = 1505.75716 * HOUR
    const centres = 20_000
    const { sim, power, rows } = powered({
      racks: 0,
      datacentres: centres,
      generators: {
        units: 1,
        needed: 1,
        start: { odds: 1, delay: 0 },
        run: { ...lasting.run, life: { kind: 'exponential', mean } },
      },
    })
    for (let d = 0; d < centres; d++) power.loseUtility(d, 0)
    sim.run(24 * HOUR + 1)
    const p = 0.0158124742
    expect(Math.abs(rows('generators.failed').length / centres - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / centres))
  })
})

describe('chance', () => {
  test('at odds of nothing no unit starts, at certainty all do', () => {
    const never = powered({ generators: { start: { odds: 0, delay: 10 } } })
    outage(never, 0, HOUR)
    never.sim.run(HOUR)
    expect(never.rows('generators.started')).toEqual([])
    expect(never.trace.a[never.rows('generators.failed')[0]]).toBe(4)
    const always = powered()
    outage(always, 0, HOUR)
    always.sim.run(HOUR)
    expect(always.rows('generators.failed')).toEqual([])
  })

  test.each(['start', 'carry'] as const)('A11: 4 of 5 with β = 0.1 fail their %s at the rate of the formula', demand => {
    const q = 0.0135
    const odds = { odds: 1 - q, delay: 0 }
    const [centres, seeds] = [1000, 100]
    let failures = 0
    for (let seed = 0; seed < seeds; seed++) {
      const { sim, power, rows } = powered({
        racks: 1,
        datacentres: centres,
        seed: `${seed}`,
        generators: { units: 5, needed: 4, beta: 0.1, ...(demand === 'start' ? { start: odds } : { carry: odds }) },
      })
      for (let d = 0; d < centres; d++) power.loseUtility(d, 0)
      sim.run(MINUTE)
      failures += centres - rows('generators.carrying').length
    }
    const p = 0.00278873364
    const n = centres * seeds
    expect(Math.abs(failures / n - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / n))
  })

  // A line-up fails on demand as A11 has it; what all line-ups have in common strikes first, and leaves (1 − β)·q to each.
  const carriedByNone = (q: number, beta: number, lineups: number, units: number, needed: number) => {
    const own = (1 - beta) * q
    let enough = 0
    for (let i = needed; i <= units; i++) enough += choose(units, i) * (1 - own) ** i * own ** (units - i)
    return 1 - (1 - beta * q) * (1 - (1 - enough) ** lineups)
  }
  const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n - 1, k - 1) * n) / k)

  test.each([
    { q: 0.1, beta: 0, units: 1, needed: 1, p: 0.01 },
    { q: 0.1, beta: 0.1, units: 1, needed: 1, p: 0.018019 },
    { q: 0.2, beta: 0.05, units: 3, needed: 2, p: 0.01 + 0.99 * 0.0948296 ** 2 },
  ])(
    'two line-ups of $needed of $units with β = $beta both fail at the rate of the formula',
    ({ q, beta, units, needed, p }) => {
      expect(carriedByNone(q, beta, 2, units, needed)).toBeCloseTo(p, 4)
      const [centres, seeds] = [1000, 20]
      let failures = 0
      for (let seed = 0; seed < seeds; seed++) {
        const { sim, power, rows } = powered({
          racks: 1,
          datacentres: centres,
          seed: `${seed}`,
          lineups: { units: 2, beta },
          generators: { units, needed, beta: 0, start: { odds: 1 - q, delay: 0 } },
        })
        for (let line = 0; line < 2 * centres; line++) power.loseUtility(line, 0)
        sim.run(HOUR)
        failures += rows('feed.dark').length
      }
      const exact = carriedByNone(q, beta, 2, units, needed)
      const n = centres * seeds
      expect(Math.abs(failures / n - exact)).toBeLessThan(4 * Math.sqrt((exact * (1 - exact)) / n))
    },
  )

  test('A11 holds for each line-up by itself, whatever share of its failures is common', () => {
    const q = 0.2
    const [centres, beta] = [20_000, 0.3]
    const { sim, power, rows } = powered({
      racks: 1,
      datacentres: centres,
      lineups: { units: 2, beta },
      generators: { units: 1, needed: 1, beta: 0, start: { odds: 1 - q, delay: 0 } },
    })
    for (let line = 0; line < 2 * centres; line++) power.loseUtility(line, 0)
    sim.run(MINUTE)
    const p = 1 - (1 - beta * q) * (1 - (1 - beta) * q)
    // Line-ups of one data centre are not independent: the variance of their sum is bounded by twice that of independent ones.
    const error = Math.sqrt((2 * p * (1 - p)) / (2 * centres))
    expect(Math.abs(1 - rows('generators.carrying').length / (2 * centres) - p)).toBeLessThan(4 * error)
  })

  test('another data centre changes nobody else’s luck', () => {
    const generators = { start: { odds: 0.5, delay: 10 } }
    const story = (datacentres: number) => {
      const world = powered({ datacentres, generators, seed: 'luck' })
      for (let i = 0; i < 20; i++) outage(world, i * HOUR, i * HOUR + 5 * MINUTE)
      world.sim.run(20 * HOUR)
      return world.story()
    }
    expect(story(3)).toEqual(story(1))
  })
})

describe('distribution', () => {
  test('R7: 10 000 hosts of 500 W in steps of 1 MW take 16 steps of 666, the last after 450 s', () => {
    const { sim, power, times, at } = powered({
      racks: 10_000,
      watts: 500,
      distribution: { inrushLimit: 1_000_000, inrushFactor: 3, every: 30 },
    })
    at(10, () => power.cutOutput(0, 0))
    at(100, () => power.restoreOutput(0, 0))
    sim.run(HOUR)
    const energised = times('rack.energised')
    const steps = [...new Set(energised)]
    expect(steps).toEqual(Array.from({ length: 16 }, (_, k) => 100 + 30 * k))
    expect(steps.map(step => energised.filter(time => time === step).length)).toEqual([...Array(15).fill(666), 10])
    expect(times('rack.dark')).toHaveLength(10_000)
  })

  test('steps off the grid do not drift, and a rack above the limit still gets its own step', () => {
    const { sim, power, times } = powered({ racks: 31, watts: 1e6, distribution: { every: 0.1 } })
    power.cutOutput(0, 0)
    power.restoreOutput(0, 0)
    sim.run(HOUR)
    expect(times('rack.energised')[30]).toBe(3)
  })

  test('reasons are counted: dark with the first, live with the last', () => {
    const { sim, power, at, times, why, rows } = powered()
    at(10, () => power.cutOutput(0, 0))
    at(20, () => power.cutOutput(0, 0))
    at(30, () => power.restoreOutput(0, 0))
    at(35, () => power.cutRack(5, 0))
    at(40, () => power.restoreOutput(0, 0))
    at(200, () => power.cutRack(5, 0))
    at(210, () => power.restoreRack(5, 0))
    at(220, () => power.restoreRack(5, 0))
    sim.run(HOUR)
    expect([times('feed.dark'), times('feed.live')]).toEqual([[10], [40]])
    expect(times('rack.energised').at(-1)).toBe(220)
    expect(times('rack.dark')).toEqual(Array(40).fill(10))
    expect(why(rows('rack.energised')[0])).toEqual(['rack.energised', 'feed.live'])
    expect(() => power.restoreRack(5, 0)).toThrow('was not cut')
    expect(() => power.restoreOutput(0, 0)).toThrow('was not cut')
    expect(() => power.restoreUtility(0, 0)).toThrow('was not lost')
  })

  test('racks that were cut one by one return in steps too', () => {
    const { sim, power, at, times, entities, trace, rows } = powered()
    at(10, () => {
      for (let rack = 0; rack < 30; rack++) power.cutRack(rack, 0)
    })
    at(20, () => {
      for (let rack = 0; rack < 30; rack++) power.restoreRack(rack, 0)
    })
    at(45, () => {
      power.cutRack(29, 0) // while it waits
      power.cutRack(35, 0)
    })
    at(90, () => power.restoreRack(29, 0))
    sim.run(HOUR)
    expect(times('rack.energised')).toEqual([...Array(13).fill(20), ...Array(13).fill(40), ...Array(3).fill(60), 90])
    const order = rows('rack.energised').map(row => entities.name(trace.subject[row]))
    expect(order).toEqual(Array.from({ length: 30 }, (_, i) => `r${i + 1}`))
    expect(power.isPowered(35)).toBe(false)
  })

  test('supply lost again while racks are energised stops it, and all are dark', () => {
    const world = powered({ ups: { store: 0 }, generators: { units: 0, needed: 1 } })
    outage(world, 0, 100)
    outage(world, 125, 500)
    world.sim.run(300)
    expect(world.poweredCount()).toBe(0)
    expect(world.times('rack.energised')).toHaveLength(26)
    expect(world.times('rack.dark')).toEqual([...Array(40).fill(0), ...Array(26).fill(125)])
    world.sim.run(HOUR)
    expect(world.poweredCount()).toBe(40)
    expect(world.times('rack.energised').at(-1)).toBe(560)
  })

  test('with a little charge the UPS bridges a second loss for as long as its load allows', () => {
    const world = powered({ ups: { recharge: 9.5 * MINUTE }, generators: { carry: { odds: 0 } } })
    outage(world, 0, 600)
    outage(world, 610, 2 * HOUR) // 10 s at full load; 13 of 40 racks draw until 620, then 26, then 39
    world.sim.run(HOUR)
    expect(world.times('feed.dark')).toEqual([570, onGridAfter(620 + (10 - (10 * 13) / 40) / (26 / 40))])
  })

  test('load that is switched off makes the UPS last longer', () => {
    const world = powered({ generators: { units: 0, needed: 1 } })
    outage(world, 0, 3 * HOUR)
    world.at(0, () => {
      for (let rack = 0; rack < 16; rack++) world.power.cutRack(rack, 0)
    })
    world.sim.run(HOUR)
    expect(world.times('ups.empty')).toEqual([570 / 0.6])
  })

  test('watchers hear of each rack with the row that says so', () => {
    const { sim, power, at, name, poweredCount } = powered()
    const heard: string[] = []
    power.onRack((rack, isPowered, row) => heard.push(`${rack} ${isPowered} ${name(row)}`))
    at(10, () => power.cutRack(3, 0))
    at(20, () => power.restoreRack(3, 0))
    sim.run(HOUR)
    expect(heard).toEqual(['3 false rack.dark', '3 true rack.energised'])
    expect(poweredCount()).toBe(40)
  })

  test('what begins dark says so, and stays dark until it is energised', () => {
    const { sim, power, at, times, poweredCount } = powered({ begin: 'dark' })
    at(HOUR, () => power.energise(0, 0))
    at(2 * HOUR, () => power.energise(0, 0))
    sim.run(HOUR - 1)
    expect(times('rack.dark')).toEqual(Array(40).fill(0))
    expect(poweredCount()).toBe(0)
    sim.run(3 * HOUR)
    expect(times('feed.live')).toEqual([HOUR])
    expect(poweredCount()).toBe(40)
  })
})

describe('sags', () => {
  test('one that the racks’ own supplies bridge writes nothing but itself', () => {
    const world = powered()
    world.at(10, () => world.power.sagUtility(0, 0.02, 0))
    world.sim.run(HOUR)
    expect(world.story()).toEqual([[10, 'utility.sag']])
  })

  test('a longer one is a short loss, which stored energy bridges and which is taken from it', () => {
    const world = powered()
    world.at(10, () => world.power.sagUtility(0, 0.25, 0))
    world.sim.run(HOUR)
    expect(world.story()).toEqual([
      [10, 'utility.sag'],
      [10, 'utility.lost'],
      [10, 'ups.holding'],
      [10.25, 'utility.back'],
      [10.25, 'ups.recharging'],
      [onGridAfter(10.25 + (0.25 / 570) * 6 * HOUR), 'ups.full'],
    ])
    expect(world.rows('rack.dark')).toEqual([])
  })

  test('without a UPS the racks’ own supplies bridge 20 ms, not 200', () => {
    const world = powered({ ups: { store: 0 } })
    world.at(10, () => world.power.sagUtility(0, 0.02, 0))
    world.at(20, () => world.power.sagUtility(0, 0.2, 0))
    world.sim.run(HOUR)
    expect(world.times('rack.dark')).toEqual(Array(40).fill(20))
    expect(world.why(world.rows('rack.dark')[0])).toEqual([
      'rack.dark',
      'feed.dark',
      'ups.empty',
      'utility.lost',
      'utility.sag',
    ])
    expect(world.times('feed.live')[0]).toBeCloseTo(20.2, 6)
  })

  test('one longer than the confirmation is a short loss', () => {
    const world = powered()
    world.at(10, () => world.power.sagUtility(0, 5, 0))
    world.sim.run(HOUR)
    expect([world.times('utility.lost'), world.times('utility.back')]).toEqual([[10], [15]])
  })
})

test('a UPS that begins part-charged recharges from the start', () => {
  const { sim, power, story } = powered({ ups: { charge: 0.5 } })
  expect(power.charge(0)).toBe(0.5)
  sim.run(6 * HOUR)
  expect(story()).toEqual([
    [0, 'ups.recharging'],
    [3 * HOUR, 'ups.full'],
  ])
})

test('a snapshot taken in the middle of everything continues as the original did', () => {
  const world = powered({ generators: { carry: { odds: 0.3 }, start: { odds: 0.9, delay: 10 } }, seed: 'again' })
  for (let i = 0; i < 12; i++) outage(world, i * 33 * MINUTE, i * 33 * MINUTE + 15 * MINUTE)
  world.at(50 * MINUTE, () => world.power.generatorFault(0, 'carry', 0))
  world.at(4 * HOUR, () => world.power.clearGeneratorFault(0, 'carry', 0))
  const rows = () => world.trace.columns().time.join() + world.trace.columns().kind.join() + world.trace.columns().cause.join()
  const isEnergising = () => world.poweredCount() > 0 && world.poweredCount() < 40
  while (!isEnergising() && world.sim.now < 5 * HOUR) world.sim.run(world.sim.now + 10)
  expect(isEnergising()).toBe(true)
  const saved = world.sim.snapshot()
  world.sim.run(8 * HOUR)
  const first = rows()
  world.sim.restore(saved)
  world.sim.run(8 * HOUR)
  expect(rows()).toBe(first)
})

test('every row of power has a cause before it, and falls and returns of racks alternate', () => {
  const world = powered({ generators: { carry: { odds: 0.6 }, start: { odds: 0.8, delay: 10 } }, seed: 'chaos' })
  const { sim, trace, power, name } = world
  for (let i = 0; i < 50; i++) {
    outage(world, i * 1000, i * 1000 + 137 * (1 + (i % 6)))
    world.at(i * 900 + 50, () => power.cutRack(i % 40, 0))
    world.at(i * 900 + 50 + (i % 7) * 300, () => power.restoreRack(i % 40, 0))
    if (i % 5 === 0) world.at(i * 1000 + 300, () => power.generatorFault(0, i % 2 === 0 ? 'run' : 'carry', 0))
    if (i % 5 === 0) world.at(i * 1000 + 900, () => power.clearGeneratorFault(0, i % 2 === 0 ? 'run' : 'carry', 0))
    if (i % 4 === 0) world.at(i * 1000 + 20, () => power.cutOutput(0, 0))
    if (i % 4 === 0) world.at(i * 1000 + 220, () => power.restoreOutput(0, 0))
  }
  sim.run(60_000)
  const isDark = new Map<number, boolean>()
  for (let row = 1; row < trace.length; row++) {
    expect(trace.cause[row]).toBeLessThan(row)
    expect(trace.time[trace.cause[row]]).toBeLessThanOrEqual(trace.time[row])
    if (!name(row).startsWith('rack.')) continue
    const goesDark = name(row) === 'rack.dark'
    expect(isDark.get(trace.subject[row]) ?? false).toBe(!goesDark)
    isDark.set(trace.subject[row], goesDark)
  }
  expect(world.poweredCount()).toBe(40)
  expect(world.rows('rack.dark').length).toBeGreaterThan(100)
})
