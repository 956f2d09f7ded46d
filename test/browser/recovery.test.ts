/** The ways back from the faults of a run, on the page. */
import { describe, expect, test } from 'vitest'
import { eventually, expectAccessible, linkOf, now, openPage, page, SMALL, usePage } from './fixture.ts'

usePage()

describe('recovery', () => {
  test('tells what was back when, by what it was held up, and what each limit costs', async () => {
    await openPage()
    await page.getByRole('button', { name: 'Recovery' }).click()
    await page.locator('.returns').waitFor()
    const power = page.locator('.returns tbody tr').first()
    expect(await power.textContent()).toMatch(/power for the hosts of us-east-1\/a\s*99 %\s*30 min 20 s/)
    await power.getByRole('button').click()
    const lines = page.locator('.path tbody tr')
    expect(await lines.allTextContents()).toEqual([
      '30 min lose-a lasts',
      '20 s waits until us-east-1/a/dc2 is energised, step by step',
    ])
    await page.getByRole('button', { name: 'What would each limit save?' }).click()
    await page.getByRole('columnheader', { name: 'without it' }).waitFor()
    expect(await lines.last().textContent()).toMatch(/20 s less$/)
  })

  test('leads from a stretch to its event', async () => {
    await openPage(`${linkOf(SMALL.replace('odds: 60%', 'odds: 100%'))}&mode=recovery`)
    await page.locator('.path').waitFor()
    await page.getByRole('button', { name: 'dark lasts' }).click()
    await eventually(now).toBe(900)
    expect(await page.getByRole('button', { name: 'One run' }).getAttribute('aria-pressed')).toBe('true')
  })

  test('says so where nothing struck', async () => {
    await openPage(`${linkOf(SMALL.replace('odds: 60%', 'odds: 0%'))}&mode=recovery`)
    await page.getByText('so nothing has to come back').waitFor()
  })

  test('speaks Chinese, and has no serious fault of accessibility', async () => {
    await openPage()
    await page.getByRole('button', { name: 'Recovery' }).click()
    await page.locator('.path').waitFor()
    await expectAccessible()
    await page.getByRole('button', { name: '中文' }).click()
    const text = await page.locator('.sheet').innerText()
    for (const english of ['waits', 'strikes', 'share', 'path', 'works', 'never']) expect(text).not.toContain(english)
    await page.setViewportSize({ width: 700, height: 900 })
    await expectAccessible()
  })
})
