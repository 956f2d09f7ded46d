import { describe, expect, test } from 'vitest'
import { measured, recordingOf, type WrittenRow } from './recording.ts'

const ZONES = ['a', 'b', 'c']
const WHO = [
  ['region', 'r'],
  ...ZONES.map(zone => ['zone', `r/${zone}`] as const),
  ...ZONES.map(zone => ['datacentre', `r/${zone}/dc1`] as const),
  ...ZONES.map(zone => ['rack', `r/${zone}/dc1/r1`] as const),
  ...ZONES.map(zone => ['host', `r/${zone}/dc1/r1/h1`] as const),
  ['service', 'web'],
  ...ZONES.map((_, i) => ['instance', `web/i${i + 1}`] as const),
  ['cell', 'web/a'],
  ['service', 'idle'],
  ['client', 'shoppers'],
] as const

const placed: WrittenRow[] = ZONES.map((zone, i) => [0, 'instance.placed', `web/i${i + 1}`, `r/${zone}/dc1/r1/h1`])
const run = (...rows: WrittenRow[]) =>
  recordingOf({ who: WHO, clients: { shoppers: 'web' }, rows: [...placed, [0, 'service.ready', 'web', 3, 3], ...rows] })

const HOUR = 3600
const day = { horizon: 24 * HOUR }
const MONTH = 30 * 24 * HOUR

/** Zone a is down for five hours, zone b for one of these. */
const zones = run(
  [HOUR, 'instance.down', 'web/i1'],
  [2 * HOUR, 'instance.down', 'web/i2'],
  [3 * HOUR, 'instance.up', 'web/i2'],
  [6 * HOUR, 'instance.up', 'web/i1'],
)

describe('sla-credit', () => {
  test('of a region counts only the time in which more than one zone was down', () => {
    const answer = measured(zones, 'sla-credit', { of: 'web', profile: 'ec2-region' }, day)
    expect([answer.value, answer.at]).toEqual([0.1, 2 * HOUR])
    expect(answer.because?.en).toBe(
      'of the region: one zone alone was down for 4 h, which does not count; more than one zone at once for 1 h. Uptime 99.86111%, below 99.99%: 10% of the bill is given back',
    )
    expect(measured(zones, 'sla-credit', { of: 'web', profile: 'ec2-region', take: 'uptime' }, day).value).toBe(
      1 - HOUR / MONTH,
    )
  })

  test('of a region is nothing when one zone is down, however long', () => {
    const one = run([HOUR, 'instance.down', 'web/i1'])
    const answer = measured(one, 'sla-credit', { of: 'web', profile: 'ec2-region' }, day)
    expect(answer.value).toBe(0)
    expect(answer.because?.en).toMatch(/one zone alone was down for 23 h, which does not count/)
  })

  test('of instances is the mean of what each has earned by itself: 10 % for 5 h, nothing for 1 h', () => {
    const answer = measured(zones, 'sla-credit', { of: 'shoppers', profile: 'ec2-instance' }, day)
    expect(answer.value).toBe(0.1 / 3)
    expect(answer.because?.en).toBe(
      'of each instance: 2 of 3 were down, for 6 h together; 1 fell below 99.5%. Uptime 99.72222% on average, 3.33333% of the bill is given back',
    )
    expect(measured(zones, 'sla-credit', { of: 'web', profile: 'ec2-instance', take: 'uptime' }, day).value).toBeCloseTo(
      1 - (2 * HOUR) / MONTH,
      12,
    )
  })

  test('of instances counts one that was launched from the moment it first came up', () => {
    const launched = recordingOf({
      who: WHO,
      rows: [
        [HOUR, 'instance.placed', 'web/i1', 'r/a/dc1/r1/h1'],
        [2 * HOUR, 'instance.up', 'web/i1'],
        [3 * HOUR, 'instance.down', 'web/i1'],
      ],
    })
    const answer = measured(launched, 'sla-credit', { of: 'web', profile: 'ec2-instance', take: 'uptime' }, day)
    expect(answer.value).toBe(1 - (21 * HOUR) / MONTH)
  })

  test('of instances counts one that was ended up to then', () => {
    const rows: [number, string, string, string?][] = [
      [0, 'instance.placed', 'web/i1', 'r/a/dc1/r1/h1'],
      [HOUR, 'instance.down', 'web/i1'],
      [3 * HOUR, 'instance.gone', 'web/i1'],
    ]
    const answer = measured(
      recordingOf({ who: WHO, rows }),
      'sla-credit',
      { of: 'web', profile: 'ec2-instance', take: 'uptime' },
      day,
    )
    expect(answer.value).toBe(1 - (2 * HOUR) / MONTH)
  })

  test('what begins dark is down until it comes up', () => {
    const rows = [...placed, [0, 'service.ready', 'web', 0, 3], [4 * HOUR, 'instance.up', 'web/i3']] as WrittenRow[]
    const dark = recordingOf({ who: WHO, rows, dark: ['r/a/dc1', 'r/b/dc1', 'r/c/dc1'] })
    expect(measured(dark, 'sla-credit', { of: 'web', profile: 'ec2-region', take: 'uptime' }, day).value).toBe(
      1 - (24 * HOUR) / MONTH,
    )
    expect(measured(dark, 'sla-credit', { of: 'web', profile: 'ec2-instance', take: 'uptime' }, day).value).toBeCloseTo(
      1 - (52 * HOUR) / 3 / MONTH,
      12,
    )
  })

  test('of a service counts its time down, exactly at the threshold and a second beyond', () => {
    const down = (seconds: number) => run([HOUR, 'service.down', 'web'], [HOUR + seconds, 'service.up', 'web'])
    const at = measured(down(1296), 'sla-credit', { of: 'web', profile: 'rds-multi-az' }, day)
    expect([at.value, at.at]).toEqual([0, HOUR])
    expect(measured(down(1297), 'sla-credit', { of: 'web', profile: 'rds-multi-az' }, day).value).toBe(0.1)
    expect(measured(down(1297), 'sla-credit', { of: 'web', profile: 'rds-multi-az', days: 31 }, day).value).toBe(0)
  })

  test('of error rates averages those of five minutes, busy or quiet', () => {
    const flows = run(
      [0, 'cell.flow', 'web/a', 100, 0],
      [HOUR, 'cell.flow', 'web/a', 1000, 200],
      [7 * HOUR, 'cell.flow', 'web/a', 10, 0],
    )
    const answer = measured(flows, 'sla-credit', { of: 'web', profile: 's3-standard', take: 'uptime' }, day)
    expect(answer.value).toBeCloseTo(0.9983333333333333, 12) // 6 h at 20 %
    expect(measured(flows, 'sla-credit', { of: 'web', profile: 's3-standard' }, day).value).toBe(0.1)
  })

  test('is vacuous where the promise is about nothing that is there', () => {
    const instances = measured(zones, 'sla-credit', { of: 'idle', profile: 'ec2-instance' }, day)
    expect([instances.value, instances.because?.en]).toEqual([null, 'it has no instances on hosts'])
    const errors = measured(zones, 'sla-credit', { of: 'idle', profile: 's3-standard' }, day)
    expect([errors.value, errors.because?.en]).toEqual([null, 'nobody asks it directly, so there are no error rates'])
  })
})
