/**
 * The command as npm links it: it must survive a rebuild and a second install, do its work in threads, and do what the README
 * says it does in CI. In a copy, so that nobody's build is disturbed.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { PASSES, tiny } from './console.ts'

let copy = ''

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'blackstart-'))
  for (const part of ['package.json', 'package-lock.json', '.npmrc', 'tsconfig.json', 'sim', 'scenarios']) {
    cpSync(part, join(copy, part), { recursive: true })
  }
  // Packages are borrowed; the folder of commands is the copy's own, for its own link goes there.
  for (const folder of ['node_modules', 'node_modules/.bin']) {
    mkdirSync(join(copy, folder))
    for (const entry of readdirSync(folder)) {
      if (entry !== '.bin' && entry !== 'blackstart') symlinkSync(join(process.cwd(), folder, entry), join(copy, folder, entry))
    }
  }
})

afterAll(() => rmSync(copy, { recursive: true, force: true }))

const npm = (command: string, ...args: string[]): string =>
  execFileSync(command, args, { cwd: copy, encoding: 'utf8', env: { ...process.env, npm_config_loglevel: 'error' } })

/** Compiling everything, twice, while other tests run beside. */
const PATIENCE = 180_000

test('npx blackstart works after an install, which builds what is missing, and after a rebuild', { timeout: PATIENCE }, () => {
  npm('npm', 'run', '-s', 'prepare')
  expect(npm('npx', '--no-install', 'blackstart', '--version').trim()).toMatch(/^\d+\.\d+\.\d+/)
  npm('npm', 'run', '-s', 'build:lib')
  expect(npm('npx', '--no-install', 'blackstart', '--version').trim()).toMatch(/^\d+\.\d+\.\d+/)
  expect(realpathSync(join(copy, 'node_modules/.bin/blackstart'))).toBe(realpathSync(join(copy, 'dist/lib/cli/main.js')))
})

test('threads change nothing but the time it takes', () => {
  const result = (workers: string): string[] =>
    npm('npx', '--no-install', 'blackstart', 'test', 'scenarios/power-restoration.yaml', '--json', '--workers', workers)
      .trimEnd()
      .split('\n')
      .map(line => JSON.stringify({ ...JSON.parse(line), wall: 0 }))
  const together = result('3')
  expect(together.length).toBeGreaterThan(3)
  expect(together).toEqual(result('1'))
})

test('a full disk under the results is said, and is no success', () => {
  const command = 'npx --no-install blackstart test scenarios/power-restoration.yaml > /dev/full'
  const { status, stderr } = spawnSync('bash', ['-c', command], { cwd: copy, encoding: 'utf8' })
  expect([status, stderr]).toEqual([
    3,
    expect.stringMatching(/the results cannot be printed \(ENOSPC.*what was printed is partial/),
  ])
})

test('what the README says for CI works, word for word', () => {
  const readme = readFileSync('README.md', 'utf8')
  const section = readme.slice(readme.indexOf('## In CI'), readme.indexOf('## A fault of your own'))
  const [, update] = /```sh\n(npx blackstart .*)\n```/.exec(section) ?? []
  const [workflow, pipeline] = [...section.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text]) => parse(text))
  const steps = workflow.jobs.scenarios.steps.flatMap(({ run }: { run?: string }) => run ?? [])
  const commands = [update, ...steps, ...pipeline.blackstart.script].filter(command => command.startsWith('npx blackstart'))
  expect(commands).toHaveLength(4)
  const project = join(copy, 'project')
  mkdirSync(join(project, 'scenarios'), { recursive: true })
  const text = tiny(`{A1: ${PASSES}}`, 'variants: {more: {set: {services.web.instances: 6}}}\n')
  writeFileSync(join(project, 'scenarios', 'tiny.yaml'), text)
  const outputs = commands.map(command =>
    execFileSync('bash', ['-c', command], {
      cwd: project,
      encoding: 'utf8',
      env: {
        ...process.env,
        GITHUB_STEP_SUMMARY: 'summary.md',
        CI_NODE_INDEX: '1',
        CI_NODE_TOTAL: String(pipeline.blackstart.parallel),
      },
    }),
  )
  expect(outputs[3].length).toBeLessThan(outputs[2].length)
  expect(readFileSync(join(project, 'summary.md'), 'utf8')).toMatch(
    /^## Blackstart: (\d+) of \1 cases[\s\S]*\| since the baseline \|/,
  )
  expect(readFileSync(join(project, pipeline.blackstart.artifacts.reports.junit), 'utf8')).toContain(
    '<testsuites name="blackstart"',
  )
})
