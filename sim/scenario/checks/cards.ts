/** Cards: some host has the card that is to fail. */
import { CARDS } from '../../models/cards.ts'
import { type Data, isMap } from '../compose.ts'
import type { Path } from '../document.ts'
import { type Draft, mapOf } from './draft.ts'

/** A fault or a step that strikes cards must find some. */
export function checkCard(draft: Draft, path: Path, { kind, card }: Data): void {
  if (kind !== 'card-failure' || draft.world === undefined || !isCard(card)) return
  const profiles = profilesOf(draft)
  if (profiles.length === 0 || profiles.some(([, profile]) => cardsOf(profile).includes(card))) return
  const has = [...new Set(profiles.flatMap(([, profile]) => cardsOf(profile)))]
  draft.complain(
    [...path, 'card'],
    `no host has a ${card} card: ${profiles.map(([name]) => name).join(', ')} ${profiles.length === 1 ? 'has' : 'have'} none`,
    has.length === 0 ? 'state its `cards`' : `there are cards for ${has.join(', ')}`,
  )
}

/** The profiles of the machines that stand in the world, by name, as written. */
function profilesOf(draft: Draft): [string, Data][] {
  const datacentres = (draft.world?.regions ?? []).flatMap(({ zones }) => zones.flatMap(zone => zone.datacentres))
  const machines = mapOf(draft.data.machines)
  return [...new Set(datacentres.map(({ machine }) => machine.name))].flatMap((name): [string, Data][] =>
    name === 'nitro' || isMap(machines[name]) ? [[name, mapOf(machines[name])]] : [],
  )
}

const cardsOf = ({ cards, io }: Data): readonly string[] =>
  CARDS.filter(card => mapOf(cards)[card] !== false && mapOf(mapOf(io)[card]).by !== 'domain')

const isCard = (card: unknown): card is string => (CARDS as readonly unknown[]).includes(card)
