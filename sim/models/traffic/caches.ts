/**
 * Caches that clients have in front of what they call: a share of their requests is answered from there at once, and only the
 * rest is sent. What is lost of a cache comes back with the answers to what was sent: each one that is good fills one item.
 *
 *     share hit = hit · filled     d(filled)/dt = good answers per second / items, until all are there
 *
 * So a cache that a slow service cannot fill stays empty, and an empty one keeps the service slow. Between two changes of the
 * goodput it fills linearly; the share hit follows in whole per cents, rounded to the nearest, so that none is gained or lost.
 */
import type { Simulation } from '../../engine/simulation.ts'
import type { RowId } from '../../trace/trace.ts'
import type { PerSecond, Ratio } from '../../units/quantity.ts'
import { createLevels } from '../level.ts'

export interface CacheSpec {
  /** Share of the requests that a full cache answers, 0 to below 1. */
  readonly hit: Ratio
  /** What a full cache holds. */
  readonly items: number
}

export type Caches = ReturnType<typeof createCaches>

const STEPS = 100
/** Half-way between two steps the nearest one changes. */
const HALVES = Array.from({ length: STEPS }, (_, step) => (step + 0.5) / STEPS)
/** Rounding of what is exactly half-way goes up. */
const UP = 1e-9

/** Caches by client; clients without one hit nothing. `stepped` is called when the share hit is new, and returns the row that says so. */
export function createCaches(
  sim: Simulation,
  specs: readonly (CacheSpec | undefined)[],
  stepped: (client: number, cause: RowId) => RowId,
) {
  const clients = specs.flatMap((spec, client) => (spec === undefined ? [] : [client]))
  const step = sim.column(Uint8Array, specs.length).fill(STEPS) // filled, in per cent, by client
  const good = sim.column(Float64Array, specs.length) // answers that fill it, /s, by client
  const last = sim.column(Uint32Array, specs.length) // row since which it fills, or has filled so far, by client
  const levels = createLevels(
    sim,
    clients.map(() => ({ start: 1, lo: 0, hi: 1, thresholds: HALVES })),
    (level, filled) => follow(clients[level], filled, last[clients[level]]),
  )

  function follow(client: number, filled: Ratio, cause: RowId): void {
    const nearest = Math.floor(filled * STEPS + 0.5 + UP)
    if (nearest === step[client]) return
    step[client] = nearest
    last[client] = stepped(client, cause)
  }

  /** From now on so many of a client's requests are answered well by the service, because of row `cause`. */
  function fill(client: number, answers: PerSecond, cause: RowId): void {
    const spec = specs[client]
    if (spec === undefined) return
    // While it fills each step follows from the one before; where it had come to a stop, from what let it go on.
    if (good[client] === 0) last[client] = cause
    good[client] = answers
    levels.setRate(clients.indexOf(client), answers / spec.items, cause)
  }

  /** A client loses a share of what its cache holds. */
  function lose(client: number, share: Ratio, cause: RowId): void {
    const level = clients.indexOf(client)
    if (level < 0) return
    const left = levels.value(level) * (1 - share)
    levels.set(level, left)
    follow(client, left, cause)
  }

  return {
    fill,
    lose,
    /** How full a client's cache is, to the nearest per cent. */
    filled: (client: number): Ratio => step[client] / STEPS,
    /** Share of a client's requests that its cache answers while it is full. */
    hitWhenFull: (client: number): Ratio => specs[client]?.hit ?? 0,
    /** Share of a client's requests that its cache answers now. */
    hit: (client: number): Ratio => ((specs[client]?.hit ?? 0) * step[client]) / STEPS,
  }
}
