/** Single requests: M/M/1 at 90 % load, each request with a time-out that its answer cancels; the mean time is 1/(μ − λ). */
import { Randomness } from '../../dist/lib/engine/random.js'
import { Simulation } from '../../dist/lib/engine/simulation.js'
import { createCallers } from '../../dist/lib/models/requests/callers.js'
import { createRequestPool } from '../../dist/lib/models/requests/pool.js'
import { createStations } from '../../dist/lib/models/requests/stations.js'
import { Entities } from '../../dist/lib/trace/entities.js'

const RATE = 900
const REQUESTS = 3_000_000
/** 1/(1000 − 900) s, and the standard error of the mean of so many: √(2ρ(1+ρ)/((1−ρ)⁴·n))/λ, roughly. */
const TIME = 0.01
const TIME_ERROR = 0.00015

function prepare() {
  const sim = new Simulation()
  const randomness = new Randomness(sim, '7')
  const entities = new Entities()
  const entity = entities.add('service', 'station')
  const key = () => entities.key(entity)
  const pool = createRequestPool(sim)
  let sum = 0
  let answered = 0
  const caller = {
    rate: { kind: 'constant', rate: RATE },
    timeout: 1,
    attempts: 1,
    backoff: { base: 0, cap: 0 },
    jitter: 'none',
  }
  const callers = createCallers(
    sim,
    [caller],
    { arrivals: randomness.streams('arrivals', 1, key), backoffs: randomness.streams('backoffs', 1, key) },
    pool,
    (_, request) => stations.offer(0, request),
  )
  const work = { kind: 'exponential', mean: 0.001 }
  const stations = createStations(
    sim,
    randomness,
    entities,
    [{ entity, work, discipline: 'fifo', limit: Infinity }],
    pool,
    (_, request) => {
      if (pool.caller[request] >= 0) {
        sum += sim.now - pool.sentAt[request]
        answered++
        callers.close(request)
      }
      pool.free(request)
    },
  )
  stations.setServers(0, 1)
  callers.begin()
  const run = () => {
    sim.run(REQUESTS / RATE)
    if (Math.abs(sum / answered - TIME) > 5 * TIME_ERROR) throw new Error(`a request took ${sum / answered} s on average`)
    if (pool.capacity() > 1024) throw new Error(`${pool.capacity()} records`)
    return callers.sent[0]
  }
  return { run }
}

export const benches = [{ name: 'requests', n: 1, prepare }]
