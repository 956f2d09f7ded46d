/**
 * The catalogue of instance types: what one takes of its host, what network and volumes give it for long and for a while, which
 * drivers its image needs, and what it costs. Knows no service; a figure that nobody publishes is left out, never guessed.
 */
import type { Bytes, Seconds } from '../units/quantity.ts'

/** What an image must hold to start on a type: `ena` for its network, `nvme` for its volumes. */
export const DRIVERS = ['ena', 'nvme'] as const
export type Driver = (typeof DRIVERS)[number]

/** What an instance has for long, and what it may use for a while: both the same where there is no burst. */
export interface Allowance {
  /** For long; absent where only "up to" is published. */
  readonly base: number | undefined
  readonly max: number
}

/** Credits of a burstable type, in processor-seconds; one credit is a minute of one processor. */
export interface Credits {
  /** Processors that are earned all the time. */
  readonly base: number
  /** What can be saved up: the earnings of a day. */
  readonly store: Seconds
  /** Whether it goes on at full speed without credits, for money, unless it is told otherwise. */
  readonly isUnlimited: boolean
}

export interface InstanceType {
  readonly name: string
  readonly architecture: 'x86' | 'arm'
  /** Virtual processors. */
  readonly cpu: number
  readonly memory: Bytes
  /** B/s; absent where nobody publishes it. */
  readonly network: Allowance | undefined
  /** B/s between the instance and its volumes. */
  readonly volume: Allowance | undefined
  /** Operations per second on its volumes. */
  readonly iops: Allowance | undefined
  readonly credits: Credits | undefined
  readonly drivers: readonly Driver[]
  /** Dollars per hour on demand, us-east-1. */
  readonly price: number
  /** Whose year the figures are. */
  readonly year: number
  readonly source: string
}

/** How long volumes give their maximum after a quiet day, s. Source: provider's guide, "30 minutes at least once every 24 hours". */
export const VOLUME_BURST: Seconds = 1800
/** How long the network gives its maximum. Source: assumed; the provider's guide says 5 to 60 minutes (from memory, unverified). */
export const NETWORK_BURST: Seconds = 1800

const HOUR: Seconds = 3600
const DAY: Seconds = 24 * HOUR
const CREDIT: Seconds = 60
/** In bytes. */
export const GIBIBYTE: Bytes = 2 ** 30
export const GIGABIT: Bytes = 1.25e8
export const MEGABIT: Bytes = 1.25e5

/** processors, GiB; network Gb/s base, max; volumes Mb/s base, max; IOPS base, max; $/h; credits per hour where burstable. */
type Row = readonly [
  cpu: number,
  memory: number,
  networkBase: number | undefined,
  networkMax: number | undefined,
  volumeBase: number | undefined,
  volumeMax: number | undefined,
  iopsBase: number | undefined,
  iopsMax: number | undefined,
  price: number,
  earns?: number,
]

interface Family {
  readonly year: number
  readonly arm?: true
  /** Whether its I/O is on cards of its own, which an image needs drivers for. */
  readonly isNitro: boolean
  readonly isUnlimited?: true
  readonly source: string
  readonly sizes: Readonly<Record<string, Row>>
}

const MEMORY = 'from memory, unverified'
const NETWORK_BASE = `base of the network ${MEMORY}`
const __ = undefined

const FAMILIES: Readonly<Record<string, Family>> = {
  c4: {
    year: 2023,
    isNitro: false,
    source: `provider’s instance types; figures ${MEMORY}`,
    sizes: {
      large: [2, 3.75, __, __, 500, 500, 4000, 4000, 0.1],
      xlarge: [4, 7.5, __, __, 750, 750, 6000, 6000, 0.199],
      '2xlarge': [8, 15, __, __, 1000, 1000, 8000, 8000, 0.398],
      '4xlarge': [16, 30, __, __, 2000, 2000, 16_000, 16_000, 0.796],
      '8xlarge': [36, 60, 10, 10, 4000, 4000, 32_000, 32_000, 1.591],
    },
  },
  'c5@2017': {
    year: 2017,
    isNitro: true,
    source: 'the announcement of C5, November 2017; of what is "up to", no base was given',
    sizes: {
      large: [2, 4, __, 10, __, 2250, __, __, 0.085],
      xlarge: [4, 8, __, 10, __, 2250, __, __, 0.17],
      '2xlarge': [8, 16, __, 10, __, 2250, __, __, 0.34],
      '4xlarge': [16, 32, __, 10, 2250, 2250, __, __, 0.68],
      '9xlarge': [36, 72, 10, 10, 4500, 4500, __, __, 1.53],
      '18xlarge': [72, 144, 25, 25, 9000, 9000, __, __, 3.06],
    },
  },
  c5: {
    year: 2023,
    isNitro: true,
    source: `provider’s instance types, 2023; ${NETWORK_BASE}`,
    sizes: {
      large: [2, 4, 0.75, 10, 650, 4750, 4000, 20_000, 0.085],
      xlarge: [4, 8, 1.25, 10, 1150, 4750, 6000, 20_000, 0.17],
      '2xlarge': [8, 16, 2.5, 10, 2300, 4750, 10_000, 20_000, 0.34],
      '4xlarge': [16, 32, 5, 10, 4750, 4750, 20_000, 20_000, 0.68],
      '9xlarge': [36, 72, 12, 12, 9500, 9500, 40_000, 40_000, 1.53],
      '12xlarge': [48, 96, 12, 12, 9500, 9500, 40_000, 40_000, 2.04],
      '18xlarge': [72, 144, 25, 25, 19_000, 19_000, 80_000, 80_000, 3.06],
      '24xlarge': [96, 192, 25, 25, 19_000, 19_000, 80_000, 80_000, 4.08],
      metal: [96, 192, 25, 25, 19_000, 19_000, 80_000, 80_000, 4.08],
    },
  },
  m5: {
    year: 2023,
    isNitro: true,
    source: `provider’s instance types; figures but the price of large ${MEMORY}`,
    sizes: {
      large: [2, 8, 0.75, 10, 650, 4750, 3600, 18_750, 0.096],
      xlarge: [4, 16, 1.25, 10, 1150, 4750, 6000, 18_750, 0.192],
      '2xlarge': [8, 32, 2.5, 10, 2300, 4750, 12_000, 18_750, 0.384],
      '4xlarge': [16, 64, 5, 10, 4750, 4750, 18_750, 18_750, 0.768],
      '8xlarge': [32, 128, 10, 10, 6800, 6800, 30_000, 30_000, 1.536],
      '12xlarge': [48, 192, 12, 12, 9500, 9500, 40_000, 40_000, 2.304],
      '16xlarge': [64, 256, 20, 20, 13_600, 13_600, 60_000, 60_000, 3.072],
      '24xlarge': [96, 384, 25, 25, 19_000, 19_000, 80_000, 80_000, 4.608],
    },
  },
  r5: {
    year: 2023,
    isNitro: true,
    source: `provider’s instance types; figures but the price of large ${MEMORY}`,
    sizes: {
      large: [2, 16, 0.75, 10, 650, 4750, 3600, 18_750, 0.126],
      xlarge: [4, 32, 1.25, 10, 1150, 4750, 6000, 18_750, 0.252],
      '2xlarge': [8, 64, 2.5, 10, 2300, 4750, 12_000, 18_750, 0.504],
      '4xlarge': [16, 128, 5, 10, 4750, 4750, 18_750, 18_750, 1.008],
      '8xlarge': [32, 256, 10, 10, 6800, 6800, 30_000, 30_000, 2.016],
      '12xlarge': [48, 384, 10, 10, 9500, 9500, 40_000, 40_000, 3.024],
      '16xlarge': [64, 512, 20, 20, 13_600, 13_600, 60_000, 60_000, 4.032],
      '24xlarge': [96, 768, 25, 25, 19_000, 19_000, 80_000, 80_000, 6.048],
    },
  },
  c6i: {
    year: 2023,
    isNitro: true,
    source: `provider’s instance types; volumes of large and 32xlarge as published, all else ${MEMORY}`,
    sizes: {
      large: [2, 4, 0.781, 12.5, 650, 10_000, 3600, 40_000, 0.085],
      xlarge: [4, 8, 1.562, 12.5, 1250, 10_000, 6000, 40_000, 0.17],
      '2xlarge': [8, 16, 3.125, 12.5, 2500, 10_000, 12_000, 40_000, 0.34],
      '4xlarge': [16, 32, 6.25, 12.5, 5000, 10_000, 20_000, 40_000, 0.68],
      '8xlarge': [32, 64, 12.5, 12.5, 10_000, 10_000, 40_000, 40_000, 1.36],
      '12xlarge': [48, 96, 18.75, 18.75, 15_000, 15_000, 60_000, 60_000, 2.04],
      '16xlarge': [64, 128, 25, 25, 20_000, 20_000, 80_000, 80_000, 2.72],
      '24xlarge': [96, 192, 37.5, 37.5, 30_000, 30_000, 120_000, 120_000, 4.08],
      '32xlarge': [128, 256, 50, 50, 40_000, 40_000, 160_000, 160_000, 5.44],
    },
  },
  c6g: {
    year: 2023,
    arm: true,
    isNitro: true,
    source: `provider’s instance types and list prices, a fifth below c5 at the same size; figures ${MEMORY}`,
    sizes: {
      large: [2, 4, 0.75, 10, 630, 4750, 3600, 20_000, 0.068],
      xlarge: [4, 8, 1.25, 10, 1188, 4750, 6000, 20_000, 0.136],
      '2xlarge': [8, 16, 2.5, 10, 2375, 4750, 12_000, 20_000, 0.272],
      '4xlarge': [16, 32, 5, 10, 4750, 4750, 20_000, 20_000, 0.544],
      '8xlarge': [32, 64, 12, 12, 9000, 9000, 40_000, 40_000, 1.088],
      '12xlarge': [48, 96, 20, 20, 13_500, 13_500, 50_000, 50_000, 1.632],
      '16xlarge': [64, 128, 25, 25, 19_000, 19_000, 80_000, 80_000, 2.176],
    },
  },
  t2: {
    year: 2023,
    isNitro: false,
    source: `provider’s guide to burstable instances; memory, prices and credits of micro, small, medium and xlarge ${MEMORY}`,
    sizes: {
      nano: [1, 0.5, __, __, __, __, __, __, 0.0058, 3],
      micro: [1, 1, __, __, __, __, __, __, 0.0116, 6],
      small: [1, 2, __, __, __, __, __, __, 0.023, 12],
      medium: [2, 4, __, __, __, __, __, __, 0.0464, 24],
      large: [2, 8, __, __, __, __, __, __, 0.0928, 36],
      xlarge: [4, 16, __, __, __, __, __, __, 0.1856, 54],
      '2xlarge': [8, 32, __, __, __, __, __, __, 0.3712, 81.6],
    },
  },
  t3: {
    year: 2023,
    isNitro: true,
    isUnlimited: true,
    source: `provider’s guide to burstable instances; memory, network, volumes and prices but that of micro ${MEMORY}`,
    sizes: {
      nano: [2, 0.5, 0.032, 5, 43, 2085, 250, 11_800, 0.0052, 6],
      micro: [2, 1, 0.064, 5, 87, 2085, 500, 11_800, 0.0104, 12],
      small: [2, 2, 0.128, 5, 174, 2085, 1000, 11_800, 0.0208, 24],
      medium: [2, 4, 0.256, 5, 347, 2085, 2000, 11_800, 0.0416, 24],
      large: [2, 8, 0.512, 5, 695, 2780, 4000, 15_700, 0.0832, 36],
      xlarge: [4, 16, 1.024, 5, 695, 2780, 4000, 15_700, 0.1664, 96],
      '2xlarge': [8, 32, 2.048, 5, 695, 2780, 4000, 15_700, 0.3328, 192],
    },
  },
}

/** Every type that may be named. One of another year has it behind its name: c5.large@2017. */
export const INSTANCE_TYPES: readonly InstanceType[] = Object.entries(FAMILIES).flatMap(([name, family]) =>
  Object.entries(family.sizes).map(([size, row]) => typeOf(name, family, size, row)),
)

const byName = new Map(INSTANCE_TYPES.map(type => [type.name, type]))

/** The type of this name. Throws when there is none: files name only those that there are. */
export function instanceType(name: string): InstanceType {
  const type = byName.get(name)
  if (type === undefined) throw new Error(`no instance type ${name}`)
  return type
}

function typeOf(name: string, { year, arm, isNitro, isUnlimited, source }: Family, size: string, row: Row): InstanceType {
  const [cpu, memory, networkBase, networkMax, volumeBase, volumeMax, iopsBase, iopsMax, price, earns] = row
  const [family, ofYear] = name.split('@')
  return {
    name: ofYear === undefined ? `${family}.${size}` : `${family}.${size}@${ofYear}`,
    architecture: arm ? 'arm' : 'x86',
    cpu,
    memory: memory * GIBIBYTE,
    network: allowance(networkBase, networkMax, GIGABIT),
    volume: allowance(volumeBase, volumeMax, MEGABIT),
    iops: allowance(iopsBase, iopsMax, 1),
    credits: earns === undefined ? undefined : creditsOf(earns, isUnlimited === true),
    drivers: isNitro ? DRIVERS : [],
    price,
    year,
    source,
  }
}

function allowance(base: number | undefined, max: number | undefined, unit: number): Allowance | undefined {
  return max === undefined ? undefined : { base: base === undefined ? undefined : base * unit, max: max * unit }
}

function creditsOf(earns: number, isUnlimited: boolean): Credits {
  const base = (earns * CREDIT) / HOUR
  return { base, store: base * DAY, isUnlimited }
}
