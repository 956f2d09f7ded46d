import { expect, test } from 'vitest'
import '../../sim/scenario/build.ts'
import { rowKinds } from '../../sim/trace/row-kinds.ts'
import { signOf } from '../../web/views/speak.ts'

/** Words that no good news has. */
const BAD =
  /(\.|-)(dark|down|lost|stuck|failed|refused|refused-load|denied|throttled|overdue|expired|tripped|warm|closed|opened|metastable|cut|empty|sag|gave-up|no-room|no-nvme|no-ena|no-control|retired|degraded|unready|blind|broken|uncovered|boot-failed|waiting|outside|dead|active)$/
/** What goes by such a word and is good all the same. */
const GOOD = ['breaker.closed', 'site.opened']

test('bad news has never the sign of what is well', () => {
  const bad = rowKinds()
    .map(({ name }) => name)
    .filter(name => BAD.test(name) && !GOOD.includes(name))
  expect(bad.length).toBeGreaterThan(30)
  expect(bad.filter(name => signOf(name) === 'up')).toEqual([])
  expect(GOOD.map(signOf)).toEqual(['up', 'up'])
})

test('what nobody has thought of a sign for is not called well', () => {
  expect(signOf('something.unheard-of')).toBe('standby')
})
