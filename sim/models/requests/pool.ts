/** Records of the requests that are under way, in columns that grow with the most there ever were at once; slots are used again. */
import type { Simulation } from '../../engine/simulation.ts'
import type { Seconds } from '../../units/quantity.ts'

export const NO_REQUEST = -1
/** It is at no server. */
export const NO_STATION = -1
const FIRST_CAPACITY = 256

const COLUMNS = ['sentAt', 'caller', 'attempt', 'isHeld', 'station', 'end', 'endAt', 'before', 'after', 'line'] as const
type Column = Float64Array | Int32Array | Uint8Array

export type RequestPool = ReturnType<typeof createRequestPool>

export function createRequestPool(sim: Simulation) {
  let free = NO_REQUEST // the first unused slot below `used`; linked by `line`
  let used = 0
  const pool = {
    /** When it was sent, s. */
    sentAt: new Float64Array(FIRST_CAPACITY),
    /** Who waits for it; −1 for nobody any more. */
    caller: new Int32Array(FIRST_CAPACITY),
    /** Which attempt it is, from 0. */
    attempt: new Uint8Array(FIRST_CAPACITY),
    /** Whether a station holds it. */
    isHeld: new Uint8Array(FIRST_CAPACITY),
    /** The station at whose servers it is, or −1; the event of its end there, and when that is, s. */
    station: new Int32Array(FIRST_CAPACITY),
    end: new Float64Array(FIRST_CAPACITY),
    endAt: new Float64Array(FIRST_CAPACITY),
    /** Its neighbours in the line of its caller's open requests. */
    before: new Int32Array(FIRST_CAPACITY),
    after: new Int32Array(FIRST_CAPACITY),
    /** The next one in the line of its station. */
    line: new Int32Array(FIRST_CAPACITY),
    take,
    free: release,
    /** Slots that were ever in use: all requests have numbers below. */
    used: () => used,
    capacity: () => pool.sentAt.length,
  }
  sim.keep({
    save: () => ({ free, used, columns: COLUMNS.map(name => pool[name].slice()) }),
    restore: saved => {
      const from = saved as { free: number; used: number; columns: Column[] }
      free = from.free
      used = from.used
      for (const [i, name] of COLUMNS.entries()) set(name, from.columns[i].slice())
    },
  })

  function set(name: (typeof COLUMNS)[number], column: Column): void {
    ;(pool as Record<string, unknown>)[name] = column
  }

  function take(caller: number, attempt: number, now: Seconds): number {
    let request = free
    if (request !== NO_REQUEST) free = pool.line[request]
    else {
      if (used === pool.sentAt.length) grow()
      request = used++
    }
    pool.sentAt[request] = now
    pool.caller[request] = caller
    pool.attempt[request] = attempt
    pool.isHeld[request] = 0
    pool.station[request] = NO_STATION
    return request
  }

  function release(request: number): void {
    pool.line[request] = free
    free = request
  }

  function grow(): void {
    for (const name of COLUMNS) {
      const column = pool[name]
      const wider = new (column.constructor as new (length: number) => Column)(column.length * 2)
      wider.set(column)
      set(name, wider)
    }
  }

  return pool
}
