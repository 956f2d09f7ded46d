/** Waiting in line when arrivals come by chance: Erlang's two formulas. Load is in erlangs: arrival rate × service time. */
import type { Ratio } from '../units/quantity.ts'

/**
 * Probability that an arrival is turned away where nobody may wait; of the law of service times only the mean counts.
 * Source: Erlang's B, by its recursion in the number of servers.
 */
export function erlangB(servers: number, load: number): Ratio {
  let blocked = 1
  for (let c = 1; c <= servers; c++) blocked = (load * blocked) / (c + load * blocked)
  return blocked
}

/**
 * Probability that an arrival has to wait where everybody may, service times exponential. 1 when the load is not less than the
 * servers. Source: Erlang's C.
 */
export function erlangC(servers: number, load: number): Ratio {
  if (load >= servers) return 1
  const blocked = erlangB(servers, load)
  return (servers * blocked) / (servers - load * (1 - blocked))
}

/** What an M/M/c queue comes to in the long run. */
export interface WaitingLine {
  /** Probability of having to wait. */
  readonly wait: Ratio
  /** Mean time waiting, and waiting plus service; in the unit of the service time. */
  readonly meanWait: number
  readonly meanStay: number
  /** Mean number waiting, and waiting or in service. */
  readonly waiting: number
  readonly present: number
}

/** An M/M/c queue. `rate` is of arrivals, `service` the mean service time. Infinite when it cannot keep up. */
export function waitingLine(servers: number, rate: number, service: number): WaitingLine {
  const load = rate * service
  const wait = erlangC(servers, load)
  const meanWait = load < servers ? (wait * service) / (servers - load) : Infinity
  return { wait, meanWait, meanStay: meanWait + service, waiting: rate * meanWait, present: rate * meanWait + load }
}
