/**
 * Standby generators, one set of units per line-up. They are asked to start, and once enough of them run they are asked
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
  /** How many there are, and how many must run (and carry) for the line-up to live on them. */
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

/** Where a line-up stands among those of its data centre. */
export interface LineupPlace {
  /** Index of the data centre. */
  readonly datacentre: number
  /** Share of a unit's chance to fail on demand that strikes the units of all line-ups together. */
  readonly beta: Ratio
}

/** The switch that puts load on the generators of `line`, or takes it off. */
export interface GeneratorsSwitch {
  /** They are ready to take load: `carry` is to be called when it is on them. */
  ready(line: number, row: RowId): void
  /** They no longer carry, or no longer will. */
  gone(line: number, row: RowId): void
}

export function createGenerators(
  sim: Simulation,
  trace: Trace,
  randomness: Randomness,
  entities: Entities,
  feeds: readonly EntityId[],
  specs: readonly GeneratorsSpec[],
  lineups: readonly LineupPlace[],
  datacentres: readonly EntityId[],
  transfer: GeneratorsSwitch,
) {
  const count = feeds.length
  const modes = GENERATOR_FAULT_MODES.length
  const unitsMax = Math.max(1, ...specs.map(({ units }) => units))
  const state = sim.column(Uint8Array, count)
  const running = sim.column(Uint16Array, count) // units, by line-up
  const broken = sim.column(Uint16Array, count) // units that failed while running and are being repaired
  const load = sim.column(Float64Array, count).fill(1) // share of full load, by line-up
  const demanded = sim.column(Uint8Array, count) // whether load waits for them
  const byHand = sim.column(Uint8Array, count) // whether someone makes them hold
  const faults = sim.column(Uint32Array, count * modes) // units that faults strike, by line-up and mode
  const pending = sim.column(Float64Array, count) // event that ends the present start, by line-up
  const tripping = sim.column(Float64Array, count) // event at which overload trips the next unit, by line-up
  const failing = sim.column(Float64Array, count * unitsMax) // event at which a unit that runs fails, by place in the set
  const asking = sim.column(Uint16Array, datacentres.length) // line-ups in which load waits, by data centre
  const luckOfStart = sim.column(Float64Array, datacentres.length).fill(1) // in common for as long as load waits, by data centre
  const luckOfCarry = sim.column(Float64Array, datacentres.length).fill(1)
  const common = randomness.streams('line-ups in common', datacentres.length, datacentre =>
    entities.key(datacentres[datacentre]),
  )
  const starts = randomness.streams('start', count, line => entities.key(feeds[line]))
  const carries = randomness.streams('carry', count, line => entities.key(feeds[line]))
  const keyOfUnit = (place: number) => keyBelow(entities.key(feeds[Math.floor(place / unitsMax)]), `unit-${place % unitsMax}`)
  const lives = randomness.streams('life', count * unitsMax, keyOfUnit)
  const repairs = randomness.streams('repair', count * unitsMax, keyOfUnit)

  const STARTED = sim.on((line: number, asked: RowId) => {
    const { units, needed, start } = specs[line]
    const able = Math.min(unstruck(line, 'start', units), unstruck(line, 'run', units - broken[line]))
    const isForced = byHand[line] === 1
    const run = isForced ? units : succeeding(starts, line, able, 1 - start.odds, luckOfStart)
    if (run < units) trace.write(sim.now, Row.failed, feeds[line], asked, units - run)
    if (run < needed) {
      halt(line)
      return
    }
    state[line] = RUNNING
    running[line] = run
    for (let unit = 0; unit < run; unit++) {
      const place = line * unitsMax + unit
      failing[place] = sim.after(sample(specs[line].run.life, lives, place), FAIL, place)
    }
    const started = trace.write(sim.now, Row.started, feeds[line], asked, run)
    if (demanded[line] === 1) askToCarry(line, started)
  })

  const FAIL = sim.on((place: number) => {
    const line = Math.floor(place / unitsMax)
    failing[place] = NO_EVENT
    running[line]--
    broken[line]++
    const row = trace.write(sim.now, Row.failed, feeds[line], NO_CAUSE, 1)
    sim.after(sample(specs[line].run.repair, repairs, place), REPAIRED, place, row)
    fewerRun(line, row)
  })

  const REPAIRED = sim.on((place: number, failed: RowId) => {
    const line = Math.floor(place / unitsMax)
    broken[line]--
    if (demanded[line] === 1 && state[line] === STOPPED) askToStart(line, failed)
  })

  const TRIP = sim.on((line: number, cause: RowId) => {
    tripping[line] = NO_EVENT
    switchOff(line, 1)
    fewerRun(line, trace.write(sim.now, Row.tripped, feeds[line], cause, running[line]))
  })

  /** Load waits for the generators, because of row `cause`: they start, or if they run already, are asked to carry. */
  function demand(line: number, cause: RowId): void {
    if (demanded[line] === 0) shareLuck(line)
    demanded[line] = 1
    if (state[line] === STOPPED) askToStart(line, cause)
    else if (state[line] === RUNNING) askToCarry(line, cause)
  }

  /** No load waits any more: what runs goes on running, but what was about to carry does not. */
  function dismiss(line: number): void {
    if (demanded[line] === 1) asking[lineups[line].datacentre]--
    demanded[line] = 0
    if (state[line] === ACCEPTING) state[line] = RUNNING
  }

  /** The load is on them. */
  function carry(line: number, cause: RowId): RowId {
    state[line] = CARRYING
    return trace.write(sim.now, Row.carrying, feeds[line], cause)
  }

  /** They are no longer needed. */
  function stop(line: number, cause: RowId): void {
    if (state[line] === STOPPED) return
    halt(line)
    trace.write(sim.now, Row.stopped, feeds[line], cause)
  }

  /** Someone starts them by hand and makes them hold whatever odds and present faults say: all units run and carry. */
  function startByHand(line: number, cause: RowId): void {
    if (specs[line].units < specs[line].needed || specs[line].units === 0) return
    byHand[line] = 1
    if (state[line] === STOPPED) askToStart(line, cause)
    else if (state[line] === RUNNING && demanded[line] === 1) askToCarry(line, cause)
  }

  /** The line-up now carries this share of full load. */
  function setLoad(line: number, share: Ratio, cause: RowId): void {
    load[line] = share
    watchOverload(line, cause)
  }

  /** So many more units fail in this way; those that are doing what it prevents stop doing it at once. */
  function fault(line: number, mode: GeneratorFaultMode, units: number, cause: RowId): void {
    faults[line * modes + GENERATOR_FAULT_MODES.indexOf(mode)] += units
    byHand[line] = 0 // what was made to hold before it struck holds no more
    const was = state[line]
    if (mode === 'start' || was < (mode === 'run' ? RUNNING : ACCEPTING)) return
    if (mode === 'synchronise' && was === CARRYING) return // they are in step already
    const struck = Math.min(units, running[line])
    if (mode === 'run' || was === CARRYING) {
      if (struck < running[line] || mode === 'run') switchOff(line, struck)
      else state[line] = RUNNING // all of them run on, without load
      const row = trace.write(sim.now, mode === 'run' ? Row.failed : Row['refused-load'], feeds[line], cause, struck)
      if (state[line] === was) fewerRun(line, row)
      else transfer.gone(line, row)
    } else if (running[line] - struck < specs[line].needed) {
      state[line] = RUNNING
      transfer.gone(line, trace.write(sim.now, Row['refused-load'], feeds[line], cause, struck))
    }
  }

  /** So many units less fail in this way. With the last of all faults, waiting load is offered to them again. */
  function clear(line: number, mode: GeneratorFaultMode, units: number, cause: RowId): void {
    const at = line * modes + GENERATOR_FAULT_MODES.indexOf(mode)
    if (faults[at] < units) throw new Error(`the generators of line-up ${line} had no such fault of mode ${mode}`)
    faults[at] -= units
    if (demanded[line] === 0 || GENERATOR_FAULT_MODES.some(other => hasFault(line, other))) return
    demand(line, cause)
  }

  /** Units stopped running: too few to take load, or to carry what they have, or none. */
  function fewerRun(line: number, cause: RowId): void {
    const was = state[line]
    if (running[line] === 0) halt(line)
    else if (was === ACCEPTING && running[line] < specs[line].needed) state[line] = RUNNING
    if (state[line] !== was && was >= ACCEPTING) transfer.gone(line, cause)
    watchOverload(line, cause)
  }

  /** Each unit is made for its share of full load among those needed. */
  function watchOverload(line: number, cause: RowId): void {
    const { needed, overload } = specs[line]
    const isOver = state[line] === CARRYING && load[line] * needed > running[line] && byHand[line] === 0
    const isTripping = tripping[line] !== NO_EVENT
    if (isOver === isTripping) return
    if (isTripping) sim.cancel(tripping[line] as EventId)
    tripping[line] = isOver ? sim.after(overload.trip, TRIP, line, cause) : NO_EVENT
  }

  /** So many of the units that run do so no longer. */
  function switchOff(line: number, units: number): void {
    let left = units
    for (let place = (line + 1) * unitsMax - 1; left > 0; place--) {
      if (failing[place] === NO_EVENT) continue
      sim.cancel(failing[place] as EventId)
      failing[place] = NO_EVENT
      running[line]--
      left--
    }
  }

  /** Load waits in one more line-up. What all line-ups have in common is drawn with the first of them, and holds till the last. */
  function shareLuck(line: number): void {
    const { datacentre, beta } = lineups[line]
    if (asking[datacentre]++ > 0 || beta === 0) return
    luckOfStart[datacentre] = common.next(datacentre)
    luckOfCarry[datacentre] = common.next(datacentre)
  }

  /**
   * How many of `asked` units do as they are told, when each of a line-up's units fails with chance `failure`: with chance
   * β·failure those of all line-ups together; else, of what is left of `failure`, the share β′ strikes all units of this line-up
   * together and the rest each by itself. Every demand draws for all units, so that variants with other odds or fewer units
   * asked see the same luck; when none is asked, there is no demand. Source: beta-factor model, Fleming (1974); NUREG/CR-4780.
   */
  function succeeding(streams: Streams, line: number, asked: number, failure: Ratio, luck: Float64Array): number {
    if (asked === 0) return 0
    const { units, beta: betaOfUnits } = specs[line]
    const { datacentre, beta } = lineups[line]
    const own = (1 - beta) * failure
    const areAllStruck = streams.next(line) < betaOfUnits * own
    let succeed = 0
    for (let unit = 0; unit < units; unit++) {
      const isStruck = streams.next(line) < (1 - betaOfUnits) * own
      if (unit < asked && !isStruck) succeed++
    }
    return areAllStruck || luck[datacentre] < beta * failure ? 0 : succeed
  }

  function askToStart(line: number, cause: RowId): void {
    if (specs[line].units === 0) return
    state[line] = STARTING
    const row = trace.write(sim.now, Row.starting, feeds[line], cause)
    pending[line] = sim.after(specs[line].start.delay, STARTED, line, row)
  }

  function askToCarry(line: number, cause: RowId): void {
    const { needed, carry } = specs[line]
    const run = running[line]
    const isForced = byHand[line] === 1
    const able = Math.min(unstruck(line, 'synchronise', run), unstruck(line, 'carry', run))
    const willing = isForced ? run : succeeding(carries, line, able, 1 - carry.odds, luckOfCarry)
    if (willing >= needed) {
      state[line] = ACCEPTING
      transfer.ready(line, cause)
    } else trace.write(sim.now, Row['refused-load'], feeds[line], cause, run - willing)
  }

  function halt(line: number): void {
    sim.cancel(pending[line] as EventId)
    switchOff(line, running[line])
    state[line] = STOPPED
    byHand[line] = 0
    watchOverload(line, NO_CAUSE)
  }

  /** How many of so many units no fault of this mode strikes. */
  function unstruck(line: number, mode: GeneratorFaultMode, units: number): number {
    return Math.max(0, units - faults[line * modes + GENERATOR_FAULT_MODES.indexOf(mode)])
  }

  function hasFault(line: number, mode: GeneratorFaultMode): boolean {
    return faults[line * modes + GENERATOR_FAULT_MODES.indexOf(mode)] > 0
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
  }
}
