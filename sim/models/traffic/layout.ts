/**
 * Who calls whom, as numbers. Cells are numbered through, service by service. An *edge* is a cell and a client that calls it;
 * a *class* of a cell is one attempt (the first, the second …) of one such client. Both are consecutive within a cell:
 * client i of a cell's callers has edge `edgeOf[cell] + i`, class k of the cell is at `classOf[cell] + k`.
 */
import type { Seconds } from '../../units/quantity.ts'

interface Caller {
  readonly service: number
  readonly attempts: number
  readonly timeout: Seconds
}

interface Callee {
  readonly cells: readonly unknown[]
}

export type Layout = ReturnType<typeof createLayout>

export function createLayout(clients: readonly Caller[], services: readonly Callee[]) {
  const clientsOf = services.map((_, service) => clients.flatMap((client, i) => (client.service === service ? [i] : [])))
  const classesOf = clientsOf.map(callers => callers.reduce((sum, client) => sum + clients[client].attempts, 0))
  const serviceOf = Int32Array.from(services.flatMap(({ cells }, service) => cells.map(() => service)))
  const classOf = runningSum(Array.from(serviceOf, service => classesOf[service]))
  const edgeOf = runningSum(Array.from(serviceOf, service => clientsOf[service].length))
  const cellCount = serviceOf.length
  const cellOfEdge = new Int32Array(edgeOf[cellCount])
  for (let cell = 0; cell < cellCount; cell++) cellOfEdge.fill(cell, edgeOf[cell], edgeOf[cell + 1])
  return {
    cellCount,
    edgeCount: edgeOf[cellCount],
    /** Classes of all cells together. */
    classCount: classOf[cellCount],
    /** Callers, by service. */
    clientsOf: clientsOf as readonly (readonly number[])[],
    /** Number of classes in each cell of a service, by service. */
    classesOf: classesOf as readonly number[],
    /** The first cell, by service; one entry more than services. */
    firstCell: runningSum(services.map(({ cells }) => cells.length)),
    serviceOf,
    classOf,
    edgeOf,
    cellOfEdge,
    /** The shortest time-out of a client that tries again, s, by service; Infinity when nobody does. */
    retryTimeout: clientsOf.map(callers =>
      callers.reduce((least, i) => (clients[i].attempts > 1 ? Math.min(least, clients[i].timeout) : least), Infinity),
    ),
  }
}

/** Where each of consecutive runs of these lengths begins, and where the last ends. */
function runningSum(lengths: readonly number[]): Int32Array {
  const sums = new Int32Array(lengths.length + 1)
  for (let i = 0; i < lengths.length; i++) sums[i + 1] = sums[i] + lengths[i]
  return sums
}
