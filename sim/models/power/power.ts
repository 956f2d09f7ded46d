/**
 * Power of data centres, one chain each: utility → transfer switch → UPS → distribution → racks, with generators standing by
 * for the utility. Wires the links of the chain to each other; each link's own file says how it behaves.
 *
 * Faults say what is lost, never for how long racks stay dark: that comes out of stored energy, of generators that may run and
 * yet not carry, and of energising in steps. Reasons are counted: things fall with the first and return with the last.
 */
import type { Randomness } from '../../engine/random.ts'
import type { Simulation } from '../../engine/simulation.ts'
import type { Entities, EntityId } from '../../trace/entities.ts'
import type { RowId, Trace } from '../../trace/trace.ts'
import type { Ratio, Seconds, Watts } from '../../units/quantity.ts'
import { createDistributions, type DistributionSpec, type RackRange, type RackWatcher } from './distribution.ts'
import { createGenerators, type GeneratorFaultMode, type GeneratorsSpec } from './generators.ts'
import { createTransferSwitches, type TransferSpec } from './transfer-switch.ts'
import { createUpses, type UpsSpec } from './ups.ts'
import { createUtilities } from './utility.ts'

export interface PowerSpec {
  readonly transfer: TransferSpec
  readonly ups: UpsSpec
  readonly generators: GeneratorsSpec
  readonly distribution: DistributionSpec
}

/** The links of a chain as entities of kind `feed` below their data centre. */
export interface PowerFeeds {
  readonly utility: EntityId
  readonly transfer: EntityId
  readonly ups: EntityId
  readonly generators: EntityId
  readonly distribution: EntityId
}

/** One data centre to be powered. Verbs call it by its index in the list given to `createPower`. */
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

/** Adds the five feeds of one data centre. */
export function addPowerFeeds(entities: Entities, datacentre: EntityId): PowerFeeds {
  const [utility, transfer, ups, generators, distribution] = ['utility', 'transfer', 'ups', 'generators', 'distribution'].map(
    name => entities.add('feed', name, datacentre),
  )
  return { utility, transfer, ups, generators, distribution }
}

/** Powers the data centres and writes the rows of what is dark or not full from the start. */
export function createPower(
  sim: Simulation,
  trace: Trace,
  randomness: Randomness,
  entities: Entities,
  datacentres: readonly PoweredDatacentre[],
  rackEntity: (rack: number) => EntityId,
) {
  const specs = datacentres.map(({ spec }) => spec)
  const feeds = (name: keyof PowerFeeds) => datacentres.map(datacentre => datacentre.feeds[name])
  const ranges = datacentres.map(({ racks }) => racks)
  const datacentreOfRack = new Map<number, PoweredDatacentre>()
  for (const datacentre of datacentres) {
    const { first, count } = datacentre.racks
    for (let rack = first; rack < first + count; rack++) datacentreOfRack.set(rack, datacentre)
  }
  const isUnborn = sim.column(Uint8Array, datacentres.length) // begins dark and waits to be energised, by data centre
  const supplyWatchers: SupplyWatcher[] = []

  const utilities = createUtilities(sim, trace, feeds('utility'), {
    lost: (datacentre, row) => transfers.utilityLost(datacentre, row),
    back: (datacentre, row) => transfers.utilityBack(datacentre, row),
    ridesThrough,
    dips: (datacentre, duration, row) => {
      for (const watcher of supplyWatchers) watcher.dipped(datacentre, duration, row)
    },
  })
  const generators = createGenerators(
    sim,
    trace,
    randomness,
    entities,
    feeds('generators'),
    specs.map(spec => spec.generators),
    {
      ready: (datacentre, row) => transfers.generatorsReady(datacentre, row),
      gone: (datacentre, row) => transfers.generatorsGone(datacentre, row),
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
      feed: (datacentre, isLive, row) => {
        for (const watcher of supplyWatchers) watcher.changed(datacentre, isLive, row)
        upses.setInput(datacentre, isLive, row)
      },
    },
  )
  const upses = createUpses(
    sim,
    trace,
    feeds('ups'),
    specs.map(spec => spec.ups),
    (datacentre, isLive, row) => distributions.setSupply(datacentre, isLive, row),
  )
  const distributions = createDistributions(
    sim,
    trace,
    feeds('distribution'),
    ranges,
    specs.map(spec => spec.distribution),
    {
      entity: rackEntity,
      hosts: rack => datacentreOfRack.get(rack)?.hostsPerRack ?? 0,
      watts: rack => datacentreOfRack.get(rack)?.wattsPerRack ?? 0,
    },
    (datacentre, share, cause) => {
      upses.setLoad(datacentre, share, cause)
      generators.setLoad(datacentre, share, cause)
    },
  )
  datacentres.forEach(({ begin }, datacentre) => {
    isUnborn[datacentre] = begin === 'dark' ? 1 : 0
  })
  distributions.begin(datacentre => isUnborn[datacentre] === 1)
  upses.begin()

  /** Shorter than what the racks bridge themselves, or than a switch takes to notice and the UPS to run out. */
  function ridesThrough(datacentre: number, duration: Seconds): boolean {
    if (!utilities.isLive(datacentre) || duration <= (datacentres[datacentre].hold ?? HOLD)) return true
    return duration <= specs[datacentre].transfer.confirm && duration <= upses.secondsLeft(datacentre)
  }

  /** Power comes for the first time to a data centre that began dark; nothing happens to any other. */
  function energise(datacentre: number, cause: RowId): void {
    if (isUnborn[datacentre] === 0) return
    isUnborn[datacentre] = 0
    distributions.restoreOutput(datacentre, cause)
  }

  return {
    /** One reason more, or less, to be without the utility. */
    loseUtility: utilities.lose,
    restoreUtility: utilities.restore,
    /** The utility's voltage dips for some seconds. */
    sagUtility: utilities.sag,
    /** So many units of the generators more, or less, fail in the given way; all of them when not said. */
    generatorFault: (datacentre: number, mode: GeneratorFaultMode, cause: RowId, units = specs[datacentre].generators.units) =>
      generators.fault(datacentre, mode, units, cause),
    clearGeneratorFault: (
      datacentre: number,
      mode: GeneratorFaultMode,
      cause: RowId,
      units = specs[datacentre].generators.units,
    ) => generators.clear(datacentre, mode, units, cause),
    /** Someone starts the generators by hand and makes them hold, whatever keeps them from it by themselves. */
    startGenerators: generators.startByHand,
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
    /** Share of a data centre's store that is full. */
    charge: (datacentre: number): Ratio => {
      const { store } = specs[datacentre].ups
      return store > 0 ? upses.charge(datacentre) / store : 0
    },
    /** `watcher` is told of each rack whose power goes or comes. */
    onRack: (watcher: RackWatcher) => distributions.watch(watcher),
    onSupply: (watcher: SupplyWatcher) => void supplyWatchers.push(watcher),
  }
}
