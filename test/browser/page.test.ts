/** One run on the page, as a reader uses it. */
import { beforeEach, describe, expect, test } from 'vitest'
import { recorded } from '../web/recorded.ts'
import { eventually, expectAccessible, moments, now, openPage, page, up, usePage } from './fixture.ts'

usePage()

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
