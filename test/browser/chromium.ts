/** A Chromium for tests: CHROME_BIN, or one on the PATH, or playwright's own. */
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Browser, chromium } from 'playwright'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

function executable(): string | undefined {
  const given = process.env.CHROME_BIN
  if (given !== undefined && existsSync(given)) return given
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const name of NAMES) if (existsSync(join(folder, name))) return join(folder, name)
  }
  return undefined
}

export function launchChromium(): Promise<Browser> {
  const executablePath = executable()
  return chromium.launch({ args: FLAGS, ...(executablePath !== undefined && { executablePath }) })
}
