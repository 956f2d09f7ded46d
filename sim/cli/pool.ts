/**
 * Work shared among threads: the same function on many tasks, each answered by whichever thread is free. Knows nothing of what
 * the work is. Which thread answers, and when, must not matter to anyone.
 *
 *     // square.worker.ts
 *     export const squares = defineWork<{ power: number }, number, number>(import.meta.url, (task, { power }) => task ** power)
 *     // anywhere
 *     const pool = createPool(squares, { power: 2 }, 2)
 *     await Promise.all([1, 2, 3].map(pool.run))
 */
import { availableParallelism } from 'node:os'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'

/** A function on tasks, and the module that defines it: what crosses between threads has to be cloneable. */
export interface Work<Task, Result, Shared> {
  readonly url: string
  readonly perform: (task: Task, shared: Shared) => Result | Promise<Result>
}

export interface Pool<Task, Result> {
  /** How many tasks are under way at once. */
  readonly size: number
  /** Resolves to what the task came to; rejects when the work throws, when its thread breaks, or when the pool is closed. */
  readonly run: (task: Task) => Promise<Result>
  /** Ends at once, whatever is under way. */
  readonly close: () => void
}

interface Assignment {
  readonly task: unknown
  readonly resolve: (result: never) => void
  readonly reject: (error: Error) => void
}

type Answer = { readonly result: unknown } | { readonly message: string; readonly stack: string | undefined } | typeof READY

/** What a thread says first, once it has loaded its module. Until then it is given nothing that another could do. */
const READY = 'ready'

/** Marks the threads of a pool among all threads there may be. */
const MARK = 'blackstart-pool'

/** Names a function as work. In a thread that a pool started for this very module, it begins to answer tasks. */
export function defineWork<Task, Result, Shared>(
  url: string,
  perform: (task: Task, shared: Shared) => Result | Promise<Result>,
): Work<Task, Result, Shared> {
  const given = workerData as { mark?: string; url: string; shared: Shared } | null
  if (!isMainThread && given?.mark === MARK && given.url === url) {
    parentPort?.on('message', async (task: Task) => {
      let answer: Answer
      try {
        answer = { result: await perform(task, given.shared) }
      } catch (error) {
        const { message, stack } = error instanceof Error ? error : new Error(String(error))
        answer = { message, stack }
      }
      parentPort?.postMessage(answer)
    })
    parentPort?.postMessage(READY satisfies Answer)
  }
  return { url, perform }
}

/**
 * Threads that do one kind of work; `shared` is handed to each of them once. Uncompiled modules, which no thread can load, do
 * their work one by one in this thread, with a turn of the event loop between tasks.
 */
export function createPool<Task, Result, Shared>(
  work: Work<Task, Result, Shared>,
  shared: Shared,
  threads: number,
): Pool<Task, Result> {
  const most = Math.min(threads, THREADS_MAX * availableParallelism())
  return work.url.endsWith('.ts') ? createLocal(work, shared) : createThreads(work, shared, most)
}

/** Threads for each processor, at most: more of them only cost memory. */
const THREADS_MAX = 4

function createThreads<Task, Result, Shared>(
  { url }: Work<Task, Result, Shared>,
  shared: Shared,
  threads: number,
): Pool<Task, Result> {
  const waiting: Assignment[] = []
  const idle: Worker[] = []
  const busy = new Map<Worker, Assignment>()
  const alive = new Set<Worker>()
  let isClosed = false

  function start(): void {
    const worker = new Worker(new URL(url), { workerData: { mark: MARK, url, shared } })
    alive.add(worker)
    worker.on('message', (answer: Answer) => {
      const done = busy.get(worker)
      busy.delete(worker)
      idle.push(worker)
      assign()
      if (answer === READY) return
      if ('result' in answer) done?.resolve(answer.result as never)
      else done?.reject(Object.assign(new Error(answer.message), { stack: answer.stack }))
    })
    // A thread that ran out of memory, or could not be started, takes its task with it.
    worker.on('error', error => lose(worker, error))
    worker.on('exit', () => lose(worker, new Error('a thread ended before its task')))
  }

  function lose(worker: Worker, error: Error): void {
    const at = idle.indexOf(worker)
    if (at >= 0) idle.splice(at, 1)
    const lost = busy.get(worker)
    busy.delete(worker)
    lost?.reject(error)
    alive.delete(worker)
    if (alive.size === 0) for (const { reject } of waiting.splice(0)) reject(error)
  }

  function assign(): void {
    while (idle.length > 0 && waiting.length > 0) {
      const [worker, next] = [idle.pop(), waiting.shift()]
      if (worker === undefined || next === undefined) return
      busy.set(worker, next)
      worker.postMessage(next.task)
    }
  }

  for (let i = 0; i < threads; i++) start()
  return {
    size: threads,
    run: task =>
      new Promise<Result>((resolve, reject) => {
        if (isClosed || alive.size === 0) return reject(new Error('no thread is left'))
        waiting.push({ task, resolve, reject })
        assign()
      }),
    close: () => {
      isClosed = true
      for (const { reject } of waiting.splice(0)) reject(new Error('the pool was closed'))
      for (const worker of alive) void worker.terminate()
    },
  }
}

function createLocal<Task, Result, Shared>({ perform }: Work<Task, Result, Shared>, shared: Shared): Pool<Task, Result> {
  let last: Promise<unknown> = Promise.resolve()
  let isClosed = false
  return {
    size: 1,
    run: task => {
      const result = last.then(async () => {
        await new Promise(resolve => setImmediate(resolve))
        if (isClosed) throw new Error('the pool was closed')
        return perform(task, shared)
      })
      last = result.catch(() => undefined)
      return result
    },
    close: () => {
      isClosed = true
    },
  }
}
