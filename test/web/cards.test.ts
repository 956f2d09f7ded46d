import { expect, test } from 'vitest'
import { cardsDown } from '../../web/state/cards.ts'
import { sentenceOf } from '../../web/state/sentences.ts'
import { opened } from './recorded.ts'

const HOUR = 3600

test('a host tells which of its cards is down or pauses, and nothing of those that serve', () => {
  const run = opened('hosts/firmware-wave.yaml')
  const { recording, replay } = run
  const host = recording.entities.find('home/a/dc1/r3/h4')
  const told = (time: number): string[] =>
    cardsDown(run, host, replay.rowsBy(time)).map(row => sentenceOf(recording, row, 'en'))
  expect(told(3 * HOUR)).toEqual([])
  expect(told(4 * HOUR)).toEqual(['the volume card of a/dc1/r3/h4 pauses for other firmware'])
  expect(told(5 * HOUR)).toEqual([])
  expect(told(7 * HOUR)).toEqual(['the volume card of a/dc1/r3/h4 fails'])
  expect(told(8 * HOUR)).toEqual([])
})
