/**
 * People: a limited number of hands with travel and handling times. They take work in the order it is asked for.
 */
import { sample } from '../engine/distribution.ts'
import type { Randomness } from '../engine/random.ts'
import type { Simulation } from '../engine/simulation.ts'
import type { Entities, EntityId } from '../trace/entities.ts'
import { defineRows } from '../trace/row-kinds.ts'
import type { RowId, Trace } from '../trace/trace.ts'
import type { Law } from '../units/law.ts'
import { createJobQueue } from './queue.ts'

export interface CrewSpec {
  readonly entity: EntityId
  readonly servers: number
  /** To the place of work, before the first hand moves, s. */
  readonly travel: Law
  /** Handling time when the task does not say its own, s. */
  readonly takes: Law
}

/** Something to be done by someone. */
export interface Task {
  /** Own handling time, s; the crew's when absent. */
  readonly takes?: Law
  readonly done: (row: RowId) => void
}

const Row = defineRows('crew', {
  begins: { says: { en: '{subject} sends someone', zh: '{subject} 派人前往' }, hop: 'queue' },
})

export type Crews = ReturnType<typeof createCrews>

export function createCrews(
  sim: Simulation,
  trace: Trace,
  randomness: Randomness,
  entities: Entities,
  specs: readonly CrewSpec[],
) {
  const tasks: Task[] = []
  const crewOf = new Map(specs.map((spec, crew) => [spec.entity, crew]))
  const queues = specs.map(spec => {
    const travels = randomness.stream(`${entities.id(spec.entity)}/travel`)
    const takes = randomness.stream(`${entities.id(spec.entity)}/takes`)
    return createJobQueue(sim, trace, {
      entity: spec.entity,
      servers: spec.servers,
      serviceTime: task => sample(spec.travel, travels) + sample(tasks[task].takes ?? spec.takes, takes),
      onStart: (_task, cause) => trace.write(sim.now, Row.begins, spec.entity, cause),
      onDone: (task, cause) => tasks[task].done(cause),
    })
  })

  return {
    /** Asks a crew for a task. Tasks are kept for ever, since a snapshot may return to any of them. */
    ask: (crew: number, task: Task, cause: RowId): void => {
      queues[crew].submit(tasks.push(task) - 1, cause)
    },
    /** Crew number of an entity, or −1. */
    crewOf: (entity: EntityId): number => crewOf.get(entity) ?? -1,
    count: specs.length,
  }
}
