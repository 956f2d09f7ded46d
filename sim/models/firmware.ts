/**
 * Firmware of cards: what cards of one version have in common. A card takes another version while its host runs; for that it pauses,
 * for a moment or not at all. A defect strikes a version wherever it is: cards that have it when the defect shows, and those that
 * get it later, each after a delay of its own. A card that is given another version is free of it; new cards do not help.
 *
 * What a card runs is what was put on it last by those who have not taken it back.
 */
import { type EventId, NO_EVENT } from '../engine/calendar.ts'
import { sample } from '../engine/distribution.ts'
import type { Randomness } from '../engine/random.ts'
import type { Simulation } from '../engine/simulation.ts'
import type { Entities, EntityId } from '../trace/entities.ts'
import { defineRows } from '../trace/row-kinds.ts'
import type { RowId, Trace } from '../trace/trace.ts'
import type { Law } from '../units/law.ts'
import { CARD_NAMES, CARDS, type Card, type Cards } from './cards.ts'
import type { Places } from './places.ts'

const ROWS = CARDS.map(card => {
  const { en, zh } = CARD_NAMES[card]
  return defineRows(`${card}-card`, {
    updating: {
      says: { en: `the ${en} of {subject} pauses for other firmware`, zh: `{subject} 的${zh}暂停以更换固件` },
    },
    updated: {
      says: { en: `the ${en} of {subject} runs other firmware`, zh: `{subject} 的${zh}已更换固件` },
      hop: 'work',
      limit: 'firmware',
    },
    'rolled-back': {
      says: { en: `the ${en} of {subject} runs its former firmware again`, zh: `{subject} 的${zh}已恢复原固件` },
      hop: 'work',
      limit: 'firmware',
    },
  })
})

/** What somebody put on a card. */
interface Layer {
  readonly by: EntityId
  readonly version: string
}

/** A change of version that is under way. */
interface Change {
  readonly version: string
  /** Whether it is one that was taken back. */
  readonly isBack: boolean
  readonly event: EventId
}

/** Somebody's fault of one version, and the hosts on which it may show. */
interface Defect {
  readonly by: EntityId
  readonly which: Card
  readonly version: string
  /** From the fault, or from getting the version, to the failure of a card, s. */
  readonly delay: Law
  readonly hosts: ReadonlySet<number>
}

export type Firmware = ReturnType<typeof createFirmware>

export function createFirmware(
  sim: Simulation,
  trace: Trace,
  randomness: Randomness,
  entities: Entities,
  { datacentreOfHost, datacentres, hostEntity }: Places,
  cards: Cards,
) {
  const drawsOf = (purpose: string) =>
    CARDS.map(card => randomness.rareStreams(`${card}-card/${purpose}`, host => entities.key(hostEntity(host))))
  const pauses = drawsOf('update')
  const delays = drawsOf('defect')
  // By card, of those on which anything was put. Entries are replaced, never changed, so that a copy of a map is a snapshot.
  let layers = new Map<number, readonly Layer[]>()
  let running = new Map<number, string>()
  let changes = new Map<number, Change>()
  let defects: readonly Defect[] = []
  let strikes = new Map<number, EventId>() // to come, or NO_EVENT for what has come, by defect and card
  sim.keep({
    save: () => ({
      layers: new Map(layers),
      running: new Map(running),
      changes: new Map(changes),
      defects,
      strikes: new Map(strikes),
    }),
    restore: saved => {
      const from = saved as {
        layers: typeof layers
        running: typeof running
        changes: typeof changes
        defects: typeof defects
        strikes: typeof strikes
      }
      layers = new Map(from.layers)
      running = new Map(from.running)
      changes = new Map(from.changes)
      defects = from.defects
      strikes = new Map(from.strikes)
    },
  })

  const DONE = sim.on((card: number, cause: RowId) => done(card, cause))
  const SHOWS = sim.on((strike: number, cause: RowId) => show(strike, cause))

  /** What a card runs; empty where its profile does not say. */
  function versionOf(card: number): string {
    const { firmware } = datacentres[datacentreOfHost[cards.hostOf(card)]].plan.machine
    return running.get(card) ?? firmware[cards.kindOf(card)] ?? ''
  }

  /** Somebody puts a version on a host's card, which pauses for it. */
  function put(host: number, which: Card, version: string, by: EntityId, pause: Law, row: RowId): void {
    const card = cards.numberOf(host, which)
    if (card < 0) return
    layers.set(card, [...(layers.get(card) ?? []).filter(layer => layer.by !== by), { by, version }])
    aim(card, pause, false, row)
  }

  /** Whoever put a version on it takes it back. */
  function takeBack(host: number, which: Card, by: EntityId, pause: Law, row: RowId): void {
    const card = cards.numberOf(host, which)
    const before = layers.get(card)
    if (before === undefined) return
    layers.set(
      card,
      before.filter(layer => layer.by !== by),
    )
    aim(card, pause, true, row)
  }

  /** A card is to run what was put on it last. */
  function aim(card: number, pause: Law, isBack: boolean, cause: RowId): void {
    const { firmware } = datacentres[datacentreOfHost[cards.hostOf(card)]].plan.machine
    const version = layers.get(card)?.at(-1)?.version ?? firmware[cards.kindOf(card)] ?? ''
    const underWay = changes.get(card)
    if (version === (underWay?.version ?? versionOf(card))) return
    if (underWay !== undefined) sim.cancel(underWay.event)
    const length = sample(pause, pauses[card % CARDS.length], cards.hostOf(card))
    let row = cause
    if (underWay === undefined && length > 0) {
      row = trace.write(sim.now, ROWS[card % CARDS.length].updating, hostEntity(cards.hostOf(card)), cause)
      cards.pause(card, row)
    }
    const event = length > 0 ? sim.after(length, DONE, card, row) : NO_EVENT
    changes.set(card, { version, isBack, event })
    if (length === 0) done(card, row)
  }

  /** A card runs another version: rid of the defects of the one before, and open to its own. */
  function done(card: number, cause: RowId): void {
    const change = changes.get(card)
    if (change === undefined) return
    const before = versionOf(card)
    const kinds = ROWS[card % CARDS.length]
    const kind = change.isBack ? kinds['rolled-back'] : kinds.updated
    const row = trace.write(sim.now, kind, hostEntity(cards.hostOf(card)), cause)
    changes.delete(card)
    running.set(card, change.version)
    const isOpen = ({ which, hosts }: Defect): boolean => which === cards.kindOf(card) && hosts.has(cards.hostOf(card))
    if (before !== change.version) {
      defects.forEach((defect, d) => {
        if (isOpen(defect) && defect.version === before) release(d, card, row)
      })
    }
    cards.resume(card, row)
    if (before !== change.version) {
      defects.forEach((defect, d) => {
        if (isOpen(defect) && defect.version === change.version) arm(d, card, row)
      })
    }
  }

  /** A version turns out to be bad on some hosts, of which those count that run it now, and those that ever will. */
  function fail(hosts: readonly number[], which: Card, version: string, by: EntityId, delay: Law, row: RowId): void {
    const known = defects.findIndex(one => one.by === by && one.which === which && one.version === version)
    const d = known < 0 ? defects.length : known
    const already = defects[d]?.hosts ?? new Set<number>()
    const defect = { by, which, version, delay, hosts: new Set([...already, ...hosts]) }
    defects = known < 0 ? [...defects, defect] : defects.with(d, defect)
    for (const host of hosts) {
      const card = cards.numberOf(host, which)
      if (card >= 0 && !already.has(host) && versionOf(card) === version) arm(d, card, row)
    }
  }

  /** It is bad there no longer. */
  function mend(hosts: readonly number[], which: Card, version: string, by: EntityId, row: RowId): void {
    const d = defects.findIndex(one => one.by === by && one.which === which && one.version === version)
    if (d < 0) return
    const left = new Set(defects[d].hosts)
    for (const host of hosts) left.delete(host)
    defects = defects.with(d, { ...defects[d], hosts: left })
    for (const host of hosts) {
      const card = cards.numberOf(host, which)
      if (card >= 0) release(d, card, row)
    }
  }

  function arm(defect: number, card: number, cause: RowId): void {
    const strike = defect * cards.count + card
    const length = sample(defects[defect].delay, delays[card % CARDS.length], cards.hostOf(card))
    if (length === 0) show(strike, cause)
    else strikes.set(strike, sim.after(length, SHOWS, strike, cause))
  }

  function show(strike: number, cause: RowId): void {
    strikes.set(strike, NO_EVENT)
    const card = strike % cards.count
    cards.break(cards.hostOf(card), cards.kindOf(card), cause, false)
  }

  function release(defect: number, card: number, row: RowId): void {
    const strike = defect * cards.count + card
    const event = strikes.get(strike)
    if (event === undefined) return
    strikes.delete(strike)
    if (event === NO_EVENT) cards.repair(cards.hostOf(card), cards.kindOf(card), row)
    else sim.cancel(event)
  }

  return { put, takeBack, fail, mend }
}
