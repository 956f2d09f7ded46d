/**
 * Which attempts time out, and when: those that a dead instance swallowed, and those whose wait and own time together are
 * longer than their caller's time-out.
 *
 * Whether an attempt is late is decided when the head of its queue gets to it; it times out a time-out after it was sent. So
 * where lateness begins or ends, a mark is set in the stream of arrivals, and the time-outs of now are what was sent a
 * time-out ago, between the marks. What is served in vain and what times out are then the very same attempts.
 */
import type { Kind, Simulation } from '../../engine/simulation.ts'
import { onGrid, TICK } from '../../engine/time.ts'
import type { PerSecond, Ratio, Seconds } from '../../units/quantity.ts'
import type { CellQueues } from './cell-queues.ts'
import type { Layout } from './layout.ts'

/** Half-width of what counts as the same age, s: crossings are rounded to the grid. */
const SAME_AGE = 2 * TICK

/** `passed` is called from an event when the attempts that time out in a cell change with a mark. */
export function createDeadlines(
  sim: Simulation,
  { clientsOf, serviceOf, edgeOf, edgeCount, cellOfEdge }: Layout,
  queues: CellQueues,
  timeouts: readonly Seconds[],
  passed: (cell: number) => void,
) {
  const timeout = timeouts.map(onGrid)
  const isLate = sim.column(Uint8Array, edgeCount) // whether what is served now has timed out or will, by edge
  const timesOut = sim.column(Uint8Array, edgeCount) // whether what joined a time-out ago was late, by edge
  const sentAt = sim.column(Float64Array, edgeCount).fill(-1) // breakpoint that held a time-out ago, by edge

  const MARK: Kind = sim.on((edge: number, late: number) => {
    timesOut[edge] = late
    passed(cellOfEdge[edge])
  })

  /** Decides for each client of a cell whether its attempts that are served from now on are late. */
  function judge(cell: number, ownTime: Seconds, age: Seconds, ageing: number): void {
    const callers = clientsOf[serviceOf[cell]]
    for (let i = 0; i < callers.length; i++) {
      const edge = edgeOf[cell] + i
      const limit = timeout[callers[i]] - ownTime
      let late = age > limit ? 1 : 0
      if (queues.isBusy[cell] === 1 && Math.abs(age - limit) <= SAME_AGE) {
        late = ageing === 0 ? isLate[edge] : ageing > 0 ? 1 : 0
      }
      if (late === isLate[edge]) continue
      isLate[edge] = late
      // Marks move through the queue in order, and none times out before it is set: what is at the head is not yet as old as
      // its time-out, or was late already.
      const at = sim.now - age + timeout[callers[i]]
      if (at <= sim.now) timesOut[edge] = late
      else sim.at(at, MARK, edge, late)
    }
  }

  /** Moves to the breakpoints that held a time-out ago, and drops those before all that can still matter. */
  function advance(cell: number): void {
    const curve = queues.curves[cell]
    const callers = clientsOf[serviceOf[cell]]
    let oldest = queues.head[cell]
    for (let i = 0; i < callers.length; i++) {
      const patience = timeout[callers[i]]
      if (patience === Infinity) continue
      const edge = edgeOf[cell] + i
      while (sentAt[edge] < curve.last && curve.timeOf(sentAt[edge] + 1) + patience <= sim.now) sentAt[edge]++
      if (sentAt[edge] < oldest) oldest = sentAt[edge]
    }
    curve.forgetBefore(oldest)
  }

  /** Share of what was offered a time-out ago that times out now. */
  function shareTimingOut(cell: number, edge: number): Ratio {
    const sent = sentAt[edge]
    if (sent < 0) return 0
    const curve = queues.curves[cell]
    return curve.joinsOf(sent) * timesOut[edge] + curve.vanishesOf(sent)
  }

  /** Attempts of a class that were offered a time-out ago, per second. */
  function offeredThen(cell: number, edge: number, ofClass: number): PerSecond {
    return queues.curves[cell].offeredOf(sentAt[edge], ofClass)
  }

  /** Time until the age of the oldest crosses what is left of some client's time-out, s. */
  function untilCrossing(cell: number, ownTime: Seconds, age: Seconds, ageing: number): Seconds {
    const callers = clientsOf[serviceOf[cell]]
    let until = Infinity
    for (let i = 0; i < callers.length; i++) {
      const patience = timeout[callers[i]]
      const crosses = isLate[edgeOf[cell] + i] === 1 ? ageing < 0 : ageing > 0
      if (crosses && patience < Infinity) until = Math.min(until, (patience - ownTime - age) / ageing)
    }
    return until
  }

  /** The next moment at which what was sent a time-out before changes, and that matters, s. */
  function nextChange(cell: number): Seconds {
    const curve = queues.curves[cell]
    const callers = clientsOf[serviceOf[cell]]
    let next = Infinity
    for (let i = 0; i < callers.length; i++) {
      const edge = edgeOf[cell] + i
      const sent = sentAt[edge]
      const matters = timesOut[edge] === 1 || (curve.lastLossy >= 0 && sent <= curve.lastLossy)
      if (matters && sent < curve.last) next = Math.min(next, curve.timeOf(sent + 1) + timeout[callers[i]])
    }
    return next
  }

  return { isLate: isLate as Readonly<Uint8Array>, judge, advance, shareTimingOut, offeredThen, untilCrossing, nextChange }
}
