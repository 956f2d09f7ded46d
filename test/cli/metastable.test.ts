import { expect, test } from 'vitest'
import { blackstart } from './console.ts'

const FILE = 'scenarios/metastable/retry-storm.yaml'
const SAYS =
  'shop/home/a does not come back by itself: it could carry 1000/s, its usual load is 600/s, and retries or misses keep it down'

test('run says by itself what does not come back, from when on and for how long, also as data', async () => {
  const marked = async (...more: string[]) =>
    (await blackstart('run', FILE, ...more)).out.split('\n').filter(line => line.startsWith('!'))
  expect(await marked()).toEqual([`! 10 min 30 s  ${SAYS}; to the end`])
  expect(await marked('--variant', 'shed')).toEqual([`! 10 min 30 s  ${SAYS}; for 31 min 32 s`])
  expect(await marked('--variant', 'refuse')).toEqual([])
  const data = async (...more: string[]) => JSON.parse((await blackstart('run', FILE, '--json', ...more)).out).metastable
  const [{ of, from, to }] = await data()
  // From the end of the trigger at 620 s, three times what a request may take: 3 · 1 s, 0.1 s and 0.2 s.
  expect({ of, from: Math.round(from * 10) / 10, to }).toEqual({ of: 'shop/home/a', from: 629.9, to: null })
  expect(await data('--variant', 'below')).toEqual([])
})

test('cells of a service that went and came together share a line', async () => {
  const { out } = await blackstart('run', 'scenarios/incidents/2021-12-07-us-east-1.yaml')
  const [line, another] = out.split('\n').filter(one => one.startsWith('!'))
  expect(line).toMatch(
    /^! 5 min 9 s {2}border\/us-east-1\/a .*; for 5 h 59 min, and so for border\/us-east-1\/b, border\/us-east-1\/c$/,
  )
  expect(another).toBeUndefined()
})
