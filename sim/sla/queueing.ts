/** Waiting in line when arrivals come by chance. Load is in erlangs: arrival rate × service time. */
import { exp, ln } from '../engine/elementary.ts'
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

/**
 * Mean time waiting for one server that takes everybody in turn, whatever the law of service times: `cv` is its coefficient of
 * variation, `service` its mean. Infinite when the server cannot keep up. Source: Pollaczek and Khinchine's formula.
 */
export function meanWaitOfOne(rate: number, service: number, cv: number): number {
  const load = rate * service
  return load < 1 ? (load * service * (1 + cv * cv)) / (2 * (1 - load)) : Infinity
}

/** What an M/M/c/K queue comes to in the long run: as many as find no room are turned away. */
export interface FiniteLine {
  /** Share of time in which nobody is there. */
  readonly empty: Ratio
  /** Probability that an arrival is turned away. */
  readonly loss: Ratio
  /** Served per unit of time. */
  readonly throughput: number
  /** Of those who are taken in: mean time waiting, and waiting plus service. */
  readonly meanWait: number
  readonly meanStay: number
  /** Mean number waiting, and waiting or in service. */
  readonly waiting: number
  readonly present: number
}

/** An M/M/c/K queue; `room` is for those in service too. */
export function finiteLine(servers: number, room: number, rate: number, service: number): FiniteLine {
  // Weights of the states from the likeliest outwards, so that none overflows.
  const likeliest = Math.min(room, Math.floor(rate * service))
  const weights = new Array<number>(room + 1).fill(1)
  for (let n = likeliest; n < room; n++) weights[n + 1] = (weights[n] * rate * service) / Math.min(n + 1, servers)
  for (let n = likeliest; n > 0; n--) weights[n - 1] = (weights[n] * Math.min(n, servers)) / (rate * service)
  let total = 0
  let waiting = 0
  let present = 0
  let accepted = 0
  for (let n = 0; n <= room; n++) {
    total += weights[n]
    present += n * weights[n]
    waiting += Math.max(0, n - servers) * weights[n]
    if (n < room) accepted += weights[n]
  }
  const throughput = (rate * accepted) / total
  return {
    empty: weights[0] / total,
    loss: weights[room] / total,
    throughput,
    meanWait: waiting / total / throughput,
    meanStay: present / total / throughput,
    waiting: waiting / total,
    present: present / total,
  }
}

/**
 * Probability of more than `count` where the number has Poisson's law with this mean: jobs in service when nobody ever waits,
 * whatever the law of service times (M/G/∞).
 */
export function poissonAbove(mean: number, count: number): Ratio {
  let logarithm = -mean
  for (let n = 1; n <= count + 1; n++) logarithm += ln(mean / n)
  let term = exp(logarithm) // of count + 1
  let sum = 0
  for (let n = count + 2; sum + term !== sum; n++) {
    sum += term
    term *= mean / n
  }
  return sum
}
