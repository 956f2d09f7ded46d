/** Cards: some host has the card that is to fail or to be updated, and some card runs the firmware that is bad. */
import { CARDS } from '../../models/cards.ts'
import { type Data, isMap } from '../compose.ts'
import type { Path } from '../document.ts'
import { didYouMean } from '../problems.ts'
import { type Draft, hintOf, mapOf } from './draft.ts'

/** A fault or a step that strikes cards must find some. */
export function checkCard(draft: Draft, path: Path, { kind, card, firmware, delay }: Data): void {
  if (kind !== 'card-failure' && kind !== 'firmware-update') return
  if (delay !== undefined && firmware === undefined)
    draft.complain([...path, 'delay'], 'belongs to `firmware`', 'a plain failure has `at`, or `every`', true)
  if (draft.world === undefined || !isCard(card)) return
  const profiles = profilesOf(draft)
  if (profiles.length === 0) return
  if (!profiles.some(([, profile]) => cardsOf(profile).includes(card))) {
    const has = [...new Set(profiles.flatMap(([, profile]) => cardsOf(profile)))]
    draft.complain(
      [...path, 'card'],
      `no host has a ${card} card: ${profiles.map(([name]) => name).join(', ')} ${profiles.length === 1 ? 'has' : 'have'} none`,
      has.length === 0 ? 'state its `cards`' : `there are cards for ${has.join(', ')}`,
    )
  } else if (firmware !== undefined) checkFirmware(draft, [...path, 'firmware'], card, String(firmware))
}

/** A version is bad on some card only if a profile says that it runs it, or somebody puts it there. */
function checkFirmware(draft: Draft, path: Path, card: string, firmware: string): void {
  const stated = profilesOf(draft).map(([, profile]) => mapOf(profile.firmware)[card])
  const steps = draft.entriesOf('plans').flatMap(([, plan]) => Object.values(mapOf(plan.steps)))
  const put = [...Object.values(draft.faults), ...steps].map(deed =>
    isMap(deed) && deed.kind === 'firmware-update' && deed.card === card ? deed.version : undefined,
  )
  const versions = [...new Set([...stated, ...put].filter(version => version !== undefined).map(String))]
  if (versions.includes(firmware)) return
  draft.complain(
    path,
    `no ${card} card ever runs firmware ${firmware}`,
    didYouMean(firmware, versions) ?? hintOf(versions) ?? `state machines.NAME.firmware.${card}, or a firmware-update`,
  )
}

/** A card that a machine does not have runs nothing. */
export function checkFirmwareStated(draft: Draft): void {
  for (const [name, machine] of draft.entriesOf('machines')) {
    for (const card of Object.keys(mapOf(machine.firmware)))
      if (isCard(card) && !cardsOf(machine).includes(card))
        draft.complain(['machines', name, 'firmware', card], `"${name}" has no ${card} card`, 'leave it out', true)
  }
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
