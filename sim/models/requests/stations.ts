/**
 * Stations: servers that work on single requests. `fifo`: each server has one request at a time, the others wait in line, first
 * in first out. `share`: all that are there are worked on at once, each at the speed of one server at most (processor sharing).
 * Servers may come and go; one that goes finishes what it has.
 */
import { type EventId, NO_EVENT } from '../../engine/calendar.ts'
import { sample } from '../../engine/distribution.ts'
import type { Randomness } from '../../engine/random.ts'
import type { Simulation } from '../../engine/simulation.ts'
import type { Entities, EntityId } from '../../trace/entities.ts'
import type { Law } from '../../units/law.ts'
import type { Ratio, Seconds } from '../../units/quantity.ts'
import { NO_REQUEST, NO_STATION, type RequestPool } from './pool.ts'
import { createSharing } from './sharing.ts'

export const DISCIPLINES = ['fifo', 'share'] as const
export type Discipline = (typeof DISCIPLINES)[number]

export interface StationSpec {
  readonly entity: EntityId
  /** Own time of a request, s; a function where it depends on what the request is. */
  readonly work: Law | ((request: number) => Seconds)
  readonly discipline: Discipline
  /** Requests that may be there beyond those at servers, 0 to Infinity. */
  readonly limit: number
}

export function createStations(
  sim: Simulation,
  randomness: Randomness,
  entities: Entities,
  specs: readonly StationSpec[],
  pool: RequestPool,
  finished: (station: number, request: number) => void,
) {
  const count = specs.length
  const draws = specs.map(({ entity }) => randomness.stream(`${entities.id(entity)}/service`))
  const servers = sim.column(Int32Array, count) // by station
  const speed = sim.column(Float64Array, count).fill(1) // of each server, by station
  const here = sim.column(Int32Array, count) // requests, by station
  const busy = sim.column(Int32Array, count) // servers, by station
  const first = sim.column(Int32Array, count).fill(NO_REQUEST) // in line, by station
  const last = sim.column(Int32Array, count).fill(NO_REQUEST)
  const sharing = createSharing(sim, count, (station, request) => {
    here[station]--
    pool.isHeld[request] = 0
    finished(station, request)
  })

  const DONE = sim.on((station: number, request: number) => {
    busy[station]--
    here[station]--
    pool.isHeld[request] = 0
    pool.station[request] = NO_STATION
    if (busy[station] < servers[station]) startNext(station)
    finished(station, request)
  })

  /** Takes a request, unless there is no room for it. */
  function offer(station: number, request: number): boolean {
    const { discipline, limit } = specs[station]
    if (here[station] >= servers[station] + limit) return false
    here[station]++
    pool.isHeld[request] = 1
    if (discipline === 'share') sharing.add(station, request, ownTime(station, request))
    else if (busy[station] < servers[station] && first[station] === NO_REQUEST) start(station, request)
    else {
      pool.line[request] = NO_REQUEST
      if (last[station] === NO_REQUEST) first[station] = request
      else pool.line[last[station]] = request
      last[station] = request
    }
    return true
  }

  function start(station: number, request: number): void {
    busy[station]++
    pool.station[request] = station
    work(station, request, ownTime(station, request))
  }

  function ownTime(station: number, request: number): Seconds {
    const own = specs[station].work
    return typeof own === 'function' ? own(request) : sample(own, draws[station])
  }

  /** A server has so much work left on a request, s at its usual speed; at none at all it waits for the speed to return. */
  function work(station: number, request: number, left: Seconds): void {
    const takes = speed[station] > 0 ? left / speed[station] : Infinity
    pool.endAt[request] = takes < Infinity ? sim.now + takes : left
    pool.end[request] = takes < Infinity ? sim.after(takes, DONE, station, request) : NO_EVENT
  }

  function startNext(station: number): void {
    const request = first[station]
    if (request === NO_REQUEST) return
    first[station] = pool.line[request]
    if (first[station] === NO_REQUEST) last[station] = NO_REQUEST
    start(station, request)
  }

  /** From now on there are so many servers; those that are new begin at once. */
  function setServers(station: number, now: number): void {
    servers[station] = now
    if (specs[station].discipline === 'share') sharing.setRate(station, now, speed[station])
    while (busy[station] < now && first[station] !== NO_REQUEST) startNext(station)
  }

  /** From now on each server works at this speed. */
  function setSpeed(station: number, times: Ratio): void {
    const before = speed[station]
    speed[station] = times
    for (let request = 0; request < pool.used() && before !== times; request++) {
      if (pool.station[request] !== station) continue
      const left = before > 0 ? (pool.endAt[request] - sim.now) * before : pool.endAt[request]
      if (pool.end[request] !== NO_EVENT) sim.cancel(pool.end[request] as EventId)
      work(station, request, Math.max(0, left))
    }
    if (specs[station].discipline === 'share') sharing.setRate(station, servers[station], times)
  }

  return {
    offer,
    setServers,
    setSpeed,
    /** Requests at a station, those in service included. */
    at: (station: number): number => here[station],
    /** Those that wait for a server. */
    waiting: (station: number): number => Math.max(0, here[station] - servers[station]),
    /** How long the one in front has waited, s; 0 under `share`, where nobody waits. */
    age: (station: number): Seconds => (first[station] === NO_REQUEST ? 0 : sim.now - pool.sentAt[first[station]]),
  }
}
