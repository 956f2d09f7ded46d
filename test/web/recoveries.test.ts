import { describe, expect, test } from 'vitest'
import { longestOf, returnedOf, slowestOf, stretchesOf, toldOf } from '../../web/views/recoveries-layout.ts'
import { recoveries } from '../../web/worker/recoveries.ts'

function reply(file: string, savings: boolean) {
  const answer = recoveries({ file, text: null, variant: null, seed: null }, savings)
  if (answer.kind !== 'recovered') throw new Error(answer.kind)
  return answer
}

describe('the ways back on the page', () => {
  const { recoveries: ways, strikes } = reply('az-loss.yaml', true)
  const [lost] = ways

  test('are those of every strike', () => {
    expect([ways.length, strikes, lost.fault, lost.started, lost.ended]).toEqual([1, 1, 'lose-a', 3600, 5400])
  })

  test('tell each thing once, with its shares in order', () => {
    const things = returnedOf(lost).map(({ what, of, milestones }) => [what, of.join(), milestones.map(one => one.share)])
    expect(things[0]).toEqual(['power', 'us-east-1/a', [0.99]])
    expect(things[1]).toEqual(['hosted', 'us-east-1/a', [0.5, 0.8, 0.99]])
    expect(things[things.length - 1]).toEqual(['served', 'web', [0.99]])
  })

  test('fill their bars: the stretches of a path follow each other and add up to its time', () => {
    const longest = longestOf(lost)
    for (const { path, time } of lost.milestones) {
      if (time === null || path.length === 0) continue
      const stretches = stretchesOf(path, lost.started, longest)
      let end = 0
      for (const { from, share } of stretches) {
        expect(from).toBeCloseTo(end, 9)
        end = from + share
      }
      expect(end * longest).toBeCloseTo(time, 6)
    }
    expect(slowestOf(lost)?.time).toBe(longest)
  })

  test('say what lifting a limit saves', () => {
    const hosted = lost.milestones.find(({ what, share }) => what === 'hosted' && share === 0.99)
    const crew = hosted?.savings?.find(({ limit }) => limit === 'crew')
    expect(crew?.saved).toBeGreaterThan(0)
    expect(crew?.saved).toBeLessThan(hosted?.time ?? 0)
  })

  test('shares that were back together are one line', () => {
    const state = returnedOf(reply('incidents/2012-06-29-us-east-1.yaml', false).recoveries[1]).find(
      ({ what, of }) => what === 'instances' && of[0] === 'ec2-state',
    )
    expect(state?.milestones.map(({ share }) => share)).toEqual([0.99])
  })

  test('strikes of a fault in a row after which nothing fell are told together', () => {
    const told = toldOf(reply('incidents/2011-04-21-us-east-1.yaml', false).recoveries)
    expect(told.slice(0, 3).map(([{ fault }, ...others]) => [fault, others.length])).toEqual([
      ['wrong-shift', 0],
      ['no-search', 0],
      ['broken', 0],
    ])
    expect(told.length).toBeLessThan(10)
    const of = (fault: string, fell: boolean) => ({ ...lost, fault, milestones: fell ? lost.milestones : [] })
    const rows = [of('x', false), of('x', false), of('y', false), of('x', false), of('x', true), of('x', true)]
    expect(toldOf(rows).map(([{ fault }, ...others]) => `${fault}${others.length}`)).toEqual(['x1', 'y0', 'x0', 'x0', 'x0'])
  })
})
