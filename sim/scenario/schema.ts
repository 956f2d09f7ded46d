/**
 * The whole scenario file as one strict schema, and what it becomes: a `Scenario`, all units converted, all defaults applied,
 * the world an explicit tree. Data only; `build.ts` wires it.
 */
import { z } from 'zod'
import { effects } from '../effects/index.ts'
import { MEMBER_KINDS, type MemberKind } from '../effects/strikes.ts'
import { onGrid } from '../engine/time.ts'
import { OBSERVED_MAX } from '../models/host-io.ts'
import { plans } from '../plans/index.ts'
import { naturalOrder } from '../trace/entities.ts'
import {
  duration,
  flag,
  ID,
  id,
  idKey,
  law,
  type Moment,
  moment,
  oneOf,
  ratio,
  type Selector,
  selector,
  type Text,
  text,
} from '../units/fields.ts'
import type { Law } from '../units/law.ts'
import { type Client, clientSchema } from './clients.ts'
import { type Expectation, expectationSchema, plainExpectation } from './expectations.ts'
import { type Feed, feedSchema, plainFeed } from './feeds.ts'
import { type Machine, machineSchema } from './machines.ts'
import { type Service, serviceSchema } from './services.ts'
import { resolveWorld, type WorldSpec, worldSchema } from './world.ts'

export type { Asker, Client, Sender } from './clients.ts'
export type { Expectation } from './expectations.ts'
export type { Need, NetworkControl } from './needs.ts'
export type { ControlPlane, Crew, Database, PlainService, RunningService, Service, Volumes } from './services.ts'
export { isRunning } from './services.ts'
export type { DatacentreSpec, Machine, RegionSpec, WorldSpec }

import type { DatacentreSpec, RegionSpec } from './world.ts'

/** What every fault may state besides its kind's own fields. */
const faultShape = {
  target: selector({ about: { en: 'what it strikes', zh: '作用对象' } }),
  at: moment({
    about: {
      en: 'when it strikes; with `every` from when on it may strike, the start of the run when left out',
      zh: '发生时刻；与 every 同用时为可开始发生的时刻，省略则为运行开始',
    },
  }).optional(),
  lasts: law({
    about: {
      en: 'how long it lasts, drawn for each strike; until something else ends it when left out',
      zh: '持续时长，每次发生各自抽取；省略则由其他事件结束',
    },
  }).optional(),
  until: moment({ about: { en: 'when it ends, in place of `lasts`', zh: '结束时刻（替代 lasts）' } }).optional(),
  odds: ratio({ default: 1, source: 'it happens', about: { en: 'chance that it strikes at all', zh: '发生概率' } }),
  every: law({
    about: {
      en: 'strikes again and again: the time from being whole to the next strike',
      zh: '反复发生：从恢复完好到下一次发生的时间',
    },
  }).optional(),
  each: oneOf(MEMBER_KINDS, {
    about: {
      en: 'with `every`: each place of this kind among the targets fails and is repaired by itself',
      zh: '与 every 同用：目标中每个该类场所各自独立地失效与修复',
    },
  }).optional(),
  beta: ratio({
    about: {
      en: 'with `each`: share of a member’s strikes that strike all members at once; none when left out',
      zh: '与 each 同用：共因所占比例，即同时波及所有成员的发生占比；省略为 0',
    },
  }).optional(),
  via: id({
    refers: 'crew',
    about: {
      en: 'with `every`: the crew that makes it good, one job for each strike, which takes `lasts` or what the crew says',
      zh: '与 every 同用：负责修复的班组，每次发生一个任务，用时为 lasts 或班组自身所定',
    },
  }).optional(),
}

const faultSchemas = effects.map(({ kind, about, fields }) =>
  z.strictObject({ kind: z.literal(kind).meta({ description: about.en }), ...faultShape, ...fields }),
)
const planSchemas = plans.map(({ kind, about, fields }) =>
  z.strictObject({
    kind: z.literal(kind).meta({ description: about.en }),
    enabled: flag({
      default: true,
      source: 'what is written is meant',
      about: { en: 'whether it is there at all', zh: '是否启用' },
    }),
    ...fields,
  }),
)

const kinds = <Schema extends z.ZodObject>(schemas: readonly Schema[]): [Schema, ...Schema[]] =>
  schemas as [Schema, ...Schema[]]
const faultSchema = z.discriminatedUnion('kind', kinds(faultSchemas))
const planSchema = z.discriminatedUnion('kind', kinds(planSchemas))

/** A fault: the common fields, and those of its kind by name. */
export interface Fault {
  readonly kind: string
  readonly target: Selector
  readonly at: Moment
  /** s */
  readonly lasts?: Law | undefined
  readonly until?: Moment | undefined
  readonly odds: number
  /** s */
  readonly every?: Law | undefined
  readonly each?: MemberKind | undefined
  readonly beta?: number | undefined
  readonly via?: string | undefined
  readonly [param: string]: unknown
}

/** A plan: its kind, whether it is there, and the fields of its kind by name. */
export interface Plan {
  readonly kind: string
  readonly enabled: boolean
  readonly [param: string]: unknown
}

const seed = z
  .union([z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).transform(String), z.string().min(1).max(200)])
  .default('1')
  .meta({ description: 'where all chance comes from: a whole number or a text' })

/** `2012-06-29T19:24-07:00`: a calendar time that the page shows next to simulated time. */
const CLOCK = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})?$/

const runSchema = z.strictObject({
  seed,
  horizon: duration({ default: 21_600, source: 'assumed', about: { en: 'how long the run lasts', zh: '运行时长' } }).refine(
    horizon => onGrid(horizon) > 0,
    'must be longer than the clock’s smallest step, 1us',
  ),
  warmup: duration({
    default: 0,
    source: 'nothing is left out',
    about: { en: 'left out of every metric', zh: '不计入指标的预热时长' },
  }),
  fidelity: oneOf(['flow', 'request'], {
    default: 'flow',
    source: 'flows cost what changes, single requests what is sent',
    about: {
      en: 'flow: requests as rates; request: each request by itself, which also tells how latencies are distributed',
      zh: 'flow：以速率表示请求；request：逐个模拟请求，可得到时延分布',
    },
  }),
  interval: duration({
    min: 0.001,
    default: 10,
    source: 'assumed: as fine as detailed monitoring usually is',
    about: {
      en: 'with `fidelity: request` or `observe`, how often what was counted is told',
      zh: '逐请求模拟或观察主机时输出统计的间隔',
    },
  }),
  observe: selector({
    about: {
      en: `hosts whose I/O is served one by one, at most ${OBSERVED_MAX}: {host: home/a/dc1/r1/h1}, {zone: a, of: host, pick: 3}`,
      zh: `逐个模拟 I/O 的主机，最多 ${OBSERVED_MAX} 台：{host: home/a/dc1/r1/h1}、{zone: a, of: host, pick: 3}`,
    },
  }).optional(),
  clock: z.string().regex(CLOCK, { error: 'must be a date and time such as 2012-06-29T19:24-07:00' }).optional(),
})

/** Expectations are known by names such as A1. */
const expectKey = z.string().regex(/^[A-Za-z0-9-]+$/, { error: 'ids of expectations are letters, digits and hyphens' })

const variantSchema = z.strictObject({
  title: text().optional(),
  set: z.record(z.string(), z.unknown()).optional().meta({ description: 'values to change, by dotted path' }),
  expect: z.record(expectKey, z.unknown()).optional().meta({ description: 'expectations to change, by id; null removes one' }),
})

/** The file, as written. */
export const fileSchema = z.strictObject({
  blackstart: z.literal(1).meta({ description: 'version of the format' }),
  name: z.string().regex(ID, { error: 'must be an id: a-z, 0-9 and hyphens' }),
  title: text({ about: { en: 'a title', zh: '标题' } }).optional(),
  question: text({ about: { en: 'the question that the run answers', zh: '本场景要回答的问题' } }).optional(),
  run: runSchema.prefault({}),
  use: z.array(z.string()).optional().meta({ description: 'files merged underneath: library/NAME or ./relative' }),
  world: worldSchema.refine(world => Object.keys(world).length > 0, 'needs at least one region'),
  feeds: z.record(idKey, feedSchema).prefault({}).meta({ description: 'shared sources of power above the data centres' }),
  machines: z.record(idKey, machineSchema).prefault({}).meta({ description: 'profiles; `nitro` is always there' }),
  services: z.record(idKey, serviceSchema).prefault({}),
  clients: z.record(idKey, clientSchema).prefault({}),
  plans: z.record(idKey, planSchema).prefault({}),
  faults: z.record(idKey, faultSchema).prefault({}),
  expect: z.record(expectKey, expectationSchema).prefault({}),
  variants: z.record(idKey, variantSchema).prefault({}),
})
export type ScenarioFile = z.output<typeof fileSchema>

export { worldSchema }

/** A scenario ready to be wired: everything in base units, nothing left open. Maps are in natural order of their ids. */
export interface Scenario {
  readonly file: string
  readonly name: string
  readonly variant: string | null
  /** Hash of what is simulated: 16 hex digits, after `use`, variant and `set`, texts left out. */
  readonly hash: string
  readonly title?: Text | undefined
  readonly question?: Text | undefined
  readonly run: {
    readonly seed: string
    readonly horizon: number
    readonly warmup: number
    readonly fidelity: 'flow' | 'request'
    /** s */
    readonly interval: number
    /** Hosts whose I/O is served one by one; none when left out. */
    readonly observe?: Selector | undefined
    readonly clock?: string | undefined
  }
  readonly world: WorldSpec
  readonly feeds: Readonly<Record<string, Feed>>
  readonly machines: Readonly<Record<string, Machine>>
  readonly services: Readonly<Record<string, Service>>
  readonly clients: Readonly<Record<string, Client>>
  readonly plans: Readonly<Record<string, Plan>>
  readonly faults: Readonly<Record<string, Fault>>
  /** In the order written. */
  readonly expect: Readonly<Record<string, Expectation>>
  /** What is suspicious though not wrong. */
  readonly notices: readonly string[]
}

/** The profile that is there without being written. */
export const defaultMachine: Machine = machineSchema.parse({})

/** The scenario of a valid file; `lineOf` tells where an expectation stands. */
export function resolve(
  given: ScenarioFile,
  about: Pick<Scenario, 'file' | 'variant' | 'hash' | 'notices'>,
  lineOf: (expectation: string) => number,
): Scenario {
  const machines = { nitro: defaultMachine, ...given.machines }
  const expect: Record<string, Expectation> = {}
  for (const id of Object.keys(given.expect)) expect[id] = plainExpectation(given.expect[id], lineOf(id))
  return {
    ...about,
    name: given.name,
    title: given.title,
    question: given.question,
    run: {
      ...given.run,
      horizon: onGrid(given.run.horizon),
      warmup: onGrid(given.run.warmup),
      interval: onGrid(given.run.interval),
    },
    world: resolveWorld(given.world, machines, defaultMachine),
    feeds: inOrder(plainFeeds(given.feeds)),
    machines: inOrder(machines),
    services: inOrder(given.services as Record<string, Service>),
    clients: inOrder(given.clients),
    plans: inOrder(given.plans as Record<string, Plan>),
    faults: inOrder(given.faults as unknown as Record<string, Fault>, fault => ({ ...fault, at: fault.at ?? START })),
    expect,
  }
}

const plainFeeds = (feeds: ScenarioFile['feeds']): Record<string, Feed> =>
  Object.fromEntries(Object.entries(feeds).map(([id, feed]) => [id, plainFeed(feed)]))

const START: Moment = { kind: 'time', time: 0 }

function inOrder<Value>(
  map: Readonly<Record<string, Value>>,
  finished: (value: Value) => Value = value => value,
): Record<string, Value> {
  const ordered: Record<string, Value> = {}
  for (const id of Object.keys(map).sort(naturalOrder)) ordered[id] = finished(map[id])
  return ordered
}
