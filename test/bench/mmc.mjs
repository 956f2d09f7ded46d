/** M/M/16 at 90 % load, one million customers, two events each; the mean wait is checked against Erlang C. */
import { sample } from '../../dist/lib/engine/distribution.js'
import { Randomness } from '../../dist/lib/engine/random.js'
import { Simulation } from '../../dist/lib/engine/simulation.js'
import { createJobQueue } from '../../dist/lib/models/queue.js'
import { Trace } from '../../dist/lib/trace/trace.js'
import { PlainSimulation } from './plain-heap.mjs'

const CUSTOMERS = 1_000_000
const SERVERS = 16
const BETWEEN = { kind: 'exponential', mean: 1 / 14.4 }
const SERVICE = { kind: 'exponential', mean: 1 }
/** Mean wait by Erlang C, s, and the standard error of its estimate from that many customers (test/oracle/birth-death.ts). */
const WAIT = 0.36959
const WAIT_ERROR = 0.0114

/** The queue in ten lines, on whatever schedules `arrive` and `leave`. */
function station(now, scheduleArrival, scheduleLeave) {
  const line = new Float64Array(1 << 16)
  let first = 0
  let last = 0
  let busy = 0
  let arrived = 0
  let served = 0
  let wait = 0
  return {
    arrive() {
      if (++arrived < CUSTOMERS) scheduleArrival()
      if (busy < SERVERS) {
        busy++
        scheduleLeave()
      } else line[last++ & 0xffff] = now()
    },
    leave() {
      served++
      if (first < last) {
        wait += now() - line[first++ & 0xffff]
        scheduleLeave()
      } else busy--
    },
    check: () => check(served, wait),
  }
}

function check(served, wait) {
  if (served !== CUSTOMERS) throw new Error(`${served} customers served`)
  const mean = wait / CUSTOMERS
  if (Math.abs(mean - WAIT) > 4 * WAIT_ERROR) throw new Error(`mean wait ${mean} s, not ${WAIT} s`)
}

function mmc() {
  const sim = new Simulation()
  const randomness = new Randomness(sim, '7')
  const arrivals = randomness.stream('arrivals')
  const service = randomness.stream('service')
  const ARRIVE = sim.on(() => queue.arrive())
  const LEAVE = sim.on(() => queue.leave())
  const queue = station(
    () => sim.now,
    () => sim.after(sample(BETWEEN, arrivals), ARRIVE, 0),
    () => sim.after(sample(SERVICE, service), LEAVE, 0),
  )
  sim.at(0, ARRIVE, 0)
  sim.run(1e6)
  queue.check()
}

function mmcPlain() {
  const sim = new PlainSimulation()
  const randomness = new Randomness(new Simulation(), '7')
  const arrivals = randomness.stream('arrivals')
  const service = randomness.stream('service')
  const queue = station(
    () => sim.now,
    () => sim.after(sample(BETWEEN, arrivals), () => queue.arrive()),
    () => sim.after(sample(SERVICE, service), () => queue.leave()),
  )
  sim.after(0, () => queue.arrive())
  sim.run(Infinity)
  queue.check()
}

/** The same through the queue of jobs that models use; with its backlog rows when `trace` keeps them. */
function jobs(trace) {
  const sim = new Simulation()
  const randomness = new Randomness(sim, '7')
  const arrivals = randomness.stream('arrivals')
  const service = randomness.stream('service')
  const arrivedAt = new Float64Array(CUSTOMERS)
  let served = 0
  let wait = 0
  const queue = createJobQueue(sim, trace, {
    entity: 1,
    servers: SERVERS,
    serviceTime: customer => {
      wait += sim.now - arrivedAt[customer]
      return sample(SERVICE, service)
    },
    onDone: () => {
      served++
    },
  })
  const ARRIVE = sim.on(customer => {
    arrivedAt[customer] = sim.now
    if (customer + 1 < CUSTOMERS) sim.after(sample(BETWEEN, arrivals), ARRIVE, customer + 1)
    queue.submit(customer, 0)
  })
  sim.at(0, ARRIVE, 0)
  sim.run(1e6)
  check(served, wait)
}

/** A trace that keeps nothing. */
class SilentTrace extends Trace {
  write() {
    return 0
  }
}

export const benches = [
  ['mmc', mmc],
  ['mmc-plain', mmcPlain],
  ['jobs', () => jobs(new SilentTrace())],
  ['jobs-traced', () => jobs(new Trace())],
].map(([name, run]) => ({
  name,
  n: SERVERS,
  prepare: () => ({
    run() {
      run()
      return 2 * CUSTOMERS
    },
  }),
}))
