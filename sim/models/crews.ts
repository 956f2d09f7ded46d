/**
 * People: a limited number of hands with travel and handling times. They take work in the order it is asked for.
 */
import { sample } from '../engine/distribution.ts'
import type { Randomness } from '../engine/random.ts'
import type { Simulation } from '../engine/simulation.ts'
import { onGrid } from '../engine/time.ts'
import type { Entities, EntityId } from '../trace/entities.ts'
import { defineRows } from '../trace/row-kinds.ts'
import type { RowId, Trace } from '../trace/trace.ts'
import type { Law } from '../units/law.ts'
import type { Seconds } from '../units/quantity.ts'
import { createJobQueue } from './queue.ts'

export interface CrewSpec {
  readonly entity: EntityId
  readonly servers: number
  /** To the place of work, before the first hand moves, s. */
  readonly travel: Law
  /** Handling time when the task does not say its own, s. */
  readonly takes: Law
}

/** Something that crews may be asked to do, in as many pieces as there are things to do it to. */
export interface Work {
  /** Own handling time, s; the crew's when absent. */
  readonly takes?: Law
  /** Own handling time of a piece, s, drawn by whoever asks: then it does not depend on who else keeps the crew busy. */
  readonly draw?: (piece: number) => Seconds
  readonly done: (piece: number, row: RowId) => void
}

const Row = defineRows('crew', {
  begins: {
    says: { en: '{subject} sends someone, who is there in {a}', zh: '{subject} 派人前往，{a} 后到场' },
    a: 'seconds',
    hop: 'queue',
    limit: 'crew',
  },
})

export type Crews = ReturnType<typeof createCrews>

export function createCrews(
  sim: Simulation,
  trace: Trace,
  randomness: Randomness,
  entities: Entities,
  specs: readonly CrewSpec[],
) {
  const works: (Work & { readonly first: number })[] = []
  let pieces = 0
  /** The work that a piece belongs to, by the piece's number among all. */
  const workOf = (piece: number): (typeof works)[number] => {
    let at = works.length - 1
    while (works[at].first > piece) at--
    return works[at]
  }
  const crewOf = new Map(specs.map((spec, crew) => [spec.entity, crew]))
  const queues = specs.map(spec => {
    const travels = randomness.stream(`${entities.id(spec.entity)}/travel`)
    const takes = randomness.stream(`${entities.id(spec.entity)}/takes`)
    let travel = 0 // of the job that starts; only from its time being asked to its row
    return createJobQueue(sim, trace, {
      entity: spec.entity,
      servers: spec.servers,
      serviceTime: piece => {
        travel = sample(spec.travel, travels)
        const work = workOf(piece)
        return travel + (work.draw?.(piece - work.first) ?? sample(work.takes ?? spec.takes, takes))
      },
      onStart: (_piece, cause) => trace.write(sim.now, Row.begins, spec.entity, cause, onGrid(travel)),
      onDone: (piece, cause) => {
        const work = workOf(piece)
        work.done(piece - work.first, cause)
      },
    })
  })

  return {
    /** Registers work in `count` pieces for a crew while the model is being built, and returns how to ask for a piece. */
    register: (crew: number, count: number, work: Work): ((piece: number, cause: RowId) => void) => {
      const first = pieces
      pieces += count
      works.push({ ...work, first })
      return (piece, cause) => void queues[crew].submit(first + piece, cause)
    },
    /** Crew number of an entity, or −1. */
    crewOf: (entity: EntityId): number => crewOf.get(entity) ?? -1,
    count: specs.length,
  }
}
