/** The built page in a real browser, one for each file of tests: `npm run build` comes first. */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { deflateRawSync } from 'node:zlib'
import type { Browser, Page } from 'playwright'
import { type PreviewServer, preview } from 'vite'
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import { launchChromium } from './chromium.ts'

/** A new one for each test; it must not complain. */
export let page: Page
/** Where it is served. */
export let url: string

const root = fileURLToPath(new URL('../..', import.meta.url))
let server: PreviewServer
let browser: Browser
let complaints: string[]

/** Serves the built page to the tests of a file, and opens one for each. */
export function usePage(): void {
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
}

/** Goes to the page, as a link may, and waits for its first run. */
export async function openPage(hash = ''): Promise<void> {
  await page.goto(url + hash)
  await page.getByTestId('fingerprint').waitFor()
}

/** What will be so before long, however busy the machine is. */
export const eventually = <T>(what: () => T | Promise<T>) => expect.poll(what, { timeout: 30_000 })

/** The moment each panel says it shows, s. */
export function moments(): Promise<number[]> {
  return page.evaluate(() => [...document.querySelectorAll('[data-at]')].map(each => Number(each.getAttribute('data-at'))))
}

/** Hosts that are up, as the legend says. */
export const up = async (): Promise<number> => Number(await page.getByTestId('legend').getAttribute('data-up'))
/** The moment that is shown, s. */
export const now = async (): Promise<number> => Number(await page.getByTestId('now').getAttribute('data-at'))
/** No fault of accessibility that a machine can find, and nothing beyond the sides. */
export async function expectAccessible(): Promise<void> {
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
export const SMALL = `blackstart: 1
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
/** The part of an address that brings a text along. */
export const linkOf = (text: string): string => `#s=${deflateRawSync(text).toString('base64url')}`
