/**
 * A study of a small scenario through the command line, as anyone would run it: two of three must hold, 10 000 replications, with
 * one worker and with two. "Events" are replications. Both print the same bytes, or the bench fails.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../../dist/lib/cli/main.js', import.meta.url))
const FILE = 'scenarios/nines/two-of-three.yaml'
const REPLICATIONS = 10_000

let first

export const benches = [1, 2].map(workers => ({
  name: `study-${workers}`,
  n: REPLICATIONS,
  takesLong: true,
  prepare: () => ({
    run() {
      const args = [
        'study',
        FILE,
        '--variant',
        'base',
        '--replications',
        `${REPLICATIONS}`,
        '--workers',
        `${workers}`,
        '--json',
      ]
      const { stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], { encoding: 'utf8' })
      first ??= stdout
      if (stdout !== first || stderr !== '') throw new Error(`${workers} workers say something else: ${stderr}`)
      if (JSON.parse(stdout).replications !== REPLICATIONS) throw new Error('not all replications were made')
      return REPLICATIONS
    },
  }),
}))
