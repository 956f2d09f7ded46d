/**
 * Hosts through their lives: power lost, waiting for a boot slot, booting, up, out of reach, broken, stuck, lost. Knows nothing
 * of what runs on them; those who care watch.
 *
 * A host falls with its first reason and returns with its last. Power coming back is not a host coming back: it waits for one
 * of the data centre's boot slots, holds it through its firmware and until it has copied its image from a server that serves all
 * in turn, and some never return or return only by hand. It boots over the network: while its rack has none it waits, and when
 * it is up it goes on running out of everybody's reach.
 */
import { sample } from '../engine/distribution.ts'
import type { Randomness } from '../engine/random.ts'
import type { Simulation } from '../engine/simulation.ts'
import type { Entities, EntityId } from '../trace/entities.ts'
import { defineRows } from '../trace/row-kinds.ts'
import type { RowId, Trace } from '../trace/trace.ts'
import { createDrains } from './drain.ts'
import type { MachineSpec } from './machine.ts'
import type { Places } from './places.ts'
import { createJobQueue, type JobQueue, NO_JOB } from './queue.ts'

export const HOST_STATES = ['up', 'dark', 'waiting', 'booting', 'down', 'stuck', 'lost', 'shut', 'cut'] as const
export type HostState = (typeof HOST_STATES)[number]
const [UP, DARK, WAITING, BOOTING, DOWN, STUCK, LOST, SHUT, CUT] = [0, 1, 2, 3, 4, 5, 6, 7, 8]

const Row = defineRows('host', {
  waiting: { says: { en: '{subject} waits for a boot slot', zh: '{subject} 等待启动名额' }, hop: 'need', level: 3 },
  booting: { says: { en: '{subject} boots', zh: '{subject} 开始启动' }, hop: 'queue', limit: 'boot-slots' },
  copying: { says: { en: '{subject} copies its image', zh: '{subject} 开始复制镜像' }, hop: 'boot', limit: 'boot', level: 3 },
  copied: { says: { en: '{subject} has its image', zh: '{subject} 镜像复制完毕' }, hop: 'queue', limit: 'image', level: 3 },
  'boot-failed': { says: { en: '{subject} fails to boot', zh: '{subject} 启动失败' }, hop: 'boot', limit: 'boot' },
  up: { says: { en: '{subject} is up', zh: '{subject} 已恢复' }, hop: 'boot', limit: 'boot' },
  cut: { says: { en: '{subject} runs on out of reach', zh: '{subject} 仍在运行但无法访问' } },
  joined: { says: { en: '{subject} can be reached again', zh: '{subject} 恢复可访问' } },
  down: { says: { en: '{subject} breaks', zh: '{subject} 损坏' } },
  stuck: { says: { en: '{subject} does not come back by itself', zh: '{subject} 无法自行恢复' }, hop: 'need' },
  lost: { says: { en: '{subject} will never come back', zh: '{subject} 永久损坏' }, hop: 'need' },
  retired: { says: { en: '{subject} is switched off to be repaired', zh: '{subject} 下线待修' }, hop: 'decide' },
  shut: { says: { en: '{subject} switches itself off to protect itself', zh: '{subject} 保护性关机' } },
  repaired: { says: { en: '{subject} is made good', zh: '{subject} 修复完毕' }, hop: 'work', limit: 'repair' },
})

const PlaceRow = defineRows('place', {
  ready: {
    says: { en: '{subject} has its hosts back: {a} are up', zh: '{subject} 主机就绪：{a} 已恢复' },
    a: 'ratio',
    level: 1,
  },
  unready: {
    says: { en: '{subject} no longer has its hosts: {a} are up', zh: '{subject} 主机不再就绪：{a} 在线' },
    a: 'ratio',
    level: 1,
  },
})

/** `up` is false when the host has just fallen, true when it has just booted. */
type HostWatcher = (host: number, up: boolean, row: RowId) => void
/** `reaches` is false when a host that runs has just gone out of reach, true when it is back, or has fallen meanwhile. */
type ReachWatcher = (host: number, reaches: boolean, row: RowId) => void
type PlaceWatcher = (place: EntityId, ready: boolean, row: RowId) => void

export type Hosts = ReturnType<typeof createHosts>

export function createHosts(
  sim: Simulation,
  trace: Trace,
  randomness: Randomness,
  entities: Entities,
  places: Places,
  queueEntities: readonly EntityId[],
) {
  const { hosts, datacentreOfHost, datacentres, hostEntity, racks, rackOfHost } = places
  const state = sim.column(Uint8Array, hosts)
  const damage = sim.column(Uint8Array, hosts) // reasons to be broken, by host
  const shut = sim.column(Uint8Array, hosts) // reasons to be switched off, by host
  const powered = sim.column(Uint8Array, hosts).fill(1) // by host
  const job = sim.column(Int32Array, hosts).fill(NO_JOB) // in the queue for boot slots, by host
  const inTurn = sim.column(Uint8Array, hosts).fill(1) // 0 for hosts that boot before all others, by host
  const cutOff = sim.column(Uint8Array, hosts) // reasons to be out of reach, by host
  const headless = sim.column(Uint8Array, hosts) // whether it cannot be told to boot, by host
  const upCount = sim.column(Int32Array, places.places.length) // hosts up, by place
  const cutCount = sim.column(Int32Array, places.places.length) // hosts that run out of reach, by place
  const isReady = sim.column(Uint8Array, places.places.length) // by place
  const key = (host: number) => entities.key(hostEntity(host))
  const bootTimes = randomness.streams('host/boot', hosts, key)
  const returns = randomness.streams('host/return', hosts, key)
  const repairs = randomness.streams('host/repair', hosts, key)
  const bootFaults = randomness.streams('host/boot-fault', hosts, key)
  const watchers: HostWatcher[] = []
  const reachWatchers: ReachWatcher[] = []
  const placeWatchers: PlaceWatcher[] = []
  let needHands: ((host: number, row: RowId) => void) | undefined

  const REPAIRED = sim.on((host: number, row: number) => makeGood(host, row))
  const machineOf = (host: number): MachineSpec => datacentres[datacentreOfHost[host]].plan.machine

  const bootSlots: JobQueue[] = datacentres.map((datacentre, d) =>
    createJobQueue(sim, trace, {
      entity: queueEntities[d],
      servers: datacentre.plan.bootSlots,
      priorities: 2,
      serviceTime: host => sample(machineOf(host).boot, bootTimes, host),
      onStart: (host, cause) => {
        state[host] = BOOTING
        return trace.write(sim.now, Row.booting, hostEntity(host), cause)
      },
      onServed: (host, cause) => {
        const { size } = datacentre.plan.image
        if (size === 0) return undefined
        images.submit(d, host, size)
        return trace.write(sim.now, Row.copying, hostEntity(host), cause)
      },
      onDone: (host, cause) => {
        job[host] = NO_JOB
        booted(host, cause)
      },
    }),
  )
  const images = createDrains(sim, datacentres.length, (d, host) => bootSlots[d].complete(job[host]))

  /** Call once at the start: hosts of data centres that begin dark are dark. */
  function begin(): void {
    datacentres.forEach(({ plan, place }) => {
      const dark = plan.begin === 'dark'
      for (let host = places.places[place].firstHost; host < places.places[place].endHost; host++) {
        if (dark) {
          state[host] = DARK
          powered[host] = 0
        } else count(upCount, host, 1)
      }
    })
    datacentres.forEach(({ plan }, d) => {
      if (plan.image.size > 0) images.setSpeed(d, plan.image.bandwidth)
    })
    places.places.forEach((place, at) => {
      isReady[at] = upCount[at] >= place.ready * (place.endHost - place.firstHost) ? 1 : 0
    })
  }

  /** A rack's power went or came, as `row` says. */
  function setRackPower(rack: number, on: boolean, row: RowId): void {
    const { firstHost, endHost } = places.places[racks[rack]]
    for (let host = firstHost; host < endHost; host++) {
      powered[host] = on ? 1 : 0
      if (state[host] === LOST) continue
      if (!on) fall(host, DARK, row)
      else if (state[host] === DARK) powerReturned(host, row)
    }
  }

  function powerReturned(host: number, row: RowId): void {
    if (damage[host] > 0) {
      state[host] = DOWN
      return
    }
    const machine = machineOf(host)
    const draw = machine.stuck + machine.lost > 0 ? returns.next(host) : 1
    if (draw < machine.lost) {
      state[host] = LOST
      trace.write(sim.now, Row.lost, hostEntity(host), row)
    } else if (draw < machine.lost + machine.stuck) {
      needRepair(host, trace.write(sim.now, Row.stuck, hostEntity(host), row))
    } else boot(host, row)
  }

  /** A host that has power does not come back by itself. */
  function needRepair(host: number, row: RowId): void {
    state[host] = STUCK
    damage[host]++
    repairBegins(host, row)
  }

  /**
   * Breaks a host; one more reason to be down, each with a repair of its own. `byItself` lets the repair law run, or asks for
   * hands; else someone must `repair` it.
   */
  function damageHost(host: number, row: RowId, byItself: boolean): void {
    if (state[host] === LOST) return
    damage[host]++
    let down = row
    if (damage[host] === 1) {
      down = trace.write(sim.now, Row.down, hostEntity(host), row)
      fall(host, powered[host] === 1 ? DOWN : DARK, down)
    }
    if (byItself) repairBegins(host, down)
  }

  /** Takes a host that runs out of service, to be repaired like one that is broken. */
  function retire(host: number, cause: RowId): void {
    if (state[host] !== UP) return
    damage[host]++
    const row = trace.write(sim.now, Row.retired, hostEntity(host), cause)
    fall(host, DOWN, row)
    repairBegins(host, row)
  }

  function repairBegins(host: number, row: RowId): void {
    if (needHands !== undefined) needHands(host, row)
    else sim.after(sample(machineOf(host).repair, repairs, host), REPAIRED, host, row)
  }

  /** One reason less to be broken; with the last, the host boots. */
  function makeGood(host: number, row: RowId): void {
    if (damage[host] === 0 || state[host] === LOST) return
    damage[host]--
    if (damage[host] > 0) return
    const repaired = trace.write(sim.now, Row.repaired, hostEntity(host), row)
    if (powered[host] === 1) boot(host, repaired)
  }

  /** Switches a host off (or lets it start again), for instance because its inlet air is too warm. */
  function setShut(host: number, off: boolean, row: RowId): void {
    shut[host] += off ? 1 : -1
    if (off && shut[host] === 1 && [UP, CUT, WAITING, BOOTING].includes(state[host])) {
      fall(host, SHUT, trace.write(sim.now, Row.shut, hostEntity(host), row))
    } else if (!off && shut[host] === 0 && state[host] === SHUT) boot(host, row)
  }

  /** A rack's network went or came, as `row` says. */
  function setRackReach(rack: number, reaches: boolean, row: RowId): void {
    const { firstHost, endHost } = places.places[racks[rack]]
    for (let host = firstHost; host < endHost; host++) setReach(host, reaches, row)
  }

  /** One more reason for a host to be out of reach, or one less. On its way up it has to begin its boot again. */
  function setReach(host: number, reaches: boolean, row: RowId): void {
    cutOff[host] += reaches ? -1 : 1
    if (cutOff[host] !== (reaches ? 0 : 1)) return
    if (state[host] === (reaches ? CUT : UP)) {
      state[host] = reaches ? UP : CUT
      count(upCount, host, reaches ? 1 : -1)
      count(cutCount, host, reaches ? -1 : 1)
      const told = trace.write(sim.now, reaches ? Row.joined : Row.cut, hostEntity(host), row)
      for (const watch of reachWatchers) watch(host, reaches, told)
      judgeReady(host, told)
    } else bootAgain(host, row)
  }

  /** A host can be told to boot, or cannot any more; one that runs goes on running. */
  function setControl(host: number, works: boolean, row: RowId): void {
    headless[host] = works ? 0 : 1
    bootAgain(host, row)
  }

  /** What a host needs to boot went or came: one on its way up begins anew, or waits. */
  function bootAgain(host: number, row: RowId): void {
    if (state[host] !== WAITING && state[host] !== BOOTING) return
    leaveQueue(host, row)
    boot(host, row)
  }

  function boot(host: number, row: RowId): void {
    if (shut[host] > 0) {
      state[host] = SHUT
      return
    }
    state[host] = WAITING
    if (cutOff[host] + headless[host] > 0) return
    job[host] = bootSlots[datacentreOfHost[host]].submit(host, row, inTurn[host])
  }

  /** At the end of a boot it turns out whether the host runs. */
  function booted(host: number, cause: RowId): void {
    const { image } = datacentres[datacentreOfHost[host]].plan
    const { odds, next } = machineOf(host).bootFaults
    const ready = image.size > 0 ? trace.write(sim.now, Row.copied, hostEntity(host), cause) : cause
    if (odds === 0 || bootFaults.next(host) >= odds) {
      rise(host, trace.write(sim.now, Row.up, hostEntity(host), ready))
      return
    }
    const failed = trace.write(sim.now, Row['boot-failed'], hostEntity(host), ready)
    if (next === 'again') boot(host, failed)
    else needRepair(host, failed)
  }

  function fall(host: number, to: number, row: RowId): void {
    const from = state[host]
    state[host] = to
    if (from === WAITING || from === BOOTING) leaveQueue(host, row)
    if (from !== UP && from !== CUT) return
    count(from === UP ? upCount : cutCount, host, -1)
    for (const watch of watchers) watch(host, false, row)
    if (from === UP) judgeReady(host, row)
    else for (const watch of reachWatchers) watch(host, true, row)
  }

  function leaveQueue(host: number, row: RowId): void {
    if (job[host] === NO_JOB) return
    images.withdraw(host)
    bootSlots[datacentreOfHost[host]].withdraw(job[host], row)
    job[host] = NO_JOB
  }

  function rise(host: number, row: RowId): void {
    state[host] = UP
    count(upCount, host, 1)
    for (const watch of watchers) watch(host, true, row)
    judgeReady(host, row)
  }

  function count(counts: Int32Array, host: number, by: number): void {
    for (let at = racks[rackOfHost[host]]; at >= 0; at = places.places[at].parent) counts[at] += by
  }

  /** Places above a host that has just changed: a place is ready while enough of its hosts are up. */
  function judgeReady(host: number, row: RowId): void {
    for (let at = places.places[racks[rackOfHost[host]]].parent; at >= 0; at = places.places[at].parent) {
      const place = places.places[at]
      const total = place.endHost - place.firstHost
      const ready = upCount[at] >= place.ready * total
      if (ready === (isReady[at] === 1)) continue
      isReady[at] = ready ? 1 : 0
      const change = trace.write(sim.now, ready ? PlaceRow.ready : PlaceRow.unready, place.entity, row, upCount[at] / total)
      for (const watch of placeWatchers) watch(place.entity, ready, change)
    }
  }

  return {
    begin,
    setRackPower,
    setRackReach,
    setReach,
    setControl,
    break: damageHost,
    repair: makeGood,
    retire,
    setShut,
    isUp: (host: number) => state[host] === UP,
    /** State of a host, by name. */
    stateOf: (host: number): HostState => HOST_STATES[state[host]],
    isReady: (place: number) => isReady[place] === 1,
    /** Whether a host can be told to boot, to start something or to change it. */
    isControlled: (host: number) => headless[host] === 0,
    /** Hosts up in a place, and hosts that run there, those out of reach included. */
    upIn: (place: number) => upCount[place],
    runningIn: (place: number) => upCount[place] + cutCount[place],
    /** Lets a host boot before all others of its data centre, for what stands on it. */
    bootFirst: (host: number): void => {
      inTurn[host] = 0
    },
    /** Hands repairs over to someone instead of letting each take its own time. */
    repairedBy: (hands: (host: number, row: RowId) => void) => {
      needHands = hands
    },
    watch: (watcher: HostWatcher) => void watchers.push(watcher),
    watchReach: (watcher: ReachWatcher) => void reachWatchers.push(watcher),
    watchPlaces: (watcher: PlaceWatcher) => void placeWatchers.push(watcher),
  }
}
