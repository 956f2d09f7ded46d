import { describe, expect, test } from 'vitest'
import { subjectsNamed } from '../../sim/metrics/subjects.ts'
import { formatProblem, load } from '../../sim/scenario/load.ts'
import { enrol } from '../../sim/scenario/roster.ts'
import { scenarioOf } from '../cloud.ts'

/** Where the instances of each service lie, by id. */
function placesIn(text: string): Record<string, string[]> {
  const { entities, places, running } = enrol(scenarioOf(text))
  return Object.fromEntries(running.map(({ id, spec }) => [id, spec.spread.map(at => entities.id(places.places[at].entity))]))
}

/** What is found wrong with a file. */
function problems(text: string): string[] {
  const loaded = load(text, { file: 's.yaml', read: () => undefined })
  return loaded.ok ? [] : loaded.problems.map(formatProblem)
}

describe('a place by its name', () => {
  test('is never a rack, though region, zone or data centre is named like one', () => {
    const text = `
blackstart: 1
name: racks
world:
  r1: {zones: [x, y], racks: 3}
  r2: {zones: [r3], racks: 3, datacentres: {r1: {}, h1: {}}}
services:
  web: {place: r2, instances: 6}
  db: {kind: database, primary: r3, standby: x, needs: {h1: {when: start}}}
  in-a-hall: {place: r3/r1, instances: 1}
`
    expect(problems(text)).toEqual([])
    expect(placesIn(text)).toEqual({ web: ['r2/r3'], db: ['r2/r3', 'r1/x'], 'in-a-hall': ['r2/r3/r1'] })
    const { entities, needs } = enrol(scenarioOf(text))
    expect(needs.flatMap(({ from }) => from.map(one => entities.id(one)))).toEqual(['r2/r3/h1'])
  })

  test('is the one with that very id before those whose ids end in it', () => {
    const text = `
blackstart: 1
name: exact
world: {a: {zones: [b, c]}, b: {zones: [d]}}
services: {web: {place: b, instances: 1}}
faults: {dark: {kind: power-loss, target: {zone: b}, at: 1m}}
`
    expect(problems(text)).toEqual([])
    expect(placesIn(text)).toEqual({ web: ['b/d'] })
  })

  test('may supply a need though a client has the same name', () => {
    const text = `
blackstart: 1
name: client
world: {home: {zones: [users, b]}}
services: {web: {instances: 2, needs: {users: {when: start}}}}
clients: {users: {to: web, rate: 1/s}}
`
    expect(problems(text)).toEqual([])
    const { entities, needs } = enrol(scenarioOf(text))
    expect(needs.flatMap(({ from }) => from.map(one => entities.id(one)))).toEqual(['home/users'])
  })

  test('that several may have has to be written in full', () => {
    const text = `
blackstart: 1
name: several
world: {home: {zones: [a, b]}}
services: {web: {place: dc1, instances: 1}}
`
    expect(problems(text)).toEqual([
      's.yaml:5:25  services.web.place: "dc1" is ambiguous (it could be home/a/dc1 or home/b/dc1)',
    ])
  })
})

describe('the replicas of a database', () => {
  const found = (places: string): string[] =>
    problems(`
blackstart: 1
name: replicas
world: {home: {zones: [north, south]}}
services: {db: {kind: database, ${places}}}
`).map(problem => problem.replace(/^s\.yaml:\d+:\d+ {2}services\.db\./, ''))

  test('stand in a zone or a data centre, never in a whole region', () => {
    expect(found('primary: home')).toEqual([
      'primary: "home" is a region (a zone or data centre, there are home/north, home/south)',
    ])
    expect(found('primary: north, standby: south/dc1')).toEqual([])
  })

  test.each(['north, standby: north', 'north, standby: home/north', 'north, standby: north/dc1', 'north/dc1, standby: north'])(
    'do not stand one within the other: %s',
    places => {
      expect(found(`primary: ${places}`)).toEqual([
        'standby: the standby is where the primary is (a standby elsewhere survives the loss of the place)',
      ])
    },
  )
})

test('a wrong feed of a data centre with several line-ups is told what the parts of one are called', () => {
  const found = problems(`
blackstart: 1
name: lines
world: {home: {zones: [a], power: {lineups: {units: 2}}}}
faults: {f: {kind: breaker-fault, target: {feed: switchboard}, at: 1m}}
`)
  expect(found).toEqual([
    's.yaml:5:50  faults.f.target.feed: there is no feed "switchboard" (there are utility, transfer, generators, ups, distribution, cooling, line-1, line-1/utility, line-1/transfer, line-1/generators, line-1/ups, line-2 …)',
  ])
})

test('what lies deeper than was said is named in full', () => {
  const { entities } = enrol(
    scenarioOf(`
blackstart: 1
name: lines
world: {home: {zones: [a], datacentres: {hall-1: {}}, power: {lineups: {units: 2}}}}
`),
  )
  const because = (of: string): string | undefined => {
    const found = subjectsNamed(entities, of, [])
    return found.ok ? undefined : found.because.en
  }
  expect(because('hall-1/transfer')).toBe('nothing is called hall-1/transfer, but there is home/a/hall-1/line-1/transfer')
  expect(because('home/a/hall-1/line-1/transfer')).toBeUndefined()
  expect(because('hall-2/transfer')).toBe('nothing is called hall-2/transfer')
  expect(because('transfers')).toBe('nothing is called transfers')
})
