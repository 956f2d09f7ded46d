/** The way back from each strike of a run, and what each limit on it cost. Nothing but the request is needed: runs repeat exactly. */
import { recoveriesOf, strikesIn, withSavings } from '../../sim/experiment/recovery-report.ts'
import { startRun } from '../../sim/experiment/run.ts'
import { loadSource, sourceOf } from './library.ts'
import type { RecoveriesReply, RunRequest } from './protocol.ts'

export function recoveries(request: RunRequest, savings: boolean): RecoveriesReply {
  const text = sourceOf(request)
  if (text === undefined) return { kind: 'absent', file: request.file }
  const loaded = loadSource(request, text, request.variant)
  if (!loaded.ok) return { kind: 'wrong', problems: loaded.problems }
  const { scenario } = loaded
  const seed = request.seed ?? scenario.run.seed
  const outcome = startRun(scenario, { seed }).complete()
  const found = recoveriesOf(scenario, outcome)
  return {
    kind: 'recovered',
    recoveries: savings ? withSavings(scenario, found, other => startRun(other, { seed }).complete()) : found,
    strikes: strikesIn(outcome.recording),
  }
}
