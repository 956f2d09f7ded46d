/**
 * The capacity pool: free virtual processors on hosts that are up, shared by all customers. An instance must fit on one host.
 *
 * Hosts of a zone with equally many free processors form a list, so finding the emptiest host that fits is a short walk over
 * at most as many lists as a host has processors.
 */
import type { Simulation } from '../engine/simulation.ts'
import type { Hosts } from './hosts.ts'
import type { Places } from './places.ts'

export type Pool = ReturnType<typeof createPool>

export function createPool(sim: Simulation, places: Places, hosts: Hosts) {
  const cpuMax = Math.max(1, ...places.datacentres.map(({ plan }) => plan.machine.cpu))
  const lists = cpuMax + 1
  const free = sim.column(Int32Array, places.hosts) // free processors, by host; what others took is not free
  const taken = sim.column(Int32Array, places.hosts) // processors others took in a shortage, by host
  const takers = sim.column(Uint16Array, places.hosts) // shortages that hold them, by host
  const next = sim.column(Int32Array, places.hosts).fill(-1)
  const previous = sim.column(Int32Array, places.hosts).fill(-1)
  const head = sim.column(Int32Array, places.zones.length * lists).fill(-1)
  const listed = sim.column(Uint8Array, places.hosts)
  const closed = sim.column(Uint8Array, places.hosts) // reasons to put nothing new on it, by host

  for (let host = 0; host < places.hosts; host++)
    free[host] = places.datacentres[places.datacentreOfHost[host]].plan.machine.cpu

  /** Call once hosts and first placements stand: hosts that are up offer what they have free. */
  function begin(): void {
    for (let host = places.hosts - 1; host >= 0; host--) if (hosts.isUp(host)) enlist(host)
    hosts.watch((host, up) => (up ? enlist(host) : unlist(host)))
    hosts.watchReach(host => (hosts.isUp(host) ? enlist(host) : unlist(host)))
  }

  /** Reserves `cpu` processors on a given host. */
  function occupy(host: number, cpu: number): void {
    const was = listed[host] === 1
    if (was) unlist(host)
    free[host] -= cpu
    if (was) enlist(host)
  }

  /** Finds the emptiest host of a zone that is up and has `cpu` processors free, and occupies them. −1 when none fits. */
  function place(zone: number, cpu: number): number {
    for (let room = cpuMax; room >= cpu; room--) {
      const host = head[zone * lists + room]
      if (host < 0) continue
      occupy(host, cpu)
      return host
    }
    return -1
  }

  /** Others take all that is free on a host, until each of them has given it back. */
  function take(host: number): void {
    takers[host]++
    const room = Math.max(0, free[host])
    occupy(host, room)
    taken[host] += room
  }

  function giveBack(host: number): void {
    takers[host]--
    if (takers[host] > 0) return
    occupy(host, -taken[host])
    taken[host] = 0
  }

  /** One more reason to put nothing new on a host. */
  function close(host: number): void {
    closed[host]++
    unlist(host)
  }

  /** One reason less; with the last, it offers what it has free. */
  function open(host: number): void {
    closed[host]--
    if (hosts.isUp(host)) enlist(host)
  }

  function enlist(host: number): void {
    if (closed[host] > 0 || listed[host] === 1) return
    const list = places.zoneOfHost[host] * lists + Math.max(0, free[host])
    const first = head[list]
    next[host] = first
    previous[host] = -1
    if (first >= 0) previous[first] = host
    head[list] = host
    listed[host] = 1
  }

  function unlist(host: number): void {
    if (listed[host] === 0) return
    const list = places.zoneOfHost[host] * lists + Math.max(0, free[host])
    if (previous[host] >= 0) next[previous[host]] = next[host]
    else head[list] = next[host]
    if (next[host] >= 0) previous[next[host]] = previous[host]
    listed[host] = 0
  }

  return {
    begin,
    occupy,
    place,
    take,
    giveBack,
    close,
    open,
    freeOn: (host: number) => free[host],
  }
}
