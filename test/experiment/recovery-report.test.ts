import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { recoveryLines } from '../../sim/cli/recovery.ts'
import { lifted } from '../../sim/experiment/lifts.ts'
import { type Milestone, type Recovery, recoveriesOf, withSavings } from '../../sim/experiment/recovery-report.ts'
import { type RunOutcome, startRun } from '../../sim/experiment/run.ts'
import { metricNamed } from '../../sim/metrics/index.ts'
import { measure } from '../../sim/metrics/measure.ts'
import type { Scenario } from '../../sim/scenario/schema.ts'
import { LIMITS, type Limit } from '../../sim/trace/limits.ts'
import { blackstart } from '../cli/console.ts'
import { scenarioOf } from '../cloud.ts'
import { FOUR_RACKS } from '../four-racks.ts'
import { textOf as struckTextOf, worlds as struckWorlds } from '../property/struck-worlds.ts'
import { textOf, worlds } from '../property/worlds.ts'

const SMALL = `${FOUR_RACKS}expect: {}
`

function reportOf(text: string): { scenario: Scenario; outcome: RunOutcome; recoveries: Recovery[] } {
  const scenario = scenarioOf(text)
  const outcome = startRun(scenario).complete()
  return { scenario, outcome, recoveries: recoveriesOf(scenario, outcome) }
}

const plain = ({ what, of, share, time }: Milestone) => [what, of.join(), share, time]
const hops = ({ path }: Milestone) => path.map(({ limit, of, length }) => [limit, of, length])

describe('the recoveries of a run', () => {
  const { scenario, recoveries } = reportOf(SMALL)
  const [{ milestones }] = recoveries
  const [power, , , hosted, , , instances, served] = milestones

  test('are the times from the fault to power, to shares of the instances and to the objective', () => {
    expect(recoveries.map(({ fault, strike, started, ended }) => [fault, strike, started, ended])).toEqual([
      ['dark', 0, 600, 1200],
    ])
    // Boots end at 1300, 1400 … 2000 s; instances stand on every second host and serve 70 s after it is up.
    expect(milestones.slice(0, 7).map(plain)).toEqual([
      ['power', 'r', 0.99, 660],
      ['hosted', 'r', 0.5, 1070],
      ['hosted', 'r', 0.8, 1470],
      ['hosted', 'r', 0.99, 1470],
      ['instances', 'web', 0.5, 1070],
      ['instances', 'web', 0.8, 1470],
      ['instances', 'web', 0.99, 1470],
    ])
    expect(plain(served).slice(0, 3)).toEqual(['served', 'web', 0.99])
  })

  test('have the critical paths that are known by hand', () => {
    expect(hops(power)).toEqual([
      ['fault', 'dark', 600],
      ['energising', 'r/a/dc1', 60],
    ])
    const toInstances = [
      ['fault', 'dark', 600],
      ['boot-slots', 'r/a/dc1', 700],
      ['boot', null, 100],
      ['restarts', 'r/a/dc1', 30],
      ['start', 'web', 40],
    ]
    expect(hops(hosted)).toEqual(toInstances)
    expect(hops(instances)).toEqual(toInstances)
    expect(hops(served).slice(0, 5)).toEqual(toInstances)
    expect(hops(served).map(([limit]) => limit)).toContain('health-checks')
    expect(instances.path.map(({ says }) => says.en)).toEqual([
      'dark lasts',
      'waits for boot slots of r/a/dc1 (7 jobs)',
      'r/a/dc1/r4/h2 boots',
      'waits for restarts in r/a/dc1 (1 job)',
      'web/i4 starts',
    ])
    expect(instances.path[1].says.zh).toBe('等待 r/a/dc1 的启动名额（7 项）')
  })

  test('say what each limit would have saved, as worked out by hand', () => {
    let runs = 0
    const [recovery] = withSavings(scenario, recoveries, other => {
      runs++
      return startRun(other).complete()
    })
    const saved = (at: number) => recovery.milestones[at].savings?.map(({ limit, of, time, saved }) => [limit, of, time, saved])
    expect(saved(0)).toEqual([['energising', null, 600, 60]])
    expect(saved(6)).toEqual([
      // Racks at 0, 20, 40, 60 s, each host up 100 s later; four restarts of 30 s from 100 s on end at 220 s, and a start.
      ['boot-slots', null, 600 + 100 + 4 * 30 + 40, 610],
      // Hosts are up with their racks; four restarts from 0 s on end at 120 s, and a start.
      ['boot', null, 600 + 4 * 30 + 40, 710],
      ['restarts', null, 1440, 30],
      ['start', 'web', 1430, 40],
    ])
    expect(runs).toBe(6) // these five, and the health checks
  })

  test('tell people from the way they have to go and from the time they need', () => {
    // Two at a time, 5 min away and 1 min at work: eight hosts are whole after 24 min; a boot, a restart and a start later all serve.
    const { scenario, recoveries } = reportOf(
      SMALL.replace('slots: 1', 'slots: 8')
        .replace('services:', 'services:\n  hands: {kind: crew, servers: 2, travel: 5m, takes: 1m}')
        .replace(/faults:.*\n/, 'faults: {broken: {kind: host-failure, target: {zone: a, of: host}, at: 10m}}\n'),
    )
    const [{ milestones }] = withSavings(scenario, recoveries, other => startRun(other).complete())
    const last = milestones[2]
    expect(plain(last)).toEqual(['hosted', 'r', 0.99, 4 * 360 + 100 + 30 + 40])
    expect(hops(last).slice(0, 3)).toEqual([
      ['crew', 'hands', 3 * 360],
      ['travel', 'hands', 300],
      ['hands', 'hands', 60],
    ])
    expect(last.savings?.slice(0, 3).map(({ limit, time }) => [limit, time])).toEqual([
      ['crew', 360 + 100 + 4 * 30 + 40],
      ['travel', 4 * 60 + 100 + 30 + 40],
      ['hands', 4 * 300 + 100 + 30 + 40],
    ])
  })

  test('of cooling tell waiting until chillers can be restarted from restarting them', () => {
    // One chiller of five needed: too warm for hosts after 375 s, and with these off cool enough for a restart after 600 s more.
    const { scenario, recoveries } = reportOf(`
blackstart: 1
name: hall
run: {seed: 1, horizon: 3h}
world:
  r: {zones: [a], racks: 1, hosts: 5, machine: plain, tenants: 0,
      cooling: {chillers: {units: 6, needed: 5}, trip: 5m, resume: 40%, restart: {takes: 4m, below: 60%}}}
machines: {plain: {boot: 5m}}
faults: {five: {kind: cooling-loss, target: {zone: a}, units: 5, at: 10m, lasts: 5m}}
`)
    const [{ milestones }] = withSavings(scenario, recoveries, other => startRun(other).complete())
    const [cooling] = milestones
    expect(plain(cooling)).toEqual(['cooling', 'r/a/dc1', 1, 375 + 600 + 4 * 240])
    expect(hops(cooling)).toEqual([
      [null, null, 375],
      ['restart-temperature', 'r/a/dc1', 600],
      ['chillers', 'r/a/dc1', 4 * 240],
    ])
    expect(cooling.savings?.map(({ limit, time }) => [limit, time])).toEqual([
      ['restart-temperature', 300 + 4 * 240],
      ['chillers', 975],
    ])
  })

  test('of volumes tell waiting for room from copying, and where it comes from is nobody’s fall', () => {
    // Ten hosts, of which three are out of reach: 60 of 900 volumes with both copies, 420 with one, and room for none of them.
    const { scenario, recoveries } = reportOf(`
blackstart: 1
name: room
run: {seed: 1, horizon: 24h}
world: {r: {zones: [a], racks: 10, hosts: 1, machine: plain, tenants: 0}}
machines: {plain: {}}
services: {ebs: {kind: volumes, items: 900, item: 10GB, spare: 0%, repair: {bandwidth: 100MBps, search: {rate: 1000000/s}}}}
faults:
  net: {kind: volume-cut, target: {rack: [r1, r2, r3]}, at: 10m, lasts: 20h}
  more: {kind: volume-grow, target: {service: ebs}, by: 100%, at: 5h}
  again: {kind: volume-grow, target: {service: ebs}, by: 1%, at: 6h, every: 1h, lasts: 0s}
`)
    const [net, ...others] = withSavings(scenario, recoveries, other => startRun(other).complete())
    // Whoever finds room serves at once, on one copy, while the other is made.
    expect(net.milestones.map(plain)).toEqual([
      ['volumes', 'ebs/r/a', 0.5, expect.closeTo(5 * 3600 - 600, 2)],
      ['volumes', 'ebs/r/a', 0.8, expect.closeTo(5 * 3600 - 600, 2)],
      ['volumes', 'ebs/r/a', 0.99, 20 * 3600],
    ])
    expect(hops(net.milestones[1])).toEqual([
      ['room', 'ebs', 5 * 3600 - 600],
      ['volumes', 'ebs', expect.closeTo(0, 2)],
    ])
    expect(net.milestones[1].savings?.map(({ limit }) => limit)).toEqual(['room', 'volumes'])
    expect(others.every(({ milestones }) => milestones.length === 0)).toBe(true)
    const lines = [...recoveryLines(recoveries, recoveries.length, 'en')].join('')
    expect(lines).toMatch(
      /\nmore strikes at 5 h\n {2}nothing fell\n\nagain strikes at 7 h, .*\n {2}nothing fell, nor at the next 17 strikes\n$/,
    )
  })

  test('lead through the power chain, and each part of it can be lifted', () => {
    // The store holds 5 min; the generators do not take load until the fault on them is over; then 8 s to move over.
    const { scenario, recoveries } = reportOf(
      SMALL.replace(
        /faults:.*\n/,
        `faults:
  out: {kind: utility-loss, target: {zone: a}, at: 10m, lasts: 90m}
  idle: {kind: generator-fault, target: {zone: a}, mode: carry, at: 9m, lasts: 11m}
`,
      ),
    )
    const [out] = withSavings(scenario, recoveries, other => startRun(other).complete()).filter(({ fault }) => fault === 'out')
    const [power] = out.milestones
    expect(plain(power)).toEqual(['power', 'r', 0.99, 600 + 8 + 60])
    // Why it came back is the end of the other fault, which began before this one.
    expect(power.isCaused).toBe(false)
    expect(hops(power)).toEqual([
      ['fault', 'idle', 600],
      ['transfer', 'r/a/dc1', 8],
      ['energising', 'r/a/dc1', 60],
    ])
    expect(power.savings?.map(({ limit, saved }) => [limit, saved])).toEqual([
      ['transfer', 8],
      ['energising', 60],
    ])
  })

  test('of a database are detection and promotion, which save what they take', () => {
    const { scenario, recoveries } = reportOf(`blackstart: 1
name: failover
run: {seed: 1, horizon: 1h}
world: {r: {zones: [a, b], racks: 1, hosts: 2, tenants: 0}}
services: {db: {kind: database, primary: a, standby: b, failover: {detect: 30s, promote: 45s}}}
faults: {dark: {kind: power-loss, target: {zone: a}, at: 10m, lasts: 10m}}
`)
    const [{ milestones }] = withSavings(scenario, recoveries, other => startRun(other).complete())
    const up = milestones.find(({ what }) => what === 'up')
    expect([up?.time, up?.savings?.map(({ limit, of, saved }) => [limit, of, saved])]).toEqual([
      75,
      [
        ['primary-detection', 'db', 30],
        ['promotion', 'db', 45],
      ],
    ])
  })

  test('take nothing where an outage does not happen at all, though there is another one later', () => {
    // Zone b can carry everything: only until the dead are out of rotation is anything lost, and then when a wrong step of the
    // runbook darkens it as well.
    const { scenario, recoveries } = reportOf(
      SMALL.replace('zones: [a]', 'zones: [a, b]')
        .replace('instances: 4', 'instances: 8')
        .replace('services:', 'services:\n  hands: {kind: crew}')
        .replace(
          'faults:',
          'plans: {mend: {kind: runbook, at: {after: dark, delay: 5m}, via: hands, steps: {wrong: {kind: power-loss, target: {zone: b}}}}}\nfaults:',
        ),
    )
    const [{ milestones }] = withSavings(scenario, recoveries, other => startRun(other).complete())
    const served = milestones.filter(({ what }) => what === 'served')
    expect(served.map(({ fell, path }) => [fell, path.map(({ limit }) => limit)])).toEqual([[0, ['failure-detection']]])
    const [{ time, savings }] = served
    expect(time).toBeLessThan(26)
    expect(savings?.map(({ limit, of, time, saved }) => [limit, of, time, saved])).toEqual([
      ['failure-detection', 'web', 0, time],
    ])
  })

  test('take the objective of a service from its expectations', () => {
    const asked = (expectations: string) => {
      const last = reportOf(SMALL.replace('expect: {}', `expect: {${expectations}}`)).recoveries[0].milestones[7]
      return [last.share, last.expectation]
    }
    expect(asked('')).toEqual([0.99, null])
    expect(asked('A: {metric: availability, of: web, at-least: 90%}')).toEqual([0.9, 'A'])
    expect(
      asked(
        'A: {metric: availability, of: web, at-least: 90%}, B: {metric: recovery-time, of: users, to: 70%, after: dark, at-most: 1h}',
      ),
    ).toEqual([0.7, 'B'])
    expect(asked('B: {metric: recovery-time, of: web, to: 70%, after: other, at-most: 1h}')).toEqual([0.99, null])
  })

  test('tell of a strike that nothing fell with, of what never fell and of what never came back', () => {
    const text = SMALL.replace('lasts: 10m', 'lasts: 3h').replace(
      'faults: {',
      'faults: {short: {kind: utility-loss, target: {zone: a}, at: 1m, lasts: 10s}, ',
    )
    const [short, dark] = reportOf(text).recoveries
    expect([short.fault, short.milestones]).toEqual(['short', []])
    expect([dark.ended, ...dark.milestones.map(({ time }) => time)]).toEqual([null, ...Array(8).fill(null)])
    const lines = [...recoveryLines([short, dark], 5, 'en')].join('')
    expect(lines.endsWith('\nand 3 more strikes\n')).toBe(true)
    expect(lines).toContain('short strikes at 1 min, over after 10 s\n  nothing fell\n')
    expect(lines).toContain('99 %  not before the end  power for the hosts of r\n')
    const two = reportOf(SMALL.replace('zones: [a]', 'zones: [a, b]').replace('instances: 4', 'instances: 8'))
    expect(two.recoveries[0].milestones.filter(({ what }) => what === 'instances').map(({ time }) => time)).toEqual([
      0, 1270, 1470,
    ])
  })

  test('do not take a later fall for their own', () => {
    const { recoveries } = reportOf(
      SMALL.replace('zones: [a]', 'zones: [a, b]')
        .replace('instances: 4', 'instances: 8')
        .replace('faults: {', 'faults: {later: {kind: power-loss, target: {region: r}, at: 80m, lasts: 5m}, '),
    )
    const halves = recoveries.map(({ milestones }) =>
      milestones.find(({ what, share }) => what === 'instances' && share === 0.5),
    )
    // One zone of two leaves half of the instances; four of the eight hosts of each zone boot in 400 s.
    expect(halves.map(half => [half?.fell, half?.time])).toEqual([
      [null, 0],
      [0, 300 + 400 + 30 + 40],
    ])
  })

  test('tell of bringing up what began dark', () => {
    const { recoveries } = reportOf(
      SMALL.replace('tenants: 0', 'tenants: 0\n    begin: dark').replace(
        /faults:.*\n/,
        'faults: {on: {kind: energise, target: {zone: a}, at: 10m}}\n',
      ),
    )
    expect(recoveries[0].milestones.slice(0, 2).map(plain)).toEqual([
      ['power', 'r', 0.99, 60],
      ['hosted', 'r', 0.5, 470],
    ])
  })

  test.each([
    ['worlds', worlds.map(textOf)],
    ['worlds struck by faults of every kind', struckWorlds.map(struckTextOf)],
  ])('agree with the metrics, and their paths add up to the bit, in generated %s', (_, texts) => {
    fc.assert(
      fc.property(texts, text => {
        const { scenario, outcome, recoveries } = reportOf(text)
        const run = { ...outcome.recording, world: outcome.world }
        for (const { fault, milestones } of recoveries) {
          for (const { what, of, share, fell, time, path } of milestones) {
            expect(path.reduce((sum, { length }) => sum + length, 0)).toBe(time ?? 0)
            const name = what === 'served' ? 'recovery-time' : 'time-to'
            const metric = metricNamed(name)
            if (what === 'up' || what === 'cooling' || what === 'power' || what === 'hosted' || metric === undefined) continue
            if (recoveries.length > 1 && fell !== 0) continue // it may have fallen with another strike before
            const after = { kind: 'after', ref: fault, delay: 0 } as const
            const question = { of: of[0], to: share, after, ...(what === 'volumes' && { hold: 600 }) }
            expect([fault, what, of, share, time]).toEqual([
              fault,
              what,
              of,
              share,
              measure(run, metric, question, scenario.run).value,
            ])
          }
        }
      }),
      { numRuns: 25 },
    )
  })

  test('say of every limit in generated worlds what is left of the time without it', () => {
    fc.assert(
      fc.property(struckWorlds.map(struckTextOf), text => {
        const { scenario, recoveries } = reportOf(text)
        const told = withSavings(scenario, recoveries, other => startRun(other).complete())
        for (const { time: before, path, savings = [] } of told.flatMap(({ milestones }) => milestones)) {
          for (const { limit, of, time, saved } of savings) {
            expect(path.some(hop => hop.limit === limit && (of === null || of === hop.of))).toBe(true)
            expect(saved).toBe(time === null || before === null ? null : before - time)
            expect(time ?? 0).toBeGreaterThanOrEqual(0)
          }
        }
      }),
      { numRuns: 10 },
    )
  })

  test('lift each limit for a scenario that still runs', () => {
    const mend =
      'mend: {kind: runbook, at: 1h, via: hands, sees: {via: web, blind: 1h}, stop: {when: {row: host.down}, delay: 1m}, steps: {go: {kind: satisfy, target: {service: web}}, flash: {kind: firmware-update, card: volume, version: 2, target: {region: r}}}}'
    const text = SMALL.replace('services:', 'services:\n  hands: {kind: crew}\n  api: {kind: control-plane, instances: 2}')
      .replace('  web:', '  ring: {}\n  member: {instances: 2, needs: {ring: {hold: 8m, refresh: {}}}}\n  web:')
      .replace('  web:', '  db: {kind: database, primary: r/a}\n  ebs: {kind: volumes, items: 9, n: 1}\n  web:')
      .replace('users: {', 'users: {cache: {hit: 10%, items: 9}, ')
      .replace('    machine:', '    cooling: {restart: {below: 60%}}\n    machine:')
      .replace(
        'faults:',
        `plans: {more: {kind: autoscaler, of: web, via: api}, care: {kind: host-care, via: api}, ${mend}}\nfaults:`,
      )
    const scenario = scenarioOf(text.replace('boot: {', 'fabric: {}\n    boot: {image: {size: 1GB}, '))
    const owners: Partial<Record<Limit, string>> = {
      crew: 'hands',
      travel: 'hands',
      hands: 'hands',
      autoscaler: 'more',
      blindness: 'mend',
      'stop-rule': 'mend',
      'host-care': 'care',
      leases: 'member',
      start: 'web',
      volumes: 'ebs',
      room: 'ebs',
      cache: 'users',
    }
    const inert = (Object.keys(LIMITS) as Limit[]).filter(limit => {
      const other = lifted(scenario, limit, owners[limit] ?? (limit.startsWith('p') || limit === 'log-replay' ? 'db' : 'web'))
      if (other === undefined) return true
      expect(JSON.stringify(other), limit).not.toBe(JSON.stringify(scenario))
      startRun(other).complete()
      return false
    })
    expect(inert).toEqual(['fault', 'cooling', 'requests'])
  })

  test('take no silence for service: a pause in which nobody is let in is no recovery, and who is never asked is not judged', () => {
    const silent = 'silent: {kind: load, target: {client: users}, factor: 0, at: 15m, lasts: 5m}'
    const { recoveries } = reportOf(SMALL.replace('lasts: 10m}}', `lasts: 10m}, ${silent}}`))
    const servedOf = (fault: string) =>
      recoveries.find(one => one.fault === fault)?.milestones.filter(({ what }) => what === 'served')
    // As without the pause: it is over before anything boots.
    expect(servedOf('dark')?.map(({ time }) => time)).toEqual([served.time])
    const unasked = reportOf(SMALL.replace('rate: 300/s', 'rate: 0/s'))
    expect(unasked.recoveries[0].milestones.map(({ what }) => what)).not.toContain('served')
  })

  test('are printed by run --recovery, with the savings by --savings, and as data with --json', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'recovery-')), 'small.yaml')
    writeFileSync(file, SMALL)
    const { code, out } = await blackstart('run', file, '--savings')
    expect(code).toBe(0)
    expect(out.split('\n').slice(2, 14)).toEqual([
      '',
      'dark strikes at 10 min, over after 10 min',
      '    99 %        11 min  power for the hosts of r',
      '                10 min  dark lasts',
      '                 1 min  waits until r/a/dc1 is energised, step by step – without steps of energising 1 min less',
      '    50 %   17 min 50 s  all instances on r',
      '    99 %   24 min 30 s  all instances on r',
      '                10 min  dark lasts',
      '           11 min 40 s  waits for boot slots of r/a/dc1 (7 jobs) – without boot slots 10 min 10 s less',
      '            1 min 40 s  r/a/dc1/r4/h2 boots – without boot times 11 min 50 s less',
      '                  30 s  waits for restarts in r/a/dc1 (1 job) – without the restart rate 30 s less',
      '                  40 s  web/i4 starts – without starting web 40 s less',
    ])
    const plainRun = JSON.parse((await blackstart('run', file, '--json')).out)
    expect(plainRun).not.toHaveProperty('recoveries')
    const { recoveries: told, ...rest } = JSON.parse((await blackstart('run', file, '--json', '--recovery')).out)
    expect(told).toEqual(JSON.parse(JSON.stringify(recoveries)))
    expect(Object.keys(rest)).toEqual(Object.keys(plainRun))
  })
})
