/**
 * The page in a real Chromium: from opening it to the first frame of the finished run, and from moving the playhead to the
 * frame that shows it. Needs the built page (`npm run -s build`).
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
const MOVES = 60

/** Figures as {bench, n, seconds: number[]}: `n` is hosts on the map, one entry of `seconds` for each round or move. */
export async function measurePage(rounds) {
  const { chromium } = await import('playwright')
  const server = spawn(process.execPath, ['web/serve.mjs'], {
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [said] = await once(server.stdout, 'data')
  const url = /http:\S+/.exec(String(said))?.[0]
  const browser = await chromium.launch({ args: FLAGS, ...(chromeBin() && { executablePath: chromeBin() }) })
  try {
    const firstFrame = []
    let scrub = []
    for (let round = -1; round < rounds; round++) {
      const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
      await page.goto(url)
      await page.waitForFunction(
        () => Number(document.querySelector('[data-testid=slider]')?.getAttribute('aria-valuenow')) > 0,
      )
      const seconds = await page.evaluate(
        () => new Promise(done => requestAnimationFrame(() => setTimeout(() => done(performance.now() / 1000)))),
      )
      if (round >= 0) firstFrame.push(seconds)
      scrub = scrub.concat(round >= 0 ? await scrubOnce(page) : [])
      await page.close()
    }
    return [
      { bench: 'page-first-frame', n: 2400, seconds: firstFrame },
      { bench: 'page-scrub', n: 2400, seconds: scrub },
    ]
  } finally {
    await browser.close()
    server.kill()
  }
}

/** Drags the playhead about and returns how long each move took until it was painted, s. */
async function scrubOnce(page) {
  const box = await page.locator('[data-testid=slider]').boundingBox()
  const y = box.y + box.height / 2
  await page.evaluate(() => {
    window.took = []
    window.addEventListener('pointermove', event => {
      requestAnimationFrame(() => setTimeout(() => window.took.push((performance.now() - event.timeStamp) / 1000)))
    })
  })
  await page.mouse.move(box.x + 1, y)
  await page.mouse.down()
  for (let move = 0; move < MOVES; move++) {
    await page.mouse.move(box.x + (((move * 37) % MOVES) / MOVES) * box.width, y)
    await page.evaluate(() => new Promise(done => requestAnimationFrame(() => setTimeout(done))))
  }
  await page.mouse.up()
  return page.evaluate(() => window.took)
}

function chromeBin() {
  if (process.env.CHROME_BIN) return process.env.CHROME_BIN
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const name of ['chromium', 'chromium-browser', 'google-chrome'])
      if (existsSync(join(folder, name))) return join(folder, name)
  }
  return undefined
}
