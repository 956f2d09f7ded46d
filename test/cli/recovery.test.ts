import { describe, expect, test } from 'vitest'
import { blackstart } from './console.ts'

const FILE = 'scenarios/az-loss.yaml'

describe('what a run says of recoveries', () => {
  test('is a line or two for each strike, in both languages, unless it is to be quiet', async () => {
    const { out } = await blackstart('run', FILE)
    expect(out).toContain(
      'lose-a strikes at 1 h, over after 30 min\n' +
        '     power 30 min 20 s · instances on us-east-1/a 50/80/99 % 1 h 2 min / 1 h 20 min / 1 h 39 min · ' +
        'shop-db up 58.9 s · web served 58.9 s (A2)\n' +
        '     longest: 35 min 2 s waits until hands has a hand free (1 job)\n',
    )
    expect((await blackstart('run', FILE, '--lang', 'zh')).out).toContain('耗时最长：35 分 2 秒')
    expect((await blackstart('run', FILE, '--quiet')).out).not.toContain('strikes at')
  })

  test('tells of the first strikes and counts the others', async () => {
    const { out } = await blackstart('run', 'scenarios/nines/two-of-three.yaml')
    expect(out.match(/^dark strikes at/gm)).toHaveLength(4)
    expect(out).toMatch(/^28 more strikes: --recovery tells of them$/m)
  })

  test('has every path with --recovery, and the same in plain data', async () => {
    const { out } = await blackstart('run', FILE, '--recovery')
    expect(out.match(/lose-a strikes at/g)).toHaveLength(1)
    expect(out).toContain('hands is on the way')
    const { recoveries } = JSON.parse((await blackstart('run', FILE, '--recovery', '--json')).out)
    for (const { time, path } of recoveries[0].milestones) {
      const sum = path.reduce((total: number, hop: { length: number }) => total + hop.length, 0)
      if (path.length > 0) expect(sum).toBe(time)
    }
  })
})
