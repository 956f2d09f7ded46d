/** How long answers took, on the page. */
import { describe, expect, test } from 'vitest'
import { recorded } from '../web/recorded.ts'
import { expectAccessible, openPage, page, usePage } from './fixture.ts'

usePage()

const STALLS = '#scenario=latency/stalls.yaml&t=30'

/** The cells of the table of percentiles, row by row. */
const cells = () =>
  page
    .getByTestId('latency')
    .locator('tbody tr')
    .evaluateAll(rows => rows.map(row => [...row.children].map(cell => cell.textContent)))

describe('latency', () => {
  test('of a service says for the whole run what the metric says', async () => {
    await openPage(STALLS)
    await page.getByRole('button', { name: 'io latency' }).click()
    const said = await page.locator('.check .value').allTextContents()
    const rows = await cells()
    expect(rows.map(row => row[0])).toEqual(['p50', 'p99', 'p99.9', 'answers'])
    expect([rows[0][2], rows[1][2]]).toEqual(said.slice(0, 2))
    expect(rows[3].slice(1).map(text => Number(text?.replaceAll(',', '')))).toEqual(answersBy(30))
  })

  test('follows the playhead, and says so where nothing was answered', async () => {
    await openPage(STALLS)
    await page.getByRole('button', { name: 'io latency' }).click()
    const before = await cells()
    await page.getByTestId('slider').focus()
    await page.keyboard.press('Home')
    await page.getByText('Nothing was answered in this interval.').waitFor()
    expect((await cells())[0]).toEqual(['p50', '–', before[0][2]])
  })

  test('is not there where none are told', async () => {
    await openPage()
    expect(await page.getByText('latency').count()).toBe(0)
  })

  test('speaks Chinese, and has no serious fault of accessibility', async () => {
    await openPage(STALLS)
    await page.getByRole('button', { name: 'io latency' }).click()
    await expectAccessible()
    await page.getByRole('button', { name: '中文' }).click()
    const text = await page.getByTestId('latency').innerText()
    for (const english of ['answers', 'took', 'run', 'from', ' to ', 'ms', 's ']) expect(text).not.toContain(english)
    await page.setViewportSize({ width: 900, height: 900 })
    await expectAccessible()
  })
})

/** Answers in the interval that ends at a moment, and from the warm-up on. */
function answersBy(end: number): number[] {
  const { rows, kinds, scenario } = recorded('latency/stalls.yaml')
  const sums = [0, 0]
  for (let row = 1; row < rows.length; row++) {
    if (kinds[rows.kind[row]].name !== 'cell.latency') continue
    if (rows.time[row] === end) sums[0] += rows.b[row]
    if (rows.time[row] > scenario.warmup) sums[1] += rows.b[row]
  }
  return sums
}
