/**
 * Standby generators, one set of units per data centre. They are asked to start, and once enough of them run they are asked
 * to carry load; at either demand units may fail, alone or all together. Running is not carrying: published power incidents
 * are mostly generators that ran while no load ever reached them. Knows nothing of the switch that puts the load on them.
 */
import type { EventId } from '../../engine/calendar.ts'
import type { Randomness, Streams } from '../../engine/random.ts'
import type { Simulation } from '../../engine/simulation.ts'
import type { Entities, EntityId } from '../../trace/entities.ts'
import { defineRows } from '../../trace/row-kinds.ts'
import type { RowId, Trace } from '../../trace/trace.ts'
import type { Ratio, Seconds } from '../../units/quantity.ts'

export interface GeneratorsSpec {
  /** How many there are, and how many must run (and carry) for the data centre to live on them. */
  readonly units: number
  readonly needed: number
  /** Chance that a unit starts when asked, and the time from asked to stable voltage, s. */
  readonly start: { readonly odds: Ratio; readonly delay: Seconds }
  /** Chance that a running unit takes load when asked. */
  readonly carry: { readonly odds: Ratio }
  /** Share of a unit's chance to fail on demand that strikes all units together. */
  readonly beta: Ratio
}

/** What a fault keeps the whole set from: starting, running in step with each other, taking load, running on. */
export const GENERATOR_FAULT_MODES = ['start', 'synchronise', 'carry', 'run'] as const
export type GeneratorFaultMode = (typeof GENERATOR_FAULT_MODES)[number]

const Row = defineRows('generators', {
  starting: { says: { en: '{subject} are asked to start', zh: '{subject} 收到启动指令' }, hop: 'detect' },
  started: { says: { en: '{a} units of {subject} run', zh: '{subject} 已有 {a} 台运转' }, a: 'count', hop: 'boot' },
  failed: { says: { en: '{a} units of {subject} fail', zh: '{subject} 有 {a} 台失效' }, a: 'count', hop: 'boot' },
  'refused-load': {
    says: { en: '{subject} run, but {a} units do not take load', zh: '{subject} 虽在运转，但 {a} 台未能带载' },
    a: 'count',
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
  const state = sim.column(Uint8Array, count)
  const running = sim.column(Uint16Array, count) // units, by data centre
  const demanded = sim.column(Uint8Array, count) // whether load waits for them
  const byHand = sim.column(Uint8Array, count) // whether someone makes them hold
  const faults = sim.column(Uint16Array, count * modes) // reasons, by data centre and mode
  const pending = sim.column(Float64Array, count) // event that ends the present start, by data centre
  const starts = randomness.streams('start', count, datacentre => entities.key(feeds[datacentre]))
  const carries = randomness.streams('carry', count, datacentre => entities.key(feeds[datacentre]))

  const STARTED = sim.on((datacentre: number, asked: RowId) => {
    const { units, needed, start, beta } = specs[datacentre]
    const isForced = byHand[datacentre] === 1
    const isPrevented = hasFault(datacentre, 'start') || hasFault(datacentre, 'run')
    const run = isForced ? units : isPrevented ? 0 : succeeding(starts, datacentre, units, units, 1 - start.odds, beta)
    if (run < units) trace.write(sim.now, Row.failed, feeds[datacentre], asked, units - run)
    if (run < needed) {
      halt(datacentre)
      return
    }
    state[datacentre] = RUNNING
    running[datacentre] = run
    const started = trace.write(sim.now, Row.started, feeds[datacentre], asked, run)
    if (demanded[datacentre] === 1) askToCarry(datacentre, started)
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

  /** One more reason of this mode to fail; it strikes at once if they are doing what it prevents. */
  function fault(datacentre: number, mode: GeneratorFaultMode, cause: RowId): void {
    faults[datacentre * modes + GENERATOR_FAULT_MODES.indexOf(mode)]++
    byHand[datacentre] = 0 // what was made to hold before it struck holds no more
    const was = state[datacentre]
    if (mode === 'start' || was < (mode === 'run' ? RUNNING : ACCEPTING)) return
    if (mode === 'synchronise' && was === CARRYING) return // they are in step already
    const units = running[datacentre]
    if (mode === 'run') halt(datacentre)
    else state[datacentre] = RUNNING
    const row = trace.write(sim.now, mode === 'run' ? Row.failed : Row['refused-load'], feeds[datacentre], cause, units)
    if (was >= ACCEPTING) transfer.gone(datacentre, row)
  }

  /** One reason of this mode less. With the last of all faults, waiting load is offered to them again. */
  function clear(datacentre: number, mode: GeneratorFaultMode, cause: RowId): void {
    const at = datacentre * modes + GENERATOR_FAULT_MODES.indexOf(mode)
    if (faults[at] === 0) throw new Error(`the generators of data centre ${datacentre} had no fault of mode ${mode}`)
    faults[at]--
    if (demanded[datacentre] === 0 || GENERATOR_FAULT_MODES.some(other => hasFault(datacentre, other))) return
    demand(datacentre, cause)
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
    const isPrevented = hasFault(datacentre, 'synchronise') || hasFault(datacentre, 'carry')
    const willing = isForced ? run : isPrevented ? 0 : succeeding(carries, datacentre, units, run, 1 - carry.odds, beta)
    if (willing >= needed) {
      state[datacentre] = ACCEPTING
      transfer.ready(datacentre, cause)
    } else trace.write(sim.now, Row['refused-load'], feeds[datacentre], cause, run - willing)
  }

  function halt(datacentre: number): void {
    sim.cancel(pending[datacentre] as EventId)
    state[datacentre] = STOPPED
    running[datacentre] = 0
    byHand[datacentre] = 0
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
    fault,
    clear,
    isCarrying: (datacentre: number) => state[datacentre] === CARRYING,
    isStopped: (datacentre: number) => state[datacentre] === STOPPED,
  }
}

/**
 * How many of `asked` units do as they are told, when each of `units` fails with chance `failure`: together with chance
 * β·failure, else each by itself with (1 − β)·failure. Every demand draws for all units, so that variants with other odds or
 * fewer units asked see the same luck. Source: beta-factor model, Fleming (1974); NUREG/CR-4780.
 */
function succeeding(streams: Streams, datacentre: number, units: number, asked: number, failure: Ratio, beta: Ratio): number {
  const areAllStruck = streams.next(datacentre) < beta * failure
  let succeed = 0
  for (let unit = 0; unit < units; unit++) {
    const isStruck = streams.next(datacentre) < (1 - beta) * failure
    if (unit < asked && !isStruck) succeed++
  }
  return areAllStruck ? 0 : succeed
}
