/** A whole scenario: the loss of a zone over six simulated hours, built, run with its trace, fingerprinted and judged. */
import { readFileSync } from 'node:fs'
import { startRun } from '../../dist/lib/experiment/run.js'
import { load } from '../../dist/lib/scenario/load.js'

const FILE = 'scenarios/az-loss.yaml'
const read = path => readFileSync(path.startsWith('library/') ? `scenarios/${path}` : path, 'utf8')

/** Racks of a data centre, web instances, requests/s on average and requests that may wait, for so many hosts. */
const SIZES = [
  { hosts: 2400, set: [] },
  {
    hosts: 100_200,
    set: [
      ['world.us-east-1.racks', '835'],
      ['services.web.instances', '3750'],
      ['services.web.overload.queue', '31250'],
      ['clients.shoppers.rate.diurnal.mean', '625000/s'],
    ],
  },
]

export const benches = SIZES.map(({ hosts, set }) => ({
  name: 'az-loss',
  n: hosts,
  prepare() {
    const loaded = load(readFileSync(FILE, 'utf8'), { file: FILE, read, set })
    if (!loaded.ok) throw new Error(loaded.problems.map(problem => problem.message).join('; '))
    return {
      run() {
        const { events, verdict } = startRun(loaded.scenario).complete()
        if (verdict !== 'pass') throw new Error(`az-loss at ${hosts} hosts: ${verdict}`)
        return events
      },
    }
  },
}))
