/**
 * Networks that need a control plane: without it their links go on as they were for so long (they fail static), then lose their
 * routes or some of what they carry, until it is back. Their last state is all they know; nothing here rebuilds it.
 */
import type { EntityId } from '../trace/entities.ts'
import { NO_CAUSE, type RowId } from '../trace/trace.ts'
import type { Ratio, Seconds } from '../units/quantity.ts'
import type { Needs } from './needs.ts'
import type { Network } from './network.ts'

export interface ControlledLink {
  /** The link, which holds serve-needs. */
  readonly entity: EntityId
  /** What becomes of it once it has lasted as long as it can. */
  readonly without: 'cut' | { readonly latency: Seconds; readonly loss: Ratio }
}

/** Call once needs have begun. */
export function connectControl(needs: Needs, network: Network, links: readonly ControlledLink[]): void {
  const linkOf = new Map(links.map(link => [link.entity, link]))

  function judge({ entity, without }: ControlledLink, row: RowId): void {
    const link = network.linkOf(entity)
    const isHeld = needs.ok(entity, 'serve')
    if (without === 'cut') (isHeld ? network.restore : network.cut)(link, row)
    else if (isHeld) network.relieve(link, entity, row)
    else network.degrade(link, entity, without.latency, without.loss, row)
  }

  for (const link of links) if (!needs.ok(link.entity, 'serve')) judge(link, NO_CAUSE)
  needs.watch((holder, _moment, row) => {
    const link = linkOf.get(holder)
    if (link !== undefined) judge(link, row)
  })
}
