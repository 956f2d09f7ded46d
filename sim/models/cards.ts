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
import { defineRows } from '../trace/row-kinds.ts'
import type { RowId, Trace } from '../trace/trace.ts'
import type { Text } from '../units/fields.ts'
import type { MachineSpec } from './machine.ts'
import type { Places } from './places.ts'

/** What cards serve, which is also what they are called. */
export const CARDS = ['network', 'volume', 'disk', 'control'] as const
export type Card = (typeof CARDS)[number]

export const CARD_NAMES: Readonly<Record<Card, Text>> = {
  network: { en: 'network card', zh: '网卡' },
  volume: { en: 'volume card', zh: '卷存储卡' },
  disk: { en: 'card of the local disks', zh: '本地盘卡' },
  control: { en: 'controller', zh: '控制卡' },
}

const ROWS = CARDS.map(card => {
  const { en, zh } = CARD_NAMES[card]
  return defineRows(`${card}-card`, {
    down: { says: { en: `the ${en} of {subject} fails`, zh: `{subject} 的${zh}故障` } },
    up: {
      says: { en: `the ${en} of {subject} works again`, zh: `{subject} 的${zh}恢复` },
      hop: 'work',
      limit: `${card}-card`,
    },
  })
})

/** In the state of a card: that it pauses, and below that how many reasons it has to be down. */
const PAUSED = 128

/** `works` is false when the card has just failed, true when it works again. */
type CardWatcher = (host: number, works: boolean, row: RowId) => void

export type Cards = ReturnType<typeof createCards>

export function createCards(sim: Simulation, trace: Trace, randomness: Randomness, entities: Entities, places: Places) {
  const { hosts, datacentres, datacentreOfHost, hostEntity } = places
  const count = hosts * CARDS.length // a card is four times its host and then its kind
  const state = sim.column(Uint8Array, count) // 0 while it serves, by card
  const repairs = CARDS.map(card => randomness.rareStreams(`${card}-card/repair`, host => entities.key(hostEntity(host))))
  const watchers: CardWatcher[][] = CARDS.map(() => [])
  let needHands: ((card: number, row: RowId) => void) | undefined

  const REPAIRED = sim.on((card: number, row: RowId) => mend(card, row))
  const machineOf = (host: number): MachineSpec => datacentres[datacentreOfHost[host]].plan.machine
  const hostOf = (card: number): number => Math.floor(card / CARDS.length)
  const kindOf = (card: number): Card => CARDS[card % CARDS.length]

  /** Number of a host's card, or −1 when it has none of that kind. */
  function numberOf(host: number, which: Card): number {
    return machineOf(host).cards[which] ? host * CARDS.length + CARDS.indexOf(which) : -1
  }

  /**
   * Breaks a host's card, if it has one: one more reason to be down. `byItself` lets the repair law run, or asks for hands; else
   * someone must `repair` it.
   */
  function breakCard(host: number, which: Card, cause: RowId, byItself: boolean): void {
    const card = numberOf(host, which)
    if (card < 0) return
    const isFirst = state[card] % PAUSED === 0
    const down = isFirst ? write('down', card, cause) : cause
    become(card, state[card] + 1, down)
    if (!byItself) return
    if (needHands !== undefined) needHands(card, down)
    else sim.after(sample(machineOf(host).cardRepair, repairs[card % CARDS.length], host), REPAIRED, card, down)
  }

  /** One reason less for a card to be down; with the last it serves again. */
  function mend(card: number, cause: RowId): void {
    if (card < 0 || state[card] % PAUSED === 0) return
    const isLast = state[card] % PAUSED === 1
    become(card, state[card] - 1, isLast ? write('up', card, cause) : cause)
  }

  function write(what: 'down' | 'up', card: number, cause: RowId): RowId {
    return trace.write(sim.now, ROWS[card % CARDS.length][what], hostEntity(hostOf(card)), cause)
  }

  function become(card: number, next: number, row: RowId): void {
    const before = state[card]
    state[card] = next
    if ((before === 0) === (next === 0)) return
    for (const watch of watchers[card % CARDS.length]) watch(hostOf(card), next === 0, row)
  }

  return {
    break: breakCard,
    repair: (host: number, card: Card, row: RowId): void => mend(numberOf(host, card), row),
    /** A card serves nothing for a while, though nothing is wrong with it, and goes on. */
    pause: (card: number, row: RowId): void => become(card, state[card] | PAUSED, row),
    resume: (card: number, row: RowId): void => become(card, state[card] & ~PAUSED, row),
    /** Whether what a host's card serves is there; what it has no card for, is. */
    works: (host: number, card: Card): boolean => state[host * CARDS.length + CARDS.indexOf(card)] === 0,
    watch: (card: Card, watcher: CardWatcher): void => void watchers[CARDS.indexOf(card)].push(watcher),
    /** How many there are, and the host and kind of each by its number. */
    count,
    hostOf,
    kindOf,
    numberOf,
    /** Hands repairs over to someone instead of letting each take its own time, and how that one says that a card is replaced. */
    repairedBy: (hands: (card: number, row: RowId) => void): void => {
      needHands = hands
    },
    replaced: mend,
  }
}
