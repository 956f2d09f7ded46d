import { describe, expect, test } from 'vitest'
import { alike, downtimeOf, kOfN, parallel, series } from '../../sim/sla/blocks.ts'
import { steadyState } from '../../sim/sla/markov.ts'
import { erlangB, erlangC, waitingLine } from '../../sim/sla/queueing.ts'
import { kOfNRepaired, twoState } from '../../sim/sla/repairable.ts'
import { instancesNeeded, instancesSpread, overProvision, utilisationMax } from '../../sim/sla/static-stability.ts'

/** Equal within 1e-9 of the expected value. */
function close(actual: number, expected: number): void {
  expect(Math.abs(actual - expected) / Math.abs(expected)).toBeLessThan(1e-9)
}

const YEAR = 8760 // h

test('a unit that lives 8760 h and is repaired in 4 h', () => {
  const unit = twoState(8760, 4)
  close(unit.availability, 0.9995435874030123)
  close(downtimeOf(unit.availability, YEAR * 60), 239.8904609767344)
  close(unit.frequency * YEAR, 0.9995435874030123)
  expect(unit.availability + unit.unavailability).toBe(1)
})

describe('k of n with crews, life 1000 h, repair 10 h', () => {
  test.each([
    [2, 3, 3, 0.000292147634526221, 0.9997078523654738, 0.51014218175077, 5.016666666666667, 17500],
    [2, 3, 1, 0.0005880035629522825, 0.9994119964370477, 0.509991209055643, 10.1, 17500],
    [1, 2, 2, 9.802960494069208e-5, 0.9999019703950593, 0.17174786785609253, 5, 51500],
    [1, 2, 1, 0.00019603999215840032, 0.9998039600078416, 0.1717310331307587, 10, 51500],
    [3, 5, 1, 5.8182926337179706e-5, 0.9999418170736628, 0.049959070252273495, 10.202, 180783.33333333334],
    [95, 100, 2, 0.016948860769960303, 0.9830511392300397, 15.865309622749237, 9.358280668658272, 993.6057162606461],
    [95, 100, 100, 0.0005075496903310708, 0.9994924503096689, 2.316398765137923, 1.9194170512500028, 4746.991496766417],
  ])('%i of %i, %i crews', (k, n, crews, unavailability, availability, failuresPerYear, outage, mttf) => {
    const group = kOfNRepaired({ k, n, life: 1000, repair: 10, crews })
    close(group.unavailability, unavailability)
    close(group.availability, availability)
    close(group.frequency * YEAR, failuresPerYear)
    close(group.meanOutage, outage)
    close(group.meanTimeToFailure, mttf)
  })

  test('with a crew for each, it is the binomial', () => {
    close(kOfNRepaired({ k: 95, n: 100, life: 1000, repair: 10, crews: 100 }).availability, kOfN(95, alike(100, 1000 / 1010)))
  })

  test('closed forms of the mean time to failure', () => {
    const [life, repair] = [1 / 1000, 1 / 10] // as rates
    const group = { life: 1000, repair: 10, crews: 1 }
    close(kOfNRepaired({ k: 1, n: 2, ...group }).meanTimeToFailure, (3 * life + repair) / (2 * life * life))
    close(kOfNRepaired({ k: 2, n: 3, ...group }).meanTimeToFailure, (5 * life + repair) / (6 * life * life))
  })
})

test('a chain that is no birth–death chain: a ring turns evenly', () => {
  const shares = steadyState([
    [0, 1, 0],
    [0, 0, 2],
    [4, 0, 0],
  ])
  close(shares[0], 4 / 7)
  close(shares[1], 2 / 7)
  close(shares[2], 1 / 7)
})

test('block diagrams', () => {
  close(series(0.9999, 0.9999, 0.9995, 0.999), 0.998300809885005)
  close(parallel(0.99, 0.99), 0.9999)
  close(parallel(...alike(3, 0.995)), 0.999999875)
  close(kOfN(2, alike(3, 0.99)), 0.999702)
  close(kOfN(2, alike(3, 0.995)), 0.99992525)
  close(series(0.9999, kOfN(2, alike(3, 0.995)), parallel(0.99, 0.99), 0.999), 0.9987255496743032)
  close(series(...alike(2, 0.9999)), 0.9998000100000001)
  close(series(...alike(5, 0.9999)), 0.9995000999900006)
  close(series(...alike(10, 0.9999)), 0.9990004498800211)
  close(series(...alike(30, 0.9999)), 0.9970043459427395)
})

test('the bridge of five parts at 0.9, by whether its middle works', () => {
  const whole = series(parallel(0.9, 0.9), parallel(0.9, 0.9))
  const open = parallel(series(0.9, 0.9), series(0.9, 0.9))
  close(0.9 * whole + 0.1 * open, 0.97848)
})

describe('waiting lines', () => {
  test.each([
    [4, 3.2, 0.5964324717874044, 0.7455405897342555, 2.3857298871496178, 5.5857298871496175, 1.7455405897342555],
    [10, 8, 0.40918015079644354, 0.20459007539822177, 1.6367206031857742, 9.636720603185774, 1.2045900753982217],
    [100, 90, 0.2169404809063664, 0.021694048090636638, 1.9524643281572973, 91.95246432815729, 1.0216940480906367],
  ])('%i servers, %d erlangs', (servers, load, wait, meanWait, waiting, present, meanStay) => {
    const line = waitingLine(servers, load, 1)
    close(line.wait, wait)
    close(line.meanWait, meanWait)
    close(line.waiting, waiting)
    close(line.present, present)
    close(line.meanStay, meanStay)
  })

  test('nobody may wait: Erlang B', () => {
    close(erlangB(10, 8), 0.1216610642529515)
    close(erlangB(25, 20), 0.050221777890794614)
    close(erlangB(1000, 900), 5.929862670146224e-5)
  })

  test('what cannot keep up waits for ever', () => {
    expect(erlangC(4, 4)).toBe(1)
    expect(waitingLine(4, 5, 1).meanWait).toBe(Infinity)
  })
})

describe('static stability', () => {
  test.each([
    [2, 0.5, 1],
    [3, 2 / 3, 0.5],
    [4, 0.75, 1 / 3],
    [6, 5 / 6, 0.2],
  ])('%i zones', (zones, utilisation, extra) => {
    close(utilisationMax(zones), utilisation)
    close(overProvision(zones), extra)
  })

  test('32 000/s of instances of 450/s over three zones need 107', () => {
    expect(instancesNeeded(32_000 / 450, 3)).toBe(107)
    expect(instancesNeeded(72, 3)).toBe(108)
  })

  test('in whole zones 107 leave 71, one too few for 71.1', () => {
    expect(instancesSpread(32_000 / 450, 3)).toBe(108)
    expect(instancesSpread(10, 2)).toBe(20)
  })
})
