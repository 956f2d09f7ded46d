/**
 * A database with a primary and a standby: one writes, the other follows. When the primary is gone for longer than it takes
 * to notice, the standby is promoted, if the failover works; else everyone waits for the primary to come back and to replay
 * its log. The service is held down meanwhile; callers see it through their needs.
 *
 * A primary that cannot be reached from anywhere is as good as gone, but runs on: reached again in time, it writes on at once.
 *
 * Writes acknowledged by an asynchronous primary and not yet at the standby are lost when that standby is promoted.
 */
import type { EventId } from '../engine/calendar.ts'
import { NO_EVENT } from '../engine/calendar.ts'
import { sample } from '../engine/distribution.ts'
import type { Randomness } from '../engine/random.ts'
import type { Simulation } from '../engine/simulation.ts'
import type { Entities } from '../trace/entities.ts'
import { defineRows } from '../trace/row-kinds.ts'
import { NO_CAUSE, type RowId, type Trace } from '../trace/trace.ts'
import type { Law } from '../units/law.ts'
import type { Ratio, Seconds } from '../units/quantity.ts'
import type { Network } from './network.ts'
import type { Services } from './services.ts'

export interface DatabaseSpec {
  readonly service: number
  /** Whether there is a second replica to fail over to; it is then instance 2, the first primary being instance 1. */
  readonly standby: boolean
  /** How far the standby is behind, s; 0 when every write waits for both. */
  readonly lag: Seconds
  readonly detect: Seconds
  readonly promote: Law
  /** Share of failovers that work. */
  readonly coverage: Ratio
  /** From a primary that is back to one that serves: crash recovery, s. */
  readonly replay: Law
  /** Writes acknowledged per second, for counting what is lost. */
  readonly writesPerSecond: () => number
}

const Row = defineRows('database', {
  'primary-lost': { says: { en: '{subject} loses its primary', zh: '{subject} 主库丢失' }, level: 1 },
  detected: {
    says: { en: '{subject}: the loss of the primary is noticed', zh: '检测到 {subject} 主库丢失' },
    hop: 'detect',
    limit: 'primary-detection',
  },
  promoting: { says: { en: '{subject} promotes its standby', zh: '{subject} 开始提升备库' }, hop: 'decide' },
  promoted: {
    says: {
      en: '{subject}: the standby is the primary now, {a} acknowledged writes are lost',
      zh: '{subject} 备库已升为主库；丢失 {a} 次已确认写入',
    },
    a: 'count',
    hop: 'work',
    limit: 'promotion',
    level: 1,
  },
  uncovered: { says: { en: '{subject}: the failover does not work', zh: '{subject} 故障切换失败' }, hop: 'decide', level: 1 },
  replaying: {
    says: { en: '{subject}: the primary is back and replays its log', zh: '{subject} 主库恢复，正在回放日志' },
    hop: 'boot',
  },
  up: { says: { en: '{subject} takes writes again', zh: '{subject} 恢复写入' }, hop: 'work', limit: 'log-replay', level: 1 },
})

/** What a database is doing: serving, not yet noticed, noticed with nobody to promote, promoting, replaying. */
const [SERVES, UNNOTICED, HELPLESS, PROMOTING, REPLAYING] = [0, 1, 2, 3, 4]

export type Databases = ReturnType<typeof createDatabases>

export function createDatabases(
  sim: Simulation,
  trace: Trace,
  randomness: Randomness,
  entities: Entities,
  services: Services,
  network: Network,
  specs: readonly DatabaseSpec[],
) {
  const phase = sim.column(Uint8Array, specs.length)
  const primary = sim.column(Uint8Array, specs.length) // 0 or 1: which replica writes, by database
  const cut = sim.column(Uint8Array, specs.length * 2) // whether a replica cannot be reached, by database and replica
  const crashed = sim.column(Uint8Array, specs.length) // whether the primary has to replay its log before it writes
  const unreplicated = sim.column(Float64Array, specs.length) // writes only the lost primary had, by database
  const next = sim.column(Float64Array, specs.length) // pending detection, promotion or end of replay
  const entityOf = (database: number) => services.specs[specs[database].service].entity
  const stream = (database: number, purpose: string) => randomness.stream(`${entities.id(entityOf(database))}/${purpose}`)
  const promotions = specs.map((_, database) => stream(database, 'promote'))
  const coverages = specs.map((_, database) => stream(database, 'coverage'))
  const replays = specs.map((_, database) => stream(database, 'replay'))
  const ofService = new Map(specs.map((spec, database) => [spec.service, database]))

  const DETECTED = sim.on((database: number, cause: number) => {
    const detected = write(database, Row.detected, cause)
    enter(database, HELPLESS)
    if (!isUp(database, 1 - primary[database])) return
    if (coverages[database].next() >= specs[database].coverage) {
      write(database, Row.uncovered, detected)
      return
    }
    enter(database, PROMOTING)
    const promoting = write(database, Row.promoting, detected)
    next[database] = sim.after(sample(specs[database].promote, promotions[database]), PROMOTED, database, promoting)
  })

  const PROMOTED = sim.on((database: number, cause: number) => {
    enter(database, SERVES)
    primary[database] = 1 - primary[database]
    crashed[database] = 0
    const row = trace.write(sim.now, Row.promoted, entityOf(database), cause, unreplicated[database])
    services.release(specs[database].service, row)
  })

  const REPLAYED = sim.on((database: number, cause: number) => {
    enter(database, SERVES)
    crashed[database] = 0
    services.release(specs[database].service, write(database, Row.up, cause))
  })

  services.watchInstances((instance, up, row) => {
    const database = ofService.get(services.serviceOfInstance(instance))
    if (database === undefined) return
    const replica = instance - services.firstInstance(specs[database].service)
    if (!up && replica === primary[database]) crashed[database] = 1
    changed(database, replica, row)
  })
  network.watch(row => {
    for (let database = 0; database < specs.length; database++) {
      for (let replica = 0; replica < (specs[database].standby ? 2 : 1); replica++) judgeRoutes(database, replica, row)
    }
  })

  /** Call once services have begun: a database whose primary begins dark waits for it, or for its standby. */
  function begin(): void {
    for (let database = 0; database < specs.length; database++) {
      if (isUp(database, 0)) continue
      enter(database, HELPLESS)
      crashed[database] = 1
      services.hold(specs[database].service, NO_CAUSE)
      if (isUp(database, 1)) missing(database, NO_CAUSE)
    }
  }

  function write(database: number, kind: number, cause: RowId): RowId {
    return trace.write(sim.now, kind, entityOf(database), cause)
  }

  function enter(database: number, to: number): void {
    sim.cancel(next[database] as EventId)
    next[database] = NO_EVENT
    phase[database] = to
  }

  function isUp(database: number, replica: number): boolean {
    const { service, standby } = specs[database]
    if (replica === 1 && !standby) return false
    return services.instanceIsUp(services.firstInstance(service) + replica) && cut[database * 2 + replica] === 0
  }

  function changed(database: number, replica: number, row: RowId): void {
    const up = isUp(database, replica)
    const now = phase[database]
    if (replica !== primary[database]) {
      if (up && now === HELPLESS) missing(database, row)
      else if (!up && now === PROMOTING) {
        enter(database, HELPLESS)
        if (isUp(database, primary[database])) returned(database, row)
      }
    } else if (!up && (now === SERVES || now === REPLAYING)) {
      const lost = now === SERVES ? write(database, Row['primary-lost'], row) : row
      if (now === SERVES) unreplicated[database] = Math.round(specs[database].writesPerSecond() * specs[database].lag)
      missing(database, lost)
      if (now === SERVES) services.hold(specs[database].service, lost)
    } else if (up && (now === UNNOTICED || now === HELPLESS)) returned(database, row)
  }

  /** The primary is there again, and nobody has taken its place. */
  function returned(database: number, row: RowId): void {
    if (crashed[database] === 0) {
      enter(database, SERVES)
      services.release(specs[database].service, write(database, Row.up, row))
      return
    }
    enter(database, REPLAYING)
    const replaying = write(database, Row.replaying, row)
    next[database] = sim.after(sample(specs[database].replay, replays[database]), REPLAYED, database, replaying)
  }

  /** Nobody writes, and the monitor begins to notice. */
  function missing(database: number, row: RowId): void {
    enter(database, UNNOTICED)
    next[database] = sim.after(specs[database].detect, DETECTED, database, row)
  }

  /** Routes have changed: a replica's zone cannot be reached from anywhere else any more, or can again. */
  function judgeRoutes(database: number, replica: number, row: RowId): void {
    const zone = services.zoneOfInstance(services.firstInstance(specs[database].service) + replica)
    const isCut = network.isApart(zone)
    if (isCut === (cut[database * 2 + replica] === 1)) return
    cut[database * 2 + replica] = isCut ? 1 : 0
    changed(database, replica, row)
  }

  return {
    begin,
    /** Zone of the replica that writes now, or −1 while none does. */
    writerZone: (database: number): number =>
      phase[database] === SERVES
        ? services.zoneOfInstance(services.firstInstance(specs[database].service) + primary[database])
        : -1,
    ofService: (service: number): number => ofService.get(service) ?? -1,
    specs,
  }
}
