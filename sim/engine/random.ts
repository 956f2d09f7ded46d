/**
 * Named random streams. The seed string becomes one state through `seedrandom`; every draw is a keyed mix of that state with
 * whose draw it is (a path key), what it is for (a purpose) and how many that one has drawn before. Nothing depends on the
 * order in which things were created, so an added host changes nobody else's history and variants share their draws.
 */
import seedrandom from 'seedrandom'
import type { Simulation } from './simulation.ts'

/** A source of uniform draws. */
export interface Stream {
  /** The next draw, uniform in (0, 1): never 0 and never 1, so its logarithm is finite. 52 random bits. */
  next(): number
  /** How many draws have been taken. */
  drawn(): number
}

/** Sources of uniform draws for many individuals, or one source, which takes everybody for the same. */
export interface Draws {
  next(individual: number): number
  drawn(individual: number): number
}

/** A 64-bit name, as two 32-bit halves. */
export interface Key {
  readonly high: number
  readonly low: number
}

/** Key of a piece of text, by two FNV-1a passes with different primes, finished by an avalanche. */
export function keyOf(text: string): Key {
  let high = 0x811c9dc5
  let low = 0x9747b28c
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    high = Math.imul(high ^ code, 0x01000193)
    low = Math.imul(low ^ code, 0x5bd1e995)
  }
  return { high: avalanche(high ^ low), low: avalanche((low + Math.imul(high, 0x9e3779b1)) | 0) }
}

/** Key of `name` below `parent`: how a path gets its key level by level. */
export function keyBelow(parent: Key, name: string): Key {
  const own = keyOf(name)
  const high = avalanche(parent.high ^ Math.imul(own.high, 0x85ebca6b) ^ rotate(parent.low, 7))
  return { high, low: avalanche((parent.low + own.low) ^ Math.imul(high, 0xc2b2ae35)) }
}

/** How many draws the streams of one purpose have taken, by individual. */
export interface DrawCounts {
  /** The purpose; for a single stream its name. */
  readonly purpose: string
  readonly drawn: Uint32Array
}

/** All randomness of one simulation. */
export class Randomness {
  /** One 128-bit state for the whole simulation. */
  private readonly state: Int32Array
  private readonly sim: Simulation
  private readonly counts: DrawCounts[] = []

  constructor(sim: Simulation, seed: string) {
    this.sim = sim
    const root = seedrandom.alea(seed)
    this.state = Int32Array.of(root.int32(), root.int32(), root.int32(), root.int32())
  }

  /** The stream of one named thing, for instance `shop-db/promote`. */
  stream(name: string): Stream {
    return this.create('', name, 1, () => keyOf(name)).of(0)
  }

  /**
   * The rank of one individual for one purpose, uniform in (0, 1): always the same, so the lowest 10 % of a group lie within
   * the lowest 20 % and an added member displaces at most one other.
   */
  rank(purpose: string, individual: Key): number {
    return uniform(keyFor(this.state, keyOf(purpose)), individual.high, individual.low, 0)
  }

  /**
   * One stream for each of `count` individuals, for one purpose. `keyOfIndividual` is asked once for each; a stream costs
   * twelve bytes and comes to life with its first draw.
   */
  streams(purpose: string, count: number, keyOfIndividual: (individual: number) => Key): Streams {
    return this.create(purpose, purpose, count, keyOfIndividual)
  }

  /** As `streams`, for individuals of whom few ever draw: the others cost nothing. */
  rareStreams(purpose: string, keyOfIndividual: (individual: number) => Key): Draws {
    const streams = new RareStreams(this.sim, this.state, keyOf(purpose), keyOfIndividual)
    this.counts.push({ purpose, drawn: streams.total })
    return streams
  }

  /**
   * The draws taken so far, by purpose in the order in which the streams were made. A draw depends on nothing but its stream
   * and its ordinal, so equal counts are equal draws. The columns are live.
   */
  draws(): readonly DrawCounts[] {
    return this.counts
  }

  private create(purpose: string, name: string, count: number, keyOfIndividual: (individual: number) => Key): Streams {
    const streams = new Streams(this.sim, this.state, keyOf(purpose), count, keyOfIndividual)
    this.counts.push({ purpose: name, drawn: streams.draws })
    return streams
  }
}

/** Streams of many individuals for one purpose, kept in three columns. */
export class Streams implements Draws {
  private readonly key: Int32Array
  private readonly high: Int32Array
  private readonly low: Int32Array
  /** Draws taken so far, by individual. */
  readonly draws: Uint32Array

  constructor(sim: Simulation, state: Int32Array, purpose: Key, count: number, keyOfIndividual: (individual: number) => Key) {
    this.key = keyFor(state, purpose)
    this.high = new Int32Array(count)
    this.low = new Int32Array(count)
    for (let i = 0; i < count; i++) {
      const key = keyOfIndividual(i)
      this.high[i] = key.high
      this.low[i] = key.low
    }
    this.draws = sim.column(Uint32Array, count)
  }

  /** The stream of one individual. */
  of(individual: number): Stream {
    return { next: () => this.next(individual), drawn: () => this.drawn(individual) }
  }

  /** How many draws one individual has taken. */
  drawn(individual: number): number {
    return this.draws[individual]
  }

  /** The next draw of one individual, uniform in (0, 1). */
  next(individual: number): number {
    const ordinal = this.draws[individual]
    this.draws[individual] = ordinal + 1
    return uniform(this.key, this.high[individual], this.low[individual], ordinal)
  }
}

/** Streams of individuals of whom few ever draw, by individual. */
class RareStreams implements Draws {
  private readonly key: Int32Array
  private readonly keyOfIndividual: (individual: number) => Key
  private draws = new Map<number, number>()
  /** Draws taken so far by all of them together. */
  readonly total: Uint32Array

  constructor(sim: Simulation, state: Int32Array, purpose: Key, keyOfIndividual: (individual: number) => Key) {
    this.key = keyFor(state, purpose)
    this.keyOfIndividual = keyOfIndividual
    this.total = sim.column(Uint32Array, 1)
    sim.keep({
      save: () => new Map(this.draws),
      restore: saved => {
        this.draws = new Map(saved as Map<number, number>)
      },
    })
  }

  drawn(individual: number): number {
    return this.draws.get(individual) ?? 0
  }

  next(individual: number): number {
    const ordinal = this.drawn(individual)
    this.draws.set(individual, ordinal + 1)
    this.total[0]++
    const { high, low } = this.keyOfIndividual(individual)
    return uniform(this.key, high, low, ordinal)
  }
}

/** The state of a simulation with a purpose mixed in. */
function keyFor(state: Int32Array, purpose: Key): Int32Array {
  return Int32Array.of(state[0], state[1], state[2] ^ purpose.high, state[3] ^ purpose.low)
}

/**
 * One keyed draw in (0, 1): the key fills the state of an sfc32 generator, which is then run long enough for every bit of the
 * key to reach every bit of the answer. Source: C. Doty-Humphrey, PractRand (sfc32; 12 rounds mix a seed).
 */
function uniform(key: Int32Array, high: number, low: number, ordinal: number): number {
  let a = key[0] ^ high
  let b = key[1] ^ low
  let c = key[2] ^ Math.imul(ordinal, 0x9e3779b1)
  let counter = (key[3] + ordinal) | 0
  let previous = 0
  let result = 0
  // Fourteen rounds, two at a time.
  for (let round = 0; round < 7; round++) {
    previous = (((a + b) | 0) + counter) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (rotate(c, 21) + previous) | 0
    result = (((a + b) | 0) + ((counter + 1) | 0)) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (rotate(c, 21) + result) | 0
    counter = (counter + 2) | 0
  }
  return ((previous >>> 6) * 67108864 + (result >>> 6) + 0.5) / 4503599627370496
}

function rotate(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by))
}

/** Finaliser of MurmurHash3: every input bit reaches every output bit. Source: A. Appleby, MurmurHash3 (public domain). */
function avalanche(value: number): number {
  let mixed = value
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return mixed ^ (mixed >>> 16)
}
