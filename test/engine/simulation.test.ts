import { describe, expect, test } from 'vitest'
import { Simulation } from '../../sim/engine/simulation.ts'
import { HORIZON_MAX, onGrid, onGridAfter, TICK } from '../../sim/engine/time.ts'

describe('simulation', () => {
  test('equal times run in the order scheduled', () => {
    const sim = new Simulation()
    const ran: number[] = []
    const NOTE = sim.on((target: number) => void ran.push(target))
    for (const target of [3, 1, 2]) sim.at(5, NOTE, target)
    sim.at(4, NOTE, 0)
    sim.after(5, NOTE, 4)
    sim.run(5)
    expect(ran).toEqual([0, 3, 1, 2, 4])
  })

  test('a handler receives its target and operand, and what it schedules for now runs now', () => {
    const sim = new Simulation()
    const ran: number[][] = []
    const NOTE = sim.on((target: number, arg: number) => {
      ran.push([sim.now, target, arg])
      if (arg > 0) sim.after(0, NOTE, target, arg - 1)
    })
    sim.at(1.5, NOTE, 7, 2)
    sim.run(10)
    expect(ran).toEqual([
      [1.5, 7, 2],
      [1.5, 7, 1],
      [1.5, 7, 0],
    ])
    expect([sim.now, sim.events, sim.pending]).toEqual([10, 3, 0])
  })

  test('events at the horizon run, later ones wait', () => {
    const sim = new Simulation()
    let ran = 0
    const COUNT = sim.on(() => void ran++)
    sim.at(10, COUNT, 0)
    sim.at(10 + TICK, COUNT, 0)
    sim.run(10)
    expect([ran, sim.pending]).toEqual([1, 1])
    sim.run(11)
    expect(ran).toBe(2)
  })

  test('a cancelled event does not run, and cancelling again changes nothing', () => {
    const sim = new Simulation()
    let ran = 0
    const COUNT = sim.on(() => void ran++)
    const id = sim.after(1, COUNT, 0)
    expect([sim.isPending(id), sim.cancel(id), sim.cancel(id), sim.isPending(id)]).toEqual([true, true, false, false])
    const again = sim.after(1, COUNT, 0) // takes the same slot
    expect([sim.cancel(id), sim.isPending(again)]).toEqual([false, true])
    sim.run(2)
    expect([ran, sim.cancel(again)]).toEqual([1, false])
  })

  test('what is wrong to schedule throws, with the value', () => {
    const sim = new Simulation()
    const NOTHING = sim.on(() => {})
    sim.run(10)
    expect(() => sim.after(-1, NOTHING, 0)).toThrow('a delay must be at least 0 s, got -1')
    expect(() => sim.after(Number.NaN, NOTHING, 0)).toThrow('got NaN')
    expect(() => sim.at(9, NOTHING, 0)).toThrow('cannot schedule at 9 s: it is 10 s')
    expect(() => sim.at(Number.NaN, NOTHING, 0)).toThrow(RangeError)
    expect(() => sim.run(9)).toThrow('cannot run to 9 s from 10 s')
    expect(() => sim.run(HORIZON_MAX * 2)).toThrow(RangeError)
    sim.run(HORIZON_MAX)
    expect(sim.now).toBe(HORIZON_MAX)
  })

  test('a slice ends with the instant in which it has handled its events, and says whether it reached its end', () => {
    const sim = new Simulation()
    let ran = 0
    const COUNT = sim.on(() => void ran++)
    for (const time of [1, 1, 1, 2, 3, 4, 4, 5]) sim.at(time, COUNT, 0)
    const slices = [1, 1, 2, 1, 0].map(size => {
      const done = sim.runSlice(10, size)
      return [done, ran, sim.now]
    })
    expect(slices).toEqual([
      [false, 3, 1], // three at once: an instant is never split
      [false, 4, 2],
      [false, 7, 4],
      [true, 8, 10],
      [true, 8, 10],
    ])
  })

  test('an instant settles once, after its last event, and again if settling schedules for now', () => {
    const sim = new Simulation()
    const log: string[] = []
    const EVENT = sim.on((target: number) => {
      log.push(`event ${target} at ${sim.now}`)
      sim.unsettle()
    })
    let echoes = 1
    sim.onSettle(() => {
      log.push(`settled at ${sim.now}`)
      if (echoes-- > 0) sim.after(0, EVENT, 9)
    })
    sim.at(1, EVENT, 1)
    sim.at(1, EVENT, 2)
    sim.at(2, EVENT, 3)
    sim.run(3)
    expect(log).toEqual([
      'event 1 at 1',
      'event 2 at 1',
      'settled at 1',
      'event 9 at 1',
      'settled at 1',
      'event 3 at 2',
      'settled at 2',
    ])
  })

  test('what is unsettled before a run settles first, unless something of the same instant is still to come', () => {
    const sim = new Simulation()
    const log: string[] = []
    const EVENT = sim.on(() => void log.push(`event at ${sim.now}`))
    sim.onSettle(() => log.push(`settled at ${sim.now}`))
    sim.unsettle()
    sim.at(0, EVENT, 0)
    sim.at(1, EVENT, 0)
    sim.run(1)
    sim.unsettle()
    sim.run(2)
    sim.run(3)
    expect(log).toEqual(['event at 0', 'settled at 0', 'event at 1', 'settled at 1'])
  })

  test('what is not a column comes back with a snapshot too, and so does what was unsettled', () => {
    const sim = new Simulation()
    let words = ['one']
    sim.keep({
      save: () => words.slice(),
      restore(saved) {
        words = (saved as string[]).slice()
      },
    })
    let settled = 0
    sim.onSettle(() => void settled++)
    sim.unsettle()
    const saved = sim.snapshot()
    words.push('two')
    sim.run(1)
    sim.restore(saved)
    expect([words, sim.now]).toEqual([['one'], 0])
    sim.run(1)
    expect(settled).toBe(2)
  })

  test('a model that never settles is our bug', () => {
    const sim = new Simulation()
    const EVENT = sim.on(() => sim.unsettle())
    sim.onSettle(() => sim.unsettle())
    sim.at(1, EVENT, 0)
    expect(() => sim.run(2)).toThrow('does not settle at 1 s')
  })

  test('delays are rounded to the grid, crossings never early', () => {
    expect([onGrid(0.3) / TICK, onGridAfter(0.3) / TICK]).toEqual([314573, 314573])
    expect([onGrid(0.1) / TICK, onGridAfter(0.1) / TICK]).toEqual([104858, 104858])
    expect(onGridAfter(0.7)).toBeGreaterThanOrEqual(0.7)
  })
})
