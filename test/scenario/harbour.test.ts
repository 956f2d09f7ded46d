/** A scenario that none of the shipped ones resembles: it runs, fails when it should, and for the reason it should. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { startRun } from '../../sim/experiment/run.ts'
import { load } from '../../sim/scenario/load.ts'

const file = 'test/scenario/harbour.yaml'

function outcomes(variant?: string, set: [string, string][] = []): { exitCode: number; met: Record<string, string> } {
  const loaded = load(readFileSync(file, 'utf8'), {
    file,
    read: () => undefined,
    set,
    ...(variant !== undefined && { variant }),
  })
  if (!loaded.ok) throw new Error(loaded.problems.map(problem => `${problem.path}: ${problem.message}`).join('\n'))
  const run = startRun(loaded.scenario)
  while (!run.step(1e6));
  const { checks, exitCode } = run.finish()
  return { exitCode, met: Object.fromEntries(checks.map(({ id, verdict }) => [id, verdict])) }
}

test('generators that do not start leave the quay dark after the UPS’s four minutes, and stale prices stop the sale', () => {
  expect(outcomes()).toEqual({ exitCode: 0, met: { dark: 'pass', shed: 'pass', sold: 'fail', lost: 'pass', back: 'pass' } })
})

test('price servers in both zones keep the promise, too few ticket servers break it again', () => {
  expect(outcomes('prices-apart').met.sold).toBe('pass')
  expect(outcomes('few').met.sold).toBe('fail')
})

test('generators that start keep the racks alive, and nothing is lost', () => {
  expect(outcomes('tested-generators')).toEqual({
    exitCode: 0,
    met: { dark: 'fail', shed: 'pass', sold: 'pass', lost: 'pass' },
  })
})

test('a broken promise turns the exit code', () => {
  expect(outcomes('prices-apart', [['expect.sold.at-least', '100%']]).exitCode).toBe(1)
})
