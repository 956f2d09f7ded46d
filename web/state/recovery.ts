/** The way back from each strike of the run on show, read when it is first looked at; what limits cost, when it is asked for. */
import { computed, effect, signal } from '@preact/signals'
import type { RecoveriesReply } from '../worker/protocol.ts'
import type { Run } from './run.ts'
import { mode, request, run, simulatorInUse } from './store.ts'

/** What was read of a run. */
interface Reading {
  readonly run: Run
  /** null while the run is read. */
  readonly reply: RecoveriesReply | null
  readonly savings: 'unknown' | 'underway' | 'known'
}

const latest = signal<Reading | null>(null)
let stop = (): void => {}

/** What is known of the run on show. */
export const reading = computed((): Reading | null => (latest.value?.run === run.value ? latest.value : null))

/** Reads each run that is looked at in this way, once. */
export function followRecoveries(): () => void {
  return effect(() => {
    if (mode.value === 'recovery' && run.value !== null && reading.value === null) void read(false)
  })
}

/** Runs the run on show again without each limit on its ways back. */
export function askForSavings(): void {
  void read(true)
}

async function read(savings: boolean): Promise<void> {
  const simulator = simulatorInUse()
  const shown = run.peek()
  if (simulator === undefined || shown === null) return
  stop()
  const known = latest.peek()
  const reply = savings && known?.run === shown ? known.reply : null
  latest.value = { run: shown, reply, savings: savings ? 'underway' : 'unknown' }
  const asked = simulator.recoveries(request.peek(), savings)
  let isWanted = true
  stop = () => {
    isWanted = false
    asked.stop()
  }
  const answer = await asked.reply
  if (isWanted) latest.value = { run: shown, reply: answer, savings: savings ? 'known' : 'unknown' }
}
