/** Making what a study asks for, in threads: batches, journal, progress, and an end when somebody asks for one. */
import { availableParallelism } from 'node:os'
import type { Assignment, Study } from '../../experiment/study.ts'
import { Refusal } from '../output.ts'
import { createPool } from '../pool.ts'
import type { Journal } from './journal.ts'
import { type Batch, replications, type Trouble } from './replicate.worker.ts'

export interface MakingOptions {
  readonly workers?: number | undefined
  readonly eventsMax: number
  readonly secondsMax: number
  readonly journal?: Journal | undefined
  /** Called after every batch. */
  readonly onProgress?: (() => void) | undefined
}

/** Why a study ended before it was done. */
export type Stop =
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'trouble'; readonly trouble: Trouble }
  /** The journal cannot be gone on with, or a thread broke. */
  | { readonly kind: 'failed'; readonly error: unknown }

/** Wall time of a batch to aim at, s: long against handing it over, short against the patience of whoever waits for the end. */
const BATCH = 0.05
/** Batches in each thread's hands, so that it never waits for its next one. */
const IN_HAND = 2

/**
 * Makes replications until the study is done; resolves to why, when it ends before. An interrupt (Ctrl-C, or a request to
 * terminate) ends it at once, a second one ends the process.
 */
export async function makeReplications(study: Study, options: MakingOptions): Promise<Stop | undefined> {
  const { workers = availableParallelism(), eventsMax, secondsMax, journal, onProgress } = options
  for (const { variant, result } of journal?.results ?? []) study.add(variant, result)
  if (study.isDone && journal === undefined) return undefined
  const bench = { scenarios: study.scenarios, eventsMax, secondsMax }
  const threads = Math.min(workers, study.scenarios.length * study.progress().max)
  const pool = createPool(replications, bench, threads)
  let interrupt = (): void => {}
  let isOver = false // what comes now is nobody's: the journal may be closed
  try {
    const interrupted = new Promise<Stop>(resolve => {
      interrupt = () => resolve({ kind: 'interrupted' })
    })
    process.once('SIGINT', interrupt)
    process.once('SIGTERM', interrupt)
    return await Promise.race([interrupted, make()])
  } finally {
    isOver = true
    process.off('SIGINT', interrupt)
    process.off('SIGTERM', interrupt)
    pool.close()
  }

  async function make(): Promise<Stop | undefined> {
    // What went wrong is told once all that was begun before it is done, for the study may be done without it.
    const troubles: Trouble[] = []
    try {
      if (journal !== undefined) await recognise(journal)
      await new Promise<void>((resolve, reject) => {
        const lanes = Array.from({ length: pool.size * IN_HAND }, () => lane(resolve, troubles))
        Promise.all(lanes).then(() => resolve(), reject)
      })
      if (study.isDone || troubles.length === 0) return undefined
      return { kind: 'trouble', trouble: troubles.reduce((first, one) => (isBefore(one, first) ? one : first)) }
    } catch (error) {
      return { kind: 'failed', error }
    }
  }

  /** One batch after the other; `end` is called when the study needs no more, whatever is under way elsewhere. */
  async function lane(end: () => void, troubles: Trouble[]): Promise<void> {
    let size = 1
    for (let batch = take(size); batch.length > 0; batch = troubles.length > 0 ? [] : take(size)) {
      const { made, trouble, seconds } = await pool.run(batch)
      if (isOver || study.isDone) return end()
      journal?.write(made)
      for (const { variant, result } of made) study.add(variant, result)
      onProgress?.()
      if (study.isDone) return end()
      if (trouble !== null) troubles.push(trouble)
      size = Math.max(1, Math.min(2 * size, Math.round((made.length * BATCH) / seconds)))
    }
  }

  function take(size: number): Assignment[] {
    const batch: Assignment[] = []
    while (batch.length < size) {
      const next = study.next()
      if (next === undefined) break
      batch.push(next)
    }
    return batch
  }

  /** A journal of a simulator that gives other results under the same version must not be gone on with. */
  async function recognise({ results }: Journal): Promise<void> {
    if (results.length === 0) return
    const [{ variant, result }] = results
    const { made }: Batch = await pool.run([{ variant, replication: result.replication }])
    if (made.length > 0 && made[0].result.fingerprint !== result.fingerprint) {
      throw new Refusal('the journal was made by a simulator that gives other results; remove it, or name another file')
    }
  }
}

/** In the order in which a study gives replications out. */
function isBefore(one: Assignment, other: Assignment): boolean {
  return one.replication === other.replication ? one.variant < other.variant : one.replication < other.replication
}
