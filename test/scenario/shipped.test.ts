/** What is shipped is told of. */
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

test('every scenario has a row in the table of scenarios', () => {
  const files = readdirSync('scenarios', { recursive: true, encoding: 'utf8' })
    .map(file => file.replaceAll('\\', '/'))
    .filter(file => file.endsWith('.yaml') && !file.startsWith('library'))
  const rows = [...readFileSync('scenarios/README.md', 'utf8').matchAll(/^\| `(\S+\.yaml)` \|/gm)].map(([, file]) => file)
  expect(rows.sort()).toEqual(files.sort())
})
