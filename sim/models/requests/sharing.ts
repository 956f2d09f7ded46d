/**
 * Processor sharing: all requests at a station are worked on at once.
 *
 *     With k requests at n servers each gets r = min(1, n/k) of a server. In the virtual time V with dV/dt = r a request is done
 *     when V has grown by its own time: the order in which they finish is known when they come, whoever comes or goes later.
 */
import { type EventId, NO_EVENT } from '../../engine/calendar.ts'
import type { Simulation } from '../../engine/simulation.ts'
import { TICKS } from '../../engine/time.ts'
import type { Ratio, Seconds } from '../../units/quantity.ts'

export function createSharing(sim: Simulation, stations: number, done: (station: number, request: number) => void) {
  const virtual = sim.column(Float64Array, stations) // V, s, at the moment `since`, by station
  const since = sim.column(Float64Array, stations)
  const servers = sim.column(Float64Array, stations)
  const speed = sim.column(Float64Array, stations)
  const next = sim.column(Float64Array, stations).fill(NO_EVENT) // end of the first to finish, by station
  const lines = Array.from({ length: stations }, () => new Line())
  for (const line of lines) sim.keep(line)

  const DONE = sim.on((station: number) => {
    next[station] = NO_EVENT
    advance(station)
    const line = lines[station]
    // Whoever is due at the very same virtual moment, rounding aside, is due now.
    const due = line.firstFinish()
    virtual[station] = Math.max(virtual[station], due)
    const request = line.takeFirst()
    if (line.length === 0) virtual[station] = 0
    arm(station)
    done(station, request)
  })

  /** What each request gets of a server now. */
  function rate(station: number): Ratio {
    const present = lines[station].length
    return present === 0 ? 0 : speed[station] * Math.min(1, servers[station] / present)
  }

  function advance(station: number): void {
    virtual[station] += rate(station) * (sim.now - since[station])
    since[station] = sim.now
  }

  function arm(station: number): void {
    if (next[station] !== NO_EVENT) sim.cancel(next[station] as EventId)
    next[station] = NO_EVENT
    const perSecond = rate(station)
    if (perSecond === 0) return
    const left = Math.max(0, lines[station].firstFinish() - virtual[station]) / perSecond
    next[station] = sim.at(Math.max(sim.now, Math.ceil((sim.now + left) * TICKS - 1e-3) / TICKS), DONE, station)
  }

  return {
    add(station: number, request: number, work: Seconds): void {
      advance(station)
      lines[station].add(virtual[station] + work, request)
      arm(station)
    },
    setRate(station: number, count: number, times: Ratio): void {
      advance(station)
      servers[station] = count
      speed[station] = times
      arm(station)
    },
  }
}

/** Requests by the virtual moment at which they finish, the first in front; of two at one moment the one that came first. */
class Line {
  private finish = new Float64Array(64)
  private request = new Int32Array(64)
  private order = new Float64Array(64)
  private came = 0
  length = 0

  firstFinish(): number {
    return this.finish[0]
  }

  add(finish: number, request: number): void {
    if (this.length === this.finish.length) this.grow()
    let at = this.length++
    const order = this.came++
    for (let above = (at - 1) >> 1; at > 0 && finish < this.finish[above]; above = (at - 1) >> 1) {
      this.move(above, at)
      at = above
    }
    this.put(at, finish, request, order)
  }

  takeFirst(): number {
    const taken = this.request[0]
    const last = --this.length
    const finish = this.finish[last]
    const request = this.request[last]
    const order = this.order[last]
    let at = 0
    for (let below = 1; below < last; below = 2 * at + 1) {
      if (below + 1 < last && this.isBefore(below + 1, below)) below++
      if (finish < this.finish[below] || (finish === this.finish[below] && order < this.order[below])) break
      this.move(below, at)
      at = below
    }
    this.put(at, finish, request, order)
    return taken
  }

  save(): unknown {
    const { came, length } = this
    return {
      came,
      length,
      finish: this.finish.slice(0, length),
      request: this.request.slice(0, length),
      order: this.order.slice(0, length),
    }
  }

  restore(saved: unknown): void {
    const from = saved as { came: number; length: number; finish: Float64Array; request: Int32Array; order: Float64Array }
    while (this.finish.length < from.length) this.grow()
    this.came = from.came
    this.length = from.length
    this.finish.set(from.finish)
    this.request.set(from.request)
    this.order.set(from.order)
  }

  private isBefore(a: number, b: number): boolean {
    return this.finish[a] < this.finish[b] || (this.finish[a] === this.finish[b] && this.order[a] < this.order[b])
  }

  private move(from: number, to: number): void {
    this.put(to, this.finish[from], this.request[from], this.order[from])
  }

  private put(at: number, finish: number, request: number, order: number): void {
    this.finish[at] = finish
    this.request[at] = request
    this.order[at] = order
  }

  private grow(): void {
    const capacity = this.finish.length * 2
    const wider = new Float64Array(capacity)
    wider.set(this.finish)
    this.finish = wider
    const order = new Float64Array(capacity)
    order.set(this.order)
    this.order = order
    const request = new Int32Array(capacity)
    request.set(this.request)
    this.request = request
  }
}
