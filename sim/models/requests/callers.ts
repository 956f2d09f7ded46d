/**
 * Those who send single requests: first attempts at the rate of their load, by chance; further ones after a failure and a
 * back-off. Knows nothing of who serves them.
 *
 * A caller's time-outs come in the order in which its requests were sent, since its patience is always the same: so each caller
 * keeps its open requests in a line and one timer for the oldest. A request that is answered leaves that line, which is all that
 * cancelling its time-out costs.
 */
import { type EventId, NO_EVENT } from '../../engine/calendar.ts'
import { ln } from '../../engine/elementary.ts'
import type { Draws } from '../../engine/random.ts'
import type { Simulation } from '../../engine/simulation.ts'
import type { PerSecond, Ratio } from '../../units/quantity.ts'
import { meanRate, stepEnd } from '../traffic/load-shape.ts'
import type { SenderSpec } from '../traffic/senders.ts'
import { NO_REQUEST, type RequestPool } from './pool.ts'

/** Nobody waits for it any more. */
export const NO_CALLER = -1

/** What `callers` send goes here; false when nobody takes it. */
type Offer = (caller: number, request: number) => boolean

export function createCallers(
  sim: Simulation,
  specs: readonly SenderSpec[],
  chance: { readonly arrivals: Draws; readonly backoffs: Draws },
  pool: RequestPool,
  offer: Offer,
) {
  const count = specs.length
  const level = sim.column(Float64Array, count) // requests/s, of the present step of the load, by caller
  const factor = sim.column(Float64Array, count).fill(1) // of that, by caller
  const nextArrival = sim.column(Float64Array, count).fill(NO_EVENT) // event, by caller
  const oldest = sim.column(Int32Array, count).fill(NO_REQUEST) // open request, by caller
  const newest = sim.column(Int32Array, count).fill(NO_REQUEST)
  const timer = sim.column(Float64Array, count).fill(NO_EVENT) // at which the oldest may time out, by caller
  const lost = sim.column(Float64Array, count) // requests of which every attempt failed, so far, by caller
  const sent = sim.column(Float64Array, count) // attempts so far, by caller

  /** The longest back-off after each attempt, s, by caller. */
  const longest = specs.map(({ attempts, backoff }) => {
    const waits = new Float64Array(attempts)
    for (let attempt = 0, wait = backoff.base; attempt < attempts; attempt++, wait *= 2)
      waits[attempt] = Math.min(wait, backoff.cap)
    return waits
  })

  const ARRIVE = sim.on((caller: number) => {
    expectNext(caller)
    send(caller, 0)
  })
  const STEP = sim.on((caller: number) => followShape(caller))
  const RETRY = sim.on((caller: number, attempt: number) => send(caller, attempt))
  const TIME_OUT = sim.on((caller: number) => {
    timer[caller] = NO_EVENT
    const { timeout } = specs[caller]
    for (let request = oldest[caller]; request !== NO_REQUEST; request = oldest[caller]) {
      const due = pool.sentAt[request] + timeout
      if (due > sim.now) {
        timer[caller] = sim.at(due, TIME_OUT, caller)
        return
      }
      const attempt = pool.attempt[request]
      close(request)
      if (pool.isHeld[request] === 0) pool.free(request)
      failed(caller, attempt)
    }
  })

  /** Call once, when there is somebody to send to. */
  function begin(): void {
    for (let caller = 0; caller < count; caller++) followShape(caller)
  }

  /** Sets the level of the step of the load that begins now. */
  function followShape(caller: number): void {
    const { rate, share = 1 } = specs[caller]
    const end = stepEnd(rate, sim.now)
    level[caller] = meanRate(rate, sim.now, end) * share
    if (end < Infinity) sim.at(end, STEP, caller)
    drawAgain(caller)
  }

  /** The rate is new: since arrivals have no memory, what was drawn under the old one is forgotten. */
  function drawAgain(caller: number): void {
    if (nextArrival[caller] !== NO_EVENT) sim.cancel(nextArrival[caller] as EventId)
    nextArrival[caller] = NO_EVENT
    expectNext(caller)
  }

  function expectNext(caller: number): void {
    const perSecond = level[caller] * factor[caller]
    const wait = perSecond > 0 ? -ln(1 - chance.arrivals.next(caller)) / perSecond : Infinity
    nextArrival[caller] = wait < Infinity ? sim.after(wait, ARRIVE, caller) : NO_EVENT
  }

  function send(caller: number, attempt: number): void {
    sent[caller]++
    const request = pool.take(caller, attempt, sim.now)
    if (!offer(caller, request)) {
      pool.free(request)
      failed(caller, attempt)
      return
    }
    const { timeout } = specs[caller]
    if (timeout === Infinity) return
    pool.before[request] = newest[caller]
    pool.after[request] = NO_REQUEST
    if (newest[caller] === NO_REQUEST) oldest[caller] = request
    else pool.after[newest[caller]] = request
    newest[caller] = request
    if (timer[caller] === NO_EVENT) timer[caller] = sim.after(timeout, TIME_OUT, caller)
  }

  /** Nobody waits for a request any more. */
  function close(request: number): void {
    const caller = pool.caller[request]
    pool.caller[request] = NO_CALLER
    if (specs[caller].timeout === Infinity) return
    const before = pool.before[request]
    const after = pool.after[request]
    if (before === NO_REQUEST) oldest[caller] = after
    else pool.after[before] = after
    if (after === NO_REQUEST) newest[caller] = before
    else pool.before[after] = before
  }

  /** An attempt has failed, in whatever way: the next one follows after its back-off, if there is one. */
  function failed(caller: number, attempt: number): void {
    const { attempts, jitter } = specs[caller]
    if (attempt + 1 >= attempts) {
      lost[caller]++
      return
    }
    const wait = jitter === 'none' ? longest[caller][attempt] : longest[caller][attempt] * chance.backoffs.next(caller)
    sim.after(wait, RETRY, caller, attempt + 1)
  }

  return {
    begin,
    close,
    failed,
    /** Multiplies what a caller sends. */
    setLoad(caller: number, times: Ratio): void {
      factor[caller] = times
      drawAgain(caller)
    },
    /** First attempts sent now, /s. */
    rateOf: (caller: number): PerSecond => level[caller] * factor[caller],
    /** Requests of which every attempt failed, and attempts, so far, by caller. */
    lost: lost as Readonly<Float64Array>,
    sent: sent as Readonly<Float64Array>,
  }
}
