/**
 * Cooling of data centres: so many chillers of which so many are needed at full load. With too few the air warms, the faster the
 * more hosts run; when it is too warm hosts switch themselves off, and once it is cool enough they may start again. A chiller
 * that stopped does not come back with its cause: it is restarted, one after the other, by itself or by someone's hand, and
 * perhaps only while it is not too warm for that.
 *
 *     dx/dt = (heat − chillers running / needed) / trip − x / relax,   x = 1 where hosts switch themselves off
 *
 * Source: one heat capacity and one resistance, C·dT/dt = P − ΔT/R; trip = C·ΔT/P at full load, relax = R·C.
 */
import type { EventId } from '../engine/calendar.ts'
import { sample } from '../engine/distribution.ts'
import type { Randomness } from '../engine/random.ts'
import type { Simulation } from '../engine/simulation.ts'
import type { Entities, EntityId } from '../trace/entities.ts'
import { defineRows } from '../trace/row-kinds.ts'
import type { RowId, Trace } from '../trace/trace.ts'
import type { Law } from '../units/law.ts'
import type { Ratio, Seconds } from '../units/quantity.ts'
import type { Hosts } from './hosts.ts'
import { createLevels } from './level.ts'
import type { Places } from './places.ts'
import { createJobQueue } from './queue.ts'

export interface CoolingSpec {
  readonly chillers: {
    /** How many there are, how many carry away the heat of all hosts, and how many run while nothing is wrong. */
    readonly units: number
    readonly needed: number
    readonly running: number
    /** Those that do not run start when others stop: each with this chance, after so long, s. */
    readonly start: { readonly odds: Ratio; readonly delay: Seconds }
  }
  /** How long the air takes to become too warm while all hosts run without any chiller, were no heat lost otherwise, s. */
  readonly trip: Seconds
  /** Time constant with which warmth is lost through walls, s; Infinity when none is. */
  readonly relax: Seconds
  /** Share of that warmth below which hosts may start again. */
  readonly resume: Ratio
  /** How long chillers run on without their supply, s; Infinity when its loss does not reach them. */
  readonly hold: Seconds
  readonly restart: {
    /** Who restarts a chiller, how long one takes, s, and how many restart at once. */
    readonly by: 'itself' | 'hand'
    readonly takes: Law
    readonly atOnce: number
    /** Share of the warmth below which a chiller that stands still can be made to run; 1 is no limit. */
    readonly below: Ratio
  }
}

const Row = defineRows('cooling', {
  stopped: {
    says: { en: 'chillers of {subject} stop, {a} run on', zh: '{subject} 冷水机停机，余 {a} 台' },
    a: 'count',
    level: 2,
  },
  lost: { says: { en: '{subject} can no longer carry all heat', zh: '{subject} 制冷能力不足' }, level: 1 },
  tripped: {
    says: { en: 'the air at {subject} is too warm: hosts switch off', zh: '{subject} 温度过高，主机保护性关机' },
    hop: 'cool',
    level: 1,
  },
  failed: {
    says: { en: 'a chiller in reserve at {subject} does not start', zh: '{subject} 一台备用冷水机启动失败' },
    level: 2,
  },
  warm: {
    says: { en: '{subject} is too warm to restart chillers', zh: '{subject} 温度过高，冷水机无法重启' },
    hop: 'cool',
    level: 1,
  },
  waiting: {
    says: { en: '{a} chillers of {subject} wait until it is cooler', zh: '{subject} 有 {a} 台冷水机待降温后启动' },
    a: 'count',
    level: 2,
  },
  restartable: {
    says: { en: '{subject} is cool enough to restart chillers', zh: '{subject} 温度已降，可重启冷水机' },
    hop: 'cool',
    limit: 'restart-temperature',
    level: 1,
  },
  started: {
    says: { en: '{a} chillers of {subject} run', zh: '{subject} 已有 {a} 台冷水机运转' },
    a: 'count',
    hop: 'work',
    limit: 'chillers',
    level: 2,
  },
  back: { says: { en: '{subject} can carry all heat again', zh: '{subject} 恢复全部制冷能力' }, level: 1 },
  cool: {
    says: { en: 'the air at {subject} is cool enough to start hosts', zh: '{subject} 温度已降，可启动主机' },
    hop: 'cool',
    limit: 'cooling',
    level: 1,
  },
})

export type Cooling = ReturnType<typeof createCooling>

/** Cooling of each data centre, by its index; `feeds` are its entities. */
export function createCooling(
  sim: Simulation,
  trace: Trace,
  randomness: Randomness,
  entities: Entities,
  places: Places,
  hosts: Hosts,
  feeds: readonly EntityId[],
) {
  const specs = places.datacentres.map(({ plan }) => plan.cooling)
  const count = specs.length
  const struck = sim.column(Uint32Array, count) // chillers that faults keep from running, by data centre
  const running = sim.column(Uint16Array, count) // chillers; so below
  const reserve = sim.column(Uint16Array, count) // that stand still, and start when others stop
  const starting = sim.column(Uint16Array, count) // from the reserve
  const restarting = sim.column(Uint16Array, count) // by themselves, or wait to be
  const held = sim.column(Uint16Array, count) // that would run, were it cooler
  const isWarm = sim.column(Uint8Array, count) // too warm for a chiller to be made to run
  const isTripped = sim.column(Uint8Array, count)
  const isCut = sim.column(Uint8Array, count) // without supply for longer than chillers hold
  const holding = sim.column(Float64Array, count) // the event that cuts them
  specs.forEach(({ chillers }, datacentre) => {
    running[datacentre] = chillers.running
    reserve[datacentre] = chillers.units - chillers.running
  })
  const key = (datacentre: number) => entities.key(feeds[datacentre])
  const restarts = randomness.streams('cooling/restart', count, key)
  const starts = randomness.streams('cooling/start', count, key)

  const STARTED = sim.on((datacentre: number, cause: RowId) => {
    starting[datacentre]--
    run(datacentre, 1, cause)
  })
  const CUT = sim.on((datacentre: number, cause: RowId) => {
    isCut[datacentre] = 1
    stopTo(datacentre, 0, cause)
  })
  const DIPPED = sim.on((datacentre: number, cause: RowId) => {
    stopTo(datacentre, 0, cause)
    comeBack(datacentre, cause)
  })

  /** From 0, as it should be, to 1, too warm. */
  const warmth = createLevels(
    sim,
    specs.map(({ resume, restart }) => ({ start: 0, lo: 0, hi: 1, thresholds: [resume, restart.below] })),
    (datacentre, threshold, cause) => {
      if (threshold === 1 && isTripped[datacentre] === 0) setTripped(datacentre, Row.tripped, cause)
      if (threshold === specs[datacentre].resume && isTripped[datacentre] === 1) setTripped(datacentre, Row.cool, cause)
      judgeRestart(datacentre, cause)
    },
  )

  const queues = specs.map((spec, datacentre) =>
    createJobQueue(sim, trace, {
      entity: feeds[datacentre],
      servers: spec.restart.atOnce,
      serviceTime: () => sample(spec.restart.takes, restarts, datacentre),
      onDone: (_, cause) => {
        restarting[datacentre]--
        run(datacentre, 1, cause)
      },
    }),
  )

  hosts.watch((host, _isUp, row) => {
    const datacentre = places.datacentreOfHost[host]
    if (running[datacentre] < specs[datacentre].chillers.needed || warmth.value(datacentre) > 0) turn(datacentre, row)
  })

  function setTripped(datacentre: number, kind: number, cause: RowId): void {
    isTripped[datacentre] = kind === Row.tripped ? 1 : 0
    const row = trace.write(sim.now, kind, feeds[datacentre], cause)
    const { firstHost, endHost } = places.places[places.datacentres[datacentre].place]
    for (let host = firstHost; host < endHost; host++) hosts.setShut(host, kind === Row.tripped, row)
  }

  /** On the threshold it is too warm for a restart unless it cools. */
  function judgeRestart(datacentre: number, cause: RowId): void {
    const { below, atOnce } = specs[datacentre].restart
    if (below === 1 || warmth.value(datacentre) !== below) return
    const warm = headingOf(datacentre) >= below ? 1 : 0
    if (warm === isWarm[datacentre]) return
    isWarm[datacentre] = warm
    const row = trace.write(sim.now, warm === 1 ? Row.warm : Row.restartable, feeds[datacentre], cause)
    queues[datacentre].setServers(warm === 1 ? 0 : atOnce, row)
    if (warm === 1) return
    const units = held[datacentre]
    held[datacentre] = 0
    restart(datacentre, units, row)
  }

  function restart(datacentre: number, units: number, cause: RowId): void {
    restarting[datacentre] += units
    for (let unit = 0; unit < units; unit++) queues[datacentre].submit(datacentre, cause)
  }

  /** So many more chillers fail, of those that run first. */
  function lose(datacentre: number, units: number, cause: RowId): void {
    struck[datacentre] += units
    const stopping = Math.min(units, running[datacentre])
    reserve[datacentre] -= Math.min(units - stopping, reserve[datacentre])
    stopTo(datacentre, running[datacentre] - stopping, cause)
  }

  /** So many chillers less are kept from running; what comes back by itself is restarted. */
  function restore(datacentre: number, units: number, cause: RowId): void {
    if (struck[datacentre] < units) throw new Error(`data centre ${datacentre} had lost fewer than ${units} chillers`)
    struck[datacentre] -= units
    comeBack(datacentre, cause)
  }

  /** The supply of the chillers goes or comes. */
  function setSupply(datacentre: number, isLive: boolean, cause: RowId): void {
    const { hold } = specs[datacentre]
    if (hold === Infinity) return
    sim.cancel(holding[datacentre] as EventId)
    if (!isLive) holding[datacentre] = sim.after(hold, CUT, datacentre, cause)
    else if (isCut[datacentre] === 1) {
      isCut[datacentre] = 0
      callReserve(datacentre, cause)
      comeBack(datacentre, cause)
    }
  }

  /** The voltage dips for `duration` s. */
  function dip(datacentre: number, duration: Seconds, cause: RowId): void {
    const { hold } = specs[datacentre]
    if (duration > hold) sim.after(hold, DIPPED, datacentre, cause)
  }

  /** Chillers stop until no more than `left` run, and those in reserve are asked to take over. */
  function stopTo(datacentre: number, left: number, cause: RowId): void {
    const { needed } = specs[datacentre].chillers
    const before = running[datacentre]
    if (before <= left) return
    running[datacentre] = left
    const row = trace.write(sim.now, Row.stopped, feeds[datacentre], cause, left)
    const isLost = before >= needed && left < needed
    turn(datacentre, isLost ? trace.write(sim.now, Row.lost, feeds[datacentre], row) : row)
    callReserve(datacentre, row)
  }

  function callReserve(datacentre: number, cause: RowId): void {
    const { running: wanted, start } = specs[datacentre].chillers
    if (isCut[datacentre] === 1) return
    while (reserve[datacentre] > 0 && running[datacentre] + starting[datacentre] < wanted) {
      reserve[datacentre]--
      if (start.odds < 1 && starts.next(datacentre) >= start.odds) {
        trace.write(sim.now, Row.failed, feeds[datacentre], cause)
      } else {
        starting[datacentre]++
        sim.after(start.delay, STARTED, datacentre, cause)
      }
    }
  }

  /** Chillers that stand still and need no hand are restarted; what is not needed then stays in reserve. */
  function comeBack(datacentre: number, cause: RowId): void {
    if (specs[datacentre].restart.by === 'hand' || isCut[datacentre] === 1) return
    const able = ableIn(datacentre)
    const coming = (): number => running[datacentre] + starting[datacentre] + restarting[datacentre] + held[datacentre]
    const wanted = Math.min(able, specs[datacentre].chillers.running)
    restart(datacentre, Math.max(0, wanted - coming()), cause)
    reserve[datacentre] = Math.max(0, able - coming())
  }

  /** Someone makes chillers that stand still run; where it is too warm in vain, and their restart is tried again once it is not. */
  function runByHand(datacentre: number, units: number, cause: RowId): void {
    if (isWarm[datacentre] === 0) {
      run(datacentre, units, cause)
      return
    }
    const more = Math.min(units, ableIn(datacentre) - running[datacentre] - held[datacentre])
    if (more <= 0) return
    held[datacentre] += more
    trace.write(sim.now, Row.waiting, feeds[datacentre], cause, held[datacentre])
  }

  /** So many of the chillers that stand still and could run do so now. */
  function run(datacentre: number, units: number, cause: RowId): void {
    const { needed } = specs[datacentre].chillers
    const able = ableIn(datacentre)
    const before = running[datacentre]
    const after = Math.min(before + units, able)
    if (after <= before) return
    running[datacentre] = after
    reserve[datacentre] = Math.min(reserve[datacentre], able - after)
    const row = trace.write(sim.now, Row.started, feeds[datacentre], cause, after)
    const isBack = before < needed && after >= needed
    turn(datacentre, isBack ? trace.write(sim.now, Row.back, feeds[datacentre], row) : row)
  }

  function ableIn(datacentre: number): number {
    return isCut[datacentre] === 1 ? 0 : Math.max(0, specs[datacentre].chillers.units - struck[datacentre])
  }

  /** What the hosts that run give off and the chillers that run do not carry away, as a share of the heat of all hosts. */
  function surplusIn(datacentre: number): number {
    const { place } = places.datacentres[datacentre]
    const heat = hosts.runningIn(place) / (places.places[place].endHost - places.places[place].firstHost)
    return heat - running[datacentre] / specs[datacentre].chillers.needed
  }

  /** The warmth that it tends to. */
  function headingOf(datacentre: number): number {
    const { trip, relax } = specs[datacentre]
    const surplus = surplusIn(datacentre)
    return surplus === 0 && relax === Infinity ? warmth.value(datacentre) : (surplus * relax) / trip
  }

  /** The air warms, or cools, from now on as it must. */
  function turn(datacentre: number, row: RowId): void {
    const { trip, relax } = specs[datacentre]
    if (relax === Infinity) warmth.setRate(datacentre, surplusIn(datacentre) / trip, row)
    else warmth.relax(datacentre, headingOf(datacentre), relax, row)
    judgeRestart(datacentre, row)
  }

  return {
    lose,
    restore,
    runByHand,
    setSupply,
    dip,
    /** Chillers of a data centre. */
    units: (datacentre: number): number => specs[datacentre].chillers.units,
  }
}
