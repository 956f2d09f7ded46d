/** Long-run availability: places that fail and are repaired again and again, and a service that needs k of n of them. */
import { effects } from '../../effects/index.ts'
import { membersOf } from '../../effects/recurrence.ts'
import { mean } from '../../engine/distribution.ts'
import type { Roster } from '../../scenario/roster.ts'
import type { Crew, Expectation, Fault, Scenario } from '../../scenario/schema.ts'
import { alike } from '../../sla/blocks.ts'
import { sharesDown } from '../../sla/common-cause.ts'
import type { EntityId } from '../../trace/entities.ts'
import { selected } from '../../trace/selection.ts'
import type { Text } from '../../units/fields.ts'
import { formatDuration } from '../../units/format.ts'
import type { Law } from '../../units/law.ts'
import type { Ratio } from '../../units/quantity.ts'
import { type Form, peakOf, text } from './form.ts'

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

/** Availability and downtime of a service whose places fail and are repaired over and over. */
export function longRun(
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
  if (own?.data !== undefined || roster.leases.some(({ holder }) => holder === number)) return undefined
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
