/** Recordings written by hand: who there is, and a list of rows. */
import type { Run, World } from '../../sim/metrics/define.ts'
import { metricNamed } from '../../sim/metrics/index.ts'
import { type Answer, measure, type Question } from '../../sim/metrics/measure.ts'
import { Entities, type EntityKind } from '../../sim/trace/entities.ts'
import type { RowKindInfo } from '../../sim/trace/row-kinds.ts'

/** Time (s), kind of row, subject's id, a, b and the number of the row that caused it (the first one is 1). An id stands for its entity. */
export type WrittenRow = readonly [
  time: number,
  kind: string,
  subject: string,
  a?: number | string,
  b?: number | string,
  cause?: number,
]

export interface Written {
  /** Kind and id of everybody, parents first. */
  readonly who: readonly (readonly [kind: EntityKind, id: string])[]
  readonly rows: readonly WrittenRow[]
  /** What is known of row kinds; a kind without an entry has neither words nor units. */
  readonly kinds?: readonly RowKindInfo[]
  /** Client → service, by id. */
  readonly clients?: Readonly<Record<string, string>>
  /** Other customers' instances on each host, by data centre. */
  readonly tenants?: Readonly<Record<string, number>>
  /** Data centres without power at the start. */
  readonly dark?: readonly string[]
}

/** The recording of what is written. */
export function recordingOf({ who, rows, kinds: known = [], clients = {}, tenants = {}, dark = [] }: Written): Run {
  const entities = new Entities()
  const numbers = new Map<string, number>()
  for (const [kind, id] of who) {
    const cut = id.lastIndexOf('/')
    numbers.set(id, entities.add(kind, id.slice(cut + 1), numbers.get(id.slice(0, cut)) ?? 0))
  }
  return { ...columnsOf(rows, known, entities), entities, world: worldOf(entities, clients, tenants, dark) }
}

function columnsOf(rows: readonly WrittenRow[], known: readonly RowKindInfo[], entities: Entities) {
  const kinds: RowKindInfo[] = [...known]
  const numberOf = (name: string): number => {
    const at = kinds.findIndex(kind => kind.name === name)
    if (at >= 0) return at
    kinds.push({ name, says: { en: name, zh: name }, a: 'none', b: 'none', hop: 'at-once', level: 2 })
    return kinds.length - 1
  }
  const operand = (value: number | string = 0): number => (typeof value === 'string' ? named(entities, value) : value)
  const all = [[0, '', ''] as WrittenRow, ...rows]
  return {
    kinds,
    rows: {
      length: all.length,
      time: Float64Array.from(all, ([time]) => time),
      kind: Uint16Array.from(all, ([, kind], row) => (row === 0 ? 0xffff : numberOf(kind))),
      subject: Uint32Array.from(all, ([, , subject], row) => (row === 0 ? 0 : named(entities, subject))),
      cause: Uint32Array.from(all, ([, , , , , cause]) => cause ?? 0),
      a: Float64Array.from(all, ([, , , a]) => operand(a)),
      b: Float64Array.from(all, ([, , , , b]) => operand(b)),
    },
  }
}

function worldOf(
  entities: Entities,
  clients: Readonly<Record<string, string>>,
  tenants: Readonly<Record<string, number>>,
  dark: readonly string[],
): World {
  return {
    clients: Object.entries(clients).map(([client, service]) => ({
      entity: named(entities, client),
      service: named(entities, service),
    })),
    controlPlanes: entities.all('service').filter(entity => entities.name(entity).endsWith('-control')),
    prices: entities.all('service').map(service => ({ service, perHour: 2 })),
    datacentres: entities.all('datacentre').map(entity => ({
      entity,
      tenants: tenants[entities.id(entity)] ?? 0,
      beginsDark: dark.includes(entities.id(entity)),
    })),
  }
}

function named(entities: Entities, id: string): number {
  const entity = entities.find(id)
  if (entity < 0) throw new Error(`nobody is called ${id}`)
  return entity
}

/** What a metric comes to on a recording that lasts 1 h unless told otherwise. */
export function measured(
  run: Run,
  name: string,
  question: Question & Readonly<Record<string, unknown>> = {},
  { warmup = 0, horizon = 3600 } = {},
): Answer {
  const metric = metricNamed(name)
  if (metric === undefined) throw new Error(`no metric ${name}`)
  return measure(run, metric, question, { warmup, horizon })
}

/** The moment a fault starts, or ends. */
export const edge = (ref: string) => ({ kind: 'after', ref, delay: 0 }) as const
