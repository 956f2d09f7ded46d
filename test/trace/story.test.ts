import { describe, expect, test } from 'vitest'
import type { OperandUnit, RowKindInfo } from '../../sim/trace/row-kinds.ts'
import { durationInWords, numberInWords, tell } from '../../sim/trace/story.ts'
import { recordingOf } from '../metrics/recording.ts'

const kind = (name: string, en: string, zh: string, a: OperandUnit = 'none', b: OperandUnit = 'none'): RowKindInfo => ({
  name,
  says: { en, zh },
  a,
  b,
  hop: 'at-once',
  level: 2,
})

const recording = recordingOf({
  who: [
    ['datacentre', 'dc1'],
    ['feed', 'dc1/ups'],
    ['host', 'dc1/h1'],
    ['service', 'web'],
    ['instance', 'web/i1'],
    ['client', 'shoppers'],
  ],
  kinds: [
    kind('ups.holding', '{subject} holds for {a}', '{subject} 可维持 {a}', 'seconds'),
    kind('instance.placed', '{subject} is put on {a}', '{subject} 被安排到 {a}', 'entity'),
    kind('client.flow', '{subject}: {a} sent, {b} answered', '{subject}：每秒发出 {a}，答复 {b}', 'per-second', 'per-second'),
    kind('place.ready', '{a} of {subject} are up', '{subject} 已有 {a} 在线', 'ratio'),
    kind('rack.dark', '{subject} goes dark, with {a} hosts', '{subject} 断电，涉及 {a} 台', 'count'),
  ],
  rows: [
    [0, 'instance.placed', 'web/i1', 'dc1/h1'],
    [0, 'client.flow', 'shoppers', 32_000, 31_999.5],
    [60, 'ups.holding', 'dc1/ups', 444],
    [70, 'place.ready', 'dc1', 0.951],
    [80, 'rack.dark', 'dc1', 2400],
  ],
})

test('fills in who, what and how much, by unit', () => {
  expect([1, 2, 3, 4, 5].map(row => tell(recording, row, 'en'))).toEqual([
    'web/i1 is put on dc1/h1',
    'shoppers: 32\u202f000/s sent, 32\u202f000/s answered',
    'dc1/ups holds for 7 min 24 s',
    '95.1 % of dc1 are up',
    'dc1 goes dark, with 2400 hosts',
  ])
})

test('tells the same in Chinese', () => {
  expect(tell(recording, 3, 'zh')).toBe('dc1/ups 可维持 7 分 24 秒')
  expect(tell(recording, 2, 'zh')).toBe('shoppers：每秒发出 32\u202f000，答复 32\u202f000')
})

test('row 0 is the start', () => {
  expect(tell(recording, 0, 'en')).toBe('the run begins')
})

describe('durations', () => {
  test.each([
    [0, '0 s'],
    [0.0000191, '19 µs'],
    [0.0005, '500 µs'],
    [0.0015, '1.5 ms'],
    [0.02, '20 ms'],
    [0.9999, '1 s'],
    [8.54, '8.5 s'],
    [59.94, '59.9 s'],
    [59.96, '1 min'],
    [60, '1 min'],
    [444, '7 min 24 s'],
    [3599.4, '59 min 59 s'],
    [3599.6, '1 h'],
    [7500, '2 h 5 min'],
    [86_399, '1 d'],
    [90_000, '1 d 1 h'],
    [-444, '−7 min 24 s'],
  ])('%d s is %s', (seconds, words) => {
    expect(durationInWords(seconds, 'en')).toBe(words)
  })
})

test('numbers are grouped by threes from five digits on', () => {
  const words = [0, 3, 3.456, 0.0125, 999.6, 2400, 12_000, 1_234_567, -12_000].map(numberInWords)
  const grouped = ['12\u202f000', '1\u202f234\u202f567', '−12\u202f000']
  expect(words).toEqual(['0', '3', '3.46', '0.013', '1000', '2400', ...grouped])
})
