/** Links to the page: what they bring back, and what becomes of broken ones. */
import { describe, expect, test } from 'vitest'
import { eventually, linkOf, now, openPage, page, SMALL, url, usePage } from './fixture.ts'

usePage()

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
