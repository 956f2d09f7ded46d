/** Whether the hosts that a run observes are hosts, and not too many: each serves its I/Os one by one. */
import { OBSERVED_MAX } from '../models/host-io.ts'
import { layOut } from '../models/places.ts'
import { Entities } from '../trace/entities.ts'
import { selected } from '../trace/selection.ts'
import type { Finding } from './issues.ts'
import type { Scenario } from './schema.ts'

export function checkObserved({ run: { observe }, world }: Scenario): Finding[] {
  if (observe === undefined) return []
  const path = ['run', 'observe']
  const entities = new Entities()
  layOut(entities, world.regions)
  const found = selected(entities, observe)
  if (found.some(entity => entities.kind(entity) !== 'host') || found.length === 0)
    return [{ path, message: 'only hosts can be observed', hint: 'say `of: host`, or name them: {host: r1/h1}' }]
  const { pick } = observe
  const count = pick === undefined ? found.length : pick < 1 ? Math.max(1, Math.round(pick * found.length)) : pick
  if (Math.min(count, found.length) <= OBSERVED_MAX) return []
  return [{ path, message: `${count} hosts are too many to observe: at most ${OBSERVED_MAX}`, hint: `pick: ${OBSERVED_MAX}` }]
}
