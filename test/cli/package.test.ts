/** The command as npm links it: it must survive a rebuild and a second install. In a copy, so that nobody's build is disturbed. */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

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

test('npx blackstart works after a build and after a rebuild', () => {
  npm('npm', 'run', '-s', 'build:lib')
  expect(npm('npx', '--no-install', 'blackstart', '--version').trim()).toMatch(/^\d+\.\d+\.\d+/)
  npm('npm', 'run', '-s', 'build:lib')
  expect(npm('npx', '--no-install', 'blackstart', '--version').trim()).toMatch(/^\d+\.\d+\.\d+/)
  expect(realpathSync(join(copy, 'node_modules/.bin/blackstart'))).toBe(realpathSync(join(copy, 'dist/lib/cli/main.js')))
})

test('installing again builds what is missing', () => {
  rmSync(join(copy, 'dist'), { recursive: true, force: true })
  npm('npm', 'run', '-s', 'prepare')
  expect(npm('npx', '--no-install', 'blackstart', '--version').trim()).toMatch(/^\d+\.\d+\.\d+/)
})
