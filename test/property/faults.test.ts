/** Properties of generated worlds under generated faults: nothing throws, and every count agrees with the rows it sums up. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { effects } from '../../sim/effects/index.ts'
import { rowKinds } from '../../sim/trace/row-kinds.ts'
import { builtOf, History } from '../cloud.ts'
import { HORIZON, KINDS, textOf, worlds } from './struck-worlds.ts'

const historyIn = ({ cloud }: ReturnType<typeof builtOf>): History =>
  new History({ rows: cloud.trace.columns(), kinds: rowKinds(), entities: cloud.entities }, cloud.sim.events)

test('every effect is among those that are generated', () => {
  expect(Object.keys(KINDS).sort()).toEqual(effects.map(({ kind }) => kind).sort())
})

describe('whatever strikes', () => {
  const check = (runs: number, property: (history: History, built: ReturnType<typeof builtOf>) => void) =>
    fc.assert(
      fc.property(worlds, world => {
        const built = builtOf(textOf(world))
        built.cloud.sim.run(HORIZON)
        property(historyIn(built), built)
      }),
      { numRuns: runs },
    )

  test('a service has as many instances as came up and did not go down', () => {
    check(60, history => {
      for (const service of ['web', 'db', 'control', 'state']) {
        const up = new Map<string, boolean>()
        const first = history.rows('service.ready', service)[0].a // none, or i1 to the last that is there at the start
        let ready = first
        let count = first
        const rows = history.rows(/^(instance\.(up|down|gone)|service\.ready)$/).filter(row => row.of.split('/')[0] === service)
        const check = (time: number): void => expect(`${service} at ${time}: ${ready}`).toBe(`${service} at ${time}: ${count}`)
        rows.forEach(({ time, kind, of, a }, i) => {
          if (kind === 'service.ready') ready = a
          else {
            // Only what was up can go down from it: what fell while it started was not counted.
            const was = up.get(of) ?? (kind !== 'instance.up' && Number(of.split('/i')[1]) <= first)
            if (was !== (kind === 'instance.up')) count += kind === 'instance.up' ? 1 : -1
            up.set(of, kind === 'instance.up')
          }
          if (i + 1 === rows.length || rows[i + 1].time > time) check(time)
        })
      }
    })
  })

  test('hosts up are those that rose and did not fall, never more than there are', () => {
    check(60, (history, { cloud }) => {
      const { places, hosts } = cloud
      const root = places.places.findIndex(({ kind }) => kind === 'region')
      let up = 0
      for (let host = 0; host < places.hosts; host++) if (hosts.isUp(host)) up++
      expect(hosts.upIn(root)).toBe(up)
      for (const place of places.places)
        expect(hosts.upIn(places.places.indexOf(place))).toBeLessThanOrEqual(place.endHost - place.firstHost)
      const ids = history.recording.entities
      for (let host = 0; host < places.hosts; host++) {
        const rises = history.rows(/^host\.(booting|up)$/, ids.id(places.hostEntity(host)))
        for (const [i, row] of rises.entries()) {
          if (row.kind === 'host.up') expect(rises[i - 1]?.kind).toBe('host.booting')
        }
      }
      for (const row of history.rows(/^place\./)) expect(row.a >= 0 && row.a <= 1).toBe(true)
    })
  })

  test('racks go dark and light again in turn', () => {
    check(60, (history, { cloud }) => {
      for (let rack = 0; rack < cloud.places.racks.length; rack++) {
        const turns = history.rows(/^rack\./, cloud.entities.id(cloud.places.rackEntity(rack))).map(row => row.kind)
        turns.forEach((kind, i) => {
          expect(kind).toBe(i % 2 === 0 ? 'rack.dark' : 'rack.energised')
        })
      }
    })
  })

  test('services, places and cards go down and come up in turn', () => {
    check(40, history => {
      const last = new Map<string, string>()
      for (const { of, kind } of history.rows(/^((service|[a-z]+-card)\.(up|down)|place\.(ready|unready))$/)) {
        const what = `${of} ${kind.split('.')[0]}`
        expect(last.get(what)).not.toBe(kind)
        last.set(what, kind)
      }
    })
  })

  // A reason that was counted twice, or taken away once too often, would keep something down for ever.
  test('when all is over and mended, everything is up again and every link carries everything', () => {
    fc.assert(
      fc.property(worlds, world => {
        const faults = world.faults.flatMap(one =>
          ['close', 'energise', 'start', 'utility-sag'].includes(one.kind) ? [] : [{ ...one, lasts: '20m' }],
        )
        const built = builtOf(
          textOf({ ...world, begin: 'up', stuck: '0%', repair: '20m', onHostLoss: 'restart', faults }).replace(
            'lost: 5%',
            'lost: 0%',
          ),
        )
        const { cloud } = built
        cloud.sim.run(HORIZON)
        for (let host = 0; host < cloud.places.hosts; host++) expect(cloud.hosts.stateOf(host)).toBe('up')
        for (let card = 0; card < cloud.cards.count; card++)
          expect([card, cloud.cards.works(cloud.cards.hostOf(card), cloud.cards.kindOf(card))]).toEqual([card, true])
        for (const service of ['web', 'db', 'auth', 'control', 'state', 'vault'])
          expect([service, cloud.services.isUp(built.roster.numberOf(service))]).toEqual([service, true])
        for (let a = 0; a < world.zones; a++) {
          for (let b = 0; b < world.zones; b++) expect(cloud.network.through(a, b)).toBe(1)
        }
      }),
      { numRuns: 40 },
    )
  })

  test('a snapshot taken anywhere, restored and continued gives the same history', () => {
    fc.assert(
      fc.property(worlds, fc.integer({ min: 1, max: HORIZON - 1 }), (world, pause) => {
        const built = builtOf(textOf(world))
        built.cloud.sim.run(pause)
        const saved = built.cloud.sim.snapshot()
        built.cloud.sim.run(HORIZON)
        const straight = historyIn(built).fingerprint
        built.cloud.sim.restore(saved)
        built.cloud.sim.run(HORIZON)
        expect(historyIn(built).fingerprint).toBe(straight)
      }),
      { numRuns: 40 },
    )
  })
})
