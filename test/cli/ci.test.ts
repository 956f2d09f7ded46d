/** `blackstart test` as CI uses it: order, reports, annotations, baselines, parts of the work, and what cannot be written. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { parseOptions } from '../../sim/cli/options.ts'
import type { Result } from '../../sim/cli/test/case.worker.ts'
import { annotations } from '../../sim/cli/test/github.ts'
import { junitPieces } from '../../sim/cli/test/junit.ts'
import { linkTo } from '../../sim/cli/test/link.ts'
import { readLink } from '../../web/state/links.ts'
import { blackstart, FAILS, PASSES, tiny, VACUOUS } from './console.ts'

const root = mkdtempSync(join(tmpdir(), 'blackstart-'))
let folder = ''
let count = 0
beforeEach(() => {
  folder = join(root, String(++count))
  mkdirSync(folder)
})
afterAll(() => rmSync(root, { recursive: true }))

const at = (name: string): string => join(folder, name)
function file(name: string, text: string): string {
  writeFileSync(at(name), text)
  return at(name)
}
/** Measured shares are the models' business. */
const unmeasured = (text: string): string => text.replaceAll(folder, 'F').replace(/\d+\.\d+ %/g, 'V %')
const read = (name: string): string => readFileSync(at(name), 'utf8').replaceAll(folder, 'F')

/** One file, as written and in two variants: A1 passes, fails, and cannot be told. */
const mixed = (): string =>
  file(
    'mixed.yaml',
    tiny(
      `{A1: ${PASSES}}`,
      `variants: {strict: {expect: {A1: {at-least: 100%}}}, never: {expect: {A1: null, A2: ${VACUOUS}}}}\n`,
    ),
  )

describe('what is printed', () => {
  test('a line for each expectation, and a link where it is not as it should be', async () => {
    const { code, out, err } = await blackstart('test', mixed())
    expect(code).toBe(1)
    const lines = out.trimEnd().split('\n')
    expect(lines.map(line => unmeasured(line).replace(/#.*/, '#…'))).toEqual([
      'F/mixed.yaml  ✓ A1  pass  availability of web: V %, asked at least 10 %',
      'F/mixed.yaml · strict  ✗ A1  fail  availability of web: V %, asked at least 100 %  http://localhost:4173/#…',
      'F/mixed.yaml · never  ? A2  vacuous  recovery-time of web: nothing to measure, asked at most 1 min  http://localhost:4173/#…',
    ])
    expect(err).toBe('1 of 3 as they should be\n')
  })

  test('the page reads from a link the text of a file of one’s own, the variant, the seed and the moment', async () => {
    const path = mixed()
    const { out } = await blackstart('test', path, '--variant', 'strict', '--seed', 'x y', '--page', 'https://example.org/lab')
    const link = new URL(/https:\S+/.exec(out)?.[0] ?? '')
    expect(link.href).toMatch(/^https:\/\/example\.org\/lab\/#s=/)
    expect(await readLink(link.hash)).toEqual({
      kind: 'link',
      link: {
        file: expect.any(String),
        text: readFileSync(path, 'utf8'),
        variant: 'strict',
        seed: 'x y',
        at: 600,
        mode: 'run',
      },
    })
  })

  test('a link names a scenario that comes with the page by its path', async () => {
    const file = 'scenarios/incidents/2012-06-29-us-east-1.yaml'
    const link = new URL(linkTo({ file, text: '', variant: null, seed: '7', at: 2.5 }, parseOptions([])) ?? '')
    expect(link.href).toBe('http://localhost:4173/#scenario=incidents/2012-06-29-us-east-1.yaml&seed=7&t=2.5')
    expect(await readLink(link.hash)).toMatchObject({
      link: { file: 'incidents/2012-06-29-us-east-1.yaml', seed: '7', at: 2.5 },
    })
  })

  test('what --set has changed has no link, for the page could not show it', async () => {
    const one = ['test', 'scenarios/power-restoration.yaml', '--variant', 'cached-for-ever']
    const { out } = await blackstart(...one, '--seed', '5', '--set', 'services.dns.starts-in=31s')
    expect([out.includes('✗ D2'), out.includes('http')]).toEqual([true, false])
  })

  test('the order and the words do not depend on how many work', async () => {
    const path = mixed()
    const alone = await blackstart('test', path, '--workers', '1')
    expect(await blackstart('test', path, '--workers', '3')).toEqual(alone)
    expect(await blackstart('test', path, folder, '--workers', '3')).toEqual(alone)
  })

  test('the parts of a shared work are the work', async () => {
    const path = mixed()
    const lines = async (...args: string[]): Promise<string[]> =>
      (await blackstart('test', path, ...args)).out.trimEnd().split('\n')
    const whole = await lines()
    const [first, second] = [await lines('--shard', '1/2'), await lines('--shard', '2/2')]
    expect([first[0], second[0], first[1]]).toEqual(whole)
    expect((await blackstart('test', path, '--shard', '4/4')).code).toBe(0)
  })
})

describe('JUnit', () => {
  test('has a suite for each case, a failure for what fails, and skips what cannot be told', async () => {
    expect((await blackstart('test', mixed(), '--junit', at('junit.xml'), '--page', 'http://p')).code).toBe(1)
    const xml = unmeasured(read('junit.xml'))
      .replace(/ time="\d+\.\d+"/g, '')
      .replace(/#s=[^&]*/g, '#s=…')
      .replace(/(scenarioHash|fingerprint|blackstart)" value="[^"]*"/g, '$1" value="…"')
    const properties = (variant: string): string =>
      `<properties>
      <property name="blackstart" value="…"/>
      <property name="scenario" value="F/mixed.yaml"/>
${variant}      <property name="seed" value="3"/>
      <property name="scenarioHash" value="…"/>
      <property name="fingerprint" value="…"/>
    </properties>`
    expect(xml).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="blackstart" tests="3" failures="1" errors="0" skipped="1">
  <testsuite name="F/mixed.yaml" file="F/mixed.yaml" tests="1" failures="0" errors="0" skipped="0">
    ${properties('')}
    <testcase classname="F/mixed.yaml" name="A1 availability of web" file="F/mixed.yaml" line="8"/>
  </testsuite>
  <testsuite name="F/mixed.yaml · strict" file="F/mixed.yaml" tests="1" failures="1" errors="0" skipped="0">
    ${properties('      <property name="variant" value="strict"/>\n')}
    <testcase classname="F/mixed.yaml · strict" name="A1 availability of web" file="F/mixed.yaml" line="9"><failure message="fail: V %, asked at least 100 %" type="fail">seed 3
at 600 s
http://p/#s=…&amp;variant=strict&amp;seed=3&amp;t=600</failure></testcase>
  </testsuite>
  <testsuite name="F/mixed.yaml · never" file="F/mixed.yaml" tests="1" failures="0" errors="0" skipped="1">
    ${properties('      <property name="variant" value="never"/>\n')}
    <testcase classname="F/mixed.yaml · never" name="A2 recovery-time of web" file="F/mixed.yaml" line="9"><skipped message="vacuous: nothing to measure, asked at most 1 min"/></testcase>
  </testsuite>
</testsuites>
`)
  })

  test('an invalid file is an error with all its problems', async () => {
    const path = file('bad.yaml', tiny(`{A1: ${PASSES}}`).replace('to: web', 'to: wbe'))
    expect((await blackstart('test', path, '--junit', at('junit.xml'))).code).toBe(3)
    expect(read('junit.xml')).toContain(
      '<error message="there is no service &quot;wbe&quot;" type="invalid">F/bad.yaml:6:23  clients.users.to: there is no service &quot;wbe&quot; (did you mean &quot;web&quot;?)</error>',
    )
  })

  test('what is wrong with a file is told once, not once for each variant', async () => {
    const path = file('bad.yaml', tiny(`{A1: ${PASSES}}`, 'variants: {a: {}, b: {}}\n').replace('to: web', 'to: wbe'))
    const { out, err } = await blackstart('test', path, '--github')
    expect(err.match(/there is no service/g)).toHaveLength(1)
    expect(out.replace(folder, 'F')).toBe(
      '::error file=F/bad.yaml,line=6,col=23,title=clients.users.to::there is no service "wbe" (did you mean "web"?)\n',
    )
    expect((await blackstart('test', path, '--json')).out.trimEnd().split('\n')).toHaveLength(3)
  })

  test('holds nothing that XML forbids, whatever texts say', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), message => {
        const failed: Result = { file: 'a.yaml', variant: message, kind: 'failed', message, object: {} }
        const xml = [...junitPieces([failed], 0)].join('')
        expect(xml).not.toMatch(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u)
        const [, written] = /<error message="([^"<>]*)"/.exec(xml) ?? []
        const back = written.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
        const plain = back.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&')
        expect(plain).toBe(message.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd'))
      }),
    )
  })
})

describe('GitHub', () => {
  test('an annotation stands on the line of the expectation', async () => {
    const { out } = await blackstart('test', mixed(), '--github', '--page', 'http://p')
    const lines = out.split('\n').filter(line => line.startsWith('::'))
    expect(lines.map(line => unmeasured(line).replace(/#s=[^&]*/, '#s=…'))).toEqual([
      '::error file=F/mixed.yaml,line=9,title=A1 fail in strict::availability of web: V %25, asked at least 100 %25%0Ahttp://p/#s=…&variant=strict&seed=3&t=600',
      expect.stringMatching(/^::warning file=F\/mixed.yaml,line=9,title=A2 vacuous in never::recovery-time of web: nothing/),
    ])
  })

  test('names of files and messages cannot end the line or begin another', () => {
    const failed: Result = { file: '/r/a,b:c%.yaml', variant: null, kind: 'failed', message: 'one\r\n::error::two', object: {} }
    expect(annotations([failed], '/r')).toEqual([
      '::error file=a%2Cb%3Ac%25.yaml,line=1,title=/r/a%2Cb%3Ac%25.yaml%3A engine failure::one%0D%0A::error::two',
    ])
  })

  test('the ten worst are shown and the others counted', () => {
    const invalid = (file: string): Result => ({
      ...{ file, variant: null, kind: 'invalid' },
      problems: [{ file, line: 1, column: 1, path: '', message: 'm' }],
    })
    const failed: Result = { file: '/r/z', variant: null, kind: 'failed', message: 'm', object: {} }
    const lines = annotations([...Array.from({ length: 12 }, (_, i) => invalid(`/r/${i}`)), failed], '/r')
    expect(lines).toHaveLength(11)
    expect(lines[0]).toContain('file=z,')
    expect(lines[10]).toBe('::notice title=blackstart::and 3 more errors: see the log')
  })
})

describe('the baseline and the summary', () => {
  test('the first run makes it, and the next says what changed', async () => {
    const path = mixed()
    const baseline = ['--baseline', at('baseline.json')]
    expect((await blackstart('test', path, ...baseline)).err).toContain('there is no such file; --update makes it')
    expect((await blackstart('test', path, ...baseline, '--update')).code).toBe(1)
    const kept = JSON.parse(read('baseline.json'))
    expect(Object.keys(kept.entries)).toEqual(['mixed.yaml', 'mixed.yaml · never', 'mixed.yaml · strict'])
    expect(kept.entries['mixed.yaml · strict']).toMatchObject({ seed: '3', checks: { A1: { verdict: 'fail' } } })
    expect((await blackstart('test', path, ...baseline)).out).not.toContain('[')

    kept.entries['mixed.yaml'].checks.A1.value += 0.001
    kept.entries['mixed.yaml · strict'].checks.A1 = { value: 1, verdict: 'pass' }
    writeFileSync(at('baseline.json'), JSON.stringify(kept))
    const { out } = await blackstart('test', path, ...baseline, '--summary', at('summary.md'))
    expect(unmeasured(out)).toContain('at least 10 %  [−0.1 points, was V %]\n')
    expect(out).toMatch(/at least 100 % {2}\[−0\.\d+ points, was 100 %, pass\] {2}http/)
    expect(
      unmeasured(read('summary.md'))
        .replace(/\(http[^)]*\)/g, '(link)')
        .replace(/−0\.7\d*/, '−V'),
    ).toBe(`## Blackstart: 1 of 3 cases as they should be

|  | scenario | expectation | value | asked | verdict | since the baseline |
| --- | --- | --- | --- | --- | --- | --- |
| ✓ | F/mixed.yaml | A1 availability of web | V % | at least 10 % | pass | −0.1 points, was V % |
| ✗ | F/mixed.yaml · strict | A1 availability of web | V % | at least 100 % | [fail](link) | −V points, was 100 %, pass |
| ? | F/mixed.yaml · never | A2 recovery-time of web | nothing to measure | at most 1 min | [vacuous](link) | same |
`)
  })

  test('says so where it is of another scenario, seed or version', async () => {
    const path = mixed()
    const one = ['test', path, '--variant', 'strict', '--baseline', at('baseline.json')]
    await blackstart(...one, '--update')
    expect((await blackstart(...one, '--set', 'run.horizon=2h')).out).toContain('[the scenario changed since the baseline]')
    expect((await blackstart(...one, '--seed', '4')).out).toContain('[the baseline has seed 3]')
    const older = read('baseline.json').replace(/"blackstart": "[^"]*"/, '"blackstart": "0.0.1"')
    writeFileSync(at('baseline.json'), older)
    expect((await blackstart(...one)).out).toMatch(/\[the baseline is of version 0\.0\.1, this is \d/)
  })

  test('an update keeps what was not run, and drops what is gone', async () => {
    const path = mixed()
    const baseline = ['--baseline', at('baseline.json'), '--update']
    await blackstart('test', path, file('other.yaml', tiny('{}')), file('gone.yaml', tiny('{}')), ...baseline)
    rmSync(at('gone.yaml'))
    writeFileSync(path, tiny(`{A1: ${FAILS}}`, 'variants: {never: {}}\n'))
    await blackstart('test', path, '--shard', '1/2', ...baseline)
    const { entries } = JSON.parse(read('baseline.json'))
    expect(Object.keys(entries)).toEqual(['mixed.yaml', 'mixed.yaml · never', 'other.yaml'])
    expect(entries['mixed.yaml'].checks.A1.verdict).toBe('fail')
    expect(Object.keys(entries['mixed.yaml · never'].checks)).toEqual(['A2'])
  })

  test.each([
    ['{', 'cannot be read: '],
    ['[]', 'is no baseline'],
    ['{"baseline": 2, "entries": {}}', 'is of format 2, and this version reads format 1'],
    ['{"baseline": 1, "entries": {"a": {}}}', 'is damaged at entries.a.blackstart: '],
  ])('one that holds %s is refused', async (text, message) => {
    const { code, err } = await blackstart('test', mixed(), '--baseline', file('baseline.json', text), '--update')
    expect([code, err]).toEqual([3, expect.stringContaining(message)])
    expect(readFileSync(at('baseline.json'), 'utf8')).toBe(text)
  })
})

describe('what cannot be written', () => {
  test('is refused before anything runs', async () => {
    const path = mixed()
    const junit = async (where: string): Promise<string> =>
      (await blackstart('test', path, '--junit', where)).err.replaceAll(folder, 'F')
    expect(await junit(at('no/such.xml'))).toBe('blackstart: F/no/such.xml: cannot be written: there is no folder F/no\n')
    expect(await junit(folder)).toBe('blackstart: F: cannot be written: it is a folder\n')
    const taken = 'cannot be written: it is one of the scenarios, or another of the reports\n'
    expect(await junit(path)).toBe(`blackstart: F/mixed.yaml: ${taken}`)
    const both = await blackstart('test', path, '--junit', at('out'), '--summary', at('out'))
    expect(both.err.replaceAll(folder, 'F')).toBe(`blackstart: F/out: ${taken}`)
  })

  test('a full disk costs the report, not the results', async () => {
    const { code, out, err } = await blackstart('test', mixed(), '--junit', '/dev/full', '--summary', at('summary.md'))
    expect([code, out.split('\n').length]).toEqual([3, 4])
    expect(err).toMatch(
      /^blackstart: \/dev\/full: the JUnit report cannot be written \(the disk is full\); what is printed above stands/,
    )
    expect(read('summary.md')).toContain('1 of 3')
    expect(readdirSync(folder).sort()).toEqual(['mixed.yaml', 'summary.md'])
  })

  test('results of a test that was stopped are labelled as partial, and the baseline stays', async () => {
    const path = mixed()
    const baseline = at('baseline.json')
    const stopped = blackstart(
      'test',
      path,
      '--junit',
      at('junit.xml'),
      '--summary',
      at('summary.md'),
      '--baseline',
      baseline,
      '--update',
    )
    process.emit('SIGTERM')
    const { code, err } = await stopped
    expect(code).toBe(2)
    expect(err).toContain('stopped: these results are partial')
    expect(read('junit.xml')).toMatch(/name="blackstart \(partial: \d cases were not run\)"/)
    expect(read('summary.md')).toMatch(/^## Blackstart: \d of \d cases as they should be \(partial: \d more were not run\)/)
    expect(readdirSync(folder).sort()).toEqual(['junit.xml', 'mixed.yaml', 'summary.md'])
  })
})

describe('wrong command lines say what is wrong and what to write', () => {
  test.each([
    [['test', '--shard', '3/2'], '--shard 3/2: write which part of how many, such as 2/3'],
    [['test', '--shard', '0/2'], '--shard 0/2: write which part of how many, such as 2/3'],
    [['test', '--workers', 'many'], '--workers many: must be a whole number above 0'],
    [['test', '--update'], '--update needs --baseline FILE: what is it to update?'],
    [['test', '--page', 'localhost'], '--page localhost: must be an address such as https://example.org/'],
    [['test', '--trace', 'x'], 'test has no --trace (--trace belongs to run)'],
    [['run', 'x.yaml', '--junit', 'x'], 'run has no --junit (--junit belongs to test)'],
    [['fmt', 'x.yaml', '--github'], 'fmt has no --github (--github belongs to test)'],
    [['test', '--juint', 'x'], 'unknown option --juint (did you mean "--junit"?)'],
    [['test', '--variant', 'nobody', 'scenarios/az-loss.yaml'], 'no file has a variant "nobody"'],
    [['test', 'nowhere'], 'nowhere: there is no such file or folder'],
    [['schema', 'x.yaml'], 'schema takes no file: blackstart schema'],
  ])('%j', async (args, message) => {
    expect(await blackstart(...args)).toEqual({ code: 3, out: '', err: `blackstart: ${message}\n` })
  })

  test('each command lists its own options', async () => {
    expect((await blackstart('test', '--help')).out).toContain('--junit FILE')
    expect((await blackstart('run', '--help')).out).not.toContain('--junit')
    expect((await blackstart('--help')).out).toContain('blackstart COMMAND --help')
  })
})
