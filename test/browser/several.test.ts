/** Several runs on the page, what theory says of them, and what is promised. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { replicate } from '../../sim/experiment/replicate.ts'
import { startRun } from '../../sim/experiment/run.ts'
import { createStudy, type StudyReport } from '../../sim/experiment/study.ts'
import { load } from '../../sim/scenario/load.ts'
import { eventually, expectAccessible, linkOf, now, openPage, page, SMALL, usePage } from './fixture.ts'

usePage()

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
