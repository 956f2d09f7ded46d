/**
 * People: a limited number of hands with travel and handling times. They take work in the order it is asked for. More of them
 * may be called in, and places may be closed to them: then work there waits, and what was being done begins anew.
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
  /** Data centres that a piece cannot be done without entering; none when absent. */
  readonly inside?: (piece: number) => readonly number[]
  readonly done: (piece: number, row: RowId) => void
}

const Row = defineRows('crew', {
  begins: {
    says: { en: '{subject} sends someone, who is there in {a}', zh: '{subject} 派人前往，{a} 后到场' },
    a: 'seconds',
    hop: 'queue',
    limit: 'crew',
  },
  called: {
    says: { en: '{subject} is to grow to {a}', zh: '{subject} 请求增援至 {a} 人' },
    a: 'count',
    hop: 'decide',
    level: 1,
  },
  grown: {
    says: { en: '{subject} is {a} now', zh: '{subject} 已增至 {a} 人' },
    a: 'count',
    hop: 'travel',
    limit: 'travel',
    level: 1,
  },
  shrunk: { says: { en: '{subject} is {a} again', zh: '{subject} 减至 {a} 人' }, a: 'count', level: 1 },
  outside: {
    says: { en: '{a} tasks of {subject} wait until people may enter', zh: '{subject} 有 {a} 项工作等待准许进入' },
    a: 'count',
    level: 2,
  },
})

const SiteRow = defineRows('site', {
  closed: { says: { en: 'nobody may enter {subject}', zh: '{subject} 禁止人员进入' }, level: 1 },
  opened: { says: { en: 'people may enter {subject} again', zh: '{subject} 恢复人员进入' }, level: 1 },
})

/** People called in to make a crew so many in all. */
interface Call {
  readonly crew: number
  readonly by: EntityId
  readonly to: number
  readonly isHere: boolean
}

export type Crews = ReturnType<typeof createCrews>

/** Crews, and the data centres they may have to enter. */
export function createCrews(
  sim: Simulation,
  trace: Trace,
  randomness: Randomness,
  entities: Entities,
  specs: readonly CrewSpec[],
  datacentres: readonly EntityId[],
) {
  const works: (Work & { readonly first: number; readonly as: Work })[] = []
  let pieces = 0
  /** The work that a piece belongs to, by the piece's number among all. */
  const workOf = (piece: number): (typeof works)[number] => {
    let at = works.length - 1
    while (works[at].first > piece) at--
    return works[at]
  }
  const crewOf = new Map(specs.map((spec, crew) => [spec.entity, crew]))
  const closed = sim.column(Uint16Array, datacentres.length) // reasons to keep people out, by data centre
  const closures = sim.column(Uint16Array, 1) // data centres closed
  let outside: number[][] = specs.map(() => []) // pieces that wait to be let in, as asked, by crew
  let calls: readonly Call[] = []
  sim.keep({
    save: () => ({ outside: outside.map(waiting => waiting.slice()), calls }),
    restore: saved => {
      const copy = saved as { outside: typeof outside; calls: typeof calls }
      outside = copy.outside.map(waiting => waiting.slice())
      calls = copy.calls
    },
  })

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
  const arrivals = specs.map(({ entity }) => randomness.stream(`${entities.id(entity)}/arrival`))

  const ARRIVED = sim.on((call: number, cause: RowId) => {
    calls = calls.map((one, at) => (at === call ? { ...one, isHere: true } : one))
    count(calls[call].crew, cause)
  })

  /** As many are there as the largest call that was answered asks for, and never fewer than there always are. */
  function count(crew: number, cause: RowId): void {
    const { entity, servers } = specs[crew]
    const here = calls.filter(call => call.crew === crew && call.isHere)
    const people = Math.max(servers, ...here.map(({ to }) => to))
    const before = queues[crew].servers
    if (people === before) return
    queues[crew].setServers(people, trace.write(sim.now, people > before ? Row.grown : Row.shrunk, entity, cause, people))
  }

  /** More people are called in, to be so many in all; they come when they have travelled, as others of the crew do unless told. */
  function call(crew: number, by: EntityId, to: number, travel: Law | undefined, cause: RowId): void {
    const row = trace.write(sim.now, Row.called, specs[crew].entity, cause, to)
    calls = [...calls, { crew, by, to, isHere: false }]
    sim.after(sample(travel ?? specs[crew].travel, arrivals[crew]), ARRIVED, calls.length - 1, row)
  }

  /** Those whom `by` called in go, when they have done what they are at; who is still on the way turns back. */
  function dismiss(crew: number, by: EntityId, cause: RowId): void {
    calls = calls.map(one => (one.crew === crew && one.by === by ? { ...one, to: 0 } : one))
    count(crew, cause)
  }

  const isOutside = (piece: number): boolean => {
    if (closures[0] === 0) return false
    const work = workOf(piece)
    return work.inside?.(piece - work.first).some(datacentre => closed[datacentre] > 0) ?? false
  }

  function wait(crew: number, more: readonly number[], cause: RowId): void {
    for (const piece of more) outside[crew].push(piece)
    trace.write(sim.now, Row.outside, specs[crew].entity, cause, outside[crew].length)
  }

  /** One more reason why nobody may enter a data centre: whoever is there leaves, and what they were at will begin anew. */
  function close(datacentre: number, cause: RowId): void {
    closed[datacentre]++
    if (closed[datacentre] > 1) return
    closures[0]++
    const row = trace.write(sim.now, SiteRow.closed, datacentres[datacentre], cause)
    queues.forEach((queue, crew) => {
      const left = queue.withdrawAll(isOutside, row)
      if (left.length > 0) wait(crew, left, row)
    })
  }

  /** One reason less; with the last, work there is taken up. */
  function open(datacentre: number, cause: RowId): void {
    if (closed[datacentre] === 0) throw new Error(`data centre ${datacentre} was not closed`)
    closed[datacentre]--
    if (closed[datacentre] > 0) return
    closures[0]--
    const row = trace.write(sim.now, SiteRow.opened, datacentres[datacentre], cause)
    const waited = outside
    outside = waited.map(waiting => waiting.filter(isOutside))
    waited.forEach((waiting, crew) => {
      for (const piece of waiting) if (!isOutside(piece)) queues[crew].submit(piece, row)
    })
  }

  return {
    /** Registers work in `count` pieces for a crew while the model is being built, and returns how to ask for a piece. */
    register: (crew: number, count: number, work: Work): ((piece: number, cause: RowId) => void) => {
      const first = pieces
      pieces += count
      works.push({ ...work, first, as: work })
      return (piece, cause) => {
        if (isOutside(first + piece)) wait(crew, [first + piece], cause)
        else queues[crew].submit(first + piece, cause)
      }
    },
    /** What is left of a piece of work is not done any more, because of the row `cause`; whoever was at it is free. */
    drop: (crew: number, work: Work, cause: RowId): void => {
      const isMeant = (piece: number): boolean => workOf(piece).as === work
      queues[crew].withdrawAll(isMeant, cause)
      outside = outside.map((waiting, at) => (at === crew ? waiting.filter(piece => !isMeant(piece)) : waiting))
    },
    call,
    dismiss,
    close,
    open,
    /** Crew number of an entity, or −1. */
    crewOf: (entity: EntityId): number => crewOf.get(entity) ?? -1,
    count: specs.length,
  }
}
