/** What is checked of the source because it is correctness and not taste. */
import { existsSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { effects } from '../sim/effects/index.ts'
import { metrics } from '../sim/metrics/index.ts'
import { plans } from '../sim/plans/index.ts'
import '../sim/scenario/build.ts' // every model declares its row kinds
import { rowKinds } from '../sim/trace/row-kinds.ts'
import { codeOf, filesIn, importsOf, textOf } from './source.ts'

/** Which room may import which others, besides its own files; a whole path allows one file. */
const DOORS: Readonly<Record<string, readonly string[]>> = {
  'sim/units': [],
  'sim/engine': ['sim/units'],
  'sim/trace': ['sim/units', 'sim/engine/random.ts', 'sim/engine/time.ts'],
  'sim/models': ['sim/trace', 'sim/engine', 'sim/units'],
  'sim/effects': ['sim/models', 'sim/trace', 'sim/engine', 'sim/units'],
  'sim/plans': ['sim/effects', 'sim/models', 'sim/trace', 'sim/engine', 'sim/units'],
  'sim/sla': ['sim/units', 'sim/engine/elementary.ts'],
  'sim/metrics': ['sim/sla', 'sim/trace', 'sim/units'],
  'sim/verdicts': ['sim/metrics', 'sim/sla', 'sim/trace', 'sim/units'],
  'sim/scenario': ['sim/metrics', 'sim/plans', 'sim/effects', 'sim/models', 'sim/trace', 'sim/engine', 'sim/units'],
  'sim/experiment': ['sim/'],
  'sim/cli': ['sim/'],
  'web/worker': ['sim/'],
  'web/words': ['sim/units'],
  'web/state': ['sim/trace', 'sim/units', 'web/words', 'web/worker/protocol.ts', 'web/worker/client.ts'],
  'web/views': ['sim/sla', 'sim/trace', 'sim/units', 'web/state', 'web/words', 'web/worker/protocol.ts'],
}

/** Imports that go through no door, each with why it is still there. */
const DEBT: readonly string[] = []

/** The room a file is in: its first two folders. */
function roomOf(path: string): string {
  return path.split('/').slice(0, 2).join('/')
}

/** The imports of a file of ours that no door allows, as `from → to`. */
function trespasses(path: string, source: string): string[] {
  const room = roomOf(path)
  const doors = DOORS[room] ?? []
  return importsOf(source)
    .filter(to => to.startsWith('.'))
    .map(to => posix.join(posix.dirname(path), to))
    .filter(to => /^(?:sim|web)\//.test(to))
    .filter(
      to => roomOf(to) !== room && !doors.some(door => to === door || to.startsWith(door.endsWith('/') ? door : `${door}/`)),
    )
    .map(to => `${path} → ${to}`)
}

describe('doors between rooms', () => {
  const files = ['sim', 'web'].flatMap(folder => filesIn(folder, '.ts', '.tsx', '.mjs'))

  test('every room has a row in the table', () => {
    const rooms = files.filter(path => path.split('/').length > 2).map(roomOf)
    expect([...new Set(rooms)].filter(room => !Object.hasOwn(DOORS, room))).toEqual([])
  })

  test('imports go through doors, debt aside', () => {
    const found = files.filter(path => path.split('/').length > 2).flatMap(path => trespasses(path, textOf(path)))
    expect(found.filter(one => !DEBT.includes(one))).toEqual([])
  })

  test('debt that is paid is struck off the list', () => {
    const found = files.flatMap(path => trespasses(path, textOf(path)))
    expect(DEBT.filter(one => !found.includes(one))).toEqual([])
  })

  test('a trespass is seen', () => {
    const source =
      "import { a } from '../units/law.ts'\nimport type {\n  Hosts,\n} from '../models/hosts.ts'\nawait import('../cli/main.ts')"
    expect(trespasses('sim/trace/x.ts', source)).toEqual([
      'sim/trace/x.ts → sim/models/hosts.ts',
      'sim/trace/x.ts → sim/cli/main.ts',
    ])
  })

  test('Node is used by the command line only, and nothing else from outside but what rooms are known for', () => {
    const ALLOWED: Readonly<Record<string, readonly string[]>> = {
      'sim/engine': ['seedrandom'],
      'sim/scenario': ['yaml', 'zod'],
      'sim/units': ['zod'],
      'sim/effects': ['zod'],
      'sim/plans': ['zod'],
      'sim/metrics': ['zod'],
    }
    const outside = files
      .filter(path => path.startsWith('sim/') && !path.startsWith('sim/cli/'))
      .flatMap(path => {
        const allowed = ALLOWED[roomOf(path)] ?? []
        const found = importsOf(textOf(path)).filter(to => !to.startsWith('.') && !allowed.includes(to))
        return found.map(to => `${path} → ${to}`)
      })
    expect(outside).toEqual([])
  })
})

/** Functions of Math that IEEE 754 or the language defines to the last bit. */
const EXACT = ['abs', 'sqrt', 'floor', 'ceil', 'round', 'trunc', 'min', 'max', 'imul', 'clz32', 'fround', 'sign']

/** What makes a result depend on the machine, the browser, the place or the time. */
const AMBIENT: readonly (readonly [name: string, pattern: RegExp])[] = [
  [
    'a function of Math whose last digit is the browser’s choice',
    new RegExp(`\\bMath\\s*(?:\\?\\.|\\.)\\s*(?!(?:${EXACT.join('|')})\\b)[a-z]\\w*`),
  ],
  ['Math taken apart or handed on', /\bMath\b(?!\s*(?:\?\.|\.))/],
  ['the clock', /\b(?:Date|performance)\b/],
  ['timers', /\b(?:setTimeout|setInterval|setImmediate|queueMicrotask|requestAnimationFrame)\b/],
  ['chance from outside', /\bcrypto\b/],
  ['a locale', /\b(?:localeCompare|toLocale\w*|Intl)\b/],
  ['the global object', /\b(?:globalThis|process)\b/],
  ['a power that is not a whole power of two', /(?<!(?<![\w.])2\s*)\*\*|\*\*(?!\s*-?\d+\b)/],
  ['a sort without an order', /\.sort\(\s*\)/],
  ['what older shells do not have', /\b(?:toSorted|toReversed|toSpliced|findLast|findLastIndex|structuredClone)\b/],
]

/** The ambient things that a source uses. */
function ambient(source: string): string[] {
  const code = codeOf(source)
  return AMBIENT.filter(([, pattern]) => pattern.test(code)).map(([name]) => name)
}

describe('nothing ambient in the simulation', () => {
  test('no clock, chance, locale or inexact function', () => {
    const files = filesIn('sim', '.ts').filter(path => !path.startsWith('sim/cli/'))
    const found = files.flatMap(path => ambient(textOf(path)).map(what => `${path}: ${what}`))
    expect(found).toEqual([])
  })

  test.each([
    'Math.log(x)',
    'Math.random()',
    'Math . pow(2, x)',
    'Math?.exp(1)',
    'Math.hypot(3, 4)',
    "Math['log'](2)",
    'const { log } = Math',
    'const { max, exp: e } = Math',
    'new Date()',
    'Date.now()',
    'performance.now()',
    'a.localeCompare(b)',
    'n.toLocaleString()',
    'new Intl.NumberFormat()',
    'crypto.randomUUID()',
    'x ** 2',
    'x **= 2',
    '2 ** x',
    '10 ** 3',
    '12 ** 3',
    '0.2 ** 3',
    'list.sort()',
    'list.sort( )',
    'list.toSorted(by)',
    `const s = \`\${Math.sin(1)}\``,
    'a / b / Math.cos(c)',
  ])('%s is seen', source => {
    expect(ambient(source)).not.toEqual([])
  })

  test.each([
    'Math.floor(x) + Math.PI',
    '2 ** 20 + 2 ** -20',
    'list.sort(naturalOrder)',
    '// Math.log(x) and Date\nx',
    '/** `Math.log`, x ** 2 */',
    'const a = \'Date \' + "**"',
    `const b = \`Date ** \${Math.max(1, 2)}\``,
    "const c = /Date|'|\\*\\*/.test(d)",
    'const dated = upDate',
  ])('%s is not', source => {
    expect(ambient(source)).toEqual([])
  })
})

describe('nothing points outside the repository', () => {
  // Put together here, so that this file does not name them.
  const FORBIDDEN = [
    new RegExp(['\\.\\.', 'shared\\b'].join('/')),
    new RegExp(`(?:^|[^\\w.-])/${'work'}(?:/|\\b)(?![-.\\w])`, 'm'),
    new RegExp(`(?:^|[^\\w.-])/${'work'}/`, 'm'),
    new RegExp(['registry\\.', '(?:npmjs|yarnpkg|npmmirror)\\.'].join('')),
    new RegExp(['npmjs', '(?:org|com)'].join('\\.')),
  ]
  const top = [
    'README.md',
    'package.json',
    'package-lock.json',
    '.npmrc',
    '.gitignore',
    '.ci/run',
    'biome.json',
    'tsconfig.json',
  ]
  const files = [
    ...top,
    'vite.config.ts',
    'vitest.config.ts',
    ...['sim', 'web', 'test', 'scenarios'].flatMap(folder =>
      filesIn(folder, '.ts', '.tsx', '.mjs', '.js', '.md', '.yaml', '.json', '.html', '.css', '.svg', '.txt'),
    ),
  ].filter(path => existsSync(path))

  test('no folders of a machine, no package registry', () => {
    const found = files.filter(path => FORBIDDEN.some(pattern => pattern.test(textOf(path))))
    expect(found).toEqual([])
  })

  test('such a mention is seen', () => {
    const samples = [`see ../${'shared'}/x`, `cd /${'work'}/main`, `cd /${'work'}`, `https://registry.${'npmjs'}.org/zod`]
    expect(samples.filter(sample => !FORBIDDEN.some(pattern => pattern.test(sample)))).toEqual([])
    expect(FORBIDDEN.some(pattern => pattern.test("from '../web/worker/protocol.ts' and '/workers'"))).toBe(false)
  })

  test('the lock file names no addresses', () => {
    const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, Record<string, unknown>> }
    expect(Object.entries(lock.packages).flatMap(([name, entry]) => ('resolved' in entry ? [name] : []))).toEqual([])
  })
})

const CHINESE = /\p{Script=Han}/u
const placeholders = (text: string): string[] => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort((a, b) => (a < b ? -1 : 1))

describe('words in both languages', () => {
  test('row kinds say what happened, in both, and fill in the same', () => {
    const wrong = rowKinds().filter(({ says, a, b }) => {
      const en = placeholders(says.en)
      const known = ['{subject}', ...(a === 'none' ? [] : ['{a}']), ...(b === 'none' ? [] : ['{b}'])]
      const same = en.join() === placeholders(says.zh).join() && en.every(one => known.includes(one))
      return says.en === '' || CHINESE.test(says.en) || !CHINESE.test(says.zh) || !same
    })
    expect(rowKinds().length).toBeGreaterThan(30)
    expect(wrong.map(({ name }) => name)).toEqual([])
  })

  test.each([
    ['metrics', metrics.map(({ name, about }) => ({ name, about }))],
    ['definitions of metrics', metrics.map(({ name, definition }) => ({ name, about: definition }))],
    ['effects', effects.map(({ kind, about }) => ({ name: kind, about }))],
    ['plans', plans.map(({ kind, about }) => ({ name: kind, about }))],
  ])('%s say what they are', (_, things) => {
    expect(things.length).toBeGreaterThan(0)
    expect(things.filter(({ about }) => about.en === '' || CHINESE.test(about.en) || !CHINESE.test(about.zh))).toEqual([])
  })

  test('no two metrics, effects or plans share a name', () => {
    for (const names of [metrics.map(({ name }) => name), effects.map(({ kind }) => kind), plans.map(({ kind }) => kind)])
      expect(new Set(names).size).toBe(names.length)
  })
})

describe('shipped scenarios', () => {
  const files = filesIn('scenarios', '.yaml').filter(path => !path.startsWith('scenarios/library/'))

  test.each(files)('%s asks a question and expects an answer', path => {
    const { question, expect: expectations } = parse(textOf(path)) as { question?: unknown; expect?: Record<string, unknown> }
    const asked = typeof question === 'string' ? { en: question } : (question as Record<string, string> | undefined)
    expect(asked?.en ?? asked?.zh ?? '').not.toBe('')
    expect(Object.keys(expectations ?? {})).not.toEqual([])
  })
})
