/**
 * Standby generators, one set of units per data centre. They are asked to start, and once enough of them run they are asked
 * to carry load; at either demand units may fail, alone or all together. Running is not carrying: published power incidents
 * are mostly generators that ran while no load ever reached them. Units that run may also fail one by one; what is left of
 * them carries on until it is overloaded, and then trips unit by unit. Knows nothing of the switch that puts the load on them.
 */
import { type EventId, NO_EVENT } from '../../engine/calendar.ts'
import { sample } from '../../engine/distribution.ts'
import { keyBelow, type Randomness, type Streams } from '../../engine/random.ts'
import type { Simulation } from '../../engine/simulation.ts'
import type { Entities, EntityId } from '../../trace/entities.ts'
import { defineRows } from '../../trace/row-kinds.ts'
import { NO_CAUSE, type RowId, type Trace } from '../../trace/trace.ts'
import type { Law } from '../../units/law.ts'
import type { Ratio, Seconds } from '../../units/quantity.ts'

export interface GeneratorsSpec {
  /** How many there are, and how many must run (and carry) for the data centre to live on them. */
  readonly units: number
  readonly needed: number
  /** Chance that a unit starts when asked, and the time from asked to stable voltage, s. */
  readonly start: { readonly odds: Ratio; readonly delay: Seconds }
  /** Chance that a running unit takes load when asked. */
  readonly carry: { readonly odds: Ratio }
  /** How long a unit runs on before it fails, and how long it then takes to repair, s. */
  readonly run: { readonly life: Law; readonly repair: Law }
  /** How long units carry more than they are made for before the next one trips, s. */
  readonly overload: { readonly trip: Seconds }
  /** Share of a unit's chance to fail on demand that strikes all units together. */
  readonly beta: Ratio
}

/** What a fault keeps units from: starting, running in step with each other, taking load, running on. */
export const GENERATOR_FAULT_MODES = ['start', 'synchronise', 'carry', 'run'] as const
export type GeneratorFaultMode = (typeof GENERATOR_FAULT_MODES)[number]

const Row = defineRows('generators', {
  starting: {
    says: { en: '{subject} are asked to start', zh: '{subject} 收到启动指令' },
    hop: 'detect',
    limit: 'confirmation',
  },
  started: {
    says: { en: '{a} units of {subject} run', zh: '{subject} 已有 {a} 台运转' },
    a: 'count',
    hop: 'boot',
    limit: 'generators',
  },
  failed: { says: { en: '{a} units of {subject} fail', zh: '{subject} 有 {a} 台失效' }, a: 'count', hop: 'boot' },
  'refused-load': {
    says: { en: '{subject} run, but {a} units do not take load', zh: '{subject} 虽在运转，但 {a} 台未能带载' },
    a: 'count',
  },
  tripped: {
    says: { en: 'one unit of {subject} trips from overload, {a} are left', zh: '{subject} 有一台过载跳机，余 {a} 台' },
    a: 'count',
    hop: 'need',
  },
  carrying: { says: { en: '{subject} carry the load', zh: '{subject} 开始带载' } },
  stopped: { says: { en: '{subject} are stopped', zh: '{subject} 停机' } },
})

const [STOPPED, STARTING, RUNNING, ACCEPTING, CARRYING] = [0, 1, 2, 3, 4]

/** The switch that puts load on the generators of `datacentre`, or takes it off. */
export interface GeneratorsSwitch {
  /** They are ready to take load: `carry` is to be called when it is on them. */
  ready(datacentre: number, row: RowId): void
  /** They no longer carry, or no longer will. */
  gone(datacentre: number, row: RowId): void
}

export function createGenerators(
  sim: Simulation,
  trace: Trace,
  randomness: Randomness,
  entities: Entities,
  feeds: readonly EntityId[],
  specs: readonly GeneratorsSpec[],
  transfer: GeneratorsSwitch,
) {
  const count = feeds.length
  const modes = GENERATOR_FAULT_MODES.length
  const unitsMax = Math.max(1, ...specs.map(({ units }) => units))
  const state = sim.column(Uint8Array, count)
  const running = sim.column(Uint16Array, count) // units, by data centre
  const broken = sim.column(Uint16Array, count) // units that failed while running and are being repaired
  const load = sim.column(Float64Array, count).fill(1) // share of full load, by data centre
  const demanded = sim.column(Uint8Array, count) // whether load waits for them
  const byHand = sim.column(Uint8Array, count) // whether someone makes them hold
  const faults = sim.column(Uint32Array, count * modes) // units that faults strike, by data centre and mode
  const pending = sim.column(Float64Array, count) // event that ends the present start, by data centre
  const tripping = sim.column(Float64Array, count) // event at which overload trips the next unit, by data centre
  const failing = sim.column(Float64Array, count * unitsMax) // event at which a unit that runs fails, by place in the set
  const starts = randomness.streams('start', count, datacentre => entities.key(feeds[datacentre]))
  const carries = randomness.streams('carry', count, datacentre => entities.key(feeds[datacentre]))
  const keyOfUnit = (place: number) => keyBelow(entities.key(feeds[Math.floor(place / unitsMax)]), `unit-${place % unitsMax}`)
  const lives = randomness.streams('life', count * unitsMax, keyOfUnit)
  const repairs = randomness.streams('repair', count * unitsMax, keyOfUnit)

  const STARTED = sim.on((datacentre: number, asked: RowId) => {
    const { units, needed, start, beta } = specs[datacentre]
    const able = Math.min(unstruck(datacentre, 'start', units), unstruck(datacentre, 'run', units - broken[datacentre]))
    const isForced = byHand[datacentre] === 1
    const run = isForced ? units : succeeding(starts, datacentre, units, able, 1 - start.odds, beta)
    if (run < units) trace.write(sim.now, Row.failed, feeds[datacentre], asked, units - run)
    if (run < needed) {
      halt(datacentre)
      return
    }
    state[datacentre] = RUNNING
    running[datacentre] = run
    for (let unit = 0; unit < run; unit++) {
      const place = datacentre * unitsMax + unit
      failing[place] = sim.after(sample(specs[datacentre].run.life, lives, place), FAIL, place)
    }
    const started = trace.write(sim.now, Row.started, feeds[datacentre], asked, run)
    if (demanded[datacentre] === 1) askToCarry(datacentre, started)
  })

  const FAIL = sim.on((place: number) => {
    const datacentre = Math.floor(place / unitsMax)
    failing[place] = NO_EVENT
    running[datacentre]--
    broken[datacentre]++
    const row = trace.write(sim.now, Row.failed, feeds[datacentre], NO_CAUSE, 1)
    sim.after(sample(specs[datacentre].run.repair, repairs, place), REPAIRED, place, row)
    fewerRun(datacentre, row)
  })

  const REPAIRED = sim.on((place: number, failed: RowId) => {
    const datacentre = Math.floor(place / unitsMax)
    broken[datacentre]--
    if (demanded[datacentre] === 1 && state[datacentre] === STOPPED) askToStart(datacentre, failed)
  })

  const TRIP = sim.on((datacentre: number, cause: RowId) => {
    tripping[datacentre] = NO_EVENT
    switchOff(datacentre, 1)
    fewerRun(datacentre, trace.write(sim.now, Row.tripped, feeds[datacentre], cause, running[datacentre]))
  })

  /** Load waits for the generators, because of row `cause`: they start, or if they run already, are asked to carry. */
  function demand(datacentre: number, cause: RowId): void {
    demanded[datacentre] = 1
    if (state[datacentre] === STOPPED) askToStart(datacentre, cause)
    else if (state[datacentre] === RUNNING) askToCarry(datacentre, cause)
  }

  /** No load waits any more: what runs goes on running, but what was about to carry does not. */
  function dismiss(datacentre: number): void {
    demanded[datacentre] = 0
    if (state[datacentre] === ACCEPTING) state[datacentre] = RUNNING
  }

  /** The load is on them. */
  function carry(datacentre: number, cause: RowId): RowId {
    state[datacentre] = CARRYING
    return trace.write(sim.now, Row.carrying, feeds[datacentre], cause)
  }

  /** They are no longer needed. */
  function stop(datacentre: number, cause: RowId): void {
    if (state[datacentre] === STOPPED) return
    halt(datacentre)
    trace.write(sim.now, Row.stopped, feeds[datacentre], cause)
  }

  /** Someone starts them by hand and makes them hold whatever odds and present faults say: all units run and carry. */
  function startByHand(datacentre: number, cause: RowId): void {
    if (specs[datacentre].units < specs[datacentre].needed || specs[datacentre].units === 0) return
    byHand[datacentre] = 1
    if (state[datacentre] === STOPPED) askToStart(datacentre, cause)
    else if (state[datacentre] === RUNNING && demanded[datacentre] === 1) askToCarry(datacentre, cause)
  }

  /** The data centre now draws this share of full load. */
  function setLoad(datacentre: number, share: Ratio, cause: RowId): void {
    load[datacentre] = share
    watchOverload(datacentre, cause)
  }

  /** So many more units fail in this way; those that are doing what it prevents stop doing it at once. */
  function fault(datacentre: number, mode: GeneratorFaultMode, units: number, cause: RowId): void {
    faults[datacentre * modes + GENERATOR_FAULT_MODES.indexOf(mode)] += units
    byHand[datacentre] = 0 // what was made to hold before it struck holds no more
    const was = state[datacentre]
    if (mode === 'start' || was < (mode === 'run' ? RUNNING : ACCEPTING)) return
    if (mode === 'synchronise' && was === CARRYING) return // they are in step already
    const struck = Math.min(units, running[datacentre])
    if (mode === 'run' || was === CARRYING) {
      if (struck < running[datacentre] || mode === 'run') switchOff(datacentre, struck)
      else state[datacentre] = RUNNING // all of them run on, without load
      const row = trace.write(sim.now, mode === 'run' ? Row.failed : Row['refused-load'], feeds[datacentre], cause, struck)
      if (state[datacentre] === was) fewerRun(datacentre, row)
      else transfer.gone(datacentre, row)
    } else if (running[datacentre] - struck < specs[datacentre].needed) {
      state[datacentre] = RUNNING
      transfer.gone(datacentre, trace.write(sim.now, Row['refused-load'], feeds[datacentre], cause, struck))
    }
  }

  /** So many units less fail in this way. With the last of all faults, waiting load is offered to them again. */
  function clear(datacentre: number, mode: GeneratorFaultMode, units: number, cause: RowId): void {
    const at = datacentre * modes + GENERATOR_FAULT_MODES.indexOf(mode)
    if (faults[at] < units) throw new Error(`the generators of data centre ${datacentre} had no such fault of mode ${mode}`)
    faults[at] -= units
    if (demanded[datacentre] === 0 || GENERATOR_FAULT_MODES.some(other => hasFault(datacentre, other))) return
    demand(datacentre, cause)
  }

  /** Units stopped running: too few to take load, or to carry what they have, or none. */
  function fewerRun(datacentre: number, cause: RowId): void {
    const was = state[datacentre]
    if (running[datacentre] === 0) halt(datacentre)
    else if (was === ACCEPTING && running[datacentre] < specs[datacentre].needed) state[datacentre] = RUNNING
    if (state[datacentre] !== was && was >= ACCEPTING) transfer.gone(datacentre, cause)
    watchOverload(datacentre, cause)
  }

  /** Each unit is made for its share of full load among those needed. */
  function watchOverload(datacentre: number, cause: RowId): void {
    const { needed, overload } = specs[datacentre]
    const isOver = state[datacentre] === CARRYING && load[datacentre] * needed > running[datacentre] && byHand[datacentre] === 0
    const isTripping = tripping[datacentre] !== NO_EVENT
    if (isOver === isTripping) return
    if (isTripping) sim.cancel(tripping[datacentre] as EventId)
    tripping[datacentre] = isOver ? sim.after(overload.trip, TRIP, datacentre, cause) : NO_EVENT
  }

  /** So many of the units that run do so no longer. */
  function switchOff(datacentre: number, units: number): void {
    let left = units
    for (let place = (datacentre + 1) * unitsMax - 1; left > 0; place--) {
      if (failing[place] === NO_EVENT) continue
      sim.cancel(failing[place] as EventId)
      failing[place] = NO_EVENT
      running[datacentre]--
      left--
    }
  }

  function askToStart(datacentre: number, cause: RowId): void {
    if (specs[datacentre].units === 0) return
    state[datacentre] = STARTING
    const row = trace.write(sim.now, Row.starting, feeds[datacentre], cause)
    pending[datacentre] = sim.after(specs[datacentre].start.delay, STARTED, datacentre, row)
  }

  function askToCarry(datacentre: number, cause: RowId): void {
    const { units, needed, carry, beta } = specs[datacentre]
    const run = running[datacentre]
    const isForced = byHand[datacentre] === 1
    const able = Math.min(unstruck(datacentre, 'synchronise', run), unstruck(datacentre, 'carry', run))
    const willing = isForced ? run : succeeding(carries, datacentre, units, able, 1 - carry.odds, beta)
    if (willing >= needed) {
      state[datacentre] = ACCEPTING
      transfer.ready(datacentre, cause)
    } else trace.write(sim.now, Row['refused-load'], feeds[datacentre], cause, run - willing)
  }

  function halt(datacentre: number): void {
    sim.cancel(pending[datacentre] as EventId)
    switchOff(datacentre, running[datacentre])
    state[datacentre] = STOPPED
    byHand[datacentre] = 0
    watchOverload(datacentre, NO_CAUSE)
  }

  /** How many of so many units no fault of this mode strikes. */
  function unstruck(datacentre: number, mode: GeneratorFaultMode, units: number): number {
    return Math.max(0, units - faults[datacentre * modes + GENERATOR_FAULT_MODES.indexOf(mode)])
  }

  function hasFault(datacentre: number, mode: GeneratorFaultMode): boolean {
    return faults[datacentre * modes + GENERATOR_FAULT_MODES.indexOf(mode)] > 0
  }

  return {
    demand,
    dismiss,
    carry,
    stop,
    startByHand,
    setLoad,
    fault,
    clear,
    isCarrying: (datacentre: number) => state[datacentre] === CARRYING,
    isStopped: (datacentre: number) => state[datacentre] === STOPPED,
  }
}

/**
 * How many of `asked` units do as they are told, when each of `units` fails with chance `failure`: together with chance
 * β·failure, else each by itself with (1 − β)·failure. Every demand draws for all units, so that variants with other odds or
 * fewer units asked see the same luck; when none is asked, there is no demand. Source: beta-factor model, Fleming (1974);
 * NUREG/CR-4780.
 */
function succeeding(streams: Streams, datacentre: number, units: number, asked: number, failure: Ratio, beta: Ratio): number {
  if (asked === 0) return 0
  const areAllStruck = streams.next(datacentre) < beta * failure
  let succeed = 0
  for (let unit = 0; unit < units; unit++) {
    const isStruck = streams.next(datacentre) < (1 - beta) * failure
    if (unit < asked && !isStruck) succeed++
  }
  return areAllStruck ? 0 : succeed
}
