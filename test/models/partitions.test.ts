import { describe, expect, test } from 'vitest'
import { type Holders, shareLost } from '../../sim/models/partitions.ts'
import { formatProblem, load } from '../../sim/scenario/load.ts'
import { historyOf } from '../cloud.ts'

/** Every way to lay one partition's copies on instances, counted one by one. */
function counted(n: number, k: number, zones: readonly Holders[]): number {
  const instances = zones.flatMap(({ up, all }, zone) => Array.from({ length: all }, (_, i) => ({ zone, isUp: i < up })))
  let lost = 0
  let weight = 0
  const choose = (from: number, chosen: readonly (typeof instances)[number][]): void => {
    if (chosen.length === n) {
      // A zone is chosen first, then one of its instances.
      const chance = zones.length < n ? 1 : chosen.reduce((product, { zone }) => product / zones[zone].all, 1)
      weight += chance
      if (chosen.filter(({ isUp }) => isUp).length < k) lost += chance
      return
    }
    for (let i = from; i < instances.length; i++) {
      if (zones.length >= n && chosen.some(({ zone }) => zone === instances[i].zone)) continue
      choose(i + 1, [...chosen, instances[i]])
    }
  }
  choose(0, [])
  return lost / weight
}

describe('of partitions with too few copies up', () => {
  const zones = (...pairs: readonly (readonly [number, number])[]) => pairs.map(([up, all]) => ({ up, all }))

  test('the share follows from the shares of instances up in each zone', () => {
    expect(shareLost({ n: 3, k: 2 }, zones([1, 2], [1, 2], [1, 2]))).toBe(0.5)
    expect(shareLost({ n: 3, k: 2 }, zones([0, 2], [2, 2], [2, 2]))).toBe(0)
    expect(shareLost({ n: 3, k: 3 }, zones([0, 2], [2, 2], [2, 2]))).toBe(1)
    expect(shareLost({ n: 1, k: 1 }, zones([1, 4], [4, 4]))).toBe(0.375)
    expect(shareLost({ n: 3, k: 2 }, zones([3, 4]))).toBe(0) // three of four instances, one down
    expect(shareLost({ n: 3, k: 2 }, zones([2, 4]))).toBe(0.5)
  })

  test.each([
    [3, 2, zones([1, 3], [2, 2], [3, 4])],
    [3, 1, zones([1, 3], [0, 2], [3, 4], [2, 5])],
    [2, 2, zones([1, 3], [0, 2], [3, 4], [2, 5])],
    [3, 2, zones([3, 5], [1, 3])],
    [4, 3, zones([5, 7])],
  ])('%i copies of which %i are needed: as counted over all ways to lay them', (n, k, where) => {
    expect(shareLost({ n, k }, where)).toBeCloseTo(counted(n, k, where), 12)
  })
})

const text = (data: string, faults: string) => `
blackstart: 1
name: data
run: {seed: 1, horizon: 1h}
world: {r: {zones: [a, b, c], racks: 1, hosts: 2, tenants: 0}}
services: {web: {instances: 6, capacity: 100/s, health: {every: 10s, unhealthy: 1, timeout: 1s}${data}}}
clients: {users: {to: web, rate: 100/s, timeout: 1s}}
faults: {${faults}}`

const failure = (zone: string, hosts: string) =>
  `${zone}: {kind: host-failure, target: {zone: ${zone}, of: host, pick: ${hosts}}, at: 10m}`
const answeredAtTheEnd = (data: string, faults: string) => historyOf(text(data, faults)).rows('client.flow').at(-1)?.b

test('requests about them fail, and all others are answered; without data any instance will do', () => {
  const two = `${failure('a', '50%')}, ${failure('b', '50%')}`
  expect(answeredAtTheEnd('', two)).toBe(100)
  expect(answeredAtTheEnd(', data: {}', two)).toBe(75) // both copies lost of a quarter
  expect(answeredAtTheEnd(', data: {k: 1}', two)).toBe(100)
  expect(answeredAtTheEnd(', data: {}', failure('a', '100%'))).toBe(100)
  expect(answeredAtTheEnd(', data: {k: 3}', failure('a', '50%'))).toBe(50)
})

test('data that could never be read is refused with its line', () => {
  const problems = (data: string) => {
    const loaded = load(text(data, failure('a', '50%')), { file: 's.yaml', read: () => undefined })
    return loaded.ok ? [] : loaded.problems.map(formatProblem)
  }
  expect(problems(', data: {n: 2, k: 3}')).toEqual([
    's.yaml:6:114  services.web.data.k: 3 of 2 copies can never be up (a larger `n` or a smaller `k`)',
  ])
  expect(problems(', data: {n: 7}')).toEqual([
    's.yaml:6:108  services.web.data.n: 7 copies need 7 instances, and there are 6 (more instances, or a smaller `n`)',
  ])
  expect(problems(', data: {n: 0, k: 0}')).toHaveLength(2)
})
