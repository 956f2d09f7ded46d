import { describe, expect, test } from 'vitest'
import { type EventId, NO_EVENT } from '../../sim/engine/calendar.ts'
import { sample } from '../../sim/engine/distribution.ts'
import { keyOf, Randomness } from '../../sim/engine/random.ts'
import { type Kind, Simulation } from '../../sim/engine/simulation.ts'
import { createJobQueue } from '../../sim/models/queue.ts'
import { pairUnavailability } from '../../sim/sla/common-cause.ts'
import { standby } from '../../sim/sla/standby.ts'
import type { Law } from '../../sim/units/law.ts'
import { timeAverage } from './birth-death.ts'
import { chainAverage } from './chain.ts'
import { SilentTrace } from './silent-trace.ts'

const exponential = (mean: number): Law => ({ kind: 'exponential', mean })

test('the error of a chain is that of a birth–death process where it is one', () => {
  const [up, down] = [
    [3, 2, 1],
    [1, 5, 7],
  ]
  const rates = [0, 1, 2, 3].map(from => [0, 1, 2, 3].map(to => (to === from + 1 ? up[from] : to === from - 1 ? down[to] : 0)))
  const chain = chainAverage(rates, state => state ** 2, 10)
  const birthDeath = timeAverage(up, down, state => state ** 2, 10)
  expect(chain.mean).toBeCloseTo(birthDeath.mean, 12)
  expect(chain.error).toBeCloseTo(birthDeath.error, 12)
})

describe('two units of which one is enough, life 1000 h, repair 10 h', () => {
  const [LIFE, REPAIR, BETA] = [1000, 10, 0.1] // h
  const PAIRS = 1000
  const HORIZON = 8760 * 10 // h; the clock counts them as seconds

  test('a tenth of their failures strike both: both are down for 0.0584 % of the time, not 0.0098 %', () => {
    const sim = new Simulation()
    const randomness = new Randomness(sim, '7')
    const lives = randomness.streams('life', 2 * PAIRS, unit => keyOf(`u${unit}`))
    const shocks = randomness.streams('shock', PAIRS, pair => keyOf(`p${pair}`))
    const down = new Uint8Array(2 * PAIRS)
    const end: EventId[] = new Array<EventId>(2 * PAIRS).fill(NO_EVENT) // of a unit's life
    const shock: EventId[] = new Array<EventId>(PAIRS).fill(NO_EVENT)
    const since = new Float64Array(PAIRS) // both are down, h
    let downtime = 0 // h
    const other = (unit: number): number => unit ^ 1
    /** What threatens a pair now: each alone and both together while both are up, else the survivor at the full rate. */
    const threaten = (pair: number): void => {
      sim.cancel(shock[pair])
      shock[pair] = NO_EVENT
      const isWhole = down[2 * pair] + down[2 * pair + 1] === 0
      for (const unit of [2 * pair, 2 * pair + 1]) {
        sim.cancel(end[unit])
        const life = isWhole ? LIFE / (1 - BETA) : LIFE
        end[unit] = down[unit] === 1 ? NO_EVENT : sim.after(sample(exponential(life), lives.of(unit)), FAIL, unit)
      }
      if (isWhole) shock[pair] = sim.after(sample(exponential(LIFE / BETA), shocks.of(pair)), SHOCK, pair)
    }
    const fail = (unit: number): void => {
      down[unit] = 1
      if (down[other(unit)] === 1) since[unit >> 1] = sim.now
      crews.submit(unit, 0)
    }
    const FAIL: Kind = sim.on((unit: number) => {
      end[unit] = NO_EVENT
      fail(unit)
      threaten(unit >> 1)
    })
    const SHOCK: Kind = sim.on((pair: number) => {
      shock[pair] = NO_EVENT
      fail(2 * pair)
      fail(2 * pair + 1)
      threaten(pair)
    })
    const repairs = randomness.streams('repair', 2 * PAIRS, unit => keyOf(`u${unit}`))
    const crews = createJobQueue(sim, new SilentTrace(), {
      entity: 1,
      servers: Infinity,
      serviceTime: unit => sample(exponential(REPAIR), repairs.of(unit)),
      onDone: unit => {
        if (down[other(unit)] === 1) downtime += sim.now - since[unit >> 1]
        down[unit] = 0
        threaten(unit >> 1)
      },
    })
    for (let pair = 0; pair < PAIRS; pair++) threaten(pair)
    sim.run(HORIZON)
    for (let pair = 0; pair < PAIRS; pair++) if (down[2 * pair] + down[2 * pair + 1] === 2) downtime += HORIZON - since[pair]

    const total = PAIRS * HORIZON
    const rates = [
      [0, (2 * (1 - BETA)) / LIFE, BETA / LIFE],
      [1 / REPAIR, 0, 1 / LIFE],
      [0, 2 / REPAIR, 0],
    ]
    const { mean, error } = chainAverage(rates, state => (state === 2 ? 1 : 0), total)
    expect(mean / pairUnavailability({ life: LIFE, repair: REPAIR, beta: BETA })).toBeCloseTo(1, 12)
    expect(mean).toBeCloseTo(0.000583565043, 12)
    expect(Math.abs(downtime / total - mean) / error).toBeLessThan(4)
    expect((1.96 * error) / mean).toBeLessThan(0.05)
  })
})

describe('a primary with a standby, life 4380 h, repair 1 h, failover 90 s, half an hour for what was not noticed', () => {
  const [LIFE, REPAIR, FAILOVER, MANUAL] = [4380, 1, 0.025, 0.5] // h
  const PAIRS = 1000
  const HORIZON = 8760 * 10 // h; the clock counts them as seconds

  test.each([
    { coverage: 0.98, unavailability: 7.97850201e-6 },
    { coverage: 0.9, unavailability: 1.66500262e-5 },
  ])('noticed $coverage of the time: is down for $unavailability of it', ({ coverage, unavailability }) => {
    const sim = new Simulation()
    const randomness = new Randomness(sim, '7')
    const key = (pair: number) => keyOf(`p${pair}`)
    const [lives, repairs, takeovers, noticed] = ['life', 'repair', 'take over', 'notice'].map(what =>
      randomness.streams(what, PAIRS, key),
    )
    const broken = new Uint8Array(PAIRS) // units
    const isDown = new Uint8Array(PAIRS)
    const since = new Float64Array(PAIRS) // down, h
    const takeover: EventId[] = new Array<EventId>(PAIRS).fill(NO_EVENT)
    const life: EventId[] = new Array<EventId>(PAIRS).fill(NO_EVENT) // of whichever unit serves or is about to
    const spare: EventId[] = new Array<EventId>(PAIRS).fill(NO_EVENT) // of the other
    let downtime = 0 // h
    const set = (pair: number, to: 0 | 1): void => {
      if (isDown[pair] === 1) downtime += sim.now - since[pair]
      since[pair] = sim.now
      isDown[pair] = to
    }
    const live = (pair: number, kind: Kind): EventId => sim.after(sample(exponential(LIFE), lives.of(pair)), kind, pair)
    /** The crew of one begins with a broken unit: a primary's only once somebody has taken over from it. */
    const mend = (pair: number): void => {
      sim.after(sample(exponential(REPAIR), repairs.of(pair)), MENDED, pair)
    }
    const PRIMARY_FAILS: Kind = sim.on((pair: number) => {
      broken[pair]++
      life[pair] = NO_EVENT
      set(pair, 1)
      if (broken[pair] === 2) {
        if (takeover[pair] !== NO_EVENT) mend(pair) // it was about to take over: its repair begins only now
        sim.cancel(takeover[pair])
        takeover[pair] = NO_EVENT
        return
      }
      sim.cancel(spare[pair])
      spare[pair] = NO_EVENT
      const isNoticed = noticed.next(pair) < coverage
      takeover[pair] = sim.after(sample(exponential(isNoticed ? FAILOVER : MANUAL), takeovers.of(pair)), TAKES_OVER, pair)
      if (isNoticed) life[pair] = live(pair, PRIMARY_FAILS)
    })
    const STANDBY_FAILS: Kind = sim.on((pair: number) => {
      spare[pair] = NO_EVENT
      broken[pair]++
      mend(pair)
    })
    const TAKES_OVER: Kind = sim.on((pair: number) => {
      takeover[pair] = NO_EVENT
      set(pair, 0)
      sim.cancel(life[pair])
      life[pair] = live(pair, PRIMARY_FAILS)
      mend(pair)
    })
    const MENDED: Kind = sim.on((pair: number) => {
      if (--broken[pair] === 0) {
        spare[pair] = live(pair, STANDBY_FAILS)
      } else {
        set(pair, 0)
        life[pair] = live(pair, PRIMARY_FAILS)
        mend(pair)
      }
    })
    for (let pair = 0; pair < PAIRS; pair++) {
      life[pair] = live(pair, PRIMARY_FAILS)
      spare[pair] = live(pair, STANDBY_FAILS)
    }
    sim.run(HORIZON)
    for (let pair = 0; pair < PAIRS; pair++) set(pair, 0)

    const total = PAIRS * HORIZON
    const fail = 1 / LIFE
    const rates = [
      [0, fail, fail * coverage, fail * (1 - coverage), 0],
      [1 / REPAIR, 0, 0, 0, fail],
      [0, 1 / FAILOVER, 0, 0, fail],
      [0, 1 / MANUAL, 0, 0, 0],
      [0, 1 / REPAIR, 0, 0, 0],
    ]
    const { mean, error } = chainAverage(rates, state => (state > 1 ? 1 : 0), total)
    const exact = standby({ life: LIFE, repair: REPAIR, failover: FAILOVER, manual: MANUAL, coverage })
    expect(mean / exact.unavailability).toBeCloseTo(1, 9)
    expect(mean / unavailability).toBeCloseTo(1, 8)
    expect(Math.abs(downtime / total - mean) / error).toBeLessThan(4)
    expect((1.96 * error) / mean).toBeLessThan(0.05)
  })
})
