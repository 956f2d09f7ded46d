import { describe, expect, test } from 'vitest'
import { GIBIBYTE, GIGABIT, INSTANCE_TYPES, instanceType, MEGABIT } from '../../sim/models/instance-types.ts'

describe('the catalogue of instance types', () => {
  // Source: the provider's compute-optimized table of 2023.
  test.each([
    ['c5.large', 2, 4, 650, 4750, 4000, 20_000, 10],
    ['c5.xlarge', 4, 8, 1150, 4750, 6000, 20_000, 10],
    ['c5.2xlarge', 8, 16, 2300, 4750, 10_000, 20_000, 10],
    ['c5.4xlarge', 16, 32, 4750, 4750, 20_000, 20_000, 10],
    ['c5.9xlarge', 36, 72, 9500, 9500, 40_000, 40_000, 12],
    ['c5.12xlarge', 48, 96, 9500, 9500, 40_000, 40_000, 12],
    ['c5.18xlarge', 72, 144, 19_000, 19_000, 80_000, 80_000, 25],
    ['c5.24xlarge', 96, 192, 19_000, 19_000, 80_000, 80_000, 25],
    ['c5.metal', 96, 192, 19_000, 19_000, 80_000, 80_000, 25],
  ])('%s is as the table of 2023 has it', (name, cpu, gibibytes, base, max, iops, iopsMax, network) => {
    const type = instanceType(name)
    expect(type).toMatchObject({ cpu, memory: gibibytes * GIBIBYTE, year: 2023, iops: { base: iops, max: iopsMax } })
    expect(type.volume).toEqual({ base: base * MEGABIT, max: max * MEGABIT })
    expect(type.network?.max).toBe(network * GIGABIT)
  })

  // Source: the announcement of C5 in November 2017; what is "up to" has no base.
  test.each([
    ['c5.large@2017', 2, 4, 2250, undefined, 10, undefined],
    ['c5.xlarge@2017', 4, 8, 2250, undefined, 10, undefined],
    ['c5.2xlarge@2017', 8, 16, 2250, undefined, 10, undefined],
    ['c5.4xlarge@2017', 16, 32, 2250, 2250, 10, undefined],
    ['c5.9xlarge@2017', 36, 72, 4500, 4500, 10, 10],
    ['c5.18xlarge@2017', 72, 144, 9000, 9000, 25, 25],
  ])('%s is as announced in 2017', (name, cpu, gibibytes, volume, base, network, networkBase) => {
    expect(instanceType(name)).toMatchObject({ cpu, memory: gibibytes * GIBIBYTE, year: 2017 })
    expect(instanceType(name).volume).toEqual({ base: base && base * MEGABIT, max: volume * MEGABIT })
    expect(instanceType(name).network).toEqual({ base: networkBase && networkBase * GIGABIT, max: network * GIGABIT })
  })

  // One credit is a minute of one processor. Source: the provider's guide to burstable instances.
  test.each([
    ['t3.nano', 6, 144, 2, 0.05],
    ['t3.micro', 12, 288, 2, 0.1],
    ['t3.small', 24, 576, 2, 0.2],
    ['t3.medium', 24, 576, 2, 0.2],
    ['t3.large', 36, 864, 2, 0.3],
    ['t3.xlarge', 96, 2304, 4, 0.4],
    ['t3.2xlarge', 192, 4608, 8, 0.4],
    ['t2.nano', 3, 72, 1, 0.05],
    ['t2.large', 36, 864, 2, 0.3],
    ['t2.2xlarge', 81.6, 1958.4, 8, 0.17],
  ])('%s earns %d credits an hour and saves up to %d', (name, perHour, most, cpu, share) => {
    const { credits, cpu: has } = instanceType(name)
    expect(has).toBe(cpu)
    expect((credits?.base ?? 0) * 60).toBeCloseTo(perHour, 12)
    expect((credits?.store ?? 0) / 60).toBeCloseTo(most, 9)
    expect((credits?.base ?? 0) / cpu).toBeCloseTo(share, 12)
    expect(credits?.isUnlimited).toBe(name.startsWith('t3'))
  })

  test('Nitro types need two drivers, those on Xen none', () => {
    const needing = INSTANCE_TYPES.filter(({ drivers }) => drivers.length > 0).map(({ name }) => name.slice(0, 2))
    expect(new Set(needing)).toEqual(new Set(['c5', 'm5', 'r5', 'c6', 't3']))
    expect(instanceType('c5.large').drivers).toEqual(['ena', 'nvme'])
    expect(instanceType('c4.large').drivers).toEqual([])
  })

  test('prices are per hour, in proportion to size, and a fifth lower on Arm', () => {
    expect(instanceType('c5.large').price).toBe(0.085)
    expect(instanceType('c5.18xlarge').price).toBe(3.06)
    for (const { name, price, cpu, architecture } of INSTANCE_TYPES) {
      if (name.startsWith('c5.')) expect(price / cpu, name).toBeCloseTo(0.0425, 12)
      if (architecture === 'arm') expect(price / cpu, name).toBeCloseTo(0.8 * 0.0425, 12)
    }
  })

  test('names are told apart, and no base is above its maximum', () => {
    expect(new Set(INSTANCE_TYPES.map(({ name }) => name)).size).toBe(INSTANCE_TYPES.length)
    for (const { name, network, volume, iops } of INSTANCE_TYPES) {
      for (const { base = 0, max } of [network, volume, iops].flatMap(one => one ?? []))
        expect(max, name).toBeGreaterThanOrEqual(base)
    }
  })

  test('an unknown name is a mistake of ours', () => {
    expect(() => instanceType('c5.huge')).toThrow('no instance type c5.huge')
  })
})
