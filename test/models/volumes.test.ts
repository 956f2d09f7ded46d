import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { VOLUME_STATES } from '../../sim/models/volumes/counts.ts'
import { placeCopies } from '../../sim/models/volumes/placement.ts'
import { load } from '../../sim/scenario/load.ts'
import { fingerprint } from '../../sim/trace/fingerprint.ts'
import { rowKinds } from '../../sim/trace/row-kinds.ts'
import { builtOf, historyOf } from '../cloud.ts'

/** Two zones of ten racks with one host each: 900 volumes in each zone, 10 on each
 * ordered pair of hosts. */
const text = (volumes: string, faults: string, more = '') => `
blackstart: 1
name: volumes
run: {seed: 1, horizon: 24h}
world: {r: {zones: [a, b], racks: 10, hosts: 1, machine: plain, tenants: 0, boot: {slots: 100, restart: 60/min}}}
machines: {plain: {boot: 5m, on-power-return: {stuck: 0%, lost: 0%}}}
services:
  ebs: {kind: volumes, items: 1800, item: 10GB, ${volumes}}${more}
faults: {${faults}}`

const zoneDark = 'dark: {kind: power-loss, target: {zone: a}, at: 10m, lasts: 10m}'

const plane = `
  plane: {kind: control-plane, place: b, instances: 1, api: {threads: 2, takes: 1s, timeout: 10m}}`

describe('copies', () => {
  test('lie on different hosts, in different racks, and every host holds as many', () => {
    const racks = Array.from({ length: 40 }, (_, at) => at % 10)
    const { member, count, cohorts } = placeCopies(racks, 3, 64_000)
    const held = new Float64Array(40)
    for (let cohort = 0; cohort < cohorts; cohort++) {
      const own = [...member.slice(cohort * 3, cohort * 3 + 3)]
      expect(new Set(own.map(at => racks[at])).size).toBe(3)
      for (const at of own) held[at] += count[cohort]
    }
    expect(count.reduce((sum, one) => sum + one)).toBe(64_000)
    for (const copies of held) expect(Math.abs(copies / 4800 - 1)).toBeLessThan(0.2)
  })

  test('on one rack lie on different hosts; more copies than hosts are refused', () => {
    const { member } = placeCopies([0, 0, 0], 2, 10)
    for (let at = 0; at < member.length; at += 2) expect(member[at]).not.toBe(member[at + 1])
    expect(() => placeCopies([0, 1], 3, 10)).toThrow(RangeError)
  })

  test('of a third of the racks are with both copies in a ninth, with one in four ninths of the volumes', () => {
    const { member, count, cohorts } = placeCopies(
      Array.from({ length: 60 }, (_, rack) => rack),
      2,
      90_000,
    )
    const volumes = [0, 0, 0]
    for (let cohort = 0; cohort < cohorts; cohort++) {
      const inside = [0, 1].filter(j => member[cohort * 2 + j] < 20).length
      volumes[inside] += count[cohort]
    }
    expect(volumes[2] / 90_000).toBeCloseTo(1 / 9, 1)
    expect(volumes[1] / 90_000).toBeCloseTo(4 / 9, 1)
  })
})

describe('volumes', () => {
  test('of other zones notice nothing', () => {
    expect(historyOf(text('lost: 0%', zoneDark)).rows(/^volumes/, 'ebs/r/b')).toHaveLength(1)
  })

  test('with no copy left wait for power, are checked, and are copied again; every row leads back to the fault', () => {
    const history = historyOf(text('lost: 0%', zoneDark))
    const rows = history.rows(/^volumes\.(dark|checking|mirrored)$/).filter(row => row.a === 0 || row.a === 900)
    expect(rows.map(row => `${row.time} ${row.kind} ${row.a}`)).toEqual([
      '600 volumes.dark 900',
      '1500 volumes.checking 900',
      '1500 volumes.dark 0',
      expect.stringMatching(/volumes.checking 0$/),
      expect.stringMatching(/volumes.mirrored 0$/),
    ])
    expect(history.whyOf(rows[4].row).slice(-4)).toEqual(['rack.energised', 'feed.live', 'fault.ended', 'fault.started'])
  })

  test('that are only out of reach need no check: they serve as soon as one copy is back', () => {
    const history = historyOf(text('lost: 0%', 'net: {kind: volume-cut, target: {zone: a}, at: 10m, lasts: 10m}'))
    expect(history.rows(/^volumes/, 'ebs/r/a').map(row => `${row.time} ${row.kind} ${row.a}`)).toEqual([
      '0 volumes.ready 900',
      '600 volumes.dark 900',
      '600 volumes.ready 0',
      '1200 volumes.dark 0',
      '1200 volumes.ready 900',
      '1200 volumes.mirrored 0',
    ])
  })

  test('a copy that is back before it is missed costs nothing', () => {
    const history = historyOf(text('notice: 1m', 'net: {kind: volume-cut, target: {rack: a/dc1/r1}, at: 10m, lasts: 50s}'))
    expect(history.rows(/^volumes\.(degraded|mirrored)$/).map(row => `${row.time} ${row.kind} ${row.a}`)).toEqual([
      '600 volumes.degraded 180',
      '650 volumes.degraded 0',
      '650 volumes.mirrored 0',
    ])
  })

  test('whose disks die are lost without another copy and without snapshots, and restored with them', () => {
    const dead = 'dead: {kind: volume-break, target: {rack: [a/dc1/r1, a/dc1/r2]}, at: 10m}'
    const history = historyOf(text('snapshots: false', dead))
    const [{ a: lost }] = history.rows('volumes.lost')
    expect(lost).toBe(20) // ten on each of the two ordered pairs of the two hosts
    const restoring = historyOf(text('restore: 1GBps', dead))
    expect(restoring.rows('volumes.lost')).toHaveLength(0)
    expect(restoring.rows('volumes.restoring')[0]).toMatchObject({ time: 600, a: lost })
    expect(restoring.rows('volumes.restoring').at(-1)).toMatchObject({ time: 600 + lost * 10, a: 0 })
  })

  test('are restored on other hosts when their own never come back', () => {
    const leftOf = (hosts: string, lost: string): number[] => {
      const dark = `dark: {kind: power-loss, target: {${hosts}}, at: 10m, lasts: 10m}`
      const { cloud } = builtOf(text('spare: 50%, restore: 1TBps', dark).replace('lost: 0%}}', `lost: ${lost}}}`))
      cloud.sim.run(80_000)
      return (['dark', 'restoring', 'lost'] as const).map(state => cloud.volumes.count(0, state))
    }
    expect(leftOf('rack: [a/dc1/r1, a/dc1/r2]', '100%')).toEqual([0, 0, 0])
    expect(leftOf('zone: a', '30%')).toEqual([0, 0, 0]) // restored before there is any room: they wait for it
  })

  test('that found no room go on when their copies return, if these are reused', () => {
    const net = 'net: {kind: volume-cut, target: {rack: [a/dc1/r1, a/dc1/r2, a/dc1/r3]}, at: 10m, lasts: 1h}'
    const stuckAt = (returned: string, time: number): number => {
      const { cloud } = builtOf(text(`spare: 5%, repair: {bandwidth: 1GBps, returned: ${returned}}`, net))
      cloud.sim.run(time)
      return cloud.volumes.count(0, 'stuck')
    }
    expect(stuckAt('reused', 4000)).toBeGreaterThan(200)
    expect(stuckAt('reused', 4201)).toBe(0)
    expect(stuckAt('held', 4201)).toBeGreaterThan(200)
    expect(stuckAt('held', 80_000)).toBe(0) // what is copied gives back the room of the copy it replaces
    expect(stuckAt('kept', 80_000)).toBe(stuckAt('kept', 4201)) // and does not where that copy is kept
  })

  test('that lose a second copy while they wait have to have both made anew', () => {
    const cuts = `one: {kind: volume-cut, target: {rack: a/dc1/r1}, at: 10m},
      two: {kind: volume-cut, target: {rack: a/dc1/r2}, at: 20m, lasts: 20m}`
    const { cloud } = builtOf(text('n: 3, spare: 0%', cuts))
    cloud.sim.run(1300)
    const before = cloud.volumes.count(0, 'stuck')
    cloud.sim.run(2401)
    // Of three copies on ten hosts each host has one of three tenths; those of r2 are brought up to date, the others wait on.
    expect(cloud.volumes.count(0, 'degraded')).toBe(270)
    expect(cloud.volumes.count(0, 'stuck')).toBe(before - 270)
  })

  test('that search through a control plane keep its threads from others', () => {
    const stuck = 'net: {kind: volume-cut, target: {rack: [a/dc1/r1, a/dc1/r2, a/dc1/r3]}, at: 10m, lasts: 2h}'
    const calm = historyOf(text('spare: 5%', stuck, plane))
    expect(calm.rows('queue.backlog', 'plane')).toHaveLength(0)
    const storm = historyOf(text('spare: 5%, repair: {search: {via: plane}}', stuck, plane))
    const longest = Math.max(...storm.rows('queue.backlog', 'plane').map(row => row.b))
    expect(longest).toBeGreaterThan(60)
    expect(storm.rows('queue.backlog', 'plane').at(-1)?.a).toBe(0)
    expect(storm.rows('volumes.mirrored', 'ebs/r/a')).toHaveLength(1)
  })

  test('that are kept from searching ask nobody; with more room the stuck go on', () => {
    const calm = text('spare: 0%, repair: {search: {via: plane}}', '', plane).replace(
      'faults: {}',
      `faults:
  net: {kind: volume-cut, target: {rack: [a/dc1/r1, a/dc1/r2, a/dc1/r3]}, at: 10m}
  calm: {kind: volume-pause, target: {service: ebs}, at: 2h, lasts: 2h}
  disks: {kind: volume-grow, target: {service: ebs}, by: 20%, at: 5h}`,
    )
    const { cloud } = builtOf(calm)
    const stuckAt = (time: number): number => {
      cloud.sim.run(time)
      return cloud.volumes.count(0, 'stuck')
    }
    const stuck = stuckAt(7200)
    expect(stuckAt(5 * 3600)).toBe(stuck)
    // 360 copies more on ten hosts, 252 on the seven that are there.
    expect(stuckAt(24 * 3600 - 1)).toBe(stuck - 252)
    const waits = historyOf(calm).rows('queue.backlog', 'plane')
    expect(waits.some(row => row.time > 7600 && row.time < 4 * 3600 && row.a > 0)).toBe(false)
    expect(waits.some(row => row.time > 4 * 3600 && row.a > 0)).toBe(true)
  })

  test('that are kept from searching in vain go on one by one as there is room, and ask again and again when it is lifted', () => {
    const storm = text('spare: 0%, repair: {returned: kept, search: {via: plane}}', '', plane).replace(
      'faults: {}',
      `faults:
  net: {kind: volume-cut, target: {rack: [a/dc1/r1, a/dc1/r2, a/dc1/r3]}, at: 10m}
  calm: {kind: volume-pause, target: {service: ebs}, searches: futile, at: 2h, lasts: 13h}
  disks: {kind: volume-grow, target: {service: ebs}, by: 10%, at: 2h, every: 4h, lasts: 0s}`,
    )
    const { cloud } = builtOf(storm)
    const stuckAt = (hour: number): number => {
      cloud.sim.run(hour * 3600)
      return cloud.volumes.count(0, 'stuck')
    }
    // Ten on each of 42 ordered pairs of hosts; room for a tenth of 1800 copies on ten hosts, of which seven are there.
    expect([2, 5, 9, 13].map(stuckAt)).toEqual([420, 420, 294, 168])
    const waits = historyOf(storm).rows('queue.backlog', 'plane')
    const isBusy = (from: number, to: number) => waits.some(row => row.time > from * 3600 && row.time < to * 3600 && row.a > 0)
    expect([isBusy(1, 2), isBusy(3, 6), isBusy(7, 10), isBusy(15, 18)]).toEqual([true, false, false, true])
  })

  test('that never come back are lost with their hosts', () => {
    const history = historyOf(text('snapshots: false', zoneDark).replace('{stuck: 0%, lost: 0%}', '{stuck: 0%, lost: 100%}'))
    expect(history.rows('volumes.lost').at(-1)?.a).toBe(900)
  })
})

test('whatever happens, the volumes in all states sum to all volumes', () => {
  const fault = fc.record({
    kind: fc.constantFrom('power-loss', 'volume-cut', 'volume-break', 'host-failure'),
    racks: fc.uniqueArray(fc.integer({ min: 1, max: 10 }), { minLength: 1, maxLength: 10 }),
    at: fc.integer({ min: 1, max: 600 }),
    lasts: fc.integer({ min: 1, max: 300 }),
  })
  fc.assert(
    fc.property(
      fc.array(fault, { minLength: 1, maxLength: 5 }),
      fc.constantFrom(
        'spare: 5%',
        'spare: 0%, snapshots: false, lost: 20%',
        'n: 3, spare: 10%, repair: {returned: held}',
        'spare: 2%, repair: {returned: kept}',
        'n: 3, k: 2, lost: 5%',
        'n: 1, notice: 0s',
      ),
      (faults, volumes) => {
        const written = faults.map(({ kind, racks, at, lasts }, i) => {
          const rack = racks.map(number => `a/dc1/r${number}`).join(', ')
          return `f${i}: {kind: ${kind}, target: {rack: [${rack}]}, at: ${at}m, lasts: ${lasts}m}`
        })
        const { cloud } = builtOf(text(volumes, written.join(', ')))
        for (let hour = 1; hour <= 24; hour++) {
          cloud.sim.run(hour * 3600)
          for (const pool of [0, 1]) {
            const counts = VOLUME_STATES.map(state => cloud.volumes.count(pool, state))
            expect(Math.min(...counts)).toBeGreaterThanOrEqual(0)
            expect(counts.reduce((sum, count) => sum + count)).toBe(900)
          }
        }
      },
    ),
    { numRuns: 60 },
  )
})

describe('instances that stand on volumes', () => {
  const web = (when: string, more = '') => `
  web: {instances: 400, place: a, starts-in: 1m, needs: {disk: {from: ebs, when: ${when}}}${more}}`
  const away = 'net: {kind: volume-cut, target: {rack: [a/dc1/r1, a/dc1/r2, a/dc1/r3]}, at: 10m, lasts: 1h}'

  test('stall while theirs are stuck, as large a share, and go on at once', () => {
    const history = historyOf(text('spare: 5%', away, web('serve')))
    const stuck = Math.max(...history.rows('volumes.stuck').map(row => row.a)) + 60 // and 60 have both copies out of reach
    const ready = history.rows('service.ready', 'web')
    const least = Math.min(...ready.map(row => row.a))
    expect(Math.abs(least / 400 - (1 - stuck / 900))).toBeLessThan(4 * Math.sqrt(0.25 / 400))
    expect(ready.at(-1)).toMatchObject({ time: 4200, a: 400 })
    expect(history.rows('instance.booting')).toHaveLength(0)
    const [{ row }] = history.rows('instance.down')
    expect(history.whyOf(row)).toEqual(['instance.down', 'volumes.dark', 'fault.started'])
  })

  test('run on without them when they need them only to start', () => {
    expect(historyOf(text('spare: 5%', away, web('start'))).rows('instance.down')).toHaveLength(0)
  })

  test('start after a loss of power only when theirs are checked', () => {
    const history = historyOf(text('lost: 0%, check: 20MBps', zoneDark, web('start')))
    // Hosts are up at 1500 s; each checks 90 volumes of 10 GB, in turn.
    const last = history.rows('instance.up').at(-1)?.time ?? 0
    const checked = history.rows('volumes.checking').at(-1)?.time ?? 0
    expect(checked).toBe(1500 + 90 * 500)
    expect(last).toBeLessThan(checked + 120)
    expect(last).toBeGreaterThan(0.9 * checked)
  })

  test('are other customers’ too: of four on a host that stand on them, as many stall as there are stuck', () => {
    const customers = (tenants: string) =>
      historyOf(text(`spare: 5%, ${tenants}`, away).replace('tenants: 0', 'tenants: 40')).rows('tenants.disks')
    expect(customers('tenants: 0%')).toHaveLength(0)
    const rows = customers('tenants: 10%')
    expect(rows.every(row => row.of.startsWith('r/a/') && row.a >= 36)).toBe(true)
    // 60 of 900 are out of reach with both copies: 0.27 of 4, so three hosts in ten have one less, give or take.
    const first = rows.filter(row => row.time === 600)
    expect(first.every(row => row.a === 39)).toBe(true)
    expect(Math.abs(first.length - 10 * 4 * (60 / 900))).toBeLessThan(4 * Math.sqrt(10 * 0.27 * 0.73))
    const last = new Map(rows.map(row => [row.of, row.a]))
    expect([...last.values()].every(count => count === 40)).toBe(true)
  })

  test.each([
    ['{from: [ebs, two], k: 1}', '', 'volumes stand alone: no other supplier can take their place'],
    ['{from: ebs, when: change}', '.when', 'volumes are needed to start or to serve'],
    ['{from: ebs, hold: 5m}', '.hold', 'an instance cannot do without its volume'],
    ['{from: two}', '', '"two" has no volumes in r/b'],
  ])('%s is refused', (need, at, message) => {
    const more = `\n  web: {instances: 2, needs: {disk: ${need}}}\n  two: {kind: volumes, items: 9, place: a}`
    const loaded = load(text('n: 2', '', more), { file: 'v.yaml', read: () => undefined })
    const problems = loaded.ok ? [] : loaded.problems.map(problem => `${problem.path}: ${problem.message}`)
    expect(problems).toEqual([`services.web.needs.disk${at}: ${message}`])
  })

  test('a service without instances has no volumes', () => {
    const loaded = load(text('n: 2', '', '\n  web: {needs: {ebs: {}}}'), { file: 'v.yaml', read: () => undefined })
    expect(loaded.ok ? [] : loaded.problems.map(({ message }) => message)).toEqual([
      'only instances have volumes, and this service has none',
    ])
  })
})

test('a storm taken up again from the middle goes on as it went', () => {
  const faults = `net: {kind: volume-cut, target: {rack: [a/dc1/r1, a/dc1/r2, a/dc1/r3]}, at: 10m, lasts: 1h},
    dark: {kind: power-loss, target: {zone: a}, at: 50m, lasts: 10m}`
  const { cloud } = builtOf(text('spare: 5%, lost: 5%, tenants: 10%, repair: {search: {via: plane}}', faults, plane))
  const { sim, trace, entities } = cloud
  const told = (): string => fingerprint({ rows: trace.columns(), kinds: rowKinds(), entities })
  sim.run(2000)
  const middle = sim.snapshot()
  sim.run(86_400)
  const first = told()
  sim.restore(middle)
  sim.run(86_400)
  expect(told()).toBe(first)
})

describe('what is wrong with volumes is said where it is written', () => {
  const problemsOf = (volumes: string, more = ''): string[] => {
    const loaded = load(text(volumes, '', more), { file: 'v.yaml', read: () => undefined })
    return loaded.ok ? [] : loaded.problems.map(({ path, message }) => `${path}: ${message}`)
  }
  test.each([
    ['k: 3', 'services.ebs.k: 3 of 2 copies can never be there'],
    ['spare: 120%', 'services.ebs.spare: a share must lie between 0% and 100%, got 120%'],
    ['spare: 100%', 'services.ebs.spare: leaves no room for the volumes'],
    ['place: r/c', 'services.ebs.place: there is no place "r/c"'],
    ['check: 0MBps', 'services.ebs.check: must be more than 0Bps'],
    ['repair: {bandwidth: 0Gbps}', 'services.ebs.repair.bandwidth: must be more than 0Bps'],
    ['repair: {search: {via: ebs}}', 'services.ebs.repair.search.via: "ebs" is a volumes, not a control-plane'],
  ])('%s', (volumes, problem) => {
    expect(problemsOf(volumes)).toEqual([problem])
  })

  test('effects on volumes where there are none', () => {
    const grown = 'more: {kind: volume-grow, target: {service: web}, by: 10%, at: 1h}'
    const loaded = load(text('n: 2', grown, '\n  web: {}'), { file: 'v.yaml', read: () => undefined })
    expect(loaded.ok ? [] : loaded.problems.map(({ message, hint }) => `${message} (${hint})`)).toEqual([
      'volume-grow strikes only volumes (there is ebs)',
    ])
    const slip = load(text('n: 2', 'slip: {kind: operator-error, target: {service: ebs}, at: 1h}'), {
      file: 'v.yaml',
      read: () => undefined,
    })
    expect(slip.ok ? [] : slip.problems.map(({ message, hint }) => `${message} (${hint})`)).toEqual([
      'operator-error does nothing to volumes (there are volume-break, volume-cut, volume-grow, volume-pause)',
    ])
    const none = text('n: 2', 'net: {kind: volume-cut, target: {zone: a}, at: 1h}').replace(/ {2}ebs: .*/, '  web: {}')
    const other = load(none, { file: 'v.yaml', read: () => undefined })
    expect(other.ok ? [] : other.problems.map(({ message }) => message)).toEqual([
      'there are no volumes: volume-cut would change nothing',
    ])
  })

  test('more copies than hosts, and fewer volumes than zones', () => {
    const small = text('n: 8', '').replace('racks: 10', 'racks: 7').replace('items: 1800', 'items: 1')
    const loaded = load(small, { file: 'v.yaml', read: () => undefined })
    expect(loaded.ok ? [] : loaded.problems.map(({ path, message }) => `${path}: ${message}`)).toEqual([
      'services.ebs.items: 1 volumes are not one for each of 2 zones',
      'services.ebs.n: 8 copies need 8 hosts, and r/a has 7 hosts',
    ])
  })
})
