/**
 * What a schema cannot know: whether the things named exist and can be what they are used as. Reads the composed data as it was
 * written, valid or not, so that wrong names are reported together with wrong values. One file for each part of a scenario.
 */
import type { Data } from '../compose.ts'
import type { Finding } from '../issues.ts'
import type { Limits } from '../problems.ts'
import { checkFirmwareStated } from './cards.ts'
import { checkClient } from './clients.ts'
import { type Draft, mapOf, openDraft } from './draft.ts'
import { checkExpectation } from './expectations.ts'
import { checkFault } from './faults.ts'
import { checkFeeds } from './feeds.ts'
import { checkPlan } from './plans.ts'
import { checkSelector } from './selectors.ts'
import { checkService } from './services.ts'
import { checkMachines, checkNetworks, checkSize } from './world.ts'

/** Everything in the data that refers to nothing, or to the wrong sort of thing. */
export function checkReferences(data: Data, limits: Limits): readonly Finding[] {
  const draft = openDraft(data, limits)
  checkIds(draft)
  if (draft.world !== undefined) checkSize(draft, draft.world)
  checkMachines(draft)
  checkFirmwareStated(draft)
  checkNetworks(draft)
  checkFeeds(draft)
  checkSelector(draft, ['run', 'observe'], mapOf(data.run).observe)
  for (const [id, service] of draft.entriesOf('services')) checkService(draft, ['services', id], service)
  for (const [id, client] of draft.entriesOf('clients')) checkClient(draft, ['clients', id], client)
  for (const [id, plan] of draft.entriesOf('plans')) checkPlan(draft, ['plans', id], plan)
  for (const [id, fault] of draft.entriesOf('faults')) checkFault(draft, ['faults', id], fault)
  for (const [id, expectation] of draft.entriesOf('expect')) checkExpectation(draft, ['expect', id], expectation)
  return draft.findings
}

/** Regions, shared feeds, services, clients, plans and faults share one space of ids: streams, links and traces are named by them. */
function checkIds({ data, complain }: Draft): void {
  const owners = new Map<string, string>()
  for (const map of ['world', 'feeds', 'services', 'clients', 'plans', 'faults']) {
    for (const id of Object.keys(mapOf(data[map]))) {
      const owner = owners.get(id)
      if (owner !== undefined) complain([map, id], `"${id}" is already an id in ${owner}`, 'ids are unique in a file', true)
      else owners.set(id, map)
    }
  }
}
