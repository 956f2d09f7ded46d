/**
 * What clients send: first attempts at the rate of their load shape, and after a failure further ones after a back-off. Is
 * told how many attempts per second fail and knows nothing of why.
 *
 * A change Δ of the failures of one attempt changes the rate of the next by Δ/8 after each of eight equal parts ("atoms") of
 * the back-off law, booked in the two neighbouring bins of a narrow time raster so that its mean time is kept. The rates
 * between two bins are constant: the cost lies in changes, not in requests.
 */
import { type EventId, NO_EVENT } from '../../engine/calendar.ts'
import type { Simulation } from '../../engine/simulation.ts'
import type { PerSecond, Ratio, Seconds } from '../../units/quantity.ts'
import { checkShape, type LoadShape, meanRate, stepEnd } from './load-shape.ts'

export interface SenderSpec {
  readonly rate: LoadShape
  /** Share of that rate that this sender stands for; all of it unless told. */
  readonly share?: Ratio
  /** How long a caller waits for an answer; Infinity for ever. */
  readonly timeout: Seconds
  /** Attempts at one request, the first one included; 1 is no retry. */
  readonly attempts: number
  /** Retry i (from 0) waits up to min(base · 2^i, cap). */
  readonly backoff: { readonly base: Seconds; readonly cap: Seconds }
  /** `full`: the wait is uniform between 0 and that time; `none`: exactly that time. */
  readonly jitter: 'full' | 'none'
}

/** Parts of equal mass that stand for the law of the back-off. */
const ATOMS = 8
/** A change of the retries below this share of the client's rate waits for the next bin, unless there is none. */
const CARRIED = 2 ** -10
/** A change of the failures below this share of the client's rate is not passed on, so that feedback comes to rest. */
const NEGLIGIBLE = 2 ** -20
const BIN_MIN = 2 ** -8
const BINS_MAX = 4096

/**
 * `loadChanged` and `retriesChanged` are called from events, with the client whose rates are new.
 */
export function createSenders(
  sim: Simulation,
  specs: readonly SenderSpec[],
  loadChanged: (client: number) => void,
  retriesChanged: (client: number) => void,
) {
  for (const spec of specs) check(spec)
  /** First class of each client; class first + j is its attempt j, from 0. */
  const first = new Int32Array(specs.length + 1)
  for (let client = 0; client < specs.length; client++) first[client + 1] = first[client] + specs[client].attempts
  const classes = first[specs.length]

  const rate = sim.column(Float64Array, classes) // attempts sent, /s, by class
  const failing = sim.column(Float64Array, classes) // attempts failing, /s, by class, as far as passed on to the bins
  const due = sim.column(Float64Array, classes) // what `rate` would be had no bin been carried, by class
  const level = sim.column(Float64Array, specs.length) // /s, of the present step of the load shape
  const factor = sim.column(Float64Array, specs.length).fill(1)
  const hit = sim.column(Float64Array, specs.length) // share of the requests that need not be sent, by client
  const issued = sim.column(Float64Array, specs.length) // requests, /s, whether sent or not, by client
  const nextBin = sim.column(Float64Array, specs.length).fill(Infinity) // number of the earliest bin in use
  const binsInUse = sim.column(Int32Array, specs.length)
  const binTimer = sim.column(Float64Array, specs.length).fill(NO_EVENT)
  const timerAt = sim.column(Float64Array, specs.length) // s, of the pending timer

  const delay = new Float64Array(classes) // longest wait before the attempt, s, by class
  specs.forEach(({ attempts, backoff }, client) => {
    for (let j = 1, wait = backoff.base; j < attempts; j++, wait *= 2) delay[first[client] + j] = Math.min(wait, backoff.cap)
  })
  const width = specs.map((spec, client) => binWidth(spec.timeout, delay[first[client + 1] - 1]))
  const size = specs.map((_, client) => Math.ceil(delay[first[client + 1] - 1] / width[client]) + 3)
  const change = specs.map(({ attempts }, client) => sim.column(Float64Array, size[client] * attempts)) // /s, by bin, attempt
  const inUse = size.map(count => sim.column(Uint8Array, count))

  const STEP = sim.on((client: number) => {
    followShape(client)
    loadChanged(client)
  })
  const BIN = sim.on((client: number) => {
    binTimer[client] = NO_EVENT
    if (applyBin(client)) retriesChanged(client)
    armBins(client)
  })
  for (let client = 0; client < specs.length; client++) followShape(client)

  /** Sets the level of the step that begins now. */
  function followShape(client: number): void {
    const shape = specs[client].rate
    const end = stepEnd(shape, sim.now)
    level[client] = meanRate(shape, sim.now, end)
    setFactor(client, factor[client])
    if (end < Infinity) sim.at(end, STEP, client)
  }

  /** Multiplies the load of a client, whatever its shape says. */
  function setFactor(client: number, value: number): void {
    factor[client] = value
    issued[client] = level[client] * value * (specs[client].share ?? 1)
    rate[first[client]] = issued[client] - issued[client] * hit[client]
  }

  /** From now on a share of a client's requests is answered by a cache of its own, and not sent. */
  function setHit(client: number, share: Ratio): void {
    hit[client] = share
    setFactor(client, factor[client])
  }

  /** From now on `rateFailing` of the attempts number `attempt` of a client fail per second. Returns whether that is news. */
  function fail(client: number, attempt: number, rateFailing: PerSecond): boolean {
    const ofClass = first[client] + attempt
    const delta = rateFailing - failing[ofClass]
    if (delta === 0 || (rateFailing > 0 && Math.abs(delta) <= NEGLIGIBLE * rate[first[client]])) return false
    failing[ofClass] = rateFailing
    if (attempt + 1 >= specs[client].attempts) return true
    const wait = delay[ofClass + 1]
    if (specs[client].jitter === 'none') book(client, attempt + 1, wait, delta)
    else for (let j = 0; j < ATOMS; j++) book(client, attempt + 1, (wait * (j + 0.5)) / ATOMS, delta / ATOMS)
    armBins(client)
    return true
  }

  /** Splits a change of rate in `wait` seconds over the neighbouring bins; never into a bin that has passed. */
  function book(client: number, attempt: number, wait: Seconds, delta: PerSecond): void {
    const earliest = Math.floor(sim.now / width[client]) + 1
    const position = (sim.now + wait) / width[client]
    const bin = Math.floor(position)
    const share = position - bin
    put(client, attempt, Math.max(bin, earliest), delta * (1 - share))
    if (share > 0) put(client, attempt, bin + 1, delta * share)
  }

  function put(client: number, attempt: number, bin: number, delta: PerSecond): void {
    const slot = bin % size[client]
    change[client][slot * specs[client].attempts + attempt] += delta
    if (inUse[client][slot] === 1) return
    inUse[client][slot] = 1
    binsInUse[client]++
    if (bin < nextBin[client]) nextBin[client] = bin
  }

  /** Takes over the changes of the bin that is due. Returns whether any rate is new. */
  function applyBin(client: number): boolean {
    const bin = nextBin[client]
    const slot = bin % size[client]
    const { attempts } = specs[client]
    inUse[client][slot] = 0
    const isLast = --binsInUse[client] === 0
    let isNew = isLast
    for (let j = 1; j < attempts; j++) {
      const ofClass = first[client] + j
      due[ofClass] += change[client][slot * attempts + j]
      change[client][slot * attempts + j] = 0
      // With nothing on its way the retries are what fails, to the last digit: rounding errors do not pile up.
      if (isLast) due[ofClass] = failing[ofClass - 1]
      if (Math.abs(due[ofClass] - rate[ofClass]) > CARRIED * rate[first[client]]) isNew = true
    }
    nextBin[client] = isLast ? Infinity : binAfter(client, bin)
    if (isNew) for (let j = 1; j < attempts; j++) rate[first[client] + j] = Math.max(0, due[first[client] + j])
    return isNew
  }

  function binAfter(client: number, bin: number): number {
    let next = bin + 1
    while (inUse[client][next % size[client]] === 0) next++
    return next
  }

  function armBins(client: number): void {
    const at = nextBin[client] * width[client]
    if (binTimer[client] !== NO_EVENT) {
      if (timerAt[client] === at) return
      sim.cancel(binTimer[client] as EventId)
    }
    timerAt[client] = at
    binTimer[client] = at < Infinity ? sim.at(at, BIN, client) : NO_EVENT
  }

  return {
    /** Number of the first class of each client. */
    first,
    /** Attempts sent now, /s, by class. */
    rate: rate as Readonly<Float64Array>,
    /** Requests now, /s, by client: first attempts, and what need not be sent. */
    issued: issued as Readonly<Float64Array>,
    setFactor,
    setHit,
    fail,
    /** How long a request may take at most, with all attempts and the longest waits between them, s, by client. */
    patience: specs.map(
      ({ timeout, attempts }, client): Seconds =>
        attempts * timeout + delay.slice(first[client], first[client + 1]).reduce((sum, wait) => sum + wait, 0),
    ) as readonly Seconds[],
    /** Whether changes of the retries are on their way. */
    isWaiting: (client: number): boolean => binsInUse[client] > 0,
  }
}

/** A power of two up to 1/16 of the time-out, yet so that the longest back-off takes no more than 4096 bins. */
function binWidth(timeout: Seconds, longestDelay: Seconds): Seconds {
  let width = 1 / 16
  if (timeout < Infinity) {
    while (width * 32 <= timeout) width *= 2
    while (width * 16 > timeout && width > BIN_MIN) width /= 2
  }
  while (width * BINS_MAX < longestDelay) width *= 2
  return width
}

function check({ rate, timeout, attempts, backoff }: SenderSpec): void {
  checkShape(rate)
  if (!(timeout > 0)) throw new RangeError(`a time-out must be more than 0 s, got ${timeout}`)
  if (!(Number.isInteger(attempts) && attempts >= 1)) throw new RangeError(`attempts must be 1 or more, got ${attempts}`)
  if (!(backoff.base >= 0 && backoff.cap >= 0)) throw new RangeError(`a back-off must be at least 0 s, got ${backoff.base}`)
}
