import { describe, expect, test } from 'vitest'
import { causesOf } from '../../sim/trace/trace.ts'
import { build, CELL, type Change, CLIENT, run, type Setup, stall } from './traffic-harness.ts'

const constant = (rate: number) => ({ kind: 'constant', rate }) as const

describe('metastability: C = 1000/s, three attempts, time-outs waste the work', () => {
  const endsAt = (rate: number, horizon: number) =>
    run({ clients: [{ rate: constant(rate) }], changes: stall(10, 20), horizon }).valueAt('client.flow', CLIENT, 'b', horizon)

  test('a load of more than C/3 stays collapsed after a trigger, one of less recovers', () => {
    expect(endsAt(333, 1e6)).toBe(333)
    expect(endsAt(334, 1e6)).toBe(0)
  })

  test('collapsed at 600/s, 1800 attempts/s keep it collapsed, without a single event', () => {
    const short = run({ clients: [{}], changes: stall(10, 20), horizon: 1e3 })
    const long = run({ clients: [{}], changes: stall(10, 20), horizon: 1e6 })
    expect(long.valueAt('client.flow', CLIENT, 'b', 1e6)).toBe(0)
    expect(long.valueAt('cell.flow', CELL, 'a', 1e6)).toBe(1800)
    expect(long.valueAt('cell.flow', CELL, 'b', 1e6)).toBe(1800)
    expect(long.sim.events).toBe(short.sim.events)
    expect(long.sim.events).toBeLessThan(60)
  })

  test('it recovers once the load has fallen below C/3', () => {
    const at = (rate: number) =>
      run({
        clients: [{}],
        changes: [...stall(10, 20), { at: 1000, do: (traffic, cause) => traffic.setLoad(0, rate / 600, cause) }],
        horizon: 1e7,
      }).valueAt('client.flow', CLIENT, 'b', 1e7)
    expect(at(334)).toBe(0)
    expect(at(333)).toBeCloseTo(333, 9)
  })

  test('the shortest trigger that tips it agrees with single requests', () => {
    // Shortest stall (s) after which an M/M/10 simulation of single requests stayed collapsed, and what flow must give.
    const cases = [
      { load: 400, single: 1.85, flow: 1.83 },
      { load: 500, single: 1.55, flow: 1.54 },
      { load: 600, single: 1.34, flow: 1.34 },
      { load: 700, single: 1.18, flow: 1.17 },
      { load: 800, single: 1.05, flow: 1.06 },
      { load: 900, single: 1.01, flow: 1.01 },
    ]
    for (const { load, single, flow } of cases) {
      let survives = 0.5
      let tips = 3
      while (tips - survives > 1e-3) {
        const lasts = (survives + tips) / 2
        const end = run({ clients: [{ rate: constant(load) }], changes: stall(10, lasts), horizon: 200 })
        if (end.valueAt('client.flow', CLIENT, 'b', 200) < load / 2) tips = lasts
        else survives = lasts
      }
      expect(Math.abs(tips - flow), `load ${load}`).toBeLessThan(0.006)
      expect(Math.abs(tips - single), `load ${load}`).toBeLessThan(0.025)
    }
  })

  test('refusing at once instead of queueing does not collapse: success is C/λ', () => {
    // λ = 1200: drop probability f = (1 − C/λ)^(1/3), offered λ(1 − f³)/(1 − f).
    const drop = (1 - 1000 / 1200) ** (1 / 3)
    const { valueAt, sim } = run({
      clients: [{ rate: constant(1200) }],
      services: [{ queueLimit: 100 }],
      changes: [{ at: 500, do: (traffic, cause) => traffic.setLoad(0, 0.75, cause) }],
      horizon: 1000,
    })
    expect(valueAt('client.flow', CLIENT, 'b', 499)).toBeCloseTo(1000, 9)
    expect(valueAt('cell.flow', CELL, 'a', 499)).toBeCloseTo((1200 * (1 - drop ** 3)) / (1 - drop), 1)
    expect(valueAt('cell.flow', CELL, 'a', 499)).toBeCloseTo(2223.81, 1)
    expect(valueAt('client.flow', CLIENT, 'b', 1000)).toBe(900)
    expect(valueAt('cell.flow', CELL, 'b', 1000)).toBe(0)
    expect(sim.events).toBeLessThan(1500)
  })
})

describe('queues', () => {
  test('a backlog of an hour at 800/s before 1000/s is cleared five hours after it began', () => {
    const { rows, rowsOf, valueAt, sim } = run({
      clients: [{ rate: constant(800), timeout: Infinity, attempts: 1 }],
      changes: stall(100, 3600),
      horizon: 30_000,
    })
    const queue = rowsOf('cell.queue', CELL).map(row => [rows.time[row], rows.a[row], rows.b[row]])
    expect(queue).toEqual([
      [0, 0, 0],
      [100, 0, 0],
      [3700, 2_880_000, 3600],
      [18_100, 0, 0],
    ])
    expect(valueAt('client.flow', CLIENT, 'b', 3699)).toBe(0)
    expect(valueAt('client.flow', CLIENT, 'b', 18_099)).toBe(1000)
    expect(valueAt('client.flow', CLIENT, 'b', 18_101)).toBe(800)
    expect(sim.events).toBe(3)
  })

  test('a queue that fills refuses the surplus, and its age is its length over the capacity', () => {
    const { rows, rowsOf, valueAt } = run({
      clients: [{ rate: constant(1250), attempts: 1 }],
      services: [{ queueLimit: 500 }],
      horizon: 100,
    })
    const queue = rowsOf('cell.queue', CELL).map(row => [rows.time[row], rows.a[row], rows.b[row]])
    expect(queue[0]).toEqual([0, 0, 0])
    expect(queue[1][0]).toBe(2)
    expect(queue[1][1]).toBe(500)
    expect(queue[1][2]).toBeCloseTo(2 - 2000 / 1250, 6)
    expect(queue[queue.length - 1][1]).toBeCloseTo(500, 3)
    expect(queue[queue.length - 1][2]).toBeCloseTo(0.5, 5)
    expect(valueAt('client.flow', CLIENT, 'b', 100)).toBeCloseTo(1000, 9)
    expect(valueAt('cell.flow', CELL, 'b', 100)).toBeCloseTo(250, 9)
  })

  test('what waits in a cell that is out of rotation grows older, and is served in vain when it returns', () => {
    const { rows, rowsOf, valueAt, traffic } = run({
      clients: [{ rate: constant(500), attempts: 1 }],
      services: [{ queueLimit: 200 }],
      instances: [1, 1],
      changes: [
        { at: 10, do: (traffic, cause) => traffic.setFactor(0, 0, cause) },
        { at: 20, do: (traffic, cause) => traffic.setCell(0, { serving: 0, dead: 0 }, cause) },
        { at: 50, do: (traffic, cause) => traffic.setFactor(0, 1, cause) },
        { at: 60, do: (traffic, cause) => traffic.setCell(0, { serving: 1, dead: 0 }, cause) },
      ],
      horizon: 100,
    })
    expect(valueAt('client.flow', CLIENT, 'b', 15)).toBe(250)
    expect(valueAt('client.flow', CLIENT, 'b', 30)).toBe(500)
    expect(valueAt('client.flow', CLIENT, 'b', 60.1)).toBe(250)
    expect(valueAt('client.flow', CLIENT, 'b', 61)).toBe(500)
    expect(traffic.countsOf(0).late).toBeCloseTo(200, 2)
    const returned = rowsOf('cell.queue', CELL).find(row => rows.time[row] === 60)
    expect(returned === undefined ? [] : [rows.a[returned], rows.b[returned]].map(Math.round)).toEqual([200, 50])
  })

  test('two clients share a queue: the impatient one is late, the patient one is not', () => {
    const { valueAt } = run({
      clients: [
        { rate: constant(300), timeout: 0.2, attempts: 1 },
        { rate: constant(900), timeout: 2, attempts: 1 },
      ],
      services: [{ queueLimit: 500 }],
      horizon: 100,
    })
    expect(valueAt('client.flow', CLIENT, 'b', 100)).toBe(0)
    expect(valueAt('client.flow', CLIENT + 1, 'b', 100)).toBeCloseTo(750, 6)
    // All 300 fail: 250 time out and 50 are refused; of the other 900, the 150 refused.
    expect(valueAt('cell.flow', CELL, 'b', 100)).toBeCloseTo(300 + 150, 6)
  })
})

describe('answers', () => {
  test('errors are retried: success 1 − e³, attempts (1 − e³)/(1 − e)', () => {
    const { valueAt } = run({
      clients: [{}],
      changes: [{ at: 1, do: (traffic, cause) => traffic.setErrors(0, 0.2, cause) }],
      horizon: 100,
    })
    expect(valueAt('client.flow', CLIENT, 'b', 100)).toBeCloseTo(600 * (1 - 0.2 ** 3), 3)
    expect(valueAt('cell.flow', CELL, 'a', 100)).toBeCloseTo((600 * (1 - 0.2 ** 3)) / 0.8, 3)
  })

  test('a database that one request in ten needs is away: 0.9 succeed at the first attempt', () => {
    const { valueAt } = run({
      clients: [{ attempts: 1 }],
      changes: [{ at: 1, do: (traffic, cause) => traffic.setSuccess(0, 0, 0.9, cause) }],
      horizon: 100,
    })
    expect(valueAt('client.flow', CLIENT, 'b', 100)).toBeCloseTo(540, 9)
    expect(valueAt('cell.flow', CELL, 'b', 100)).toBeCloseTo(60, 9)
  })

  test('latency beyond the time-out makes every answer late; they time out one time-out after they were sent', () => {
    const { valueAt, rows, rowsOf } = run({
      clients: [{ attempts: 1 }],
      services: [{ takes: 0.25 }],
      changes: [
        { at: 10, do: (traffic, cause) => traffic.setLatency(0, 1, cause) },
        { at: 20, do: (traffic, cause) => traffic.setLatency(0, 0, cause) },
      ],
      horizon: 30,
    })
    expect(rowsOf('client.flow', CLIENT).map(row => [rows.time[row], rows.b[row]])).toEqual([
      [0, 600],
      [10, 0],
      [20, 600],
    ])
    expect(rowsOf('cell.flow', CELL).map(row => [rows.time[row], rows.b[row]])).toEqual([
      [0, 0],
      [11, 600],
      [21, 0],
    ])
    expect(valueAt('cell.flow', CELL, 'a', 15)).toBe(600)
  })

  test('with nobody in rotation everything is refused at once, and all attempts are spent', () => {
    const { valueAt, traffic } = run({
      clients: [{}],
      changes: [{ at: 10, do: (traffic, cause) => traffic.setCell(0, { serving: 0, dead: 0 }, cause) }],
      horizon: 60,
    })
    expect(valueAt('client.flow', CLIENT, 'b', 60)).toBe(0)
    expect(valueAt('cell.flow', CELL, 'a', 60)).toBe(1800)
    expect(valueAt('cell.flow', CELL, 'b', 60)).toBe(1800)
    expect(traffic.offered(0)).toBe(1800)
    expect(traffic.utilisation(0)).toBe(Infinity)
  })

  test('dead instances that refuse fail at once, silent ones a time-out later', () => {
    const failedBy = (dead: 'silent' | 'refuses', time: number) =>
      run({
        clients: [{ attempts: 1 }],
        services: [{ dead }],
        changes: [{ at: 10, do: (traffic, cause) => traffic.setCell(0, { serving: 3, dead: 1 }, cause) }],
        horizon: 20,
      }).valueAt('cell.flow', CELL, 'b', time)
    expect(failedBy('silent', 10.99)).toBe(0)
    expect(failedBy('silent', 11)).toBe(150)
    expect(failedBy('refuses', 10)).toBe(150)
  })
})

describe('losing a zone: 3 cells of instances that serve 450/s, 32 000/s, time-out 0.8 s, two attempts', () => {
  const lose = (each: number, queueLimit: number) => {
    const setup: Setup = {
      clients: [{ rate: constant(32_000), timeout: 0.8, attempts: 2, backoff: { base: 0.05, cap: 20 } }],
      services: [{ queueLimit, takes: 0.02, capacity: 450 }],
      instances: [each, each, each],
      changes: [
        { at: 100, do: (traffic, cause) => traffic.setCell(0, { serving: 0, dead: each }, cause) },
        { at: 120, do: (traffic, cause) => traffic.setCell(0, { serving: 0, dead: 0 }, cause) },
      ],
      horizon: 600,
    }
    return run(setup)
  }

  test('40 instances each: one user in nine fails until the zone is out of rotation, then nobody', () => {
    const { valueAt, total, sim } = lose(40, 1000)
    expect(valueAt('client.flow', CLIENT, 'b', 99)).toBeCloseTo(32_000, 6)
    expect(valueAt('client.flow', CLIENT, 'b', 119)).toBeCloseTo((32_000 * 8) / 9, 1)
    expect(valueAt('client.flow', CLIENT, 'b', 600)).toBe(32_000)
    // Both thirds of a request that times out twice fall into the 20 s; those sent just before wait for one attempt only.
    expect(total('client.flow', CLIENT, 'b') / total('client.flow', CLIENT, 'a')).toBeGreaterThan(0.994)
    expect(sim.events).toBeLessThan(100)
  })

  test('30 each: a bounded queue gives 27 000/s of 32 000/s, a long one hardly anything in time', () => {
    expect(lose(30, 1000).valueAt('client.flow', CLIENT, 'b', 600)).toBeCloseTo(27_000, 3)
    // 100 000 waiting in front of 13 500/s are 7.4 s old.
    expect(lose(30, 100_000).valueAt('client.flow', CLIENT, 'b', 600)).toBe(0)
  })
})

describe('books', () => {
  // Two clients, three cells, everything happens: stalls, dead instances, errors, latency, load.
  const busy: Setup = {
    clients: [
      { rate: constant(900), timeout: 0.7, attempts: 3, backoff: { base: 0.05, cap: 1 } },
      { rate: constant(700), timeout: 3, attempts: 2, jitter: 'none', backoff: { base: 0.5, cap: 1 } },
    ],
    services: [{ queueLimit: 3000, takes: 0.02, capacity: 100 }],
    instances: [7, 7, 7],
    changes: [
      ...stall(10, 7),
      { at: 12, do: (traffic, cause) => traffic.setCell(1, { serving: 5, dead: 2 }, cause) },
      { at: 15, do: (traffic, cause) => traffic.setErrors(2, 0.125, cause) },
      { at: 20, do: (traffic, cause) => traffic.setCell(1, { serving: 5, dead: 0 }, cause) },
      { at: 25, do: (traffic, cause) => traffic.setLoad(0, 1.5, cause) },
      { at: 30, do: (traffic, cause) => traffic.setLatency(0, 0.3, cause) },
      { at: 33, do: (traffic, cause) => traffic.setCell(0, { serving: 0, dead: 0 }, cause) },
      { at: 40, do: (traffic, cause) => traffic.setCell(0, { serving: 9, dead: 0 }, cause) },
      { at: 45, do: (traffic, cause) => traffic.setLoad(0, 0, cause) },
      { at: 45, do: (traffic, cause) => traffic.setLoad(1, 0, cause) },
      ...[0, 1, 2].map((cell): Change => ({ at: 190, do: (traffic, cause) => traffic.setFactor(cell, 0.5, cause) })),
    ],
    horizon: 200,
  }

  test('sent = refused + vanished + good + failed + late + waiting, in every cell, to 1e-9', () => {
    for (const horizon of [11, 16, 24, 31, 39, 44, 60, 200]) {
      const { traffic } = run({ ...busy, horizon, changes: busy.changes?.filter(change => change.at < horizon) ?? [] })
      for (let cell = 0; cell < 3; cell++) {
        const { sent, refused, vanished, good, failed, late, waiting } = traffic.countsOf(cell)
        const accounted = refused + vanished + good + failed + late + waiting
        expect(Math.abs(sent - accounted), `cell ${cell} at ${horizon} s`).toBeLessThan(1e-9 * sent)
      }
    }
  })

  test('every attempt is good or fails once: what is served late is what times out', () => {
    const { traffic, total } = run(busy)
    let sent = 0
    let good = 0
    let failing = 0
    for (let cell = 0; cell < 3; cell++) {
      const counts = traffic.countsOf(cell)
      expect(counts.waiting).toBe(0)
      expect(counts.late).toBeGreaterThan(1000)
      sent += counts.sent
      good += counts.good
      failing += total('cell.flow', CELL + cell, 'b')
    }
    expect(Math.abs(sent - good - failing)).toBeLessThan(1e-6 * sent)
    const answered = total('client.flow', CLIENT, 'b') + total('client.flow', CLIENT + 1, 'b')
    expect(Math.abs(answered - good)).toBeLessThan(1e-6 * good)
  })

  test('a run in slices is the same run', () => {
    const whole = run(busy)
    const { sim, trace } = build(busy)
    for (let until = 1; until <= 200; until++) while (!sim.runSlice(until, 3)) {}
    expect(trace.columns()).toEqual(whole.rows)
    expect(sim.events).toBe(whole.sim.events)
  })

  test('a run that returns to a snapshot repeats itself', () => {
    const { sim, trace } = build(busy)
    sim.run(28)
    const saved = sim.snapshot()
    sim.run(200)
    const first = Array.from(trace.columns().a)
    sim.restore(saved)
    sim.run(200)
    expect(Array.from(trace.columns().a)).toEqual(first)
  })

  test('every row leads back to a change or to the start', () => {
    const { rows, rowsOf } = run(busy)
    const changed = new Set([0, ...rowsOf('test.changed')])
    for (let row = 1; row < rows.length; row++) {
      const chain = causesOf(rows, row)
      expect(rows.cause[row]).toBeLessThan(row)
      if (rows.time[row] >= 10) expect(changed.has(chain[chain.length - 1])).toBe(true)
    }
  })

  test('between two of its rows a queue is on the line from one to the other', () => {
    const { rows, rowsOf } = run({ ...busy, horizon: 44 })
    const queue = rowsOf('cell.queue', CELL)
    for (let time = 10.5; time < 44; time += 1.5) {
      const next = queue.findIndex(row => rows.time[row] > time)
      if (next < 0) break
      const from = queue[next - 1]
      const to = queue[next]
      const share = (time - rows.time[from]) / (rows.time[to] - rows.time[from])
      const drawn = rows.a[from] + share * (rows.a[to] - rows.a[from])
      // A change without effect makes the cell count up to that moment.
      const touch: Change = { at: time, do: (traffic, cause) => traffic.setFactor(0, time < 17 ? 1e-13 : 1 - 1e-13, cause) }
      const { traffic } = run({ ...busy, horizon: time, changes: [...(busy.changes ?? []).filter(c => c.at <= time), touch] })
      expect(Math.abs(traffic.countsOf(0).waiting - drawn), `at ${time} s`).toBeLessThan(0.01)
    }
  })
})

describe('cost and trust', () => {
  test('nothing happens while nothing changes', () => {
    const { sim, rowsOf } = run({ clients: [{}, {}], services: [{ capacity: 2000 }], instances: [1, 1, 1], horizon: 1e8 })
    expect(sim.events).toBe(0)
    expect(rowsOf('client.flow').length).toBe(2)
    expect(rowsOf('cell.flow').length).toBe(3)
  })

  test('a cell that chance could tip is named once', () => {
    const near = run({ clients: [{ rate: constant(995) }], horizon: 3600 })
    expect(near.rowsOf('flow.doubtful', CELL).length).toBe(1)
    expect(near.rows.a[near.rowsOf('flow.doubtful', CELL)[0]]).toBeCloseTo(0.995, 12)
    // (1 − 0.9) · 1000 · 1 = 100 is more than ln(100 · 1000 · 3600) = 19.7.
    expect(run({ clients: [{ rate: constant(900) }], horizon: 3600 }).rowsOf('flow.doubtful').length).toBe(0)
    expect(run({ clients: [{ rate: constant(995), attempts: 1 }], horizon: 3600 }).rowsOf('flow.doubtful').length).toBe(0)
  })

  test('an autoscaler sees offered load, capacity and their ratio', () => {
    const { traffic } = run({
      clients: [{ rate: constant(900) }],
      instances: [1, 2],
      changes: [{ at: 5, do: (traffic, cause) => traffic.setFactor(1, 0.5, cause) }],
      horizon: 10,
    })
    expect(traffic.offered(0)).toBe(900)
    expect(traffic.capacity(0)).toBe(2000)
    expect(traffic.utilisation(0)).toBe(0.45)
  })

  test('nonsense is refused', () => {
    expect(() => build({ clients: [{ timeout: 0 }], horizon: 1 })).toThrow(RangeError)
    expect(() => build({ clients: [{ attempts: 0 }], horizon: 1 })).toThrow(RangeError)
    expect(() => build({ clients: [{ rate: constant(-1) }], horizon: 1 })).toThrow(RangeError)
  })
})
