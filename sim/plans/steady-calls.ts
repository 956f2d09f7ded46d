/**
 * Calls that come all the time, whatever happens: launches and volumes that take the place of what has ended, and changes to
 * what runs. So much is taken as is given back; what counts is how long a call takes, and what a change does to what is changed.
 */
import { sample } from '../engine/distribution.ts'
import type { Cloud } from '../models/cloud.ts'
import type { Call } from '../models/control-plane.ts'
import type { EntityId } from '../trace/entities.ts'
import { defineRows } from '../trace/row-kinds.ts'
import { NO_CAUSE, type RowId } from '../trace/trace.ts'
import type { Law } from '../units/law.ts'
import { isAlive } from './launches.ts'
import { createRetries, type RetryPolicy } from './retries.ts'

const Row = defineRows('call', {
  done: {
    says: { en: 'a call of {subject} about {a} is answered after {b}', zh: '{subject} 对 {a} 的调用在 {b} 后得到应答' },
    a: 'entity',
    b: 'seconds',
    hop: 'queue',
    limit: 'launches',
    level: 3,
  },
  failed: {
    says: { en: 'a call of {subject} fails: nothing is up in {a}', zh: '{subject} 的调用失败：{a} 中没有可用主机' },
    a: 'entity',
    hop: 'queue',
    limit: 'launches',
  },
  'no-control': {
    says: {
      en: 'a call of {subject} fails: the host of {a} cannot be told what to do',
      zh: '{subject} 的调用失败：{a} 所在主机无法接受指令',
    },
    a: 'entity',
    hop: 'queue',
    limit: 'launches',
  },
  'no-room': {
    says: {
      en: 'a call of {subject} fails: no room for a volume in {a}',
      zh: '{subject} 的调用失败：{a} 中没有容纳新卷的空间',
    },
    a: 'entity',
    hop: 'queue',
    limit: 'launches',
  },
  refused: {
    says: { en: 'a call of {subject} about {a} is refused: the queue is full', zh: '{subject} 对 {a} 的调用被拒绝：队列已满' },
    a: 'entity',
  },
  throttled: {
    says: { en: 'a call of {subject} about {a} is throttled', zh: '{subject} 对 {a} 的调用被限流' },
    a: 'entity',
  },
  denied: {
    says: {
      en: 'a call of {subject} about {a} is refused: the API is switched off',
      zh: '{subject} 对 {a} 的调用被拒绝：API 已停用',
    },
    a: 'entity',
  },
  'gave-up': {
    says: { en: '{subject} gives up a call about {a} after {b}', zh: '{subject} 在 {b} 后放弃对 {a} 的调用' },
    a: 'entity',
    b: 'seconds',
    hop: 'queue',
    limit: 'launches',
  },
})

export interface SteadyCalls {
  /** Whose calls they are. */
  readonly entity: EntityId
  /** Number of the control plane that is asked. */
  readonly via: number
  /** From one call to the next, s. */
  readonly every: Law
  readonly retry: RetryPolicy
}

/** Launches in each of some zones in turn. */
export function installLaunches(cloud: Cloud, calls: SteadyCalls, zones: readonly number[]): void {
  const { places, sim, trace } = cloud
  const subjectOf = (zone: number): EntityId => places.zoneEntity(zone)
  installCalls(cloud, calls, {
    next: number => ({ zone: zones[number % zones.length], about: zones[number % zones.length] }),
    subjectOf,
    can: ({ zone }) => isAlive(cloud, zone),
    done: ({ zone }, row) => {
      if (isAlive(cloud, zone)) return true
      trace.write(sim.now, Row.failed, calls.entity, row, subjectOf(zone))
      return false
    },
  })
}

/** Changes to the instances of a service, any of them as likely as any other. */
export function installChanges(cloud: Cloud, calls: SteadyCalls, service: number): void {
  const { entities, randomness, records, services, sim, trace } = cloud
  const choices = randomness.stream(`${entities.id(calls.entity)}/of`)
  installCalls(cloud, calls, {
    next: () => {
      const there = services.present(service)
      const instance = there[Math.floor(choices.next() * there.length)]
      return { zone: services.zoneOfInstance(instance), about: instance }
    },
    subjectOf: services.entityOfInstance,
    can: ({ about }) => services.canBeChanged(about),
    done: ({ about }, row) => {
      if (!services.canBeChanged(about)) {
        trace.write(sim.now, Row['no-control'], calls.entity, row, services.entityOfInstance(about))
        return false
      }
      records.change(about)
      return true
    },
  })
}

/** New volumes in each of some pools in turn, alone or with an instance that is launched from one. */
export function installVolumeCreation(cloud: Cloud, calls: SteadyCalls, pools: readonly number[]): void {
  const { sim, trace, volumes } = cloud
  const subjectOf = (pool: number): EntityId => volumes.pools[pool].entity
  installCalls(cloud, calls, {
    next: number => ({ zone: volumes.pools[pools[number % pools.length]].zone, about: pools[number % pools.length] }),
    subjectOf,
    can: ({ about }) => volumes.fitsOne(about),
    done: ({ about }, row) => {
      if (volumes.fitsOne(about)) return true
      trace.write(sim.now, Row['no-room'], calls.entity, row, subjectOf(about))
      return false
    },
  })
}

interface Subject {
  /** What the next call is about, by its number. */
  readonly next: (number: number) => Pick<Call, 'zone' | 'about'>
  readonly subjectOf: (about: number) => EntityId
  readonly can: (call: Call) => boolean
  /** The call was handled; whether it did what was asked for. */
  readonly done: (call: Call, row: RowId) => boolean
}

function installCalls(cloud: Cloud, { entity, via, every, retry }: SteadyCalls, { next, subjectOf, can, done }: Subject): void {
  const { controlPlanes, entities, randomness, sim, trace } = cloud
  const gaps = randomness.stream(`${entities.id(entity)}/every`)
  const count = sim.column(Uint32Array, 1)

  const write = (kind: number, { about, since = 0 }: Call, cause: RowId): RowId =>
    trace.write(sim.now, kind, entity, cause, subjectOf(about), sim.now - since)
  const ask = controlPlanes.register(via, {
    done: (call, row) => {
      if (done(call, row)) write(Row.done, call, row)
    },
    refused: (call, why) => again(call, write(Row[why], call, call.cause)),
    gaveUp: call => {
      const row = write(Row['gave-up'], call, call.cause)
      again(call, row)
      return row
    },
    can,
  })
  const again = createRetries(cloud, entity, retry, ask)

  const ASK = sim.on(() => {
    sim.after(sample(every, gaps), ASK, 0)
    ask({ count: 1, ...next(count[0]++), cause: NO_CAUSE, since: sim.now })
  })
  sim.after(sample(every, gaps), ASK, 0)
}
