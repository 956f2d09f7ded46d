/**
 * The page's end of the worker. A call to a worker that has died never settles by itself, so every call races with its death;
 * the next call starts a new worker.
 */
import { proxy, type Remote, releaseProxy, wrap } from 'comlink'
import type {
  Progress,
  RecoveriesReply,
  RunReply,
  RunRequest,
  ScenarioEntry,
  SimulatorApi,
  StudyNews,
  StudyReply,
  StudyRequest,
} from './protocol.ts'

export interface Simulator {
  catalogue(): Promise<readonly ScenarioEntry[]>
  run(request: RunRequest, onProgress: (progress: Progress) => void): Promise<RunReply>
  /** Asks the present run to end; one that does not answer within a second is terminated. */
  cancel(): void
  /** Reads the way back from each strike in a thread of its own; `stop` ends that, and nothing is told any more. */
  recoveries(request: RunRequest, savings: boolean): { readonly reply: Promise<RecoveriesReply>; stop(): void }
  /** Makes several runs in threads of their own; `stop` ends that, and what is done is reported. */
  study(request: StudyRequest, onNews: (news: StudyNews) => void): { readonly reply: Promise<StudyReply>; stop(): void }
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
    alive ??= start()
    return alive
  }

  function start(): Alive {
    const started = new Worker(new URL('./simulator.worker.ts', import.meta.url), { type: 'module' })
    let die: Alive['die'] = () => {}
    const death = new Promise<never>((_, reject) => {
      die = reject
    })
    death.catch(() => {}) // nobody may be waiting
    const own: Alive = { worker: started, api: wrap<SimulatorApi>(started), death, die }
    started.addEventListener('error', event => terminate(own, event.message || 'the worker did not start'))
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
        return broken(error)
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
    recoveries: (request, savings) => {
      const { reply, stop } = apart(api => api.recoveries(request, savings) as Promise<RecoveriesReply>)
      return { reply, stop: () => stop(own => terminate(own, 'stopped')) }
    },
    study: (request, onNews) => {
      const { reply, stop } = apart(api => api.study(request, proxy(onNews)) as Promise<StudyReply>)
      return { reply, stop: () => stop(({ api }) => void api.stopStudy()) }
    },
  }

  /** Asks a worker of its own, which ends with the answer; until then it can be stopped. */
  function apart<Reply>(ask: (api: Remote<SimulatorApi>) => Promise<Reply>) {
    const own = start()
    let isOver = false
    const reply = Promise.race([ask(own.api), own.death])
    return {
      reply: reply.catch(broken).finally(() => {
        if (!isOver) terminate(own, 'done')
        isOver = true
      }),
      stop: (end: (own: Alive) => void): void => {
        if (!isOver) end(own)
      },
    }
  }
}

function broken(error: unknown): { readonly kind: 'broken'; readonly message: string } {
  return { kind: 'broken', message: error instanceof Error ? error.message : String(error) }
}
