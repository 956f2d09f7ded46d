/**
 * Power of data centres: utility → transfer switch → UPS → distribution → racks, with generators standing by for the utility.
 * The part down to the UPS is a line-up; a data centre has one or several, which share its load: each is made for full load over
 * the number needed. Wires the links of the chain to each other; each link's own file says how it behaves.
 *
 * Faults say what is lost, never for how long racks stay dark: that comes out of stored energy, of generators that may run and
 * yet not carry, and of energising in steps. Reasons are counted: things fall with the first and return with the last.
 */
import type { Randomness } from '../../engine/random.ts'
import type { Simulation } from '../../engine/simulation.ts'
import type { Entities, EntityId } from '../../trace/entities.ts'
import { defineRows } from '../../trace/row-kinds.ts'
import type { RowId, Trace } from '../../trace/trace.ts'
import type { Ratio, Seconds, Watts } from '../../units/quantity.ts'
import { createDefects } from './defects.ts'
import { createDistributions, type DistributionSpec, type RackRange, type RackWatcher } from './distribution.ts'
import { createGenerators, type GeneratorFaultMode, type GeneratorsSpec } from './generators.ts'
import { createGrid, type GridFeedSpec } from './grid.ts'
import { createTransferSwitches, type TransferSpec } from './transfer-switch.ts'
import { createUpses, type UpsSpec } from './ups.ts'
import { createUtilities, type UtilitySpec } from './utility.ts'

export interface PowerSpec {
  /** How many complete chains there are down to the UPS, and how many of them the racks live on. */
  readonly lineups: {
    readonly units: number
    readonly needed: number
    /** Share of a generator's chance to fail on demand that strikes those of all line-ups together. */
    readonly beta: Ratio
  }
  readonly utility: UtilitySpec
  readonly transfer: TransferSpec
  readonly ups: UpsSpec
  readonly generators: GeneratorsSpec
  readonly distribution: DistributionSpec
}

/** The links of a line-up as entities of kind `feed`. */
export interface Lineup {
  /** What they are below: the data centre, or the line-up where it has several. */
  readonly entity: EntityId
  readonly utility: EntityId
  readonly transfer: EntityId
  readonly ups: EntityId
  readonly generators: EntityId
}

/** The feeds of a data centre. */
export interface PowerFeeds {
  readonly lineups: readonly Lineup[]
  readonly distribution: EntityId
}

/** One data centre to be powered. Verbs call it by its index in the list given to `createPower`, and its line-ups by theirs. */
export interface PoweredDatacentre {
  readonly datacentre: EntityId
  readonly feeds: PowerFeeds
  readonly racks: RackRange
  /** What each rack draws while it has power, W, and how many hosts stand in it. */
  readonly wattsPerRack: Watts
  readonly hostsPerRack: number
  /** `dark`: the output is off, and all racks with it, until `energise`. */
  readonly begin: 'up' | 'dark'
  readonly spec: PowerSpec
  /** How long the racks' own supplies bridge a sag, s; 20 ms when absent. Source: ATX and ITIC hold-up, 10–20 ms. */
  readonly hold?: Seconds
}

/** Told of what feeds a data centre ahead of its stored energy: what is not on a UPS lives or falls with it. */
export interface SupplyWatcher {
  readonly changed: (datacentre: number, isLive: boolean, row: RowId) => void
  /** The voltage dips for so long, s, and nobody else takes notice. */
  readonly dipped: (datacentre: number, duration: Seconds, row: RowId) => void
}

export type Power = ReturnType<typeof createPower>

const HOLD: Seconds = 0.02

const BreakerRow = defineRows('breaker', {
  opened: { says: { en: 'the breaker of {subject} opens', zh: '{subject} 的断路器断开' } },
  closed: { says: { en: 'the breaker of {subject} is closed', zh: '{subject} 的断路器合上' } },
})

/** Links of a line-up with a breaker of their own. */
const BROKEN_LINKS = ['utility', 'transfer', 'ups'] as const

/** Adds the feeds of one data centre; line-ups are entities of their own where there are several. */
export function addPowerFeeds(entities: Entities, datacentre: EntityId, units = 1): PowerFeeds {
  const lineups = Array.from({ length: units }, (_, i): Lineup => {
    const entity = units === 1 ? datacentre : entities.add('feed', `line-${i + 1}`, datacentre)
    const add = (name: string): EntityId => entities.add('feed', name, entity)
    return { entity, utility: add('utility'), transfer: add('transfer'), ups: add('ups'), generators: add('generators') }
  })
  return { lineups, distribution: entities.add('feed', 'distribution', datacentre) }
}

/** Powers the data centres and writes the rows of what is dark or not full from the start. */
export function createPower(
  sim: Simulation,
  trace: Trace,
  randomness: Randomness,
  entities: Entities,
  datacentres: readonly PoweredDatacentre[],
  rackEntity: (rack: number) => EntityId,
  /** Shared feeds above the line-ups, which count through the data centres in order. */
  gridFeeds: readonly GridFeedSpec[] = [],
) {
  const lineups = datacentres.flatMap(({ feeds, spec }, datacentre) => feeds.lineups.map(feed => ({ feed, spec, datacentre })))
  const specs = lineups.map(({ spec }) => spec)
  const feeds = (name: keyof Lineup) => lineups.map(({ feed }) => feed[name])
  const lineupsOf = datacentres.map((): number[] => [])
  lineups.forEach(({ datacentre }, line) => {
    lineupsOf[datacentre].push(line)
  })
  const ranges = datacentres.map(({ racks }) => racks)
  const datacentreOfRack = new Map<number, PoweredDatacentre>()
  for (const datacentre of datacentres) {
    const { first, count } = datacentre.racks
    for (let rack = first; rack < first + count; rack++) datacentreOfRack.set(rack, datacentre)
  }
  const hasOutput = sim.column(Uint8Array, lineups.length).fill(1) // whether its UPS has, by line-up
  const isCut = sim.column(Uint8Array, lineups.length) // whether the breaker behind its UPS is open
  const delivers = sim.column(Uint8Array, lineups.length).fill(1) // whether power comes out of it
  const delivering = sim.column(Uint16Array, datacentres.length) // line-ups that do, by data centre
  const hasBoard = sim.column(Uint8Array, lineups.length).fill(1) // whether its switch has output, by line-up
  const boards = sim.column(Uint16Array, datacentres.length) // line-ups whose switches have, by data centre
  const dipped = sim.column(Uint16Array, datacentres.length) // of these, those that dip
  const dippedAt = sim.column(Float64Array, datacentres.length).fill(-1) // when they do, s
  const drawn = sim.column(Float64Array, datacentres.length) // share of what all racks draw
  lineupsOf.forEach((lines, datacentre) => {
    delivering[datacentre] = lines.length
    boards[datacentre] = lines.length
  })
  const isUnborn = sim.column(Uint8Array, datacentres.length) // begins dark and waits to be energised, by data centre
  const supplyWatchers: SupplyWatcher[] = []

  const utilities = createUtilities(
    sim,
    trace,
    feeds('utility'),
    specs.map(spec => spec.utility),
    {
      lost: (line, row) => transfers.utilityLost(line, row),
      back: (line, row) => transfers.utilityBack(line, row),
      isolate: (line, row) => breakers.trip(line, row),
      bridges: (line, duration) => duration <= (datacentres[lineups[line].datacentre].hold ?? HOLD),
      dips,
    },
  )
  // Breakers, by number: towards each utility first, then behind each switch, each UPS and each distribution, and in each shared feed.
  const switched = [
    ...BROKEN_LINKS.flatMap(link => lineups.map(({ feed }, at) => ({ entity: feed[link], link, at }))),
    ...datacentres.map(({ feeds }, at) => ({ entity: feeds.distribution, link: 'distribution' as const, at })),
    ...gridFeeds.map(({ entity }, at) => ({ entity, link: 'shared' as const, at })),
  ]
  const breakerOf = new Map(switched.map(({ entity }, breaker) => [entity, breaker]))
  const breakers = createDefects(
    sim,
    trace,
    switched.map(({ entity }) => entity),
    { begins: BreakerRow.opened, ends: BreakerRow.closed },
    setBreaker,
  )
  const grid = createGrid(sim, trace, gridFeeds, utilities)
  const generators = createGenerators(
    sim,
    trace,
    randomness,
    entities,
    feeds('generators'),
    specs.map(spec => spec.generators),
    lineups.map(({ datacentre, spec }) => ({ datacentre, beta: spec.lineups.beta })),
    datacentres.map(({ datacentre }) => datacentre),
    {
      ready: (line, row) => transfers.generatorsReady(line, row),
      gone: (line, row) => transfers.generatorsGone(line, row),
    },
  )
  const transfers = createTransferSwitches(
    sim,
    trace,
    feeds('transfer'),
    specs.map(spec => spec.transfer),
    {
      isUtilityLive: utilities.isLive,
      demand: generators.demand,
      dismiss: generators.dismiss,
      carry: generators.carry,
      stop: generators.stop,
      feed: (line, isLive, row) => {
        setBoard(line, isLive, row)
        upses.setInput(line, isLive, row)
      },
    },
  )
  const upses = createUpses(
    sim,
    trace,
    feeds('ups'),
    specs.map(spec => spec.ups),
    (line, isLive, row) => {
      hasOutput[line] = isLive ? 1 : 0
      deliver(line, row)
    },
  )
  const distributions = createDistributions(
    sim,
    trace,
    datacentres.map(datacentre => datacentre.feeds.distribution),
    ranges,
    datacentres.map(({ spec }) => spec.distribution),
    {
      entity: rackEntity,
      hosts: rack => datacentreOfRack.get(rack)?.hostsPerRack ?? 0,
      watts: rack => datacentreOfRack.get(rack)?.wattsPerRack ?? 0,
    },
    (datacentre, share, cause) => {
      drawn[datacentre] = share
      shareLoad(datacentre, cause)
    },
  )
  datacentres.forEach(({ begin }, datacentre) => {
    isUnborn[datacentre] = begin === 'dark' ? 1 : 0
  })
  distributions.begin(datacentre => isUnborn[datacentre] === 1)
  upses.begin()

  /** What an open breaker keeps from passing. */
  function setBreaker(breaker: number, isOpen: boolean, row: RowId): void {
    const { link, at } = switched[breaker]
    if (link === 'transfer') transfers.setBreaker(at, isOpen, row)
    else if (link === 'ups') {
      isCut[at] = isOpen ? 1 : 0
      deliver(at, row)
    } else {
      const [cut, restore] = {
        utility: [utilities.lose, utilities.restore],
        distribution: [distributions.cutOutput, distributions.restoreOutput],
        shared: [grid.lose, grid.restore],
      }[link]
      if (isOpen) cut(at, row)
      else restore(at, row)
    }
  }

  /** The output of a line-up's switch goes or comes. */
  function setBoard(line: number, isLive: boolean, row: RowId): void {
    if (isLive === (hasBoard[line] === 1)) return
    const { datacentre, spec } = lineups[line]
    const { needed } = spec.lineups
    const was = boards[datacentre]
    hasBoard[line] = isLive ? 1 : 0
    boards[datacentre] += isLive ? 1 : -1
    if (was >= needed === boards[datacentre] >= needed) return
    for (const watcher of supplyWatchers) watcher.changed(datacentre, isLive, row)
  }

  /** A line-up's utility dips unnoticed; all that dip in one instant may be too many. */
  function dips(line: number, duration: Seconds, row: RowId): void {
    const { datacentre, spec } = lineups[line]
    if (dippedAt[datacentre] !== sim.now) dipped[datacentre] = 0
    dippedAt[datacentre] = sim.now
    dipped[datacentre]++
    if (boards[datacentre] - dipped[datacentre] !== spec.lineups.needed - 1) return
    for (const watcher of supplyWatchers) watcher.dipped(datacentre, duration, row)
  }

  /** The output of a line-up may have gone or come: racks live on as many as are needed, and the others take their share of the load. */
  function deliver(line: number, row: RowId): void {
    const { datacentre, spec } = lineups[line]
    const { needed } = spec.lineups
    const was = delivering[datacentre]
    const isLive = hasOutput[line] === 1 && isCut[line] === 0
    if (isLive === (delivers[line] === 1)) return
    delivers[line] = isLive ? 1 : 0
    delivering[datacentre] += isLive ? 1 : -1
    // Where the racks fall or return with it, distribution says what is drawn.
    if (was >= needed === delivering[datacentre] >= needed) shareLoad(datacentre, row)
    else distributions.setSupply(datacentre, isLive, row)
  }

  /** Those that deliver carry the load in equal parts. */
  function shareLoad(datacentre: number, row: RowId): void {
    for (const line of lineupsOf[datacentre]) {
      const { needed } = lineups[line].spec.lineups
      const share = delivers[line] === 1 ? (drawn[datacentre] * needed) / delivering[datacentre] : 0
      upses.setLoad(line, share, row)
      generators.setLoad(line, share, row)
    }
  }

  /** Power comes for the first time to a data centre that began dark; nothing happens to any other. */
  function energise(datacentre: number, cause: RowId): void {
    if (isUnborn[datacentre] === 0) return
    isUnborn[datacentre] = 0
    distributions.restoreOutput(datacentre, cause)
  }

  return {
    /** Who each line-up is, by its number, and of which data centre. */
    lineups: lineups.map(({ feed, datacentre }) => ({ entity: feed.entity, datacentre })),
    /** Index of a shared feed, or −1. */
    gridFeed: (entity: EntityId) => gridFeeds.findIndex(feed => feed.entity === entity),
    /** One reason more, or less, for a shared feed to be off, and a dip of its voltage. */
    loseFeed: grid.lose,
    restoreFeed: grid.restore,
    sagFeed: grid.sag,
    /** One reason more, or less, for a line-up to be without the utility. */
    loseUtility: utilities.lose,
    restoreUtility: utilities.restore,
    /** The utility's voltage dips for some seconds. */
    sagUtility: utilities.sag,
    /** So many units of a line-up's generators more, or less, fail in the given way; all of them when not said. */
    generatorFault: (line: number, mode: GeneratorFaultMode, cause: RowId, units = specs[line].generators.units) =>
      generators.fault(line, mode, units, cause),
    clearGeneratorFault: (line: number, mode: GeneratorFaultMode, cause: RowId, units = specs[line].generators.units) =>
      generators.clear(line, mode, units, cause),
    /**
     * Someone starts the generators by hand and makes them hold, whatever keeps them from it by themselves, and does the work of a
     * controller that has failed.
     */
    startGenerators(line: number, cause: RowId): void {
      generators.startByHand(line, cause)
      transfers.controllers.mend(line, cause)
    },
    /** The breakers, and the number of the one of a feed, or −1. */
    breakers,
    breakerOf: (feed: EntityId) => breakerOf.get(feed) ?? -1,
    /** Switches that are stuck, and controllers that do nothing, by line-up. */
    stuck: transfers.stuck,
    controllers: transfers.controllers,
    /** One reason more, or less, for the whole data centre to be dark below its UPS. */
    cutOutput: distributions.cutOutput,
    restoreOutput: distributions.restoreOutput,
    /** One reason more, or less, for a rack, by rack index, to be dark. */
    cutRack: distributions.cutRack,
    restoreRack: distributions.restoreRack,
    energise,
    /** Whether a rack has power, and the same for all racks as 0 or 1. */
    isPowered: distributions.isPowered,
    powered: distributions.powered,
    /** Whether a data centre's distribution is live. */
    isLive: distributions.isLive,
    /** Share of a line-up's store that is full. */
    charge: (line: number): Ratio => {
      const { store } = specs[line].ups
      return store > 0 ? upses.charge(line) / store : 0
    },
    /** `watcher` is told of each rack whose power goes or comes. */
    onRack: (watcher: RackWatcher) => distributions.watch(watcher),
    onSupply: (watcher: SupplyWatcher) => void supplyWatchers.push(watcher),
  }
}
