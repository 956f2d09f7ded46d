/**
 * The page's end of the worker. A call to a worker that has died never settles by itself, so every call races with its death;
 * the next call starts a new worker.
 */
import { proxy, type Remote, releaseProxy, wrap } from 'comlink'
import type { Progress, RunReply, RunRequest, ScenarioEntry, SimulatorApi } from './protocol.ts'

export interface Simulator {
  catalogue(): Promise<readonly ScenarioEntry[]>
  run(request: RunRequest, onProgress: (progress: Progress) => void): Promise<RunReply>
  /** Asks the present run to end; one that does not answer within a second is terminated. */
  cancel(): void
}

interface Alive {
  readonly worker: Worker
  readonly api: Remote<SimulatorApi>
  /** Rejects when the worker dies. */
  readonly death: Promise<never>
  readonly die: (reason: Error) => void
}

/** Patience with a run that was asked to end, ms. */
const PATIENCE = 1000

export function createSimulator(): Simulator {
  let alive: Alive | undefined
  let running = 0

  function worker(): Alive {
    if (alive !== undefined) return alive
    const started = new Worker(new URL('./simulator.worker.ts', import.meta.url), { type: 'module' })
    let die: Alive['die'] = () => {}
    const death = new Promise<never>((_, reject) => {
      die = reject
    })
    death.catch(() => {}) // nobody may be waiting
    const own: Alive = { worker: started, api: wrap<SimulatorApi>(started), death, die }
    started.addEventListener('error', event => terminate(own, event.message || 'the worker did not start'))
    alive = own
    return own
  }

  function terminate(which: Alive, reason: string): void {
    if (alive === which) alive = undefined
    which.die(new Error(reason))
    which.api[releaseProxy]()
    which.worker.terminate()
  }

  return {
    catalogue: () => {
      const { api, death } = worker()
      return Promise.race([api.catalogue(), death])
    },
    run: async (request, onProgress) => {
      const { api, death } = worker()
      running++
      try {
        return await Promise.race([api.run(request, proxy(onProgress)) as Promise<RunReply>, death])
      } catch (error) {
        return { kind: 'broken', message: error instanceof Error ? error.message : String(error) }
      } finally {
        running--
      }
    },
    cancel: () => {
      const asked = alive
      if (asked === undefined) return
      void asked.api.cancel()
      setTimeout(() => {
        if (running > 0 && alive === asked) terminate(asked, 'stopped')
      }, PATIENCE)
    },
  }
}
