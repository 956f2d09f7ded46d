/** What the README promises, word for word: its scenario runs and keeps its promise, and its variant breaks it. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { startRun } from '../../sim/experiment/run.ts'
import { load } from '../../sim/scenario/load.ts'

const readme = readFileSync('README.md', 'utf8')
const yaml = /```yaml\n([\s\S]*?)```/.exec(readme)?.[1] ?? ''
const variants = /`(variants: \{small:.*?)`\./s.exec(readme)?.[1] ?? ''
const read = (path: string): string | undefined =>
  path.startsWith('library/') ? readFileSync(`scenarios/${path}`, 'utf8') : undefined

test.each([undefined, 'small'])('the scenario of the README turns out as it should (variant %s)', variant => {
  const loaded = load(`${yaml}${variants}\n`, { file: 'README.md', read, ...(variant !== undefined && { variant }) })
  if (!loaded.ok)
    throw new Error(loaded.problems.map(problem => `${problem.line} ${problem.path}: ${problem.message}`).join('\n'))
  expect(startRun(loaded.scenario).complete().exitCode).toBe(0)
})
