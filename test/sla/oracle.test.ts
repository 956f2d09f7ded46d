import { describe, expect, test } from 'vitest'
import { alike, anyOf, dependenciesWithin, downtimeOf, kOfN, parallel, series } from '../../sim/sla/blocks.ts'
import { pairUnavailability, tooFew, unavailableTogether } from '../../sim/sla/common-cause.ts'
import { meanTimeToDataLoss, within } from '../../sim/sla/durability.ts'
import { steadyState } from '../../sim/sla/markov.ts'
import { erlangB, erlangC, finiteLine, meanWaitOfOne, poissonAbove, waitingLine } from '../../sim/sla/queueing.ts'
import { kOfNRepaired, twoState } from '../../sim/sla/repairable.ts'
import { standby } from '../../sim/sla/standby.ts'
import { instancesNeeded, instancesSpread, overProvision, utilisationMax } from '../../sim/sla/static-stability.ts'
import { availabilityOf, BRIDGE } from '../../sim/sla/structure.ts'
import { close } from './close.ts'

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

test('the diagonal of the rates is not read, and nothing is written to them', () => {
  const rates = [
    [-1, 1, 0],
    [3, -5, 2],
    [4, 0, -4],
  ]
  const before = structuredClone(rates)
  const shares = steadyState(rates)
  close(shares[0], 10 / 13) // what flows into a state flows out: 1 of state 0 is 5 of state 1, 2 of which is 4 of state 2
  close(shares[1], 2 / 13)
  close(shares[2], 1 / 13)
  expect(rates).toEqual(before)
})

test('a state that is never left is no part of a chain', () => {
  const rates = [
    [0, 1, 1],
    [1, 0, 0],
    [0, 0, 0],
  ]
  expect(() => steadyState(rates)).toThrow('state 2 is never left')
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

test('how many dependencies at 99.99 % a promise of 99.9 % has room for', () => {
  close(dependenciesWithin(0.999, 0.9999), 10.004503077331734)
})

test('the bridge of five parts at 0.9, by factoring and by whether its middle works', () => {
  const whole = series(parallel(0.9, 0.9), parallel(0.9, 0.9))
  const open = parallel(series(0.9, 0.9), series(0.9, 0.9))
  close(0.9 * whole + 0.1 * open, 0.97848)
  close(availabilityOf(BRIDGE, alike(5, 0.9)).availability, 0.97848)
  close(availabilityOf(BRIDGE, alike(5, 0.9)).unavailability, 0.02152)
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
    expect([erlangC(3, 3), erlangC(4, 5)]).toEqual([1, 1]) // by the formula the first were 1 − 2⁻⁵²
    expect(waitingLine(4, 5, 1).meanWait).toBe(Infinity)
    expect(meanWaitOfOne(2, 1, 1)).toBe(Infinity)
  })

  test('times are in the unit of the service time', () => {
    const [line, finite] = [waitingLine(4, 12.8, 0.25), finiteLine(4, 10, 20, 0.25)]
    const [ofOne, finiteOfOne] = [waitingLine(4, 3.2, 1), finiteLine(4, 10, 5, 1)]
    close(line.wait, ofOne.wait)
    close(line.meanWait, ofOne.meanWait / 4)
    close(line.present, ofOne.present)
    close(finite.loss, finiteOfOne.loss)
    close(finite.meanStay, finiteOfOne.meanStay / 4)
    close(finite.throughput, finiteOfOne.throughput * 4)
  })

  test('more work than there is room for', () => {
    const line = finiteLine(1, 2, 4, 1) // states 1 : 4 : 16
    close(line.empty, 1 / 21)
    close(line.loss, 16 / 21)
    close(line.present, 36 / 21)
  })

  test('a thousand servers and nowhere to wait: Erlang B, without overflow', () => {
    close(finiteLine(1000, 1000, 900, 1).loss, 5.929862670146224e-5)
    close(finiteLine(1000, 1000, 56.25, 16).loss, 5.929862670146224e-5)
  })
})

describe('lines of other kinds', () => {
  test.each([
    ['a constant', 0, 2],
    ['Erlang-2', Math.sqrt(0.5), 3],
    ['exponential', 1, 4],
    ['lognormal of σ = 1', Math.sqrt(Math.E - 1), 5.436563656918092],
    ['twice its mean of deviation', 2, 10],
  ])('one server at 80 %%, service %s', (_, cv, wait) => {
    close(meanWaitOfOne(0.8, 1, cv), wait)
  })

  test('one call in a hundred that takes a hundred times as long makes everybody wait 25.5 times as long', () => {
    close(meanWaitOfOne(0.6 / 0.199, 0.199, Math.sqrt(24.501881265624604)), 3.806155778894472)
    close(meanWaitOfOne(0.6 / 0.199, 0.199, 0), 0.14925)
    expect(meanWaitOfOne(1, 1, 1)).toBe(Infinity)
  })

  test.each([
    // rate, servers, room
    [5, 4, 10, 0.002315500675790122, 0.23002432542941192, 3.8498783728529404, 7.356111562454415, 3.5062331896014745],
    [1.25, 1, 10, 0.023492857579905605, 0.21879428606392448, 0.9765071424200944, 7.0336857335158465, 6.057178591095752],
    [1, 1, 10, 1 / 11, 1 / 11, 10 / 11, 5, 4.090909090909091],
    [90, 100, 120, 7.807763696752701e-40, 0.002701619229631837, 89.75685426933313, 91.02735474205691, 1.270500472723781],
  ])('%d a second, %i servers, room for %i', (rate, servers, room, empty, loss, throughput, present, waiting) => {
    const line = finiteLine(servers, room, rate, 1)
    close(line.empty, empty)
    close(line.loss, loss)
    close(line.throughput, throughput)
    close(line.present, present)
    close(line.waiting, waiting)
    close(line.meanStay, present / throughput)
    close(line.meanWait, waiting / throughput)
  })

  test('100 a second for 250 ms: more than 35 or 40 at once', () => {
    close(poissonAbove(25, 35), 0.022458085745875156)
    close(poissonAbove(25, 40), 0.002035599280986844)
  })

  test('the slowest of many decides', () => {
    close(anyOf(100, 0.01), 0.6339676587267709)
    close(anyOf(2000, 1e-4), 0.18127743473445046)
  })
})

describe('common causes', () => {
  test.each([
    [2, 0.01, 0.00019801],
    [2, 0.05, 0.00059025],
    [2, 0.1, 0.001081],
    [3, 0.01, 0.000100970299],
    [3, 0.05, 0.000500857375],
    [3, 0.1, 0.001000729],
  ])('one of %i at 99 %% each, β = %d', (n, beta, unavailable) => {
    close(unavailableTogether(n, 0.01, beta), unavailable)
  })

  test('a pair struck together, with a crew for each', () => {
    close(pairUnavailability({ life: 1000, repair: 10, beta: 0.1 }), 0.000583565042982753)
    close(pairUnavailability({ life: 1000, repair: 10, beta: 0 }), 9.802960494069208e-5)
    close(kOfNRepaired({ k: 1, n: 2, life: 1000, repair: 10, crews: 2 }).unavailability, 9.802960494069208e-5)
  })

  test('generators that do not carry', () => {
    close(tooFew(1, 1, 0.0135, 0), 0.0135)
    close(tooFew(4, 5, 0.0135, 0), 0.001773788932324125)
    close(tooFew(4, 5, 0.0135, 0.1), 0.002788733643371606)
    close(tooFew(4, 6, 0.0135, 0.1), 0.0013848539927161473)
    close(1.5 * tooFew(4, 5, 0.0135, 0.1), 0.004183100465057409)
    close(within(24, 1505.757159555449), 0.015812474206771232)
    close(within(336, 1505.757159555449), 0.2)
    close(within(48, 69.24936196267025), 0.5)
  })
})

describe('a standby, life half a year, repair 1 h, half an hour to notice what was not noticed', () => {
  const units = { life: 4380, repair: 1, manual: 0.5 }

  test.each([
    // time to fail over in seconds, coverage; then exactly, and to first order
    [90, 0.98, 7.978502007206155e-6, 4.193500654987555, 7.876712328767124e-6],
    [35, 0.98, 4.561036458518123e-6, 2.3972807625971253, 4.458396752917301e-6],
    [90, 1, 5.810597464806434e-6, 3.0540500275022615, 5.707762557077626e-6],
    [90, 0.9, 1.6650026180871867e-5, 8.751253760666254, 1.6552511415525115e-5],
  ])('%i s to fail over, %d of the failures noticed', (seconds, coverage, unavailability, minutesPerYear, firstOrder) => {
    const pair = standby({ ...units, failover: seconds / 3600, coverage })
    close(pair.unavailability, unavailability)
    close(pair.unavailability * YEAR * 60, minutesPerYear)
    close(pair.availability, 1 - unavailability)
    close(pair.meanOutage * pair.frequency, unavailability)
    close((coverage * (seconds / 3600) + (1 - coverage) * units.manual) / units.life, firstOrder)
    expect(pair.unavailability / firstOrder).toBeGreaterThan(1) // what is left out only adds
  })

  test('comes to the same in minutes', () => {
    const [hours, minutes] = [1, 60].map(by =>
      standby({ life: 4380 * by, repair: 2 * by, manual: 0.5 * by, failover: 0.025 * by, coverage: 0.98 }),
    )
    close(minutes.unavailability, hours.unavailability)
    close(minutes.shares.neither, hours.shares.neither)
    close(minutes.meanOutage, 60 * hours.meanOutage)
  })

  test('where its time goes', () => {
    const { shares } = standby({ ...units, failover: 0.025, coverage: 0.98 })
    close(shares.both, 0.9995356125424939)
    close(shares.one, 0.00045640895549885565)
    close(shares.failingOver, 5.590977792887278e-6)
    close(shares.unnoticed, 2.2820447774942785e-6)
    close(shares.neither, 1.0547943682459885e-7)
  })

  test('is interrupted as often as a single unit would be, only not for as long', () => {
    const pair = standby({ ...units, failover: 0.025, coverage: 0.98 })
    expect(pair.meanTimeToFailure).toBe(4380)
    close(pair.frequency, pair.availability / 4380)
  })
})

describe('data kept in drives of which 1.57 % fail in a year, rebuilt in 24 h', () => {
  const drive = { life: YEAR / 0.0157, rebuild: 24 }

  test.each([
    ['a mirror', 2, 1, 1, 740490.6892774554, 1.3504549608154176e-6],
    ['RAID 5 over eight', 8, 1, 1, 26459.744817233965, 3.7792545261321974e-5],
    ['RAID 6 over eight, one rebuild at a time', 8, 2, 1, 102520109.50421196, 9.754183837287297e-9],
    ['RAID 6 over eight', 8, 2, undefined, 205013748.64789543, 4.877721636506473e-9],
    ['three replicas, one rebuild at a time', 3, 2, 1, 5738656715.288597, 1.7425680773842586e-10],
    ['three replicas', 3, 2, undefined, 11477066515.421743, 8.713027833486318e-11],
    ['6 + 3, one rebuild at a time', 9, 3, 1, 264836872560.27097, 3.775909261919465e-12],
    ['6 + 3', 9, 3, undefined, 1588747698461.1082, 6.294265609122862e-13],
    ['10 + 4', 14, 4, undefined, 1860147349050569.5, 5.375918206213104e-16],
  ])('%s', (_, units, spare, rebuilds, years, lossPerYear) => {
    const mean = meanTimeToDataLoss({ ...drive, units, spare, ...(rebuilds !== undefined && { rebuilds }) })
    close(mean / YEAR, years)
    close(within(YEAR, mean), lossPerYear)
  })

  test('a mirror by its closed form', () => {
    const [fail, mend] = [0.0157 / YEAR, 1 / 24]
    close(meanTimeToDataLoss({ ...drive, units: 2, spare: 1 }), (3 * fail + mend) / (2 * fail ** 2))
  })

  test('what is rare happens to somebody', () => {
    close(anyOf(1e7, 1e-11), 9.999500016716245e-5)
    close(anyOf(1e7 * 1e4, 1e-11), 0.6321205588303971)
    close(anyOf(1000, 0.002), 0.8649354775533165)
    close(anyOf(1000, 0.00001), 0.009950215753652417)
    close(anyOf(16e12 * 8, 1e-15), 0.12014662085535625)
    close(anyOf(7 * 16e12 * 8, 1e-15), 0.5918008047220775)
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
