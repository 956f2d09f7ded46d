import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createCriticalPaths, type PathHop, tellPath } from '../../sim/trace/critical-path.ts'
import { causesOf, type Recording } from '../../sim/trace/trace.ts'
import { type History, historyOf } from '../cloud.ts'
import { FOUR_RACKS } from '../four-racks.ts'
import { textOf as struckTextOf, worlds as struckWorlds } from '../property/struck-worlds.ts'
import { textOf, worlds } from '../property/worlds.ts'

const plain = ({ entities }: Recording, hops: readonly PathHop[]) =>
  hops.map(({ kind, limit, of, length, jobs }) => [kind, limit, of > 0 ? entities.id(of) : '', length, jobs])

/** The path from the fault `dark` to the only row of a kind with this subject. */
function pathTo(history: History, kind: string, of: string) {
  const [{ row: fault }] = history.rows('fault.started', 'dark')
  const [{ row }] = history.rows(kind, of).filter(({ row }) => row > fault)
  return createCriticalPaths(history.recording)(row, fault)
}

describe('the critical path', () => {
  const history = historyOf(FOUR_RACKS)
  const { recording } = history

  test('to power is the fault and the steps of energising', () => {
    expect(plain(recording, pathTo(history, 'rack.energised', 'r/a/dc1/r4').hops)).toEqual([
      ['lasts', 'fault', 'dark', 600, 0],
      ['queue', 'energising', 'r/a/dc1', 60, 0],
    ])
  })

  test('to an instance that serves folds the boots of the seven hosts before into one wait', () => {
    const { hops, isCaused } = pathTo(history, 'health.in', 'web/i4')
    const probes = history.timeOf('health.in', 'web/i4') - 2070
    expect(plain(recording, hops)).toEqual([
      ['lasts', 'fault', 'dark', 600, 0],
      ['queue', 'boot-slots', 'r/a/dc1', 700, 7],
      ['boot', 'boot', '', 100, 0],
      ['queue', 'restarts', 'r/a/dc1', 30, 1],
      ['boot', 'start', 'web', 40, 0],
      ['detect', 'health-checks', 'web', probes, 0],
    ])
    expect(hops.map(({ from }) => from)).toEqual([600, 1200, 1900, 2000, 2030, 2070])
    expect(isCaused).toBe(true)
    expect(tellPath(recording, hops.slice(0, 4), 'en')).toBe(
      '10 min: dark lasts; 11 min 40 s: waits for boot slots of r/a/dc1 (7 jobs); 1 min 40 s: r/a/dc1/r4/h2 boots; 30 s: waits for restarts in r/a/dc1 (1 job)',
    )
    expect(tellPath(recording, hops.slice(0, 2), 'zh')).toBe('10 分：dark 持续；11 分 40 秒：等待 r/a/dc1 的启动名额（7 项）')
  })

  test('folds the restarts of others into one wait, from the first host that was up', () => {
    const many = historyOf(FOUR_RACKS.replace('tenants: 0', 'tenants: 10').replace('slots: 1', 'slots: 8'))
    // Batches of ten take 5 min, instances 30 s. The last instance goes before the batch on its own host.
    const last = many.rows('instance.booting').reduce((late, row) => (row.time > late.time ? row : late))
    expect(last.time).toBe(1200 + 100 + 7 * 300 + 4 * 30)
    const hops = pathTo(many, 'instance.up', last.of).hops
    expect(plain(many.recording, hops)).toEqual([
      ['lasts', 'fault', 'dark', 600, 0],
      ['boot', 'boot', '', 100, 0],
      ['queue', 'restarts', 'r/a/dc1', 7 * 300 + 4 * 30, 11],
      ['boot', 'start', 'web', 40, 0],
    ])
  })

  test('names the crew that was busy, and its work', () => {
    const repaired = historyOf(
      FOUR_RACKS.replace('faults:', 'faults:\n  broken: {kind: host-failure, target: {zone: a, of: host}, at: 1h}\n#').replace(
        'services:',
        'services:\n  hands: {kind: crew, servers: 2, travel: 5m, takes: 1m}',
      ),
    )
    const [{ row: fault }] = repaired.rows('fault.started', 'broken')
    const last = repaired.rows('host.repaired').reduce((late, row) => (row.time > late.time ? row : late))
    expect(last.time).toBe(3600 + 4 * 360)
    expect(plain(repaired.recording, createCriticalPaths(repaired.recording)(last.row, fault).hops)).toEqual([
      ['queue', 'crew', 'hands', 3 * 360, 3],
      ['travel', 'travel', 'hands', 300, 0],
      ['work', 'hands', 'hands', 60, 0],
    ])
  })

  test('to a promoted standby is detection and promotion', () => {
    const failover = historyOf(`blackstart: 1
name: failover
run: {seed: 1, horizon: 1h}
world: {r: {zones: [a, b], racks: 1, hosts: 2, tenants: 0}}
services: {db: {kind: database, primary: a, standby: b, failover: {detect: 30s, promote: 45s}}}
faults: {dark: {kind: power-loss, target: {zone: a}, at: 10m, lasts: 10m}}
`)
    expect(plain(failover.recording, pathTo(failover, 'service.up', 'db').hops)).toEqual([
      ['detect', 'primary-detection', 'db', 30, 0],
      ['work', 'promotion', 'db', 45, 0],
    ])
  })

  test('is cut off at the moment of a fault that it does not lead to', () => {
    const [{ row: fault }] = history.rows('fault.started')
    const launch = history.rows('instance.placed')[0].row
    expect(createCriticalPaths(recording)(launch, fault)).toEqual({ hops: [], isCaused: false })
    const { row } = history.rows('fault.ended')[0]
    const later = createCriticalPaths(recording)(history.rows('host.up')[0].row, row)
    expect([later.isCaused, later.hops[0].from]).toEqual([true, 1200])
  })

  test.each([
    ['worlds', worlds.map(textOf)],
    ['worlds struck by faults of every kind', struckWorlds.map(struckTextOf)],
  ])('has no gaps and adds up to the bit in generated %s', (_, texts) => {
    fc.assert(
      fc.property(texts, text => {
        const history = historyOf(text)
        const { rows } = history.recording
        const pathOf = createCriticalPaths(history.recording)
        for (const { row: fault, time: start } of history.rows('fault.started')) {
          for (let row = fault; row < rows.length; row += 7) {
            const { hops, isCaused } = pathOf(row, fault)
            expect(hops.reduce((sum, { length }) => sum + length, 0)).toBe(rows.time[row] - start)
            let at = start
            for (const { from, to, length } of hops) {
              expect([from, to - from]).toEqual([at, length])
              at = to
            }
            expect(at).toBe(rows.time[row])
            expect(isCaused).toBe(row === fault || causesOf(rows, row).includes(fault))
          }
        }
      }),
      { numRuns: 25 },
    )
  })
})
