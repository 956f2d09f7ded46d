import { describe, expect, test } from 'vitest'
import { consequences, explain, logLines, stopFrom } from '../../web/state/causes.ts'
import { nameOf, sentenceOf } from '../../web/state/sentences.ts'
import { opened } from './recorded.ts'

const run = opened('az-loss.yaml')
const { recording, replay } = run
const { rows, kinds, entities } = recording
const kindOf = (row: number): string => kinds[rows.kind[row]].name

describe('why', () => {
  test('a dark host goes back to the fault', () => {
    const host = entities.find('us-east-1/a/dc1/r3/h4')
    const { since } = replay.at(3600)
    const steps = explain(rows, since[host]).map(step => (step.kind === 'row' ? kindOf(step.row) : 'gap'))
    expect(steps).toEqual(['rack.dark', 'feed.dark', 'fault.started'])
  })

  test('a long chain is shortened in the middle and can be had in full', () => {
    let longest = 0
    for (let row = 1; row < rows.length; row++) {
      if (explain(rows, row, true).length > explain(rows, longest, true).length) longest = row
    }
    const whole = explain(rows, longest, true)
    const short = explain(rows, longest)
    expect(short.length).toBe(9)
    const gap = short[4]
    expect(gap.kind === 'gap' && gap.rows).toBe(whole.length - 8)
    expect(short[8]).toEqual(whole[whole.length - 1])
  })

  test('every row that something caused is among what that led to', () => {
    for (let row = 1; row < rows.length; row += 97) {
      if (rows.cause[row] === 0) continue
      expect([...run.byCause.of(rows.cause[row])]).toContain(row)
    }
  })

  test('a fault leads to what it darkens', () => {
    const fault = run.faults[0]
    const found = consequences(recording, run.byCause, fault.row).map(({ row, count }) => [kindOf(row), count])
    expect(found).toContainEqual(['feed.dark', 2])
  })
})

describe('the log', () => {
  test('says once what happens to many at one instant', () => {
    const dark = logLines(recording, row => kindOf(row) === 'rack.dark')
    expect([dark.length, dark.count[0]]).toEqual([1, 40])
  })

  test('steps to the nearest other moment, and stays at the ends', () => {
    const stops = Float64Array.of(1, 2, 5)
    expect([stopFrom(stops, 2, 1), stopFrom(stops, 2, -1), stopFrom(stops, 5, 1), stopFrom(stops, 1, -1)]).toEqual([
      5,
      1,
      undefined,
      undefined,
    ])
  })

  test('speaks both languages', () => {
    const row = run.headlines.row[0]
    expect(sentenceOf(recording, row, 'en')).toBe('lose-a strikes')
    expect(sentenceOf(recording, row, 'zh')).toBe('lose-a 发生')
    for (let each = 1; each < rows.length; each += 31) {
      for (const language of ['en', 'zh'] as const)
        expect(sentenceOf(recording, each, language)).not.toMatch(/[{}]|NaN|undefined/)
    }
  })

  test('leaves out the region where there is only one', () => {
    expect(nameOf(recording, entities.find('us-east-1/a/dc1/r3/h4'))).toBe('a/dc1/r3/h4')
  })
})

describe('the page', () => {
  test('opens at the moment the power fails, on the fault that did it', () => {
    expect(run.opening).toBe(3600)
    expect(entities.id(run.openingSubject)).toBe('lose-a')
  })
})
