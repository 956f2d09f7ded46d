/**
 * The cards of a host, each of which serves one thing that the host offers: its network, its volumes, its local disks, and that it
 * can be told what to do. A card fails by itself: it takes what it serves and leaves the host running. Cards are counts by host,
 * not entities: a row's subject is the host, and its kind says which card.
 *
 * A card falls with its first reason and returns with its last. Whoever uses what it serves watches.
 */
import { sample } from '../engine/distribution.ts'
import type { Randomness } from '../engine/random.ts'
import type { Simulation } from '../engine/simulation.ts'
import type { Entities } from '../trace/entities.ts'
import { defineRows, type RowKind } from '../trace/row-kinds.ts'
import type { RowId, Trace } from '../trace/trace.ts'
import type { MachineSpec } from './machine.ts'
import type { Places } from './places.ts'

/** What cards serve, which is also what they are called. */
export const CARDS = ['network', 'volume', 'disk', 'control'] as const
export type Card = (typeof CARDS)[number]

const ROWS: Readonly<Record<Card, { readonly down: RowKind; readonly up: RowKind }>> = {
  network: defineRows('network-card', {
    down: { says: { en: 'the network card of {subject} fails', zh: '{subject} 的网卡故障' } },
    up: {
      says: { en: 'the network card of {subject} works again', zh: '{subject} 的网卡恢复' },
      hop: 'work',
      limit: 'network-card',
    },
  }),
  volume: defineRows('volume-card', {
    down: { says: { en: 'the volume card of {subject} fails', zh: '{subject} 的卷存储卡故障' } },
    up: {
      says: { en: 'the volume card of {subject} works again', zh: '{subject} 的卷存储卡恢复' },
      hop: 'work',
      limit: 'volume-card',
    },
  }),
  disk: defineRows('disk-card', {
    down: { says: { en: 'the local disks of {subject} fail with their card', zh: '{subject} 的本地盘卡故障' } },
    up: {
      says: { en: '{subject} has local disks again, and they are empty', zh: '{subject} 的本地盘恢复，盘内为空' },
      hop: 'work',
      limit: 'disk-card',
    },
  }),
  control: defineRows('control-card', {
    down: {
      says: {
        en: 'the controller of {subject} fails: it runs on and cannot be changed',
        zh: '{subject} 的控制卡故障：继续运行但无法变更',
      },
    },
    up: {
      says: { en: 'the controller of {subject} works again', zh: '{subject} 的控制卡恢复' },
      hop: 'work',
      limit: 'control-card',
    },
  }),
}

/** `works` is false when the card has just failed, true when it works again. */
type CardWatcher = (host: number, works: boolean, row: RowId) => void

export type Cards = ReturnType<typeof createCards>

export function createCards(sim: Simulation, trace: Trace, randomness: Randomness, entities: Entities, places: Places) {
  const { hosts, datacentres, datacentreOfHost, hostEntity } = places
  const count = hosts * CARDS.length // a card is four times its host and then its kind
  const reasons = sim.column(Uint8Array, count) // to be down, by card
  const repairs = CARDS.map(card => randomness.rareStreams(`${card}-card/repair`, host => entities.key(hostEntity(host))))
  const watchers: CardWatcher[][] = CARDS.map(() => [])
  let needHands: ((card: number, row: RowId) => void) | undefined

  const REPAIRED = sim.on((card: number, row: RowId) => mend(card, row))
  const numberOf = (host: number, card: Card): number => host * CARDS.length + CARDS.indexOf(card)
  const machineOf = (host: number): MachineSpec => datacentres[datacentreOfHost[host]].plan.machine

  /**
   * Breaks a host's card, if it has one: one more reason to be down. `byItself` lets the repair law run, or asks for hands; else
   * someone must `repair` it.
   */
  function breakCard(host: number, which: Card, cause: RowId, byItself: boolean): void {
    if (!machineOf(host).cards[which]) return
    const card = numberOf(host, which)
    reasons[card]++
    let down = cause
    if (reasons[card] === 1) {
      down = trace.write(sim.now, ROWS[which].down, hostEntity(host), cause)
      for (const watch of watchers[CARDS.indexOf(which)]) watch(host, false, down)
    }
    if (!byItself) return
    if (needHands !== undefined) needHands(card, down)
    else sim.after(sample(machineOf(host).cardRepair, repairs[CARDS.indexOf(which)], host), REPAIRED, card, down)
  }

  /** One reason less for a card to be down; with the last it serves again. */
  function mend(card: number, cause: RowId): void {
    if (reasons[card] === 0) return
    reasons[card]--
    if (reasons[card] > 0) return
    const kind = card % CARDS.length
    const host = Math.floor(card / CARDS.length)
    const row = trace.write(sim.now, ROWS[CARDS[kind]].up, hostEntity(host), cause)
    for (const watch of watchers[kind]) watch(host, true, row)
  }

  return {
    break: breakCard,
    repair: (host: number, card: Card, row: RowId): void => mend(numberOf(host, card), row),
    works: (host: number, card: Card): boolean => reasons[numberOf(host, card)] === 0,
    watch: (card: Card, watcher: CardWatcher): void => void watchers[CARDS.indexOf(card)].push(watcher),
    /** How many there are, and the host of each by its number. */
    count,
    hostOf: (card: number): number => Math.floor(card / CARDS.length),
    /** Hands repairs over to someone instead of letting each take its own time, and how that one says that a card is replaced. */
    repairedBy: (hands: (card: number, row: RowId) => void): void => {
      needHands = hands
    },
    replaced: mend,
  }
}
