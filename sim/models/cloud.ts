/** A wired cloud: every model of one simulation, for effects and plans to act on. Only `scenario/build.ts` makes one. */
import type { Randomness } from '../engine/random.ts'
import type { Simulation } from '../engine/simulation.ts'
import type { Entities } from '../trace/entities.ts'
import type { Trace } from '../trace/trace.ts'
import type { Seconds } from '../units/quantity.ts'
import type { Balancer } from './balancer.ts'
import type { Buckets } from './buckets.ts'
import type { Cards } from './cards.ts'
import type { Cells } from './cells.ts'
import type { Clients } from './clients.ts'
import type { ControlPlanes } from './control-plane.ts'
import type { Cooling } from './cooling.ts'
import type { Crews } from './crews.ts'
import type { Databases } from './database.ts'
import type { DegradedHosts } from './degraded-hosts.ts'
import type { Fabric } from './fabric.ts'
import type { Firmware } from './firmware.ts'
import type { HostIo } from './host-io.ts'
import type { Hosts } from './hosts.ts'
import type { Leases } from './leases/leases.ts'
import type { Needs } from './needs.ts'
import type { Network } from './network.ts'
import type { Places } from './places.ts'
import type { Pool } from './pool.ts'
import type { Power } from './power/power.ts'
import type { Records } from './records.ts'
import type { Resizes } from './resizes.ts'
import type { Services } from './services.ts'
import type { Tenants } from './tenants.ts'
import type { Traffic } from './traffic/traffic.ts'
import type { Volumes } from './volumes/volumes.ts'

export interface Cloud {
  readonly sim: Simulation
  /** When the run ends, s: what would happen later need not be scheduled. */
  readonly horizon: Seconds
  readonly trace: Trace
  readonly randomness: Randomness
  readonly entities: Entities
  readonly places: Places
  readonly hosts: Hosts
  readonly degraded: DegradedHosts
  readonly hostIo: HostIo
  readonly fabric: Fabric
  readonly cards: Cards
  readonly firmware: Firmware
  readonly pool: Pool
  readonly power: Power
  readonly cooling: Cooling
  readonly network: Network
  readonly needs: Needs
  readonly tenants: Tenants
  readonly services: Services
  readonly databases: Databases
  readonly controlPlanes: ControlPlanes
  readonly records: Records
  readonly crews: Crews
  readonly leases: Leases
  readonly volumes: Volumes
  readonly traffic: Traffic
  readonly clients: Clients
  readonly balancer: Balancer
  readonly cells: Cells
  readonly buckets: Buckets
  readonly resizes: Resizes
  /** Requests arriving at a service now, per second. */
  readonly offered: (service: number) => number
  /** Requests that one instance of a service can serve per second. */
  readonly capacityOf: (service: number) => number
  /** Cells of a service, by its number. */
  readonly cellsOf: (service: number) => readonly number[]
}
