/** `blackstart fmt`: one layout, nothing lost, nothing that is simulated changed. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { readerFor, scenarioFiles } from '../../sim/cli/files.ts'
import { KEY_ORDER, layOut } from '../../sim/scenario/layout.ts'
import { load } from '../../sim/scenario/load.ts'
import { fileSchema } from '../../sim/scenario/schema.ts'
import { blackstart, PASSES, tiny } from './console.ts'

const folder = mkdtempSync(join(tmpdir(), 'blackstart-'))
afterAll(() => rmSync(folder, { recursive: true }))
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

describe('the layout', () => {
  test('puts the keys of a file in order, the comments with what they stand beside', () => {
    expect(
      layOut(`# heads the file
name: x
# of the services
services:
    web:    # beside a key
        instances:   4     # beside a value
        size: c5.large # and another
    "db" : {kind: database,primary: a}


zzz: 1
blackstart: 1   # first`),
    ).toBe(`# heads the file
blackstart: 1  # first
name: x
# of the services
services:
  web:  # beside a key
    instances: 4    # beside a value
    size: c5.large  # and another
  "db": {kind: database, primary: a}

zzz: 1
`)
  })

  test('puts comments in columns: of neighbours, and of keys whose values stand below them', () => {
    expect(
      layOut(`variants:
  lean: # one
    set: {a: 1} # of a line
    expect:
      A: {b: 1} # first
      LONGER: {b: 1} # second
  # alone
  much-longer: # two
    set: {a: 2}
zzz: # three
`),
    ).toBe(`variants:
  lean:         # one
    set: {a: 1}  # of a line
    expect:
      A: {b: 1}       # first
      LONGER: {b: 1}  # second
  # alone
  much-longer:  # two
    set: {a: 2}
zzz:  # three
`)
  })

  test('opens what does not fit into its line, and closes nothing that was open', () => {
    const long = Array.from({ length: 12 }, (_, i) => `key-${i}: value-${i}`)
    expect(layOut(`expect:\n  A1: {${long.join(', ')}, deep: {a: [1, 2]}}\n  A2:\n    b: 1\n`)).toBe(
      `expect:\n  A1:\n${long.map(one => `    ${one}\n`).join('')}    deep: {a: [1, 2]}\n  A2:\n    b: 1\n`,
    )
    const fits = `A1: {a: ${'x'.repeat(119)}}`
    expect([layOut(`${fits}\n`), layOut(`A${fits}\n`)]).toEqual([`${fits}\n`, `AA1:\n  a: ${'x'.repeat(119)}\n`])
  })

  test('leaves every value as it was written', () => {
    const text = `a: 01\nb: 1e3\nc: yes\nd: '1'\ne: "x # y"\nf: ~\ng:\nh: |\n  # text\n  more\ni: >-\n  folded text\nj: 0x1F\n1.0: 2012-06-29\n`
    expect(layOut(text)).toBe(text)
    expect(layOut('a: "x # y"   # z\n')).toBe('a: "x # y"  # z\n')
  })

  test('a key that comes to the head takes its comment along, and no blank line', () => {
    expect(layOut('# heads the file\nname: x\n\n\n# of the version\nblackstart: 1\n\n# ends it\n')).toBe(
      '# heads the file\n\n# of the version\nblackstart: 1\nname: x\n\n# ends it\n',
    )
  })

  test('keeps the order of a file with anchors, which have to stand before what refers to them', () => {
    expect(layOut('services: {a: &x {b: 1}}\nblackstart: *x\n')).toBe('services: {a: &x {b: 1}}\nblackstart: *x\n')
  })

  test('its order has every key of a file', () => {
    expect([...KEY_ORDER].sort()).toEqual(Object.keys(fileSchema.shape).sort())
  })

  test('laid out twice is laid out once, and says the same', () => {
    const word = fc.constantFrom(
      'a',
      'name',
      'x: y',
      '# no',
      '30m',
      '',
      '- z',
      'ä',
      "it's",
      '1',
      'true',
      'null',
      'x'.repeat(70),
      'a\nb',
    )
    const { tree } = fc.letrec(tie => ({
      tree: fc.oneof(
        { depthSize: 'small' },
        word,
        fc.dictionary(word, tie('tree'), { maxKeys: 5 }),
        fc.array(tie('tree'), { maxLength: 4 }),
      ),
    }))
    fc.assert(
      fc.property(fc.dictionary(word, tree), fc.nat(40), (data, flowLevel) => {
        const text = stringify(data, { collectionStyle: flowLevel % 2 === 0 ? 'any' : 'flow', indent: 1 + (flowLevel % 4) })
        const once = layOut(text)
        expect(parse(once)).toEqual(parse(text))
        expect(layOut(once)).toBe(once)
      }),
    )
  })
})

const shipped = scenarioFiles(['scenarios'], 'with library')

describe('what is shipped', () => {
  test.each(shipped)('%s is laid out', path => {
    const text = readFileSync(path, 'utf8')
    expect(layOut(text)).toBe(text)
  })

  test.each(scenarioFiles(['scenarios']))('%s has the same hash however its text is laid out', path => {
    const hashOf = (text: string): string => {
      const loaded = load(text, { file: path, read: readerFor(path, 1e6) })
      return loaded.ok ? loaded.scenario.hash : 'invalid'
    }
    const text = readFileSync(path, 'utf8')
    const turned = stringify(Object.fromEntries(Object.entries(parse(text)).reverse()), { indent: 4, collectionStyle: 'block' })
    expect(hashOf(text)).toMatch(/^[0-9a-f]{16}$/)
    expect([hashOf(turned), hashOf(layOut(turned))]).toEqual([hashOf(text), hashOf(text)])
  })
})

describe('the command', () => {
  test('leaves other YAML of a folder alone, and refuses it by name', async () => {
    const place = mkdtempSync(join(folder, 'mixed-'))
    const workflow = join(place, 'ci.yml')
    writeFileSync(workflow, 'name:   ci\n')
    expect(await blackstart('fmt', place)).toMatchObject({ code: 0, out: '', err: '' })
    expect(await blackstart('fmt', workflow)).toMatchObject({ code: 3, err: expect.stringContaining('it is no scenario') })
    expect(readFileSync(workflow, 'utf8')).toBe('name:   ci\n')
  })

  const untidy = tiny(`{A1:   ${PASSES}}`)

  test('lays files out in place, once', async () => {
    const path = file('untidy.yaml', untidy)
    expect(await blackstart('fmt', '--check', path)).toEqual({ code: 1, out: `${path}\n`, err: '' })
    expect(readFileSync(path, 'utf8')).toBe(untidy)
    expect(await blackstart('fmt', path)).toEqual({ code: 0, out: '', err: `wrote ${path}\n` })
    expect(readFileSync(path, 'utf8')).toBe(untidy.replace('A1:   ', 'A1: '))
    const { mtimeMs } = statSync(path)
    expect(await blackstart('fmt', path)).toEqual({ code: 0, out: '', err: '' })
    expect(await blackstart('fmt', '--check', '--json', path)).toEqual({
      code: 0,
      out: `{"file":"${path}","changed":false}\n`,
      err: '',
    })
    expect(statSync(path).mtimeMs).toBe(mtimeMs)
  })

  test('refuses what is no YAML with its line, and goes on with the others', async () => {
    const [bad, good] = [file('bad.yaml', 'a: 1\nb: [\n'), file('good.yaml', untidy)]
    const { code, err } = await blackstart('fmt', bad, good)
    expect(code).toBe(3)
    expect(err).toMatch(/^\S+bad\.yaml:3:1 {2}.*\n(.*\n)*wrote .*good\.yaml\n$/)
    expect(readFileSync(bad, 'utf8')).toBe('a: 1\nb: [\n')
    expect((await blackstart('fmt')).err).toBe('blackstart: no file given: blackstart fmt FILE…\n')
    expect((await blackstart('fmt', join(folder, 'nowhere.yaml'))).err).toContain('there is no such file')
  })
})
