/** What a scenario plans and a run had no use for: faults that never struck or had nothing to strike, and plans that never began. */
import { kindNamed } from '../metrics/rows.ts'
import type { Scenario } from '../scenario/schema.ts'
import { selected } from '../trace/selection.ts'
import type { Recording } from '../trace/trace.ts'
import type { Text } from '../units/fields.ts'

/** A line each, faults first, in the order of the file. */
export function unhappened({ faults, plans }: Scenario, recording: Recording): Text[] {
  const { rows, entities } = recording
  const started = kindNamed(recording, 'fault.started')
  const asked = kindNamed(recording, 'step.asked')
  const struck = new Set<string>()
  const begun = new Set<string>()
  for (let row = 1; row < rows.length; row++) {
    if (rows.kind[row] === started) struck.add(entities.id(rows.subject[row]))
    else if (rows.kind[row] === asked) begun.add(entities.id(entities.parent(rows.subject[row])))
  }
  const said: Text[] = []
  for (const [id, { target, odds }] of Object.entries(faults)) {
    if (odds === 0) continue // switched off, for a variant to switch on
    if (!struck.has(id)) said.push({ en: `fault ${id} never struck`, zh: `故障 ${id} 始终未发生` })
    else if (selected(entities, target).length === 0)
      said.push({ en: `fault ${id} has nothing to strike`, zh: `故障 ${id} 没有作用对象` })
  }
  for (const [id, plan] of Object.entries(plans))
    if (plan.kind === 'runbook' && plan.enabled && !begun.has(id))
      said.push({ en: `plan ${id} never began`, zh: `预案 ${id} 始终未启动` })
  return said
}
