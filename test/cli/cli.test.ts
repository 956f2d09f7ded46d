import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { topics } from '../../sim/scenario/catalogue.ts'
import { blackstart, FAILS, PASSES, tiny as tinyWith, VACUOUS } from './console.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'blackstart-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** The small scenario with one expectation. */
const tiny = (expectation: string, more = ''): string => tinyWith(`{A1: ${expectation}}`, more)

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

describe('exit codes', () => {
  test('0 when it is as it should be, 1 when not, 2 when it cannot be told', async () => {
    expect((await blackstart('run', file('passes.yaml', tiny(PASSES)))).code).toBe(0)
    expect((await blackstart('run', file('fails.yaml', tiny(FAILS)))).code).toBe(1)
    expect((await blackstart('run', file('taught.yaml', tiny(FAILS.replace('}', ', should: fail}'))))).code).toBe(0)
    expect((await blackstart('run', file('vacuous.yaml', tiny(VACUOUS)))).code).toBe(2)
  })

  test('3 when the file or the command line is invalid, with every problem', async () => {
    const { code, out, err } = await blackstart(
      'run',
      file('bad.yaml', tiny(PASSES).replace('to: web', 'to: wbe').replace('3, horizon: 1h', '3, horizon: 1')),
    )
    expect(code).toBe(3)
    expect(out).toBe('')
    expect(err.split('\n')).toEqual([
      `${folder}/bad.yaml:3:25  run.horizon: a time needs a unit, got 1 (write 1m)`,
      `${folder}/bad.yaml:6:23  clients.users.to: there is no service "wbe" (did you mean "web"?)`,
      '',
    ])
    expect((await blackstart('run')).code).toBe(3)
    expect((await blackstart()).code).toBe(3)
    expect(await blackstart('rnu', 'x')).toEqual({
      code: 3,
      out: '',
      err: 'blackstart: there is no command "rnu" (did you mean "run"?)\n',
    })
    expect((await blackstart('run', '--sed', '1', 'x')).err).toBe('blackstart: unknown option --sed (did you mean "--seed"?)\n')
    expect((await blackstart('run', '--set', 'x', 'y')).code).toBe(3)
    expect((await blackstart('study', '--half-width', '-1%', 'y')).err).toBe(
      'blackstart: --half-width has no value; write one that begins with - as --half-width=-1\n',
    )
    expect((await blackstart('run', '--max-events', '-3', 'y')).code).toBe(3)
    expect((await blackstart('hunt', 'x')).err).toBe('blackstart: hunt is not yet in this version\n')
    expect(await blackstart('run', join(folder, 'nowhere.yaml'))).toMatchObject({ code: 3, out: '' })
    expect((await blackstart('run', folder)).err).toContain('it is a folder')
  })

  test('a limit that is reached names its option', async () => {
    const path = file('limits.yaml', tiny(PASSES))
    expect((await blackstart('run', '--max-bytes', '100', path)).err).toContain(
      'larger than 100 bytes (raise the limit with --max-bytes)',
    )
    expect((await blackstart('run', '--max-entities', '3', path)).err).toContain('(raise the limit with --max-entities)')
  })
})

describe('run', () => {
  test('--json prints one object and nothing else', async () => {
    const path = file('json.yaml', tiny(PASSES, 'variants: {more: {set: {services.web.instances: 6}}}\n'))
    const { code, out, err } = await blackstart('run', '--json', '--seed', 'abc', '--variant', 'more', path)
    expect([code, err, out.split('\n').length]).toEqual([0, '', 2])
    const printed = JSON.parse(out)
    expect(printed).toMatchObject({
      blackstart: expect.stringMatching(/^\d+\.\d+\.\d+/),
      file: path,
      scenario: 'tiny',
      variant: 'more',
      scenarioHash: expect.stringMatching(/^[0-9a-f]{16}$/),
      seed: 'abc',
      horizon: 3600,
      events: expect.any(Number),
      rows: expect.any(Number),
      wall: expect.any(Number),
      fingerprint: expect.stringMatching(/^[0-9a-f]{16,}$/),
      checks: [
        { id: 'A1', metric: 'availability', of: 'web', verdict: 'pass', interval: null, limit: 0.1, should: 'pass', line: 8 },
      ],
      verdict: 'pass',
    })
    expect(printed.metrics.A1).toBe(printed.checks[0].value)
  })

  test('says which faults never struck or had nothing to strike, and which plans never began', async () => {
    const file = join(folder, 'never.yaml')
    const faults = [
      'empty: {kind: power-loss, target: {zone: a, except: {zone: a}}, at: 10m}',
      'waits: {kind: power-loss, target: {zone: a}, at: {when: {row: ups.empty, of: {zone: b}}}}',
      'off: {kind: power-loss, target: {zone: a}, at: 10m, odds: 0}',
    ]
    const plan =
      'heal: {kind: runbook, at: {when: {row: flow.metastable}}, via: hands, steps: {less: {kind: load, target: {client: users}, factor: 0}}}'
    const text = tiny(PASSES)
      .replace('faults: {', `plans: {${plan}}\nfaults: {${faults.join(', ')}, `)
      .replace('services: {', 'services: {hands: {kind: crew}, ')
    writeFileSync(file, text)
    const { err } = await blackstart('run', file)
    const lines = ['fault empty has nothing to strike', 'fault waits never struck', 'plan heal never began']
    expect(err).toBe(lines.map(line => `note: ${line}\n`).join(''))
    expect(JSON.parse((await blackstart('run', file, '--json')).out).notices).toEqual(lines)
    expect((await blackstart('run', file, '--quiet')).err).toBe('')
  })

  test('the same seed gives the same fingerprint, with --set and without', async () => {
    const path = file('same.yaml', tiny(PASSES))
    const fingerprint = async (...args: string[]): Promise<string> =>
      JSON.parse((await blackstart('run', '--json', ...args, path)).out).fingerprint
    const asWritten = await fingerprint()
    expect(await fingerprint('--seed', '3')).toBe(asWritten)
    expect(await fingerprint('--set', 'services.web.instances=4')).toBe(asWritten)
    expect(await fingerprint('--set', 'services.web.instances=2')).not.toBe(asWritten)
  })

  test('an invalid file under --json prints its problems', async () => {
    const path = file('invalid.yaml', tiny(PASSES).replace('instances', 'instnces'))
    const { code, out, err } = await blackstart('run', '--json', path)
    expect([code, err]).toEqual([3, ''])
    expect(JSON.parse(out)).toEqual({
      file: path,
      problems: [
        { line: 5, column: 18, path: 'services.web.instnces', message: 'unknown key', hint: 'did you mean "instances"?' },
      ],
    })
    expect(JSON.parse((await blackstart('run', '--json', '--variant', 'x', path)).out).problems).toHaveLength(2)
  })

  test('--trace writes one row a line, whole or not at all', async () => {
    const path = file('traced.yaml', tiny(PASSES))
    const trace = join(folder, 'rows.tsv')
    const { rows } = JSON.parse((await blackstart('run', '--json', '--trace', trace, path)).out)
    const lines = readFileSync(trace, 'utf8').trimEnd().split('\n')
    expect(lines[0]).toBe('time\tkind\tsubject\tcause\ta\tb')
    expect(lines).toHaveLength(rows)
    expect(lines.filter(line => line.startsWith('600\tfault.started\tlose-a\t0\t1\t'))).toHaveLength(1)
    expect((await blackstart('run', '--trace', join(folder, 'no/such/folder.tsv'), path)).code).toBe(3)
    expect(readdirSync(folder).filter(name => name.endsWith('.tmp'))).toEqual([])
  })
})

test('a trace goes through links and into devices, and never over the scenario', async () => {
  const file = join(folder, 'target.yaml')
  writeFileSync(file, tiny('{metric: availability, of: web, at-least: 1%}'))
  expect((await blackstart('run', file, '--trace', '/dev/null')).code).toBe(0)
  expect(statSync('/dev/null').isFile()).toBe(false)
  expect((await blackstart('run', file, '--trace', file)).code).toBe(3)
  expect(readFileSync(file, 'utf8')).toContain('blackstart: 1')
  const link = join(folder, 'link.txt')
  writeFileSync(join(folder, 'real.txt'), '')
  symlinkSync(join(folder, 'real.txt'), link)
  expect((await blackstart('run', file, '--trace', link)).code).toBe(0)
  expect(readFileSync(join(folder, 'real.txt'), 'utf8')).toMatch(/^time\tkind/)
})

describe('test', () => {
  test('judges files as written and in every variant, and skips the library', async () => {
    const suite = join(folder, 'suite')
    mkdirSync(join(suite, 'deeper'), { recursive: true })
    mkdirSync(join(suite, 'library'))
    writeFileSync(join(suite, 'a.yaml'), tiny(PASSES, 'variants: {strict: {expect: {A1: {at-least: 100%}}}}\n'))
    writeFileSync(join(suite, 'deeper', 'b.yml'), tiny(VACUOUS))
    writeFileSync(join(suite, 'library', 'c.yaml'), 'nonsense')
    writeFileSync(join(suite, 'notes.txt'), 'not a scenario')
    const { code, out } = await blackstart('test', suite)
    expect(code).toBe(1)
    expect(out.split('\n').map(line => line.split('  ').slice(0, 2).join('  '))).toEqual([
      `${suite}/a.yaml  ✓ A1`,
      `${suite}/a.yaml · strict  ✗ A1`,
      `${suite}/deeper/b.yml  ? A1`,
      '',
    ])
    const objects = (await blackstart('test', '--json', suite)).out
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(objects.map(({ file: path, variant, verdict }) => [path.slice(suite.length + 1), variant, verdict])).toEqual([
      ['a.yaml', null, 'pass'],
      ['a.yaml', 'strict', 'fail'],
      ['deeper/b.yml', null, 'vacuous'],
    ])
    writeFileSync(join(suite, 'deeper', 'd.yaml'), 'a: [')
    expect((await blackstart('test', suite)).code).toBe(3)
    expect((await blackstart('test', join(suite, 'a.yaml'), join(suite, 'nowhere'))).code).toBe(3)
  })
})

test('a share that is not quite the whole is not rounded to it', async () => {
  const nearly = file('nearly.yaml', tiny(PASSES.replace('10%', '99.9999999%')))
  expect((await blackstart('run', nearly)).out).toContain('asked at least 99.9999999 %')
  expect((await blackstart('run', '--variant', 'base', nearly)).out).toContain('tiny  1h')
})

describe('check', () => {
  test('looks at every variant without running', async () => {
    const path = file('checked.yaml', tiny(PASSES, 'variants: {odd: {set: {services.web.instances: many}}, fine: {}}\n'))
    expect(await blackstart('check', path)).toEqual({
      code: 3,
      out: '',
      err: `${path}:9:48  services.web.instances: must be a whole number, got "many"\n`,
    })
    expect((await blackstart('check', file('right.yaml', tiny(PASSES)))).out).toBe(`${folder}/right.yaml: right\n`)
  })

  test('a used file must lie in the folder, wherever links lead', async () => {
    const inner = join(folder, 'inner')
    mkdirSync(inner)
    writeFileSync(join(folder, 'outside.yaml'), 'services: {}\n')
    symlinkSync(join(folder, 'outside.yaml'), join(inner, 'link.yaml'))
    writeFileSync(join(inner, 'uses.yaml'), tiny(PASSES, 'use: [./link]\n'))
    expect((await blackstart('check', join(inner, 'uses.yaml'))).err).toContain('cannot read ./link.yaml')
    writeFileSync(join(inner, 'uses.yaml'), tiny(PASSES, 'use: [../outside]\n'))
    expect((await blackstart('check', join(inner, 'uses.yaml'))).err).toContain("leaves the library and the file's own folder")
    writeFileSync(join(inner, 'uses.yaml'), tiny(PASSES, 'use: [library/three-zone-region]\n'))
    expect((await blackstart('check', join(inner, 'uses.yaml'))).code).toBe(0)
  })

  test('the scenarios shipped are right', async () => {
    for (const path of ['scenarios/az-loss.yaml', 'scenarios/power-restoration.yaml'])
      expect((await blackstart('check', path)).code, path).toBe(0)
  })
})

describe('new', () => {
  test('writes a scenario that runs and keeps its promise, and never replaces a file', async () => {
    const path = join(folder, 'My first.yaml')
    expect(await blackstart('new', path)).toMatchObject({ code: 0, out: '' })
    expect((await blackstart('run', path)).code).toBe(0)
    expect(readFileSync(path, 'utf8')).toContain('name: my-first\n')
    expect(await blackstart('new', path)).toEqual({
      code: 3,
      out: '',
      err: `blackstart: ${path}: is there already; nothing was written\n`,
    })
    const nowhere = join(folder, 'no/such/x.yaml')
    expect(await blackstart('new', nowhere)).toMatchObject({
      code: 3,
      err: `blackstart: ${nowhere}: cannot be written: there is no such folder\n`,
    })
    expect((await blackstart('run', path, '--trace', nowhere)).err).toBe(
      `blackstart: ${nowhere}: the trace cannot be written: there is no such folder\n`,
    )
    expect(existsSync(join(folder, 'no'))).toBe(false)
  })
})

describe('help', () => {
  test('explains metrics, kinds, fields and defaults with their source', async () => {
    expect((await blackstart('explain', 'availability')).out).toContain('availability (metric, ratio)')
    expect((await blackstart('explain', 'power')).out).toMatch(/generators\.start\.odds +ratio, default 98\.65% \[IEEE 493/)
    expect((await blackstart('explain', 'link-degrade')).out).toContain('loss')
    expect((await blackstart('explain', 'unhealthy')).out).toContain('service.health.unhealthy')
    expect((await blackstart('explain')).out).toMatch(
      /^Sections of a file\n {2}run .*\n\nPlans\n {2}autoscaler .*\n\nMetrics\n/s,
    )
    expect((await blackstart('explain', 'topics')).out).toContain('runbook')
    expect((await blackstart('explain', 'moment')).out).toContain('{after: lose-a.end, delay: 5m}')
    expect((await blackstart('explain', 'when')).out).toMatch(/needs\.ID\.when +start \| serve \| change, default serve/)
    expect((await blackstart('explain', 'size')).out).toContain('| c5.large | c5.xlarge | ')
    expect((await blackstart('explain', 'c5.large')).out).toBe(
      'c5.large (size)  2 processors, 4 GiB; network 0.75 and up to 10 Gb/s; volumes 650 and up to 4750 Mb/s; IOPS 4000 and up to 20000; drivers ena, nvme; $0.085/h; 2023\n  [provider’s instance types, 2023; base of the network from memory, unverified]\n',
    )
    expect(JSON.parse((await blackstart('explain', '--json', 't3.micro')).out)).toMatchObject({
      cpu: 2,
      credits: { base: 0.2 },
    })
    expect((await blackstart('explain', 'sizes')).out).toMatch(/^ +c6g\.large +2 processors \(Arm\), 4 GiB/m)
    expect((await blackstart('explain', '--lang', 'zh', 'power-loss')).out).toMatch(/[一-龥]/)
    expect(JSON.parse((await blackstart('explain', '--json', 'retry.attempts')).out).fields[0]).toMatchObject({ default: '3' })
    expect(await blackstart('explain', 'avalability')).toEqual({
      code: 3,
      out: '',
      err: 'blackstart: there is no topic "avalability" (did you mean "availability"?)\n',
    })
  })

  test('explains every topic and every field that it lists', async () => {
    const listed = topics()
    const names = [
      ...listed.map(({ name }) => name),
      ...listed.flatMap(({ fields, name }) => fields.map(({ path }) => `${name}.${path}`)),
    ]
    expect(names.length).toBeGreaterThan(300)
    const unknown: string[] = []
    for (const name of names) if ((await blackstart('explain', name, '--quiet')).code !== 0) unknown.push(name)
    expect(unknown).toEqual([])
  })

  test('every default says where it comes from', async () => {
    const { defaults } = JSON.parse((await blackstart('explain', '--json', 'defaults')).out) as {
      defaults: { topic: string; path: string; source: string | null }[]
    }
    const shapes = ['seed', 'machine', 'zones', 'datacentres', 'size'] // of the file's own world, not of any real one
    const bare = defaults.filter(({ source, path }) => source === null && !shapes.includes(path))
    expect(bare).toEqual([])
  })

  test('explains why a thing of a run is as it is, back to the fault', async () => {
    const file = join(folder, 'why.yaml')
    writeFileSync(file, tiny('{metric: availability, of: web, at-least: 1%}'))
    const { code, out } = await blackstart('explain', file, 'a/dc1/r1/h2', '--at', '15m')
    expect(code).toBe(0)
    expect(out.split('\n').map(line => line.trim())).toEqual([
      'r1/a/dc1/r1/h2 at 15 min: r1/a/dc1/r1 loses power, with 2 hosts',
      '10 min  r1/a/dc1/r1 loses power, with 2 hosts',
      '10 min  r1/a/dc1/distribution is dark',
      '10 min  lose-a strikes',
      '',
    ])
    expect(await blackstart('explain', file, 'a/dc1/r1/h9')).toMatchObject({
      code: 3,
      err: 'blackstart: nothing is called a/dc1/r1/h9\n',
    })
    expect((await blackstart('explain', file, 'web', '--at', '2h')).err).toContain('the run ends at 1 h')
    const rows = await blackstart('explain', file, 'row:1', '--json')
    expect(JSON.parse(rows.out)).toMatchObject({ state: { row: 1, kind: expect.any(String) }, why: [{ row: 1 }] })
    const decided = await blackstart('explain', file, 'A1')
    expect(decided.out).toMatch(/^✓ A1 {2}pass {2}availability of web: .*\nusers at 10 min: .*\n/)
    expect(decided.out).toContain('lose-a strikes')
    expect((await blackstart('explain', file, 'row:0')).err).toMatch(/there is no row 0: the run wrote rows 1 to \d+/)
  })

  test('explains what never came back by what it waits for in the end, or by what keeps it down', async () => {
    const waits = await blackstart('explain', 'scenarios/power-restoration.yaml', 'D4')
    expect(waits.out).toMatch(/\nconsole at 4 h: console waits for lambda, which cannot start before it\n/)
    expect(waits.out).toContain('power-returns strikes')
    const held = await blackstart('explain', 'scenarios/metastable/retry-storm.yaml', 'back')
    expect(held.out).toMatch(/\nshop\/\S+ at .*: \S+ does not come back by itself: it could carry/)
  })

  test('explains of a place how its hosts stand then, and of a service how its cells do', async () => {
    const file = join(folder, 'stands.yaml')
    writeFileSync(file, tiny('{metric: availability, of: web, at-least: 1%}'))
    const place = async (at: string) => (await blackstart('explain', file, 'r1/a', '--at', at)).out.split('\n')[0]
    expect(await place('9m')).toBe('r1/a at 9 min: 100 % of its hosts are up, 100 % have power')
    expect(await place('10m')).toBe('r1/a at 10 min: 0 % of its hosts are up, 0 % have power')
    expect(await place('20m')).toBe('r1/a at 20 min: 0 % of its hosts are up, 100 % have power')
    const shop = await blackstart('explain', 'scenarios/metastable/retry-storm.yaml', 'shop', '--at', '30m')
    expect(shop.out).toMatch(/^shop at 30 min: shop\/home\/a does not come back by itself/)
    expect(shop.out).toContain('shop/home/a: 1800/s attempts arrive, 1800/s fail')
    const ebs = await blackstart('explain', 'scenarios/incidents/2011-04-21-us-east-1.yaml', 'ebs', '--at', '6h')
    expect(ebs.out).toMatch(/^ebs at 6 h: \d+\s\d+ volumes of ebs\/us-east-1\/a are stuck/)
    const plan = await blackstart('explain', 'scenarios/incidents/2021-12-07-us-east-1.yaml', 'network', '--at', '3h')
    expect(plan.out).toMatch(/^network at 3 h: network\/isolate is asked for/)
  })

  test('explains what was served by the calls that failed and the services that were missing, not by instances alone', async () => {
    const { out } = await blackstart('explain', 'scenarios/az-loss.yaml', 'A1')
    const told = out.split('\n').map(line => line.replace(/\s/g, ' ').replace(/^ +1 h +/, ''))
    expect(told.slice(2, 6)).toEqual([
      'shoppers: 31 893/s requests, 19 136/s answered in time',
      'web/us-east-1/c: 10 631/s attempts arrive, 1063/s fail',
      'shop-db is down',
      'shop-db loses its primary',
    ])
  })

  test('prints help and the version', async () => {
    expect((await blackstart('--version')).out).toMatch(/^\d+\.\d+\.\d+\n$/)
    expect((await blackstart('run', '--help')).out).toContain('--variant NAME')
    expect((await blackstart('--help')).out).toContain('exit code')
  })
})

describe('schema', async () => {
  const schema = JSON.parse((await blackstart('schema')).out)

  test('describes what may be written, with units, defaults and kinds', async () => {
    expect(schema.$schema).toContain('2020-12')
    expect(schema.additionalProperties).toBe(false)
    expect(schema.required).toEqual(['blackstart', 'name'])
    const services = schema.properties.services.additionalProperties
    const options = services.oneOf ?? services.anyOf
    const plain = options[0].properties
    expect(plain.health.properties.every).toMatchObject({
      type: 'string',
      default: '30s',
      description: expect.stringContaining('Load Balancer'),
    })
    expect(plain.instances).toMatchObject({ type: 'integer', minimum: 0 })
    const faults = schema.properties.faults.additionalProperties
    const kinds = faults.anyOf.map((option: { properties?: { kind: { const: string } } }) => option.properties?.kind.const)
    expect(kinds).toEqual(expect.arrayContaining(['power-loss', 'utility-loss', 'link-cut', 'config-push']))
    expect(schema.then.patternProperties['^faults$'].additionalProperties.required).toEqual(
      expect.arrayContaining(['kind', 'target']),
    )
  })

  test('the patterns of quantities accept what the loader accepts', async () => {
    const services = schema.properties.services.additionalProperties
    const [plain] = services.oneOf ?? services.anyOf
    const time = new RegExp(plain.properties.health.properties.timeout.pattern)
    for (const written of ['30m', '800ms', '1h 30m', '5 min', '1.5s', '2d']) expect(time.test(written), written).toBe(true)
    for (const written of ['30', '-5m', 'm', '5parsecs', '']) expect(time.test(written), written).toBe(false)
  })
})
