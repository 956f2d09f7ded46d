/** The built page in a real browser, as a reader uses it: `npm run build` comes first. */
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { deflateRawSync } from 'node:zlib'
import type { Browser, Page } from 'playwright'
import { type PreviewServer, preview } from 'vite'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { replicate } from '../../sim/experiment/replicate.ts'
import { startRun } from '../../sim/experiment/run.ts'
import { createStudy, type StudyReport } from '../../sim/experiment/study.ts'
import { load } from '../../sim/scenario/load.ts'
import { recorded } from '../web/recorded.ts'
import { launchChromium } from './chromium.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
let server: PreviewServer
let browser: Browser
let page: Page
let url: string
let complaints: string[]

beforeAll(async () => {
  if (!existsSync(`${root}dist/web/index.html`)) throw new Error('dist/web is missing: npm run build first')
  server = await preview({
    root: `${root}web`,
    configFile: `${root}vite.config.ts`,
    logLevel: 'silent',
    preview: { port: 0, host: '127.0.0.1', open: false },
  })
  const address = server.httpServer.address()
  url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/`
  browser = await launchChromium()
})

afterAll(async () => {
  await browser?.close()
  await server?.close()
})

beforeEach(async () => {
  page = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: 'en-GB', colorScheme: 'dark' })
  complaints = []
  page.on('console', message => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', error => complaints.push(error.message))
})

afterEach(async () => {
  await page.close()
  expect(complaints).toEqual([])
})

async function openPage(hash = ''): Promise<void> {
  await page.goto(url + hash)
  await page.getByTestId('fingerprint').waitFor()
}

/** What will be so before long, however busy the machine is. */
const eventually = <T>(what: () => T | Promise<T>) => expect.poll(what, { timeout: 30_000 })

/** The moment each panel says it shows, s. */
function moments(): Promise<number[]> {
  return page.evaluate(() => [...document.querySelectorAll('[data-at]')].map(each => Number(each.getAttribute('data-at'))))
}

const up = async (): Promise<number> => Number(await page.getByTestId('legend').getAttribute('data-up'))
const now = async (): Promise<number> => Number(await page.getByTestId('now').getAttribute('data-at'))

/** Clicks a place on the map that is a host of zone a. */
async function selectHostOfZoneA(): Promise<void> {
  const box = await page.getByTestId('map').boundingBox()
  if (box === null) throw new Error('no map')
  const title = page.getByTestId('inspector').locator('.title')
  for (let dx = 40; dx < 120; dx += 3) {
    await page.mouse.click(box.x + dx, box.y + 90)
    if (/\/r\d+\/h\d+$/.test((await title.textContent()) ?? '')) return
  }
  throw new Error('no host found')
}

describe('the page', () => {
  beforeEach(() => openPage())

  test('opens on a finished run, paused at the moment the power fails', async () => {
    expect(await now()).toBe(3600)
    expect(await up()).toBe(1600)
    expect(await page.getByRole('button', { name: 'Play' }).count()).toBe(1)
  })

  test('has the history that Node has', async () => {
    expect(await page.getByTestId('fingerprint').textContent()).toBe(recorded('az-loss.yaml').fingerprint)
  })

  test('plays, pauses and goes back', async () => {
    await page.keyboard.press('Space')
    await eventually(now).toBeGreaterThan(3700)
    await page.keyboard.press('Space')
    const paused = await now()
    await page.waitForTimeout(150)
    expect(await now()).toBe(paused)
    await page.getByRole('button', { name: 'To the fault' }).click()
    expect(await now()).toBe(3600)
    await page.keyboard.press('ArrowRight')
    expect(await now()).toBeGreaterThan(3600)
    await page.keyboard.press('Shift+ArrowLeft')
    expect(await now()).toBe(3600)
  })

  test('has one clock: wherever one drags, every panel shows the same instant', async () => {
    const slider = page.getByTestId('slider')
    const box = await slider.boundingBox()
    if (box === null) throw new Error('no slider')
    const seen = new Map<number, number>()
    const shares = [0.1, 0.26, 0.9, 0.21, 0.4, 0.26, 0.1, 0.3, 0.9]
    await page.mouse.move(box.x + 1, box.y + 10)
    await page.mouse.down()
    for (const share of shares) {
      await page.mouse.move(box.x + box.width * share, box.y + 10)
      const shown = await moments()
      expect(shown.length).toBeGreaterThan(4)
      expect(new Set(shown).size).toBe(1)
      const before = seen.get(shown[0])
      if (before !== undefined) expect(await up()).toBe(before)
      seen.set(shown[0], await up())
    }
    await page.mouse.up()
    expect(await slider.getAttribute('aria-valuetext')).toMatch(/after lose-a, .* of hosts up/)
  })

  test('tells why a host is dark, back to the fault, each step a link', async () => {
    await selectHostOfZoneA()
    const inspector = page.getByTestId('inspector')
    expect(await inspector.getByTestId('state').getAttribute('data-state')).toBe('dark')
    const steps = inspector.getByTestId('why').locator('li')
    const kinds = await steps.evaluateAll(all => all.map(each => each.getAttribute('data-kind')))
    expect(kinds).toEqual(['rack.dark', 'feed.dark', 'fault.started'])
    await page.keyboard.press(']')
    expect(await now()).toBeGreaterThanOrEqual(5400)
    expect(await inspector.getByTestId('state').getAttribute('data-state')).not.toBe('dark')
    const last = await inspector.getByTestId('why').locator('li').last().textContent()
    expect(last).toContain('lose-a strikes')
    await inspector.getByTestId('why').locator('li').last().getByRole('button').click()
    expect(await now()).toBe(3600)
  })

  test('moves over the map by keys alone', async () => {
    await page.getByTestId('map').focus()
    const title = page.getByTestId('inspector').locator('.title')
    await page.keyboard.press('ArrowRight')
    const first = await title.textContent()
    await page.keyboard.press('ArrowDown')
    expect(await title.textContent()).not.toBe(first)
    expect(await title.textContent()).toMatch(/r\d+\/h\d+/)
    await page.keyboard.press('ArrowUp')
    expect(await title.textContent()).toBe(first)
    expect(await now()).toBe(3600)
  })

  test('jumps to the moment that decided an expectation', async () => {
    await page
      .getByRole('button', { name: /^decided at/ })
      .last()
      .click()
    expect(new Set(await moments()).size).toBe(1)
    const checks = await page.locator('.check').allTextContents()
    expect(checks.length).toBe(recorded('az-loss.yaml').checks.length)
    expect(checks.join()).toMatch(/availability.*pass/)
  })

  test('runs a variant and another seed, each with a history of its own', async () => {
    const fingerprint = page.getByTestId('fingerprint')
    const first = await fingerprint.textContent()
    await page.selectOption('.variant-picker', 'lean')
    await eventually(() => fingerprint.textContent()).not.toBe(first)
    const lean = await fingerprint.textContent()
    await page.fill('.seed', '8')
    await page.keyboard.press('Enter')
    await eventually(() => fingerprint.textContent()).not.toBe(lean)
    expect(await page.inputValue('.seed')).toBe('8')
  })

  test('speaks Chinese, everywhere', async () => {
    await page.getByRole('button', { name: '中文' }).click()
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('zh-Hans-CN')
    expect(await page.locator('.scenario .title').textContent()).toMatch(/可用区/)
    const text = await page.evaluate(() => document.body.innerText)
    for (const english of ['Expectations', 'hosts', 'strikes', 'Events', 'dark', 'Why']) expect(text).not.toContain(english)
  })

  test('says what is wrong with a file, where, and keeps the run before it', async () => {
    const before = await page.getByTestId('fingerprint').textContent()
    const buffer = Buffer.from('blackstart: 1\nname: mine\nwrold: {}\n')
    await page.setInputFiles('#file', { name: 'mine.yaml', mimeType: 'text/yaml', buffer })
    const alert = page.getByRole('alert')
    await alert.waitFor()
    expect(await alert.textContent()).toMatch(/line 3, column 1.*wrold.*did you mean "world"/s)
    expect(await page.getByTestId('fingerprint').textContent()).toBe(before)
    await page.keyboard.press('ArrowRight')
    expect(await now()).toBeGreaterThan(3600)
    await page.getByRole('button', { name: 'Dismiss' }).click()
    expect(await alert.count()).toBe(0)
    const long = Buffer.alloc(2_000_001, 35)
    await page.setInputFiles('#file', { name: 'long.yaml', mimeType: 'text/yaml', buffer: long })
    expect(await alert.textContent()).toContain('2 MB')
  })

  test('runs a file of the reader’s own', async () => {
    const text = [
      'blackstart: 1',
      'name: mine',
      'run: {seed: 1, horizon: 1h}',
      'use: [library/three-zone-region]',
      'world: {home: {zones: [north, south], datacentres: 1, racks: 2, hosts: 5, tenants: 3}}',
      'services: {shop: {instances: 4, capacity: 100/s}}',
      'clients: {buyers: {to: shop, rate: 100/s, timeout: 1s}}',
      'faults: {dark: {kind: power-loss, target: {zone: north}, at: 10m, lasts: 5m}}',
    ]
    await page.setInputFiles('#file', { name: 'mine.yaml', mimeType: 'text/yaml', buffer: Buffer.from(text.join('\n')) })
    await eventually(() => page.getByTestId('legend').getAttribute('data-up')).toBe('10')
    expect(await now()).toBe(600)
  })

  test('tells how far a long run is, and ends it when asked to', async () => {
    const before = await page.getByTestId('fingerprint').textContent()
    const text = [
      'blackstart: 1',
      'name: long',
      'run: {seed: 1, horizon: 200y}',
      'world: {home: {zones: [a, b], datacentres: 1, racks: 2, hosts: 5}}',
      'services: {shop: {instances: 4, capacity: 100/s}}',
      'clients: {buyers: {to: shop, rate: {diurnal: {mean: 100/s, peak: 1.6, at: 1h}}, timeout: 1s}}',
    ]
    await page.setInputFiles('#file', { name: 'long.yaml', mimeType: 'text/yaml', buffer: Buffer.from(text.join('\n')) })
    await page.getByRole('progressbar', { name: 'Running' }).waitFor()
    await page.getByRole('button', { name: 'Cancel' }).click()
    expect(await page.getByRole('alert').textContent()).toContain('The previous run is still here')
    expect(await page.getByTestId('fingerprint').textContent()).toBe(before)
    expect(await up()).toBe(1600)
  })

  test.each([
    ['dark', 1440, 900],
    ['light', 1440, 900],
    ['light', 1024, 700],
  ] as const)('has no serious fault of accessibility: %s, %i × %i', async (colorScheme, width, height) => {
    await page.emulateMedia({ colorScheme })
    await page.setViewportSize({ width, height })
    await selectHostOfZoneA()
    await page.keyboard.press(']')
    await expectAccessible()
  })
})

/** No fault of accessibility that a machine can find, and nothing beyond the sides. */
async function expectAccessible(): Promise<void> {
  await page.addScriptTag({ path: createRequire(import.meta.url).resolve('axe-core/axe.min.js') })
  const found = await page.evaluate(async () => {
    const axe = (window as unknown as { axe: typeof import('axe-core') }).axe
    const { violations } = await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] })
    return violations.map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes.map(node => node.html.slice(0, 120)).join(' ')}`)
  })
  expect(found).toEqual([])
  const overflows = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)
  expect(overflows).toBe(false)
}

/** A scenario of which a run takes a moment, and in which chance decides. */
const SMALL = `blackstart: 1
name: small
run: {seed: 3, horizon: 1h}
use: [library/three-zone-region]
world: {home: {zones: [north, south], datacentres: 1, racks: 2, hosts: 5, tenants: 3}}
services: {shop: {instances: 6, capacity: 100/s, health: {every: 10s}}}
clients: {buyers: {to: shop, rate: 400/s, timeout: 1s, retry: {attempts: 2}}}
faults: {dark: {kind: power-loss, target: {zone: north}, at: 10m, lasts: 5m, odds: 60%}}
expect:
  kept: {metric: availability, of: shop, at-least: 99.9%}
  back: {metric: recovery-time, of: shop, to: 99%, after: 9m, at-most: 20m}
variants:
  roomy: {set: {services.shop.instances: 12}}
`
const linkOf = (text: string): string => `#s=${deflateRawSync(text).toString('base64url')}`

/** What Node makes of a text. */
function loaded(text: string, variant?: string) {
  const library = new URL('../../scenarios/library/three-zone-region.yaml', import.meta.url)
  const result = load(text, { file: 'small.yaml', read: () => readFileSync(library, 'utf8'), variant })
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  return result.scenario
}

async function study(replications: number): Promise<void> {
  await page.getByRole('button', { name: 'Several runs' }).click()
  await page.fill('[name=replications]', String(replications))
  await page.getByRole('button', { name: /^Make / }).click()
}

/** What the page saves of a study. */
async function saved(): Promise<string> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save as JSON' }).click(),
  ])
  return readFileSync(await download.path(), 'utf8')
}

describe('several runs', () => {
  test.each([1, 3])('come to what Node comes to, byte by byte, with %i at a time', async threads => {
    await page.addInitScript(count => Object.defineProperty(navigator, 'hardwareConcurrency', { get: () => count }), threads)
    await openPage(linkOf(SMALL))
    await study(20)
    const report = await saved()
    expect(await page.getByTestId('study-facts').textContent()).toContain(`with ${threads} worker`)
    const variants = [null, 'roomy'].map(name => ({ name, scenario: loaded(SMALL, name ?? undefined) }))
    const own = createStudy({ variants, replications: { max: 20, min: 20 }, confidence: 0.95 })
    for (let next = own.next(); next !== undefined; next = own.next())
      own.add(next.variant, replicate(own.scenarios[next.variant], next.replication))
    expect(report).toBe(`${JSON.stringify(own.report())}\n`)
    expect(await page.locator('.compared-all tbody tr[data-variant]').count()).toBe(4)
    const { failures } = (JSON.parse(report) as StudyReport).variants[0].checks[0]
    expect(failures.count > 0 && failures.count < 20).toBe(true)
    const seed = failures.first[0].seed
    await page
      .getByRole('button', { name: `Show the run with seed ${seed}` })
      .first()
      .click()
    await eventually(() => page.inputValue('.seed')).toBe(seed)
    const [{ at }] = startRun(loaded(SMALL), { seed }).complete().checks
    await eventually(now).toBe(at)
    expect(await page.locator('.check').first().textContent()).toContain('fail')
  })

  test('that are stopped keep what is done, and say that it is not all', async () => {
    await openPage(linkOf(SMALL))
    await study(10_000)
    await eventually(() => page.getByTestId('study-progress').textContent()).toMatch(/^[1-9].* of 10,000 runs of each · kept/)
    await page.getByRole('button', { name: 'Stop, keep what is done' }).click()
    const report = JSON.parse(await saved()) as StudyReport
    expect(report.partial).toBe(true)
    expect(report.replications).toBeGreaterThan(0)
    expect(report.variants[0].checks[0].n).toBe(report.replications)
    expect(await page.getByTestId('study-facts').textContent()).toMatch(/^Partial: the first [\d,]+ of 10,000/)
    await study(2) // and once more, after an end
    await eventually(() => page.getByTestId('study-facts').textContent()).toMatch(/^2 runs of each variant/)
  })

  test('speak Chinese, and have no serious fault of accessibility', async () => {
    await openPage(linkOf(SMALL))
    await study(3)
    await page.getByRole('button', { name: 'Save as JSON' }).waitFor()
    await expectAccessible()
    await page.getByRole('button', { name: '中文' }).click()
    const text = await page.locator('.sheet').innerText()
    expect(text).toMatch(/每个变体 3 次运行/)
    for (const english of ['runs', 'seed', 'mean', 'held', 'difference', 'pass', 'limit']) expect(text).not.toContain(english)
    await page.setViewportSize({ width: 700, height: 900 })
    await expectAccessible()
  })
})

describe('the closed form', () => {
  test('stands next to what was simulated, of one run and of several, with whether they agree', async () => {
    await openPage('#scenario=nines/two-of-three.yaml')
    const alone = page.locator('.check .theory').first()
    expect(await alone.textContent()).toMatch(/closed form 99.971 % one run does not tell.*2 of 3 places/)
    await study(20)
    await page.getByRole('button', { name: 'Save as JSON' }).waitFor()
    const several = page.locator('.compared-all .theory')
    expect(await several.count()).toBe(6)
    expect(await several.first().textContent()).toMatch(/closed form 99.971 % agrees/)
  })
})

describe('promises', () => {
  test('move with the slider, by keys alone', async () => {
    await openPage(linkOf(SMALL))
    await page.getByRole('button', { name: 'Promises' }).click()
    const slider = page.getByRole('slider', { name: 'Share of failures that strike all copies' })
    const three = page.locator('.copies tbody tr').nth(1)
    expect(await slider.getAttribute('aria-valuetext')).toMatch(/^0\.99 %/)
    expect(await three.textContent()).toContain('99.99 %99.99 %')
    await slider.focus()
    await page.keyboard.press('End')
    expect(await page.getByTestId('common').textContent()).toBe('100 %')
    expect(await three.textContent()).toContain('99.99 %99 %')
    await page.keyboard.press('Home')
    expect(await three.textContent()).toContain('99.9999 %')
    await page.keyboard.press('ArrowRight')
    expect(await slider.getAttribute('aria-valuetext')).toMatch(/^0\.0/)
    await page.getByRole('button', { name: /^2 regions/ }).click()
    expect(await page.getByTestId('common').textContent()).toBe('10 %')
  })

  test('say what a run earns back in either way, and why; in both languages, for everybody', async () => {
    await openPage()
    await page.getByRole('button', { name: 'Promises' }).click()
    expect(await page.getByTestId('credit-region').textContent()).toMatch(/0 %.*one zone alone was down.*does not count/s)
    expect(await page.getByTestId('credit-instance').textContent()).toMatch(/40 of 120 were down/)
    await expectAccessible()
    await page.getByRole('button', { name: '中文' }).click()
    const text = await page.locator('.sheet').innerText()
    for (const english of ['uptime', 'zone', 'share', 'down', 'bill', 'published']) {
      expect(text.replaceAll(/EC2.*|one EC2.*|RDS.*/g, '')).not.toContain(english)
    }
    await page.setViewportSize({ width: 700, height: 900 })
    await page.emulateMedia({ colorScheme: 'light' })
    await expectAccessible()
  })
})

describe('links', () => {
  test('bring back scenario, variant, seed and moment', async () => {
    await openPage('#scenario=az-loss.yaml&variant=lean&seed=8&t=4000')
    await eventually(now).toBe(4000)
    expect(await page.inputValue('.variant-picker')).toBe('lean')
    expect(await page.inputValue('.seed')).toBe('8')
    const fingerprint = await page.getByTestId('fingerprint').textContent()
    await page.keyboard.press('ArrowRight')
    const moment = await now()
    await page.getByRole('button', { name: 'Copy link' }).click()
    await eventually(() => new URL(page.url()).hash).toMatch(/^#scenario=az-loss.yaml&variant=lean&seed=8&t=/)
    const link = page.url()
    await page.goto('about:blank')
    await page.goto(link)
    await eventually(now).toBe(moment)
    expect(await page.getByTestId('fingerprint').textContent()).toBe(fingerprint)
    await page.goto(`${url}#scenario=az-loss.yaml&seed=7`)
    await eventually(now).toBe(3600)
    expect(await page.inputValue('.variant-picker')).toBe('')
  })

  test('bring a text along', async () => {
    await openPage(linkOf(SMALL))
    const fingerprint = await page.getByTestId('fingerprint').textContent()
    await page.getByRole('button', { name: 'Copy link' }).click()
    await eventually(() => new URL(page.url()).hash).toMatch(/^#s=[\w-]+&seed=3&t=/)
    const link = page.url()
    await page.goto('about:blank')
    await page.goto(link)
    await eventually(() => page.title()).toContain('small')
    expect(await page.getByTestId('fingerprint').textContent()).toBe(fingerprint)
  })

  test('that are broken say what is wrong, and lose nothing', async () => {
    const alert = page.getByRole('alert')
    const wrong = SMALL.replace('buyers: {to: shop', 'buyers: {to: shpo')
    await openPage(linkOf(wrong))
    await eventually(() => alert.textContent()).toMatch(/line 7.*shpo/s)
    const editor = page.getByRole('textbox', { name: 'Text of linked.yaml' })
    expect(await editor.inputValue()).toBe(wrong)
    await editor.fill(SMALL)
    await page.getByRole('button', { name: 'Run this text' }).click()
    await eventually(() => page.title()).toContain('small')
    expect(await alert.count()).toBe(0)
    for (const [hash, says] of [
      ['#s=AAAA', 'The link is damaged'],
      ['#scenario=nothing.yaml', 'No scenario called nothing.yaml'],
      ['#scenario=az-loss.yaml&variant=leen', 'leen'],
      [linkOf('#'.repeat(3_000_000)), 'more than 2 MB'],
    ] as const) {
      await page.goto(`${url}${hash}`)
      await eventually(() => alert.textContent()).toContain(says)
      expect(await page.title()).toContain('small')
    }
  })
})
