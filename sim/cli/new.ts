/** `blackstart new FILE`: a small scenario to start from, which runs as it is. */
import { linkSync, unlinkSync } from 'node:fs'
import { basename } from 'node:path'
import { exists } from './files.ts'
import type { Options } from './options.ts'
import { type Console, type ExitCode, printJson, Refusal, reasonOf, writeFileAtomically } from './output.ts'
import { onlyFile } from './run.ts'

export function create(options: Options, console: Console): ExitCode {
  const file = onlyFile(options, 'new')
  const name = basename(file)
    .replace(/\.ya?ml$/, '')
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^-+|-+$/g, '')
  if (exists(file)) throw new Refusal(`${file}: is there already; nothing was written`, file)
  const temporary = `${file}.${process.pid}.new`
  try {
    writeFileAtomically(temporary, [starter(name === '' ? 'first' : name)])
    linkSync(temporary, file) // unlike a rename, never replaces what somebody else has just put there
  } catch (error) {
    throw new Refusal(`${file}: cannot be written: ${reasonOf(error)}`, file)
  } finally {
    if (exists(temporary)) unlinkSync(temporary)
  }
  if (options.isJson) printJson(console, { file })
  else if (!options.isQuiet) console.err(`wrote ${file}; now: blackstart run ${file}\n`)
  return 0
}

function starter(name: string): string {
  return `# Loses one of three zones for half an hour. Every value has a unit; blackstart explain TOPIC says what may be written.
blackstart: 1
name: ${name}
question: Does the shop keep its 99.9 % when zone a goes dark?
run: {seed: 1, horizon: 3h, warmup: 10m}
world: {r1: {zones: [a, b, c], racks: 4, hosts: 10}}                     # 3 zones × 1 data centre × 40 hosts
services: {web: {instances: 18, capacity: 100/s, health: {every: 10s}}}  # 12 of 18 are left in two zones: 1 200/s
clients: {users: {to: web, rate: 1000/s, timeout: 1s, retry: {attempts: 2}}}
faults: {lose-a: {kind: power-loss, target: {zone: a}, at: 1h, lasts: 30m}}
expect: {A1: {metric: availability, of: web, at-least: 99.9%}}
`
}
