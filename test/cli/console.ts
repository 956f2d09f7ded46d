/** The command line in this process, and a scenario that runs in milliseconds. */
import { main } from '../../sim/cli/main.ts'

/** Runs one command line. */
export async function blackstart(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = ''
  let err = ''
  const code = await main(args, {
    out: text => {
      out += text
    },
    err: text => {
      err += text
    },
    isTerminal: false,
    hasColour: false,
  })
  return { code, out, err }
}

/** One zone of two goes dark; `expect` is the map of expectations, `more` goes to the end of the file. */
export const tiny = (expect: string, more = ''): string => `blackstart: 1
name: tiny
run: {seed: 3, horizon: 1h}
world: {r1: {zones: [a, b], racks: 1, hosts: 2, tenants: 0}}
services: {web: {instances: 4, capacity: 100/s}}
clients: {users: {to: web, rate: 100/s}}
faults: {lose-a: {kind: power-loss, target: {zone: a}, at: 10m, lasts: 10m}}
expect: ${expect}
${more}`

export const PASSES = '{metric: availability, of: web, at-least: 10%}'
export const FAILS = '{metric: availability, of: web, at-least: 100%}'
export const VACUOUS = '{metric: recovery-time, of: web, after: {after: lose-a, delay: 5h}, at-most: 1m}'
