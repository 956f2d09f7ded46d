/** What `test` runs: every file as written and in each variant, on as many threads as there are, told in order. */
import { availableParallelism } from 'node:os'
import { variantNames } from '../../scenario/load.ts'
import { readScenario } from '../files.ts'
import type { Options } from '../options.ts'
import { type Console, Refusal } from '../output.ts'
import { createPool } from '../pool.ts'
import { type Case, cases, judgeCase, type Result } from './case.worker.ts'

/** The file as written and in each variant; a file that cannot be read is one case, which says so. */
export function casesOf(file: string, { limits }: Options): Case[] {
  let names: readonly string[] = []
  try {
    names = variantNames(readScenario(file, limits.bytes), file, limits)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
  }
  return [{ file, variant: null }, ...names.map(variant => ({ file, variant }))]
}

/** Results in the order of the cases, whichever is finished first. Being told to stop ends it with those that are finished. */
export async function* judged(own: readonly Case[], options: Options, console: Console): AsyncGenerator<Result> {
  const threads = Math.min(options.workers ?? availableParallelism(), own.length)
  const pool = threads > 1 ? createPool(cases, options, threads) : undefined
  const finished = new Map<Case, Result>()
  async function judge(one: Case): Promise<void> {
    try {
      if (pool === undefined) await new Promise(resolve => setImmediate(resolve)) // signals are heard between two cases
      finished.set(one, pool === undefined ? judgeCase(one, options, console) : await pool.run(one))
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      finished.set(one, { ...one, kind: 'failed', message, object: { ...one, error: message } })
    }
  }

  let isStopped = false
  let stop: () => void = () => undefined
  const stopping = new Promise<void>(resolve => {
    stop = () => {
      isStopped = true
      resolve()
    }
  })
  for (const signal of SIGNALS) process.once(signal, stop)
  try {
    const pending = pool && own.map(judge)
    for (const [i, one] of own.entries()) {
      if (!isStopped) await Promise.race([stopping, pending?.[i] ?? judge(one)])
      const result = finished.get(one)
      if (result !== undefined) yield result
    }
  } finally {
    for (const signal of SIGNALS) process.removeListener(signal, stop)
    pool?.close()
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const
