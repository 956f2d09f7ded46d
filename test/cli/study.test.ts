import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { main } from '../../sim/cli/main.ts'
import type { Pool } from '../../sim/cli/pool.ts'
import type { StudyReport } from '../../sim/experiment/study.ts'
import { blackstart } from './console.ts'

/** Threads load compiled modules only: they are compiled for these tests, so that a stale build misleads nobody. */
const BUILT = 'dist/test/study'
let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'blackstart-'))
  spawnSync('node_modules/.bin/tsc', ['-p', 'sim/cli', '--outDir', BUILT])
}, 120_000)
afterAll(() => {
  rmSync(folder, { recursive: true })
  rmSync(BUILT, { recursive: true })
})

const command = (...args: string[]): readonly [string, string[]] => [process.execPath, [`${BUILT}/cli/main.js`, ...args]]

/** Runs one command line as a process of its own, in threads. */
function compiled(...args: string[]): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(...command(...args), { encoding: 'utf8' })
  return { code: status, out: stdout, err: stderr }
}

/** A scenario whose runs take milliseconds; in six of ten runs a zone is lost. */
const TEXT = `blackstart: 1
name: small
run: {seed: s, horizon: 10h}
world: {r1: {zones: [a, b], racks: 1, hosts: 4, tenants: 0}}
services: {web: {instances: 4, capacity: 100/s}}
clients: {users: {to: web, rate: 300/s}}
faults: {lose-a: {kind: power-loss, target: {zone: a}, at: 1h, lasts: 1h, odds: 60%}}
expect: {A1: {metric: availability, of: web, at-least: 80%}}
variants:
  wide: {set: {services.web.instances: 8}}
`

function file(name: string, text = TEXT): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const reportIn = (out: string): StudyReport & { file: string } => JSON.parse(out) as StudyReport & { file: string }

describe('a study', () => {
  test('prints the same bytes with one, two and three workers, and without threads', async () => {
    const path = file('workers.yaml')
    const args = ['study', path, '--replications', '200', '--half-width', '1.7%', '--json']
    const alone = await blackstart(...args)
    for (const workers of ['1', '2', '3']) expect(compiled(...args, '--workers', workers)).toEqual(alone)
    const { replications, halfWidth, partial, variants } = reportIn(alone.out)
    expect({ replications, partial, reached: halfWidth?.reached }).toEqual({ replications: 157, partial: false, reached: true })
    expect(variants.map(({ name }) => name)).toEqual([null, 'wide'])
  })

  test('its first replication is the run of the file, its others have seeds that run takes', async () => {
    const path = file('seeds.yaml')
    const values: number[] = []
    for (const seed of ['s', 's#1', 's#2']) {
      const { out } = await blackstart('run', path, '--seed', seed, '--json')
      values.push((JSON.parse(out) as { metrics: { A1: number } }).metrics.A1)
    }
    const { out } = await blackstart('study', path, '--variant', 'base', '--replications', '3', '--json')
    const [{ mean, p10, p90 }] = reportIn(out).variants[0].checks
    expect(mean?.value).toBe((values[0] + values[1] + values[2]) / 3)
    expect([p10?.value, p90?.value]).toEqual([Math.min(...values), Math.max(...values)])
  })

  test('exits as its intervals say', async () => {
    const path = file('exit.yaml')
    const codeOf = async (...args: string[]): Promise<number> =>
      (await blackstart('study', path, '--variant', 'base', '--replications', '20', ...args)).code
    expect(await codeOf()).toBe(0)
    expect(await codeOf('--set', 'expect.A1.at-least=99%')).toBe(1)
    expect(await codeOf('--set', 'expect.A1.at-least=99%', '--set', 'expect.A1.should=fail')).toBe(0)
    expect(await codeOf('--set', 'expect.A1.at-least=92%')).toBe(2)
  })

  test('in words', async () => {
    const { out } = await blackstart('study', file('words.yaml'), '--replications', '20')
    expect(out.split('\n')).toMatchInlineSnapshot(`
      [
        "small  20 replications, seeds s, s#1 … s#19, 95 % intervals",
        "as written",
        "✓ A1  pass  availability of web: mean 89.1 % ± 6.4 %, asked at least 80 %",
        "    p10 87.16 % (at most 88.10 %); median 88.5 % (88.1 % to 100.0 %); p90 100 % (at least 100 %); kept in 19 of 20 (75.1 % to 99.9 %)",
        "    fails with --seed s#17",
        "    closed form fail: 2 of 4 instances are left and carry 200/s of 300/s at the peak (differs: capacity)",
        "      taken for granted: the zone goes at the peak; nothing is launched and nothing else fails; what does not fit is refused at once, and retries cost nothing",
        "wide",
        "✓ A1  pass  availability of web: mean 99.955 % ± 0.015 %, asked at least 80 %",
        "    p10 99.915 % (at most 99.937 %); median 99.943 % (99.937 % to 100.000 %); p90 100 % (at least 100 %); kept in 20 of 20 (83.2 % to 100.0 %)",
        "    closed form pass: 4 of 8 instances are left and carry 400/s of 300/s at the peak (agrees)",
        "      taken for granted: the zone goes at the peak; nothing is launched and nothing else fails; what does not fit is refused at once, and retries cost nothing",
        "",
        "Variants compared replication by replication, under the same chance (common random numbers)",
        "  difference         of  mean                      correlation  variance  better",
        "  wide − as written  A1  10.8 points ± 6.4 points  0.48         ÷ 1       wide in 70.0 % (45.7 % to 88.1 %)",
        "",
        "What it costs and what it gives",
        "  variant     instances  cost  availability (A1)",
        "  as written  40 h       × 1   89.1 % ± 6.4 %",
        "  wide        80 h       × 2   99.955 % ± 0.015 %",
        "",
        "pass",
        "",
      ]
    `)
  })

  test('compare tells how two variants differ', async () => {
    const path = file('compare.yaml')
    const { out, code } = await blackstart('compare', path, '-', 'wide', '--replications', '20')
    expect(code).toBe(0)
    expect(out.split('\n').slice(1, 4)).toMatchInlineSnapshot(`
      [
        "Variants compared replication by replication, under the same chance (common random numbers)",
        "  difference         of  mean                      correlation  variance  better",
        "  wide − as written  A1  10.8 points ± 6.4 points  0.48         ÷ 1       wide in 70.0 % (45.7 % to 88.1 %)",
      ]
    `)
    const { pairs } = reportIn((await blackstart('compare', path, 'wide', 'base', '--json')).out)
    expect(pairs.map(({ first, second }) => [first, second])).toEqual([['wide', null]])
    expect((await blackstart('compare', path, 'wide')).err).toContain('blackstart compare FILE A B')
    expect((await blackstart('compare', path, 'wide', 'wide')).err).toContain('wide is named twice')
  })
})

describe('what cannot be done is said, with exit code 3', () => {
  test.each([
    [['--replications', '0'], '--replications 0: must be a whole number above 0'],
    [['--replications', '9999999'], 'no more than 1000000'],
    [['--half-width', '0%'], '--half-width 0%: must be above 0'],
    [['--half-width', '60%'], '--half-width 60%: must be below 50 %'],
    [['--half-width', '5s'], '--half-width 5s: availability comes to a share'],
    [['--half-width', 'narrow'], '--half-width narrow: cannot be read as a value'],
    [['--half-width', '-1%'], '--half-width'],
    [['--of', 'A1'], '--of A1: goes with --half-width'],
    [['--half-width', '1%', '--of', 'A2'], '--of A2: there is no such expectation, but A1'],
    [['--confidence', '100%'], '--confidence 100%: must be between 50% and 99.99%'],
    [['--workers', '0'], '--workers 0: must be a whole number above 0'],
    [['--variant', 'narrow'], 'narrow'],
    [['--out', '/nowhere/report.json'], '--out /nowhere/report.json: cannot be written: there is no such folder'],
    [['--out', '/'], '--out /: cannot be written: it is a folder'],
    [['--journal', '/nowhere/journal'], '--journal /nowhere/journal: cannot be written: there is no such folder'],
    [['--journal', '/dev/null'], '--journal /dev/null: is not a file'],
  ])('%j', async (args, message) => {
    const { code, err } = await blackstart('study', file('refused.yaml'), '--replications', '3', ...args)
    expect(err).toContain(message)
    expect(code).toBe(3)
  })

  test('neither journal nor report may stand in the scenario’s place', async () => {
    const path = file('own.yaml')
    expect((await blackstart('study', path, '--journal', path)).err).toContain('into the scenario itself')
    expect((await blackstart('study', path, '--out', path)).err).toContain('would replace the scenario itself')
    expect(readFileSync(path, 'utf8')).toBe(TEXT)
  })
})

describe('a journal', () => {
  const args = (path: string, journal: string, replications = 20): string[] => [
    ...['study', path, '--replications', String(replications), '--json', '--journal', journal],
  ]

  test('holds every result, and a study that is made again makes none', async () => {
    const [path, journal] = [file('kept.yaml'), join(folder, 'kept.jsonl')]
    const first = await blackstart(...args(path, journal))
    const kept = readFileSync(journal, 'utf8')
    expect(kept.split('\n').length).toBe(1 + 40 + 1)
    expect(await blackstart(...args(path, journal))).toEqual(first)
    expect(readFileSync(journal, 'utf8')).toBe(kept)
  })

  test('that is cut off anywhere is gone on with, to the same report', async () => {
    const [path, journal] = [file('torn.yaml'), join(folder, 'torn.jsonl')]
    const whole = await blackstart(...args(path, journal))
    const length = readFileSync(journal).length
    for (const cut of [0, 10, 250, Math.floor(length / 2), length - 1]) {
      truncateSync(journal, cut)
      expect(await blackstart(...args(path, journal))).toEqual(whole)
      expect(readFileSync(journal).length).toBe(length)
    }
  })

  test('may be gone on with for more replications', async () => {
    const [path, journal] = [file('more.yaml'), join(folder, 'more.jsonl')]
    await blackstart(...args(path, journal, 5))
    const grown = await blackstart(...args(path, journal, 12))
    expect(grown).toEqual(await blackstart('study', path, '--replications', '12', '--json'))
  })

  test('of something else is refused, and left alone', async () => {
    const [path, journal] = [file('other.yaml'), join(folder, 'other.jsonl')]
    await blackstart(...args(path, journal))
    const kept = readFileSync(journal, 'utf8')
    const refusal = async (...more: string[]): Promise<string> => {
      const { code, err } = await blackstart('study', path, '--replications', '20', '--journal', journal, ...more)
      expect(code).toBe(3)
      return err
    }
    expect(await refusal('--seed', '5')).toContain('is of seed s, not 5')
    expect(await refusal('--variant', 'wide')).toContain('is of other variants: as written, wide, not wide')
    expect(await refusal('--set', 'services.web.instances=5')).toContain(
      'is of another text of the scenario (as written has changed)',
    )
    expect(readFileSync(journal, 'utf8')).toBe(kept)
    const changed = async (from: string | RegExp, to: string): Promise<string> => {
      writeFileSync(journal, kept.replace(from, to))
      return refusal()
    }
    expect(await changed(/"blackstart":"[^"]*"/, '"blackstart":"0.0.1"')).toContain('is of version 0.0.1, and this is')
    expect(await changed(/\{"journal":1/, '{"journal":2')).toContain('is not a journal of a study')
    expect(await changed(/^.*$/m, 'name: small')).toContain('is not a journal of a study')
    expect(await changed(/"replication":3,.*$/m, '')).toContain('is damaged')
    expect(await changed('"replication":3,', '"replication":4,')).toContain('does not belong to this study')
    expect(await changed(/"fingerprint":"[^"]*"/, '"fingerprint":"0123"')).toContain('a simulator that gives other results')
  })

  test('that cannot grow any more ends the study: what is done is printed as partial', () => {
    const [path, journal] = [file('full.yaml'), join(folder, 'full.jsonl')]
    const [node, words] = command(...args(path, journal, 400), '--workers', '2')
    // In place of a full disk: files of this process may not grow beyond 8 blocks.
    const limited = ['-c', `ulimit -f 8; exec "${node}" "$@"`, 'bash', ...words]
    const { status, stdout, stderr } = spawnSync('bash', limited, { encoding: 'utf8' })
    const [report, problem] = stdout.trimEnd().split('\n')
    expect(reportIn(report).partial).toBe(true)
    expect(reportIn(report).replications).toBeGreaterThan(0)
    expect(problem).toContain('cannot be written any more: the file would be too large')
    expect([status, stderr]).toEqual([3, ''])
    const { replications, partial } = reportIn(compiled(...args(path, journal, 60)).out)
    expect({ replications, partial }).toEqual({ replications: 60, partial: false })
  })
})

describe('when it is interrupted', () => {
  /** Begins a study that would take minutes and waits for its journal to hold some results. */
  async function begun(path: string, journal: string): Promise<ChildProcess> {
    const child = spawn(...command('study', path, '--replications', '500000', '--journal', journal, '--workers', '2'))
    while (!existsSync(journal) || readFileSync(journal, 'utf8').split('\n').length < 20) {
      await new Promise(resolve => setImmediate(resolve))
    }
    return child
  }

  test('it prints what is done, as partial, and goes on from there the next time', async () => {
    const [path, journal] = [file('interrupted.yaml'), join(folder, 'interrupted.jsonl')]
    const child = await begun(path, journal)
    const told = { out: '', err: '' }
    child.stdout?.on('data', text => {
      told.out += text
    })
    child.stderr?.on('data', text => {
      told.err += text
    })
    child.kill('SIGINT')
    const code = await new Promise(resolve => child.on('close', resolve))
    expect(code).toBe(2)
    expect(told.out).toMatch(/^small {2}PARTIAL: the first \d+ of 500000 replications/)
    expect(told.out).toMatch(/ partial\n$/)
    expect(told.err).toMatch(/^blackstart: interrupted; \d+ results are in /)
    const resumed = compiled('study', path, '--replications', '15', '--journal', journal, '--json')
    expect(resumed).toEqual(await blackstart('study', path, '--replications', '15', '--json'))
  })

  test('killed, it loses nothing that was in its journal', async () => {
    const [path, journal] = [file('killed.yaml'), join(folder, 'killed.jsonl')]
    const child = await begun(path, journal)
    child.kill('SIGKILL')
    await new Promise(resolve => child.on('close', resolve))
    const before = readFileSync(journal, 'utf8')
    const whole = before.slice(0, before.lastIndexOf('\n') + 1)
    const resumed = compiled('study', path, '--replications', '15', '--journal', journal, '--json')
    expect(resumed).toEqual(await blackstart('study', path, '--replications', '15', '--json'))
    expect(readFileSync(journal, 'utf8').startsWith(whole)).toBe(true)
  })
})

test('a run that takes too much ends the study once all before it are done', () => {
  const args = ['study', file('much.yaml'), '--variant', 'base', '--seed', 's13', '--replications', '40', '--json']
  const events = (...more: string[]): unknown[] => {
    const { code, out } = compiled(...args, ...more)
    const { replications, partial, variants } = reportIn(out.split('\n')[0])
    return [code, replications, partial, variants[0].events, out.includes('(seed s13#3); raise the limit with --max-events')]
  }
  expect(events('--max-events', '5')).toEqual([3, 3, true, 3, true])
  expect(events('--max-events', '5', '--workers', '3')).toEqual([3, 3, true, 3, true])
})

test('a report that cannot be written is printed all the same', async () => {
  const { code, out, err } = await blackstart('study', file('out.yaml'), '--replications', '3', '--json', '--out', '/dev/full')
  expect(code).toBe(3)
  expect(reportIn(out.split('\n')[0]).replications).toBe(3)
  expect(out + err).toContain('--out /dev/full: cannot be written: the disk is full')
})

test('a report in a file is what is printed', async () => {
  const path = join(folder, 'report.json')
  const { out } = await blackstart('study', file('both.yaml'), '--replications', '3', '--json', '--out', path)
  expect(readFileSync(path, 'utf8')).toBe(out)
})

test('progress is shown on a terminal only', async () => {
  const told: string[] = []
  const console = { out: () => {}, err: (text: string) => void told.push(text), isTerminal: true, hasColour: false }
  expect(await main(['study', file('progress.yaml'), '--replications', '40'], console)).toBe(0)
  expect(told[0].replace('\r\u001b[K', '')).toMatch(/^\d+\/40/)
  expect(told.at(-1)).toBe('\r\u001b[K')
})

describe('threads', () => {
  /** Work that a text decides on, in a module of its own that threads can load. */
  async function echoing(threads: number): Promise<Pool<string, string>> {
    const path = file('echo.mjs', ECHO.replace('POOL', pathToFileURL(resolve(BUILT, 'cli/pool.js')).href))
    const { createPool } = (await import(
      pathToFileURL(resolve(BUILT, 'cli/pool.js')).href
    )) as typeof import('../../sim/cli/pool.ts')
    return createPool({ url: pathToFileURL(path).href, perform: (task: string, _: string) => task }, 'shared', threads)
  }
  const ECHO = `import { defineWork } from 'POOL'
export const echo = defineWork(import.meta.url, (task, shared) => {
  if (task === 'throw') throw new RangeError('thrown')
  if (task === 'exit') process.exit(1)
  if (task === 'hang') for (;;);
  return task + ' ' + shared
})`

  test('answer in whatever order, and know what they share', async () => {
    const pool = await echoing(2)
    const tasks = Array.from({ length: 50 }, (_, i) => `${i}`)
    expect(await Promise.all(tasks.map(pool.run))).toEqual(tasks.map(task => `${task} shared`))
    pool.close()
  })

  test('go on after work that throws', async () => {
    const pool = await echoing(1)
    await expect(pool.run('throw')).rejects.toThrow('thrown')
    expect(await pool.run('a')).toBe('a shared')
    pool.close()
  })

  test('that end take their task with them, the last one all that wait', async () => {
    const pool = await echoing(1)
    const lost = await Promise.allSettled([pool.run('exit'), pool.run('a')])
    const ended = { status: 'rejected', reason: new Error('a thread ended before its task') }
    expect(lost).toEqual([ended, ended])
    await expect(pool.run('b')).rejects.toThrow('no thread is left')
    pool.close()
  })

  test('are ended at once when the pool is closed', async () => {
    const pool = await echoing(1)
    await pool.run('a')
    const lost = Promise.allSettled([pool.run('hang'), pool.run('b')])
    pool.close()
    expect((await lost).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  })
})
