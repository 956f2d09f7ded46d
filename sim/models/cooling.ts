/**
 * Cooling of data centres: so many chillers of which so many are needed at full load. With too few the air warms, the faster the
 * more hosts run; when it is too warm hosts switch themselves off, and once it is cool enough they may start again. A chiller
 * that stopped does not come back with its cause: it is restarted, one after the other, by itself or by someone's hand.
 */
import { sample } from '../engine/distribution.ts'
import type { Randomness } from '../engine/random.ts'
import type { Simulation } from '../engine/simulation.ts'
import type { Entities, EntityId } from '../trace/entities.ts'
import { defineRows } from '../trace/row-kinds.ts'
import type { RowId, Trace } from '../trace/trace.ts'
import type { Hosts } from './hosts.ts'
import { createLevels } from './level.ts'
import type { Places } from './places.ts'
import { createJobQueue } from './queue.ts'

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
  const running = sim.column(Uint16Array, count) // chillers
  const restarting = sim.column(Uint16Array, count) // chillers, or those that wait to be
  const isTripped = sim.column(Uint8Array, count)
  specs.forEach(({ chillers }, datacentre) => {
    running[datacentre] = chillers.units
  })
  const restarts = randomness.streams('cooling/restart', count, datacentre => entities.key(feeds[datacentre]))

  /** From 0, as it should be, to 1, too warm. */
  const warmth = createLevels(
    sim,
    specs.map(({ resume }) => ({ start: 0, lo: 0, hi: 1, thresholds: [resume] })),
    (datacentre, threshold, cause) => {
      if (threshold === 1 && isTripped[datacentre] === 0) setTripped(datacentre, Row.tripped, cause)
      else if (threshold === specs[datacentre].resume && isTripped[datacentre] === 1) setTripped(datacentre, Row.cool, cause)
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
    if (running[datacentre] < specs[datacentre].chillers.units || warmth.value(datacentre) > 0) turn(datacentre, row)
  })

  function setTripped(datacentre: number, kind: number, cause: RowId): void {
    isTripped[datacentre] = kind === Row.tripped ? 1 : 0
    const row = trace.write(sim.now, kind, feeds[datacentre], cause)
    const { firstHost, endHost } = places.places[places.datacentres[datacentre].place]
    for (let host = firstHost; host < endHost; host++) hosts.setShut(host, kind === Row.tripped, row)
  }

  /** So many more chillers fail. */
  function lose(datacentre: number, units: number, cause: RowId): void {
    struck[datacentre] += units
    const able = ableIn(datacentre)
    const { needed } = specs[datacentre].chillers
    const before = running[datacentre]
    if (before <= able) return
    running[datacentre] = able
    const row = trace.write(sim.now, Row.stopped, feeds[datacentre], cause, able)
    const isLost = before >= needed && able < needed
    turn(datacentre, isLost ? trace.write(sim.now, Row.lost, feeds[datacentre], row) : row)
  }

  /** So many chillers less are kept from running; what comes back by itself is restarted. */
  function restore(datacentre: number, units: number, cause: RowId): void {
    if (struck[datacentre] < units) throw new Error(`data centre ${datacentre} had lost fewer than ${units} chillers`)
    struck[datacentre] -= units
    if (specs[datacentre].restart.by === 'hand') return
    while (running[datacentre] + restarting[datacentre] < ableIn(datacentre)) {
      restarting[datacentre]++
      queues[datacentre].submit(datacentre, cause)
    }
  }

  /** So many of the chillers that stand still and could run do so now. */
  function run(datacentre: number, units: number, cause: RowId): void {
    const { needed } = specs[datacentre].chillers
    const before = running[datacentre]
    const after = Math.min(before + units, ableIn(datacentre))
    if (after === before) return
    running[datacentre] = after
    const row = trace.write(sim.now, Row.started, feeds[datacentre], cause, after)
    const isBack = before < needed && after >= needed
    turn(datacentre, isBack ? trace.write(sim.now, Row.back, feeds[datacentre], row) : row)
  }

  function ableIn(datacentre: number): number {
    return Math.max(0, specs[datacentre].chillers.units - struck[datacentre])
  }

  /** The air warms by what the hosts that run give off and the chillers that run do not carry away. */
  function turn(datacentre: number, row: RowId): void {
    const { chillers, trip } = specs[datacentre]
    const { place } = places.datacentres[datacentre]
    const heat = hosts.upIn(place) / (places.places[place].endHost - places.places[place].firstHost)
    warmth.setRate(datacentre, (heat - running[datacentre] / chillers.needed) / trip, row)
  }

  return {
    lose,
    restore,
    run,
    /** Chillers of a data centre. */
    units: (datacentre: number): number => specs[datacentre].chillers.units,
  }
}
