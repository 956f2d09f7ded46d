/**
 * Leases: every instance of a service may hold one that another service grants, good for a time and renewed by a call now and
 * then. An instance whose lease is too old leaves: it runs, but does not serve, and asks until it is let in again.
 *
 * Whoever grants leases shares its instances among all calls in flight (`sharing.ts`), so that where leases expire faster than
 * they can be renewed the retries of those who lost theirs keep the others from renewing: congestive collapse, which outlasts
 * its cause. Nothing is scheduled while all renewals are in time; otherwise those who ask are worked off in rounds (a time-out
 * and the wait after it) for as long as a round lets somebody in.
 *
 * Knows of services that they have instances, and of networks who reaches whom; nothing of traffic, faults and plans.
 */
import { type EventId, NO_EVENT } from '../../engine/calendar.ts'
import { sample } from '../../engine/distribution.ts'
import type { Key, Randomness } from '../../engine/random.ts'
import type { Simulation } from '../../engine/simulation.ts'
import { HORIZON_MAX, onGrid, onGridAfter } from '../../engine/time.ts'
import type { Entities, EntityId } from '../../trace/entities.ts'
import { defineRows } from '../../trace/row-kinds.ts'
import { NO_CAUSE, type RowId, type Trace } from '../../trace/trace.ts'
import type { Law } from '../../units/law.ts'
import type { PerSecond, Seconds } from '../../units/quantity.ts'
import type { Hosts } from '../hosts.ts'
import { createModifiers, LONGEST, PRODUCT, TIGHTEST } from '../modifiers.ts'
import type { Needs } from '../needs.ts'
import type { Network } from '../network.ts'
import type { Places } from '../places.ts'
import type { Services } from '../services.ts'
import { type Calls, isInTime, shareLetIn, speedOf } from './sharing.ts'

/** The leases of one service's instances. */
export interface LeaseSpec {
  /** Name of the need, as in `tables.membership`. */
  readonly name: string
  /** Number of the service whose instances hold them, and of the one that grants them. */
  readonly holder: number
  readonly supplier: number
  /** How long one is good after it was renewed, s. */
  readonly hold: Seconds
  /** Time between two renewals, s. */
  readonly every: Seconds
  /** When a call gives up, and how long after that it is made again, s. */
  readonly timeout: Seconds
  readonly retry: Seconds
  /** Work of a renewal, of one instance of the supplier, s; drawn once for each holder. */
  readonly cost: Law
  /** Work of letting in one who has left, and of striking off one who leaves, relative to a renewal. */
  readonly rejoin: number
  readonly leave: number
}

const Row = defineRows('lease', {
  overdue: {
    says: {
      en: 'calls to {subject} begin to time out: they get {a} of an instance each, and some need more',
      zh: '对 {subject} 的调用开始超时：此时每个调用分得 {a} 个实例的处理能力，部分调用需要更多',
    },
    a: 'ratio',
    level: 1,
  },
  'in-time': { says: { en: '{subject} renews all leases in time', zh: '{subject} 可及时续约所有租约' }, level: 1 },
  asking: {
    says: {
      en: '{a} instances of {subject} ask for their leases, {b} have none',
      zh: '{subject} 有 {a} 个实例在请求租约，{b} 个没有租约',
    },
    a: 'count',
    b: 'count',
    level: 3,
  },
  expired: { says: { en: 'the lease of {subject} runs out', zh: '{subject} 的租约到期' }, hop: 'lasts', level: 3 },
  joined: {
    says: { en: '{subject} is given a lease', zh: '{subject} 重新获得租约' },
    hop: 'queue',
    limit: 'leases',
    level: 3,
  },
})

/** What becomes of a lease: held; held, but a renewal has failed; none, though its instance runs; none, since it does not. */
const [HELD, LATE, OUT, GONE] = [0, 1, 2, 3]

/** A row of how many ask is due when the number has changed by this share of all. */
const ASKING_STEP = 0.02

export type Leases = ReturnType<typeof createLeases>

export function createLeases(
  sim: Simulation,
  trace: Trace,
  randomness: Randomness,
  entities: Entities,
  services: Services,
  needs: Needs,
  network: Network,
  places: Places,
  hosts: Hosts,
  specs: readonly LeaseSpec[],
) {
  // Leases are numbered through, group by group: a group is one service's instances at one supplier.
  const firstOf: number[] = []
  const endOf: number[] = []
  let total = 0
  for (const { holder } of specs) {
    firstOf.push(total)
    total += services.specs[holder].instancesMax
    endOf.push(total)
  }
  const groupOf = new Uint16Array(total)
  const instanceOf = new Uint32Array(total)
  const cost = new Float64Array(total) // s
  const keyOf = (lease: number): Key => entities.key(services.entityOfInstance(instanceOf[lease]))
  specs.forEach(({ name, holder, cost: law }, group) => {
    const first = services.firstInstance(holder)
    const count = services.specs[holder].instancesMax
    const draws = randomness.streams(`lease/${name}/cost`, count, i => entities.key(services.entityOfInstance(first + i)))
    for (let i = 0; i < count; i++) {
      const lease = firstOf[group] + i
      groupOf[lease] = group
      instanceOf[lease] = first + i
      cost[lease] = sample(law, draws, i)
    }
  })
  const suppliers = [...new Set(specs.map(({ supplier }) => supplier))].sort((a, b) => a - b)
  const zonesOf = suppliers.map(supplier => services.zonesOf(supplier))
  const supplierOf = specs.map(({ supplier }) => suppliers.indexOf(supplier))
  const groupsOf = suppliers.map((_, supplier) =>
    specs.map((_, group) => group).filter(group => supplierOf[group] === supplier),
  )

  const state = sim.column(Uint8Array, total).fill(GONE)
  const renewed = sim.column(Float64Array, total) // a moment of a good renewal; while held, every so often since, s
  const timer = sim.column(Float64Array, total).fill(NO_EVENT) // when held: the renewal that will fail; when late: the end
  const because = sim.column(Uint32Array, total) // row that made it fail, by lease
  const unheard = sim.column(Uint8Array, total) // whether its calls do not arrive
  const cuts = sim.column(Uint16Array, places.hosts) // reasons for a host to be cut off
  const round = sim.column(Float64Array, specs.length).fill(NO_EVENT) // pending end of a round, by group
  const roundFrom = sim.column(Float64Array, specs.length) // when it began, s
  const roundTo = sim.column(Float64Array, specs.length) // when it ends, s
  const turn = sim.column(Uint32Array, specs.length) // who is let in next while not all are, by group
  const credit = sim.column(Float64Array, specs.length) // calls that may be let in and have not been made, by group
  const askingWritten = sim.column(Int32Array, specs.length)
  const outWritten = sim.column(Int32Array, specs.length)
  const timeout = sim.column(Float64Array, specs.length) // as raised, s
  timeout.set(specs.map(spec => spec.timeout))
  const mayJoin = sim.column(Uint8Array, specs.length) // whether all is there that who has left needs to start
  const asking = sim.column(Int32Array, specs.length) // calls of those who ask in a round, by group

  // By supplier.
  const speed = sim.column(Float64Array, suppliers.length).fill(1) // of a call, as a share of an instance
  const servers = sim.column(Float64Array, suppliers.length) // instances up, times what they are worth
  const letIn = sim.column(Float64Array, suppliers.length).fill(1) // share of the calls of those who ask
  const removing = sim.column(Float64Array, suppliers.length) // work left on those who have left, s of an instance
  const removingAt = sim.column(Float64Array, suppliers.length) // when that was worked out
  const removed = sim.column(Float64Array, suppliers.length).fill(NO_EVENT)
  const changedBy = sim.column(Uint32Array, suppliers.length) // last row that changed what it can do, or who reaches it
  const isDirty = sim.column(Uint8Array, suppliers.length)
  const hasNew = sim.column(Uint8Array, suppliers.length) // whether somebody began to ask since it was worked out last
  const isOverdue = sim.column(Uint8Array, suppliers.length)

  const scales = createModifiers(sim, PRODUCT)
  const limits = createModifiers(sim, TIGHTEST)
  const timeouts = createModifiers(sim, LONGEST)
  const terms = { scale: scales, limit: limits, timeout: timeouts }
  // Scratch, filled anew whenever it is read.
  const calls: Calls = {
    count: 0,
    rate: new Float64Array(total),
    work: new Float64Array(total),
    patience: new Float64Array(total),
  }

  const RENEWAL_FAILS = sim.on((lease: number) => {
    timer[lease] = NO_EVENT
    fail(lease, sim.now - specs[groupOf[lease]].every, changedBy[supplierOf[groupOf[lease]]])
  })
  const EXPIRES = sim.on((lease: number) => {
    timer[lease] = NO_EVENT
    expire(lease)
  })
  const ROUND = sim.on((group: number) => {
    round[group] = NO_EVENT
    if (hasNew[supplierOf[group]] === 1) solve(supplierOf[group])
    endRound(group)
    touch(supplierOf[group])
  })
  const REMOVED = sim.on((supplier: number) => {
    removed[supplier] = NO_EVENT
    removing[supplier] = 0
    touch(supplier)
  })

  /** Whoever is up at the start holds a lease. Call once services have begun. */
  function begin(): void {
    for (let lease = 0; lease < total; lease++) {
      if (services.instanceIsUp(instanceOf[lease])) {
        const { name, every } = specs[groupOf[lease]]
        state[lease] = HELD
        renewed[lease] = onGrid(randomness.rank(`lease/${name}/phase`, keyOf(lease)) * every) - every
      } else services.lose(instanceOf[lease], 'serve', NO_CAUSE)
    }
    services.watchInstances((instance, _up, row) => {
      for (let supplier = 0; supplier < suppliers.length; supplier++) {
        if (services.serviceOfInstance(instance) === suppliers[supplier]) touch(supplier, row)
      }
      if (!services.instanceRuns(instance)) eachLeaseOf(instance, lease => stop(lease, row))
    })
    services.watchStalled((instance, row) => eachLeaseOf(instance, lease => start(lease, row)))
    services.watchServices((service, _up, row) => {
      const supplier = suppliers.indexOf(service)
      if (supplier >= 0) touch(supplier, row)
    })
    needs.watch((holder, moment, row) => {
      if (moment !== 'start') return
      specs.forEach((spec, group) => {
        if (services.specs[spec.holder].entity === holder) touch(supplierOf[group], row)
      })
    })
    network.watch(hear)
    hosts.watchReach((host, reaches, row) => {
      cuts[host] += reaches ? -1 : 1
      hear(row)
    })
    sim.onSettle(() => {
      for (let supplier = 0; supplier < suppliers.length; supplier++) if (isDirty[supplier] === 1) settle(supplier)
    })
    for (let supplier = 0; supplier < suppliers.length; supplier++) touch(supplier)
  }

  function eachLeaseOf(instance: number, visit: (lease: number) => void): void {
    const service = services.serviceOfInstance(instance)
    specs.forEach(({ holder }, group) => {
      if (holder === service) visit(firstOf[group] + instance - services.firstInstance(service))
    })
  }

  // One lease.

  /** Its instance cannot be heard, or its renewal was late: it was renewed last at the moment `at`, and asks from now on. */
  function fail(lease: number, at: Seconds, row: RowId): void {
    state[lease] = LATE
    renewed[lease] = at
    because[lease] = row
    timer[lease] = sim.at(Math.max(sim.now, at + specs[groupOf[lease]].hold), EXPIRES, lease)
    askAnew(groupOf[lease])
  }

  function expire(lease: number): void {
    state[lease] = OUT
    strikeOff(lease)
    because[lease] = trace.write(sim.now, Row.expired, services.entityOfInstance(instanceOf[lease]), because[lease])
    services.lose(instanceOf[lease], 'serve', because[lease])
    askAnew(groupOf[lease])
  }

  function join(lease: number): void {
    const wasOut = state[lease] === OUT
    cancel(timer, lease)
    state[lease] = HELD
    renewed[lease] = sim.now
    if (!wasOut) return
    const cause = Math.max(because[lease], changedBy[supplierOf[groupOf[lease]]]) // whichever came last
    const instance = instanceOf[lease]
    services.regain(instance, 'serve', trace.write(sim.now, Row.joined, services.entityOfInstance(instance), cause))
  }

  /** Its instance went down: what it held is forgotten, and whoever granted it has to say so to everybody else. */
  function stop(lease: number, row: RowId): void {
    if (state[lease] === GONE) return
    cancel(timer, lease)
    if (state[lease] !== OUT) {
      strikeOff(lease)
      services.lose(instanceOf[lease], 'serve', row)
    }
    state[lease] = GONE
    touch(supplierOf[groupOf[lease]], specs[groupOf[lease]].leave > 0 ? row : undefined)
  }

  /** Its instance runs again, and asks. */
  function start(lease: number, row: RowId): void {
    if (state[lease] !== GONE) return
    state[lease] = OUT
    because[lease] = row
    unheard[lease] = isHeard(lease) ? 0 : 1
    askAnew(groupOf[lease])
  }

  function strikeOff(lease: number): void {
    const { leave } = specs[groupOf[lease]]
    if (leave === 0) return
    const supplier = supplierOf[groupOf[lease]]
    workOff(supplier)
    removing[supplier] += leave * cost[lease]
    touch(supplier)
  }

  /** When a lease that is held was renewed last. */
  function lastRenewal(lease: number): Seconds {
    const { every } = specs[groupOf[lease]]
    return renewed[lease] + Math.floor((sim.now - renewed[lease]) / every) * every
  }

  // Who reaches whom.

  function isHeard(lease: number): boolean {
    const instance = instanceOf[lease]
    const host = services.hostOfInstance(instance)
    if (host >= 0 && cuts[host] > 0) return false
    const zone = services.zoneOfInstance(instance)
    const zones = zonesOf[supplierOf[groupOf[lease]]]
    return zone < 0 || zones.length === 0 || zones.some(other => network.reaches(zone, other))
  }

  /** Hosts or links were cut or joined. Whoever is cut off notices, and asks. */
  function hear(row: RowId): void {
    for (let lease = 0; lease < total; lease++) {
      if (state[lease] === GONE) continue
      const now = isHeard(lease) ? 0 : 1
      if (now === unheard[lease]) continue
      unheard[lease] = now
      touch(supplierOf[groupOf[lease]], row)
      if (now === 0 || state[lease] !== HELD) continue
      cancel(timer, lease)
      fail(lease, lastRenewal(lease), row)
    }
  }

  // A supplier and all who ask it.

  /** What a supplier can do, or is asked, has changed: it is worked out once at the end of this instant. */
  function touch(supplier: number, row?: RowId): void {
    if (row !== undefined) changedBy[supplier] = row
    isDirty[supplier] = 1
    sim.unsettle()
  }

  /** Somebody has begun to ask, or asks for more. */
  function askAnew(group: number): void {
    hasNew[supplierOf[group]] = 1
    ask(group)
  }

  /** Somebody asks: what comes of it is seen at the end of a round, or of several of which only the last lets somebody in. */
  function ask(group: number, rounds = 1): void {
    const end = Math.min(HORIZON_MAX, onGrid(sim.now + rounds * roundOf(group)))
    if (round[group] === NO_EVENT) roundFrom[group] = sim.now
    else if (roundTo[group] <= end) return
    cancel(round, group)
    roundTo[group] = end
    round[group] = sim.at(end, ROUND, group)
  }

  function settle(supplier: number): void {
    isDirty[supplier] = 0
    solve(supplier)
    foresee(supplier)
    for (const group of groupsOf[supplier]) {
      if (letsSomebodyIn(group)) ask(group, untilLetIn(group))
      writeAsking(group)
    }
  }

  /** How fast calls are served from now on. */
  function solve(supplier: number): void {
    workOff(supplier)
    hasNew[supplier] = 0
    for (const group of groupsOf[supplier]) {
      timeout[group] = Math.max(specs[group].timeout, timeouts.fold(supplier))
      mayJoin[group] = needs.ok(services.specs[specs[group].holder].entity, 'start') ? 1 : 0
      asking[group] = 0
      for (let lease = firstOf[group]; lease < endOf[group]; lease++) if (asks(lease)) asking[group]++
    }
    const service = suppliers[supplier]
    servers[supplier] = services.isUp(service) ? services.ready(service) * scales.fold(supplier) : 0
    letIn[supplier] = shareLetIn(limits.fold(supplier), made(supplier))
    cancel(removed, supplier)
    if (removing[supplier] > 0) {
      // Those who have left are struck off before anybody else is served.
      speed[supplier] = 0
      if (servers[supplier] > 0)
        removed[supplier] = sim.at(onGridAfter(sim.now + removing[supplier] / servers[supplier]), REMOVED, supplier)
      return
    }
    gatherCalls(supplier)
    speed[supplier] = speedOf(servers[supplier], calls)
  }

  function gatherCalls(supplier: number): void {
    calls.count = 0
    for (const group of groupsOf[supplier]) {
      const renewing = 1 / specs[group].every
      const again = letIn[supplier] / roundOf(group)
      for (let lease = firstOf[group]; lease < endOf[group]; lease++) {
        const isHolding = state[lease] === HELD
        if (!isHolding && !asks(lease)) continue
        calls.rate[calls.count] = isHolding ? renewing : again
        calls.work[calls.count] = workOf(lease)
        calls.patience[calls.count] = timeout[group]
        calls.count++
      }
    }
  }

  /** Calls of those who ask, /s. */
  function made(supplier: number): PerSecond {
    return groupsOf[supplier].reduce((sum, group) => sum + asking[group] / roundOf(group), 0)
  }

  function workOff(supplier: number): void {
    const done = servers[supplier] * (sim.now - removingAt[supplier])
    removing[supplier] = Math.max(0, removing[supplier] - done)
    removingAt[supplier] = sim.now
  }

  /** Schedules the next renewal of those whose renewals are too much now, and of nobody else. */
  function foresee(supplier: number): void {
    let fails = false
    for (const group of groupsOf[supplier]) {
      for (let lease = firstOf[group]; lease < endOf[group]; lease++) {
        if (state[lease] === GONE) continue
        const isLate = !succeeds(lease)
        fails ||= isLate
        if (state[lease] !== HELD || isLate === (timer[lease] !== NO_EVENT)) continue
        if (isLate) timer[lease] = sim.at(Math.max(sim.now, lastRenewal(lease) + specs[group].every), RENEWAL_FAILS, lease)
        else cancel(timer, lease)
      }
    }
    if (fails === (isOverdue[supplier] === 1)) return
    isOverdue[supplier] = fails ? 1 : 0
    const { entity } = services.specs[suppliers[supplier]]
    if (fails) changedBy[supplier] = trace.write(sim.now, Row.overdue, entity, changedBy[supplier], speed[supplier])
    else trace.write(sim.now, Row['in-time'], entity, changedBy[supplier])
  }

  /** Those of a group whose calls were let in and short enough have their leases. */
  function endRound(group: number): void {
    const supplier = supplierOf[group]
    const first = firstOf[group]
    const size = endOf[group] - first
    const all = letIn[supplier] === 1
    let left = all ? size : takeCredit(group)
    const from = all ? 0 : turn[group]
    for (let i = 0; i < size && left > 0; i++) {
      const at = (from + i) % size
      const lease = first + at
      if (!asks(lease)) continue
      left--
      if (!all) turn[group] = (at + 1) % size
      if (isLetIn(lease)) join(lease)
    }
  }

  /** How many calls of the round that ends are let in while not all are: whole ones, with what was left over before. */
  function takeCredit(group: number): number {
    const due = credit[group] + (sim.now - roundFrom[group]) * admitted(group)
    credit[group] = due - Math.floor(due)
    return Math.floor(due)
  }

  /** Rounds until a whole call is let in. */
  function untilLetIn(group: number): number {
    if (letIn[supplierOf[group]] === 1) return 1
    return Math.max(1, Math.ceil((1 - credit[group]) / (roundOf(group) * admitted(group))))
  }

  /** Calls of a group that are let in, of all that share the limit, /s. */
  function admitted(group: number): PerSecond {
    const supplier = supplierOf[group]
    return limits.fold(supplier) * (asking[group] / roundOf(group) / made(supplier))
  }

  function letsSomebodyIn(group: number): boolean {
    if (letIn[supplierOf[group]] === 0) return false
    for (let lease = firstOf[group]; lease < endOf[group]; lease++) if (asks(lease) && isLetIn(lease)) return true
    return false
  }

  /** Whether it asks and its calls arrive. */
  function asks(lease: number): boolean {
    return unheard[lease] === 0 && (state[lease] === LATE || state[lease] === OUT)
  }

  /** Whether a call that asks is answered with a lease: one who has left also needs what it needs to start. */
  function isLetIn(lease: number): boolean {
    return succeeds(lease) && (state[lease] === LATE || mayJoin[groupOf[lease]] === 1)
  }

  /** Whether its next call is heard and answered in time. */
  function succeeds(lease: number): boolean {
    const group = groupOf[lease]
    return unheard[lease] === 0 && isInTime(workOf(lease), timeout[group], speed[supplierOf[group]])
  }

  /** Work of its next call, s of an instance. */
  function workOf(lease: number): Seconds {
    return state[lease] === OUT ? specs[groupOf[lease]].rejoin * cost[lease] : cost[lease]
  }

  function roundOf(group: number): Seconds {
    return timeout[group] + specs[group].retry
  }

  function cancel(events: Float64Array, at: number): void {
    if (events[at] !== NO_EVENT) sim.cancel(events[at] as EventId)
    events[at] = NO_EVENT
  }

  function writeAsking(group: number): void {
    const { entity } = services.specs[specs[group].holder]
    let out = 0
    let unanswered = 0
    for (let lease = firstOf[group]; lease < endOf[group]; lease++) {
      if (state[lease] === OUT) out++
      if (state[lease] === OUT || state[lease] === LATE) unanswered++
    }
    const isDue = (now: number, then: number): boolean =>
      (now === 0) !== (then === 0) || Math.abs(now - then) >= Math.max(1, ASKING_STEP * (endOf[group] - firstOf[group]))
    if (!isDue(unanswered, askingWritten[group]) && !isDue(out, outWritten[group])) return
    askingWritten[group] = unanswered
    outWritten[group] = out
    trace.write(sim.now, Row.asking, entity, changedBy[supplierOf[group]], unanswered, out)
  }

  /** Suppliers among the services given. */
  function suppliersAmong(of: readonly EntityId[]): number[] {
    return suppliers.map((_, supplier) => supplier).filter(supplier => of.includes(services.specs[suppliers[supplier]].entity))
  }

  return {
    begin,
    /** Services, by entity, that are worth `times` their instances for whom they grant leases. */
    scale(of: readonly EntityId[], by: EntityId, times: number, row: RowId): void {
      for (const supplier of suppliersAmong(of)) {
        scales.set(supplier, by, times)
        touch(supplier, row)
      }
    },
    /** How many of those who ask again such services let in, /s. Who renews in time is always let in. */
    limit(of: readonly EntityId[], by: EntityId, rate: PerSecond, row: RowId): void {
      for (const supplier of suppliersAmong(of)) {
        limits.set(supplier, by, rate)
        touch(supplier, row)
      }
    },
    /** Calls to such services are given up later, if that is later than they would be, s. */
    raiseTimeout(of: readonly EntityId[], by: EntityId, timeout: Seconds, row: RowId): void {
      for (const supplier of suppliersAmong(of)) {
        timeouts.set(supplier, by, timeout)
        touch(supplier, row)
      }
    },
    /** Takes away what `by` has changed of one sort. */
    lift(what: keyof typeof terms, of: readonly EntityId[], by: EntityId, row: RowId): void {
      for (const supplier of suppliersAmong(of)) {
        terms[what].lift(supplier, by)
        touch(supplier, row)
      }
    },
    /** Instances on these hosts cannot reach whoever grants their leases. */
    cut(list: readonly number[], row: RowId): void {
      for (const host of list) cuts[host]++
      hear(row)
    },
    join(list: readonly number[], row: RowId): void {
      for (const host of list) cuts[host]--
      hear(row)
    },
    /** Work of a renewal of each lease of a group, s. */
    costsOf: (group: number): Float64Array => cost.slice(firstOf[group], endOf[group]),
  }
}
