/** What `test` runs: every file as written and in each variant, on as many threads as there are, told in order. */
import { availableParallelism } from 'node:os'
import { variantNames } from '../scenario/load.ts'
import { type Case, cases, judgeCase, type Result } from './case.worker.ts'
import { readScenario } from './files.ts'
import type { Options } from './options.ts'
import { type Console, Refusal } from './output.ts'
import { createPool } from './pool.ts'

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
  const finished = new Map<number, Result>()
  let stop: () => void = () => undefined
  const stopped = new Promise<void>(resolve => {
    stop = resolve
  })
  for (const signal of SIGNALS) process.once(signal, stop)
  const judge = async (one: Case): Promise<Result> => {
    if (pool === undefined) {
      await new Promise(resolve => setImmediate(resolve)) // signals are heard between two cases
      return judgeCase(one, options, console)
    }
    const broken = (error: Error): Result => ({
      ...one,
      kind: 'failed',
      message: error.message,
      object: { ...one, error: error.message },
    })
    return pool.run(one).catch(broken)
  }
  try {
    const pending = pool === undefined ? [] : own.map((one, i) => judge(one).then(result => void finished.set(i, result)))
    for (const [i, one] of own.entries()) {
      const next = pending[i] ?? judge(one).then(result => void finished.set(i, result))
      if ((await Promise.race([stopped.then(() => 'stopped'), next])) === 'stopped') {
        for (let later = i; later < own.length; later++) {
          const result = finished.get(later)
          if (result !== undefined) yield result
        }
        return
      }
      yield finished.get(i) as Result
    }
  } finally {
    for (const signal of SIGNALS) process.removeListener(signal, stop)
    pool?.close()
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const
