import { expect, test } from 'vitest'
import { migration, ROUNDS_MAX } from '../../sim/sla/migration.ts'
import { close } from './close.ts'

const GIB = 1024 * 1024 * 1024

test('64 GiB at 10 Gb/s while 2 Gb/s are written to: 4 rounds, a pause of 88 ms, 68.7 s in all', () => {
  const { first, rounds, pause, total, converges } = migration(64 * GIB, 1.25e9, 0.25e9, 0.3)
  close(first, 54.9755813888)
  expect(rounds).toBe(4)
  close(pause, 0.08796093022208)
  close(total, 68.69748650344)
  close(total, (first * (1 - 0.2 * 0.2 * 0.2 * 0.2 * 0.2)) / 0.8)
  expect(converges).toBe(true)
})

test('one that writes to nothing is copied once, and one in which little changes pauses for one short round', () => {
  expect(migration(1e9, 1e9, 0, 0.3)).toEqual({ first: 1, rounds: 1, pause: 0, total: 1, converges: true })
  expect(migration(1e8, 1e9, 0, 0.3)).toEqual({ first: 0.1, rounds: 0, pause: 0.1, total: 0.1, converges: true })
})

test('one that writes faster than it is copied is stopped for the whole copy', () => {
  expect(migration(4e9, 1e9, 1e9, 0.3)).toEqual({ first: 4, rounds: 0, pause: 4, total: 4, converges: false })
})

test('one that hardly shrinks is stopped after so many rounds, for what is left', () => {
  const { rounds, pause, converges } = migration(64e9, 1e9, 0.95e9, 0.3)
  expect([rounds, converges]).toEqual([ROUNDS_MAX, false])
  // 64 s · 0.95³⁰
  close(pause, 13.736880892347985)
})
