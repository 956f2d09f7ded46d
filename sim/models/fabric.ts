/**
 * Network devices inside data centres that state them: a switch at the top of each rack, and the aggregation layer that joins the
 * racks. They boot when their power returns, and no host of a rack can boot before them: hosts boot over the network. Power back
 * is not network back. A host that runs while its network is gone cannot be reached.
 *
 * The aggregation layer stands in several racks: it has power while any rack has.
 */
import { type EventId, NO_EVENT } from '../engine/calendar.ts'
import { sample } from '../engine/distribution.ts'
import type { Randomness } from '../engine/random.ts'
import type { Simulation } from '../engine/simulation.ts'
import type { Entities, EntityId } from '../trace/entities.ts'
import { defineRows } from '../trace/row-kinds.ts'
import { NO_CAUSE, type RowId, type Trace } from '../trace/trace.ts'
import type { Law } from '../units/law.ts'
import type { Ratio } from '../units/quantity.ts'
import type { Hosts } from './hosts.ts'
import type { Places } from './places.ts'

interface DeviceSpec {
  /** From power to forwarding, s. */
  readonly boot: Law
  /** Chance that it needs hands after a loss of power. */
  readonly stuck: Ratio
}

export interface FabricSpec {
  readonly switch: DeviceSpec
  readonly aggregation: DeviceSpec
  /** How long a broken or stuck device takes to be made good where no crew does it, s. */
  readonly repair: Law
}

const [UP, DARK, BOOTING, DOWN] = [0, 1, 2, 3]

/** The subject is a rack, for its switch, or a data centre, for its aggregation layer. */
const Row = defineRows('fabric', {
  dark: { says: { en: 'network devices of {subject} lose power', zh: '{subject} 的网络设备断电' } },
  booting: { says: { en: 'network devices of {subject} boot', zh: '{subject} 的网络设备开始启动' } },
  up: {
    says: { en: 'network devices of {subject} are up', zh: '{subject} 的网络设备已恢复' },
    hop: 'boot',
    limit: 'fabric',
  },
  down: { says: { en: 'network devices of {subject} break', zh: '{subject} 的网络设备损坏' } },
  stuck: {
    says: { en: 'network devices of {subject} do not come back by themselves', zh: '{subject} 的网络设备无法自行恢复' },
    hop: 'need',
  },
  repaired: {
    says: { en: 'network devices of {subject} are made good', zh: '{subject} 的网络设备修复完毕' },
    hop: 'work',
    limit: 'repair',
  },
})

export type Fabric = ReturnType<typeof createFabric>

export function createFabric(
  sim: Simulation,
  trace: Trace,
  randomness: Randomness,
  entities: Entities,
  places: Places,
  hosts: Hosts,
) {
  const { datacentres, racks } = places
  // Devices: the switch of each rack, then the aggregation layer of each data centre.
  const count = racks.length + datacentres.length
  const datacentreOf = new Uint32Array(count)
  datacentres.forEach(({ firstRack, endRack }, d) => {
    datacentreOf.fill(d, firstRack, endRack)
    datacentreOf[racks.length + d] = d
  })
  const state = sim.column(Uint8Array, count) // by device
  const powered = sim.column(Uint8Array, count).fill(1)
  const damage = sim.column(Uint8Array, count) // reasons to be broken, by device
  const boot = sim.column(Float64Array, count).fill(NO_EVENT) // pending end of the boot, by device
  const poweredRacks = sim.column(Uint32Array, datacentres.length)
  const connected = sim.column(Uint8Array, racks.length).fill(1) // by rack
  const entityOf = (device: number): EntityId =>
    device < racks.length ? places.rackEntity(device) : places.places[datacentres[device - racks.length].place].entity
  const key = (device: number) => entities.key(entityOf(device))
  const boots = randomness.streams('fabric/boot', count, key)
  const returns = randomness.streams('fabric/return', count, key)
  const repairs = randomness.streams('fabric/repair', count, key)
  let needHands: ((device: number, row: RowId) => void) | undefined

  const specOf = (device: number): DeviceSpec | undefined => {
    const { fabric } = datacentres[datacentreOf[device]].plan
    return device < racks.length ? fabric?.switch : fabric?.aggregation
  }
  const write = (kind: number, device: number, cause: RowId): RowId => trace.write(sim.now, kind, entityOf(device), cause)

  const BOOTED = sim.on((device: number, cause: RowId) => {
    boot[device] = NO_EVENT
    become(device, UP, write(Row.up, device, cause))
  })
  const REPAIRED = sim.on((device: number, cause: RowId) => repair(device, cause))

  /** Call once at the start, when hosts have begun: devices of data centres that begin dark are dark. */
  function begin(): void {
    datacentres.forEach(({ plan, firstRack, endRack }, d) => {
      poweredRacks[d] = plan.begin === 'dark' ? 0 : endRack - firstRack
      if (plan.begin !== 'dark' || plan.fabric === undefined) return
      for (const device of [racks.length + d, ...switchesOf(d)]) {
        powered[device] = 0
        become(device, DARK, NO_CAUSE)
      }
    })
  }

  function switchesOf(datacentre: number): number[] {
    const { firstRack, endRack } = datacentres[datacentre]
    return Array.from({ length: endRack - firstRack }, (_, i) => firstRack + i)
  }

  /** A rack's power went or came, as `row` says. */
  function setRackPower(rack: number, on: boolean, row: RowId): void {
    if (specOf(rack) === undefined) return
    const d = datacentreOf[rack]
    const before = poweredRacks[d]
    poweredRacks[d] += on ? 1 : -1
    if (before === 0 || poweredRacks[d] === 0) setPower(racks.length + d, on, row)
    setPower(rack, on, row)
  }

  function setPower(device: number, on: boolean, row: RowId): void {
    powered[device] = on ? 1 : 0
    if (!on) fall(device, DARK, write(Row.dark, device, row))
    else if (damage[device] > 0) state[device] = DOWN
    else if (returns.next(device) >= (specOf(device)?.stuck ?? 0)) start(device, row)
    else {
      damage[device]++
      state[device] = DOWN
      repairBegins(device, write(Row.stuck, device, row))
    }
  }

  function start(device: number, row: RowId): void {
    state[device] = BOOTING
    const booting = write(Row.booting, device, row)
    const { boot: law } = specOf(device) ?? { boot: { kind: 'constant', value: 0 } }
    boot[device] = sim.after(sample(law, boots, device), BOOTED, device, booting)
  }

  function fall(device: number, to: number, row: RowId): void {
    if (boot[device] !== NO_EVENT) sim.cancel(boot[device] as EventId)
    boot[device] = NO_EVENT
    become(device, to, row)
  }

  function become(device: number, to: number, row: RowId): void {
    state[device] = to
    const d = datacentreOf[device]
    for (const rack of device < racks.length ? [device] : switchesOf(d)) {
      const reaches = state[rack] === UP && state[racks.length + d] === UP
      if (reaches === (connected[rack] === 1)) continue
      connected[rack] = reaches ? 1 : 0
      hosts.setRackReach(rack, reaches, row)
    }
  }

  /** Breaks a device, for one more reason. `byItself` lets the repair law run, or asks for hands; else someone must `repair` it. */
  function breakDevice(device: number, row: RowId, byItself: boolean): void {
    if (specOf(device) === undefined) return
    damage[device]++
    let down = row
    if (damage[device] === 1) {
      down = write(Row.down, device, row)
      fall(device, powered[device] === 1 ? DOWN : DARK, down)
    }
    if (byItself) repairBegins(device, down)
  }

  function repairBegins(device: number, row: RowId): void {
    const { fabric } = datacentres[datacentreOf[device]].plan
    if (needHands !== undefined) needHands(device, row)
    else if (fabric !== undefined) sim.after(sample(fabric.repair, repairs, device), REPAIRED, device, row)
  }

  /** One reason less to be broken; with the last, the device boots. */
  function repair(device: number, row: RowId): void {
    if (damage[device] === 0) return
    damage[device]--
    if (damage[device] > 0) return
    const repaired = write(Row.repaired, device, row)
    if (powered[device] === 1) start(device, repaired)
  }

  return {
    begin,
    setRackPower,
    break: breakDevice,
    repair,
    /** How many devices there are, where data centres state them. */
    count: datacentres.some(({ plan }) => plan.fabric !== undefined) ? count : 0,
    /** The switch of a rack, or the aggregation layer of a data centre; −1 for any other entity. */
    deviceOf: (entity: EntityId): number => {
      const at = places.placeOf(entity)
      const rack = racks.indexOf(at)
      if (rack >= 0) return rack
      const d = datacentres.findIndex(({ place }) => place === at)
      return d < 0 ? -1 : racks.length + d
    },
    /** Data centre of a device, by index. */
    datacentreOf: (device: number): number => datacentreOf[device],
    /** Hands repairs over to someone instead of letting each take its own time. */
    repairedBy: (hands: (device: number, row: RowId) => void): void => {
      needHands = hands
    },
  }
}
