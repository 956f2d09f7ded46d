import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sample } from '../../sim/engine/distribution.ts'
import { keyOf, Randomness } from '../../sim/engine/random.ts'
import { Simulation } from '../../sim/engine/simulation.ts'
import { TICK } from '../../sim/engine/time.ts'
import { createJobQueue, type JobId, type JobQueueSpec } from '../../sim/models/queue.ts'
import { defineRows, rowKindNamed } from '../../sim/trace/row-kinds.ts'
import { Trace } from '../../sim/trace/trace.ts'

const says = { en: 'something happened', zh: '有事发生' }
const Row = defineRows('test-queue', { asked: { says }, begun: { says }, done: { says }, more: { says } })
const BACKLOG = rowKindNamed('queue.backlog')

/** A queue whose jobs take ten seconds each and write rows for what happens to them. */
function queueOf(spec: Partial<JobQueueSpec>) {
  const sim = new Simulation()
  const trace = new Trace()
  sim.keep(trace)
  const queue = createJobQueue(sim, trace, {
    entity: 1,
    servers: 1,
    serviceTime: () => 10,
    onStart: (target, cause) => trace.write(sim.now, Row.begun, target, cause),
    onDone: (target, cause) => void trace.write(sim.now, Row.done, target, cause),
    ...spec,
  })
  const ask = (target: number, priority = 0): JobId =>
    queue.submit(target, trace.write(sim.now, Row.asked, target, 0), priority)
  const ASK = sim.on((target: number, priority: number) => void ask(target, priority))
  /** Rows of one kind as [time, subject]. */
  const rows = (kind: number) => {
    const { time, subject, kind: kinds, length } = trace.columns()
    return Array.from({ length }, (_, row) => row)
      .filter(row => kinds[row] === kind)
      .map(row => [time[row], subject[row]])
  }
  /** Rows of one kind as [subject, kind of its cause, subject of its cause]. */
  const causes = (kind: number) => {
    const { cause, subject, kind: kinds, length } = trace.columns()
    return Array.from({ length }, (_, row) => row)
      .filter(row => kinds[row] === kind)
      .map(row => [subject[row], kinds[cause[row]], subject[cause[row]]])
  }
  /** Backlog rows as [time, waiting, age of the oldest]. */
  const backlog = () => {
    const { time, kind, a, b, length } = trace.columns()
    return Array.from({ length }, (_, row) => row)
      .filter(row => kind[row] === BACKLOG)
      .map(row => [time[row], a[row], b[row]])
  }
  return { sim, trace, queue, ask, ASK, rows, causes, backlog }
}

describe('a queue of jobs', () => {
  test('serves in the order asked, as many at once as it has servers', () => {
    const { sim, ask, rows, queue } = queueOf({ servers: 2 })
    for (const target of [5, 3, 4, 9]) ask(target)
    expect([queue.running(), queue.waiting()]).toEqual([2, 2])
    sim.run(100)
    expect(rows(Row.begun)).toEqual([
      [0, 5],
      [0, 3],
      [10, 4],
      [10, 9],
    ])
    expect(rows(Row.done)).toEqual([
      [10, 5],
      [10, 3],
      [20, 4],
      [20, 9],
    ])
  })

  test('a job starts because of its own request if it did not wait, else because of the one that made room', () => {
    const { sim, ask, causes } = queueOf({})
    for (const target of [5, 3, 4]) ask(target)
    sim.run(100)
    expect(causes(Row.begun)).toEqual([
      [5, Row.asked, 5],
      [3, Row.done, 5],
      [4, Row.done, 3],
    ])
    expect(causes(Row.done)).toEqual([
      [5, Row.begun, 5],
      [3, Row.begun, 3],
      [4, Row.begun, 4],
    ])
  })

  test('with priorities the urgent go first, in order among themselves', () => {
    const { sim, ask, rows } = queueOf({ priorities: 3 })
    ask(1, 2)
    ask(2, 2)
    ask(3, 0)
    ask(4, 1)
    ask(5, 0)
    sim.run(100)
    expect(rows(Row.begun).map(([, target]) => target)).toEqual([1, 3, 5, 4, 2])
  })

  test('more servers start those who wait, because of the row that brought them', () => {
    const { sim, trace, queue, ask, rows, causes } = queueOf({ servers: 0 })
    for (const target of [1, 2, 3]) ask(target)
    sim.run(4)
    queue.setServers(2, trace.write(sim.now, Row.more, 77, 0))
    sim.run(100)
    expect(rows(Row.begun)).toEqual([
      [4, 1],
      [4, 2],
      [14, 3],
    ])
    expect(causes(Row.begun).slice(0, 2)).toEqual([
      [1, Row.more, 77],
      [2, Row.more, 77],
    ])
  })

  test('with fewer servers, running jobs go on and none starts until there is room', () => {
    const { sim, queue, ask, rows } = queueOf({ servers: 2 })
    for (const target of [1, 2, 3]) ask(target)
    sim.run(5)
    queue.setServers(1, 0)
    expect(queue.running()).toBe(2)
    sim.run(10)
    expect(rows(Row.begun)).toHaveLength(3)
    queue.setServers(0, 0)
    ask(4)
    sim.run(100)
    expect(rows(Row.done).map(([, target]) => target)).toEqual([1, 2, 3])
    expect([queue.running(), queue.waiting()]).toEqual([0, 1])
  })

  test('with fewer servers, running jobs can be dropped, last started first', () => {
    const dropped: number[] = []
    const { sim, queue, ask, rows } = queueOf({ servers: 3, onDropped: target => void dropped.push(target) })
    for (const target of [1, 2, 3, 4]) ask(target)
    sim.run(5)
    queue.setServers(1, 0, true)
    sim.run(100)
    expect(dropped).toEqual([3, 2])
    expect(rows(Row.done)).toEqual([
      [10, 1],
      [20, 4],
    ])
  })

  test('a withdrawn job leaves its place in the line, or its server to the next', () => {
    const { sim, trace, queue, ask, rows, causes } = queueOf({})
    const [first, second] = [1, 2, 3, 4].map(target => ask(target))
    sim.run(5)
    queue.withdraw(second, 0)
    queue.withdraw(first, trace.write(sim.now, Row.more, 77, 0))
    sim.run(100)
    expect(rows(Row.begun)).toEqual([
      [0, 1],
      [5, 3],
      [15, 4],
    ])
    expect(causes(Row.begun)[1]).toEqual([3, Row.more, 77])
    expect(() => queue.withdraw(first, 0)).toThrow('job 0 is over')
  })

  test('a job that asks again when it is done goes to the end of the line', () => {
    let again = 3
    const built = queueOf({
      onDone: target => {
        built.trace.write(built.sim.now, Row.done, target, 0)
        if (again-- > 0) built.ask(target)
      },
    })
    built.ask(1)
    built.ask(2)
    built.sim.run(100)
    expect(built.rows(Row.begun).map(([, target]) => target)).toEqual([1, 2, 1, 2, 1])
    expect(built.causes(Row.begun)[2]).toEqual([1, Row.done, 2])
  })

  test('a paced queue starts at whole multiples of its interval, without adding up what the grid rounds off', () => {
    const { sim, ask, rows, causes, queue } = queueOf({ servers: Infinity, every: 0.3 })
    for (let target = 0; target < 10_000; target++) ask(target)
    sim.run(4000)
    const starts = rows(Row.begun).map(([time]) => time)
    expect(starts).toHaveLength(10_000)
    expect(Math.max(...starts.map((time, k) => Math.abs(time - k * 0.3)))).toBeLessThanOrEqual(TICK)
    expect(causes(Row.begun)[9]).toEqual([9, Row.begun, 8])
    expect(queue.running()).toBe(0)
  })

  test('the pace counts from the first start of a busy period, and a late start begins a new one', () => {
    const { sim, ASK, rows } = queueOf({ servers: Infinity, every: 4 })
    for (const time of [1, 2, 3, 30, 31, 34, 39]) sim.at(time, ASK, time)
    sim.run(100)
    expect(rows(Row.begun)).toEqual([
      [1, 1],
      [5, 2],
      [9, 3],
      [30, 30],
      [34, 31],
      [38, 34],
      [42, 39],
    ])
  })

  test('pace and servers hold together', () => {
    const { sim, ask, rows } = queueOf({ servers: 2, every: 4 })
    for (let target = 0; target < 5; target++) ask(target)
    sim.run(100)
    expect(rows(Row.begun).map(([time]) => time)).toEqual([0, 4, 10, 14, 20])
  })

  test('the backlog is told when it begins, when it ends, and in steps in between, with the age of the oldest', () => {
    const { sim, ASK, backlog } = queueOf({})
    for (const time of [0, 1, 2]) sim.at(time, ASK, time)
    sim.run(100)
    expect(backlog()).toEqual([
      [1, 1, 0],
      [2, 2, 1],
      [10, 1, 8],
      [20, 0, 0],
    ])
  })

  test('a hundred thousand jobs do not write a hundred thousand backlog rows', () => {
    const { sim, ask, backlog } = queueOf({ servers: 100, onStart: (_, cause) => cause, onDone: () => {} })
    for (let target = 0; target < 100_000; target++) ask(target)
    sim.run(10_000)
    const rows = backlog()
    expect(rows.length).toBeLessThan(600)
    expect(rows.at(-1)).toEqual([9990, 0, 0])
    for (let i = 1; i < rows.length; i++) expect(Math.abs(rows[i][1] - rows[i - 1][1])).toBeLessThanOrEqual(2100)
  })

  test('a snapshot takes the queue along, in the middle of everything', () => {
    /** Arrivals, withdrawals and changing servers, all by chance. */
    const busy = () => {
      const built = queueOf({ priorities: 2, every: 0.5, servers: 3, serviceTime: target => 1 + (target % 7) })
      const { sim, queue, ask } = built
      const streams = new Randomness(sim, '7').streams('busy', 1, () => keyOf('busy'))
      const pause = streams.of(0)
      const last = sim.column(Int32Array, 1).fill(-1)
      const ARRIVE = sim.on((target: number) => {
        const chance = streams.next(0)
        if (chance < 0.1) queue.setServers(Math.floor(chance * 60), 0, chance < 0.05)
        last[0] = ask(target, target & 1)
        if (chance > 0.9) queue.withdraw(last[0], 0)
        sim.after(sample({ kind: 'exponential', mean: 1.2 }, pause), ARRIVE, target + 1)
      })
      sim.at(0, ARRIVE, 0)
      return built
    }
    const straight = busy()
    straight.sim.run(400)
    const history = ({ trace }: { trace: Trace }) => {
      const { time, kind, subject, cause, a, b } = trace.columns()
      return [time, kind, subject, cause, a, b].map(column => Array.from(column))
    }
    expect(straight.trace.length).toBeGreaterThan(1000)
    const property = fc.property(fc.double({ min: 0, max: 200, noNaN: true }), to => {
      const forked = busy()
      forked.sim.run(to)
      const saved = forked.sim.snapshot()
      forked.sim.run(to + 200)
      forked.sim.restore(saved)
      forked.sim.run(400)
      expect(history(forked)).toEqual(history(straight))
    })
    fc.assert(property, { seed: 7, numRuns: 10 })
  })
})
