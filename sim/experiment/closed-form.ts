/**
 * What theory says of a scenario's expectations, for those that fall in a class that can be worked out: long-run availability
 * under faults that strike again and again, whether enough is left when a zone goes, and when each service is back that waits
 * for others to start. It stands next to the simulated
 * value, says what it takes for granted, and why the two may differ. Runs nothing.
 */

import { effects } from '../effects/index.ts'
import { membersOf } from '../effects/recurrence.ts'
import { mean } from '../engine/distribution.ts'
import { enrol, type Roster } from '../scenario/roster.ts'
import type { Crew, Expectation, Fault, Scenario, Sender } from '../scenario/schema.ts'
import { alike } from '../sla/blocks.ts'
import { sharesDown } from '../sla/common-cause.ts'
import type { EntityId } from '../trace/entities.ts'
import { selected } from '../trace/selection.ts'
import type { Text } from '../units/fields.ts'
import { formatDuration } from '../units/format.ts'
import type { Law } from '../units/law.ts'
import type { Ratio } from '../units/quantity.ts'
import type { Verdict } from '../verdicts/judge.ts'

export type FormClass = 'two-state' | 'k-of-n' | 'common-cause' | 'static-stability' | 'start-up'

/** Why a simulated value may differ from a closed form. */
export type Reason = 'capacity' | 'correlation' | 'detection' | 'one-run'

export interface ClosedForm {
  /** Id of the expectation. */
  readonly id: string
  readonly class: FormClass
  /** In the metric's unit; null where only a verdict can be predicted. */
  readonly value: number | null
  /** Where no value can be worked out, but on which side of the limit it lies. */
  readonly verdict: 'pass' | 'fail' | null
  readonly formula: Text
  readonly assumptions: readonly Text[]
  /** What the simulation has that the formula has not, the likeliest first. */
  readonly leavesOut: readonly Reason[]
}

/** What was simulated: of one run its value, of several their mean and its interval. */
export interface Simulated {
  readonly value: number | null
  readonly interval: readonly [number | null, number | null] | null
  readonly verdict: Verdict
}

/** Null: one run does not tell. */
export interface Comparison {
  readonly agrees: boolean | null
  readonly reason: Reason | null
}

const METRICS: readonly string[] = ['availability', 'downtime', 'instances-ready', 'recovery-time', 'goodput-share', 'time-to']

/** The closed forms of all expectations that have one, in the order of the file. */
export function closedForms(scenario: Scenario): ClosedForm[] {
  const active = Object.values(scenario.faults).filter(({ odds }) => odds > 0)
  const isMeant = ({ metric, of }: Expectation): boolean => typeof of === 'string' && METRICS.includes(metric)
  if (active.length === 0 || !Object.values(scenario.expect).some(isMeant)) return []
  const roster = enrol(scenario)
  const recurs = active.every(({ every }) => every !== undefined)
  return Object.entries(scenario.expect).flatMap(([id, expectation]) => {
    if (!isMeant(expectation)) return []
    const number = serviceMeant(roster, expectation)
    if (number < 0) return []
    const form = recurs
      ? longRun(scenario, roster, active, number, expectation)
      : (staticStability(scenario, roster, active, number, expectation) ?? startUp(roster, active, number, expectation))
    return form === undefined ? [] : [{ id, ...form }]
  })
}

/** An interval of 95 % misses the true value once in twenty times; twice its width does so once in ten thousand. */
const WIDTHS = 2
/** What leaves nothing to chance is the same in one run as in all: a share at a peak that passes; a time, to the clock's grid. */
const NEAR: Readonly<Partial<Record<FormClass, number>>> = { 'static-stability': 0.03, 'start-up': 0.001 }

/** The closed forms of a scenario next to what came out of its expectations. */
export function comparedForms(
  scenario: Scenario,
  checks: readonly (Simulated & { readonly id: string })[],
): (ClosedForm & Comparison)[] {
  return closedForms(scenario).flatMap(form => {
    const check = checks.find(({ id }) => id === form.id)
    return check === undefined ? [] : [{ ...form, ...compare(form, check) }]
  })
}

/** Whether what was simulated is what the closed form says. */
export function compare(form: ClosedForm, { value, interval, verdict }: Simulated): Comparison {
  if (form.value === null) {
    if (verdict !== 'pass' && verdict !== 'fail') return { agrees: null, reason: null }
    const agrees = form.verdict === verdict
    return { agrees, reason: agrees ? null : (form.leavesOut[0] ?? null) }
  }
  const near = NEAR[form.class]
  if (near !== undefined) {
    const agrees = value !== null && Math.abs(value - form.value) <= near
    return { agrees, reason: agrees ? null : (form.leavesOut[0] ?? null) }
  }
  const [low, high] = interval ?? [null, null]
  if (value === null || low === null || high === null) return { agrees: null, reason: 'one-run' }
  const agrees = Math.abs(value - form.value) <= (WIDTHS * (high - low)) / 2
  return { agrees, reason: agrees ? null : (form.leavesOut[0] ?? null) }
}

/** Number of the one service that an expectation is about, itself or through a client; −1 when there is none. */
function serviceMeant({ numberOf, parts }: Roster, { of }: Expectation): number {
  if (typeof of !== 'string') return -1
  return numberOf(parts.find(({ id }) => id === of)?.client.to ?? of)
}

type Form = Omit<ClosedForm, 'id'>

// Long-run availability

/** Parts that are alike: the suppliers that one fault strikes each by itself, and how it does. */
interface Group {
  readonly fault: Fault
  readonly suppliers: readonly EntityId[]
  /** Members of the fault, those included that this service does not need. */
  readonly members: number
  readonly crew: Crew | undefined
}

/** Something that takes several suppliers at once, or the service itself (then `suppliers` is undefined). */
interface Common {
  readonly suppliers: ReadonlySet<EntityId> | undefined
  readonly unavailability: Ratio
}

function longRun(
  scenario: Scenario,
  roster: Roster,
  faults: readonly Fault[],
  number: number,
  expectation: Expectation,
): Form | undefined {
  const { metric, after, delay } = expectation
  const isMean = metric === 'instances-ready' && expectation.take === 'mean' && roster.running[number].spec.spread.length === 0
  if (after !== undefined || delay !== undefined || !(isMean || metric === 'availability' || metric === 'downtime')) {
    return undefined
  }
  const structure = structureOf(scenario, roster, faults, number)
  const parts = structure && partsOf(scenario, roster, faults, number, structure.suppliers)
  if (structure === undefined || parts === undefined) return undefined
  const { suppliers, k } = structure
  const unavailability = tooFewUp(suppliers, k, parts.groups, parts.commons)
  const { horizon, warmup } = scenario.run
  const window = Math.min(expectation.for ?? Infinity, horizon - warmup)
  const betas = parts.groups.some(({ fault }) => (fault.beta ?? 0) > 0) || parts.commons.length > 0
  const isMemoryless = parts.groups.every(({ fault }) => isExponential(fault.every) && isExponential(fault.lasts))
  return {
    class: betas ? 'common-cause' : suppliers.length === 1 ? 'two-state' : 'k-of-n',
    value: metric === 'downtime' ? unavailability * window : 1 - unavailability,
    verdict: null,
    formula: formulaOf(k, suppliers.length, parts.groups, parts.commons.length),
    assumptions: [
      LONG_RUN,
      AT_ONCE,
      ...(parts.commons.length > 0 || parts.groups.length > 1 ? [INDEPENDENT] : []),
      ...(betas && !isMemoryless ? [FIRST_ORDER] : []),
    ],
    leavesOut: [...(betas && !isMemoryless ? (['correlation'] as const) : []), 'detection'],
  }
}

const text = (en: string, zh: string): Text => ({ en, zh })
const LONG_RUN = text('the long run: a run begins with everything up', '长期平均值；而运行从一切完好开始')
const AT_ONCE = text(
  'a place is back as soon as its fault is over; nothing is lost until a loss is noticed',
  '故障一结束场所即恢复；发现故障之前没有损失',
)
const INDEPENDENT = text('what different faults strike is independent', '不同故障彼此独立')
const FIRST_ORDER = text(
  'losses with a common cause last as long for all: βq, to the first order of q',
  '共因失效对所有成员持续相同时间：βq，精确到 q 的一阶',
)

/** Which places a service needs, and how many of them; undefined when that is not all there is to it. */
function structureOf(
  scenario: Scenario,
  roster: Roster,
  faults: readonly Fault[],
  number: number,
): { suppliers: readonly EntityId[]; k: number } | undefined {
  const { spec, service } = roster.running[number]
  const own = roster.cells.find(cell => cell.service === number)
  const needs =
    own === undefined
      ? roster.needs.filter(({ holder }) => holder === spec.entity)
      : own.calls.map(({ need }) => roster.needs[need])
  const serve = needs.filter(({ when }) => when === 'serve')
  const isPlace = (entity: EntityId): boolean => roster.places.placeOf(entity) >= 0
  if (serve.length > 1 || serve.some(({ from, hold }) => hold > 0 || !from.every(isPlace))) return undefined
  if (own?.calls.some(({ fanout }) => fanout < 1)) return undefined
  const homes = spec.spread.map(place => roster.places.places[place].entity)
  const [need] = serve
  if (homes.length === 0) return need && { suppliers: need.from, k: need.k }
  // The instances in so many homes carry what is asked.
  const asked = Object.values(scenario.clients).reduce(
    (sum, client) => sum + ('to' in client && client.to === roster.running[number].id ? peakOf(client) : 0),
    0,
  )
  const each = Math.floor(spec.instances / homes.length) * service.capacity
  const enough = each > 0 ? Math.max(1, Math.ceil(asked / each)) : Infinity
  const isStruck = homes.some(home => faults.some(fault => strikes(roster, fault, home)))
  if (need === undefined) return isStruck && enough === 1 ? { suppliers: homes, k: 1 } : undefined
  if (!isStruck) return enough <= homes.length ? { suppliers: need.from, k: need.k } : undefined
  const isSame = homes.length === need.from.length && homes.every(home => need.from.includes(home))
  return isSame && enough <= need.k ? { suppliers: need.from, k: need.k } : undefined
}

function peakOf({ rate }: Sender): number {
  return rate.kind === 'constant' ? rate.rate : rate.mean * rate.peak
}

/** Whether a fault may strike a place, one above it or one within. */
function strikes({ entities }: Roster, fault: Fault, place: EntityId): boolean {
  return selected(entities, fault.target).some(target => isWithin(entities, place, target) || isWithin(entities, target, place))
}

function isWithin(entities: Roster['entities'], inner: EntityId, outer: EntityId): boolean {
  let at = inner
  while (at > 0 && at !== outer) at = entities.parent(at)
  return at === outer
}

/** The faults as groups of suppliers that fail each by itself, and what takes several; undefined when they are more than that. */
function partsOf(
  scenario: Scenario,
  { entities, running }: Roster,
  faults: readonly Fault[],
  number: number,
  suppliers: readonly EntityId[],
): { groups: Group[]; commons: Common[] } | undefined {
  const groups: Group[] = []
  const commons: Common[] = []
  const isGrouped = new Set<EntityId>()
  for (const fault of faults) {
    const effect = effects.find(({ kind }) => kind === fault.kind)
    if (effect === undefined || fault.every === undefined || fault.target.pick !== undefined) return undefined
    const targets = selected(entities, fault.target).filter(entity => effect.targets.includes(entities.kind(entity)))
    if (fault.kind === 'operator-error') {
      if (!targets.includes(running[number].spec.entity)) continue
      if (fault.via !== undefined) return undefined
      commons.push({ suppliers: undefined, unavailability: unavailabilityOf(fault) })
      continue
    }
    if (fault.kind !== 'power-loss' && fault.kind !== 'host-failure') return undefined
    const of = fault.each === undefined ? undefined : membersOf(entities, targets, fault.each)
    const members = of === undefined ? [targets] : of.members.map(member => of.targetsOf(member))
    const covers = members.map(member =>
      suppliers.filter(supplier => member.some(target => isWithin(entities, supplier, target))),
    )
    const parts = members.flat().filter(target => !covers.flat().some(one => isWithin(entities, one, target)))
    if (parts.some(part => suppliers.some(supplier => isWithin(entities, part, supplier)))) return undefined
    const struck = covers.filter(cover => cover.length > 0)
    if (struck.length === 0) continue
    const crew = fault.via === undefined ? undefined : (scenario.services[fault.via] as Crew)
    if (struck.every(([first, second]) => second === undefined && !isGrouped.has(first))) {
      for (const [supplier] of struck) isGrouped.add(supplier)
      const group = { fault, suppliers: struck.flat(), members: members.length, crew }
      if (!isSolvable(group) || (crew !== undefined && faults.filter(({ via }) => via === fault.via).length > 1))
        return undefined
      groups.push(group)
    } else if (crew !== undefined || (fault.beta ?? 0) > 0) return undefined
    else for (const cover of struck) commons.push({ suppliers: new Set(cover), unavailability: unavailabilityOf(fault) })
  }
  return commons.length > COMMONS_MAX ? undefined : { groups, commons }
}

/** Their states are gone through one by one. */
const COMMONS_MAX = 10

/** A queue for a crew is a chain only without memory, and only if all who ask are known. */
function isSolvable({ fault, suppliers, members, crew }: Group): boolean {
  if (crew === undefined) return fault.lasts !== undefined
  const work = fault.lasts ?? crew.takes
  return mean(crew.travel) === 0 && isExponential(fault.every) && isExponential(work) && members === suppliers.length
}

function isExponential(law: Law | undefined): boolean {
  return law?.kind === 'exponential'
}

function unavailabilityOf({ every, lasts }: Fault): Ratio {
  const [life, repair] = [every, lasts].map(law => (law === undefined ? 0 : mean(law)))
  return repair / (life + repair)
}

/** Share of time in which fewer than `k` of the suppliers are up. */
function tooFewUp(suppliers: readonly EntityId[], k: number, groups: readonly Group[], commons: readonly Common[]): Ratio {
  let sum = 0
  for (let state = 0; state < 1 << commons.length; state++) {
    let probability = 1
    let isHeld = false
    const gone = new Set<EntityId>()
    commons.forEach(({ suppliers: taken, unavailability }, i) => {
      const isDown = ((state >> i) & 1) === 1
      probability *= isDown ? unavailability : 1 - unavailability
      if (isDown && taken === undefined) isHeld = true
      if (isDown) for (const supplier of taken ?? []) gone.add(supplier)
    })
    let counts: number[] = [1] // probability that so many of the others are down
    for (const group of groups)
      counts = convolved(counts, downCounts(group, group.suppliers.filter(one => !gone.has(one)).length))
    const spare = suppliers.length - gone.size - k
    const few = counts.reduceRight((tail, share, down) => (down > spare ? tail + share : tail), 0)
    sum += probability * (isHeld ? 1 : few)
  }
  return sum
}

/** Probability that so many of `n` parts of a group are down, by their number. */
function downCounts({ fault, crew, members }: Group, n: number): Ratio[] {
  const { every, lasts } = fault
  if (n === 0 || every === undefined) return [1]
  const beta = n === 1 ? 0 : (fault.beta ?? 0) // one part has nothing in common with itself
  const repair = mean(lasts ?? crew?.takes ?? { kind: 'constant', value: 0 })
  if (crew !== undefined || (beta > 0 && isExponential(every) && isExponential(lasts))) {
    return sharesDown({ n, life: mean(every), repair, beta, crews: crew?.servers ?? members })
  }
  const q = unavailabilityOf(fault)
  const alone = alike(n, (1 - beta) * q).reduce<number[]>((counts, part) => convolved(counts, [1 - part, part]), [1])
  return alone.map((share, down) => (1 - beta * q) * share + (down === n ? beta * q : 0))
}

/** How many of two groups together, from how many of each. */
function convolved(a: readonly number[], b: readonly number[]): number[] {
  const sums = new Array<number>(a.length + b.length - 1).fill(0)
  a.forEach((x, i) => {
    b.forEach((y, j) => {
      sums[i + j] += x * y
    })
  })
  return sums
}

function formulaOf(k: number, n: number, groups: readonly Group[], commons: number): Text {
  const parts = groups.map(({ fault, crew }) => {
    const { every, lasts, beta = 0 } = fault
    const up = formatDuration(mean(every ?? { kind: 'constant', value: 0 }))
    const down = formatDuration(mean(lasts ?? crew?.takes ?? { kind: 'constant', value: 0 }))
    const share = `${Number((100 * beta).toPrecision(6))} %`
    return text(
      `up ${up}, down ${down} on average${beta > 0 ? `, ${share} of the failures in common` : ''}${crew === undefined ? '' : `, crew of ${crew.servers}`}`,
      `平均正常 ${up}、故障 ${down}${beta > 0 ? `，其中 ${share} 为共因` : ''}${crew === undefined ? '' : `，维修 ${crew.servers} 组`}`,
    )
  })
  const each = (language: 'en' | 'zh'): string => [...new Set(parts.map(part => part[language]))].join('; ')
  const more = commons === 0 ? text('', '') : text(`; ${commons} more common`, `；另有 ${commons} 个共因`)
  return text(`${k} of ${n} places, each ${each('en')}${more.en}`, `${n} 个场所中需 ${k} 个，各自${each('zh')}${more.zh}`)
}

// What is left when a zone goes

/** The instances left when the zones of one power loss are gone, against the peak of what is asked. Nothing is launched. */
function staticStability(
  scenario: Scenario,
  roster: Roster,
  faults: readonly Fault[],
  number: number,
  expectation: Expectation,
): Form | undefined {
  const { entities, places, running } = roster
  const { spec, service, id } = running[number]
  const senders = Object.values(scenario.clients).filter((client): client is Sender => 'to' in client && client.to === id)
  const planes = running.filter(one => one.service.kind === 'control-plane').map(one => one.spec.entity)
  const touches = faults.filter(fault => {
    if (fault.kind === 'capacity-shortage') return false // of what could be launched
    return !(fault.kind === 'operator-error' && selected(entities, fault.target).every(target => planes.includes(target)))
  })
  const [loss, another] = touches
  if (loss === undefined || another !== undefined || loss.kind !== 'power-loss' || senders.length === 0) return undefined
  if (spec.spread.length < 2 || loss.target.pick !== undefined) return undefined
  const lost = selected(entities, loss.target)
  const homes = spec.spread.map(place => places.places[place].entity)
  if (!lost.every(target => homes.includes(target))) return undefined
  const standing = homes.map((_, i) => Math.ceil((spec.instances - i) / homes.length)) // placed in turn
  const left = standing.reduce((sum, count, i) => (lost.includes(homes[i]) ? sum : sum + count), 0)
  const peak = senders.reduce((sum, sender) => sum + peakOf(sender), 0)
  const share = Math.min(1, (left * service.capacity) / peak)
  const isScaled = Object.values(scenario.plans).some(plan => plan.enabled && plan.of === id)
  const { metric } = expectation
  const isGoodput = metric === 'goodput-share' && expectation.after !== undefined
  const bounded =
    metric === 'availability' ? expectation['at-least'] : metric === 'recovery-time' ? expectation['at-most'] : undefined
  if (!isGoodput && bounded === undefined) return undefined
  if (share < 1 && isScaled) return undefined // someone may help
  return {
    class: 'static-stability',
    value: isGoodput ? share : null,
    verdict: isGoodput ? null : share < 1 ? 'fail' : 'pass',
    formula: text(
      `${left} of ${spec.instances} instances are left and carry ${Math.round(left * service.capacity)}/s of ${Math.round(peak)}/s at the peak`,
      `${spec.instances} 个实例中剩余 ${left} 个，可承载 ${Math.round(left * service.capacity)}/s，峰值需求 ${Math.round(peak)}/s`,
    ),
    assumptions: [
      text(
        'the zone goes at the peak; nothing is launched and nothing else fails',
        '可用区在峰值时丢失；不新增实例，也无其他故障',
      ),
      text('what does not fit is refused at once, and retries cost nothing', '超出容量的请求立即被拒绝，重试没有代价'),
    ],
    leavesOut: share < 1 ? ['capacity'] : ['detection'],
  }
}

// Who is back when

/**
 * The critical path through the start-needs of services that begin dark, counted from the moment a place has its hosts back:
 * each takes its `starts-in` from when the last of its needs is met. What is never met never starts.
 */
function startUp(roster: Roster, faults: readonly Fault[], number: number, expectation: Expectation): Form | undefined {
  const { entities, running, needs } = roster
  const { metric, after, delay = 0, to = 1, hold = 0 } = expectation
  if (metric !== 'time-to' || to !== 1 || hold !== 0 || delay !== 0) return undefined
  if (after?.kind !== 'when' || after.row !== 'place.ready' || after.of === undefined || after.delay !== 0) return undefined
  if (!faults.every(({ kind, lasts }) => kind === 'energise' && lasts === undefined)) return undefined
  const ready = new Set(selected(entities, after.of))
  const numberOf = new Map(running.map(({ spec }, at) => [spec.entity, at]))
  const finish = new Map<EntityId, number>() // s, of what is known; others never
  for (const place of ready) finish.set(place, 0)
  const dark: EntityId[] = []
  const asked = [running[number].spec.entity]
  for (const entity of asked) {
    const at = numberOf.get(entity)
    if (at === undefined) {
      if (!ready.has(entity)) return undefined // some other place, with a moment of its own
      continue
    }
    const { spec, service } = running[at]
    if (spec.begin === 'up') {
      finish.set(entity, 0)
      continue
    }
    const own = needs.filter(({ holder }) => holder === entity)
    const isPlain = spec.spread.length === 0 && ['constant', 'work'].includes(service['starts-in'].kind)
    if (
      !isPlain ||
      own.length === 0 ||
      own.some(({ when, hold, kept }) => when !== 'start' || (hold > 0 && !isHeld(hold, kept)))
    ) {
      return undefined
    }
    dark.push(entity)
    for (const { from, hold } of own)
      if (hold === 0) for (const supplier of from) if (!asked.includes(supplier)) asked.push(supplier)
  }
  for (let round = 0; round < dark.length; round++) {
    for (const entity of dark) {
      let begins = 0
      for (const { holder, from, k, hold } of needs) {
        if (holder !== entity || hold > 0) continue
        const met = from.map(supplier => finish.get(supplier) ?? Infinity).sort((a, b) => a - b)[k - 1]
        begins = Math.max(begins, met)
      }
      const { service } = running[numberOf.get(entity) ?? number]
      if (begins < Infinity) finish.set(entity, begins + mean(service['starts-in']))
    }
  }
  const value = finish.get(running[number].spec.entity)
  return {
    class: 'start-up',
    value: value ?? null,
    verdict: value === undefined ? 'fail' : null,
    formula:
      value === undefined
        ? text('it waits in a circle, or for one: it never starts', '处于循环等待中，永远无法启动')
        : text(
            `the longest way through the start-needs of ${dark.length} services`,
            `${dark.length} 个服务启动依赖图中的最长路径`,
          ),
    assumptions: [text('nobody waits for a server or a slot', '不排队等待任何名额')],
    leavesOut: ['capacity'],
  }
}

/** A copy on disk that never expires is there from the start. */
function isHeld(hold: number, kept: string): boolean {
  return hold === Infinity && kept === 'disk'
}
