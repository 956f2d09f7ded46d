/**
 * Restarting what stood on hosts that are back: instances of our services and other customers' alike go through one queue in
 * each data centre, which lets so many through a minute. Power back is not service back, and here is one reason.
 */
import type { Simulation } from '../engine/simulation.ts'
import type { EntityId } from '../trace/entities.ts'
import type { RowId, Trace } from '../trace/trace.ts'
import type { Places } from './places.ts'
import { createJobQueue, type JobId } from './queue.ts'

type Restarted = (target: number, cause: RowId) => void

export type Restarts = ReturnType<typeof createRestarts>

export function createRestarts(sim: Simulation, trace: Trace, places: Places, queues: readonly EntityId[]) {
  let instanceRestarted: Restarted | undefined
  let tenantsRestarted: Restarted | undefined
  let tenantsOn = (_host: number): number => 0

  // An instance's job is twice its number, that of the other customers on a host one more than twice the host's.
  const byDatacentre = places.datacentres.map((datacentre, d) =>
    createJobQueue(sim, trace, {
      entity: queues[d],
      servers: 1,
      priorities: 2,
      serviceTime: target => (target % 2 === 0 ? 1 : tenantsOn(target >>> 1)) / datacentre.plan.restartRate,
      onStart: (_target, cause) => cause,
      onDone: (target, cause) => {
        const restarted = target % 2 === 0 ? instanceRestarted : tenantsRestarted
        restarted?.(target >>> 1, cause)
      },
    }),
  )
  const queueOf = (host: number) => byDatacentre[places.datacentreOfHost[host]]

  return {
    /** Queues an instance that stands on `host`; `isFirst` puts it before everybody who is not. */
    submitInstance: (instance: number, host: number, isFirst: boolean, cause: RowId): JobId =>
      queueOf(host).submit(instance * 2, cause, isFirst ? 0 : 1),
    /** Queues the other customers' instances on a host, as one batch. */
    submitTenants: (host: number, cause: RowId): JobId => queueOf(host).submit(host * 2 + 1, cause, 1),
    withdraw: (host: number, job: JobId, cause: RowId): void => queueOf(host).withdraw(job, cause),
    onInstance: (restarted: Restarted): void => {
      instanceRestarted = restarted
    },
    /** Who hears of other customers' restarts, and knows how many of their instances stand on a host. */
    onTenants: (restarted: Restarted, standing: (host: number) => number): void => {
      tenantsRestarted = restarted
      tenantsOn = standing
    },
  }
}
