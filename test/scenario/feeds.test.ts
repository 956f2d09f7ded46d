import { describe, expect, test } from 'vitest'
import { weakPoints } from '../../sim/experiment/weak-points.ts'
import { formatProblem, load } from '../../sim/scenario/load.ts'

const text = (feeds: string, power: string, more = '') => `blackstart: 1
name: feeds
feeds:
  ${feeds}
world:
  r: {zones: [a], power: ${power}}
services:
  web: {instances: 1}
${more}`

const loaded = (feeds: string, power = '{from: a}', more = '') => load(text(feeds, power, more), { file: 'f.yaml' })
const problems = (feeds: string, power?: string, more?: string) => {
  const result = loaded(feeds, power, more)
  return result.ok ? [] : result.problems.map(formatProblem)
}

describe('feeds', () => {
  test('that are fed from each other in a circle are named, with the line', () => {
    expect(problems('a: {from: c}\n  b: {from: a}\n  c: {from: [b, d], k: 1}\n  d: {}\n  e: {from: e}')).toEqual([
      'f.yaml:4:13  feeds.a.from: a, b, c are fed from each other in a circle',
      'f.yaml:8:13  feeds.e.from: "e" is fed from itself',
    ])
  })

  test('need no more sources than they have, none twice, and only such as there are', () => {
    expect(problems('a: {from: [b, b], k: 3}\n  b: {k: 1}\n  c: {from: bb}')).toEqual([
      'f.yaml:4:13  feeds.a.from: names a feed twice (name each once)',
      'f.yaml:4:24  feeds.a.k: 3 of 2 can never be live',
      'f.yaml:5:7  feeds.b.k: belongs to a feed that is fed from others (say which with `from`)',
      'f.yaml:6:13  feeds.c.from: there is no feed "bb" (did you mean "b"?)',
    ])
  })

  test('have names of their own, and data centres name only such as there are, one for each line-up', () => {
    expect(problems('a: {}\n  ups: {from: a}\n  web: {from: a}')).toEqual([
      'f.yaml:5:3  feeds.ups: every data centre may have a feed called "ups" (call it by another name)',
      'f.yaml:10:3  services.web: "web" is already an id in feeds (ids are unique in a file)',
    ])
    expect(problems('a: {}', '{from: tx}')).toEqual(['f.yaml:6:33  world.r.power.from: there is no feed "tx" (there is a)'])
    expect(problems('a: {}\n  b: {}', '{from: [a, b]}')).toEqual([
      'f.yaml:7:3  world.r: r/a/dc1 names 2 feeds for 1 line-up (one for each, or one for all: a feed that is `from` several with k: 1 lives on any of them)',
    ])
    expect(problems('a: {}\n  b: {}', '{from: [a, b], lineups: {units: 2}}')).toEqual([])
    expect(problems('a: {}', '{from: a, lineups: {units: 2, needed: 3}}')).toEqual([
      'f.yaml:6:3  world.r: r/a/dc1 needs 3 line-ups and has 2',
    ])
  })

  test('that feed nobody are told of, and the run goes on', () => {
    const result = loaded('a: {from: grid}\n  grid: {}\n  spare: {from: grid}')
    expect(result.ok && result.notices).toEqual(['f.yaml:6:3  feeds.spare: it feeds nobody (power: {from: spare} in `world`)'])
  })

  test('are targets by their name, of effects that strike them', () => {
    const fault = (kind: string, target: string, power?: string) =>
      problems('a: {}', power, `faults: {f: {kind: ${kind}, target: ${target}, at: 1h}}`)
    expect(fault('utility-loss', '{feed: a}')).toEqual([])
    expect(
      problems(
        'a: {}',
        undefined,
        'faults: {f: {kind: utility-loss, target: {feed: a}, each: datacentre, every: 1h, lasts: 1m}}',
      ),
    ).toEqual([expect.stringContaining('a shared feed does not lie in a datacentre')])
    expect(fault('utility-loss', '{feed: b}')).toEqual([expect.stringContaining('there is no feed "b"')])
    expect(fault('cooling-loss', '{feed: a}')).toEqual([expect.stringContaining('cooling-loss strikes only cooling')])
    expect(fault('generator-fault, mode: run', '{feed: line-2}')).toEqual([
      expect.stringContaining('there is no feed "line-2"'),
    ])
    expect(fault('generator-fault, mode: run', '{feed: line-2}', '{from: a, lineups: {units: 2}}')).toEqual([])
    expect(fault('utility-loss', '{feed: line-2/utility}', '{from: a, lineups: {units: 2}}')).toEqual([])
  })
})

test('weak points: two line-ups on one transformer fall with it once their generators fail too', () => {
  const result = loaded('a: {from: grid}\n  b: {from: grid}\n  grid: {}', '{from: [a, b], lineups: {units: 2}}')
  if (!result.ok) throw new Error(result.problems.map(formatProblem).join('\n'))
  const { cuts } = weakPoints(result.scenario, 'web', { among: ['feed'], order: 3 })
  const short = (cut: readonly string[]) => cut.map(id => id.replace('r/a/dc1/', '')).join(' ')
  expect(cuts.map(short)).toEqual(
    expect.arrayContaining(['distribution', 'line-1/ups line-2/transfer', 'line-1/generators line-2/generators grid']),
  )
  expect(cuts.filter(cut => cut.length === 1).map(short)).toEqual(['distribution', 'cooling'])
})
