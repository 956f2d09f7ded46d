/**
 * The same history to the bit in every engine: all shipped scenarios run in Node, in a worker of Chromium, in SpiderMonkey and in
 * JavaScriptCore, and all must print the fingerprints that are pinned. An engine that is not there is left out and named, unless
 * REQUIRE_ENGINES is set. The script stays in dist/engines: any other shell can be handed it.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { build } from 'vite'
import { beforeAll, describe, expect, test } from 'vitest'
import { launchChromium } from '../browser/chromium.ts'

const SCRIPT = 'dist/engines/histories.js'
const GOLDEN = 'test/golden'

/** The pinned fingerprint of each scenario and variant, as the script prints them. */
const pinned = readdirSync(GOLDEN)
  .filter(file => file.endsWith('.txt'))
  .map(file => `${file.slice(0, -4)} ${/^fingerprint (\S+)/.exec(readFileSync(join(GOLDEN, file), 'utf8'))?.[1]}`)

/** Shells by the names that Debian and others give them, newest first. */
const SHELLS = [
  { engine: 'V8 of this Node', commands: [process.execPath] },
  { engine: 'SpiderMonkey', commands: ['js140', 'js128', 'js115', 'js102'] },
  { engine: 'JavaScriptCore', commands: ['jsc'] },
]

function onPath(commands: readonly string[]): string | undefined {
  const folders = ['', ...(process.env.PATH ?? '').split(delimiter)]
  return commands.flatMap(command => folders.map(folder => join(folder, command))).find(path => existsSync(path))
}

const sorted = (lines: readonly string[]): string[] => [...lines].sort((a, b) => (a < b ? -1 : 1))

/** With REQUIRE_ENGINES an engine that is missing is an error; without it, a test left out that says so in its name. */
const isRequired = (process.env.REQUIRE_ENGINES ?? '') !== ''

describe('every engine prints the pinned fingerprints', () => {
  beforeAll(() => build({ configFile: 'test/engines/vite.config.ts' }))

  for (const { engine, commands } of SHELLS) {
    const shell = onPath(commands)
    if (shell === undefined)
      console.warn(`${engine} is not installed (no ${commands.join(' or ')}): its histories are not compared.`)
    const name = shell === undefined ? `${engine}: not installed` : `${engine} (${shell})`
    test.skipIf(shell === undefined && !isRequired)(name, () => {
      if (shell === undefined) throw new Error(`REQUIRE_ENGINES is set and ${engine} is not installed`)
      const printed = execFileSync(shell, [SCRIPT], { encoding: 'utf8' }).trim().split('\n')
      expect(sorted(printed)).toEqual(sorted(pinned))
    })
  }

  test('V8 of Chromium, in a worker', async context => {
    const browser = await launchChromium().catch((error: Error) => {
      if (isRequired) throw error
      console.warn('No Chromium starts here: its histories are not compared.')
      return context.skip('no Chromium')
    })
    try {
      const page = await browser.newPage()
      const printed = await page.evaluate(
        script =>
          new Promise<string[]>((resolve, reject) => {
            const whole = `const lines = []; const print = line => lines.push(line);\n${script}\npostMessage(lines)`
            const worker = new Worker(URL.createObjectURL(new Blob([whole])))
            worker.onmessage = ({ data }) => resolve(data)
            worker.onerror = ({ message }) => reject(new Error(message))
          }),
        readFileSync(SCRIPT, 'utf8'),
      )
      expect(sorted(printed)).toEqual(sorted(pinned))
    } finally {
      await browser.close()
    }
  })
})
