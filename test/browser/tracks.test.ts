/** What the timeline and the inspector tell beside hosts, services and requests. */
import { describe, expect, test } from 'vitest'
import { expectAccessible, linkOf, openPage, page, usePage } from './fixture.ts'

usePage()

/** Names of the lanes, each with what it reads at the playhead. */
const lanes = () => page.locator('.lane-label').allInnerTexts()

const CARDS = `blackstart: 1
name: cards
run: {seed: 3, horizon: 1h}
world: {home: {zones: [a], datacentres: 1, racks: 1, hosts: 2, machine: plain, tenants: 0}}
machines: {plain: {boot: 1m}}
services: {shop: {instances: 2, capacity: 100/s}}
clients: {buyers: {to: shop, rate: 50/s, timeout: 1s}}
faults: {card: {kind: card-failure, card: network, target: {host: r1/h1}, at: 10m, lasts: 20m}}
`

describe('the timeline', () => {
  test('tells that a service does not come back by itself, and so do its list and its inspector', async () => {
    await openPage('#scenario=metastable/retry-storm.yaml&t=3600')
    expect((await lanes()).map(text => text.replaceAll(/\s+/g, ' '))).toContain('shop metastable')
    const services = page.locator('section', { has: page.getByRole('heading', { name: 'Services and clients' }) })
    expect(await services.locator('li').allInnerTexts()).toContainEqual(expect.stringMatching(/shop\s*metastable/))
    await services.getByRole('button', { name: 'shop' }).click()
    expect(await page.getByTestId('state').getAttribute('data-state')).toBe('metastable')
  })

  test('tells how much of a burst is left, of buckets that are alike once', async () => {
    await openPage('#scenario=hosts/burst-bucket.yaml&t=7500')
    expect((await lanes()).map(text => text.replaceAll(/\s+/g, ' '))).toContain('reports/a volume +1 12.5 %')
    await page.getByRole('button', { name: 'reports/a volume' }).click()
    expect(await page.getByTestId('inspector').innerText()).toMatch(/drains/)
    await expectAccessible()
  })

  test('gives a fault one lane however often it strikes', async () => {
    await openPage('#scenario=incidents/2011-04-21-us-east-1.yaml&t=90000')
    const texts = (await lanes()).map(text => text.replaceAll(/\s+/g, ' '))
    expect(texts.filter(text => text.startsWith('new-servers'))).toHaveLength(1)
    expect(texts).toContainEqual(expect.stringMatching(/^ebs\/us-east-1\/a volumes 85\.7 % serve$/))
  })

  test('speaks Chinese of all this', async () => {
    await openPage('#scenario=incidents/2023-08-30-australia-east.yaml&t=4000')
    await page.getByRole('button', { name: '中文' }).click()
    const texts = (await lanes()).map(text => text.replaceAll(/\s+/g, ' '))
    expect(texts).toContain('a/halls/cooling 过热')
    for (const english of ['warm', 'hosts', 'power', 'up', 'serve']) {
      for (const text of texts) expect(text.replace('powered-down', '')).not.toContain(english)
    }
  })
})

describe('the inspector of a host', () => {
  test('lists the card that is down, since when and what that did', async () => {
    await openPage(`${linkOf(CARDS)}&t=900`)
    const inspector = page.getByTestId('inspector')
    await inspector.getByRole('button', { name: /network card of a\/dc1\/r1\/h1 fails/ }).click()
    await inspector.locator('.title', { hasText: 'a/dc1/r1/h1' }).waitFor()
    expect(await inspector.getByTestId('state').getAttribute('data-state')).toBe('cut')
    const cards = await page.getByTestId('cards').innerText()
    expect(cards).toMatch(/^Cards down\s+the network card of a\/dc1\/r1\/h1 fails/)
    expect(cards).toMatch(/runs on out of reach/)
    await expectAccessible()
  })

  test('has a histogram for each path that is observed', async () => {
    await openPage('#scenario=hosts/noisy-neighbour.yaml&t=100')
    await page.getByRole('button', { name: 'a/dc1/r1/h1/volume latency' }).click()
    const volume = await page.getByTestId('latency').innerText()
    expect(volume).toMatch(/^How long I\/Os of the volume path took/)
    await page.getByTestId('inspector').getByRole('button', { name: 'h1', exact: true }).click()
    expect(await page.getByTestId('latency').count()).toBe(2)
    expect(await page.getByTestId('latency').last().innerText()).toBe(volume)
    await expectAccessible()
  })
})

test('scenarios are chosen by folder, in either language', async () => {
  await openPage()
  const labels = () => page.locator('.scenario-picker optgroup').evaluateAll(all => all.map(each => each.getAttribute('label')))
  expect(await labels()).toContain('Incidents that happened')
  expect(await page.locator('.scenario-picker > option').count()).toBe(2)
  await page.getByRole('button', { name: '中文' }).click()
  for (const label of await labels()) expect(label).toMatch(/^\P{ASCII}+$/u)
})
