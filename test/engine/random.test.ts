import { describe, expect, test } from 'vitest'
import { keyBelow, keyOf, Randomness, type Stream } from '../../sim/engine/random.ts'
import { Simulation } from '../../sim/engine/simulation.ts'

const DRAWS = 100_000

const randomness = (seed: string): Randomness => new Randomness(new Simulation(), seed)
const host = (i: number) => keyBelow(keyBelow(keyOf('us-east-1'), `r${i >> 5}`), `h${i & 31}`)
const some = (stream: Stream, count: number): number[] => Array.from({ length: count }, () => stream.next())

/** How many standard deviations chi-square lies from its mean, for `counts` of equally likely outcomes. */
function chiSquareExcess(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length
  const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
  const freedom = counts.length - 1
  return Math.abs(chiSquare - freedom) / Math.sqrt(2 * freedom)
}

/** Draws by the cell that `cellOf` puts them in. */
function counted(draws: readonly number[], cells: number, cellOf: (draw: number, i: number) => number): number[] {
  const counts = new Array<number>(cells).fill(0)
  draws.forEach((draw, i) => {
    counts[cellOf(draw, i)]++
  })
  return counts
}

describe.each(['7', 'black start', ''])('keyed draws, seed %j', seed => {
  const bySubject = {
    'one stream': () => some(randomness(seed).stream('shop-db/promote'), DRAWS),
    'the first draws of neighbours': () => {
      const streams = randomness(seed).streams('life', DRAWS, host)
      return Array.from({ length: DRAWS }, (_, i) => streams.next(i))
    },
    'ranks of neighbours': () => {
      const source = randomness(seed)
      return Array.from({ length: DRAWS }, (_, i) => source.rank('pick', host(i)))
    },
  }

  test.each(Object.entries(bySubject))('%s are uniform in high bits, low bits and neighbouring pairs', (_, draw) => {
    const draws = draw()
    expect(draws.every(draw => draw > 0 && draw < 1)).toBe(true)
    expect(chiSquareExcess(counted(draws, 256, draw => Math.floor(draw * 256)))).toBeLessThan(4)
    expect(chiSquareExcess(counted(draws, 256, draw => Math.floor(draw * 2 ** 52) % 256))).toBeLessThan(4)
    const pairs = draws.slice(1)
    const pairOf = (draw: number, i: number): number => Math.floor(draws[i] * 16) * 16 + Math.floor(draw * 16)
    expect(chiSquareExcess(counted(pairs, 256, pairOf))).toBeLessThan(4)
  })

  test('streams do not depend on each other, whether they differ in purpose, individual or seed', () => {
    const source = randomness(seed)
    const reference = some(source.stream('web/life'), DRAWS)
    const others = [source.stream('web/repair'), source.stream('web/liff'), randomness(`${seed}1`).stream('web/life')]
    for (const other of others) {
      const draws = some(other, DRAWS)
      const covariance = draws.reduce((sum, draw, i) => sum + (draw - 0.5) * (reference[i] - 0.5), 0) / DRAWS
      expect(Math.abs(covariance * 12 * Math.sqrt(DRAWS))).toBeLessThan(4)
      const cellOf = (draw: number, i: number): number => Math.floor(draw * 16) * 16 + Math.floor(reference[i] * 16)
      expect(chiSquareExcess(counted(draws, 256, cellOf))).toBeLessThan(4)
    }
  })
})

test('another stream, or another individual, changes no draw of anybody else', () => {
  const alone = some(randomness('7').stream('web/life'), 100)
  const source = randomness('7')
  source.stream('aaa').next()
  const streams = source.streams('life', 3, host)
  const web = source.stream('web/life')
  const mixed = Array.from({ length: 100 }, () => {
    streams.next(1)
    return web.next()
  })
  expect(mixed).toEqual(alone)

  const few = randomness('7').streams('life', 2, i => host(i + 1))
  const many = randomness('7').streams('life', 9, host)
  many.next(0)
  expect([few.next(0), few.next(0), few.next(1)]).toEqual([many.next(1), many.next(1), many.next(2)])
})

test('ranks nest: the lowest 10 % lie within the lowest 20 %, and a newcomer displaces at most one', () => {
  const source = randomness('7')
  const lowest = (members: number, count: number): number[] =>
    Array.from({ length: members }, (_, i) => i)
      .sort((a, b) => source.rank('strike', host(a)) - source.rank('strike', host(b)))
      .slice(0, count)
  expect(lowest(100, 20)).toEqual(expect.arrayContaining(lowest(100, 10)))
  const staying = new Set(lowest(101, 10))
  expect(lowest(100, 10).filter(member => !staying.has(member)).length).toBeLessThanOrEqual(1)
})

test('everybody is asked for a key once', () => {
  const asked: number[] = []
  randomness('7').streams('life', 3, i => {
    asked.push(i)
    return host(i)
  })
  expect(asked).toEqual([0, 1, 2])
})

test('a snapshot takes the streams along', () => {
  const sim = new Simulation()
  const stream = new Randomness(sim, '7').stream('web/life')
  some(stream, 5)
  const saved = sim.snapshot()
  const straight = some(stream, 5)
  sim.restore(saved)
  expect(some(stream, 5)).toEqual(straight)
})

test('draws are the same for ever, since old histories and links to them hang on every bit', () => {
  // Source: the same three algorithms (Alea, FNV-1a and sfc32) written once more in Python.
  const source = randomness('7')
  expect(some(source.stream('shop-db/promote'), 3)).toEqual([0.24089565751299957, 0.5456454826518212, 0.17860938802753779])
  const lives = source.streams('life', 40, host)
  const draws = [lives.next(0), lives.next(1), lives.next(33), lives.next(33)]
  expect(draws).toEqual([0.4024710132788881, 0.9107315486792834, 0.13110045183282815, 0.20525794175311673])
  expect(source.rank('strike', host(5))).toBe(0.3797677954019246)
})

test('how many draws were taken, by purpose and individual', () => {
  const source = randomness('7')
  some(source.stream('shop-db/promote'), 2)
  const lives = source.streams('life', 3, host)
  some(lives.of(1), 4)
  source.rank('strike', host(5))
  const counts = source.draws().map(({ purpose, drawn }) => [purpose, ...drawn])
  expect(counts).toEqual([
    ['shop-db/promote', 2],
    ['life', 0, 4, 0],
  ])
  expect([lives.drawn(1), lives.of(1).drawn(), lives.of(0).drawn()]).toEqual([4, 4, 0])
})
