/**
 * The history of every shipped scenario and variant, pinned: fingerprint, verdicts, and the first rows in words, so that a
 * changed hash comes with a readable difference. `npx vitest run test/golden -u` writes them anew; say in the commit which
 * result moved and why that is right. Each is made a second time from a snapshot of its middle row, in a cloud built anew: state
 * that no snapshot holds would show.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { forkFrom, standBefore } from '../../sim/experiment/fork.ts'
import { startRun } from '../../sim/experiment/run.ts'
import { load, variantNames } from '../../sim/scenario/load.ts'
import { tell } from '../../sim/trace/story.ts'

const ROWS = 20
const files = readdirSync('scenarios', { recursive: true, encoding: 'utf8' })
  .filter(file => file.endsWith('.yaml') && !file.startsWith('library'))
  .map(file => `scenarios/${file.replaceAll('\\', '/')}`)
  .sort((a, b) => (a < b ? -1 : 1))

const read = (path: string): string | undefined => {
  try {
    return readFileSync(path.startsWith('library/') ? `scenarios/${path}` : path, 'utf8')
  } catch {
    return undefined
  }
}

describe.each(files)('%s', file => {
  const text = readFileSync(file, 'utf8')
  test.each([null, ...variantNames(text)])('variant %s has the history that is pinned', async variant => {
    const loaded = load(text, { file, read, ...(variant !== null && { variant }) })
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems, null, 2))
    const { fingerprint, checks, verdict, events, recording } = startRun(loaded.scenario).complete()
    const { rows } = recording
    const lines = [
      `fingerprint ${fingerprint}`,
      `verdict ${verdict}`,
      `events ${events}, rows ${rows.length}`,
      ...checks.map(({ id, metric, value, verdict: found, outcome }) => `${id} ${metric} ${value} ${found} ${outcome}`),
    ]
    let told = 0
    for (let row = 1; row < rows.length && told < ROWS; row++) {
      if (recording.kinds[rows.kind[row]].level === 3) continue
      lines.push(`${rows.time[row].toFixed(3)} s  ${tell(recording, row, 'en')}`)
      told++
    }
    const name = file
      .replace(/^scenarios\//, '')
      .replace(/\.yaml$/, '')
      .replaceAll('/', '-')
    const middle = rows.time[Math.ceil(rows.length / 2)]
    if (middle > 0) {
      const fork = forkFrom(standBefore(loaded.scenario, middle)).complete()
      expect([fork.fingerprint, fork.events], `as a fork at ${middle} s`).toEqual([fingerprint, events])
    }
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`./${name}${variant === null ? '' : `.${variant}`}.txt`)
  })
})
