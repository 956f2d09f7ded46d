import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { main } from '../../sim/cli/main.ts'

/** Runs `blackstart sla …` in this process. */
async function sla(line: string): Promise<{ code: number; out: string; err: string }> {
  let out = ''
  let err = ''
  const code = await main(['sla', ...line.split(' ').filter(word => word !== '')], {
    out: text => {
      out += text
    },
    err: text => {
      err += text
    },
    isTerminal: false,
    hasColour: false,
  })
  return { code, out, err }
}

/** What it prints for people. */
async function says(line: string): Promise<string[]> {
  const { code, out, err } = await sla(line)
  expect([code, err]).toEqual([0, ''])
  return out.trimEnd().split('\n')
}

/** What it prints for machines. */
async function figures(line: string): Promise<Record<string, unknown>> {
  const { code, out } = await sla(`${line} --json`)
  expect(code).toBe(0)
  return JSON.parse(out) as Record<string, unknown>
}

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'blackstart-sla-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('promises', () => {
  test('nines by the real length of the month', async () => {
    const lines = await says('nines 99.99% 99.9%')
    expect(lines.map(line => line.trim().split(/ {2,}/))).toEqual([
      ['99.99%', '99.9%'],
      ['28 days', '4 min 1.92 s', '40 min 19.2 s'],
      ['29 days', '4 min 10.56 s', '41 min 45.6 s'],
      ['30 days', '4 min 19.2 s', '43 min 12 s'],
      ['31 days', '4 min 27.84 s', '44 min 38.4 s'],
      ['average month', '4 min 22.98 s', '43 min 49.8 s'],
      ['year of 365 days', '52 min 33.6 s', '8 h 45 min 36 s'],
    ])
    expect(new Set(lines.map(line => line.length)).size).toBe(1)
  })

  test('of one month of the calendar', async () => {
    expect(await says('nines 99.99% --month 2026-02')).toContain('2026-02, 28 days  4 min 1.92 s')
    expect(await figures('nines 99% --days 31')).toEqual({
      periods: { '31 days': 31 },
      nines: [{ availability: 0.99, allowed: { '31 days': (1 - 0.99) * 31 * 86_400 } }],
    })
  })

  test('a credit, and the loss that it does not cover', async () => {
    expect(await says('credit ec2-region --down 30m --bill 1000 --loss-per-hour 5000')).toEqual([
      'ec2-region   EC2, EBS, ECS, Fargate in a region, 30 days',
      'counts       a region: only time in which more than one zone used there is down',
      'down         30 min',
      'uptime       99.93055%',
      'credit       10% of the bill: below 99.99%',
      'paid back    100 of 1000, on request, against future bills',
      'lost         2500',
      'not covered  2400, 96% of the loss',
    ])
  })

  test('the month decides: 4 min 20 s are too much for 30 days and not for 31', async () => {
    expect(await figures('credit ec2-region --down 260s')).toMatchObject({ days: 30, credit: 0.1, below: 0.9999 })
    expect(await figures('credit ec2-region --down 260s --month 2026-01')).toMatchObject({ days: 31, credit: 0, below: null })
    expect(await figures('credit ec2-region --down 4.32m')).toMatchObject({ credit: 0 })
    expect(await figures('credit ec2-region --down 4.33m')).toMatchObject({ credit: 0.1 })
  })

  test('six hours with a fifth of errors', async () => {
    const { uptime, credit } = await figures('credit s3-standard --down 6h --errors 20%')
    expect(uptime).toBeCloseTo(0.9983333333333333, 12)
    expect(credit).toBe(0.1)
  })

  test('what to expect of outages that come by chance', async () => {
    const { credit, billsPerYear } = await figures('credit ec2-region --life 30d --repair 5m')
    expect(credit).toBeCloseTo(0.037614325995418425, 12)
    expect(billsPerYear).toBeCloseTo(0.4513719119450211, 10)
  })

  test('a profile says how it counts and what it leaves out', async () => {
    const lines = await says('profiles s3-standard')
    expect(lines).toContain(
      'uptime       100 % less the mean of the error rates of five-minute intervals; one without requests has none',
    )
    expect(lines).toContain('credit       below 99.9%: 10% of the bill')
    expect(lines).toContain('left out     what the customer or the customer’s equipment does')
  })

  test('a budget, burnt at 14.4 for an hour', async () => {
    expect(await says('budget 99.9% --burn 14.4 --for 1h')).toEqual([
      'budget     43 min 12 s of 30 d with nothing but errors, or 0.1% of all requests',
      'burn rate  14.4: 1.44% of requests fail',
      'lasts      2 d 2 h',
      'spent      2% of the budget in 1 h',
    ])
    const { slices } = await figures('budget 99% --slices 100/100,5000/10000,0/0')
    expect((slices as { budgeting: string; good: number }[]).map(({ budgeting, good }) => [budgeting, good])).toEqual([
      ['occurrences', 5100 / 10_100],
      ['time-slices', 2 / 3],
      ['ratio-slices', 2.5 / 3],
    ])
  })
})

describe('structures', () => {
  test.each([
    ['series 99.99% 99.99% 99.95% 99.9%', 0.998300809885005],
    ['parallel 99% 99%', 0.9999],
    ['k-of-n 2 3 99.5%', 0.99992525],
    ['k-of-n 2 3 99% 99% 99%', 0.999702],
    ['k-of-n 1 3 99% --beta 1%', 1 - 0.000100970299],
    ['bridge 90%', 0.97848],
    ['repaired 2 3 --life 1000h --repair 10h --crews 1', 0.9994119964370477],
    ['standby --life 4380h --repair 1h --failover 90s --coverage 98% --manual 30m', 0.9999920214979928],
    ['standby --life 4380h --repair 1h --failover 90s', 0.9999941894025351],
  ])('%s', async (line, availability) => {
    const found = await figures(line)
    expect(found.availability).toBeCloseTo(availability, 11)
    expect(found.unavailability).toBeCloseTo(1 - availability, 11)
  })

  test('what it comes to in time', async () => {
    expect(await says('parallel 99% 99%')).toEqual([
      'availability      99.99%',
      'unavailability    0.0001',
      'down in 30 days   4 min 19.2 s',
      'down in 365 days  52 min 33.6 s',
    ])
  })
})

describe('designs', () => {
  test('published targets along a request', async () => {
    expect(await figures('compose route53 cloudfront ec2 rds/zone')).toMatchObject({
      serving: 0.9999 * 0.9999 * 0.9995,
      hops: [
        { plane: 'service' },
        { plane: 'service' },
        { plane: 'zones' },
        { name: 'rds', plane: 'zone', availability: 0.9995 },
      ],
    })
  })

  test('the published table and what it implies', async () => {
    expect((await says('zones')).slice(0, 4)).toEqual([
      'regions × zones  cost  published  if independent  with what they share',
      '1 × 1              1×        99%             99%                   99%',
      '1 × 3              3×     99.99%        99.9999%                99.99%',
      '2 × 3              6×    99.999%   99.999999999%               99.999%',
    ])
    const { betaZone, betaRegion } = await figures('zones')
    expect(betaZone).toBeCloseTo(0.00990294155910869, 12)
    expect(betaRegion).toBeCloseTo(0.09991898541671866, 12)
  })

  test('one point of the slider', async () => {
    const { copies } = await figures('zones --beta 0% --needed 2')
    expect(copies).toMatchObject([{ beta: 0, cost: 1.5 }])
    expect((copies as { availability: number }[])[0].availability).toBeCloseTo(0.999702, 12)
  })

  test('38 regions take 18 days', async () => {
    const { days, slipsThrough, changed } = await figures('rollout 1 2 4 8 16 7 --stages 3')
    expect([days, (changed as number[]).slice(0, 4)]).toEqual([18, [1, 2, 3, 5]])
    expect(slipsThrough).toBeCloseTo(0.008, 12)
  })
})

describe('weak points', () => {
  const yaml = `blackstart: 1
name: weak
world: {r: {zones: [a, b], racks: 1, hosts: 4, tenants: 0}}
services: {web: {instances: 4, needs: {db: {}}}, db: {kind: database, primary: a, standby: b}, hands: {kind: crew}}
clients: {users: {to: web, rate: 150/s}}
faults: {dark: {kind: power-loss, target: {zone: a}, at: 1h, lasts: 1h}}
expect: {A: {metric: availability, of: web, at-least: 10%}}
variants: {more: {set: {clients.users.rate: 300/s}}}
`
  const file = (): string => {
    const path = join(folder, 'weak.yaml')
    writeFileSync(path, yaml)
    return path
  }

  test('of what clients call, as written and in a variant', async () => {
    expect(await says(`weak-points ${file()}`)).toEqual([
      'web, to serve: needs 2 of 4 instances; may fail: 2 zones, 1 service',
      '  single points of failure: 1',
      '    db',
      '  2 together: 1',
      '    r/a + r/b',
    ])
    expect(await figures(`weak-points ${file()} --variant more --order 1`)).toMatchObject({
      variant: 'more',
      services: [{ of: 'web', needed: 3, cuts: [['r/a'], ['r/b'], ['db']] }],
    })
  })

  test('of another service, among other things', async () => {
    expect(await says(`weak-points ${file()} --of db --among zone`)).toEqual([
      'db, to serve: needs 1 of 2 instances; may fail: 2 zones',
      '  2 together: 1',
      '    r/a + r/b',
    ])
    expect(await says(`weak-points scenarios/power-restoration.yaml --of console --to start`)).toEqual([
      'console, to start: needs 1 of 1 instance; may fail: 2 regions, 2 datacentres, 10 services',
      '  it cannot start as it stands: something it needs waits for it, or is missing',
    ])
    expect(await says(`weak-points ${file()} --needed 5`)).toContain('  it has too little as it stands')
    expect(await says(`weak-points ${file()} --needed 1 --among rack --order 1`)).toContain('  nothing of this brings it down')
  })

  test.each([
    ['weak-points none.yaml', 'none.yaml:1:1  cannot be read: there is no such file'],
    ['weak-points FILE --of hands', 'there is no service with weak points "hands" (there are db, web)'],
    ['weak-points FILE --among zoen', 'there is no kind "zoen" (did you mean "zone"?)'],
    ['weak-points FILE --to stop', 'there is no feat "stop" (there are serve, start)'],
    ['weak-points FILE --order 9', '--order 9: must be a whole number from 1 to 4'],
  ])('refuses %s', async (line, message) => {
    const { code, out, err } = await sla(line.replace('FILE', file()))
    expect([code, out, err]).toEqual([3, '', expect.stringContaining(message)])
  })
})

describe('hosts', () => {
  test('what virtualisation takes of them', async () => {
    expect(await says('hosts --vcpu 10000 --host 72 --overhead 30%')).toEqual([
      'usable of a host                    50.4 of 72 virtual processors',
      'hosts                               199 for 10000; 139 without the overhead',
      'a host without it does              1.42857143 times as much',
      'what keeps that one 60% busy takes  4 times as long (M/M/1, waiting included) with it',
    ])
    const { hosts, withoutOverhead, responseRatio } = await figures('hosts --vcpu 10000 --host 72 --overhead 40%')
    expect([hosts, withoutOverhead, responseRatio]).toEqual([232, 139, null])
  })
})

describe('migration', () => {
  test('of 64 GiB at 10 Gb/s, 2 Gb/s of which it writes to again', async () => {
    expect(await says('migration --memory 64GiB --bandwidth 10Gbps --dirty 2Gbps')).toEqual([
      'first copy       54.9755814 s',
      'rounds after it  4',
      'pause            0.0879609302 s',
      'in all           68.6974865 s',
    ])
  })

  test('of one that writes as fast as it is copied stops it', async () => {
    const { pause, total, converges } = await figures('migration --memory 1.25GB --bandwidth 10Gbps --dirty 10Gbps')
    expect([pause, total, converges]).toEqual([1, 1, false])
  })
})

describe('what is wrong is refused with a hint, and exit code 3', () => {
  test.each([
    ['', 'no topic given'],
    ['niens', 'there is no topic of sla "niens" (did you mean "nines"?)'],
    ['nines 99.99', '99.99: a share must lie between 0% and 100%'],
    ['nines 4x9', '4x9: cannot read "4x9" as a share (write 99.9% or 0.999)'],
    ['nines 99% --month 2026-13', '--month 2026-13: write year and month, such as 2026-02'],
    ['nines 99% --month 2026-02 --days 28', '--month has its own days'],
    ['nines 99% --days 32', '--days 32: must be a whole number from 28 to 31'],
    ['credit ec2-regoin --down 1m', 'there is no profile "ec2-regoin" (did you mean "ec2-region"?)'],
    ['credit', 'something is missing: blackstart sla credit PROFILE --down TIME'],
    ['credit elb', '--down is missing'],
    ['credit elb --down 30', '--down 30: a time needs a unit, got "30" (write 30m)'],
    ['credit elb --down 31d', '--down 31d: the month has only 30 days'],
    ['credit elb --down 1m --errors 5%', '--errors is for profiles that count error rates, elb counts time'],
    ['credit elb --down 1m --bill lots', '--bill lots: must be a number from 0 up, such as 1000 or 14.4'],
    ['credit elb --down 1m --loss-per-hour 5', '--loss-per-hour needs --bill'],
    ['credit elb --life 1ms --repair 1s', '--life 1ms: too short for a month'],
    ['credit elb --life 1h', '--repair is missing'],
    ['series', 'something is missing: blackstart sla series A B …'],
    ['series 99% 101%', '101%: a share must lie between 0% and 100%, got 101%'],
    ['k-of-n 4 3 99%', '4: must be a whole number from 1 to 3'],
    ['k-of-n 2 3 99% 99%', '2 availabilities for 3 parts'],
    ['k-of-n 2 3 99% 98% 97% --beta 1%', '--beta is for parts that are alike'],
    ['bridge 90% 90%', '2 availabilities for 5 parts'],
    ['repaired 2 3 --life 0s --repair 1h', '--life 0s: must be longer than 0s'],
    ['repaired 2 3 --repair 1h', '--life is missing'],
    ['standby --life 1y --repair 1h --failover 1m --coverage 98%', '--manual is missing'],
    ['budget 100%', '100%: a target of 100% leaves no budget'],
    ['budget 99% --for 1h', '--for needs --burn'],
    ['budget 99% --slices 5/4', '--slices 5/4: write good requests of all, such as 995/1000'],
    ['budget 99% --slice-target 5%', '--slice-target needs --slices'],
    ['compose ec3', 'there is no service "ec3" (did you mean "ec2"?)'],
    ['compose s3/zone', 'there is no plane of s3 "zone" (there are service)'],
    ['zones --zones 3 --needed 4', '--needed 4: must be a whole number from 1 to 3'],
    ['rollout 0', '0: must be a whole number from 1 to 1000'],
    ['hosts --vcpu 10000', '--host is missing'],
    ['hosts --vcpu 10000 --host 72 --overhead 100%', 'an overhead of 100% leaves nothing'],
    ['migration --memory 64GiB', '--bandwidth is missing'],
    ['migration --memory 0GB --bandwidth 1Gbps', '--memory 0GB: must be more than nothing'],
    ['migration --memory 64GiB --bandwidth 10', '--bandwidth 10: '],
    ['series 99% --down 1h', 'sla series has no --down: blackstart sla series A B …'],
    ['series 99% --trace x', 'sla has no --trace'],
    ['series 99% --of web', 'sla series has no --of'],
  ])('sla %s', async (line, message) => {
    const { code, out, err } = await sla(line)
    expect([code, out]).toEqual([3, ''])
    expect(err).toContain(message)
  })

  test.each([
    'repaired 150 300 --life 1000h --repair 1h',
    'repaired 1 1 --life 1ns --repair 272y',
    'standby --life 1ns --repair 1y --failover 1y',
    'credit elb --life 1h --repair 272y',
    'credit elb --life 272y --repair 1ns',
    'budget 0% --burn 0 --for 0s',
    'zones --beta 100% --zone 0%',
    'parallel 100% 0%',
    'rollout 1000 --zones 100',
    'migration --memory 1B --bandwidth 9TBps --dirty 8TBps --pause 0s',
    'hosts --vcpu 1 --host 1000000 --overhead 99.999% --load 100%',
  ])('%s has an answer without nonsense', async line => {
    expect((await says(line)).join()).not.toMatch(/NaN|undefined|Infinity|(?<!e)-\d/)
  })

  test('help lists every topic and option', async () => {
    const { code, out } = await sla('--help')
    expect(code).toBe(0)
    expect(out).toContain('sla weak-points FILE')
    expect(out).toContain('--loss-per-hour MONEY')
  })
})
