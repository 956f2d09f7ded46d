import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { recoveryLines } from '../../sim/cli/recovery.ts'
import { FOUR_RACKS } from '../four-racks.ts'
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

  test('tells of fifty strikes with --recovery and counts the others', async () => {
    const often = `${FOUR_RACKS.replace('lasts: 10m', 'every: 2m, each: host, lasts: 10s').replace('power-loss', 'host-failure')}expect: {}\n`
    const file = join(mkdtempSync(join(tmpdir(), 'often-')), 'often.yaml')
    writeFileSync(file, often)
    const { out } = await blackstart('run', file, '--recovery')
    const { recoveries } = JSON.parse((await blackstart('run', file, '--recovery', '--json')).out)
    expect(recoveries.length).toBeGreaterThan(100)
    expect(out.match(/^dark strikes at/gm)).toHaveLength(50)
    expect(out).toMatch(new RegExp(`^and ${recoveries.length - 50} more strikes$`, 'm'))
  })

  test('says of what only hands bring back that it would never come back without them', () => {
    const name = { en: 'the work of hands', zh: 'hands 的工作' }
    const lasting = { from: 0, to: 60, length: 60, jobs: 0, row: 1, says: { en: 'hands works', zh: 'hands 工作' } }
    const hop = { ...lasting, kind: 'work', limit: 'hands', of: 'hands', name, subject: 'heal/half' } as const
    const saving = { limit: 'hands', of: 'hands', name, time: null, saved: null } as const
    const reached = { what: 'up', of: ['web'], share: 1, expectation: null, fell: 0, time: 60, row: 1 } as const
    const milestones = [{ ...reached, path: [hop], isCaused: true, savings: [saving] }]
    const lines = [...recoveryLines([{ fault: 'dark', strike: 0, started: 0, ended: null, milestones }], 1, 'en')]
    expect(lines.at(-1)).toContain('hands works – without the work of hands it would never come back')
  })

  test('takes the calls of others, which failed before in the same queue, for waiting in it', async () => {
    const { out } = await blackstart('run', 'scenarios/incidents/2011-04-21-us-east-1.yaml', '--recovery')
    expect(out).not.toContain('a call of own-zone fails')
    expect(out).toMatch(/^ +7 h 14 min {2}waits for calls of the control plane$/m)
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
