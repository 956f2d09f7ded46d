/** The published schema in the language server that VS Code, Neovim and others use for YAML: what an editor shows. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { describe, expect, test } from 'vitest'
import type { LanguageService } from 'yaml-language-server'
import { scenarioFiles } from '../../sim/cli/files.ts'
import { publishedSchema } from '../../sim/scenario/json-schema.ts'

const require = createRequire(import.meta.url)
const theirs = createRequire(require.resolve('yaml-language-server'))
const { getLanguageService } = require('yaml-language-server') as typeof import('yaml-language-server')
const { SettingsState } = theirs('./yamlSettings')
const { TextDocument } = theirs('vscode-languageserver-textdocument')
theirs('@vscode/l10n').config({ contents: theirs('../../../l10n/bundle.l10n.json') })

type Document = Parameters<LanguageService['doHover']>[0]

const service = getLanguageService({
  schemaRequestService: uri => Promise.reject(new Error(`no network: ${uri}`)),
  workspaceContext: { resolveRelativePath: path => path },
  yamlSettings: new SettingsState(),
  clientCapabilities: {},
})
service.configure({
  ...{ validate: true, hover: true, completion: true, yamlVersion: '1.2' },
  schemas: [{ uri: 'file:///scenario.schema.json', fileMatch: ['*'], schema: publishedSchema() }],
})

let count = 0
const open = (text: string): Document => TextDocument.create(`file:///${++count}.yaml`, 'yaml', 1, text)

/** A text with the cursor at `|`. */
function at(text: string): [Document, ReturnType<Document['positionAt']>] {
  const offset = text.indexOf('|')
  const document = open(text.slice(0, offset) + text.slice(offset + 1))
  return [document, document.positionAt(offset)]
}

const completed = async (text: string): Promise<string[]> =>
  (await service.doComplete(...at(text), false)).items.map(({ label }) => label)
const hovered = async (text: string): Promise<string> => JSON.stringify((await service.doHover(...at(text)))?.contents)
const complaints = async (text: string): Promise<string[]> =>
  (await service.doValidation(open(text), false)).map(
    ({ range, message }) => `${range.start.line + 1}:${range.start.character + 1} ${message}`,
  )

const head = 'blackstart: 1\nname: x\nworld: {r1: {zones: [a, b]}}\n'

describe('completion', () => {
  test('of the keys of a file, each once', async () => {
    const keys = await completed('blackstart: 1\n|\n')
    expect(keys).toEqual(expect.arrayContaining(['name', 'run', 'use', 'world', 'services', 'faults', 'expect', 'variants']))
    expect(keys.filter(key => key === 'faults')).toHaveLength(1)
  })

  test('of the keys that belong to the kind that is written, and no others', async () => {
    const keys = await completed(`${head}faults:\n  lose-a:\n    kind: power-loss\n    |\n`)
    expect(keys).toEqual(expect.arrayContaining(['target', 'at', 'lasts', 'odds']))
    expect(keys).not.toContain('share')
    expect(await completed(`${head}faults:\n  taken:\n    kind: capacity-shortage\n    |\n`)).toContain('share')
    expect(await completed(`${head}clients:\n  users:\n    to: web\n    |\n`)).toEqual(
      expect.arrayContaining(['rate', 'retry']),
    )
  })

  test('of words where there are only some', async () => {
    expect(await completed(`${head}faults:\n  lose-a:\n    kind: |\n`)).toEqual(
      expect.arrayContaining(['power-loss', 'link-cut']),
    )
    expect(await completed(`${head}services:\n  web:\n    restore: |\n`)).toEqual(expect.arrayContaining(['first', 'in-turn']))
    expect(await completed(`${head}expect:\n  A1:\n    metric: |\n`)).toEqual(
      expect.arrayContaining(['availability', 'outage']),
    )
  })

  test('of an expectation that a variant changes', async () => {
    const keys = await completed(`${head}variants:\n  lean:\n    expect:\n      A1:\n        |\n`)
    expect(keys).toEqual(expect.arrayContaining(['metric', 'should', 'at-least']))
  })
})

describe('hover', () => {
  test('says what a field is, in both languages, with its default and where that comes from', async () => {
    const shown = await hovered(`${head}services:\n  web:\n    health:\n      ev|ery: 10s\n`)
    for (const part of ['time between two probes', '探测间隔', 'Default 30s', 'Application Load Balancer'])
      expect(shown).toContain(part)
  })

  test('says what a kind of fault and a metric are', async () => {
    expect(await hovered(`${head}faults:\n  lose-a:\n    ki|nd: power-loss\n`)).toContain('racks are dark at once')
    expect(await hovered(`${head}expect:\n  A1:\n    me|tric: lost-writes\n`)).toContain('acknowledged writes that are lost')
  })
})

describe('complaints', () => {
  test.each(scenarioFiles(['scenarios'], 'with library'))('none about %s', async path => {
    expect(await complaints(readFileSync(path, 'utf8'))).toEqual([])
  })

  test('about a misspelt key, where it stands', async () => {
    expect(await complaints(`${head}services:\n  web:\n    instnces: 3\n`)).toEqual(['6:5 Property instnces is not allowed.'])
    expect(await complaints(`${head}variants: {v: {expect: {A1: {shuld: fail}}}}\n`)).toEqual([
      '4:30 Property shuld is not allowed.',
    ])
    expect(await complaints(`${head}servces: {}\n`)).toEqual(['4:1 Property servces is not allowed.'])
  })

  test('about a value without its unit, and a word that is none of the known', async () => {
    expect(await complaints(`${head}run: {horizon: 30}\n`)).toEqual(['4:16 Incorrect type. Expected "string".'])
    expect(await complaints(`${head}faults: {f: {kind: power-los, target: {zone: a}, at: 1h}}\n`)).toEqual([
      expect.stringMatching(/^4:20 Value is not accepted\. Valid values: .*"power-loss"|^4:20 Value must be .*"power-loss"/),
    ])
  })

  test('about what is missing where nothing lies underneath, by kind', async () => {
    const missing = async (text: string): Promise<string[]> =>
      (await complaints(head + text)).map(message => /Missing property "(.*)"/.exec(message)?.[1] ?? message)
    expect(await missing('services: {db: {kind: database}}\n')).toEqual(['primary'])
    expect(await missing('faults: {f: {at: 1h}}\n')).toEqual(expect.arrayContaining(['kind', 'target']))
    expect(await missing('clients: {users: {timeout: 1s}}\n')).toEqual(['to', 'rate'])
    expect(await missing('expect: {A1: {at-least: 1%}}\n')).toEqual(['metric'])
  })

  test('none about parts of what a used file brings, nor about taking it away', async () => {
    const text = `blackstart: 1
name: x
use: [library/three-zone-region]
services: {ec2-control: {place: r1, api: {threads: 3}}, hands: null}
clients: {others: {recover: {share: 3%}}}
faults: {lose-a: {at: 3m}}
expect: {A1: {at-most: null, equals: 3m, point: null, grade: null, because: null}, A2: null}
`
    expect(await complaints(text)).toEqual([])
    expect(await complaints(text.replace('threads', 'thraeds'))).toEqual(['4:43 Property thraeds is not allowed.'])
  })
})
