/**
 * Volumes: data with several copies on the hosts of a zone. With k good copies a volume serves; one that has fewer than it should
 * looks for room elsewhere and is copied there; one that finds none is stuck; one that lost them all with the power waits for the
 * first to return, is checked, and is copied again. What cannot be made good is lost, or restored from its snapshot.
 *
 * Searching may be work for a control plane, which others need at the same time: that makes a storm of it. Volumes are counted
 * by cohort, never kept one by one; every state is a count, and the counts of a zone always sum to its volumes.
 *
 * After it was copied elsewhere a volume counts among those that share their first copy with it: how much lies on which host
 * is exact in sum, while who shares which hosts stays as it was laid out.
 */
import type { Simulation } from '../../engine/simulation.ts'
import { onGrid } from '../../engine/time.ts'
import { rowKindNamed } from '../../trace/row-kinds.ts'
import { NO_CAUSE, type RowId, type Trace } from '../../trace/trace.ts'
import type { Ratio } from '../../units/quantity.ts'
import type { ControlPlanes } from '../control-plane.ts'
import { createDrains } from '../drain.ts'
import type { Hosts } from '../hosts.ts'
import type { Places } from '../places.ts'
import { Batches, NO_BATCH } from './batches.ts'
import { CHECKING, createCounts, DARK, DEGRADED, LOST, MIRRORED, RESTORING, STUCK } from './counts.ts'
import { layOutVolumes } from './layout.ts'
import { createRoom } from './room.ts'
import type { VolumesSpec } from './spec.ts'

/** Lines in which the batches of a zone stand: for a search; for bytes to copy and to restore; for room, with the next search or as restored. */
const [SEARCH, COPY, RESTORE, IDLE, HOMELESS] = [0, 1, 2, 3, 4]
const LINES = 5
/** Of the number of a batch and its ticket in one number. */
const TICKETS = 2 ** 26

export type Volumes = ReturnType<typeof createVolumes>

export function createVolumes(
  sim: Simulation,
  trace: Trace,
  places: Places,
  hosts: Hosts,
  controlPlanes: ControlPlanes,
  specs: readonly VolumesSpec[],
) {
  const layout = layOutVolumes(places, specs)
  const { pools, nodes, cohorts, firstNode, firstCohort, poolOfNode, poolOfCohort, nodesOf, nodeOf, eachCopy } = layout
  const counts = createCounts(sim, trace, pools)
  const { move, changed } = counts

  const present = sim.column(Uint8Array, nodes) // whether its copies can be read, by node
  const cuts = sim.column(Uint8Array, nodes) // reasons for its copies to be out of reach, by node
  const crashed = sim.column(Uint8Array, nodes) // whether it went without being able to finish what it wrote, by node
  const since = sim.column(Float64Array, nodes) // when it came or went, s, by node
  const there = sim.column(Uint8Array, cohorts) // copies that can be read, as bits, by cohort
  const whole = sim.column(Float64Array, cohorts) // volumes of which every copy is good, by cohort
  const batchOf = sim.column(Int32Array, cohorts).fill(NO_BATCH) // the first one, by cohort
  const hostsThere = sim.column(Uint32Array, pools.length)
  const checked = sim.column(Float64Array, pools.length) // volumes ever, by pool
  const beyondRepair = sim.column(Float64Array, pools.length) // of those, the ones that could not be made good
  const pauses = sim.column(Uint8Array, pools.length) // reasons not to look for room, by pool
  const restraints = sim.column(Uint8Array, pools.length) // reasons not to look for room that is not there, by pool
  const room = createRoom(sim, layout, present, there)
  const batches = new Batches(batchOf)
  sim.keep(batches)
  const drains = createDrains(sim, pools.length * LINES + nodes, drained)
  const line = (pool: number, which: number): number => pool * LINES + which
  const checkLine = (node: number): number => pools.length * LINES + node
  const poolOf = (batch: number): number => poolOfCohort[batches.cohort[batch]]
  const specOfCohort = (c: number): VolumesSpec => pools[poolOfCohort[c]].spec
  const specOf = (batch: number): VolumesSpec => specOfCohort(batches.cohort[batch])
  const copiesOf = (batch: number): number => specOf(batch).n
  const everyCopy = (batch: number): number => (1 << copiesOf(batch)) - 1
  /** Whether enough of the good copies are there. */
  const isServed = (batch: number): boolean => bits(batches.good[batch] & there[batches.cohort[batch]]) >= specOf(batch).k
  const isGood = (batch: number, j: number): boolean => (batches.good[batch] & (1 << j)) !== 0
  /** Whether a copy is being made. */
  const isCopied = (batch: number): boolean => batches.target[batch] >= 0 || batches.reserved[batch] > 0

  for (let c = 0; c < cohorts; c++) whole[c] = layout.countOf(c)

  const NOTICE = sim.on((node: number, row: number) => notice(node, row))
  const RETRY = sim.on((batch: number, ticket: number) => {
    if (batches.ticket[batch] === ticket) lookForRoom(batch)
  })
  const asks = pools.map((pool, number) => {
    const { via } = pool.spec.repair.search
    if (via < 0) return undefined
    const answered = (about: number): number => {
      const batch = about % TICKETS
      return batches.ticket[batch] === Math.floor(about / TICKETS) ? batch : NO_BATCH
    }
    const unanswered = (about: number): void => {
      const batch = answered(about)
      if (batch !== NO_BATCH) retryLater(batch, number)
    }
    return controlPlanes.register(via, {
      done: ({ about }, row) => {
        const batch = answered(about)
        if (batch !== NO_BATCH) searched(batch, row)
      },
      refused: ({ about }) => unanswered(about),
      gaveUp: ({ about, cause }) => {
        unanswered(about)
        return cause
      },
    })
  })

  /** Call once hosts have begun, before they change. */
  function begin(): void {
    pools.forEach(({ spec }, pool) => {
      setSearchSpeed(pool)
      drains.setSpeed(line(pool, RESTORE), spec.restore)
      for (let node = firstNode[pool]; node < firstNode[pool + 1]; node++) {
        drains.setSpeed(checkLine(node), spec.check)
        if (!hosts.isUp(layout.hostOfNode[node])) continue
        present[node] = 1
        hostsThere[pool]++
        room.came(node)
        eachCopy(node, (c, j) => {
          there[c] |= 1 << j
        })
      }
      setCopySpeed(pool)
      for (let c = firstCohort[pool]; c < firstCohort[pool + 1]; c++) {
        counts.add(pool, stateOf(c), whole[c])
        if (stateOf(c) === DARK && whole[c] > 0) intoBatch(c, DARK, NO_CAUSE)
      }
    })
    counts.begin()
    hosts.watch((host, up, row) => {
      for (const node of nodesOf(host)) {
        if (!up) leave(node, true, row)
        else if (cuts[node] === 0) enter(node, row)
      }
    })
    hosts.watchReach((host, reaches, row) => (reaches ? join(host, row) : cut(host, row)))
    const lost = rowKindNamed('host.lost')
    if (lost >= 0 && pools.length > 0) trace.watch(lost, (row, host) => destroy(places.hostOf(host), row))
  }

  /** A host's copies can no longer be read: `abruptly` when it lost power with writes under way. */
  function leave(node: number, abruptly: boolean, row: RowId): void {
    if (abruptly) crashed[node] = 1
    const isGone = present[node] === 0
    const pool = poolOfNode[node]
    if (!isGone) {
      present[node] = 0
      since[node] = sim.now
      hostsThere[pool]--
      room.went(node)
      setCopySpeed(pool)
    }
    eachCopy(node, (c, j) => {
      const bit = 1 << j
      const before = stateOf(c)
      there[c] &= ~bit
      if (whole[c] > 0 && stateOf(c) === DARK) darken(intoBatch(c, before, row), row)
      else move(pool, before, stateOf(c), whole[c])
      eachBatch(c, batch => {
        if (batches.state[batch] === DARK) batches.unclean[batch] |= anyCrashed(c, batches.good[batch])
        else if (batches.state[batch] !== RESTORING) copyWent(batch, j, row)
      })
    })
    changed(pool, row)
    if (!isGone) sim.after(pools[pool].spec.notice, NOTICE, node, row)
  }

  function copyWent(batch: number, j: number, row: RowId): void {
    if (!isServed(batch)) darken(batch, row)
    else if ((batches.checking[batch] & (1 << j)) !== 0) check(batch, row)
    else if (batches.target[batch] === j) mend(batch, row)
  }

  /** A host is there again. */
  function enter(node: number, row: RowId): void {
    if (present[node] === 1) return
    const pool = poolOfNode[node]
    const reuses = pools[pool].spec.repair.returned === 'reused'
    present[node] = 1
    since[node] = sim.now
    hostsThere[pool]++
    room.came(node)
    setCopySpeed(pool)
    eachCopy(node, (c, j) => {
      const before = stateOf(c)
      there[c] |= 1 << j
      move(pool, before, stateOf(c), whole[c])
      eachBatch(c, batch => {
        const now = batches.state[batch]
        if (now === DARK && isServed(batch)) {
          if (batches.unclean[batch] === 1) check(batch, row)
          else settle(batch, row)
        } else if ((now === DEGRADED || now === STUCK) && reuses && !isGood(batch, j) && !isCopied(batch)) mend(batch, row)
      })
    })
    crashed[node] = 0
    shareChecks(node, row)
    changed(pool, row)
    sim.after(pools[pool].spec.notice, NOTICE, node, row)
    wake(pool, row)
  }

  /** Copies next to this host's that have been away for long enough are taken for lost. */
  function notice(node: number, row: RowId): void {
    const pool = poolOfNode[node]
    eachCopy(node, c => {
      const away = longAway(c, pool)
      if (away === 0) return
      if (whole[c] > 0 && stateOf(c) === DEGRADED) {
        const batch = intoBatch(c, DEGRADED, row)
        batches.good[batch] &= ~away
        mend(batch, row)
      }
      eachBatch(c, batch => {
        if (batches.state[batch] === DEGRADED || batches.state[batch] === STUCK) batches.good[batch] &= ~away
      })
    })
    changed(pool, row)
  }

  /** What a host holds is destroyed; the host itself may be there. */
  function destroy(host: number, row: RowId): void {
    for (const node of nodesOf(host)) {
      const pool = poolOfNode[node]
      eachCopy(node, (c, j) => {
        if (whole[c] > 0) intoBatch(c, stateOf(c), row)
        eachBatch(c, batch => {
          if (batches.state[batch] === RESTORING || !isGood(batch, j)) return
          batches.good[batch] &= ~(1 << j)
          if (bits(batches.good[batch]) < pools[pool].spec.k) lose(batch, row)
          else if (!isServed(batch)) darken(batch, row)
          else if (batches.checking[batch] !== 0) check(batch, row)
          else if (!isCopied(batch) || batches.target[batch] >= 0) mend(batch, row)
        })
      })
      changed(pool, row)
    }
  }

  /** Nobody serves these volumes until enough of their good copies are there. */
  function darken(batch: number, row: RowId): void {
    halt(batch)
    batches.unclean[batch] |= anyCrashed(batches.cohort[batch], batches.good[batch])
    become(batch, DARK, row)
  }

  /** One copy is checked, on the host with least to check among those that are there; with k above 1, others with it. */
  function check(batch: number, row: RowId): void {
    halt(batch)
    const c = batches.cohort[batch]
    const { k, item } = specOf(batch)
    const copies = batches.good[batch] & there[c]
    let best = -1
    for (let j = 0; j < copiesOf(batch); j++) {
      if ((copies & (1 << j)) !== 0 && (best < 0 || checksOf(c, j) < checksOf(c, best))) best = j
    }
    batches.checking[batch] = 1 << best
    for (let j = 0; bits(batches.checking[batch]) < k; j++) batches.checking[batch] |= copies & (1 << j)
    become(batch, CHECKING, row)
    drains.submit(checkLine(nodeOf(c, best)), batch, batches.count[batch] * item)
  }

  /** What a copy's host has to check, B. */
  function checksOf(c: number, j: number): number {
    return drains.load(checkLine(nodeOf(c, j)))
  }

  /** A host takes over, from longer lines than its own, checks of volumes that it holds a good copy of too. */
  function shareChecks(node: number, row: RowId): void {
    const own = checkLine(node)
    eachCopy(node, (c, j) => {
      eachBatch(c, batch => {
        if (batches.state[batch] !== CHECKING || !isGood(batch, j)) return
        const at = drains.lineOf(batch)
        const shorter = drains.load(own) + batches.count[batch] * specOf(batch).item
        if (drains.first(at) !== batch && shorter < drains.load(at)) check(batch, row)
      })
    })
  }

  function checkedOut(node: number, batch: number): void {
    const pool = poolOf(batch)
    const row = batches.cause[batch]
    const copies = batches.checking[batch]
    halt(batch)
    batches.good[batch] = copies
    batches.unclean[batch] = 0
    checked[pool] += batches.count[batch]
    // So many of all that were ever checked, to the nearest volume.
    const beyond = Math.floor(checked[pool] * specOf(batch).lost + 0.5) - beyondRepair[pool]
    beyondRepair[pool] += Math.min(beyond, batches.count[batch])
    if (beyond < batches.count[batch]) {
      const rest = beyond > 0 ? split(batch, batches.count[batch] - beyond) : batch
      settle(rest, row)
    }
    if (beyond > 0) lose(batch, row)
    shareChecks(node, row)
    changed(pool, row)
  }

  /** Enough good copies are there: the volumes serve. */
  function settle(batch: number, row: RowId): void {
    const c = batches.cohort[batch]
    if (batches.good[batch] !== everyCopy(batch)) {
      become(batch, DEGRADED, row)
      mend(batch, row)
      return
    }
    const pool = poolOf(batch)
    move(pool, batches.state[batch], stateOf(c), batches.count[batch])
    whole[c] += batches.count[batch]
    halt(batch)
    batches.remove(batch)
  }

  /** They lack copies: what has returned is brought up to date, or room is looked for elsewhere. */
  function mend(batch: number, row: RowId): void {
    halt(batch)
    batches.cause[batch] = row
    const c = batches.cohort[batch]
    const stale = there[c] & ~batches.good[batch]
    if (stale === 0 || specOf(batch).repair.returned !== 'reused') {
      if (batches.state[batch] !== STUCK) become(batch, DEGRADED, row)
      lookForRoom(batch)
      return
    }
    become(batch, DEGRADED, row)
    batches.target[batch] = 31 - Math.clz32(stale & -stale)
    drains.submit(line(poolOf(batch), COPY), batch, batches.count[batch] * specOf(batch).item)
  }

  function lookForRoom(batch: number): void {
    const pool = poolOf(batch)
    const isFutile = restraints[pool] > 0 && room.in(pool) <= 0
    if (isFutile && batches.state[batch] !== STUCK) become(batch, STUCK, batches.cause[batch])
    drains.submit(line(pool, isFutile ? IDLE : SEARCH), batch, batches.count[batch])
  }

  /** The search is over, whatever it found: `row` let it end. */
  function searched(batch: number, row: RowId): void {
    const pool = poolOf(batch)
    const missing = copiesOf(batch) - bits(batches.good[batch] & there[batches.cohort[batch]])
    const fit = homeFor(batch) < 0 ? 0 : Math.max(0, Math.floor(room.in(pool) / missing))
    const found = Math.min(batches.count[batch], fit)
    if (found < batches.count[batch]) {
      const rest = found > 0 ? split(batch, batches.count[batch] - found) : batch
      become(rest, STUCK, row)
      if (asksAgain(pool)) retryLater(rest, pool)
      else drains.submit(line(pool, IDLE), rest, batches.count[rest])
    }
    if (found > 0) {
      become(batch, DEGRADED, row)
      batches.reserved[batch] = found * missing
      room.reserve(pool, found * missing)
      drains.submit(line(pool, COPY), batch, found * missing * specOf(batch).item)
    }
    changed(pool, row)
  }

  /** Whether those who found no room ask again and again; else they are told when there is some. */
  function asksAgain(pool: number): boolean {
    return asks[pool] !== undefined && restraints[pool] === 0
  }

  function retryLater(batch: number, pool: number): void {
    sim.after(pools[pool].spec.repair.search.retry, RETRY, batch, ++batches.ticket[batch])
  }

  /** There is room again: as many of those who wait and do not ask look for it. */
  function wake(pool: number, row: RowId): void {
    house(pool, row)
    let left = room.in(pool)
    for (let batch = drains.first(line(pool, IDLE)); batch >= 0 && left > 0; batch = drains.first(line(pool, IDLE))) {
      drains.withdraw(batch)
      batches.cause[batch] = row
      left -= batches.count[batch]
      lookForRoom(batch)
    }
  }

  function copied(batch: number): void {
    const pool = poolOf(batch)
    const row = batches.cause[batch]
    const inPlace = batches.target[batch]
    if (inPlace >= 0) {
      batches.target[batch] = -1
      batches.good[batch] |= 1 << inPlace
      settle(batch, row)
    } else {
      const home = homeFor(batch)
      unreserve(batch)
      if (home < 0) {
        mend(batch, row)
        return
      }
      moveTo(batch, home, row)
    }
    changed(pool, row)
  }

  /** They have all their copies, on the hosts of another cohort. */
  function moveTo(batch: number, home: number, row: RowId): void {
    const pool = poolOf(batch)
    const volumes = batches.count[batch]
    leaveHome(batch)
    room.hold(home, volumes)
    whole[home] += volumes
    move(pool, batches.state[batch], MIRRORED, volumes)
    batches.remove(batch)
    wake(pool, row)
  }

  /** They lie elsewhere from now on, and what they took up is free again, unless copies that were taken for lost are kept. */
  function leaveHome(batch: number): void {
    const c = batches.cohort[batch]
    const volumes = batches.count[batch]
    room.hold(c, -volumes)
    if (specOf(batch).repair.returned !== 'kept') return
    for (let j = 0; j < copiesOf(batch); j++) if (!isGood(batch, j)) room.retire(nodeOf(c, j), volumes)
  }

  /** No good copies are left, or too few for ever. */
  function lose(batch: number, row: RowId): void {
    halt(batch)
    const pool = poolOf(batch)
    const volumes = batches.count[batch]
    if (specOf(batch).snapshots) {
      batches.good[batch] = 0
      become(batch, RESTORING, row)
      drains.submit(line(pool, RESTORE), batch, volumes * specOf(batch).item)
    } else {
      room.hold(batches.cohort[batch], -volumes)
      move(pool, batches.state[batch], LOST, volumes)
      batches.remove(batch)
      wake(pool, row)
    }
    changed(pool, row)
  }

  function restored(batch: number): void {
    const pool = poolOf(batch)
    const row = batches.cause[batch]
    batches.good[batch] = everyCopy(batch)
    if (isServed(batch)) settle(batch, row)
    else {
      darken(batch, row)
      drains.submit(line(pool, HOMELESS), batch, batches.count[batch])
      house(pool, row)
    }
    changed(pool, row)
  }

  /** Volumes that are restored while their own hosts are not there go to others, as soon as there is room on these. */
  function house(pool: number, row: RowId): void {
    for (let batch = drains.first(line(pool, HOMELESS)); batch >= 0; batch = drains.first(line(pool, HOMELESS))) {
      const home = room.in(pool) >= batches.count[batch] * copiesOf(batch) ? homeFor(batch) : -1
      if (home < 0) return
      drains.withdraw(batch)
      moveTo(batch, home, row)
      changed(pool, row)
    }
  }

  function drained(at: number, batch: number): void {
    if (at >= pools.length * LINES) {
      checkedOut(at - pools.length * LINES, batch)
      return
    }
    const which = at % LINES
    if (which === COPY) copied(batch)
    else if (which === RESTORE) restored(batch)
    else {
      const ask = asks[poolOf(batch)]
      const { cause, count: volumes } = batches
      if (ask === undefined) searched(batch, cause[batch])
      else {
        const about = ++batches.ticket[batch] * TICKETS + batch
        ask({ count: volumes[batch], zone: pools[poolOf(batch)].zone, about, cause: cause[batch] })
      }
    }
  }

  /** Whatever was being done with these volumes is not done any more. */
  function halt(batch: number): void {
    drains.withdraw(batch)
    batches.ticket[batch]++
    batches.target[batch] = -1
    batches.checking[batch] = 0
    unreserve(batch)
  }

  function unreserve(batch: number): void {
    room.reserve(poolOf(batch), -batches.reserved[batch])
    batches.reserved[batch] = 0
  }

  function become(batch: number, to: number, row: RowId): void {
    move(poolOf(batch), batches.state[batch], to, batches.count[batch])
    batches.state[batch] = to
    batches.cause[batch] = row
  }

  /** Takes the whole volumes of a cohort into a batch of their own; they are in `now`. */
  function intoBatch(c: number, now: number, row: RowId): number {
    const batch = batches.add(c, whole[c])
    whole[c] = 0
    batches.state[batch] = now
    batches.good[batch] = everyCopy(batch)
    batches.cause[batch] = row
    return batch
  }

  /** Takes so many volumes of a batch into one of their own, which nobody has done anything for yet. */
  function split(batch: number, volumes: number): number {
    const rest = batches.add(batches.cohort[batch], volumes)
    batches.count[batch] -= volumes
    batches.state[rest] = batches.state[batch]
    batches.good[rest] = batches.good[batch]
    batches.unclean[rest] = batches.unclean[batch]
    batches.cause[rest] = batches.cause[batch]
    return rest
  }

  function homeFor(batch: number): number {
    const c = batches.cohort[batch]
    return room.homeFor(poolOf(batch), c, batches.good[batch] & there[c])
  }

  function setSearchSpeed(pool: number): void {
    drains.setSpeed(line(pool, SEARCH), pauses[pool] > 0 ? 0 : pools[pool].spec.repair.search.rate)
  }

  function setCopySpeed(pool: number): void {
    drains.setSpeed(line(pool, COPY), pools[pool].spec.repair.bandwidth * hostsThere[pool])
  }

  function longAway(c: number, pool: number): number {
    const { n, notice: patience } = pools[pool].spec
    let away = 0
    for (let j = 0; j < n; j++) {
      const node = nodeOf(c, j)
      if (present[node] === 0 && sim.now >= onGrid(since[node] + patience)) away |= 1 << j
    }
    return away
  }

  function anyCrashed(c: number, copies: number): 0 | 1 {
    const { n } = specOfCohort(c)
    for (let j = 0; j < n; j++) if ((copies & (1 << j)) !== 0 && crashed[nodeOf(c, j)] === 1) return 1
    return 0
  }

  /** What the whole volumes of a cohort are. */
  function stateOf(c: number): number {
    const { n, k } = specOfCohort(c)
    const copies = bits(there[c])
    return copies === n ? MIRRORED : copies >= k ? DEGRADED : DARK
  }

  /** Those that are there when it begins: what they become may make new ones, in front. */
  function eachBatch(c: number, act: (batch: number) => void): void {
    for (let batch = batchOf[c]; batch !== NO_BATCH; ) {
      const next = batches.next[batch]
      act(batch)
      batch = next
    }
  }

  /** The copies on a host cannot be reached by the others, for one more reason; nothing is lost. */
  function cut(host: number, row: RowId): void {
    for (const node of nodesOf(host)) {
      cuts[node]++
      if (cuts[node] === 1 && present[node] === 1) leave(node, false, row)
    }
  }

  /** One reason less. */
  function join(host: number, row: RowId): void {
    for (const node of nodesOf(host)) {
      cuts[node]--
      if (cuts[node] === 0 && hosts.isUp(host)) enter(node, row)
    }
  }

  return {
    begin,
    cut,
    join,
    destroy,
    /** Nobody in a pool looks for room, for one more reason. */
    pause: (pool: number): void => {
      pauses[pool]++
      setSearchSpeed(pool)
    },
    /** One reason less. */
    resume: (pool: number): void => {
      pauses[pool]--
      setSearchSpeed(pool)
    },
    /** Nobody in a pool looks for room that is not there, for one more reason: they are told when there is some. */
    restrain: (pool: number): void => {
      restraints[pool]++
    },
    /** One reason less. */
    release: (pool: number, row: RowId): void => {
      restraints[pool]--
      if (!asksAgain(pool)) return
      for (let batch = drains.first(line(pool, IDLE)); batch >= 0; batch = drains.first(line(pool, IDLE))) {
        drains.withdraw(batch)
        batches.cause[batch] = row
        lookForRoom(batch)
      }
    },
    /** Room is added to a pool: a share `by` of what its volumes take with all their copies. */
    grow: (pool: number, by: Ratio, row: RowId): void => {
      const copies = Math.floor(pools[pool].items * pools[pool].spec.n * by)
      room.add(pool, copies)
      const waiting = drains.first(line(pool, IDLE))
      wake(pool, waiting < 0 ? row : counts.tellRoom(pool, copies, batches.cause[waiting]))
    },
    pools,
    /** Volumes of a pool that are in a state. */
    count: counts.count,
    /** Copies for which there is room in a pool. */
    room: room.in,
    /** Whether there is room for a new volume with all its copies. */
    fitsOne: (pool: number): boolean => room.in(pool) >= pools[pool].spec.n,
    /** Calls when the share of a zone's volumes that serve may have changed. */
    watch: counts.watch,
  }
}

/** How many bits of a byte are set. */
function bits(byte: number): number {
  let rest = byte
  let count = 0
  for (; rest !== 0; rest &= rest - 1) count++
  return count
}
